#pragma once
#include <string_view>
#include <vector>

#include "least_squares.hpp"
#include "readers/pulse_measurement.hpp"

namespace memplast {

/// The fitted course of one ramp.
struct RampFit {
  std::vector<double> w;     ///< as fitted, at each measured pulse
  std::vector<double> half;  ///< half the width of its 95 % confidence band
};

/// A fit of a pulse model to ramps. A poor fit is a result, not an error.
struct PulseFit : FitRecord {
  PulseRule rule;
  std::vector<RampFit> ramps;
  bool has_up = false, has_down = false;  ///< polarities that were measured
  /// Correlation of neighbouring residuals of a ramp: far above 0 if the model misses the course.
  double autocorrelation = 0.0;
  /// Standard deviations in weights: of a read, and of the step of one pulse from cycle to cycle.
  double read_noise = 0.0;
  double step_noise = 0.0;
};

/// Fits a pulse model, by name, to all ramps at once:
///
///   minimise over p and the first states w_r1:  sum_ri rho[w_ri - w_r(pulse_ri; p, w_r1)]
///
/// with the course of ramp r, w += D_plus(w) or w -= D_minus(w) with each pulse, by the equation
/// itself. Above 200 ramps all those of a polarity start at one state.
///
/// Residuals of neighbours are correlated where a device wanders from its mean course or the model
/// misses it: with a correlation c > 0 of next neighbours standard errors grow by
/// sqrt((1 + c) / (1 - c)), as for an autoregressive process.
///
/// Noise from the differences d_i of next residuals in pulses: a read error enters two of them with
/// opposite signs, a step only one, so read_noise^2 = -cov(d_i, d_i+1) and
/// step_noise^2 = var(d_i) + 2 cov(d_i, d_i+1), each at least 0.
///
/// A polarity that was not measured mirrors the other one and is called undetermined.
/// Throws InputError for an unknown model, an unknown or illegal entry of `fixed`, and too few
/// points.
PulseFit fit_pulses(std::string_view model, const PulseData& data, const FitOptions& options = {});

/// The record of a fit in a model file: that of least_squares.hpp, what data it is of, and the
/// noise.
json to_json(const PulseFit& fit, const PulseData& data);

/// A model file that holds the fitted rule, its device and the record of the fit.
ModelFile model_from_fit(const PulseFit& fit, const PulseData& data);

}  // namespace memplast
