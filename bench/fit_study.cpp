/// Planted truth: how often do the fits' intervals hold it, and does --model auto find the model?
///
/// fit_study [SETS [MODEL [SEED]]]: for each model, or one ("all": each), SETS (100) data sets of a
/// SEED (11) at normal noise of 1, 3 and 10 % of the largest change (window), of the range (pulses)
/// or of the largest current (sweeps), without and with 5 % gross outliers. Prints one row per
/// case:
///   held      share of the 95 % intervals (as `memplast fit` states them: by profile where a
///             parameter is poorly determined) that hold the truth, over all fitted parameters
///   without   share of the parameters that ended at a bound or undetermined, without an interval
///   error     median over sets and parameters of abs(estimate - truth) / abs(truth)
///   auto      share of the sets in which the true model is the best or indistinguishable from it
///             (at 3 % without outliers only)
///
/// fit_study SETS recovery [SEED]: sweeps at 1 % noise; how far the worst parameter of a fit is
/// off.
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <iostream>
#include <tuple>

#include "fitting/model_choice.hpp"
#include "fitting/pulse_fit.hpp"
#include "fitting/sweep_fit.hpp"
#include "fitting/window_fit.hpp"
#include "lib/numeric/random.hpp"

using namespace memplast;

namespace {

std::uint64_t seed = 11;

struct Case {
  double noise;
  bool outliers;
};

/// Normal noise of standard deviation `size`; every twentieth value on average is far off.
double disturbed(double value, double size, double largest, bool outliers, Stream& random) {
  const double noisy = value + size * random.normal();
  return outliers && random.uniform() < 0.05 ? noisy + largest * random.uniform(-2.0, 2.0) : noisy;
}

/// 300 points: 5 states, every 3.3 ms within +-98 ms.
template <class R>
WindowData window(const R& rule, const Case& of, std::uint64_t set) {
  const std::vector<double> states{0.1, 0.3, 0.5, 0.7, 0.9};
  double largest = 0.0;
  for (const double w : states)
    for (int k = -98; k <= 98; ++k) largest = std::max(largest, std::abs(rule.dw(k, w)));
  WindowData data;
  Stream random(seed, Purpose::noise, set);
  for (const double w : states)
    for (int k = -30; k < 30; ++k) {
      const double dt = (k + 0.5) * 3.3;
      data.points.push_back(
          {dt, w, disturbed(rule.dw(dt, w), of.noise * largest, largest, of.outliers, random),
           1.0});
    }
  return data;
}

/// Two cycles of 75 pulses up and 75 down.
template <class M>
PulseData pulses(const M& model, const Case& of, std::uint64_t set) {
  PulseData data;
  Stream random(seed + 1, Purpose::noise, set);
  double w = 0.05;
  for (int cycle = 1; cycle <= 2; ++cycle)
    for (const bool up : {true, false}) {
      Ramp ramp{up, "", cycle, {}, {}};
      for (int k = 1; k <= 75; ++k) {
        w += up ? model.D_plus(w) : -model.D_minus(w);
        ramp.pulse.push_back(k);
        ramp.w.push_back(disturbed(w, of.noise, 1.0, of.outliers, random));
      }
      data.ramps.push_back(std::move(ramp));
    }
  return data;
}

/// A device under a course of voltage.
template <class M>
SweepData measured(const M& model, VoltageCourse course, const Case& of, std::uint64_t set) {
  SweepTrace trace;
  trace.course = std::move(course);
  SweepData data;
  const auto x = follow(model, 0.3, trace.course);
  for (std::size_t i = 0; i < x.size(); ++i) {
    trace.I.push_back(model.I(x[i], trace.course[i].V));
    trace.trusted.push_back(i);
    data.I_max = std::max(data.I_max, std::abs(trace.I.back()));
  }
  Stream random(seed + 2, Purpose::noise, set);
  for (double& I : trace.I)
    I = disturbed(I, of.noise * data.I_max, data.I_max, of.outliers, random);
  data.traces.push_back(std::move(trace));
  return data;
}

/// Six triangles, from weak and slow to strong and fast.
VoltageCourse triangles(int points) {
  VoltageCourse course;
  double t = 0.0;
  for (const auto& [amplitude, period] :
       {std::pair{0.6, 40.0}, {0.7, 12.0}, {0.85, 6.0}, {1.05, 2.5}, {1.3, 1.2}, {1.6, 0.6}})
    for (int k = 0; k < points; ++k, t += period / points) {
      const double phase = static_cast<double>(k) / points;
      const double V = phase < 0.25   ? 4.0 * phase
                       : phase < 0.75 ? 2.0 - 4.0 * phase
                                      : 4.0 * phase - 4.0;
      course.push_back({t, amplitude * V});
    }
  return course;
}

/// `cycles` times: six half waves up and four down, each of which moves x by a part of its range,
/// weak and slow, then strong and fast; 100 points each.
VoltageCourse small_steps(int cycles) {
  VoltageCourse course;
  double t = 0.0;
  for (int cycle = 0; cycle < cycles; ++cycle)
    for (const auto& [amplitude, width, count] :
         {std::tuple{0.8, 2.5, 6}, {-0.7, 2.5, 4}, {1.4, 0.08, 6}, {-1.4, 0.08, 4}})
      for (int k = 0; k < 100 * count; ++k, t += width / 100.0) {
        const double phase = (k % 100) / 100.0;
        course.push_back({t, amplitude * (phase < 0.5 ? 2.0 * phase : 2.0 - 2.0 * phase)});
      }
  return course;
}

/// How far the worst parameter is off, at 1 % noise.
template <template <class> class M>
void recover(const std::string& title, const M<double>& truth, const VoltageCourse& course,
             int sets) {
  std::vector<double> worst;
  int near = 0, warned = 0;
  for (int set = 0; set < sets; ++set) {
    const auto fit = fit_sweep(
        M<double>::name, measured(truth, course, {0.01, false}, static_cast<std::uint64_t>(set)));
    std::size_t i = 0;
    double most = 0.0;
    bool poor = false;
    for_each_param<M<double>>([&](const auto& param) {
      const auto& found = fit.params[i++];
      if (found.standing == Standing::fixed) return;
      most = std::max(most, std::abs(found.value / (truth.*param.member) - 1.0));
      poor = poor || found.poor || found.standing != Standing::fitted;
    });
    worst.push_back(most);
    near += most <= 0.05 ? 1 : 0;
    warned += poor ? 1 : 0;
  }
  std::sort(worst.begin(), worst.end());
  std::cout << "| `" << M<double>::name << "`, " << title << ", " << course.size() << " points | "
            << std::round(1000.0 * worst[worst.size() / 2]) / 10.0 << " | "
            << std::round(1000.0 * worst.back()) / 10.0 << " | " << near << " of " << sets << " | "
            << warned << " |" << std::endl;
}

/// The study of one model; `make(case, set)` gives data, `fit(name, data, options)` fits it.
template <class P, class Make, class Fit>
void study(const P& truth, const std::vector<std::string>& names, int sets, const Make& make,
           const Fit& fit) {
  std::vector<double> wanted;
  for_each_param<P>([&](const auto& param) { wanted.push_back(truth.*param.member); });
  for (const double noise : {0.01, 0.03, 0.1})
    for (const bool outliers : {false, true}) {
      const Case of{noise, outliers};
      int held = 0, intervals = 0, without = 0, found = 0;
      std::vector<double> errors;
      for (int set = 0; set < sets; ++set) {
        const auto data = make(of, static_cast<std::uint64_t>(set));
        const auto one = fit(std::string(P::name), data, FitOptions{.profile = true});
        for (std::size_t i = 0; i < wanted.size(); ++i) {
          const auto& param = one.params[i];
          if (param.standing == Standing::fixed) continue;
          if (wanted[i] != 0.0) errors.push_back(std::abs(param.value / wanted[i] - 1.0));
          if (param.standing != Standing::fitted) {
            ++without;
            continue;
          }
          ++intervals;
          held += param.ci95_low <= wanted[i] && wanted[i] <= param.ci95_high ? 1 : 0;
        }
        if (noise != 0.03 || outliers) continue;
        const auto fits = fit_each(names, {.folds = 10}, [&](const auto& name, const auto& how) {
          return fit(name, data, how);
        });
        const auto ranked = rank_fits({fits.begin(), fits.end()});
        found += std::any_of(ranked.begin(), ranked.end(), [&](const auto& r) {
          return names[r.fit] == P::name && (r.fit == ranked[0].fit || r.indistinguishable);
        });
      }
      const auto middle = errors.begin() + static_cast<std::ptrdiff_t>(errors.size() / 2);
      std::nth_element(errors.begin(), middle, errors.end());
      std::cout << "| `" << P::name << "` | " << 100 * noise << " | " << (outliers ? 5 : 0) << " | "
                << std::round(1000.0 * held / std::max(intervals, 1)) / 10.0 << " | "
                << std::round(1000.0 * without / std::max(without + intervals, 1)) / 10.0 << " | "
                << std::round(*middle * 1e5) / 1e3 << " | ";
      if (noise == 0.03 && !outliers) std::cout << 100.0 * found / sets;
      std::cout << " |" << std::endl;
    }
}

/// Constants that no simpler model shares.
void set_apart(StdpExponential<>& rule) {
  rule.mu_plus = 0.5;
  rule.mu_minus = 0.7;
}
void set_apart(PowerPulse<>& model) {
  model.mu_plus = 1.7;
  model.mu_minus = 2.0;
}
void set_apart(TablePulse<>& model) {
  model.plus_25 *= 0.5;
  model.plus_50 *= 1.6;
  model.minus_50 *= 0.5;
  model.minus_75 *= 1.4;
}
void set_apart(BiolekDrift<>& model) { model = {1e3, 2e4, 1.5, 2.0}; }
void set_apart(JoglekarDrift<>& model) { model = {1e3, 1e4, 1.2, 1.5}; }
void set_apart(Vteam<>& model) { model = {5e3, 5e4, 5.0, 2.0, 0.5, -0.4, 2.0, 1.5, 10.0}; }
void set_apart(Yakopcic<>& model) {
  model = {1e-4, 8e-5, 1.5, 0.5, 0.4, 8.0, 6.0, 0.4, 0.5, 2.0, 4.0, 1.0};
}
void set_apart(const auto&) {}

}  // namespace

int main(int argc, char** argv) {
  const int sets = argc > 1 ? std::atoi(argv[1]) : 100;
  const std::string_view one = argc > 2 ? argv[2] : "all";
  const auto wanted = [&](std::string_view name) { return one == "all" || name == one; };
  if (argc > 3) seed = static_cast<std::uint64_t>(std::atoll(argv[3]));
  if (one == "recovery") {
    std::cout << "| sweep | worst parameter off by, median, % | at most, % | within 5 % | with a "
                 "poorly determined one |\n|---|---|---|---|---|\n";
    Vteam<> vteam;
    Yakopcic<> yakopcic;
    set_apart(vteam);
    set_apart(yakopcic);
    recover("six triangles", vteam, triangles(333), sets);
    recover("six triangles of ten times the points", vteam, triangles(3330), sets);
    recover("six triangles", yakopcic, triangles(333), sets);
    recover("small steps", yakopcic, small_steps(1), sets);
    recover("ten times small steps", yakopcic, small_steps(10), sets);
    return 0;
  }
  std::cout
      << "| model | noise, % | outliers, % | held, % | without, % | median error, % | auto, % |\n"
      << "|---|---|---|---|---|---|---|\n";
  AllModels::for_each([&]<template <class> class M>() {
    if (!wanted(M<double>::name)) return;
    M<double> truth;
    set_apart(truth);
    study(
        truth, shipped_rules(), sets,
        [&](const Case& of, std::uint64_t set) { return window(truth, of, set); },
        [](const auto& name, const auto& data, const auto& how) {
          return fit_window(name, data, how);
        });
  });
  AllPulseModels::for_each([&]<template <class> class M>() {
    if (!wanted(M<double>::name)) return;
    auto truth = M<double>::typical(90.0);
    set_apart(truth);
    study(
        truth, shipped_pulse_models(), sets,
        [&](const Case& of, std::uint64_t set) { return pulses(truth, of, set); },
        [](const auto& name, const auto& data, const auto& how) {
          return fit_pulses(name, data, how);
        });
  });
  AllStateModels::for_each([&]<template <class> class M>() {
    if (!wanted(M<double>::name)) return;
    M<double> truth;
    set_apart(truth);
    study(
        truth, shipped_state_models(), sets,
        [&](const Case& of, std::uint64_t set) { return measured(truth, triangles(100), of, set); },
        [](const auto& name, const auto& data, const auto& how) {
          return fit_sweep(name, data, how);
        });
  });
}
