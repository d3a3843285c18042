#include <algorithm>

#include "classification.hpp"
#include "control.hpp"

namespace memplast {
namespace {

/// Adds each field of a table; of those in `quiet`, only what is not as it usually is.
void add_fields(json& out, const Parameters& fields, const Parameters& usual,
                const std::vector<std::string>& quiet = {}) {
  const json all = to_json(fields);
  for (const auto& [key, value] : all.items()) {
    const bool is_quiet = std::find(quiet.begin(), quiet.end(), key) != quiet.end();
    if (!is_quiet || fields.get(key) != usual.get(key)) out[key] = value;
  }
}

/// A record with those of its fields that an object has.
template <class P>
P fields_from(const json& object, const std::string& where) {
  Parameters fields{P{}};
  json mine = json::object();
  for (const auto& key : keys_of(fields.table()))
    if (object.contains(key)) mine[key] = object[key];
  set_all(fields, mine, where);
  return fields.as<P>();
}

std::vector<std::string> operator+(std::vector<std::string> all,
                                   const std::vector<std::string>& more) {
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

const std::vector<std::string> all_runs_have{"task",     "rule",    "encoder",
                                             "protocol", "learner", "settings"};

std::string text_or(const json& object, const std::string& key, const std::string& otherwise,
                    const std::string& where) {
  return object.contains(key) ? text_at(object, key, where) : otherwise;
}

/// The key by which an object names the learner.
std::string learner_key(const json& object) {
  return object.contains("learner") ? "learner" : "protocol";
}

ModelFile model_at(const json& object, const std::string& where) {
  return model_from_json(object.value("rule", json()), where + "/rule");
}

void require_object(const json& object, const std::string& where) {
  if (!object.is_object())
    throw InputError({.where = where, .expected = "an object", .got = object.type_name()});
}

DataSource source_of(const std::string& task, const json& object, const std::string& where) {
  const auto& shipped = shipped_datasets();
  if (task == own_data_task) {
    for (const auto* key : {"data", "data_sha256"}) text_at(object, key, where);
  } else if (std::find(shipped.begin(), shipped.end(), task) == shipped.end()) {
    throw InputError({.where = where + "/task",
                      .expected = "one of " + join(shipped) + ", " + std::string(own_data_task),
                      .got = "'" + task + "'"});
  } else {
    for (const auto& key : keys_of(table_of<DataSource>()))
      if (object.contains(key))
        throw InputError({.where = where + "/" + key,
                          .expected = "the task " + std::string(own_data_task) + " beside it",
                          .got = task});
  }
  return fields_from<DataSource>(object, where);
}

}  // namespace

json to_json(const RunConfig& config) {
  json out;
  out["task"] = config.task;
  if (config.task == own_data_task)
    add_fields(out, Parameters(config.data), Parameters(DataSource{}), {"impute"});
  out["rule"] = to_json(config.model);
  out["encoder"] = config.code;
  out["protocol"] = config.learner;
  add_fields(out, Parameters(config), Parameters(RunConfig{}),
             {"weights_history", "waterfall", "final", "from_fit_covariance"});
  out["settings"] = to_json(config.settings);
  return out;
}

RunConfig run_config_from(const json& object, const std::string& where) {
  require_keys(object,
               all_runs_have + keys_of(table_of<DataSource>()) + keys_of(table_of<RunConfig>()),
               where);
  auto out = fields_from<RunConfig>(object, where);
  const std::string key = learner_key(object);
  out.task = text_at(object, "task", where);
  out.data = source_of(out.task, object, where);
  out.model = model_at(object, where);
  out.learner = text_or(object, key, out.learner, where);
  out.code = text_or(object, "encoder", out.code, where);
  constexpr int n_features = 1;  // what it would decide stands in the settings
  out.settings = preset(out.task, out.learner, out.code, rule_name(out.model.rule), n_features,
                        {where + "/" + key, where + "/encoder"});
  if (object.contains("settings")) set_all(out.settings, object["settings"], where + "/settings");
  return out;
}

json to_json(const ControlConfig& config) {
  json out;
  out["task"] = config.task;
  out["rule"] = to_json(config.model);
  out["encoder"] = config.code;
  out["protocol"] = config.learner;
  if (!config.is_imitation()) {
    out["modulation"] = to_string(config.modulation);
    out["sham"] = to_string(config.sham);
  } else if (!config.trajectory.empty()) {
    out["trajectory"] = config.trajectory;
    out["trajectory_sha256"] = config.trajectory_sha256;
  }
  add_fields(out, Parameters(config), Parameters(ControlConfig{}),
             {"waterfall", "from_fit_covariance"});
  out["settings"] = to_json(config.settings);
  return out;
}

ControlConfig control_config_from(const json& object, const std::string& where) {
  require_object(object, where);
  const std::string key = learner_key(object);
  auto out = fields_from<ControlConfig>(object, where);
  out.task = control_task(text_at(object, "task", where), where + "/task").name;
  out.learner = text_or(object, key, out.learner, where);
  out.code = text_or(object, "encoder", out.code, where);
  out.settings =
      control_preset(out.task, out.learner, out.code, {where + "/" + key, where + "/encoder"});
  require_keys(object,
               all_runs_have + keys_of(table_of<ControlConfig>()) +
                   (out.is_imitation() ? std::vector<std::string>{"trajectory", "trajectory_sha256"}
                                       : std::vector<std::string>{"modulation", "sham"}),
               where);
  out.model = model_at(object, where);
  if (object.contains("modulation"))
    out.modulation = modulation_from(text_at(object, "modulation", where), where + "/modulation");
  if (object.contains("sham"))
    out.sham = sham_from(text_at(object, "sham", where), where + "/sham");
  if (object.contains("trajectory") || object.contains("trajectory_sha256")) {
    out.trajectory = text_at(object, "trajectory", where);
    out.trajectory_sha256 = text_at(object, "trajectory_sha256", where);
  }
  if (object.contains("settings")) set_all(out.settings, object["settings"], where + "/settings");
  return out;
}

}  // namespace memplast
