#include <cmath>
#include <vector>

#include "lib/engine/crossbar_kernels.hpp"
#include "lib/engine/pair_rule.hpp"
#include "lib/io/csv.hpp"
#include "models/rules/all.hpp"
#include "tests/catch.hpp"
#include "tests/support.hpp"

using namespace memplast;

namespace {

/// Calls `check(rule)` with the shipped constants of every rule in the list.
template <class Check>
void for_each_rule(const Check& check) {
  AllModels::for_each([&]<template <class> class M>() {
    INFO(M<double>::name);
    check(M<double>{});
  });
}

}  // namespace

TEST_CASE("rules: every rule is separable, and S times D is dw", "[models]") {
  for_each_rule([](const auto& rule) {
    static_assert(SeparableRule<std::decay_t<decltype(rule)>>);
    for (double dt = -300; dt <= 300; dt += 0.7)
      for (double w = 0; w <= 1; w += 0.125) {
        const double D = dt > 0 ? rule.D_plus(w) : rule.D_minus(w);
        REQUIRE(rule.dw(dt, w) == rule.S(dt) * D);
      }
  });
}

TEST_CASE("rules: the window at many lags at once has the bits of S at each", "[models]") {
  for_each_rule([](const auto& rule) {
    std::vector<double> dt, S;
    for (double lag = -600; lag <= 600; lag += 0.37) dt.push_back(lag);
    S.resize(dt.size());
    kernels::windows(rule, dt.data(), dt.size(), S.data());
    for (std::size_t k = 0; k < dt.size(); ++k) REQUIRE(S[k] == rule.S(dt[k]));
  });
}

TEST_CASE("rules: dt > 0 potentiates, dt < 0 depresses", "[models]") {
  for_each_rule([](const auto& rule) {
    for (double dt = 0.1; dt < 100; dt *= 1.3)
      for (const double w : {0.1, 0.5, 0.9}) {
        CHECK(rule.dw(dt, w) > 0);
        CHECK(rule.dw(-dt, w) < 0);
      }
  });
}

TEST_CASE("rules: nothing is left of a window beyond its reach", "[models]") {
  for_each_rule([](const auto& rule) {
    double peak_plus = 0, peak_minus = 0;
    for (double dt = 0.1; dt < 500; dt += 0.1) {
      peak_plus = std::max(peak_plus, std::abs(rule.S(dt)));
      peak_minus = std::max(peak_minus, std::abs(rule.S(-dt)));
    }
    CHECK(std::abs(rule.S(rule.reach_plus() * 1.0001)) <= 1e-18 * peak_plus);
    CHECK(std::abs(rule.S(-rule.reach_minus() * 1.0001)) <= 1e-18 * peak_minus);
  });
}

TEST_CASE("nc: dw = A w at the centre of each edge", "[models][nc]") {
  const NcMemristor<> nc;
  const double w = GENERATE(0.1, 0.5, 1.0);
  // tanh(0) = 0 at dt = mu, so the bracket is 1.
  CHECK(nc.dw(nc.mu_plus, w) == Approx(nc.A_plus * w));
  CHECK(nc.dw(nc.mu_minus, w) == Approx(nc.A_minus * w));
}

TEST_CASE("nc: an edge may be sharp and far away", "[models][nc]") {
  NcMemristor<> nc;
  nc.mu_plus = 500;
  nc.tau_plus = 0.1;
  CHECK(nc.S(1) == 2 * nc.A_plus);
  CHECK(nc.S(500) == nc.A_plus);
  CHECK(nc.S(1000) >= 0);
  CHECK(nc.S(1000) < 1e-30);
}

TEST_CASE("nc: coincident spikes depress the most, and w = 0 stays", "[models][nc]") {
  const NcMemristor<> nc;
  CHECK(NcMemristor<>::pairs_at_zero);
  CHECK(nc.dw(0, 0.5) < nc.dw(-0.1, 0.5));
  // 1 + tanh(22.325 / 10.812) = 1.9683: by hand.
  CHECK(nc.dw(0, 1) == Approx(nc.A_minus * 1.9683).epsilon(1e-4));
  CHECK(nc.dw(10, 0) == 0);
  CHECK(nc.dw(-10, 0) == 0);
}

TEST_CASE("ppx: the peak is where x² = 1 / (2 gamma)", "[models][ppx]") {
  const PpxMemristor<> ppx;
  const double x = 1 / std::sqrt(2 * ppx.gamma_plus);
  const double dt = x * ppx.tau, peak = ppx.dw(dt, 1);
  CHECK(peak == Approx(ppx.alpha_plus * x * std::exp(-0.5)));
  CHECK(ppx.dw(dt * 1.01, 1) < peak);
  CHECK(ppx.dw(dt * 0.99, 1) < peak);
}

TEST_CASE("ppx: no change at dt = 0 nor beyond 500 ms", "[models][ppx]") {
  PpxMemristor<> ppx;
  CHECK(PpxMemristor<>::pairs_at_zero);
  CHECK(ppx.dw(0, 0.5) == 0);
  ppx.tau = 1000;  // wide enough to be seen at 500 ms
  CHECK(ppx.dw(500, 0.5) > 0);
  CHECK(ppx.dw(-500, 0.5) < 0);
  CHECK(ppx.dw(500.1, 0.5) == 0);
  CHECK(ppx.dw(-500.1, 0.5) == 0);
}

TEST_CASE("ppx: the state moves a window by exp(beta)", "[models][ppx]") {
  const PpxMemristor<> ppx;
  CHECK(ppx.dw(20, 0) / ppx.dw(20, 1) == Approx(std::exp(-ppx.beta_plus)).epsilon(1e-14));
  CHECK(ppx.dw(-20, 1) / ppx.dw(-20, 0) == Approx(std::exp(-ppx.beta_minus)).epsilon(1e-14));
}

TEST_CASE("stdp: additive, multiplicative and between", "[models][stdp]") {
  StdpExponential<> stdp{.lambda = 0.02, .alpha = 1.05, .mu_plus = 0, .mu_minus = 0};
  CHECK_FALSE(StdpExponential<>::pairs_at_zero);
  const double step = 0.02 * std::exp(-1.0);
  CHECK(stdp.dw(stdp.tau_plus, 0.3) == Approx(step));
  CHECK(stdp.dw(-stdp.tau_minus, 0.3) == Approx(-1.05 * step));
  CHECK(stdp.dw(20, 1) == Approx(step));  // 0^0 = 1
  CHECK(stdp.dw(-20, 0) == Approx(-1.05 * step));

  stdp.mu_plus = stdp.mu_minus = 1;
  CHECK(stdp.dw(20, 0.3) == Approx(0.7 * step));
  CHECK(stdp.dw(-20, 0.3) == Approx(-0.3 * 1.05 * step));

  stdp.mu_plus = stdp.mu_minus = 0.5;
  CHECK(stdp.dw(20, 0.75) == Approx(0.5 * step));
  CHECK(stdp.dw(-20, 0.25) == Approx(-0.5 * 1.05 * step));
}

TEST_CASE("table: linear between points, apart on the two sides of zero", "[models][table]") {
  const TableRule table{
      .dt_ms = {-20, -10, 10, 20}, .w = {0.0, 1.0}, .values = {{-1, -2, 4, 2}, {-3, -6, 8, 0}}};
  static_assert(PairRule<TableRule> && !SeparableRule<TableRule>);
  CHECK(table.dw(15, 0) == Approx(3));
  CHECK(table.dw(-15, 0) == Approx(-1.5));
  CHECK(table.dw(15, 0.5) == Approx(3.5));
  CHECK(table.dw(10, 0.25) == Approx(5));
  CHECK(table.dw(0.1, 0) == 4);  // the branch dt > 0 continues to zero
  CHECK(table.dw(0, 0) == -2);   // dt = 0 is in the other one
  CHECK(table.dw(-0.1, 0) == -2);
  CHECK(table.dw(20, 0) == 2);
  CHECK(table.dw(20.1, 0) == 0);
  CHECK(table.dw(-20.1, 0) == 0);
}

TEST_CASE("table: a window measured on one side acts there alone, up to zero", "[models][table]") {
  const TableRule later{.dt_ms = {5, 10}, .w = {0.5}, .values = {{2, 1}}};
  CHECK(later.dw(1, 0.5) == 2);
  CHECK(later.dw(0, 0.5) == 0);
  CHECK(later.dw(-1, 0.5) == 0);
  const TableRule earlier{.dt_ms = {-10, -5}, .w = {0.5}, .values = {{-1, -2}}};
  CHECK(earlier.dw(0, 0.5) == -2);
  CHECK(earlier.dw(-1, 0.5) == -2);
  CHECK(earlier.dw(1, 0.5) == 0);
  CHECK(earlier.dw(-11, 0.5) == 0);
}

TEST_CASE("table: beyond the measured states the nearest holds", "[models][table]") {
  const TableRule table{.dt_ms = {1, 2}, .w = {0.2, 0.4}, .values = {{1, 1}, {3, 3}}};
  CHECK(table.dw(1.5, 0.1) == 1);
  CHECK(table.dw(1.5, 0.3) == Approx(2));
  CHECK(table.dw(1.5, 0.9) == 3);
}

TEST_CASE("any callable is a rule", "[models]") {
  const FunctionRule rule{[](double dt, double w) { return dt > 0 ? 1.0 - w : -w; }};
  static_assert(PairRule<decltype(rule)>);
  CHECK(rule.dw(1, 0.25) == 0.75);
  CHECK(rule.dw(-1, 0.25) == -0.25);
}

TEST_CASE("golden: one isolated pair changes the weight as in NEST", "[models][golden]") {
  const auto check = [](const auto& rule, const std::string& file) {
    const auto table = read_csv(test::golden("nest/kernel/" + file));
    const auto dt = table.numbers("dt_ms"), w = table.numbers("w"),
               after = table.numbers("w_after");
    double worst = 0.0;
    for (std::size_t i = 0; i < dt.size(); ++i)
      worst = std::max(worst, std::abs(clipped(w[i] + rule.dw(dt[i], w[i])) - after[i]));
    INFO(file << ": " << dt.size() << " values, worst difference " << worst);
    CHECK(dt.size() > 1000);
    CHECK(worst < 1e-13);
  };
  check(NcMemristor<>{}, "kernel_nc.csv");
  check(PpxMemristor<>{}, "kernel_ppx.csv");
}

TEST_CASE("gaussian: the peak is at mu, and falls by exp(-1/2) within sigma",
          "[models][gaussian]") {
  const GaussianWindow<> rule{
      .A_plus = 0.4, .A_minus = 0.2, .mu_plus = 8, .mu_minus = 12, .sigma_plus = 5};
  CHECK(rule.dw(8, 0.25) == Approx(0.4 * 0.75));
  CHECK(rule.dw(-12, 0.25) == Approx(-0.2 * 0.25));
  CHECK(rule.dw(13, 0.25) == Approx(0.3 * std::exp(-0.5)));
  CHECK(rule.dw(8, 1) == 0);  // soft bounds
  CHECK(rule.dw(-12, 0) == 0);
}

TEST_CASE("biexp: nothing at dt = 0, a peak where it should be, soft bounds", "[models][biexp]") {
  const BiexponentialWindow<> rule{
      .A_plus = 0.4, .A_minus = 0.2, .tau_plus = 20, .rise_plus = 0.5, .rise_minus = 0.25};
  // With rise = 1/2 and e = exp(-dt / tau) the bracket is e - e^2: 1/4 where e = 1/2.
  const double peak = 20 * std::log(2.0);
  CHECK(rule.dw(peak, 0) == Approx(0.4 * 0.25));
  CHECK(rule.dw(peak * 1.01, 0) < rule.dw(peak, 0));
  CHECK(rule.dw(peak * 0.99, 0) < rule.dw(peak, 0));
  // With rise = 1/4: e - e^4 = 1/2 - 1/16.
  CHECK(rule.dw(-peak, 1) == Approx(-0.2 * 0.4375));
  CHECK(rule.dw(0, 0.5) == 0);
  CHECK(rule.dw(peak, 1) == 0);
  CHECK(rule.dw(-peak, 0) == 0);
}
