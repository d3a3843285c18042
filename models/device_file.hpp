#pragma once
#include <string>

#include "model_file.hpp"
#include "states/state_model.hpp"

namespace memplast {

/// A state model with its constants: what a fit of a sweep writes, and what `memplast window
/// --device` makes a plasticity rule of. Its file is a model file whose `model` is a state model.
struct DeviceFile {
  StateModel device;
  /// G_min and G_max are the conductances at x = 0 and x = 1, read at V_read.
  Conductance conductance;
  Variability variability;
  json fit;  ///< null, or the record of the fit that made it (fitting/sweep_fit.hpp)
  std::string source;
};

/// A device whose range is that of the model at V_read.
DeviceFile make_device(const StateModel& model, double V_read, const std::string& source);

json to_json(const DeviceFile& file);
/// Throws InputError naming the place in `where`, as model_from_json does.
DeviceFile device_from_json(const json& object, const std::string& where);

/// `spec` is the name of a shipped state model, the path of a model file, or a JSON object as text.
DeviceFile load_device(const std::string& spec, const std::string& where = "device");

/// Whether a model file holds a state model.
bool is_device(const json& object);

/// `device` with one parameter replaced: key "v_on_V", within its bounds.
void set_device_param(StateModel& device, std::string_view key, double value,
                      const std::string& where);

}  // namespace memplast
