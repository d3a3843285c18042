#include "window_fit.hpp"

#include <ceres/jet.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "../lib/numeric/random.hpp"
#include "../lib/numeric/statistics.hpp"
#include "model_at.hpp"

namespace memplast {
namespace {

/// dw of a rule at each point and, unless J is null, its derivatives [point][parameter].
template <template <class> class M>
void predict(std::span<const WindowPoint> points, const double* p, double* out, double* J) {
  constexpr int size = param_count<M<double>>();
  if (J == nullptr) {
    const auto m = model_at<M>(p);
    for (const auto& s : points) *out++ = m.dw(s.dt, s.w);
    return;
  }
  using Jet = ceres::Jet<double, size>;
  std::array<Jet, size> jets;
  for (int i = 0; i < size; ++i) jets[i] = Jet(p[i], i);
  const auto m = model_at<M>(jets.data());
  for (const auto& s : points) {
    const Jet dw = m.dw(s.dt, s.w);
    *out++ = dw.a;
    J = std::copy_n(dw.v.data(), size, J);
  }
}

/// A point within the bounds. Times are drawn on the scale of the measured dt; other parameters
/// near their default value, or anywhere.
std::vector<double> candidate(const FitProblem& problem, double longest, std::uint64_t seed,
                              int index) {
  std::vector<double> p;
  for (const auto& param : problem.params) p.push_back(param.start);
  if (index == 0) return p;
  Stream random(seed, Purpose::start, static_cast<std::uint64_t>(index));
  const bool near_default = index % 2 == 1;
  for (std::size_t i = 0; i < p.size(); ++i) {
    const double lower = problem.params[i].lower, upper = problem.params[i].upper;
    if (!problem.params[i].free) continue;
    const double sign = lower < 0.0 && upper <= 0.0 ? -1.0 : 1.0;
    if (problem.params[i].unit == "ms")
      p[i] = sign * longest * std::exp(random.uniform(std::log(0.01), 0.0));
    else if (near_default)
      p[i] *= std::exp(random.uniform(-3.0, 3.0));
    else if (lower < 0.0 && upper > 0.0)
      p[i] = random.uniform(lower, upper);
    else
      p[i] = sign * std::max(std::abs(lower), std::abs(upper)) *
             std::exp(random.uniform(std::log(1e-4), 0.0));
    p[i] = std::clamp(p[i], lower, upper);
  }
  return p;
}

template <template <class> class M>
WindowFit fit_rule(const WindowData& data, const FitOptions& options) {
  FitProblem problem;
  problem.name = data.file;
  problem.has_sigma = data.has_sigma;
  for_each_param<M<double>>([&](const auto& param) {
    problem.params.push_back({.key = param.key(),
                              .unit = std::string(param.unit),
                              .start = M<double>{}.*param.member,
                              .lower = param.lower,
                              .upper = param.upper,
                              .free = param.fitted == Fitted::yes});
  });
  double longest = 0.0;
  for (const auto& s : data.points) {
    problem.measured.push_back(s.dw);
    problem.sigma.push_back(s.sigma);
    longest = std::max(longest, std::abs(s.dt));
  }
  fix_params(problem, options);
  problem.shared = problem.params.size();
  problem.predict = [&](std::size_t, const double* p, double, double* out, double* J, double*) {
    predict<M>(data.points, p, out, J);
  };
  problem.candidate = [&](int index) { return candidate(problem, longest, options.seed, index); };
  const auto solution = solve(problem, options);
  return {solution.record, model_at<M>(solution.p.data())};
}

}  // namespace

WindowFit fit_window(std::string_view model, const WindowData& data, const FitOptions& options) {
  std::optional<WindowFit> result;
  AllModels::for_each([&]<template <class> class M>() {
    if (M<double>::name == model) result = fit_rule<M>(data, options);
  });
  if (result) return *result;
  throw InputError({.where = "model of the fit",
                    .expected = "one of " + join(shipped_rules()),
                    .got = "'" + std::string(model) + "'"});
}

std::vector<double> confidence_band(const WindowFit& fit, std::span<const WindowPoint> points) {
  std::vector<double> half(points.size());
  AllModels::for_each([&]<template <class> class M>() {
    if (!std::holds_alternative<M<double>>(fit.rule)) return;
    constexpr std::size_t size = param_count<M<double>>();
    std::vector<double> p, dw(points.size()), J(points.size() * size);
    std::vector<std::size_t> free;
    for (std::size_t i = 0; i < size; ++i) {
      p.push_back(fit.params[i].value);
      if (fit.params[i].standing != Standing::fixed) free.push_back(i);
    }
    predict<M>(points, p.data(), dw.data(), J.data());
    const double t = t_95(fit.n - fit.free_params);
    for (std::size_t k = 0; k < points.size(); ++k) {
      double variance = 0.0;
      for (std::size_t a = 0; a < free.size(); ++a)
        for (std::size_t b = 0; b < free.size(); ++b)
          if (const double c = fit.covariance[a][b]; std::isfinite(c))
            variance += J[k * size + free[a]] * c * J[k * size + free[b]];
      half[k] = t * std::sqrt(std::max(variance, 0.0));
    }
  });
  return half;
}

json to_json(const WindowFit& fit, const WindowData& data) {
  json out{{"data_file", data.file}, {"data_sha256", data.sha256}};
  out.update(to_json(static_cast<const FitRecord&>(fit)));
  return out;
}

ModelFile model_from_fit(const WindowFit& fit, const WindowData& data) {
  ModelFile model = load_model(std::string(rule_name(fit.rule)));
  model.source = "fit of '" + std::string(rule_name(fit.rule)) + "' to " + data.file;
  if (data.range_from == RangeFrom::nowhere) model.source += "; conductance range illustrative";
  if (data.range_from == RangeFrom::data)
    model.source += "; conductance range estimated from the data, amplitudes biased";
  model.rule = fit.rule;
  model.conductance = data.conductance;
  model.fit = to_json(fit, data);
  return model;
}

}  // namespace memplast
