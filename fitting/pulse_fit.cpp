#include "pulse_fit.hpp"

#include <ceres/jet.h>

#include <algorithm>
#include <array>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <optional>

#include "../lib/random.hpp"
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
    for (const auto& ramp : data.ramps) {
      longest_ = std::max(longest_, ramp.pulse.back() - ramp.pulse.front());
      for (const double w : ramp.w) problem_.measured.push_back(w);
    }
    const auto guess = M<double>::typical(longest_);
    for_each_param<M<double>>([&](const auto& param) {
      problem_.params.push_back({.key = param.key(),
                                 .unit = std::string(param.unit),
                                 .start = std::clamp(guess.*param.member, param.lower, param.upper),
                                 .lower = param.lower,
                                 .upper = param.upper,
                                 .free = param.fitted == Fitted::yes});
    });
    add_starts();
    problem_.name = data.file;
    problem_.sigma.assign(problem_.measured.size(), 1.0);
    problem_.candidates = 60;
    fix_params(problem_, options);
    problem_.predict = [this](const double* p, double* out, double* J) { predict(p, out, J); };
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
  /// The first state of each ramp, or of each polarity if there are very many ramps.
  void add_starts() {
    const bool each = data_.ramps.size() <= 100;
    int shared[2] = {-1, -1};
    for (const auto& ramp : data_.ramps) {
      int& index = shared[ramp.up ? 1 : 0];
      if (each || index < 0) {
        index = static_cast<int>(problem_.params.size());
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
      start_.push_back(index);
    }
  }

  void predict(const double* p, double* out, double* J) const {
    const std::size_t all = problem_.params.size();
    if (J == nullptr) {
      const auto model = model_at<M>(p);
      for (std::size_t r = 0; r < data_.ramps.size(); ++r)
        follow(data_.ramps[r], model, p[start_[r]], [&](double w) { *out++ = w; });
      return;
    }
    using Jet = ceres::Jet<double, size + 1>;
    std::array<Jet, size> jets;
    for (int i = 0; i < size; ++i) jets[i] = Jet(p[i], i);
    const auto model = model_at<M>(jets.data());
    for (std::size_t r = 0; r < data_.ramps.size(); ++r)
      follow(data_.ramps[r], model, Jet(p[start_[r]], size), [&](const Jet& w) {
        *out++ = w.a;
        std::fill_n(J, all, 0.0);
        std::copy_n(w.v.data(), size, J);
        J[start_[r]] = w.v[size];
        J += all;
      });
  }

  /// The typical device, each number off by a factor up to 12.
  std::vector<double> candidate(int index) const {
    std::vector<double> p;
    for (const auto& param : problem_.params) p.push_back(param.start);
    if (index == 0) return p;
    Stream random(options_.seed, Purpose::start, static_cast<std::uint64_t>(index));
    for (std::size_t i = 0; i < size; ++i) {
      const auto& param = problem_.params[i];
      if (param.free)
        p[i] = std::clamp(p[i] * std::exp(random.uniform(-2.5, 2.5)), param.lower, param.upper);
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

  void trace(PulseFit& fit, const FitSolution& solution) const {
    const std::size_t n = problem_.measured.size(), all = problem_.params.size();
    std::vector<double> w(n), J(n * all);
    predict(solution.p.data(), w.data(), J.data());
    const double t = boost::math::quantile(boost::math::students_t(fit.n - fit.free_params), 0.975);
    std::vector<std::size_t> known;
    for (std::size_t k = 0; k < all; ++k)
      if (std::isfinite(solution.covariance[k][k])) known.push_back(k);
    std::size_t i = 0;
    for (std::size_t r = 0; r < data_.ramps.size(); ++r) {
      RampFit course;
      for (std::size_t k = 0; k < data_.ramps[r].w.size(); ++k, ++i) {
        const double* g = &J[i * all];
        double variance = 0.0;
        for (const auto a : known)
          if (g[a] != 0.0)
            for (const auto b : known) variance += g[a] * solution.covariance[a][b] * g[b];
        course.w.push_back(w[i]);
        course.half.push_back(t * std::sqrt(std::max(variance, 0.0)));
      }
      fit.ramps.push_back(std::move(course));
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

  static void widen(PulseFit& fit) {
    const double c = std::clamp(fit.autocorrelation, 0.0, 0.99);
    const double factor = std::sqrt((1.0 + c) / (1.0 - c));
    for (auto& param : fit.params) {
      param.std_error *= factor;
      param.ci95_low = param.value - factor * (param.value - param.ci95_low);
      param.ci95_high = param.value + factor * (param.ci95_high - param.value);
    }
    for (auto& row : fit.covariance)
      for (double& x : row) x *= factor * factor;
    for (auto& ramp : fit.ramps)
      for (double& half : ramp.half) half *= factor;
  }

  const PulseData& data_;
  const FitOptions& options_;
  FitProblem problem_;
  std::vector<int> start_;  ///< [ramp] position of its first state among the parameters
  double longest_;
};

}  // namespace

PulseFit fit_pulses(std::string_view model, const PulseData& data, const FitOptions& options) {
  std::optional<PulseFit> result;
  AllPulseModels::for_each([&]<template <class> class M>() {
    if (M<double>::name == model) result = Fit<M>(data, options).run();
  });
  if (result) return *result;
  throw InputError({.where = "--model",
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
