#include <cmath>

#include "models/model_file.hpp"
#include "tests/catch.hpp"

using namespace memplast;

namespace {

/// The state after n potentiating pulses.
template <class M>
double potentiated(const M& model, double w, int n) {
  for (int k = 0; k < n; ++k) w += model.D_plus(w);
  return w;
}
template <class M>
double depressed(const M& model, double w, int n) {
  for (int k = 0; k < n; ++k) w -= model.D_minus(w);
  return w;
}

}  // namespace

TEST_CASE("pulses: the closed form of each model", "[models][pulse]") {
  const LinearPulse<> linear{0.02, 0.05};
  CHECK(potentiated(linear, 0.1, 10) == Approx(0.3));
  CHECK(depressed(linear, 0.9, 4) == Approx(0.7));

  const SoftBoundsPulse<> soft{0.1, 0.2};  // 1 - w falls by 0.9, w by 0.8
  CHECK(potentiated(soft, 0.0, 3) == Approx(1.0 - 0.729));
  CHECK(depressed(soft, 1.0, 3) == Approx(0.512));

  // NeuroSim's own form: G - G_min = B (1 - exp(-P/A)), and its mirror image for depression.
  const ExponentialPulse<> exponential{1.25 * (1.0 - std::exp(-1.0 / 40.0)),
                                       1.1 * (1.0 - std::exp(-1.0 / 25.0)), 1.0 / 40.0, 1.0 / 25.0};
  CHECK(potentiated(exponential, 0.0, 60) == Approx(1.25 * (1.0 - std::exp(-1.5))));
  CHECK(depressed(exponential, 1.0, 50) == Approx(1.0 - 1.1 * (1.0 - std::exp(-2.0))));

  // Accelerating: 1.5 - exp(-nu) w with exp(-nu) = 1.5 adds half the state to 0.01 each time.
  const ExponentialPulse<> accelerating{0.01, 0.01, -std::log(1.5), 0.02};
  CHECK(potentiated(accelerating, 0.0, 2) == Approx(0.01 + 0.015));
  // It ends at w = a / (1 - exp(-nu)) = 0.5: beyond, a pulse does nothing.
  const ExponentialPulse<> short_range{0.25, 0.1, std::log(2.0), 0.02};
  CHECK(short_range.D_plus(0.5) == Approx(0.0).margin(1e-15));
  CHECK(short_range.D_plus(0.7) == 0.0);

  const PowerPulse<> power{0.5, 0.25, 2.0, 3.0};
  CHECK(power.D_plus(0.5) == Approx(0.125));
  CHECK(power.D_minus(0.5) == Approx(0.03125));
  CHECK(power.D_plus(1.0) == 0.0);
  CHECK(power.D_minus(-0.1) == 0.0);

  TablePulse<> table;
  table.plus_25 = 0.02;
  table.plus_50 = 0.06;
  CHECK(table.D_plus(0.25) == Approx(0.02));
  CHECK(table.D_plus(0.375) == Approx(0.04));
  CHECK(table.D_plus(0.5) == Approx(0.06));
  CHECK(table.D_plus(1.5) == table.plus_100);
  CHECK(table.D_minus(-1.0) == table.minus_0);
}

TEST_CASE("pulses: the limits of one model are another", "[models][pulse]") {
  const PowerPulse<> as_linear{0.1, 0.2, 0.0, 0.0}, as_soft{0.1, 0.2, 1.0, 1.0};
  const double share = 1.0 - std::exp(-1.0 / 30.0);
  const ExponentialPulse<> exponential{share, share, 1.0 / 30.0, 1.0 / 30.0}, even{0.1, 0.2, 0, 0};
  for (const double w : {0.1, 0.5, 0.8}) {
    CHECK(as_linear.D_plus(w) == LinearPulse<>{0.1, 0.2}.D_plus(w));
    CHECK(as_soft.D_minus(w) == Approx(SoftBoundsPulse<>{0.1, 0.2}.D_minus(w)));
    CHECK(exponential.D_plus(w) == Approx(SoftBoundsPulse<>{share, share}.D_plus(w)));
    CHECK(exponential.D_minus(w) == Approx(SoftBoundsPulse<>{share, share}.D_minus(w)));
    CHECK(even.D_plus(w) == LinearPulse<>{0.1, 0.2}.D_plus(w));
  }
}

TEST_CASE("pulses: a typical device takes n pulses across its range", "[models][pulse]") {
  AllPulseModels::for_each([]<template <class> class M>() {
    INFO(M<double>::name);
    for (const double n : {20.0, 1000.0}) {
      const auto model = M<double>::typical(n);
      CHECK(potentiated(model, 0.0, static_cast<int>(n)) > 0.6);
      CHECK(potentiated(model, 0.0, static_cast<int>(n)) < 1.1);
      CHECK(depressed(model, 1.0, static_cast<int>(n)) < 0.4);
      for_each_param<M<double>>([&](const auto& param) {
        CHECK(model.*param.member >= param.lower);
        CHECK(model.*param.member <= param.upper);
      });
    }
  });
}

TEST_CASE("pulse rule: a pair is a full pulse in the window, a weaker one beyond",
          "[models][pulse]") {
  static_assert(SeparableRule<PulseRule>);
  const PulseRule rule(SoftBoundsPulse<>{0.1, 0.2}, {.window = 10.0, .tail = 5.0});
  CHECK(rule.dw(3.0, 0.25) == Approx(0.075));
  CHECK(rule.dw(10.0, 0.25) == Approx(0.075));
  CHECK(rule.dw(-3.0, 0.25) == Approx(-0.05));
  CHECK(rule.dw(15.0, 0.25) == Approx(0.075 * std::exp(-1.0)));
  CHECK(rule.dw(-20.0, 0.25) == Approx(-0.05 * std::exp(-2.0)));
  CHECK(std::abs(rule.S(rule.reach_plus() * 1.0001)) <= 1e-18);
  for (double dt = -300; dt <= 300; dt += 0.7)
    for (double w = 0; w <= 1; w += 0.1)
      REQUIRE(rule.dw(dt, w) == rule.S(dt) * (dt > 0 ? rule.D_plus(w) : rule.D_minus(w)));
}

TEST_CASE("pulse rule: its table of steps is its model", "[models][pulse]") {
  AllPulseModels::for_each([]<template <class> class M>() {
    INFO(M<double>::name);
    const M<double> model;
    const PulseRule rule(model, {});
    // Linear interpolation errs by D'' / 8 / 1024^2: 1e-7 of D'', and here D'' < 0.1.
    for (double w = 0.0; w <= 1.0; w += 0.00137) {
      REQUIRE(rule.D_plus(w) == Approx(model.D_plus(w)).margin(1e-7));
      REQUIRE(rule.D_minus(w) == Approx(model.D_minus(w)).margin(1e-7));
    }
    CHECK(rule.D_plus(1.0) == Approx(model.D_plus(1.0)).margin(1e-15));
    CHECK(rule.D_minus(0.0) == Approx(model.D_minus(0.0)).margin(1e-15));
  });
}

TEST_CASE("model file: a pulse model reads back, window and all", "[models][pulse]") {
  for (const auto& name : shipped_pulse_models()) {
    INFO(name);
    auto model = load_model(name);
    set_rule_param(model.rule, "window_ms", 7.0, "test");
    const auto written = to_json(model);
    CHECK(written["model"] == name);
    CHECK(written["params"]["window_ms"] == 7.0);
    CHECK(to_json(model_from_json(parse_json(written.dump(), "m"), "m")) == written);
  }
  auto model = load_model("pulse_linear");
  set_rule_param(model.rule, "a_plus", 0.25, "test");
  CHECK(std::get<PulseRule>(model.rule).dw(1.0, 0.5) == 0.25);
  CHECK_THROWS_WITH(set_rule_param(model.rule, "b", 1.0, "test"),
                    Catch::Contains("a_plus, a_minus, window_ms, tail_ms"));
  auto spoilt = to_json(model);
  spoilt["params"].erase("tail_ms");
  CHECK_THROWS_WITH(model_from_json(spoilt, "m"), Catch::Contains("tail_ms"));
}
