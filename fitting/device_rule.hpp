#pragma once
#include <optional>
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

/// Of which pulses a rule is to be made, and how.
struct DeviceRuleRequest {
  std::string pre_pulse = "bitriangular:1V,20ms";  ///< as parse_voltage_pulse reads it
  std::string post_pulse = {};                     ///< as pre_pulse if empty
  std::vector<double> w = {};                      ///< states; five if empty
  std::optional<double> dt_max_ms = {};            ///< as far as the pulses meet
  std::optional<double> dt_step_ms = {};           ///< a 50th of that
  std::string rule =
      "auto";  ///< a name, table, or auto: the best formula, the table if none follows
};

/// What pulses do to a device, as a plasticity rule.
struct DeviceRule {
  std::vector<DeviceWindowPoint> window;
  ModelFile model;
  std::string reason;                 ///< why that rule
  std::vector<std::string> warnings;  ///< what may be wrong
};

/// Integrates the device under the pulses and makes a rule of its window. Throws InputError for a
/// pulse or rule that there is not, and for pulses that do not move the device.
DeviceRule make_device_rule(const DeviceFile& device, const DeviceRuleRequest& request);

}  // namespace memplast
