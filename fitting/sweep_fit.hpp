#pragma once
#include <string_view>
#include <vector>

#include "../models/device_file.hpp"
#include "least_squares.hpp"
#include "readers/sweep_measurement.hpp"

namespace memplast {

/// The fitted course of one trace, at its knots.
struct SweepTraceFit {
  double x_start;            ///< state at the first knot
  std::vector<double> I;     ///< A, as fitted
  std::vector<double> half;  ///< A, half the width of its 95 % confidence band
};

/// A fit of a state model to sweeps; rmse and cv_error are in A. A poor fit is a result, not an
/// error.
struct SweepFit : FitRecord {
  StateModel device;
  std::vector<SweepTraceFit> traces;
};

/// Fits a state model, by name, to all trusted points of all traces at once:
///
///   minimise over p and the first states x_r0:  sum_ri rho[I_ri - I(x_r(t_ri; p, x_r0), V_ri; p)]
///
/// with x_r the solution of the model's equation under the measured voltage, linear between points;
/// its derivatives by p are integrated along with it. Rates, resistances, currents and thresholds
/// are searched by their logarithm. No starting guess is needed: conductances of the data give
/// resistances and a rough course of x; thresholds and exponents are drawn; each rate then follows
/// from the changes of x, in which it is linear.
///
/// Throws InputError for an unknown model, an unknown or illegal entry of `fixed`, and too few
/// points.
SweepFit fit_sweep(std::string_view model, const SweepData& data, const FitOptions& options = {});

/// The record of a fit in a model file: that of least_squares.hpp, and what data it is of.
json to_json(const SweepFit& fit, const SweepData& data);

/// A model file that holds the fitted device and the record of the fit.
DeviceFile model_from_fit(const SweepFit& fit, const SweepData& data);

}  // namespace memplast
