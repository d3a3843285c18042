#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "measurement.hpp"

namespace memplast {

struct FitOptions {
  std::map<std::string, double> fixed = {};  ///< parameters to keep, by key ("tau_plus_ms")
  int starts = 8;                            ///< starting points that are followed to their minimum
  std::uint64_t seed = 1;                    ///< of the starting points
};

/// What a fit knows about a parameter.
enum class Standing {
  fitted,
  fixed,         ///< by the caller, or by the rule's own table
  at_bound,      ///< ended on a bound of its table: no standard error
  undetermined,  ///< other values, perhaps with other partners, fit the data as well
};

struct FittedParam {
  std::string key;
  std::string unit;
  double value;
  Standing standing;
  double std_error;  ///< NaN unless fitted
  double ci95_low;   ///< NaN unless fitted
  double ci95_high;
};

/// A fit of a rule to a window. A poor fit is a result, not an error: read converged and rmse.
struct WindowFit {
  Rule rule;
  std::vector<FittedParam> params;              ///< as in the rule's table
  std::vector<std::vector<double>> covariance;  ///< of those that are not fixed, in that order
  int n = 0;                                    ///< points
  double rmse = 0.0;                            ///< root of the mean squared residual of dw
  double r2 = 0.0;            ///< 1 - residual / total sum of squares; NaN if all dw are equal
  double chi2_reduced = 0.0;  ///< sum of (residual / sigma)^2 over n - p; NaN without sigma
  double aic = 0.0;
  double bic = 0.0;
  bool converged = false;
};

/// Fits a rule, by name, to measured pairs:
///
///   minimise over p:  sum_i [(dw_i - dw(dt_i, w_i; p)) / sigma_i]^2
///
/// within the bounds of the rule's parameter table; no starting guess is needed (candidates are
/// drawn from the table and the range of dt, the best ones are followed, the lowest minimum wins).
///
/// Covariance (J^T J)^-1, J the derivative of the weighted residuals, times the residual variance:
/// without sigma as estimated from the residuals, with sigma only if that is above 1 (the rule fits
/// worse than sigma says). Intervals by Student's t with n - p degrees of freedom. AIC and BIC from
/// the Gaussian likelihood.
///
/// Throws InputError for an unknown rule, an unknown or illegal entry of `fixed`, and too few
/// points.
WindowFit fit_window(std::string_view model, const WindowData& data,
                     const FitOptions& options = {});

/// The record of a fit in a model file. `std_error`, `ci95` and `covariance` go over the parameters
/// that were not fixed, in the same order; null where the data determine nothing.
json to_json(const WindowFit& fit, const WindowData& data);

/// A model file that holds the fitted rule, its device and the record of the fit.
ModelFile model_from_fit(const WindowFit& fit, const WindowData& data);

}  // namespace memplast
