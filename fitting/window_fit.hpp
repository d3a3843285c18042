#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "least_squares.hpp"
#include "readers/measurement.hpp"

namespace memplast {

/// A fit of a rule to a window. A poor fit is a result, not an error: read converged and rmse.
struct WindowFit : FitRecord {
  AnyRule rule;
};

/// Fits a rule, by name, to measured pairs:
///
///   minimise over p:  sum_i rho[(dw_i - dw(dt_i, w_i; p)) / sigma_i]
///
/// as least_squares.hpp says, within the bounds of the rule's parameter table; no starting guess is
/// needed (candidates are drawn from the table and the range of dt, the best ones are followed, the
/// lowest minimum wins).
///
/// Throws InputError for an unknown rule, an unknown or illegal entry of `fixed`, and too few
/// points.
WindowFit fit_window(std::string_view model, const WindowData& data,
                     const FitOptions& options = {});

/// Half the width of the 95 % confidence band of dw at each of `points` (their dw and sigma are
/// ignored): t sqrt(g^T C g), g the derivative of dw by the parameters, C their covariance.
/// Parameters without a standard error are taken as known.
std::vector<double> confidence_band(const WindowFit& fit, std::span<const WindowPoint> points);

/// The record of a fit in a model file: that of least_squares.hpp, and what data it is of.
json to_json(const WindowFit& fit, const WindowData& data);

/// A model file that holds the fitted rule, its device and the record of the fit.
ModelFile model_from_fit(const WindowFit& fit, const WindowData& data);

}  // namespace memplast
