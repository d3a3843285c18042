#include "pulse_fit.hpp"

#include <ceres/jet.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "../lib/numeric/random.hpp"
#include "../lib/numeric/statistics.hpp"
#include "model_at.hpp"

namespace memplast {
namespace {

/// Calls visit(state) at each measured pulse of a ramp that starts at w.
template <class Model, class T, class Visit>
void follow(const Ramp& ramp, const Model& model, T w, Visit&& visit) {
  double n = ramp.pulse.front();
  for (const double pulse : ramp.pulse) {
    for (; n < pulse; n += 1.0) w += ramp.up ? model.D_plus(w) : -model.D_minus(w);
    visit(w);
  }
}

/// Fits one model. Parameters: those of its table, then the first states.
template <template <class> class M>
class Fit {
 public:
  static constexpr int size = param_count<M<double>>();

  Fit(const PulseData& data, const FitOptions& options) : data_(data), options_(options) {
    longest_ = 1.0;
    for (const auto& ramp : data.ramps)
      longest_ = std::max(longest_, ramp.pulse.back() - ramp.pulse.front());
    const auto guess = M<double>::typical(longest_);
    for_each_param<M<double>>([&](const auto& param) {
      problem_.params.push_back({.key = param.key(),
                                 .unit = std::string(param.unit),
                                 .start = std::clamp(guess.*param.member, param.lower, param.upper),
                                 .lower = param.lower,
                                 .upper = param.upper,
                                 .free = param.fitted == Fitted::yes});
    });
    problem_.shared = problem_.params.size();
    add_groups();
    problem_.name = data.file;
    problem_.sigma.assign(problem_.measured.size(), 1.0);
    problem_.candidates = 60;
    fix_params(problem_, options);
    problem_.predict = [this](std::size_t group, const double* p, double start, double* out,
                              double* J,
                              double* own_J) { predict(group, p, start, out, J, own_J); };
    problem_.candidate = [this](int index) { return candidate(index); };
  }

  PulseFit run() {
    const auto solution = solve(problem_, options_);
    PulseFit fit;
    static_cast<FitRecord&>(fit) = solution.record;
    for (const auto& ramp : data_.ramps) (ramp.up ? fit.has_up : fit.has_down) = true;
    auto p = solution.p;
    mirror(fit, p);
    fit.rule = PulseRule(model_at<M>(p.data()), {});
    trace(fit, solution);
    judge_noise(fit);
    widen(fit);
    return fit;
  }

 private:
  /// Points in groups that share a first state: one per ramp, or, if there are very many ramps, one
  /// per polarity.
  void add_groups() {
    const bool each = data_.ramps.size() <= 200;
    for (const bool up : {true, false})
      for (const auto& ramp : data_.ramps) {
        if (ramp.up != up) continue;
        if (each || groups_.empty() || groups_.back().front()->up != up) {
          groups_.emplace_back();
          problem_.groups.push_back(0);
          const std::size_t m = std::clamp<std::size_t>(ramp.w.size() / 50, 1, 20);
          double mean = 0.0;
          for (std::size_t i = 0; i < m; ++i) mean += ramp.w[i] / static_cast<double>(m);
          problem_.params.push_back({.key = "start",
                                     .unit = "1",
                                     .start = std::clamp(mean, -5.0, 5.0),
                                     .lower = -10.0,
                                     .upper = 10.0,
                                     .listed = false});
        }
        groups_.back().push_back(&ramp);
        problem_.groups.back() += ramp.w.size();
        problem_.measured.insert(problem_.measured.end(), ramp.w.begin(), ramp.w.end());
      }
  }

  void predict(std::size_t group, const double* p, double start, double* out, double* J,
               double* own_J) const {
    if (J == nullptr) {
      const auto model = model_at<M>(p);
      for (const auto* ramp : groups_[group])
        follow(*ramp, model, start, [&](double w) { *out++ = w; });
      return;
    }
    using Jet = ceres::Jet<double, size + 1>;
    std::array<Jet, size> jets;
    for (int i = 0; i < size; ++i) jets[i] = Jet(p[i], i);
    const auto model = model_at<M>(jets.data());
    for (const auto* ramp : groups_[group])
      follow(*ramp, model, Jet(start, size), [&](const Jet& w) {
        *out++ = w.a;
        J = std::copy_n(w.v.data(), size, J);
        *own_J++ = w.v[size];
      });
  }

  /// The typical device, each number off by a factor up to 12, and in every other one with the
  /// signs that may change changed.
  std::vector<double> candidate(int index) const {
    std::vector<double> p;
    for (const auto& param : problem_.params) p.push_back(param.start);
    if (index == 0) return p;
    Stream random(options_.seed, Purpose::start, static_cast<std::uint64_t>(index));
    for (std::size_t i = 0; i < size; ++i) {
      const auto& param = problem_.params[i];
      const double sign = param.lower < 0.0 && index % 2 == 1 ? -1.0 : 1.0;
      const double factor = sign * std::exp(random.uniform(-2.5, 2.5));
      if (param.free) p[i] = std::clamp(p[i] * factor, param.lower, param.upper);
    }
    return p;
  }

  /// Gives a polarity that was not measured the parameters of the other one.
  void mirror(PulseFit& fit, std::vector<double>& p) const {
    if (fit.has_up && fit.has_down) return;
    const std::string from = fit.has_up ? "plus" : "minus", to = fit.has_up ? "minus" : "plus";
    for (std::size_t i = 0; i < size; ++i) {
      const auto& key = problem_.params[i].key;
      const auto at = key.find(to);
      if (at == std::string::npos || !problem_.params[i].free) continue;
      auto other = key;
      other.replace(at, to.size(), from);
      // A table's potentiating step at w is the mirror image of the depressing one at 1 - w.
      if (const auto state = to_number(other.substr(other.rfind('_') + 1)))
        other = from + "_" + to_text(100.0 - *state);
      for (std::size_t j = 0; j < size; ++j)
        if (problem_.params[j].key == other) p[i] = fit.params[i].value = fit.params[j].value;
      fit.params[i].standing = Standing::undetermined;
    }
  }

  /// The fitted courses with their bands, in the order of the ramps.
  void trace(PulseFit& fit, const FitSolution& solution) const {
    const double t = t_95(fit.n - fit.free_params);
    fit.ramps.resize(data_.ramps.size());
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      const std::size_t n = problem_.groups[g], own = size + g;
      std::vector<double> w(n), J(n * size), own_J(n);
      predict(g, solution.p.data(), solution.p[own], w.data(), J.data(), own_J.data());
      std::size_t i = 0;
      for (const auto* ramp : groups_[g]) {
        auto& course = fit.ramps[static_cast<std::size_t>(ramp - data_.ramps.data())];
        for (std::size_t k = 0; k < ramp->w.size(); ++k, ++i) {
          const auto slope = [&](std::size_t a) { return a < size ? J[i * size + a] : own_J[i]; };
          const auto position = [&](std::size_t a) { return a < size ? a : own; };
          double variance = 0.0;
          for (std::size_t a = 0; a <= size; ++a)
            for (std::size_t b = 0; b <= size; ++b)
              if (const double c = solution.covariance[position(a)][position(b)]; std::isfinite(c))
                variance += slope(a) * c * slope(b);
          course.w.push_back(w[i]);
          course.half.push_back(t * std::sqrt(std::max(variance, 0.0)));
        }
      }
    }
  }

  void judge_noise(PulseFit& fit) const {
    const double cut = outlier_cut(fit.n - fit.free_params) * fit.scale;
    double rr = 0.0, r1 = 0.0, dd = 0.0, d1 = 0.0;
    double n_r = 0.0, n_r1 = 0.0, n_d = 0.0, n_d1 = 0.0;
    for (std::size_t r = 0; r < data_.ramps.size(); ++r) {
      const auto& ramp = data_.ramps[r];
      const auto residual = [&](std::size_t i) { return ramp.w[i] - fit.ramps[r].w[i]; };
      const auto good = [&](std::size_t i) {
        return fit.loss == Loss::none || std::abs(residual(i)) <= cut;
      };
      const auto next = [&](std::size_t i) {
        return i + 1 < ramp.w.size() && ramp.pulse[i + 1] == ramp.pulse[i] + 1.0 && good(i) &&
               good(i + 1);
      };
      for (std::size_t i = 0; i < ramp.w.size(); ++i) {
        if (!good(i)) continue;
        rr += residual(i) * residual(i);
        ++n_r;
        if (!next(i)) continue;
        const double d = residual(i + 1) - residual(i);
        r1 += residual(i) * residual(i + 1);
        ++n_r1;
        dd += d * d;
        ++n_d;
        if (!next(i + 1)) continue;
        d1 += d * (residual(i + 2) - residual(i + 1));
        ++n_d1;
      }
    }
    if (n_r1 > 0.0 && rr > 0.0) fit.autocorrelation = (r1 / n_r1) / (rr / n_r);
    if (n_d1 < 1.0) return;
    const double variance = dd / n_d, covariance = d1 / n_d1;
    fit.read_noise = std::sqrt(std::max(-covariance, 0.0));
    fit.step_noise = std::sqrt(std::max(variance + 2.0 * std::min(covariance, 0.0), 0.0));
  }

  void widen(PulseFit& fit) const {
    const double c = std::clamp(fit.autocorrelation, 0.0, 0.99);
    const double factor = std::sqrt((1.0 + c) / (1.0 - c));
    for (std::size_t i = 0; i < fit.params.size(); ++i) {
      auto& param = fit.params[i];
      param.std_error *= factor;
      param.ci95_low = param.value - factor * (param.value - param.ci95_low);
      param.ci95_high = param.value + factor * (param.ci95_high - param.value);
      if (!param.profiled) continue;
      constexpr double infinity = std::numeric_limits<double>::infinity();
      if (param.ci95_low <= problem_.params[i].lower) param.ci95_low = -infinity;
      if (param.ci95_high >= problem_.params[i].upper) param.ci95_high = infinity;
    }
    for (auto& row : fit.covariance)
      for (double& x : row) x *= factor * factor;
    for (auto& ramp : fit.ramps)
      for (double& half : ramp.half) half *= factor;
  }

  const PulseData& data_;
  const FitOptions& options_;
  FitProblem problem_;
  std::vector<std::vector<const Ramp*>> groups_;  ///< ramps that share a first state
  double longest_;
};

}  // namespace

PulseFit fit_pulses(std::string_view model, const PulseData& data, const FitOptions& options) {
  std::optional<PulseFit> result;
  AllPulseModels::for_each([&]<template <class> class M>() {
    if (M<double>::name == model) result = Fit<M>(data, options).run();
  });
  if (result) return *result;
  throw InputError({.where = "model of the fit",
                    .expected = "one of " + join(shipped_pulse_models()) + " for pulses",
                    .got = "'" + std::string(model) + "'"});
}

json to_json(const PulseFit& fit, const PulseData& data) {
  json out{{"data_file", data.file}, {"data_sha256", data.sha256}, {"ramps", data.ramps.size()}};
  out.update(to_json(static_cast<const FitRecord&>(fit)));
  out["autocorrelation"] = fit.autocorrelation;
  out["read_noise"] = fit.read_noise;
  out["step_noise"] = fit.step_noise;
  return out;
}

ModelFile model_from_fit(const PulseFit& fit, const PulseData& data) {
  ModelFile model;
  model.rule = fit.rule;
  model.conductance = data.conductance;
  model.source = "fit of '" + std::string(fit.rule.name()) + "' to " + data.file;
  if (!data.in_siemens) model.source += "; conductance range illustrative";
  if (data.in_siemens && data.range_from == RangeFrom::data)
    model.source += "; conductance range that of the ramps";
  if (!fit.has_up || !fit.has_down)
    model.source += fit.has_up ? "; depression not measured, mirrors potentiation"
                               : "; potentiation not measured, mirrors depression";
  model.fit = to_json(fit, data);
  return model;
}

}  // namespace memplast
