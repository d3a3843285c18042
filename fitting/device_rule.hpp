#pragma once
#include <string>
#include <vector>

#include "../models/states/device_window.hpp"
#include "window_fit.hpp"

namespace memplast {

/// A computed window of a device as if it had been measured; `name` is what messages call it.
WindowData to_window(const std::vector<DeviceWindowPoint>& window, const DeviceFile& device,
                     const std::string& name);

/// The window as a table, [state][dt], interpolated between the computed points. `window` is in the
/// order in which device_window makes it: all lags of one state, then the next state.
TableRule table_of(const std::vector<DeviceWindowPoint>& window);

/// The pulses that make a window, for `fit/window` of a model file.
json to_json(const DeviceFile& device, const VoltagePulse& pre, const VoltagePulse& post);

/// Columns dt_ms, w, dw, dG_S with the range of the device in comments: `memplast fit` reads it.
std::string window_csv(const std::vector<DeviceWindowPoint>& window, const Conductance& device);

}  // namespace memplast
