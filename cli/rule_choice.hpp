#pragma once
#include <string>
#include <vector>

#include "../models/model_file.hpp"

namespace memplast::cli {

class Command;

/// A rule as the command line names it: shipped or from a model file, some parameters replaced.
struct RuleChoice {
  std::string spec;
  std::vector<std::string> params;  ///< "name=value"

  /// `where` is what messages call the option or argument that holds `spec`.
  ModelFile load(const std::string& where) const;
};

/// --rule-param NAME=VALUE, any number of times.
void add_rule_param(const Command& command, RuleChoice& choice);

}  // namespace memplast::cli
