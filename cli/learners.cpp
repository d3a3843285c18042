#include "../learners/learner.hpp"

#include <iostream>

#include "../lib/io/json.hpp"
#include "commands.hpp"
#include "output.hpp"
#include "parameter_table.hpp"

namespace memplast::cli {
namespace {

json catalogue() {
  json out = json::array();
  for (const LearnerEntry& entry : learners())
    out.push_back({{"name", entry.name},
                   {"code", entry.code},
                   {"task", entry.classifier != nullptr ? "classification" : "control"},
                   {"about", entry.about},
                   {"source", entry.source},
                   {"settings", table_to_json(entry.settings)}});
  return {{"learners", out}};
}

void print_catalogue(const json& all) {
  for (const auto& learner : all["learners"]) {
    std::cout << learner["name"].get<std::string>() << " with the code "
              << learner["code"].get<std::string>() << ", for "
              << learner["task"].get<std::string>() << ": " << learner["about"].get<std::string>()
              << "; source: " << learner["source"].get<std::string>() << '\n';
    print_params(learner["settings"]);
    std::cout << '\n';
  }
}

}  // namespace

void add_learners(CommandLine& app) {
  add_catalogue(app, "learners", "Learning systems: settings, units, defaults, sources", catalogue,
                print_catalogue);
}

}  // namespace memplast::cli
