#include "learners/teacher_timed.hpp"

#include <catch2/catch.hpp>

#include "models/rules/all.hpp"
#include "models/rules/erased.hpp"

using namespace memplast;

TEST_CASE("the teacher's lags give the steps asked for, on the outer branch",
          "[learners][schedule]") {
  const TeacherSettings s;
  SECTION("nc: multiplicative, so the step is a share of w0") {
    const NcMemristor<> nc;
    const auto t = solve_schedule(*erase(nc), s, 3.5);
    CHECK(nc.dw(t.plus_start, s.w0) == Approx(s.eta_start * s.w0));
    CHECK(nc.dw(-t.minus_start, s.w0) == Approx(-s.eta_start * s.w0));
    CHECK(nc.dw(t.plus_end, s.w0) == Approx(s.eta_end * s.w0));
    CHECK(nc.dw(-t.minus_end, s.w0) == Approx(-s.eta_end * s.w0));
    CHECK(t.plus_end > t.plus_start);
  }
  SECTION("ppx: its window has two lags for one step; the later one is taken") {
    const PpxMemristor<> ppx;
    const auto t = solve_schedule(*erase(ppx), s, 3.5);
    CHECK(ppx.dw(t.plus_start, s.w0) == Approx(s.eta_start));
    CHECK(ppx.dw(-t.minus_start, s.w0) == Approx(-s.eta_start));
    CHECK(t.plus_start > ppx.tau / std::sqrt(2 * ppx.gamma_plus));  // beyond the peak of the window
  }
  SECTION("a rule too weak for the step starts at the strongest it has and keeps the ratio") {
    StdpExponential<> stdp;
    stdp.lambda = 1e-3;
    const auto t = solve_schedule(*erase(stdp), s, 3.5);
    CHECK(t.plus_start == 3.5);
    CHECK(stdp.dw(t.plus_end, s.w0) / stdp.dw(t.plus_start, s.w0) ==
          Approx(s.eta_end / s.eta_start));
  }
  SECTION("a rule too weak for one of the steps makes both smaller, and keeps their balance") {
    TeacherSettings unequal;
    unequal.balance = 2.0;
    const StdpExponential<> stdp;  // at most 0.01; asked for 0.02 and 0.01
    const auto t = solve_schedule(*erase(stdp), unequal, 3.5);
    CHECK(t.plus_start == 3.5);
    CHECK(stdp.dw(t.plus_start, s.w0) / stdp.dw(-t.minus_start, s.w0) == Approx(-2.0));
    CHECK(stdp.dw(t.plus_end, s.w0) / stdp.dw(-t.minus_end, s.w0) == Approx(-2.0));
  }
  SECTION("a rule that only potentiates still does") {
    StdpExponential<> stdp;
    stdp.alpha = 0.0;
    const auto t = solve_schedule(*erase(stdp), s, 1e-3);
    CHECK(stdp.dw(t.plus_start, s.w0) == Approx(stdp.dw(1e-3, s.w0)));
  }
  SECTION("a rule without a declared reach works too") {
    const FunctionRule rule{[](double dt, double w) {
      return dt > 0 ? 0.02 * (1 - w) / (1 + 0.1 * dt) : -0.02 * w / (1 - 0.1 * dt);
    }};
    const auto t = solve_schedule(*erase(rule), s, 3.5);
    CHECK(rule.dw(t.plus_end, s.w0) / rule.dw(t.plus_start, s.w0) ==
          Approx(s.eta_end / s.eta_start));
  }
}
