#include "models/device/device_array.hpp"

#include <algorithm>

#include "lib/base/parameters.hpp"
#include "tests/catch.hpp"

using namespace memplast;

namespace {

constexpr int n = 200;  // devices are n x n

DeviceArray devices(const Variability& v, std::uint64_t seed = 1) {
  return {v, Conductance{.G_min = 1e-6, .G_max = 11e-6}, n, n, seed};
}

struct Moments {
  double mean = 0.0, sd = 0.0;
};

/// Over all devices; the mean of 40,000 is good to sd/200, the sd to sd/280.
template <class Value>
Moments over_devices(Value&& value) {
  double sum = 0.0, squares = 0.0;
  for (int i = 0; i < n; ++i)
    for (int j = 0; j < n; ++j) {
      const double x = value(i, j);
      sum += x;
      squares += x * x;
    }
  const double mean = sum / (n * n);
  return {mean, std::sqrt(squares / (n * n) - mean * mean)};
}

}  // namespace

TEST_CASE("each kind of variability is in one piece of it", "[models][variability]") {
  std::vector<std::string> keys;
  for (const auto& piece : Variability::pieces())
    keys.insert(keys.end(), piece.keys.begin(), piece.keys.end());
  auto known = keys_of(table_of<Variability>());
  std::sort(keys.begin(), keys.end());
  std::sort(known.begin(), known.end());
  CHECK(keys == known);
}

TEST_CASE("devices without variability do as asked", "[models][variability]") {
  auto d = devices({});
  CHECK(d.program(0, 1, 0.5, 0.1) == 0.6);
  CHECK(d.program(0, 1, 0.95, 0.1) == 1.0);
  CHECK(d.read(0, 1, 0.3) == 0.3);
  Weights w = Weights::Constant(n, n, 0.4);
  d.age();
  CHECK(d.transmitted(w) == w);
}

TEST_CASE("dtod is drawn once per device and polarity", "[models][variability]") {
  auto d = devices({.dtod = 0.1});
  const auto up = over_devices([&](int i, int j) { return d.program(i, j, 0.5, 0.1) - 0.5; });
  CHECK(up.mean == Approx(0.1).epsilon(0.005));
  CHECK(up.sd == Approx(0.01).epsilon(0.02));
  CHECK(d.program(3, 4, 0.5, 0.1) == d.program(3, 4, 0.5, 0.1));
  CHECK(d.program(3, 4, 0.5, 0.1) - 0.5 != 0.5 - d.program(3, 4, 0.5, -0.1));
}

TEST_CASE("ctoc is drawn at each write", "[models][variability]") {
  auto d = devices({.ctoc = 0.2, .ctoc_w = 0.01});
  const auto step = over_devices([&](int, int) { return d.program(0, 0, 0.5, -0.1) - 0.5; });
  CHECK(step.mean == Approx(-0.1).epsilon(0.005));
  CHECK(step.sd == Approx(std::hypot(0.02, 0.01)).epsilon(0.02));
  CHECK(d.program(0, 0, 0.5, 0.0) == 0.5);  // nothing was asked
}

TEST_CASE("the noise of part of a pulse has that part of a pulse's variance",
          "[models][variability]") {
  const PulseRule rule(LinearPulse<>{.a_plus = 0.1, .a_minus = 0.05}, {});
  DeviceArray d({.ctoc_w = 0.02}, {}, n, n, 1, &rule);
  const auto whole = over_devices([&](int, int) { return d.program(0, 0, 0.5, 0.1) - 0.5; });
  CHECK(whole.sd == Approx(0.02).epsilon(0.02));
  const auto quarter = over_devices([&](int, int) { return d.program(0, 0, 0.5, 0.025) - 0.5; });
  CHECK(quarter.mean == Approx(0.025).epsilon(0.01));
  CHECK(quarter.sd == Approx(0.01).epsilon(0.02));
  const auto down = over_devices([&](int, int) { return d.program(0, 0, 0.5, -0.0125) - 0.5; });
  CHECK(down.sd == Approx(0.01).epsilon(0.02));
}

TEST_CASE("states stay on the levels, and rounding by lot is right on average",
          "[models][variability]") {
  auto d = devices({.levels = 11});
  const auto after = over_devices([&](int i, int j) {
    const double w = d.program(i, j, 0.5, 0.013);
    CHECK((w == Approx(0.5) || w == Approx(0.6)));
    return w;
  });
  CHECK(after.mean == Approx(0.513).margin(4 * 0.034 / 200));  // sd of one: 0.1 sqrt(.13 .87)
  auto nearest = devices({.levels = 11, .stochastic_rounding = 0});
  CHECK(nearest.program(0, 0, 0.5, 0.049) == Approx(0.5));
  CHECK(nearest.program(0, 0, 0.5, 0.051) == Approx(0.6));
  Weights w = Weights::Constant(2, 2, 0.52);
  nearest.settle(w);
  CHECK(w.isApproxToConstant(0.5));
}

TEST_CASE("changes below the write threshold are not made", "[models][variability]") {
  auto d = devices({.write_threshold = 0.01});
  CHECK(d.program(0, 0, 0.5, 0.009) == 0.5);
  CHECK(d.program(0, 0, 0.5, 0.011) == 0.511);
}

TEST_CASE("the limits of the range spread as asked", "[models][variability]") {
  auto d = devices({.G_min_dtod = 0.3, .G_max_dtod = 0.1});
  const auto siemens = [&](double w) {
    return over_devices([&, w](int i, int j) { return 1e-6 + d.read(i, j, w) * 10e-6; });
  };
  CHECK(siemens(0.0).mean == Approx(1e-6).epsilon(0.01));
  CHECK(siemens(0.0).sd == Approx(0.3e-6).epsilon(0.05));
  CHECK(siemens(1.0).mean == Approx(11e-6).epsilon(0.005));
  CHECK(siemens(1.0).sd == Approx(1.1e-6).epsilon(0.03));
}

TEST_CASE("a stuck device gives the same whatever its state", "[models][variability]") {
  auto d = devices({.stuck_low = 0.1, .stuck_high = 0.05, .stuck_random = 0.02});
  int low = 0, high = 0, between = 0, works = 0;
  over_devices([&](int i, int j) {
    const double at_0 = d.read(i, j, 0.0), at_1 = d.read(i, j, 1.0);
    if (at_1 != at_0)
      ++works;
    else
      ++(at_0 == 0.0 ? low : at_0 == 1.0 ? high : between);
    return 0.0;
  });
  // Binomial: four standard deviations of 40,000 draws.
  CHECK(low == Approx(4000).margin(4 * 60));
  CHECK(high == Approx(2000).margin(4 * 44));
  CHECK(between == Approx(800).margin(4 * 28));
  CHECK(works + low + high + between == n * n);
}

TEST_CASE("read noise is relative to the conductance", "[models][variability]") {
  auto d = devices({.read_noise = 0.05});
  const auto G = over_devices([&](int, int) { return 1e-6 + d.read(0, 0, 0.4) * 10e-6; });
  CHECK(G.mean == Approx(5e-6).epsilon(0.002));
  CHECK(G.sd == Approx(0.25e-6).epsilon(0.02));
  CHECK(d.transmitted(Weights::Constant(n, n, 0.4)).isApproxToConstant(0.4));
}

TEST_CASE("conductances drift by a power of time", "[models][variability]") {
  auto d = devices({.drift_nu = 0.1, .drift_t0 = 10.0, .drift_time = 990.0});
  d.age();
  // G = 6e-6 (1 + 99)^-0.1
  CHECK(1e-6 + d.read(0, 0, 0.5) * 10e-6 == Approx(6e-6 * std::pow(100.0, -0.1)));
}

TEST_CASE("devices are a function of their seed", "[models][variability]") {
  const Variability v{.dtod = 0.1, .ctoc = 0.1, .read_noise = 0.1};
  auto a = devices(v), b = devices(v), c = devices(v, 2);
  CHECK(a.program(5, 6, 0.5, 0.1) == b.program(5, 6, 0.5, 0.1));
  CHECK(a.read(5, 6, 0.5) == b.read(5, 6, 0.5));
  CHECK(b.program(5, 6, 0.5, 0.1) != c.program(5, 6, 0.5, 0.1));
}
