#include "window_fit.hpp"

#include <ceres/ceres.h>

#include <Eigen/SVD>
#include <algorithm>
#include <array>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <limits>
#include <numbers>
#include <span>

#include "../lib/random.hpp"

namespace memplast {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr int candidates = 400;

/// Fits one rule: the parameters are a vector p in the order of the rule's table.
template <template <class> class M>
class Fit {
 public:
  static constexpr int size = param_count<M<double>>();
  using Vector = std::array<double, size>;

  Fit(const WindowData& data, const FitOptions& options) : data_(data), options_(options) {
    int i = 0;
    for_each_param<M<double>>([&](const auto& param) {
      keys_[i] = param.key();
      units_[i] = param.unit;
      defaults_[i] = M<double>{}.*param.member;
      lower_[i] = param.lower;
      upper_[i] = param.upper;
      free_[i] = param.fitted == Fitted::yes;
      ++i;
    });
    fix_what_was_asked();
    // Without sigma, residuals in units of the data keep the tolerances of the solver meaningful.
    double squares = 0.0;
    for (const auto& point : data.points) squares += point.dw * point.dw;
    if (!data.has_sigma && squares > 0.0)
      scale_ = std::sqrt(squares / static_cast<double>(data.points.size()));
  }

  WindowFit run() const {
    const auto [p, converged] = best_minimum();
    return describe(p, converged);
  }

 private:
  template <class T>
  static M<T> model(const T* p) {
    M<T> m;
    int i = 0;
    for_each_param<M<T>>([&](const auto& param) { m.*param.member = p[i++]; });
    return m;
  }

  template <class T>
  void residuals(const T* p, T* out) const {
    const auto m = model(p);
    for (const auto& s : data_.points) *out++ = (s.dw - m.dw(s.dt, s.w)) / (s.sigma * scale_);
  }

  struct Residuals {
    const Fit* fit;
    template <class T>
    bool operator()(const T* p, T* out) const {
      fit->residuals(p, out);
      return true;
    }
  };

  void fix_what_was_asked() {
    M<double> checked;
    for (const auto& [key, value] : options_.fixed) {
      if (!set_param(checked, key, value, "--fix " + key))
        throw InputError({.where = "--fix " + key,
                          .expected = "one of " + join(param_keys<M<double>>()),
                          .got = "an unknown parameter"});
      const auto i = std::find(keys_.begin(), keys_.end(), key) - keys_.begin();
      defaults_[i] = value;
      free_[i] = false;
    }
    const auto n_free = std::count(free_.begin(), free_.end(), true);
    if (n_free == 0)
      throw InputError({.where = "--fix", .expected = "a parameter left to fit", .got = "none"});
    if (static_cast<std::ptrdiff_t>(data_.points.size()) <= n_free)
      throw InputError({.where = data_.file,
                        .expected = "more points than the " + std::to_string(n_free) +
                                    " parameters that are fitted",
                        .got = std::to_string(data_.points.size())});
  }

  double cost(const Vector& p) const {
    std::vector<double> r(data_.points.size());
    residuals(p.data(), r.data());
    double sum = 0.0;
    for (const double x : r) sum += x * x;
    return sum;
  }

  /// A point within the bounds. Times are drawn on the scale of the measured dt; other parameters
  /// near their default value, or anywhere.
  Vector candidate(int index) const {
    Vector p = defaults_;
    if (index == 0) return p;
    Stream random(options_.seed, Purpose::start, static_cast<std::uint64_t>(index));
    double longest = 0.0;
    for (const auto& s : data_.points) longest = std::max(longest, std::abs(s.dt));
    const bool near_default = index % 2 == 1;
    for (int i = 0; i < size; ++i) {
      if (!free_[i]) continue;
      const double sign = lower_[i] < 0.0 && upper_[i] <= 0.0 ? -1.0 : 1.0;
      if (units_[i] == "ms")
        p[i] = sign * longest * std::exp(random.uniform(std::log(0.01), 0.0));
      else if (near_default)
        p[i] *= std::exp(random.uniform(-3.0, 3.0));
      else if (lower_[i] < 0.0 && upper_[i] > 0.0)
        p[i] = random.uniform(lower_[i], upper_[i]);
      else
        p[i] = sign * std::max(std::abs(lower_[i]), std::abs(upper_[i])) *
               std::exp(random.uniform(std::log(1e-4), 0.0));
      p[i] = std::clamp(p[i], lower_[i], upper_[i]);
    }
    return p;
  }

  struct Minimum {
    Vector p;
    bool converged;
  };

  Minimum best_minimum() const {
    std::vector<std::pair<double, int>> ranked;
    for (int i = 0; i < candidates; ++i)
      if (const double c = cost(candidate(i)); std::isfinite(c)) ranked.emplace_back(c, i);
    std::sort(ranked.begin(), ranked.end());
    if (std::ssize(ranked) > options_.starts) ranked.resize(std::max(options_.starts, 1));

    Minimum best{defaults_, false};
    double lowest = std::numeric_limits<double>::infinity();
    for (const auto& [ignored, index] : ranked) {
      const Minimum minimum = descend(candidate(index));
      const double c = cost(minimum.p);
      if (!(c < lowest)) continue;
      lowest = c;
      best = minimum;
    }
    return best;
  }

  Minimum descend(Vector p) const {
    ceres::Problem problem;
    problem.AddResidualBlock(new ceres::AutoDiffCostFunction<Residuals, ceres::DYNAMIC, size>(
                                 new Residuals{this}, static_cast<int>(data_.points.size())),
                             nullptr, p.data());
    std::vector<int> constant;
    for (int i = 0; i < size; ++i) {
      if (!free_[i]) constant.push_back(i);
      problem.SetParameterLowerBound(p.data(), i, lower_[i]);
      problem.SetParameterUpperBound(p.data(), i, upper_[i]);
    }
    if (!constant.empty()) problem.SetManifold(p.data(), new ceres::SubsetManifold(size, constant));
    ceres::Solver::Options how;
    how.linear_solver_type = ceres::DENSE_QR;
    how.max_num_iterations = 500;
    how.function_tolerance = 1e-14;
    how.parameter_tolerance = 1e-12;
    how.gradient_tolerance = 1e-12;
    how.logging_type = ceres::SILENT;
    ceres::Solver::Summary summary;
    ceres::Solve(how, &problem, &summary);
    return {p, summary.termination_type == ceres::CONVERGENCE};
  }

  /// d residual / d p, [point][parameter].
  Eigen::MatrixXd jacobian(const Vector& p) const {
    using Jet = ceres::Jet<double, size>;
    std::array<Jet, size> jets;
    for (int i = 0; i < size; ++i) jets[i] = Jet(p[i], i);
    std::vector<Jet> r(data_.points.size());
    residuals(jets.data(), r.data());
    Eigen::MatrixXd J(r.size(), size);
    for (std::size_t k = 0; k < r.size(); ++k) J.row(k) = r[k].v.transpose();
    return J;
  }

  /// Sorts out what the data say about each parameter, and returns the unscaled covariance
  /// (J^T J)^-1 of those that are `fitted` (NaN elsewhere).
  Eigen::MatrixXd judge(Vector& p, std::array<Standing, size>& standing) const {
    const Eigen::MatrixXd J = jacobian(p);
    std::vector<int> judged;
    for (int i = 0; i < size; ++i) {
      standing[i] = free_[i] ? Standing::fitted : Standing::fixed;
      if (!free_[i]) continue;
      const double span = upper_[i] - lower_[i];
      if (J.col(i).norm() == 0.0) {  // no point sees it: its value is whatever it started from
        standing[i] = Standing::undetermined;
        p[i] = defaults_[i];
      } else if (std::min(p[i] - lower_[i], upper_[i] - p[i]) < 1e-9 * span) {
        standing[i] = Standing::at_bound;
      } else {
        judged.push_back(i);
      }
    }
    const auto k = static_cast<Eigen::Index>(judged.size());
    Eigen::MatrixXd covariance = Eigen::MatrixXd::Constant(size, size, nan);
    if (k == 0) return covariance;

    // Columns of unit length make the singular values free of the units of the parameters.
    Eigen::MatrixXd A = J(Eigen::all, judged);
    const Eigen::VectorXd lengths = A.colwise().norm();
    A = A * lengths.cwiseInverse().asDiagonal();
    const Eigen::BDCSVD<Eigen::MatrixXd> svd(A, Eigen::ComputeThinV);
    const auto& values = svd.singularValues();
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(k, k);
    for (Eigen::Index j = 0; j < k; ++j) {
      const Eigen::VectorXd v = svd.matrixV().col(j);
      if (values[j] > 1e-8 * values[0]) {
        sum += v * v.transpose() / (values[j] * values[j]);
        continue;
      }
      for (Eigen::Index a = 0; a < k; ++a)  // a direction along which nothing changes
        if (std::abs(v[a]) > 1e-4) standing[judged[a]] = Standing::undetermined;
    }
    for (Eigen::Index a = 0; a < k; ++a)
      for (Eigen::Index b = 0; b < k; ++b)
        if (standing[judged[a]] == Standing::fitted && standing[judged[b]] == Standing::fitted)
          covariance(judged[a], judged[b]) = sum(a, b) / (lengths[a] * lengths[b]);
    return covariance;
  }

  WindowFit describe(Vector p, bool converged) const {
    std::array<Standing, size> standing;
    Eigen::MatrixXd covariance = judge(p, standing);

    const auto n = static_cast<double>(data_.points.size());
    const auto n_free = static_cast<double>(std::count(free_.begin(), free_.end(), true));
    const auto m = model(p.data());
    double mean = 0.0, squares = 0.0, total = 0.0, chi2 = 0.0, log_sigma = 0.0;
    for (const auto& s : data_.points) mean += s.dw / n;
    for (const auto& s : data_.points) {
      const double residual = s.dw - m.dw(s.dt, s.w);
      squares += residual * residual;
      total += (s.dw - mean) * (s.dw - mean);
      chi2 += residual * residual / (s.sigma * s.sigma);
      log_sigma += std::log(s.sigma);
    }
    const double variance = chi2 / (n - n_free);
    covariance *= (data_.has_sigma ? std::max(variance, 1.0) : variance) / (scale_ * scale_);

    WindowFit fit;
    fit.rule = m;
    fit.n = static_cast<int>(data_.points.size());
    fit.rmse = std::sqrt(squares / n);
    fit.r2 = total > 0.0 ? 1.0 - squares / total : nan;
    fit.chi2_reduced = data_.has_sigma ? variance : nan;
    fit.converged = converged;
    // -2 log likelihood; the standard deviation is one more parameter where it is estimated.
    const double constant = n * std::log(2.0 * std::numbers::pi);
    const double deviance = data_.has_sigma ? chi2 + 2.0 * log_sigma + constant
                                            : n * std::log(squares / n) + n + constant;
    const double counted = n_free + (data_.has_sigma ? 0.0 : 1.0);
    fit.aic = deviance + 2.0 * counted;
    fit.bic = deviance + std::log(n) * counted;

    const double t = boost::math::quantile(boost::math::students_t(n - n_free), 0.975);
    for (int i = 0; i < size; ++i) {
      const double error = std::sqrt(covariance(i, i));
      fit.params.push_back({.key = keys_[i],
                            .unit = std::string(units_[i]),
                            .value = p[i],
                            .standing = standing[i],
                            .std_error = error,
                            .ci95_low = p[i] - t * error,
                            .ci95_high = p[i] + t * error});
      if (!free_[i]) continue;
      auto& row = fit.covariance.emplace_back();
      for (int j = 0; j < size; ++j)
        if (free_[j]) row.push_back(covariance(i, j));
    }
    return fit;
  }

  const WindowData& data_;
  const FitOptions& options_;
  std::array<std::string, size> keys_;
  std::array<std::string_view, size> units_;
  Vector defaults_, lower_, upper_;
  std::array<bool, size> free_;
  double scale_ = 1.0;
};

}  // namespace

WindowFit fit_window(std::string_view model, const WindowData& data, const FitOptions& options) {
  std::optional<WindowFit> result;
  AllModels::for_each([&]<template <class> class M>() {
    if (M<double>::name == model) result = Fit<M>(data, options).run();
  });
  if (result) return *result;
  throw InputError({.where = "--model",
                    .expected = "one of " + join(shipped_rules()),
                    .got = "'" + std::string(model) + "'"});
}

json to_json(const WindowFit& fit, const WindowData& data) {
  json std_error = json::object(), ci95 = json::object(), fixed = json::array();
  for (const auto& param : fit.params) {
    if (param.standing == Standing::fixed) {
      fixed.push_back(param.key);
      continue;
    }
    std_error[param.key] = param.std_error;  // NaN becomes null
    ci95[param.key] = {param.ci95_low, param.ci95_high};
  }
  return {{"data_file", data.file},
          {"data_sha256", data.sha256},
          {"n", fit.n},
          {"rmse", fit.rmse},
          {"r2", fit.r2},
          {"chi2_reduced", fit.chi2_reduced},
          {"aic", fit.aic},
          {"bic", fit.bic},
          {"converged", fit.converged},
          {"std_error", std_error},
          {"ci95", ci95},
          {"covariance", fit.covariance},
          {"fixed", fixed},
          {"robust_loss", "none"}};
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
