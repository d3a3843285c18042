#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "../lib/engine/pairing.hpp"
#include "../lib/io/json.hpp"
#include "device/conductance.hpp"
#include "device/variability.hpp"
#include "rules/all.hpp"

namespace memplast {

/// Throws InputError naming `where` unless G_min < G_max.
void require_range(const Conductance& conductance, const std::string& where);

/// Throws InputError naming `where` if more devices are stuck than there are, or have one level.
void require_shares(const Variability& variability, const std::string& where);

/// Only what is not as ideal, and the reverse.
json to_json(const Variability& variability);
Variability variability_from_json(const json& object, const std::string& where);

/// What `fit` writes and `run` reads: a rule, its device, how spikes pair, and where it is from.
struct ModelFile {
  AnyRule rule;
  Conductance conductance;
  Pairing pairing = Pairing::nearest_symmetric;
  Variability variability;  ///< in the file, only what is not as ideal
  json fit;  ///< null, or the record of the fit that made it (fitting/window_fit.hpp)
  std::string source;
};

/// "nc", "ppx", "stdp", "table", "pulse_linear".
std::string_view rule_name(const AnyRule& rule);
/// The names of the window rules that have shipped constants, in order.
std::vector<std::string> shipped_rules();
/// The names of the pulse models, in order; each is a rule too (models/pulses/rule.hpp).
std::vector<std::string> shipped_pulse_models();

inline constexpr int model_format_version = 1;

/// Refuses a model file with unknown keys, without parameters or of another format version.
void require_model_keys(const json& object, const std::string& where);

json to_json(const ModelFile& model);
/// Throws InputError naming the place in `where` for an unknown or missing key, a value out of its
/// bounds, G_min >= G_max, or a format version other than 1.
ModelFile model_from_json(const json& object, const std::string& where);

/// `spec` is the name of a shipped rule, the path of a model file, or a JSON object as text.
/// `where` is what messages call it. A state model (models/device_file.hpp) is not a rule yet and
/// is refused with the command that makes one of it.
ModelFile load_model(const std::string& spec, const std::string& where = "rule");

/// `rule` with one parameter replaced: key "tau_plus_ms", within its bounds.
void set_rule_param(AnyRule& rule, std::string_view key, double value, const std::string& where);

/// `model` with parameters drawn from what its fit knows: normal around the estimates with their
/// covariance, kept within the bounds of the rule's table. Throws InputError if the file records no
/// covariance.
ModelFile draw_from_fit(const ModelFile& model, std::uint64_t seed);

}  // namespace memplast
