#pragma once
#include <charconv>
#include <limits>
#include <string>
#include <type_traits>
#include <utility>

#include "../lib/base/text.hpp"

namespace memplast::cli {

/// "tau_plus_ms" -> "--tau-plus-ms"
std::string flag_of(std::string key);

/// Throws the InputError of parse_number.
[[noreturn]] void refuse_number(const std::string& text, const std::string& where, double lower,
                                double upper, bool whole);

/// The number that `text` spells, a finite one in [lower, upper], whole if V is; else an
/// InputError naming `where`.
template <class V>
V parse_number(const std::string& text, const std::string& where,
               double lower = std::numeric_limits<double>::lowest(),
               double upper = std::numeric_limits<double>::max()) {
  if constexpr (std::is_integral_v<V>) {
    V value{};
    const auto end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error == std::errc() && stop == end && static_cast<double>(value) >= lower &&
        static_cast<double>(value) <= upper)
      return value;
  } else if (const auto value = to_number(text)) {
    if (*value >= lower && *value <= upper) return *value;
  }
  refuse_number(text, where, lower, upper, std::is_integral_v<V>);
}

/// The parts of "name=value"; an InputError names `flag`.
std::pair<std::string, double> parse_assignment(const std::string& text, const std::string& flag);

}  // namespace memplast::cli
