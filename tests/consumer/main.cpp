// A rule of one's own in memplast: see docs/custom_rule.md.
#include <memplast/lib/csv.hpp>
#include <memplast/lib/replay.hpp>
#include <memplast/models/model_file.hpp>

#include <cmath>
#include <iostream>
#include <vector>

int main() {
  // Potentiation and depression of one exponential window, softly bounded.
  const memplast::FunctionRule mine{[](double dt, double w) {
    return dt > 0 ? 0.1 * (1 - w) * std::exp(-dt / 20) : -0.1 * w * std::exp(dt / 20);
  }};
  const std::vector<double> pre{10, 40, 70}, post{15, 45};
  const memplast::ReplaySettings settings{.delay_ms = 1, .w0 = 0.5};
  for (const double w : memplast::replay(mine, pre, post, settings))
    std::cout << "w = " << w << '\n';

  const auto nc = memplast::load_model("nc");
  const auto iris = memplast::read_csv(DATASETS "/iris.csv");
  std::cout << memplast::rule_name(nc.rule) << ", " << iris.rows.size() << " flowers\n";
}
