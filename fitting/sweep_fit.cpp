#include "sweep_fit.hpp"

#include <ceres/jet.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "../lib/numeric/statistics.hpp"
#include "../models/states/stiff_integration.hpp"
#include "model_at.hpp"
#include "sweep_guess.hpp"

namespace memplast {
namespace {

// Errors of one step, of x. They add up where a device forgets nothing: 1e-8 moves estimates by a
// few hundredths of a standard error at 1 % noise.
constexpr double step_error = 1e-8, step_error_of_search = 1e-6;
constexpr std::size_t enough_to_search = 400;  // points, all traces together
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// How often the voltage of a trace turns round by more than a tenth of its range.
std::size_t turns(const SweepTrace& trace) {
  const auto by_voltage = [](const auto& a, const auto& b) { return a.V < b.V; };
  const auto [least, most] =
      std::minmax_element(trace.course.begin(), trace.course.end(), by_voltage);
  const double enough = 0.1 * (most->V - least->V);
  double low = trace.course.front().V, high = low;
  int rising = 0;
  std::size_t count = 0;
  for (const auto& knot : trace.course) {
    low = rising == 1 ? low : std::min(low, knot.V);
    high = rising == -1 ? high : std::max(high, knot.V);
    const bool up = knot.V > low + enough, down = knot.V < high - enough;
    if (rising != 1 && up) {
      ++count;
      rising = 1;
      high = knot.V;
    } else if (rising != -1 && down) {
      ++count;
      rising = -1;
      low = knot.V;
    }
  }
  return count;
}

/// Every k-th knot of each trace, such that about `enough_to_search` points remain, and a dozen
/// between turns of the voltage.
SweepData thinned(const SweepData& data) {
  std::size_t n = 0, enough = 0;
  for (const auto& trace : data.traces) {
    n += trace.course.size();
    enough += 12 * turns(trace);
  }
  const std::size_t stride = std::max<std::size_t>(1, n / std::max(enough_to_search, enough));
  SweepData out = data;
  for (auto& trace : out.traces) {
    SweepTrace few{trace.device, {}, {}, {}};
    for (std::size_t i = 0; i < trace.course.size(); i += stride) {
      if (std::binary_search(trace.trusted.begin(), trace.trusted.end(), i))
        few.trusted.push_back(few.course.size());
      few.course.push_back(trace.course[i]);
      few.I.push_back(trace.I[i]);
    }
    trace = std::move(few);
  }
  return out;
}

bool is_logarithmic(std::string_view unit) { return unit != "1"; }

/// Fits one model. Parameters: those of its table, then the first states.
template <template <class> class M>
class Fit {
 public:
  static constexpr int size = param_count<M<double>>();

  Fit(const SweepData& data, const FitOptions& options, double error = step_error)
      : data_(data), options_(options), shape_(shape_of(data)), step_error_(error) {
    const auto start = guess(shape_, none_kept(), options.seed, 0).model;
    for_each_param<M<double>>([&](const auto& param) {
      problem_.params.push_back({.key = param.key(),
                                 .unit = std::string(param.unit),
                                 .start = std::clamp(start.*param.member, param.lower, param.upper),
                                 .lower = param.lower,
                                 .upper = param.upper,
                                 .free = param.fitted == Fitted::yes,
                                 .logarithmic = is_logarithmic(param.unit)});
    });
    problem_.name = data.file;
    problem_.shared = problem_.params.size();
    for (const auto& trace : data.traces) {
      problem_.params.push_back({.key = "x_start",
                                 .unit = "1",
                                 .start = 0.5,
                                 .lower = 0.0,
                                 .upper = 1.0,
                                 .listed = false});
      problem_.groups.push_back(trace.trusted.size());
      for (const auto i : trace.trusted) problem_.measured.push_back(trace.I[i]);
    }
    problem_.sigma.assign(problem_.measured.size(), 1.0);
    problem_.candidates = 200;
    problem_.costly = true;
    fix_params(problem_, options);
    problem_.predict = [this](std::size_t group, const double* p, double x, double* out, double* J,
                              double* own_J) { predict(group, p, x, out, J, own_J); };
    problem_.candidate = [this](int index) { return candidate(index); };
  }

  /// The minimum is searched in a thinned sweep first; all points then start from there.
  SweepFit run() {
    search();
    const auto solution = solve(problem_, options_);
    SweepFit fit;
    static_cast<FitRecord&>(fit) = solution.record;
    fit.device = model_at<M>(solution.p.data());
    trace(fit, solution);
    return fit;
  }

 private:
  void search() {
    if (!options_.from.empty()) return;
    const SweepData few = thinned(data_);
    if (few.traces.front().course.size() == data_.traces.front().course.size()) return;
    FitOptions how{.fixed = options_.fixed,
                   .starts = options_.starts,
                   .seed = options_.seed,
                   .loss = Loss::none};
    const auto start = solve(Fit(few, how, step_error_of_search).problem_, how).p;
    problem_.candidates = 1;
    problem_.candidate = [start](int) { return start; };
  }

  /// I at each knot with what it took from the path, and false if it could not be followed.
  template <class T, class Model, class Visit>
  bool currents(std::size_t group, const Model& model, const T& x, Visit&& visit) const {
    const auto& course = data_.traces[group].course;
    std::size_t i = 0;
    const long most_steps = 2'000 + 10 * static_cast<long>(course.size());
    return integrate_stiff(model, x, course, step_error_, most_steps,
                           [&](const T& at) { visit(model.I(at, course[i++].V)); });
  }

  void predict(std::size_t group, const double* p, double x, double* out, double* J,
               double* own_J) const {
    const auto& trusted = data_.traces[group].trusted;
    auto next = trusted.begin();
    std::size_t knot = 0;
    const auto wanted = [&] {
      const bool is = next != trusted.end() && *next == knot;
      ++knot;
      if (is) ++next;
      return is;
    };
    bool followed = false;
    double* to = out;
    if (J == nullptr) {
      followed = currents(group, model_at<M>(p), x, [&](double I) {
        if (wanted()) *to++ = I;
      });
    } else {
      using Jet = ceres::Jet<double, size + 1>;
      std::array<Jet, size> jets;
      for (int i = 0; i < size; ++i) jets[i] = Jet(p[i], i);
      followed = currents(group, model_at<M>(jets.data()), Jet(x, size), [&](const Jet& I) {
        if (!wanted()) return;
        *to++ = I.a;
        J = std::copy_n(I.v.data(), size, J);
        *own_J++ = I.v[size];
      });
    }
    if (!followed) std::fill(out, out + trusted.size(), nan);
  }

  /// A guess is free to choose everything.
  static M<double> none_kept() {
    M<double> m;
    for_each_param<M<double>>([&](const auto& param) { m.*param.member = nan; });
    return m;
  }

  std::vector<double> candidate(int index) const {
    M<double> kept = none_kept();
    std::size_t i = 0;
    for_each_param<M<double>>([&](const auto& param) {
      const auto& limits = problem_.params[i++];
      if (!limits.free) kept.*param.member = limits.start;
    });
    const auto found = guess(shape_, kept, options_.seed, index);
    std::vector<double> p;
    for_each_param<M<double>>([&](const auto& param) {
      p.push_back(std::clamp(found.model.*param.member, param.lower, param.upper));
    });
    p.insert(p.end(), found.x_start.begin(), found.x_start.end());
    return p;
  }

  /// The fitted courses with their bands.
  void trace(SweepFit& fit, const FitSolution& solution) const {
    using Jet = ceres::Jet<double, size + 1>;
    const double t = t_95(fit.n - fit.free_params);
    std::array<Jet, size> jets;
    for (int i = 0; i < size; ++i) jets[i] = Jet(solution.p[i], i);
    for (std::size_t g = 0; g < data_.traces.size(); ++g) {
      const std::size_t own = size + g;
      auto& course = fit.traces.emplace_back();
      course.x_start = solution.p[own];
      const auto position = [&](int a) { return a < size ? static_cast<std::size_t>(a) : own; };
      currents(g, model_at<M>(jets.data()), Jet(solution.p[own], size), [&](const Jet& I) {
        double variance = 0.0;
        for (int a = 0; a <= size; ++a)
          for (int b = 0; b <= size; ++b)
            if (const double c = solution.covariance[position(a)][position(b)]; std::isfinite(c))
              variance += I.v[a] * c * I.v[b];
        course.I.push_back(I.a);
        course.half.push_back(t * std::sqrt(std::max(variance, 0.0)));
      });
    }
  }

  const SweepData& data_;
  const FitOptions& options_;
  SweepShape shape_;
  double step_error_;
  FitProblem problem_;
};

}  // namespace

SweepFit fit_sweep(std::string_view model, const SweepData& data, const FitOptions& options) {
  std::optional<SweepFit> result;
  AllStateModels::for_each([&]<template <class> class M>() {
    if (M<double>::name == model) result = Fit<M>(data, options).run();
  });
  if (result) return *result;
  throw InputError({.where = "model of the fit",
                    .expected = "one of " + join(shipped_state_models()) + " for a sweep",
                    .got = "'" + std::string(model) + "'"});
}

json to_json(const SweepFit& fit, const SweepData& data) {
  json out{{"data_file", data.file}, {"data_sha256", data.sha256}, {"traces", data.traces.size()}};
  out.update(to_json(static_cast<const FitRecord&>(fit)));
  for (const auto& trace : fit.traces) out["x_start"].push_back(trace.x_start);
  return out;
}

DeviceFile model_from_fit(const SweepFit& fit, const SweepData& data) {
  auto file =
      make_device(fit.device, data.V_read,
                  "fit of '" + std::string(state_model_name(fit.device)) + "' to " + data.file);
  file.fit = to_json(fit, data);
  return file;
}

}  // namespace memplast
