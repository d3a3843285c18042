#pragma once
#include <filesystem>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>

#include "../base/params.hpp"

namespace memplast {

/// Objects keep the order in which they were written.
using json = nlohmann::ordered_json;

/// Parses `text`; an InputError names `where` and the line and column of a syntax error.
json parse_json(const std::string& text, const std::string& where);
json read_json(const std::filesystem::path& path);

/// Refuses any key of `object` that is not in `known`, and any value that is not an object.
void require_keys(const json& object, const std::vector<std::string>& known,
                  const std::string& where);

/// The finite number, whole number or text at `object[key]`; an InputError names the place if it
/// is missing or of another kind.
double number_at(const json& object, const std::string& key, const std::string& where);
std::string text_at(const json& object, const std::string& key, const std::string& where);

/// {"A_plus": ..., "mu_plus_ms": ...}: every parameter of `p`, by key.
template <class P>
json params_to_json(const P& p) {
  json out = json::object();
  for_each_param<P>([&](const auto& param) { out[param.key()] = p.*param.member; });
  return out;
}

/// The reverse of params_to_json: every key present, none unknown, every value within bounds.
template <class P>
P params_from_json(const json& object, const std::string& where) {
  P p;
  require_keys(object, param_keys<P>(), where);
  for_each_param<P>([&](const auto& param) {
    const std::string key = param.key();
    set_checked(p, param, number_at(object, key, where), where + "/" + key);
  });
  return p;
}

}  // namespace memplast
