#include "fitting/variability_fit.hpp"

#include <cmath>

#include "lib/numeric/random.hpp"
#include "tests/catch.hpp"

using namespace memplast;

namespace {

/// Four cycles of 150 pulses up and down, of each of `devices` devices.
PulseData ramps(const Variability& v, double read_sd, int devices) {
  PulseData data;
  data.in_siemens = true;
  data.low = 1e-5;
  data.high = 1.1e-4;
  Stream random(6, Purpose::noise);
  const SoftBoundsPulse<> model{0.04, 0.03};
  for (int k = 0; k < devices; ++k) {
    const double gain = 1.0 + v.dtod * random.normal();
    double w = 0.05;
    for (int cycle = 1; cycle <= 4; ++cycle)
      for (const bool up : {true, false}) {
        Ramp ramp{up, std::to_string(k), cycle, {}, {}};
        for (int n = 1; n <= 150; ++n) {
          double dw = gain * (up ? model.D_plus(w) : -model.D_minus(w));
          dw = dw * (1.0 + v.ctoc * random.normal()) + v.ctoc_w * random.normal();
          w = std::clamp(w + dw, 0.0, 1.0);
          ramp.pulse.push_back(n);
          ramp.w.push_back(w + read_sd * random.normal());
        }
        data.ramps.push_back(std::move(ramp));
      }
  }
  return data;
}

VariabilityFit fitted(const PulseData& data) {
  return fit_variability(fit_pulses("pulse_soft_bounds", data, {.starts = 2}), data);
}

}  // namespace

TEST_CASE("variability: noise of steps and of reads come apart", "[fitting][variability]") {
  Variability planted;
  SECTION("noise of each step, whatever its size") {
    planted.ctoc_w = 0.006;
    const auto found = fitted(ramps(planted, 0.004, 1)).variability;
    CHECK(found.ctoc_w == Approx(0.006).epsilon(0.15));  // 1,200 steps
    CHECK(found.ctoc == 0.0);
    // sd 0.004 of a range of 100 uS, at a mean of about 60 uS
    CHECK(found.read_noise == Approx(0.004 * 100.0 / 60.0).epsilon(0.3));
  }
  SECTION("noise in proportion to the step") {
    planted.ctoc = 0.6;
    const auto found = fitted(ramps(planted, 0.001, 1)).variability;
    CHECK(found.ctoc == Approx(0.6).epsilon(0.15));
    CHECK(found.ctoc_w < 0.0015);
  }
  SECTION("noise of reads alone is no noise of steps") {
    const auto found = fitted(ramps(planted, 0.02, 1));
    CHECK(found.variability.ctoc == 0.0);
    CHECK(found.variability.ctoc_w == 0.0);
    CHECK(!found.remarks.empty());
  }
}

TEST_CASE("variability: devices that differ, and that do not", "[fitting][variability]") {
  Variability planted;
  planted.dtod = 0.2;
  // Twelve devices know a spread to a fifth.
  CHECK(fitted(ramps(planted, 0.003, 12)).variability.dtod == Approx(0.2).epsilon(0.5));
  CHECK(fitted(ramps({}, 0.003, 5)).variability.dtod < 0.02);
  CHECK(fitted(ramps({}, 0.003, 2)).variability.dtod == 0.0);
}

TEST_CASE("variability: a window tells only what grows with the change", "[fitting][variability]") {
  const NcMemristor<> truth;
  Stream random(9, Purpose::noise);
  WindowData data;
  const double ctoc = GENERATE(0.0, 0.2);
  for (const double w : {0.2, 0.5, 0.8})
    for (int k = -60; k < 60; ++k) {
      const double dt = k + 0.5, dw = truth.dw(dt, w);
      data.points.push_back(
          {dt, w, dw * (1.0 + ctoc * random.normal()) + 5e-4 * random.normal(), 1.0});
    }
  const auto found = fit_variability(fit_window("nc", data, {.loss = Loss::none}), data);
  CHECK(found.variability.ctoc == Approx(ctoc).epsilon(0.2));
  CHECK(found.variability.ctoc_w == 0.0);
}
