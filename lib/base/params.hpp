#pragma once
#include <cmath>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "error.hpp"
#include "text.hpp"

namespace memplast {

/// Whether a fit may move a parameter.
enum class Fitted { no, yes };

/// One row of a parameter table: said once, read by JSON, --help, the fits and HDF5.
///
/// `P` is the struct that owns the parameter, `V` its type there (double, int, or a ceres::Jet
/// while a fit differentiates). `unit` is "1" when dimensionless. A value is legal in
/// [lower, upper].
template <class P, class V>
struct Param {
  std::string_view name;
  std::string_view unit;
  std::string_view meaning;
  V P::*member;
  double lower;
  double upper;
  Fitted fitted = Fitted::yes;

  /// The name with its unit, as files and flags spell it: `tau_plus_ms`, `A_plus`.
  std::string key() const {
    return unit == "1" ? std::string(name) : std::string(name) + "_" + std::string(unit);
  }
};

/// Calls `visit(param)` for each row of the table of `P` (an array or a tuple of Param).
template <class P, class Visit>
constexpr void for_each_param(Visit&& visit) {
  std::apply([&](const auto&... param) { (visit(param), ...); }, P::params());
}

template <class P>
constexpr int param_count() {
  return static_cast<int>(std::tuple_size_v<decltype(P::params())>);
}

template <class P>
std::vector<std::string> param_keys() {
  std::vector<std::string> keys;
  for_each_param<P>([&](const auto& param) { keys.push_back(param.key()); });
  return keys;
}

/// Writes `value` into the parameter `param` of `owner` after checking its bounds.
/// Throws InputError naming `where` if the value is out of bounds or a fraction for an int.
template <class Owner, class P, class V>
void set_checked(Owner& owner, const Param<P, V>& param, double value, const std::string& where) {
  const bool whole = !std::is_integral_v<V> || value == std::floor(value);
  if (!(value >= param.lower && value <= param.upper) || !whole) {
    const std::string unit = param.unit == "1" ? "" : std::string(" ").append(param.unit);
    throw InputError(
        {.where = where,
         .expected = (std::is_integral_v<V> ? "a whole number in [" : "a number in [") +
                     to_text(param.lower) + ", " + to_text(param.upper) + "]" + unit,
         .got = to_text(value),
         .mend = std::string("It is the ").append(param.meaning) + "."});
  }
  owner.*param.member = static_cast<V>(value);
}

/// Sets the parameter whose key() is `key`; false if there is none.
template <class P>
bool set_param(P& owner, std::string_view key, double value, const std::string& where) {
  bool found = false;
  for_each_param<P>([&](const auto& param) {
    if (param.key() != key) return;
    set_checked(owner, param, value, where);
    found = true;
  });
  return found;
}

}  // namespace memplast
