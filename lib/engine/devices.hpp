#pragma once
#include "pair_rule.hpp"
#include "spikes.hpp"

namespace memplast {

/// What the synapses of a crossbar are made of: how a device takes a change, and what it gives when
/// read. These do exactly as asked; real ones are models/device/device_array.hpp.
struct IdealDevices {
  /// The state of device (i, j) after it was asked to go from w to w + dw.
  static constexpr double program(int, int, double w, double dw) { return clipped(w + dw); }
  /// The weight that it transmits in state w.
  static constexpr double read(int, int, double w) { return w; }
  /// Brings a start to states that the devices can take.
  static void settle(Weights&) {}
  /// The time between training and test passes.
  static void age() {}
  /// What the devices in states `w` transmit, read noise apart.
  static const auto& transmitted(const auto& w) { return w; }
};

}  // namespace memplast
