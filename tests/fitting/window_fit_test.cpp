#include "fitting/window_fit.hpp"

#include <algorithm>
#include <cmath>

#include "fitting/model_choice.hpp"
#include "lib/numeric/random.hpp"
#include "tests/catch.hpp"
#include "tests/support.hpp"

using namespace memplast;
using Catch::Contains;

namespace {

/// What `rule` gives at every 4 ms within +-100 ms from each state, with normal noise.
template <class R>
WindowData planted(const R& rule, const std::vector<double>& states, double noise) {
  WindowData data;
  data.file = "planted";
  data.has_sigma = noise > 0.0;
  Stream random(7, Purpose::noise);
  for (const double w : states)
    for (int dt = -98; dt <= 98; dt += 4)
      data.points.push_back({.dt = static_cast<double>(dt),
                             .w = w,
                             .dw = rule.dw(dt, w) + noise * random.normal(),
                             .sigma = noise > 0.0 ? noise : 1.0});
  return data;
}

const std::vector<double> states{0.1, 0.3, 0.5, 0.7, 0.9};

const FittedParam& param(const WindowFit& fit, const std::string& key) {
  for (const auto& p : fit.params)
    if (p.key == key) return p;
  throw std::runtime_error(key);
}

/// Every parameter of `truth`: exactly, to the accuracy of the solver.
template <class R>
void check_exact(const WindowFit& fit, const R& truth) {
  CHECK(fit.converged);
  for_each_param<R>([&](const auto& p) {
    INFO(p.key());
    CHECK(param(fit, p.key()).value == Approx(truth.*p.member).epsilon(1e-6).margin(1e-8));
  });
}

/// Every parameter of `truth` within 3 standard errors of a fit, and within 2 %.
template <class R>
void check_recovered(const WindowFit& fit, const R& truth) {
  REQUIRE(fit.converged);
  for_each_param<R>([&](const auto& p) {
    if (p.fitted == Fitted::no) return;
    const auto got = param(fit, p.key());
    const double wanted = truth.*p.member;
    INFO(p.key() << " = " << got.value << " +- " << got.std_error << ", truth " << wanted);
    REQUIRE(got.standing == Standing::fitted);
    CHECK(std::abs(got.value - wanted) < 3.0 * got.std_error);
    CHECK(std::abs(got.value - wanted) < 0.02 * std::abs(wanted));
  });
}

}  // namespace

TEST_CASE("the shipped windows return the published constants", "[fitting]") {
  const auto nc = fit_window("nc", read_window(test::dataset("nc_window.csv")));
  check_recovered(nc, NcMemristor<>{});
  CHECK(nc.r2 > 0.999);
  const auto ppx = fit_window("ppx", read_window(test::dataset("ppx_window.csv")));
  check_recovered(ppx, PpxMemristor<>{});
  CHECK(ppx.r2 > 0.999);
  // 600 points: the reduced chi2 has a standard deviation of sqrt(2 / 594) = 0.058.
  CHECK(nc.chi2_reduced == Approx(1.0).margin(0.17));
  CHECK(ppx.chi2_reduced == Approx(1.0).margin(0.17));
}

TEST_CASE("a fit finds planted parameters far from the defaults", "[fitting]") {
  NcMemristor<> nc{};
  nc.A_plus = 0.4;
  nc.A_minus = -0.01;
  nc.mu_plus = 8.0;
  nc.mu_minus = -60.0;
  nc.tau_plus = 20.0;
  nc.tau_minus = 4.0;
  check_exact(fit_window("nc", planted(nc, states, 0.0)), nc);

  PpxMemristor<> ppx{};
  ppx.alpha_plus = 0.02;
  ppx.alpha_minus = 0.3;
  ppx.beta_plus = -4.0;
  ppx.beta_minus = 3.0;
  ppx.gamma_plus = 0.5;
  ppx.gamma_minus = 0.02;
  check_exact(fit_window("ppx", planted(ppx, states, 0.0)), ppx);

  BiexponentialWindow<> biexp{};
  biexp.A_plus = 0.6;
  biexp.A_minus = 0.01;
  biexp.tau_plus = 60.0;
  biexp.tau_minus = 8.0;
  biexp.rise_plus = 0.7;
  biexp.rise_minus = 0.05;
  check_exact(fit_window("biexp", planted(biexp, states, 0.0)), biexp);

  GaussianWindow<> gaussian{};
  gaussian.A_plus = 0.6;
  gaussian.A_minus = 0.01;
  gaussian.mu_plus = 40.0;
  gaussian.mu_minus = 2.0;
  gaussian.sigma_plus = 6.0;
  gaussian.sigma_minus = 30.0;
  check_exact(fit_window("gaussian", planted(gaussian, states, 0.0)), gaussian);

  StdpExponential<> stdp{};
  stdp.lambda = 0.2;
  stdp.alpha = 0.3;
  stdp.mu_plus = 2.0;
  stdp.mu_minus = 0.5;
  stdp.tau_plus = 45.0;
  stdp.tau_minus = 9.0;
  check_exact(fit_window("stdp", planted(stdp, states, 0.0)), stdp);
}

TEST_CASE("auto finds the rule that made the data, for each rule", "[fitting]") {
  const auto names = shipped_rules();
  AllModels::for_each([&]<template <class> class M>() {
    const M<double> truth;
    double largest = 0.0;
    for (int dt = -98; dt <= 98; dt += 4) largest = std::max(largest, std::abs(truth.dw(dt, 0.5)));
    auto data = planted(truth, {0.2, 0.5, 0.8}, 0.03 * largest);
    const auto fits = fit_each(names, {.folds = 5}, [&](const auto& name, const auto& options) {
      return fit_window(name, data, options);
    });
    const auto ranked = rank_fits({fits.begin(), fits.end()});
    INFO(M<double>::name << ", best " << names[ranked[0].fit]);
    CHECK((names[ranked[0].fit] == M<double>::name ||
           std::any_of(ranked.begin(), ranked.end(), [&](const auto& r) {
             return names[r.fit] == M<double>::name && r.indistinguishable;
           })));
  });
}

TEST_CASE("a window with gross outliers is fitted by its good points", "[fitting][loss]") {
  auto data = planted(NcMemristor<>{}, states, 1e-3);
  for (std::size_t i = 7; i < data.points.size(); i += 20) data.points[i].dw += 0.3;
  const auto fit = fit_window("nc", data);
  CHECK(fit.loss == Loss::tukey);
  CHECK(fit.outliers == 13);
  check_recovered(fit, NcMemristor<>{});
}

TEST_CASE("the 95 % band of a fit holds the truth, and vanishes with the noise", "[fitting]") {
  const NcMemristor<> truth;
  const auto fit = fit_window("nc", planted(truth, states, 1e-3));
  std::vector<WindowPoint> points;
  for (double dt = -90; dt <= 90; dt += 4.5) points.push_back({dt, 0.5, 0.0, 1.0});
  const auto half = confidence_band(fit, points);
  const auto& rule = std::get<NcMemristor<>>(fit.rule);
  int held = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    held += std::abs(rule.dw(points[i].dt, 0.5) - truth.dw(points[i].dt, 0.5)) <= half[i] ? 1 : 0;
    CHECK(half[i] < 1e-3);  // 250 points know the curve better than one
  }
  CHECK(held >= 30);  // of 41, whose errors are correlated
}

TEST_CASE("standard errors are those of repeated measurements", "[fitting]") {
  // The scatter of 60 fits to fresh noise against the mean stated error: its own relative standard
  // deviation is 1 / sqrt(2 * 59) = 9 %; four of them.
  const NcMemristor<> nc;
  const int repeats = 60;
  double sum = 0.0, squares = 0.0, stated = 0.0;
  for (int k = 0; k < repeats; ++k) {
    auto data = planted(nc, {0.5}, 0.0);
    data.has_sigma = true;
    Stream random(99, Purpose::noise, static_cast<std::uint64_t>(k));
    for (auto& point : data.points) {
      point.sigma = 1e-3;
      point.dw += point.sigma * random.normal();
    }
    const auto mu = param(fit_window("nc", data), "mu_plus_ms");
    sum += mu.value;
    squares += mu.value * mu.value;
    stated += mu.std_error / repeats;
  }
  const double mean = sum / repeats;
  const double scatter = std::sqrt((squares - repeats * mean * mean) / (repeats - 1));
  CHECK(scatter / stated == Approx(1.0).margin(0.36));
}

TEST_CASE("without sigma the scatter of the residuals sets the errors", "[fitting]") {
  auto data = planted(NcMemristor<>{}, states, 1e-3);
  const auto weighted = fit_window("nc", data);
  data.has_sigma = false;
  for (auto& point : data.points) point.sigma = 1.0;
  const auto plain = fit_window("nc", data);
  // 250 points determine a standard deviation to 1 / sqrt(500) = 4.5 %; three of them.
  CHECK(param(plain, "A_plus").std_error ==
        Approx(param(weighted, "A_plus").std_error).epsilon(0.14));
  CHECK(plain.rmse == Approx(1e-3).epsilon(0.14));
}

TEST_CASE("parameters that the data do not determine are said to be so", "[fitting]") {
  // From a single state, an amplitude and its state dependence are one number.
  const auto single = fit_window("ppx", planted(PpxMemristor<>{}, {0.5}, 1e-4));
  for (const auto* key : {"alpha_plus", "alpha_minus", "beta_plus", "beta_minus"}) {
    INFO(key);
    CHECK(param(single, key).standing == Standing::undetermined);
    CHECK(std::isnan(param(single, key).std_error));
  }
  CHECK(param(single, "gamma_plus").standing == Standing::fitted);

  // Without dt <= 0 nothing is known of depression; it keeps the rule's own values.
  auto data = planted(NcMemristor<>{}, states, 1e-4);
  std::erase_if(data.points, [](const auto& point) { return point.dt <= 0.0; });
  const auto half = fit_window("nc", data);
  CHECK(param(half, "mu_minus_ms").standing == Standing::undetermined);
  CHECK(param(half, "mu_minus_ms").value == NcMemristor<>{}.mu_minus);
  CHECK(param(half, "mu_plus_ms").standing == Standing::fitted);
}

TEST_CASE("a fixed parameter stays, and one at its bound has no error", "[fitting]") {
  const auto data = planted(NcMemristor<>{}, states, 1e-4);
  const auto fit = fit_window("nc", data, {.fixed = {{"tau_plus_ms", 12.0}}});
  CHECK(param(fit, "tau_plus_ms").value == 12.0);
  CHECK(param(fit, "tau_plus_ms").standing == Standing::fixed);
  CHECK(fit.covariance.size() == 5);

  StdpExponential<> no_depression{};
  no_depression.alpha = 0.0;
  const auto edge = fit_window("stdp", planted(no_depression, states, 0.0));
  CHECK(param(edge, "alpha").standing == Standing::at_bound);
}

TEST_CASE("a fit says what it cannot do", "[fitting]") {
  auto data = planted(NcMemristor<>{}, {0.5}, 0.0);
  CHECK_THROWS_WITH(fit_window("memristor", data), Contains("biexp, gaussian, nc, ppx, stdp"));
  CHECK_THROWS_WITH(fit_window("nc", data, {.fixed = {{"tau", 1.0}}}), Contains("tau_plus_ms"));
  CHECK_THROWS_WITH(fit_window("nc", data, {.fixed = {{"tau_plus_ms", -9.3}}}),
                    Contains("fixed parameter tau_plus_ms: expected a number in [0.1, 500] ms"));
  data.points.resize(6);
  CHECK_THROWS_WITH(fit_window("nc", data), Contains("more points than the 6 parameters"));
}

TEST_CASE("the model file of a fit reads back as the same rule", "[fitting]") {
  const auto data = read_window(test::dataset("nc_window.csv"));
  const auto fit = fit_window("nc", data);
  const auto written = to_json(model_from_fit(fit, data));
  const auto read = model_from_json(parse_json(written.dump(), "model"), "model");
  CHECK(to_json(read) == written);
  CHECK(std::get<NcMemristor<>>(read.rule).mu_plus == std::get<NcMemristor<>>(fit.rule).mu_plus);
  CHECK(read.fit["data_file"] == "nc_window.csv");
  CHECK(read.fit["covariance"].size() == 6);
  CHECK(read.fit["ci95"]["A_plus"][0] < read.fit["ci95"]["A_plus"][1]);
}
