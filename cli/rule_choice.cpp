#include "rule_choice.hpp"

#include "command_line.hpp"

namespace memplast::cli {

ModelFile RuleChoice::load(const std::string& where) const {
  auto model = load_model(spec, where);
  for (const auto& text : params) {
    const auto [key, value] = parse_assignment(text, "--rule-param");
    set_rule_param(model.rule, key, value, "--rule-param " + key);
  }
  return model;
}

void add_rule_param(const Command& command, RuleChoice& choice) {
  command.option("--rule-param", choice.params, "replace a parameter of the rule")
      .type_name("NAME=VALUE")
      .one_at_a_time();
}

}  // namespace memplast::cli
