#include "lib/numeric/fast_exp.hpp"

#include <cmath>

#include "lib/numeric/random.hpp"
#include "tests/catch.hpp"

using namespace memplast;

TEST_CASE("state_exp: within 2 ulp of exp on [-700, 700]", "[lib][fast_exp]") {
  Stream random(1, Purpose::noise);
  double worst = 0.0;
  for (int i = 0; i < 400'000; ++i) {
    const double scale = i % 2 ? 700.0 : 10.0;  // a rule's own exponents are small
    const double x = random.uniform(-scale, scale);
    const double truth = std::exp(x);  // itself within 1 ulp
    const double ulp = std::nextafter(truth, INFINITY) - truth;
    worst = std::max(worst, std::abs(state_exp(x) - truth) / ulp);
  }
  INFO("worst error: " << worst << " ulp");
  CHECK(worst <= 2.0);
}

TEST_CASE("state_exp: exact where it must be", "[lib][fast_exp]") {
  CHECK(state_exp(0.0) == 1.0);
  CHECK(state_exp(-0.0) == 1.0);
  CHECK(state_exp(1.0) == Approx(std::exp(1.0)).epsilon(4.5e-16));
}

TEST_CASE("state_exp: monotonic across the ends of its pieces", "[lib][fast_exp]") {
  for (int n = -20; n <= 20; ++n) {
    const double edge = (n + 0.5) * std::log(2.0);
    CHECK(state_exp(edge - 1e-9) < state_exp(edge + 1e-9));
  }
}

TEST_CASE("state_exp in single precision: within 2 ulp on [-80, 80]", "[lib][fast_exp]") {
  Stream random(1, Purpose::noise);
  double worst = 0.0;
  for (int i = 0; i < 400'000; ++i) {
    const double scale = i % 2 ? 80.0 : 10.0;
    const auto x = static_cast<float>(random.uniform(-scale, scale));
    const double truth = std::exp(static_cast<double>(x));
    const auto rounded = static_cast<float>(truth);
    const double ulp = static_cast<double>(std::nextafter(rounded, INFINITY)) - rounded;
    worst = std::max(worst, std::abs(static_cast<double>(state_exp(x)) - truth) / ulp);
  }
  INFO("worst error: " << worst << " ulp");
  CHECK(worst <= 2.0);
}
