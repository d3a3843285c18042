#include "least_squares.hpp"

#include <ceres/cost_function.h>
#include <ceres/manifold.h>
#include <ceres/problem.h>
#include <ceres/solver.h>
#include <glog/logging.h>

#include <Eigen/Core>
#include <algorithm>
#include <boost/math/tools/minima.hpp>
#include <cmath>
#include <limits>
#include <memory>
#include <numbers>
#include <span>

#include "../lib/base/error.hpp"
#include "../lib/base/text.hpp"
#include "../lib/numeric/linear_algebra.hpp"
#include "../lib/numeric/random.hpp"
#include "../lib/numeric/statistics.hpp"

namespace memplast {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr int least_freedom = 20;  // with less, a robust scale is too uncertain to tell outliers
using Vector = std::vector<double>;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Where the points of a group are, and where its own number is.
struct Group {
  std::size_t index, first, count;
  int own;  ///< position of its number in p, or -1
};

std::vector<Group> groups_of(const FitProblem& problem) {
  if (problem.groups.empty()) return {{0, 0, problem.measured.size(), -1}};
  std::vector<Group> out;
  std::size_t first = 0;
  for (const auto count : problem.groups) {
    out.push_back({out.size(), first, count, static_cast<int>(problem.shared + out.size())});
    first += count;
  }
  return out;
}

/// The parameters as Ceres sees them: log(abs(p)) for logarithmic ones.
class Scales {
 public:
  Scales(const FitProblem& problem, const Vector& start) {
    for (std::size_t i = 0; i < start.size(); ++i) {
      const auto& param = problem.params[i];
      sign_.push_back(!param.logarithmic || !param.free ? 0.0 : start[i] < 0.0 ? -1.0 : 1.0);
    }
  }

  Vector inner(const Vector& p) const {
    Vector out(p);
    for (std::size_t i = 0; i < p.size(); ++i)
      if (sign_[i] != 0.0) out[i] = std::log(std::max(std::abs(p[i]), smallest));
    return out;
  }

  /// `count` of them, beginning with the first.
  Vector outer(const double* inner, std::size_t count) const {
    Vector out(inner, inner + count);
    for (std::size_t i = 0; i < count; ++i)
      if (sign_[i] != 0.0) out[i] = sign_[i] * std::exp(inner[i]);
    return out;
  }

  /// d p / d inner
  double slope(std::size_t i, double p) const { return sign_[i] != 0.0 ? p : 1.0; }

  std::pair<double, double> bounds(std::size_t i, const FitProblem::Limits& param) const {
    if (sign_[i] == 0.0) return {param.lower, param.upper};
    const double near = sign_[i] > 0.0 ? param.lower : -param.upper;
    const double far = sign_[i] > 0.0 ? param.upper : -param.lower;
    return {std::log(std::max(near, smallest)), std::log(far)};
  }

 private:
  static constexpr double smallest = 1e-30;
  Vector sign_;
};

/// The residuals of a group that Ceres squares and sums: f = sign(u) sqrt(rho(u)), so f^2 = rho.
class RobustResiduals final : public ceres::CostFunction {
 public:
  /// `divisor[i]`: sigma s of a point, or 0 for one that is left out.
  RobustResiduals(const FitProblem& problem, const Group& group, const Scales& scales, Loss loss,
                  const Vector& divisor)
      : problem_(problem), group_(group), scales_(scales), loss_(loss), divisor_(divisor) {
    set_num_residuals(static_cast<int>(group.count));
    mutable_parameter_block_sizes()->push_back(static_cast<int>(problem.shared));
    if (group.own >= 0) mutable_parameter_block_sizes()->push_back(1);
  }

  bool Evaluate(double const* const* p, double* f, double** jacobians) const override {
    const std::size_t n = group_.count, shared = problem_.shared;
    const bool has_own = group_.own >= 0;
    // Ceres may ask for some derivatives only; the equations give all.
    Vector J, own_J;
    if (jacobians != nullptr) {
      J.resize(n * shared);
      own_J.resize(n);
    }
    const Vector values = scales_.outer(p[0], shared);
    problem_.predict(group_.index, values.data(), has_own ? p[1][0] : 0.0, f,
                     jacobians != nullptr ? J.data() : nullptr, own_J.data());
    for (std::size_t i = 0; i < n; ++i) {
      const double divisor = divisor_[group_.first + i];
      double slope = 0.0;  // df / d prediction
      if (divisor == 0.0) {
        f[i] = 0.0;
      } else {
        const double u = (problem_.measured[group_.first + i] - f[i]) / divisor;
        if (!std::isfinite(u)) return false;
        const auto loss = loss_at(loss_, u);
        f[i] = std::copysign(std::sqrt(loss.rho), u);
        slope = -(f[i] == 0.0 ? 1.0 : loss.psi / f[i]) / divisor;
      }
      if (jacobians == nullptr) continue;
      for (std::size_t k = 0; k < shared; ++k)
        J[i * shared + k] *= slope * scales_.slope(k, values[k]);
      own_J[i] *= slope;
    }
    if (jacobians != nullptr && jacobians[0] != nullptr)
      std::copy(J.begin(), J.end(), jacobians[0]);
    if (jacobians != nullptr && has_own && jacobians[1] != nullptr)
      std::copy(own_J.begin(), own_J.end(), jacobians[1]);
    return true;
  }

 private:
  const FitProblem& problem_;
  Group group_;
  const Scales& scales_;
  Loss loss_;
  const Vector& divisor_;
};

class Solver {
 public:
  Solver(const FitProblem& problem, const FitOptions& options)
      : problem_(problem),
        options_(options),
        groups_(groups_of(problem)),
        n_(problem.measured.size()) {
    for (const auto& param : problem.params) n_free_ += param.free ? 1 : 0;
    dof_ = static_cast<int>(n_) - n_free_;
    // Without sigma, residuals in units of the data keep the tolerances of Ceres meaningful.
    double squares = 0.0;
    for (const double y : problem.measured) squares += y * y;
    if (!problem.has_sigma && squares > 0.0) unit_ = std::sqrt(squares / static_cast<double>(n_));
    smallest_scale_ = 1e-9 * unit_;
  }

  FitSolution run() {
    auto fit = least_squares();
    if (options_.loss == Loss::automatic && dof_ >= least_freedom) {
      // Few numbers cannot hide an outlier among many points: what least squares leaves shows it.
      if (!problem_.costly || has_outliers(fit.p)) {
        auto robust = robust_fit(Loss::tukey, fit);
        if (has_outliers(robust.p)) fit = std::move(robust);
      }
    } else if (options_.loss != Loss::automatic && options_.loss != Loss::none) {
      fit = robust_fit(options_.loss, fit);
    }
    auto solution = describe(fit);
    if (options_.profile) profile(fit, solution);
    cross_validate(fit, solution.record);
    return solution;
  }

 private:
  struct Fit {
    Vector p;
    Loss loss = Loss::none;
    double scale = 1.0;  ///< of residual / sigma
    bool converged = false;
  };

  Vector divisors(double scale) const {
    Vector out(problem_.sigma);
    for (double& d : out) d *= scale;
    return out;
  }

  /// (measured - predicted) / sigma
  Vector residuals(const Vector& p) const {
    Vector r(n_);
    for (const auto& group : groups_)
      problem_.predict(group.index, p.data(), own(group, p), &r[group.first], nullptr, nullptr);
    for (std::size_t i = 0; i < n_; ++i) r[i] = (problem_.measured[i] - r[i]) / problem_.sigma[i];
    return r;
  }

  static double own(const Group& group, const Vector& p) {
    return group.own < 0 ? 0.0 : p[static_cast<std::size_t>(group.own)];
  }

  double cost(const Vector& p, Loss loss, double scale) const {
    double sum = 0.0;
    for (const double r : residuals(p)) sum += loss_at(loss, r / scale).rho;
    return sum;
  }

  double robust_scale(const Vector& p) const {
    auto r = residuals(p);
    for (double& x : r) x = std::abs(x);
    const auto middle = r.begin() + static_cast<std::ptrdiff_t>(n_ / 2);
    std::nth_element(r.begin(), middle, r.end());
    const double scale = 1.4826 * *middle * std::sqrt(static_cast<double>(n_) / dof_);
    return std::max(scale, problem_.has_sigma ? 1.0 : smallest_scale_);
  }

  void bound(ceres::Problem& problem, const Scales& scales, double* block, int i,
             std::size_t param) const {
    const auto [lower, upper] = scales.bounds(param, problem_.params[param]);
    problem.SetParameterLowerBound(block, i, lower);
    problem.SetParameterUpperBound(block, i, upper);
  }

  /// How far a search goes: until a step improves the cost by less than a share of it.
  struct Effort {
    double tolerance;
    int steps;
  };
  Effort thorough() const { return problem_.costly ? Effort{1e-8, 100} : Effort{1e-14, 500}; }
  Effort rough() const { return problem_.costly ? Effort{1e-3, 10} : Effort{1e-14, 500}; }

  /// Follows fit.p towards its minimum; the parameter `held` stays where it is.
  void descend(Fit& fit, const Vector& divisor, const Effort& effort, int held = -1) const {
    const Scales scales(problem_, fit.p);
    Vector inner = scales.inner(fit.p);
    double* const p = inner.data();
    const int shared = static_cast<int>(problem_.shared);
    ceres::Problem problem;
    auto order = std::make_shared<ceres::ParameterBlockOrdering>();
    for (const auto& group : groups_) {
      auto* cost = new RobustResiduals(problem_, group, scales, fit.loss, divisor);
      if (group.own < 0) {
        problem.AddResidualBlock(cost, nullptr, p);
      } else {
        problem.AddResidualBlock(cost, nullptr, p, p + group.own);
        bound(problem, scales, p + group.own, 0, static_cast<std::size_t>(group.own));
        order->AddElementToGroup(p + group.own, 0);
      }
    }
    order->AddElementToGroup(p, 1);
    std::vector<int> constant;
    for (int i = 0; i < shared; ++i) {
      if (!problem_.params[i].free || i == held) constant.push_back(i);
      bound(problem, scales, p, i, static_cast<std::size_t>(i));
    }
    if (static_cast<int>(constant.size()) == shared)
      problem.SetParameterBlockConstant(p);
    else if (!constant.empty())
      problem.SetManifold(p, new ceres::SubsetManifold(shared, constant));
    ceres::Solver::Options how;
    const bool eliminate = groups_.size() > 4;
    how.linear_solver_type = eliminate ? ceres::DENSE_SCHUR : ceres::DENSE_QR;
    if (eliminate) how.linear_solver_ordering = order;
    how.max_num_iterations = effort.steps;
    how.function_tolerance = effort.tolerance;
    how.parameter_tolerance = 1e-12;
    how.gradient_tolerance = 1e-12;
    // Bounds make each step a line search, which is not worth its evaluations.
    if (problem_.costly) how.max_num_line_search_step_size_iterations = 0;
    how.logging_type = ceres::SILENT;
    FLAGS_minloglevel = google::GLOG_FATAL;  // a library does not print
    ceres::Solver::Summary summary;
    ceres::Solve(how, &problem, &summary);
    fit.p = scales.outer(p, inner.size());
    fit.converged = summary.termination_type == ceres::CONVERGENCE;
  }

  /// The best candidates, best first; or where an earlier fit ended.
  std::vector<Fit> starting_points() const {
    const auto at = [](Vector p) {
      Fit fit;
      fit.p = std::move(p);
      return fit;
    };
    if (problem_.costly && options_.from.size() == problem_.params.size())
      return {at(options_.from)};
    std::vector<std::pair<double, int>> ranked;
    for (int i = 0; i < problem_.candidates; ++i)
      if (const double c = cost(problem_.candidate(i), Loss::none, 1.0); std::isfinite(c))
        ranked.emplace_back(c, i);
    std::sort(ranked.begin(), ranked.end());
    const int most = std::max(options_.starts, 1) * (problem_.costly ? 6 : 1);
    std::vector<Fit> out;
    for (const auto& [ignored, index] : ranked)
      if (std::ssize(out) < most) out.push_back(at(problem_.candidate(index)));
    if (out.empty()) out.push_back(at(problem_.candidate(0)));
    return out;
  }

  /// Follows the starting points to their minimum and returns the lowest.
  Fit least_squares() const {
    auto fits = starting_points();
    const auto follow = [&](const Effort& effort) {
      std::vector<std::pair<double, std::size_t>> ranked;
      for (std::size_t k = 0; k < fits.size(); ++k) {
        descend(fits[k], divisors(unit_), effort);
        const double c = cost(fits[k].p, Loss::none, 1.0);
        ranked.emplace_back(std::isfinite(c) ? c : std::numeric_limits<double>::infinity(), k);
      }
      std::sort(ranked.begin(), ranked.end());
      std::vector<Fit> sorted;
      for (const auto& [ignored, k] : ranked) sorted.push_back(std::move(fits[k]));
      fits = std::move(sorted);
    };
    for (int steps = 8; problem_.costly && fits.size() > 1; steps = steps * 5 / 2) {
      follow({1e-4, steps});
      fits.resize((fits.size() + 2) / 3);
    }
    follow(thorough());
    return fits.front();
  }

  /// From the least-squares fit by way of huber, which has one minimum where the model is linear.
  Fit robust_fit(Loss loss, const Fit& start) const {
    Fit fit = start;
    for (const Loss step : {Loss::huber, loss}) {
      fit.loss = step;
      fit.scale = robust_scale(fit.p);
      for (int round = 0; round < (problem_.costly ? 5 : 20); ++round) {
        descend(fit, divisors(fit.scale), rough());
        const double scale = robust_scale(fit.p);
        const bool settled = std::abs(scale - fit.scale) <= 1e-3 * fit.scale;
        fit.scale = scale;
        if (settled) break;
      }
    }
    descend(fit, divisors(fit.scale), thorough());
    return fit;
  }

  std::vector<bool> outliers(const Vector& p) const {
    const double cut = outlier_cut(dof_) * robust_scale(p);
    std::vector<bool> out;
    for (const double r : residuals(p)) out.push_back(std::abs(r) > cut);
    return out;
  }

  /// Whether there are more than normal residuals have by chance, and most of them stand alone: a
  /// model that misses a part of the course leaves rows of them.
  bool has_outliers(const Vector& p) const {
    const auto is_out = outliers(p);
    const auto at = [&](std::size_t i) { return i < n_ && is_out[i]; };  // also for -1
    int seen = 0, alone = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      seen += is_out[i] ? 1 : 0;
      alone += is_out[i] && !at(i - 1) && !at(i + 1) ? 1 : 0;
    }
    if (seen == 0 || 2 * alone < seen) return false;
    const double expected =
        static_cast<double>(n_) * std::erfc(outlier_cut(dof_) / std::numbers::sqrt2);
    return chance_of_as_many(seen, expected) < 1e-3;
  }

  /// d (residual / sigma) / d p, [point][parameter].
  RowMajor jacobian(const Vector& p) const {
    RowMajor J = RowMajor::Zero(n_, p.size());
    Vector ignored(n_), of_shared(n_ * problem_.shared), of_own(n_);
    for (const auto& group : groups_) {
      double* const shared = &of_shared[group.first * problem_.shared];
      problem_.predict(group.index, p.data(), own(group, p), ignored.data(), shared,
                       &of_own[group.first]);
      for (std::size_t i = group.first; i < group.first + group.count; ++i) {
        const double factor = -1.0 / problem_.sigma[i];
        for (std::size_t k = 0; k < problem_.shared; ++k)
          J(i, k) = factor * of_shared[i * problem_.shared + k];
        if (group.own >= 0) J(i, group.own) = factor * of_own[i];
      }
    }
    return J;
  }

  /// Sorts out what the data say about each parameter, and returns the unscaled covariance
  /// (J^T J)^-1 of those that are `fitted` (NaN elsewhere).
  Eigen::MatrixXd judge(Vector& p, std::vector<Standing>& standing) const {
    const RowMajor J = jacobian(p);
    const std::size_t size = p.size();
    std::vector<int> judged;
    for (std::size_t i = 0; i < size; ++i) {
      const auto& param = problem_.params[i];
      standing.push_back(param.free ? Standing::fitted : Standing::fixed);
      if (!param.free) continue;
      // Of a logarithmic one the distance counts relative to its size.
      const double span = param.logarithmic ? std::abs(p[i]) : param.upper - param.lower;
      if (J.col(i).norm() == 0.0) {  // no point sees it: its value is whatever it started from
        standing[i] = Standing::undetermined;
        p[i] = param.start;
      } else if (std::min(p[i] - param.lower, param.upper - p[i]) < 1e-9 * span) {
        standing[i] = Standing::at_bound;
      } else {
        judged.push_back(static_cast<int>(i));
      }
    }
    const auto k = static_cast<Eigen::Index>(judged.size());
    Eigen::MatrixXd covariance = Eigen::MatrixXd::Constant(size, size, nan);
    if (k == 0) return covariance;

    // Columns of unit length make the singular values free of the units of the parameters.
    Eigen::MatrixXd A = J(Eigen::all, judged);
    const Eigen::VectorXd lengths = A.colwise().norm();
    A = A * lengths.cwiseInverse().asDiagonal();
    const auto [values, directions] = right_singular(A);
    Eigen::MatrixXd sum = Eigen::MatrixXd::Zero(k, k);
    for (Eigen::Index j = 0; j < k; ++j) {
      const Eigen::VectorXd v = directions.col(j);
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

  /// The variance of a residual that standard errors stand on.
  double variance(const Fit& fit, const Vector& r) const {
    const auto n = static_cast<double>(n_);
    if (fit.loss == Loss::none) {
      double chi2 = 0.0;
      for (const double x : r) chi2 += x * x;
      return chi2 / dof_;
    }
    double psi2 = 0.0, dpsi = 0.0, dpsi2 = 0.0;
    for (const double x : r) {
      const auto at = loss_at(fit.loss, x / fit.scale);
      psi2 += at.psi * at.psi;
      dpsi += at.dpsi / n;
      dpsi2 += at.dpsi * at.dpsi / n;
    }
    const double K = 1.0 + n_free_ / n * (dpsi2 - dpsi * dpsi) / (dpsi * dpsi);
    return K * K * fit.scale * fit.scale * psi2 / dof_ / (dpsi * dpsi);
  }

  /// -2 log likelihood of the residuals and how many numbers it took beside the parameters.
  std::pair<double, int> deviance(const Fit& fit, const Vector& r) const {
    const auto n = static_cast<double>(n_);
    double log_sigma = 0.0, chi2 = 0.0;
    for (const double s : problem_.sigma) log_sigma += std::log(s);
    for (const double x : r) chi2 += x * x;
    if (fit.loss == Loss::none) {
      const double constant = n * std::log(2.0 * std::numbers::pi);
      if (problem_.has_sigma) return {chi2 + 2.0 * log_sigma + constant, 0};
      return {n * std::log(chi2 / n) + n + constant, 1};
    }
    constexpr double freedom = 3.0;
    const auto of = [&](double log_scale) {
      double sum = n * log_scale + log_sigma;
      for (const double x : r) {
        const double u = x * std::exp(-log_scale);
        sum += 0.5 * (freedom + 1.0) * std::log1p(u * u / freedom);
      }
      // log of the constant of Student's t: Gamma((f+1)/2) / (Gamma(f/2) sqrt(f pi))
      const double constant = std::lgamma(0.5 * (freedom + 1.0)) - std::lgamma(0.5 * freedom) -
                              0.5 * std::log(freedom * std::numbers::pi);
      return 2.0 * (sum - n * constant);
    };
    const double middle = std::log(fit.scale);
    return {boost::math::tools::brent_find_minima(of, middle - 3.0, middle + 3.0, 40).second, 1};
  }

  /// The cost above its minimum that a parameter in its 95 % interval may have.
  double allowance(const Fit& fit) const {
    const auto r = residuals(fit.p);
    const double t = t_95(dof_);
    double spread = variance(fit, r), dpsi = 1.0;
    if (problem_.has_sigma) spread = std::max(spread, 1.0);
    if (fit.loss != Loss::none) {
      dpsi = 0.0;
      for (const double x : r)
        dpsi += loss_at(fit.loss, x / fit.scale).dpsi / static_cast<double>(n_);
      spread /= fit.scale * fit.scale;
    }
    return t * t * spread * dpsi;
  }

  /// `from` with one parameter elsewhere and the others where the covariance expects them, if that
  /// is any better.
  Fit moved(const Fit& from, std::size_t i, double to,
            const std::vector<std::vector<double>>& covariance) const {
    Fit out = from;
    out.p[i] = to;
    Fit along = out;
    for (std::size_t j = 0; j < along.p.size(); ++j) {
      const auto& param = problem_.params[j];
      const double slope = covariance[j][i] / covariance[i][i];
      if (j == i || !param.free || !std::isfinite(slope)) continue;
      const double there = from.p[j] + slope * (to - from.p[i]);
      if (param.logarithmic && there * from.p[j] <= 0.0) continue;
      along.p[j] = std::clamp(there, param.lower, param.upper);
    }
    const auto cost_of = [&](const Fit& f) {
      return cost(f.p, f.loss, f.loss == Loss::none ? 1.0 : f.scale);
    };
    return cost_of(along) < cost_of(out) ? along : out;
  }

  /// Replaces the intervals of poorly determined parameters.
  void profile(const Fit& fit, FitSolution& solution) const {
    const double unit = fit.loss == Loss::none ? 1.0 : fit.scale;
    const double lowest = cost(fit.p, fit.loss, unit), allowed = allowance(fit);
    const auto divisor = divisors(fit.loss == Loss::none ? unit_ : fit.scale);
    // 0 at the minimum and 1 at the ends of the interval; a straight line for a parabola.
    const auto rise = [&](Fit& trial, std::size_t i) {
      const Effort effort = problem_.costly ? Effort{1e-5, 6} : Effort{1e-6, 500};
      descend(trial, divisor, effort, static_cast<int>(i));
      return std::sqrt(std::max(cost(trial.p, fit.loss, unit) - lowest, 0.0) / allowed);
    };
    const auto end = [&](std::size_t i, double bound, double reach) {
      constexpr double unlimited = std::numeric_limits<double>::infinity();
      const int most_trials = problem_.costly ? 6 : 25;
      const double value = fit.p[i], side = bound < value ? -1.0 : 1.0;
      const double farthest = std::abs(bound - value);
      struct Trial {
        double at, rise;  ///< distance from the estimate
      };
      Trial inside{0.0, 0.0}, outside{unlimited, unlimited};
      Fit last = fit;
      double at = reach, growth = 4.0;
      for (int k = 0; k < most_trials && !(inside.at >= 0.99 * outside.at); ++k) {
        at = std::min(at, farthest);
        Fit trial = moved(last, i, at == farthest ? bound : value + side * at, solution.covariance);
        const double there = rise(trial, i);
        if (std::abs(there - 1.0) < 0.01) return value + side * at;
        if (there < 1.0) {
          if (at == farthest) return side * unlimited;
          inside = {at, there};
          last = std::move(trial);
        } else {
          outside = {at, there};
        }
        if (outside.at == unlimited) {
          at = inside.at * std::clamp(1.05 / inside.rise, 1.3, growth);
          growth *= growth;
        } else {
          const double share = (1.0 - inside.rise) / (outside.rise - inside.rise);
          at = inside.at + (outside.at - inside.at) * (share > 0.1 ? std::min(share, 0.9) : 0.1);
        }
      }
      return outside.at == unlimited ? side * unlimited
                                     : value + side * 0.5 * (inside.at + outside.at);
    };
    int position = 0;
    for (std::size_t i = 0; i < problem_.shared; ++i) {
      if (!problem_.params[i].listed) continue;
      auto& param = solution.record.params[static_cast<std::size_t>(position++)];
      if (!param.poor) continue;
      const double half = 0.5 * (param.ci95_high - param.ci95_low);
      const double reach = std::max(half, 1e-3 * std::abs(fit.p[i]));
      param.ci95_low = end(i, problem_.params[i].lower, reach);
      param.ci95_high = end(i, problem_.params[i].upper, reach);
      param.profiled = true;
    }
  }

  FitSolution describe(Fit& fit) const {
    FitSolution out;
    std::vector<Standing> standing;
    Eigen::MatrixXd covariance = judge(fit.p, standing);
    const auto n = static_cast<double>(n_);
    const auto r = residuals(fit.p);
    auto& record = out.record;
    double mean = 0.0, squares = 0.0, total = 0.0, chi2 = 0.0;
    for (const double y : problem_.measured) mean += y / n;
    for (std::size_t i = 0; i < n_; ++i) {
      const double residual = r[i] * problem_.sigma[i];
      squares += residual * residual;
      chi2 += r[i] * r[i];
      total += (problem_.measured[i] - mean) * (problem_.measured[i] - mean);
    }
    const double spread = variance(fit, r);
    covariance *= problem_.has_sigma ? std::max(spread, 1.0) : spread;

    record.n = static_cast<int>(n_);
    record.free_params = n_free_;
    record.rmse = std::sqrt(squares / n);
    record.r2 = total > 0.0 ? 1.0 - squares / total : nan;
    record.chi2_reduced = problem_.has_sigma ? chi2 / dof_ : nan;
    record.loss = fit.loss;
    record.scale = robust_scale(fit.p);
    const auto is_out = outliers(fit.p);
    record.outliers = static_cast<int>(std::count(is_out.begin(), is_out.end(), true));
    record.converged = fit.converged;
    const auto [minus_2_log, more] = deviance(fit, r);
    const double k = n_free_ + more;
    record.aic = minus_2_log + 2.0 * k;
    record.aicc = n > k + 1.0 ? record.aic + 2.0 * k * (k + 1.0) / (n - k - 1.0)
                              : std::numeric_limits<double>::infinity();
    record.bic = minus_2_log + std::log(n) * k;

    const double t = t_95(dof_);
    for (std::size_t i = 0; i < fit.p.size(); ++i) {
      const auto& param = problem_.params[i];
      out.covariance.emplace_back(fit.p.size());
      for (std::size_t j = 0; j < fit.p.size(); ++j) out.covariance[i][j] = covariance(i, j);
      if (!param.listed) continue;
      const double error = std::sqrt(covariance(i, i));
      record.params.push_back({.key = param.key,
                               .unit = param.unit,
                               .value = fit.p[i],
                               .standing = standing[i],
                               .std_error = error,
                               .ci95_low = fit.p[i] - t * error,
                               .ci95_high = fit.p[i] + t * error});
      auto& last = record.params.back();
      last.poor = standing[i] == Standing::fitted &&
                  (error > 0.1 * std::abs(fit.p[i]) || last.ci95_low < param.lower ||
                   last.ci95_high > param.upper);
      if (!param.free) continue;
      auto& row = record.covariance.emplace_back();
      for (std::size_t j = 0; j < fit.p.size(); ++j)
        if (problem_.params[j].free && problem_.params[j].listed) row.push_back(covariance(i, j));
    }
    out.p = record.p = fit.p;
    return out;
  }

  void cross_validate(const Fit& fit, FitRecord& record) const {
    record.cv_error = nan;
    const int folds = std::min(options_.folds, static_cast<int>(n_));
    if (folds < 2) return;
    Stream random(options_.seed, Purpose::partition);
    const auto order = random.permutation(static_cast<int>(n_));
    const double unit = fit.loss == Loss::none ? unit_ : fit.scale;
    record.squared_cv_errors.resize(n_);
    double sum = 0.0;
    for (int fold = 0; fold < folds; ++fold) {
      std::vector<bool> held(n_, false);
      for (std::size_t i = 0; i < n_; ++i)
        if (static_cast<int>(i) % folds == fold) held[order[i]] = true;
      const auto r = residuals_without(fit, unit, held);
      for (std::size_t i = 0; i < n_; ++i) {
        if (!held[i]) continue;
        const double size = unit * problem_.sigma[i];
        record.squared_cv_errors[i] = loss_at(fit.loss, r[i] / unit).rho * size * size;
        sum += record.squared_cv_errors[i];
      }
    }
    record.cv_error = std::sqrt(sum / static_cast<double>(n_));
  }

  /// The residuals, over sigma, of a fit that starts from `fit` and does without some points.
  Vector residuals_without(const Fit& fit, double unit, const std::vector<bool>& held) const {
    if (problem_.costly) return residuals_one_step_without(fit, unit, held);
    auto divisor = divisors(unit);
    for (std::size_t i = 0; i < n_; ++i)
      if (held[i]) divisor[i] = 0.0;
    Fit part = fit;
    descend(part, divisor, thorough());
    return residuals(part.p);
  }

  /// The same by one Gauss-Newton step along what the data determine.
  Vector residuals_one_step_without(const Fit& fit, double unit,
                                    const std::vector<bool>& held) const {
    RowMajor J = jacobian(fit.p);
    for (std::size_t k = 0; k < fit.p.size(); ++k) {
      const auto& param = problem_.params[k];
      const bool stays = !param.free || fit.p[k] <= param.lower || fit.p[k] >= param.upper;
      const double length = stays ? 0.0 : J.col(k).norm();
      J.col(k) *= length > 0.0 ? 1.0 / length : 0.0;
    }
    auto r = residuals(fit.p);
    Eigen::MatrixXd JJ = Eigen::MatrixXd::Zero(J.cols(), J.cols());
    Eigen::VectorXd Jr = Eigen::VectorXd::Zero(J.cols());  // of the rest: minus that of the held
    for (std::size_t i = 0; i < n_; ++i) {
      const double u = r[i] / unit;
      const double weight = u == 0.0 ? 1.0 : loss_at(fit.loss, u).psi / u;
      if (held[i])
        Jr -= weight * r[i] * J.row(i).transpose();
      else
        JJ.selfadjointView<Eigen::Lower>().rankUpdate(J.row(i).transpose(), weight);
    }
    const auto [values, directions] = eigenpairs(JJ);
    Eigen::VectorXd step = Eigen::VectorXd::Zero(J.cols());
    for (Eigen::Index k = 0; k < J.cols(); ++k)
      if (values[k] > 1e-12 * values[J.cols() - 1])
        step -= directions.col(k).dot(Jr) / values[k] * directions.col(k);
    for (std::size_t i = 0; i < n_; ++i) r[i] += J.row(i).dot(step);
    return r;
  }

  const FitProblem& problem_;
  const FitOptions& options_;
  const std::vector<Group> groups_;
  std::size_t n_;
  int n_free_ = 0;
  int dof_ = 0;
  double unit_ = 1.0;
  double smallest_scale_ = 0.0;
};

}  // namespace

FitSolution solve(const FitProblem& problem, const FitOptions& options) {
  return Solver(problem, options).run();
}

double outlier_cut(int degrees_of_freedom) { return 4.0 + 12.0 / std::sqrt(degrees_of_freedom); }

void fix_params(FitProblem& problem, const FitOptions& options) {
  std::vector<std::string> keys;
  for (const auto& param : problem.params)
    if (param.listed) keys.push_back(param.key);
  for (const auto& [key, value] : options.fixed) {
    const auto found = std::find(keys.begin(), keys.end(), key);
    if (found == keys.end())
      throw InputError({.where = "fixed parameter " + key,
                        .expected = "one of " + join(keys),
                        .got = "an unknown parameter"});
    auto& param = problem.params[static_cast<std::size_t>(found - keys.begin())];
    if (!(value >= param.lower && value <= param.upper))
      throw InputError({.where = "fixed parameter " + key,
                        .expected = "a number in [" + to_text(param.lower) + ", " +
                                    to_text(param.upper) + "]" +
                                    (param.unit == "1" ? "" : " " + param.unit),
                        .got = to_text(value)});
    param.start = value;
    param.free = false;
  }
  std::ptrdiff_t n_free = 0, n_listed = 0;
  for (const auto& param : problem.params) {
    n_free += param.free ? 1 : 0;
    n_listed += param.free && param.listed ? 1 : 0;
  }
  if (n_listed == 0)
    throw InputError(
        {.where = "fixed parameter", .expected = "a parameter left to fit", .got = "none"});
  if (std::ssize(problem.measured) <= n_free)
    throw InputError({.where = problem.name,
                      .expected = "more points than the " + std::to_string(n_free) +
                                  " parameters that are fitted",
                      .got = std::to_string(problem.measured.size())});
}

json number_or_null(double x) { return std::isfinite(x) ? json(x) : json(); }

json to_json(const FitRecord& fit) {
  json std_error = json::object(), ci95 = json::object(), fixed = json::array();
  json profiled = json::array();
  for (const auto& param : fit.params) {
    if (param.standing == Standing::fixed) {
      fixed.push_back(param.key);
      continue;
    }
    if (param.profiled) profiled.push_back(param.key);
    std_error[param.key] = param.std_error;  // NaN becomes null
    ci95[param.key] = {number_or_null(param.ci95_low), number_or_null(param.ci95_high)};
  }
  return {{"n", fit.n},
          {"rmse", fit.rmse},
          {"r2", number_or_null(fit.r2)},
          {"chi2_reduced", number_or_null(fit.chi2_reduced)},
          {"aic", fit.aic},
          {"aicc", number_or_null(fit.aicc)},
          {"bic", fit.bic},
          {"cv_error", number_or_null(fit.cv_error)},
          {"converged", fit.converged},
          {"std_error", std_error},
          {"ci95", ci95},
          {"profiled", profiled},
          {"covariance", fit.covariance},
          {"fixed", fixed},
          {"robust_loss", to_string(fit.loss)},
          {"robust_scale", fit.scale},
          {"outliers", fit.outliers}};
}

}  // namespace memplast
