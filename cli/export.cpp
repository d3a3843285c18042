#include "../export/conductance_map.hpp"

#include <algorithm>
#include <iostream>
#include <memory>

#include "commands.hpp"
#include "options.hpp"
#include "output.hpp"

namespace memplast::cli {
namespace {

struct ExportCommand {
  std::string results;
  std::string format;
  std::string fold;
  std::string output;
  bool json = false;
};

void run(const ExportCommand& c) {
  const MapFormat format = map_format_from(c.format, "--format");
  const auto map = read_conductance_map(c.results, c.fold);
  write_map(map, format, c.output);

  const auto [low, high] = std::minmax_element(map.conductance.begin(), map.conductance.end());
  const std::string fold = map.metadata["fold"];
  if (c.json)
    print_json({{"output", c.output},
                {"format", c.format},
                {"fold", fold},
                {"shape", {map.n_pre, map.n_post}},
                {"lowest_S", *low},
                {"highest_S", *high}});
  else
    std::cout << c.output << ": fold " << fold << ", " << map.n_pre << " x " << map.n_post
              << " conductances, " << rounded(*low) << " to " << rounded(*high) << " S\n";
}

}  // namespace

void add_export(CLI::App& app) {
  auto c = std::make_shared<ExportCommand>();
  auto* command =
      add_command(app, "export", "Write a trained fold's conductances, in siemens", c->json);
  command->add_option("results", c->results, "result file of memplast run")->required();
  command
      ->add_option("--format", c->format, join({map_format_names.begin(), map_format_names.end()}))
      ->required();
  command->add_option("--fold", c->fold, "PARTITION_FOLD, for example 0_0; else the first");
  command->add_option("-o,--output", c->output, "file to write")->required();
  command->callback([c] { run(*c); });
}

}  // namespace memplast::cli
