#pragma once
#include <string>
#include <vector>

#include "../models/device/variability.hpp"
#include "pulse_fit.hpp"
#include "window_fit.hpp"

namespace memplast {

/// What a measurement says about devices that are not ideal, and in words what it cannot say.
struct VariabilityFit {
  Variability variability;
  std::vector<std::string> remarks;
};

/// How far one change was from the one that the model expects.
struct SpreadPoint {
  double change;     ///< in w
  double deviation;  ///< in w
  double variance;   ///< an estimate of it; may be negative
};

/// Splits the variance of changes into ctoc_w^2 + ctoc^2 change^2 by least squares, none below 0:
/// one of the two terms, that which leaves less, or both if the second one lowers n log(rest) by
/// more than 10. Nothing if the mean variance is below four of its standard errors. Of points with
/// about the same change, those that deviate by more than five robust scales are left out.
Variability split_spread(const std::vector<SpreadPoint>& points);

/// From pulses. With d_i the difference of neighbouring residuals, d_i^2 + d_i d_i-1 + d_i d_i+1
/// has the variance of one step as its mean, free of the noise of reads; split_spread takes it
/// apart against the step at that state. read_noise is the noise of reads relative to the mean
/// conductance, of measurements in siemens. dtod is the spread of the mean step over three devices
/// at least, each fitted on its own; G_min_dtod and G_max_dtod that of the ends of their ramps.
VariabilityFit fit_variability(const PulseFit& fit, const PulseData& data);

/// From a window: squared residuals against the change. Only a spread that grows with the change is
/// told from the noise of the two reads behind each point, so that only ctoc can be found, as an
/// upper limit if the rule misses the course.
VariabilityFit fit_variability(const WindowFit& fit, const WindowData& data);

}  // namespace memplast
