#pragma once
#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "control_settings.hpp"
#include "teacher_schedule.hpp"

namespace memplast {

/// What is done to the devices of one column: `pairs` times a post spike at `t_post` [ms] with each
/// spike of the volley, and, only in a three-factor rule, the device's change times `factor`.
struct Programming {
  double t_post = 0.0;
  double factor = 1.0;
  int pairs = 1;
};

/// Turns a wanted step of the weight into pulses.
///
/// A step is what one pair does to a weight of `w` if the pre spike comes in the middle of the
/// volley: abs(dw(sign lag, w)). The base lag is the outermost whose step is `eta` (if the device
/// cannot do that much, the lag of its largest step).
///
///   scaled   factor = step / (step at the base lag)
///   timing   the outermost lag whose step is the wanted one, but none below the device's smallest
///            usable step, 1/256 of the largest
///   pulses   step / (step at the base lag) pairs, rounded up or down by lot so that the mean is
///            right
template <PairRule R>
class Modulator {
 public:
  Modulator(const R& rule, Modulation modulation, double w, double eta, double T_ms)
      : modulation_(modulation), T_ms_(T_ms) {
    const double lowest = T_ms / 2 + gap_ms;
    for (const double sign : {-1.0, +1.0}) {
      Side& side = sides_[sign > 0.0];
      side.lag = outermost_lag(rule, sign, w, modulation == Modulation::timing ? 1.0 : eta, lowest);
      side.step = std::abs(rule.dw(sign * side.lag, w));
      if (modulation != Modulation::timing) continue;
      for (int k = 0; k <= n_lags; ++k)
        side.lags.push_back(
            outermost_lag(rule, sign, w, side.step * std::exp2(-k / per_octave), side.lag));
    }
  }

  /// `lot` is uniform in [0, 1).
  Programming program(double sign, double step, double lot) const {
    const Side& side = sides_[sign > 0.0];
    if (!(side.step > 0.0)) return {.pairs = 0};
    const double ratio = step / side.step;
    const auto at = [&](double lag) { return T_ms_ / 2 + sign * lag; };
    switch (modulation_) {
      case Modulation::scaled:
        return {.t_post = at(side.lag), .factor = ratio};
      case Modulation::pulses:
        return {.t_post = at(side.lag), .pairs = static_cast<int>(ratio + lot)};
      case Modulation::timing:
        break;
    }
    const double k = std::max(0.0, -per_octave * std::log2(ratio));
    if (k > n_lags) return {.pairs = 0};
    const auto low = static_cast<std::size_t>(std::min(k, n_lags - 1.0));
    const double part = k - static_cast<double>(low);
    return {.t_post = at(side.lags[low] + part * (side.lags[low + 1] - side.lags[low]))};
  }

 private:
  static constexpr double gap_ms = 0.5;  // between the volley and the post spike
  static constexpr double per_octave = 8.0;
  static constexpr int n_lags = 64;
  struct Side {
    double lag = 0.0;          // base lag [ms]
    double step = 0.0;         // there
    std::vector<double> lags;  // of the steps step * 2^(-k/per_octave)
  };

  Modulation modulation_;
  double T_ms_;
  Side sides_[2];  // depression, potentiation
};

}  // namespace memplast
