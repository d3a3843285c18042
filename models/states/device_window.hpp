#pragma once
#include <vector>

#include "../device_file.hpp"
#include "voltage_pulse.hpp"

namespace memplast {

/// What a pair of spikes does to a device by the equation of its state.
struct DeviceWindowPoint {
  double dt;  ///< ms, t_post - t_pre
  double w;   ///< weight before the pair
  double dw;
};

/// The plasticity window of a device: for each state w and lag dt, V = V_post - V_pre of the two
/// overlapping pulses is integrated through the device from the state that reads w, and dw is the
/// change of its conductance, read at V_read, over the range of the device.
///
/// A device that a positive voltage sets is potentiated by a post pulse that meets the end of a pre
/// pulse of two phases, the first positive: dt > 0.
std::vector<DeviceWindowPoint> device_window(const DeviceFile& device, const VoltagePulse& pre,
                                             const VoltagePulse& post,
                                             const std::vector<double>& dt_ms,
                                             const std::vector<double>& w);

}  // namespace memplast
