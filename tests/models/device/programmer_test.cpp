#include "models/device/programmer.hpp"

#include "models/rules/all.hpp"
#include "tests/catch.hpp"

using namespace memplast;

TEST_CASE("programmer: each kind makes the wanted step on the device's own curve",
          "[models][programmer]") {
  const double w = 0.4, lowest = 1.5, base = 0.005;
  for (const RulePtr& rule :
       {erase(NcMemristor<>{}), erase(PpxMemristor<>{}), erase(StdpExponential<>{})}) {
    const auto step_of = [&](const Pulses& p) {
      return p.factor * p.count * rule->dw(p.lag_ms, w);
    };
    const Programmer scaled(*rule, Programming::scaled, w, base, lowest);
    const Programmer timing(*rule, Programming::timing, w, base, lowest);
    const Programmer pulses(*rule, Programming::pulses, w, base, lowest);
    for (const double sign : {-1.0, 1.0}) {
      CHECK(step_of(scaled.plan(sign, 0.03, 0.0)) == Approx(sign * 0.03));
      // Between lags it interpolates: an eighth of an octave apart, within 1 %.
      CHECK(step_of(timing.plan(sign, 0.004, 0.0)) == Approx(sign * 0.004).epsilon(0.01));
      CHECK(timing.plan(sign, 0.004, 0.0).factor == 1.0);
      CHECK(timing.plan(sign, 0.004, 0.0).count == 1);
      CHECK(timing.plan(sign, 1e-9, 0.0).count == 0);
      // 2.5 pulses: two or three, by lot.
      CHECK(pulses.plan(sign, 2.5 * base, 0.4).count == 2);
      CHECK(pulses.plan(sign, 2.5 * base, 0.6).count == 3);
      CHECK(step_of(pulses.plan(sign, 2.0 * base, 0.5)) == Approx(sign * 2.0 * base));
      // The spikes are never nearer than they may be, and in the order that the sign asks for.
      CHECK(sign * timing.plan(sign, 1.0, 0.0).lag_ms >= lowest);
    }
  }
}

TEST_CASE("a rule whose type is forgotten is the same rule", "[models][rule]") {
  const NcMemristor<> nc;
  const StdpExponential<> stdp;
  const std::vector<double> dt{3.0, -7.5, 0.0, 31.0}, w{0.4, 0.9, 0.2, 0.0};
  std::vector<double> dw(4);
  const auto check = [&](const auto& rule) {
    erase(rule)->changes(dt, w, dw);
    for (std::size_t k = 0; k < dt.size(); ++k) CHECK(dw[k] == rule.dw(dt[k], w[k]));
  };
  check(nc);
  check(stdp);
  CHECK(erase(nc)->pairs_at_zero());
  CHECK_FALSE(erase(stdp)->pairs_at_zero());
  CHECK(erase(stdp)->pulses() == nullptr);
  CHECK(erase(PulseRule())->pulses() != nullptr);
}

TEST_CASE("the outermost lag of a step, or that of the largest", "[models][rule]") {
  const StdpExponential<> stdp;
  const RulePtr rule = erase(stdp);
  CHECK(rule->outermost_lag(+1.0, 0.5, 0.002, 1.0) ==
        Approx(stdp.tau_plus * std::log(stdp.lambda / 0.002)).margin(1e-9));
  CHECK(rule->outermost_lag(-1.0, 0.5, 0.5, 1.0) == 1.0);  // more than there is
}
