#pragma once
#include <cstdint>

#include "../../lib/numeric/random.hpp"
#include "../../lib/numeric/weights.hpp"
#include "../pulses/rule.hpp"
#include "conductance.hpp"
#include "variability.hpp"

namespace memplast {

/// The devices of one crossbar, each a little different (models/device/variability.hpp has the
/// equations).
///
/// `w` is a device's own state in [0, 1]; what it transmits is its conductance on the nominal
/// scale, (G - G_min)/(G_max - G_min), which may leave [0, 1]. All draws are a function of the seed
/// and of the order of writes and of reads.
class DeviceArray {
 public:
  /// `pulses`: the rule, if programming pulses make the changes; ctoc_w is the noise of a whole
  /// one. It must outlive the devices.
  DeviceArray(const Variability& variability, const Conductance& nominal, int n_pre, int n_post,
              std::uint64_t seed, const PulseRule* pulses = nullptr);

  /// The state of device (i, j) after it was asked to go from w to w + dw.
  double program(int i, int j, double w, double dw);
  /// The weight that it transmits in state w, read noise included.
  double read(int i, int j, double w);

  /// Brings a start to levels of the devices.
  void settle(Weights& w);
  /// The time between training and test passes.
  void age();
  /// What the devices in states `w` transmit, without read noise.
  Weights transmitted(const Weights& w) const;
  /// What device (i, j) transmits in state w, without read noise.
  double expected(int i, int j, double w) const { return gain_(i, j) * w + offset_(i, j); }

 private:
  double to_level(double w);
  double share_of_pulse(double w, double dw) const;

  Variability v_;
  const PulseRule* pulses_;
  double G_ratio_;                  // G_min / (G_max - G_min)
  Weights gain_plus_, gain_minus_;  // of changes; empty if all are alike
  Weights gain_, offset_;           // transmitted = gain w + offset; a stuck device has gain 0
  Weights nu_;
  Stream cycle_, rounding_, noise_;
};

}  // namespace memplast
