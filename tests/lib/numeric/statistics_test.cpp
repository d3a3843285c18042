#include "lib/numeric/statistics.hpp"

#include <cmath>
#include <vector>

#include "lib/coding/decoders.hpp"
#include "tests/catch.hpp"

using namespace memplast;

TEST_CASE("a summary has the corrected resampled t interval", "[lib][statistics]") {
  const std::vector<double> scores{0.9, 0.94, 0.92, 0.96};
  const auto s = summarise(scores, 0.25);
  CHECK(s.n == 4);
  CHECK(s.mean == Approx(0.93));
  CHECK(s.sd == Approx(0.025819888974716));  // sqrt(0.002 / 3)
  // t(0.975, 3) = 3.182446305, half width = t sd sqrt(1/4 + 1/4)
  CHECK(s.ci95_high - s.mean == Approx(3.182446305 * 0.025819888974716 * 0.70710678118));
  CHECK(s.mean - s.ci95_low == Approx(s.ci95_high - s.mean));
}

TEST_CASE("one score has no spread", "[lib][statistics]") {
  const auto s = summarise(std::vector{0.8}, 0.25);
  CHECK(s.mean == 0.8);
  CHECK(s.sd == 0.0);
  CHECK(s.ci95_low == 0.8);
}

TEST_CASE("tails of distributions are those of tables", "[lib][statistics]") {
  CHECK(t_95(1) == Approx(12.7062047364));
  CHECK(t_95(10) == Approx(2.2281388520));
  CHECK(chance_of_as_many(1, 0.5) == Approx(1.0 - std::exp(-0.5)));
  CHECK(chance_of_as_many(2, 0.5) == Approx(1.0 - 1.5 * std::exp(-0.5)));
}

TEST_CASE("decoders settle ties as they say", "[lib][decoders]") {
  CHECK(first_to_spike(std::vector<FirstSpike>{{5.0, 1.0}, {4.0, 1.0}, {4.0, 2.0}}) == 2);
  CHECK(first_to_spike(std::vector<FirstSpike>{{.V_mV = 1.0}, {.V_mV = 3.0}}) == 1);
  CHECK(highest_rate(std::vector{1.0, 3.0, 3.0}) == 1);
  CHECK(own_rate(std::vector{10.0, 5.0}, std::vector{12.0, 7.0}) == 0);
  CHECK(own_rate(std::vector{10.0, 6.5}, std::vector{12.0, 7.0}) == 1);
}
