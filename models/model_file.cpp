#include "model_file.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <map>

#include "../lib/io/file.hpp"
#include "../lib/numeric/linear_algebra.hpp"
#include "../lib/numeric/random.hpp"
#include "states/state_model.hpp"

namespace memplast {
namespace {

std::vector<double> numbers(const json& array, const std::string& where) {
  if (!array.is_array() || array.empty())
    throw InputError({.where = where, .expected = "a list of numbers", .got = array.dump()});
  std::vector<double> out;
  for (const auto& item : array) {
    if (!item.is_number())
      throw InputError({.where = where, .expected = "a list of numbers", .got = item.dump()});
    out.push_back(item.get<double>());
  }
  return out;
}

std::vector<double> ascending(const json& array, const std::string& where) {
  auto out = numbers(array, where);
  if (std::adjacent_find(out.begin(), out.end(), std::greater_equal<>()) != out.end())
    throw InputError({.where = where, .expected = "ascending numbers", .got = array.dump()});
  return out;
}

json table_params(const TableRule& rule) {
  return {{"dt_ms", rule.dt_ms}, {"w", rule.w}, {"dw", rule.values}};
}

json rule_params(const AnyRule& rule) {
  if (const auto* table = std::get_if<TableRule>(&rule)) return table_params(*table);
  json out = json::object();
  for_each_value(rule, [&](const auto& param, double value) { out[param.key()] = value; });
  return out;
}

TableRule table_from_json(const json& object, const std::string& where) {
  require_keys(object, {"dt_ms", "w", "dw"}, where);
  for (const auto* key : {"dt_ms", "w", "dw"})
    if (!object.contains(key))
      throw InputError({.where = where, .expected = std::string("a key ") + key, .got = "none"});
  TableRule rule;
  rule.dt_ms = ascending(object["dt_ms"], where + "/dt_ms");
  rule.w = ascending(object["w"], where + "/w");
  for (const auto& row : object["dw"]) rule.values.push_back(numbers(row, where + "/dw"));
  const bool fits = rule.values.size() == rule.w.size() &&
                    std::all_of(rule.values.begin(), rule.values.end(),
                                [&](const auto& row) { return row.size() == rule.dt_ms.size(); });
  if (!fits)
    throw InputError({.where = where + "/dw",
                      .expected = std::to_string(rule.w.size()) + " lists (one per w) of " +
                                  std::to_string(rule.dt_ms.size()) + " numbers (one per dt_ms)",
                      .got = std::to_string(rule.values.size()) + " lists"});
  return rule;
}

/// Everything that load_model and model files know by name.
std::vector<std::string> known_names() {
  auto names = shipped_rules();
  for (auto& name : shipped_pulse_models()) names.push_back(std::move(name));
  return names;
}

/// `spec`: what the user gave, a file or the name of a model.
void refuse_state_model(const std::string& name, const std::string& spec) {
  const auto states = shipped_state_models();
  if (std::find(states.begin(), states.end(), name) == states.end()) return;
  throw InputError({.where = spec,
                    .expected = "a plasticity rule",
                    .got = "the state model '" + name + "'",
                    .mend = "Its window under given pulses is one."});
}

/// The parameters of a pulse model and those of its window stand side by side.
template <class Model>
PulseRule pulse_from_json(const json& object, const std::string& where) {
  auto keys = param_keys<Model>();
  const auto of_window = param_keys<PulseWindow>();
  keys.insert(keys.end(), of_window.begin(), of_window.end());
  require_keys(object, keys, where);
  json model = object, window = json::object();
  for (const auto& key : of_window)
    if (object.contains(key)) {
      window[key] = object[key];
      model.erase(key);
    }
  return {params_from_json<Model>(model, where), params_from_json<PulseWindow>(window, where)};
}

AnyRule rule_from_json(const std::string& name, const json& params, const std::string& where) {
  if (name == TableRule::name) return table_from_json(params, where + "/params");
  AnyRule rule;
  bool found = false;
  AllModels::for_each([&]<template <class> class M>() {
    if (M<double>::name != name) return;
    rule = params_from_json<M<double>>(params, where + "/params");
    found = true;
  });
  AllPulseModels::for_each([&]<template <class> class M>() {
    if (M<double>::name != name) return;
    rule = pulse_from_json<M<double>>(params, where + "/params");
    found = true;
  });
  if (found) return rule;
  refuse_state_model(name, where);
  auto known = known_names();
  known.emplace_back(TableRule::name);
  throw InputError(
      {.where = where + "/model", .expected = "one of " + join(known), .got = "'" + name + "'"});
}

}  // namespace

void require_shares(const Variability& v, const std::string& where) {
  const double stuck = v.stuck_low + v.stuck_high + v.stuck_random;
  if (stuck > 1.0)
    throw InputError({.where = where,
                      .expected = "stuck_low + stuck_high + stuck_random of at most 1",
                      .got = to_text(stuck)});
  if (v.levels == 1)
    throw InputError({.where = where + "/levels", .expected = "0 or at least 2", .got = "1"});
}

json to_json(const Variability& v) {
  const Variability ideal;
  json out = json::object();
  for_each_param<Variability>([&](const auto& param) {
    if (v.*param.member != ideal.*param.member) out[param.key()] = v.*param.member;
  });
  return out;
}

Variability variability_from_json(const json& object, const std::string& where) {
  require_keys(object, param_keys<Variability>(), where);
  Variability v;
  for (const auto& [key, value] : object.items())
    set_param(v, key, number_at(object, key, where), where + "/" + key);
  require_shares(v, where);
  return v;
}

void require_range(const Conductance& conductance, const std::string& where) {
  if (!(conductance.G_min < conductance.G_max))
    throw InputError({.where = where,
                      .expected = "G_min_S below G_max_S",
                      .got = to_text(conductance.G_min) + " and " + to_text(conductance.G_max)});
}

std::string_view rule_name(const AnyRule& rule) {
  return std::visit(
      []<class R>(const R& r) -> std::string_view {
        if constexpr (std::is_same_v<R, PulseRule>)
          return r.name();
        else
          return R::name;
      },
      rule);
}

std::vector<std::string> shipped_rules() {
  std::vector<std::string> names;
  AllModels::for_each([&]<template <class> class M>() { names.emplace_back(M<double>::name); });
  return names;
}

std::vector<std::string> shipped_pulse_models() {
  std::vector<std::string> names;
  AllPulseModels::for_each(
      [&]<template <class> class M>() { names.emplace_back(M<double>::name); });
  return names;
}

json to_json(const ModelFile& model) {
  json out;
  out["memplast_model"] = model_format_version;
  out["model"] = rule_name(model.rule);
  out["params"] = rule_params(model.rule);
  out["conductance"] = params_to_json(model.conductance);
  out["pairing"] = to_string(model.pairing);
  if (const auto variability = to_json(model.variability); !variability.empty())
    out["variability"] = variability;
  if (!model.fit.is_null()) out["fit"] = model.fit;
  out["source"] = model.source;
  return out;
}

void require_model_keys(const json& object, const std::string& where) {
  require_keys(object,
               {"memplast_model", "model", "params", "conductance", "pairing", "variability", "fit",
                "source"},
               where);
  if (number_at(object, "memplast_model", where) != model_format_version)
    throw InputError({.where = where + "/memplast_model",
                      .expected = "version " + std::to_string(model_format_version),
                      .got = object["memplast_model"].dump()});
  if (!object.contains("params"))
    throw InputError({.where = where, .expected = "a key params", .got = "none"});
}

ModelFile model_from_json(const json& object, const std::string& where) {
  require_model_keys(object, where);
  ModelFile model;
  model.rule = rule_from_json(text_at(object, "model", where), object["params"], where);
  if (object.contains("conductance"))
    model.conductance =
        params_from_json<Conductance>(object["conductance"], where + "/conductance");
  require_range(model.conductance, where + "/conductance");
  if (object.contains("pairing"))
    model.pairing = pairing_from(text_at(object, "pairing", where), where + "/pairing");
  if (object.contains("variability"))
    model.variability = variability_from_json(object["variability"], where + "/variability");
  if (object.contains("fit")) model.fit = object["fit"];
  if (object.contains("source")) model.source = text_at(object, "source", where);
  return model;
}

ModelFile load_model(const std::string& spec, const std::string& where) {
  if (spec.starts_with('{')) return model_from_json(parse_json(spec, where), where);
  ModelFile model;
  bool found = false;
  AllModels::for_each([&]<template <class> class M>() {
    if (M<double>::name != spec) return;
    model.rule = M<double>{};
    model.source = std::string(M<double>::source) + "; conductance range illustrative";
    found = true;
  });
  AllPulseModels::for_each([&]<template <class> class M>() {
    if (M<double>::name != spec) return;
    model.rule = PulseRule(M<double>{}, {});
    model.source = std::string(M<double>::source) + "; conductance range illustrative";
    found = true;
  });
  if (found) return model;
  refuse_state_model(spec, spec);
  if (spec.find_first_of("./") == std::string::npos && !std::filesystem::exists(spec))
    throw InputError({.where = where,
                      .expected = "one of " + join(known_names()) + ", or the path of a model file",
                      .got = "'" + spec + "'"});
  return model_from_json(read_json(spec), spec);
}

void set_rule_param(AnyRule& rule, std::string_view key, double value, const std::string& where) {
  std::visit(
      [&]<class R>(R& r) {
        bool found = false;
        if constexpr (requires { R::params(); }) {
          found = set_param(r, key, value, where);
        } else if constexpr (std::is_same_v<R, PulseRule>) {
          auto model = r.model();
          auto window = r.window();
          found = set_param(window, key, value, where) ||
                  std::visit([&](auto& m) { return set_param(m, key, value, where); }, model);
          r = PulseRule(model, window);
        } else {
          throw InputError({.where = where,
                            .expected = "a rule given by a formula",
                            .got = "the table of a measured window"});
        }
        if (found) return;
        std::vector<std::string> keys;
        for_each_value(rule, [&](const auto& param, double) { keys.push_back(param.key()); });
        throw InputError({.where = where,
                          .expected = "one of " + join(keys),
                          .got = "the unknown parameter '" + std::string(key) + "'"});
      },
      rule);
}

ModelFile draw_from_fit(const ModelFile& model, std::uint64_t seed) {
  const auto refuse = [](const std::string& got) {
    return InputError({.where = "the rule's fit",
                       .expected = "std_error and covariance of its parameters",
                       .got = got,
                       .mend = "Use a model file that a fit wrote."});
  };
  const json& fit = model.fit;
  if (!fit.is_object() || !fit.contains("covariance") || !fit.contains("std_error"))
    throw refuse("none");
  std::vector<std::string> keys;
  const json fixed = fit.value("fixed", json::array());
  for (const auto& [key, error] : fit["std_error"].items())
    if (std::find(fixed.begin(), fixed.end(), json(key)) == fixed.end()) keys.push_back(key);
  const auto n = static_cast<Eigen::Index>(keys.size());
  Eigen::MatrixXd covariance(n, n);
  const json& rows = fit["covariance"];
  if (!rows.is_array() || rows.size() != keys.size())
    throw refuse(std::to_string(rows.size()) + " rows for " + std::to_string(n) + " parameters");
  for (Eigen::Index i = 0; i < n; ++i) {
    const json& row = rows[static_cast<std::size_t>(i)];
    if (!row.is_array() || row.size() != keys.size()) throw refuse("a row " + row.dump());
    for (Eigen::Index j = 0; j < n; ++j) {
      const json& value = row[static_cast<std::size_t>(j)];
      if (!value.is_number()) throw refuse(value.dump() + ": the data do not determine all");
      covariance(i, j) = value.get<double>();
    }
  }
  // The symmetric root also takes a covariance that is singular.
  const auto [values, directions] = eigenpairs(covariance);
  Stream stream(seed, Purpose::fit_draw);
  Eigen::VectorXd shift(n);
  for (auto& x : shift) x = stream.normal();
  shift = directions * (values.cwiseMax(0.0).cwiseSqrt().asDiagonal() * shift);

  std::map<std::string, double> drawn;
  for_each_value(model.rule, [&](const auto& param, double value) {
    const auto at = std::find(keys.begin(), keys.end(), param.key());
    if (at == keys.end()) return;
    drawn[param.key()] =
        std::clamp(value + shift(at - keys.begin()), static_cast<double>(param.lower),
                   static_cast<double>(param.upper));
  });
  ModelFile out = model;
  for (const auto& [key, value] : drawn) set_rule_param(out.rule, key, value, key);
  return out;
}

}  // namespace memplast
