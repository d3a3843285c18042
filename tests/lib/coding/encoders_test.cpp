#include "lib/coding/encoders.hpp"

#include "lib/base/text.hpp"
#include "lib/io/csv.hpp"
#include "lib/io/file.hpp"
#include "tests/catch.hpp"
#include "tests/support.hpp"

using namespace memplast;
using test::golden;

namespace {

// The golden tables have no header.
std::vector<std::vector<double>> read_numbers(const std::string& name) {
  std::vector<std::vector<double>> rows;
  std::istringstream lines(read_text(golden("nest/grf/" + name)));
  for (std::string line; std::getline(lines, line);) {
    rows.emplace_back();
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, ',');)
      rows.back().push_back(to_number(trim(cell)).value());
  }
  return rows;
}

}  // namespace

TEST_CASE("the seed's receptive fields are met within 1e-14", "[lib][encoders][golden]") {
  const int n = GENERATE(5, 10, 20);
  const auto samples = read_numbers("X_iris_rows.csv");
  const auto range = read_numbers("minmax_iris.csv");
  const auto expected = read_numbers("grf_iris_n" + std::to_string(n) + "_rows.csv");
  const auto fields = GaussianReceptiveFields::between(range[0], range[1], n);
  for (std::size_t s = 0; s < samples.size(); ++s) {
    std::vector<double> g(static_cast<std::size_t>(fields.size()));
    fields.activate(samples[s], g);
    REQUIRE(g.size() == expected[s].size());
    for (std::size_t i = 0; i < g.size(); ++i) CHECK(std::abs(g[i] - expected[s][i]) < 1e-14);
  }
}

TEST_CASE("a latency runs from 0 at g = 1 to the end at the cut, and silent fields stay silent",
          "[lib][encoders]") {
  const VolleyNeurons neurons({}, 10.0);
  const auto volley = TemporalEncoder{10.0}.encode(std::vector{0.2, 0.0, 1.0, 0.6}, 0.2, neurons);
  CHECK(volley.pre == std::vector{2, 3, 0});
  CHECK(volley.t_ms[0] == 0.0);
  CHECK(volley.t_ms[1] == Approx(5.0));
  CHECK(volley.t_ms[2] == Approx(10.0));
}

TEST_CASE("Poisson spikes have the rate, spread and order they should", "[lib][encoders]") {
  const PoissonEncoder encoder{.rate_high_Hz = 200.0, .rate_low_Hz = 0.0, .step_ms = 0.1};
  const std::vector<double> g{1.0, 0.0, 0.5};
  constexpr Step second = 10000;
  double n0 = 0.0, n0_squared = 0.0, n2 = 0.0;
  constexpr int trials = 400;
  for (int k = 0; k < trials; ++k) {
    const auto spikes = encoder.encode(g, second, static_cast<std::uint64_t>(k));
    CHECK(std::is_sorted(spikes.begin(), spikes.end(),
                         [](const Spike& a, const Spike& b) { return a.step < b.step; }));
    double count[3] = {};
    for (const Spike& s : spikes) {
      REQUIRE((s.step >= 1 && s.step <= second));
      ++count[s.neuron];
    }
    CHECK(count[1] == 0);
    n0 += count[0];
    n0_squared += count[0] * count[0];
    n2 += count[2];
  }
  const double mean = n0 / trials, variance = n0_squared / trials - mean * mean;
  CHECK(mean == Approx(200.0).margin(4 * std::sqrt(200.0 / trials)));  // 4 standard errors
  CHECK(n2 / trials == Approx(100.0).margin(4 * std::sqrt(100.0 / trials)));
  CHECK(variance / mean == Approx(1.0).margin(4 * std::sqrt(2.0 / trials)));
}

TEST_CASE("a field's Poisson spikes depend on the presentation and the field alone",
          "[lib][encoders]") {
  const PoissonEncoder encoder{.rate_high_Hz = 100.0};
  const auto of_field_1 = [&](const std::vector<double>& g, std::uint64_t presentation) {
    std::vector<Step> steps;
    for (const Spike& s : encoder.encode(g, 5000, presentation))
      if (s.neuron == 1) steps.push_back(s.step);
    return steps;
  };
  CHECK(of_field_1({0.0, 1.0}, 7) == of_field_1({1.0, 1.0, 0.3}, 7));
  CHECK(of_field_1({0.0, 1.0}, 7) != of_field_1({0.0, 1.0}, 8));
}
