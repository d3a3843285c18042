#include "device_file.hpp"

#include <algorithm>
#include <utility>

namespace memplast {

DeviceFile make_device(const StateModel& model, double V_read, const std::string& source) {
  DeviceFile file{
      .device = model, .conductance = {}, .variability = {}, .fit = {}, .source = source};
  file.conductance.V_read = V_read;
  file.conductance.G_min = conductance_at(model, 0.0, V_read);
  file.conductance.G_max = conductance_at(model, 1.0, V_read);
  return file;
}

json to_json(const DeviceFile& file) {
  json out;
  out["memplast_model"] = model_format_version;
  out["model"] = state_model_name(file.device);
  out["params"] = std::visit([](const auto& m) { return params_to_json(m); }, file.device);
  out["conductance"] = params_to_json(file.conductance);
  if (const auto variability = to_json(file.variability); !variability.empty())
    out["variability"] = variability;
  if (!file.fit.is_null()) out["fit"] = file.fit;
  out["source"] = file.source;
  return out;
}

bool is_device(const json& object) {
  const auto names = shipped_state_models();
  return object.is_object() && object.contains("model") && object["model"].is_string() &&
         std::find(names.begin(), names.end(), object["model"].get<std::string>()) != names.end();
}

DeviceFile device_from_json(const json& object, const std::string& where) {
  require_model_keys(object, where);
  DeviceFile file;
  file.device = state_model_named(text_at(object, "model", where), where + "/model");
  std::visit([&]<class M>(M& m) { m = params_from_json<M>(object["params"], where + "/params"); },
             file.device);
  if (object.contains("conductance"))
    file.conductance = params_from_json<Conductance>(object["conductance"], where + "/conductance");
  else
    file.conductance = make_device(file.device, file.conductance.V_read, "").conductance;
  require_range(file.conductance, where + "/conductance");
  if (object.contains("variability"))
    file.variability = variability_from_json(object["variability"], where + "/variability");
  if (object.contains("fit")) file.fit = object["fit"];
  if (object.contains("source")) file.source = text_at(object, "source", where);
  return file;
}

DeviceFile load_device(const std::string& spec, const std::string& where) {
  if (spec.starts_with('{')) return device_from_json(parse_json(spec, where), where);
  const auto names = shipped_state_models();
  if (std::find(names.begin(), names.end(), spec) != names.end()) {
    const auto model = state_model_named(spec, where);
    const auto source = std::visit([](const auto& m) { return std::string(m.source); }, model);
    return make_device(model, Conductance{}.V_read, source);
  }
  if (spec.find_first_of("./") == std::string::npos && !std::filesystem::exists(spec))
    throw InputError({.where = where,
                      .expected = "one of " + join(names) + ", or the path of a model file",
                      .got = "'" + spec + "'"});
  return device_from_json(read_json(spec), spec);
}

void set_device_param(StateModel& device, std::string_view key, double value,
                      const std::string& where) {
  std::visit(
      [&]<class M>(M& m) {
        if (!set_param(m, key, value, where))
          throw InputError({.where = where,
                            .expected = "one of " + join(param_keys<M>()),
                            .got = "the unknown parameter '" + std::string(key) + "'"});
      },
      device);
}

}  // namespace memplast
