#include "models/states/device_window.hpp"

#include <cmath>

#include "lib/base/error.hpp"
#include "tests/catch.hpp"

using namespace memplast;
using Catch::Contains;

namespace {

VoltagePulse pulse(const std::string& text) { return parse_voltage_pulse(text, "--pre-pulse"); }

/// A device far below its window, with the same conductance range everywhere near x = 0.5.
DeviceFile vteam() {
  return make_device(Vteam<>{.R_on = 1e4,
                             .R_off = 1.1e4,
                             .k_on = 2.0,
                             .k_off = 3.0,
                             .v_on = 1.2,
                             .v_off = -1.2,
                             .alpha_on = 1.0,
                             .alpha_off = 2.0,
                             .p = 100.0},
                     0.1, "test");
}

/// dw of a change of x from the state that reads w.
double dw_of(const DeviceFile& file, double w, double dx) {
  const auto& range = file.conductance;
  const double x = state_at(file.device, range.siemens(w), range.V_read);
  return range.weight(conductance_at(file.device, x + dx, range.V_read)) - w;
}

}  // namespace

TEST_CASE("voltage pulse: shapes are what their names say", "[models][state]") {
  const auto at = [](const VoltageCourse& course, double t) {
    for (std::size_t i = 1; i < course.size(); ++i)
      if (t >= course[i - 1].t && t < course[i].t)
        return course[i - 1].V + (course[i].V - course[i - 1].V) * (t - course[i - 1].t) /
                                     (course[i].t - course[i - 1].t);
    return 0.0;
  };
  const auto rectangular = pulse("rectangular:800mV,10us").course();
  CHECK(at(rectangular, 9.9e-6) == 0.8);
  CHECK(at(rectangular, 10.1e-6) == 0.0);
  CHECK(at(pulse("triangular:-2V,4s").course(), 1.0) == -1.0);
  CHECK(at(pulse("biphasic:1V,2ms").course(), 1.5e-3) == -1.0);
  CHECK(at(pulse("bitriangular:1V,4ms").course(), 2.5e-3) == Approx(-0.5));
  const auto tail = pulse("exponential:1V,1ms,20ms").course();
  CHECK(at(tail, 0.5e-3) == 1.0);
  for (const double t : {0.1, 3.3, 47.0})  // chords: 5e-5 of the amplitude 0.5
    CHECK(at(tail, 1e-3 + 1e-3 * t) == Approx(-0.5 * std::exp(-t / 20.0)).margin(2.5e-5));
  CHECK(to_string(pulse("exponential:1V,1ms,20ms")) == "exponential:1V,0.001s,0.02s");
}

TEST_CASE("voltage pulse: what cannot be read is refused", "[models][state]") {
  for (const auto& [text, part] : {std::pair{"square:1V,1ms", "bitriangular"},
                                   {"rectangular", "AMPLITUDE,WIDTH"},
                                   {"rectangular:1V", "AMPLITUDE,WIDTH"},
                                   {"rectangular:1,1ms", "an amplitude with its unit"},
                                   {"rectangular:1V,1", "a width with its unit"},
                                   {"rectangular:1V,-1ms", "above 0"},
                                   {"rectangular:0V,1ms", "other than 0"},
                                   {"exponential:1V,1ms", ",TAIL"}})
    CHECK_THROWS_WITH(pulse(text), Contains(part) && Contains("--pre-pulse"));
}

TEST_CASE("device window: overlapping rectangles, in closed form", "[models][state]") {
  // Biphasic pulses of +-1 V, 10 + 10 ms. For 0 < dt <= 10 ms V = -1 V over dt, then 0, then the
  // start of post on the end of pre: 2 V over dt, and so on: 2 V over min(dt, 20 - dt) in all.
  // Only 2 V is beyond the threshold of 1.2 V: dx = 2 /s (2/1.2 - 1) overlap.
  const auto file = vteam();
  const auto spike = pulse("biphasic:1V,20ms");
  const std::vector<double> dt{-25.0, -15.0, -10.0, -4.0, 0.0, 4.0, 10.0, 15.0, 25.0};
  const auto points = device_window(file, spike, spike, dt, {0.5});
  REQUIRE(points.size() == dt.size());
  for (const auto& p : points) {
    INFO("dt " << p.dt);
    const double lag = std::abs(p.dt);
    const double overlap = 1e-3 * (lag <= 10.0 ? lag : std::max(20.0 - lag, 0.0));
    const double dx = p.dt > 0.0 ? 2.0 * (2.0 / 1.2 - 1.0) * overlap
                                 : -3.0 * std::pow(2.0 / 1.2 - 1.0, 2) * overlap;
    CHECK(p.dw == Approx(dw_of(file, 0.5, dx)).epsilon(1e-8).margin(1e-12));
  }
}

TEST_CASE("device window: bi-triangular pulses, in closed form", "[models][state]") {
  // Width 40 ms, 1 V: at dt = 20 ms the post triangle of 20 ms lies on the second one of pre: a
  // triangle of 2 V, beyond 1.2 V for 8 ms with a mean excess of (2/1.2 - 1) / 2. At dt = 0 the
  // pulses cancel; from dt = 40 ms on they no longer meet, and 1 V alone moves nothing.
  const auto file = vteam();
  const auto spike = pulse("bitriangular:1V,40ms");
  const std::vector<double> dt{-60, -40, -30, -20, -10, 0, 10, 20, 30, 40, 60};
  const auto p = device_window(file, spike, spike, dt, {0.3});
  const double excess = 2.0 / 1.2 - 1.0;
  CHECK(p[7].dw == Approx(dw_of(file, 0.3, 2.0 * 8e-3 * excess / 2.0)).epsilon(1e-8));
  CHECK(p[3].dw == Approx(dw_of(file, 0.3, -3.0 * 8e-3 * excess * excess / 3.0)).epsilon(1e-8));
  for (const std::size_t i : {0U, 1U, 5U, 9U, 10U}) CHECK(p[i].dw == 0.0);
  CHECK(p[6].dw >= 0.0);
  CHECK(p[4].dw <= 0.0);
  CHECK(p[8].dw < p[7].dw);  // it decays
  CHECK(p[2].dw > p[3].dw);
}

TEST_CASE("device window: a device without a threshold sees only the flux", "[models][state]") {
  // The flux of both pulses together is the same at every lag, and so is the change: 0 for pulses
  // of two equal phases, that of the flux for others (models/states/drift_joglekar.hpp, p = 1).
  const auto file =
      make_device(JoglekarDrift<>{.R_on = 100.0, .R_off = 1000.0, .k = 20.0, .p = 1.0}, 0.1, "");
  const std::vector<double> dt{-30.0, -7.0, 0.0, 12.0, 50.0};
  const auto both = pulse("bitriangular:1V,20ms");
  for (const auto& p : device_window(file, both, both, dt, {0.5}))
    CHECK(p.dw == Approx(0.0).margin(1e-10));

  const double x = state_at(file.device, file.conductance.siemens(0.5), 0.1);
  const double target = 1000.0 * std::log(x) - 100.0 * std::log1p(-x) + 4.0 * 20.0 * 100.0 * 0.015;
  double low = 0.0, high = 1.0;
  for (int halvings = 0; halvings < 80; ++halvings) {
    const double middle = 0.5 * (low + high);
    (1000.0 * std::log(middle) - 100.0 * std::log1p(-middle) < target ? low : high) = middle;
  }
  const double dw = dw_of(file, 0.5, low - x);
  CHECK(dw > 0.01);
  for (const auto& p :
       device_window(file, pulse("triangular:1V,10ms"), pulse("rectangular:1V,20ms"), dt, {0.5}))
    CHECK(p.dw == Approx(dw).epsilon(1e-8));  // 20 mV s of post less 5 mV s of pre
}
