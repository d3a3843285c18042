#include "scores.hpp"

#include <algorithm>
#include <iostream>

#include "output.hpp"

namespace memplast::cli {

json summary_json(const Summary& s) {
  return {{"mean", s.mean}, {"sd", s.sd}, {"ci95", {s.ci95_low, s.ci95_high}}, {"n", s.n}};
}

std::vector<std::string> summary_row(const std::string& name, const Summary& s,
                                     const Score& score) {
  const auto number = [&](double x) { return rounded(score.factor * x, 4); };
  return {name, number(s.mean) + score.unit + " +- " + number(s.sd) + score.unit,
          "95 % CI [" + number(s.ci95_low) + ", " + number(s.ci95_high) + "]" + score.unit};
}

void add_variants(json& out, const Variants& variants, const Score& score) {
  for (const WaterfallStep& step : variants.waterfall)
    out["waterfall"].push_back({{"name", step.name}, {score.name, summary_json(step.score)}});
  if (!variants.fit_draws.empty()) out["fit_draws"] = variants.fit_draws;
}

void print_variants(const Variants& variants, const Score& score) {
  if (!variants.waterfall.empty()) {
    std::cout << score.name << " as devices become real, each step on top of those before\n";
    std::vector<std::vector<std::string>> rows;
    for (const WaterfallStep& step : variants.waterfall)
      rows.push_back(summary_row("  " + step.name, step.score, score));
    print_table(rows);
  }
  const auto& draws = variants.fit_draws;
  if (draws.empty()) return;
  const auto number = [&](double x) { return rounded(score.factor * x, 4) + score.unit; };
  const Summary s = summarise(draws, 0.0);
  const auto [least, most] = std::minmax_element(draws.begin(), draws.end());
  std::cout << "with " << draws.size() << " parameter sets drawn from the fit: " << score.name
            << ' ' << number(s.mean) << " +- " << number(s.sd) << ", " << number(*least) << " to "
            << number(*most) << '\n';
}

}  // namespace memplast::cli
