#include "fitting/pulse_fit.hpp"

#include <algorithm>
#include <cmath>

#include "fitting/model_choice.hpp"
#include "lib/numeric/random.hpp"
#include "tests/catch.hpp"

using namespace memplast;

namespace {

/// `cycles` ramps up and down of n pulses each; every state is read with normal noise.
template <class M>
PulseData planted(const M& model, int n, int cycles, double noise, std::uint64_t seed = 5) {
  PulseData data;
  data.file = "planted";
  Stream random(seed, Purpose::noise);
  double w = 0.02;
  for (int cycle = 1; cycle <= cycles; ++cycle)
    for (const bool up : {true, false}) {
      Ramp ramp{up, "", cycle, {}, {}};
      for (int k = 1; k <= n; ++k) {
        w += up ? model.D_plus(w) : -model.D_minus(w);
        ramp.pulse.push_back(k);
        ramp.w.push_back(w + noise * random.normal());
      }
      data.ramps.push_back(ramp);
    }
  return data;
}

/// Parameters that move a device over most of its range within 60 pulses, unlike typical(60).
template <template <class> class M>
M<double> device() {
  auto model = M<double>::typical(80.0);
  int i = 0;
  for_each_param<M<double>>([&](const auto& param) {
    model.*param.member =
        std::clamp(model.*param.member * (1.0 + 0.1 * (++i % 3)), param.lower, param.upper);
  });
  return model;
}

}  // namespace

TEST_CASE("a pulse fit finds planted parameters exactly, for each model", "[fitting][pulse]") {
  AllPulseModels::for_each([]<template <class> class M>() {
    INFO(M<double>::name);
    const auto truth = device<M>();
    const auto fit = fit_pulses(M<double>::name, planted(truth, 60, 1, 0.0));
    CHECK(fit.converged);
    std::size_t i = 0;
    for_each_param<M<double>>([&](const auto& param) {
      const auto& got = fit.params[i++];
      INFO(param.key());
      // A state that no ramp reaches has no say in a table of steps.
      if (got.standing != Standing::fitted || !(got.std_error < 1e-4)) return;
      CHECK(got.value == Approx(truth.*param.member).epsilon(1e-4).margin(1e-6));
    });
    CHECK(fit.r2 > 1.0 - 1e-9);
  });
}

TEST_CASE("pulses: auto finds the model that made the data", "[fitting][pulse]") {
  const auto names = shipped_pulse_models();
  AllPulseModels::for_each([&]<template <class> class M>() {
    const auto data = planted(device<M>(), 60, 2, 0.03);
    const auto fits = fit_each(names, {.folds = 5}, [&](const auto& name, const auto& options) {
      return fit_pulses(name, data, options);
    });
    const auto ranked = rank_fits({fits.begin(), fits.end()});
    INFO(M<double>::name << ", best " << names[ranked[0].fit]);
    CHECK(std::any_of(ranked.begin(), ranked.end(), [&](const auto& r) {
      return names[r.fit] == M<double>::name && (&r == &ranked[0] || r.indistinguishable);
    }));
  });
}

TEST_CASE("pulses: intervals hold the truth, with the right noise", "[fitting][pulse]") {
  const SoftBoundsPulse<> truth{0.05, 0.03};
  int held = 0;
  const int repeats = 40;
  for (int k = 0; k < repeats; ++k) {
    const auto fit = fit_pulses("pulse_soft_bounds",
                                planted(truth, 60, 2, 0.02, static_cast<std::uint64_t>(k + 1)));
    held += fit.params[0].ci95_low < 0.05 && 0.05 < fit.params[0].ci95_high ? 1 : 0;
    held += fit.params[1].ci95_low < 0.03 && 0.03 < fit.params[1].ci95_high ? 1 : 0;
    // 240 reads tell their noise to some 10 %.
    CHECK(fit.read_noise == Approx(0.02).epsilon(0.3));
  }
  // 76 of 80 expected, standard deviation 2: three of them.
  CHECK(held >= 70);
}

TEST_CASE("pulses: the noise of steps is told from the noise of reads", "[fitting][pulse]") {
  // A walk: every pulse adds an error that stays.
  auto data = planted(LinearPulse<>{0.01, 0.01}, 90, 8, 0.0);
  Stream random(1, Purpose::noise);
  for (auto& ramp : data.ramps) {
    double off = 0.0;
    for (double& w : ramp.w) w += off += 0.003 * random.normal();
  }
  const auto fit = fit_pulses("pulse_linear", data);
  CHECK(fit.step_noise == Approx(0.003).epsilon(0.15));  // 1424 steps
  CHECK(fit.read_noise < 0.001);
  CHECK(fit.autocorrelation > 0.5);
}

TEST_CASE("pulses: outliers do not move a fit", "[fitting][pulse]") {
  const ExponentialPulse<> truth{0.044, 0.034, 0.04, 0.03};
  auto data = planted(truth, 60, 2, 0.01);
  for (auto& ramp : data.ramps)
    for (std::size_t i = 4; i < ramp.w.size(); i += 20) ramp.w[i] += 2.0;
  const auto fit = fit_pulses("pulse_exponential", data);
  CHECK(fit.loss == Loss::tukey);
  CHECK(fit.outliers == 12);
  CHECK(std::abs(fit.params[0].value - 0.044) < 4.0 * fit.params[0].std_error);
  CHECK(fit.params[0].std_error < 0.002);
}

TEST_CASE("pulses: a polarity that was not measured mirrors the other", "[fitting][pulse]") {
  auto data = planted(TablePulse<>{}, 60, 1, 0.001);
  data.ramps.pop_back();
  const auto fit = fit_pulses("pulse_table", data);
  CHECK(fit.has_up);
  CHECK_FALSE(fit.has_down);
  for (const double w : {0.0, 0.3, 0.6, 1.0})
    CHECK(fit.rule.D_minus(w) == Approx(fit.rule.D_plus(1.0 - w)).margin(1e-12));
  CHECK(fit.params[5].standing == Standing::undetermined);
  CHECK_THAT(model_from_fit(fit, data).source, Catch::Contains("depression not measured"));
}

TEST_CASE("pulses: the model file of a fit reads back as the same rule", "[fitting][pulse]") {
  const auto data = planted(SoftBoundsPulse<>{0.05, 0.03}, 60, 1, 0.01);
  const auto written = to_json(model_from_fit(fit_pulses("pulse_soft_bounds", data), data));
  const auto read = model_from_json(parse_json(written.dump(), "model"), "model");
  CHECK(to_json(read) == written);
  CHECK(read.fit["read_noise"].get<double>() == Approx(0.01).epsilon(0.3));
  CHECK(read.fit["std_error"].size() == 2);
  CHECK_THROWS_WITH(fit_pulses("nc", data), Catch::Contains("pulse_linear"));
  CHECK_THROWS_WITH(fit_pulses("pulse_linear", data, {.fixed = {{"start", 1.0}}}),
                    Catch::Contains("one of a_plus, a_minus"));
}
