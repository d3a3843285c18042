#include "rule_choice.hpp"

#include "options.hpp"

namespace memplast::cli {

ModelFile RuleChoice::load(const std::string& where) const {
  auto model = load_model(spec, where);
  for (const auto& text : params) {
    const auto [key, value] = parse_assignment(text, "--rule-param");
    set_rule_param(model.rule, key, value, "--rule-param " + key);
  }
  return model;
}

void add_rule_param(CLI::App* command, RuleChoice& choice) {
  command->add_option("--rule-param", choice.params, "replace a parameter of the rule")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
}

}  // namespace memplast::cli
