#pragma once
#include <array>
#include <cmath>
#include <vector>

#include "../device.hpp"

namespace memplast {

/// What is done to a device: `count` pulses, pairs of spikes `lag_ms` = t_post - t_pre apart, each
/// of whose changes is multiplied by `factor` (only in a three-factor rule other than 1).
struct Pulses {
  double lag_ms = 0.0;
  double factor = 1.0;
  int count = 1;
};

/// Turns a wanted step of a weight into pulses: the one way there is.
///
/// A step is the size of the change that one pulse makes in state w_work, abs(dw(sign lag,
/// w_work)). The base pulse is the weakest that makes `base_step` (0, or more than the rule can do:
/// the strongest); its lag is the outermost of those of at least `lowest_ms`.
///
///   scaled   factor = step / (step of the base pulse)
///   timing   the outermost lag whose step is the wanted one, of the strongest pulse and down to
///            1/256 of it; no pulse for less
///   pulses   step / (step of the base pulse) base pulses, rounded up or down by lot so that the
///            mean is right
class Programmer {
 public:
  Programmer(const Rule& rule, Programming programming, double w_work, double base_step,
             double lowest_ms = gap_ms);
  /// Pre and post spikes of a pulse are at least this far apart unless said otherwise [ms].
  static constexpr double gap_ms = 0.5;

  /// Pulses for a step of size `step` to the side that `sign` has the sign of; `lot` is uniform in
  /// [0, 1). Not for ideal and verified, which are no plan.
  Pulses plan(double sign, double step, double lot) const;

  /// The step of the base pulse; 0 if the rule makes none on this side.
  double base_step(double sign) const { return side(sign).step; }
  double base_lag_ms(double sign) const { return std::copysign(side(sign).lag, sign); }
  /// Lags of pulses each half as strong as the one before, from the strongest on; a device that is
  /// programmed by pulses has one strength.
  const std::vector<double>& ladder_ms(double sign) const { return side(sign).ladder; }

 private:
  static constexpr double per_octave = 8.0;
  static constexpr int n_lags = 64;
  static constexpr int n_strengths = 9;
  struct Side {
    double lag = 0.0;            // of the base pulse [ms]
    double step = 0.0;           // there
    std::vector<double> lags;    // timing: of the steps step * 2^(-k/per_octave)
    std::vector<double> ladder;  // verified: signed, of the steps strongest * 2^-k
  };
  const Side& side(double sign) const { return sides_[sign > 0.0]; }

  Programming programming_;
  std::array<Side, 2> sides_;  // depression, potentiation
};

}  // namespace memplast
