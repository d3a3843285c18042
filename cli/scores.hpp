#pragma once
#include <string>
#include <vector>

#include "../lib/io/json.hpp"
#include "../lib/numeric/statistics.hpp"
#include "../tasks/variants.hpp"

namespace memplast::cli {

/// What a score is called, and how it is shown.
struct Score {
  std::string name;
  double factor = 1.0;
  std::string unit = "";
};
inline const Score accuracy_score{.name = "accuracy", .factor = 100.0, .unit = " %"};
inline const Score return_score{.name = "return"};

json summary_json(const Summary& s);

/// name, mean +- sd, confidence interval.
std::vector<std::string> summary_row(const std::string& name, const Summary& s, const Score& score);

/// Adds "waterfall" and "fit_draws" to what --json prints, if there are any.
void add_variants(json& out, const Variants& variants, const Score& score);

/// Prints both for people.
void print_variants(const Variants& variants, const Score& score);

}  // namespace memplast::cli
