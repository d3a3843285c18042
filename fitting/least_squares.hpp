#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "../lib/io/json.hpp"
#include "loss.hpp"

namespace memplast {

struct FitOptions {
  std::map<std::string, double> fixed = {};  ///< parameters to keep, by key ("tau_plus_ms")
  int starts = 8;                            ///< starting points that are followed to their minimum
  std::uint64_t seed = 1;                    ///< of the starting points and of the folds
  Loss loss = Loss::automatic;
  int folds = 0;         ///< of the cross-validation; none below 2
  bool profile = false;  ///< intervals of poorly determined parameters by profile likelihood
  /// FitRecord::p of an earlier fit to the same data: where predictions are costly the search
  /// starts, and ends, at it; else none.
  std::vector<double> from = {};
};

/// What a fit knows about a parameter.
enum class Standing {
  fitted,
  fixed,         ///< by the caller, or by the model's own table
  at_bound,      ///< ended on a bound of its table: no standard error
  undetermined,  ///< other values, perhaps with other partners, fit the data as well
};

struct FittedParam {
  std::string key;
  std::string unit;
  double value;
  Standing standing;
  double std_error;  ///< NaN unless fitted
  double ci95_low;   ///< NaN unless fitted; -infinity if nothing within the bounds is excluded
  double ci95_high;  ///< the same; infinity
  /// The standard error is above a tenth of the value, or its interval leaves the bounds: a
  /// parabola no longer describes the minimum.
  bool poor = false;
  bool profiled = false;  ///< the interval is that of the profile likelihood
};

/// A fit of any model to any measurement. A poor fit is a result, not an error: read converged and
/// rmse.
struct FitRecord {
  std::vector<FittedParam> params;              ///< as in the model's table
  std::vector<std::vector<double>> covariance;  ///< of those that are not fixed, in that order
  int n = 0;                                    ///< points
  int free_params = 0;
  double rmse = 0.0;          ///< root of the mean squared residual, in weights
  double r2 = 0.0;            ///< 1 - residual / total sum of squares; NaN if all data are equal
  double chi2_reduced = 0.0;  ///< sum of (residual / sigma)^2 over n - p; NaN without sigma
  double aic = 0.0;
  double aicc = 0.0;  ///< aic + 2 k (k + 1) / (n - k - 1); infinite if n <= k + 1
  double bic = 0.0;
  double cv_error = 0.0;  ///< cross-validated error, in weights; NaN if not asked for
  Loss loss = Loss::none;
  double scale = 0.0;  ///< of the residuals, robust; in units of sigma if the data have one
  int outliers = 0;    ///< residuals beyond outlier_cut() scales
  bool converged = false;
  std::vector<double> squared_cv_errors;  ///< rho of each held-out residual, times scale^2
  std::vector<double> p;                  ///< all numbers found, in the order of the problem
};

/// What is fitted: numbers p within bounds, and what they predict for each point.
///
/// Points may fall into groups, each with one number of its own that no other point sees (the first
/// state of a ramp): p = shared numbers, then own numbers in the order of the groups. Thousands of
/// them cost little more than none. Without groups all numbers are shared.
struct FitProblem {
  struct Limits {
    std::string key;
    std::string unit;
    double start;
    double lower;
    double upper;
    bool free = true;
    bool listed = true;  ///< among FitRecord::params; else a number that only the data have
    /// Searched by its logarithm: of one sign, that of the start, and unknown by orders of
    /// magnitude.
    bool logarithmic = false;
  };
  std::string name;  ///< of the data, for messages
  std::vector<Limits> params;
  std::vector<double> measured;
  std::vector<double> sigma;  ///< all 1 if not known
  bool has_sigma = false;
  std::vector<std::size_t> groups;  ///< points in each group, one after the other; empty: one
  std::size_t shared = 0;           ///< parameters that all points see; the rest are own numbers
  /// The predictions for a group into `out` and, unless null, their derivatives by the shared
  /// numbers and by its own one, `shared` and 1 columns, into J and own_J. Predictions that are not
  /// numbers send the search elsewhere.
  std::function<void(std::size_t group, const double* p, double own, double* out, double* J,
                     double* own_J)>
      predict;
  /// Starting points: 0, 1, 2 ...; the first is params[].start.
  std::function<std::vector<double>(int index)> candidate;
  int candidates = 400;
  /// Predictions take long and have errors of their own: twice as many starts are followed a few
  /// steps, the better half of them further, and so on, only the best one to its minimum; no search
  /// goes on for less than a part in 1e8 of the cost; and a fit to the other folds is one
  /// Gauss-Newton step from the full fit.
  bool costly = false;
};

struct FitSolution {
  std::vector<double> p;
  /// Covariance of p in the order of params; NaN where the data determine nothing.
  std::vector<std::vector<double>> covariance;
  FitRecord record;
};

/// Minimises over p, within bounds,
///
///   sum_i rho(u_i),  u_i = (measured_i - predicted_i(p)) / (sigma_i s)
///
/// with the loss rho of the options. s = 1 for least squares; a robust loss takes 1.4826 times the
/// median of abs(residual / sigma), corrected for n - p, iterated with p, and at least 1 where
/// sigma is known.
///
/// Loss::automatic fits with tukey first and counts the outliers; it stays with tukey if normal
/// residuals had as many with a probability below 1e-3 and most of them have no outlier next to
/// them (else the model misses a part of the data), else, and with fewer than 20 degrees of
/// freedom, it is least squares.
///
/// Covariance: (J^T J)^-1 times the residual variance, J the derivative of residual / sigma. That
/// is sum u^2 / (n - p) for least squares, never below 1 where sigma is known, and Huber's
/// K^2 s^2 [sum psi^2 / (n - p)] / [mean psi']^2, K = 1 + (p/n) var(psi') / [mean psi']^2,
/// otherwise (Huber, Ann. Stat. 1 (1973) 799, doi:10.1214/aos/1176342503). Intervals by Student's t
/// with n - p degrees of freedom.
///
/// AIC, AICc and BIC: Gaussian likelihood with least squares, else that of Student's t with three
/// degrees of freedom, whose scale is fitted. Both can be compared only at the same loss.
///
/// With `profile`, a poorly determined parameter gets the interval of all values at which the
/// minimum over the others is at most t^2 residual variances above the lowest (Venzon and
/// Moolgavkar, Appl. Stat. 37 (1988) 87, doi:10.2307/2347496), to 1 % of its length.
///
/// Logarithmic parameters are searched as log(abs(p)); all else is said of p itself.
///
/// cv_error: the points are dealt into `folds` at random; each is predicted by a fit to the other
/// folds that starts from the full fit; sqrt(mean rho(u)) s.
FitSolution solve(const FitProblem& problem, const FitOptions& options);

/// Residuals of more scales than this count as outliers: 4, and more for few points, whose scale is
/// not well known.
double outlier_cut(int degrees_of_freedom);

/// Fixes what `options.fixed` names; throws InputError for an unknown key, a value out of bounds,
/// no parameter left to fit, and no more points than parameters.
void fix_params(FitProblem& problem, const FitOptions& options);

/// null stands for what is not finite.
json number_or_null(double x);

/// The record of a fit as it stands in a model file. `std_error`, `ci95` and `covariance` go over
/// the parameters that were not fixed, in the same order; null where the data determine nothing.
json to_json(const FitRecord& fit);

}  // namespace memplast
