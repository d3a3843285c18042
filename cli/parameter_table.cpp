#include "parameter_table.hpp"

#include <memory>

#include "command_line.hpp"
#include "output.hpp"

namespace memplast::cli {

json table_to_json(const Parameters& defaults) {
  json rows = json::array();
  const json values = to_json(defaults);
  for (const ParamRow& row : defaults.table())
    rows.push_back({{"key", row.key()},
                    {"unit", row.unit},
                    {"default", values[row.key()]},
                    {"lower", row.lower},
                    {"upper", row.upper},
                    {"fitted", row.fitted},
                    {"meaning", row.meaning}});
  return rows;
}

void print_params(const json& params) {
  std::vector<std::vector<std::string>> rows;
  for (const auto& p : params) {
    const std::string unit = p["unit"];
    rows.push_back({"  " + p["key"].get<std::string>(), rounded(p["default"], 6),
                    unit == "1" ? "" : unit,
                    "[" + to_text(p["lower"]) + ", " + to_text(p["upper"]) + "]",
                    p["meaning"].get<std::string>() + (p["fitted"] ? "" : " (fits keep it)")});
  }
  print_table(rows);
}

void add_catalogue(CommandLine& app, const std::string& name, const std::string& about,
                   json (*catalogue)(), void (*print)(const json& all)) {
  auto json_wanted = std::make_shared<bool>(false);
  app.add(name, about, *json_wanted).action([=] {
    if (*json_wanted)
      print_json(catalogue());
    else
      print(catalogue());
  });
}

}  // namespace memplast::cli
