#pragma once
#include <optional>
#include <string>
#include <vector>

namespace memplast::cli {

/// What `memplast window --device` was asked for.
struct DeviceWindowCommand {
  std::string device;
  std::vector<std::string> params;  ///< "name=value"
  std::string pre_pulse = "bitriangular:1V,20ms";
  std::string post_pulse;        ///< as pre_pulse if empty
  std::vector<double> w;         ///< five states if empty
  std::optional<double> dt_max;  ///< ms; as far as the pulses meet
  std::optional<double> dt_step;
  std::string rule = "auto";
  std::vector<std::string> outputs;  ///< .csv, .json, .svg, .pdf, .png
  bool json = false;
};

/// Integrates the device under the pulses, makes a rule of its window, writes and prints both.
void tell_device_window(const DeviceWindowCommand& command);

}  // namespace memplast::cli
