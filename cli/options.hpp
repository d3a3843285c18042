#pragma once
#include <CLI/CLI.hpp>
#include <charconv>
#include <limits>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "../lib/base/error.hpp"
#include "../lib/base/params.hpp"
#include "../lib/base/text.hpp"

namespace memplast::cli {

/// A subcommand with what every one has: `--json` into `json`, and `--config FILE.json`.
///
/// The keys of a config file are the long option names with '_' for '-', or the name of a
/// positional. Nested objects are flattened, but that of "rule" is a model file and is handed on as
/// text; an array is a repeated value, true a flag. What stands on the command line wins. An
/// unknown key is an InputError.
CLI::App* add_command(CLI::App& app, const std::string& name, const std::string& description,
                      bool& json);

/// Sets the options of a command, as --config does, from an object; those set before stay. An
/// InputError names the place below `where`.
void apply_config(CLI::App& command, const nlohmann::ordered_json& object,
                  const std::string& where);

/// "tau_plus_ms" -> "--tau-plus-ms"
std::string flag_of(std::string key);

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
  const bool bounded = lower > std::numeric_limits<double>::lowest();
  throw InputError(
      {.where = where,
       .expected = (std::is_integral_v<V> ? std::string("a whole number")
                                          : std::string("a finite number")) +
                   (bounded ? upper < std::numeric_limits<double>::max()
                                  ? " in [" + to_text(lower) + ", " + to_text(upper) + "]"
                                  : " of at least " + to_text(lower)
                            : ""),
       .got = "'" + text + "'"});
}

/// The parts of "name=value"; an InputError names `flag`.
std::pair<std::string, double> parse_assignment(const std::string& text, const std::string& flag);

/// An option that hands a number in [lower, upper] to `take`.
template <class V, class Take>
CLI::Option* add_number_option(CLI::App* command, const std::string& flag, Take take,
                               const std::string& meaning, double lower, double upper) {
  return command
      ->add_option_function<std::string>(
          flag,
          [take, flag, lower, upper](const std::string& text) {
            take(parse_number<V>(text, flag, lower, upper));
          },
          meaning)
      ->type_name(std::is_integral_v<V> ? "INT" : "NUMBER");
}

/// An option that sets a number in [lower, upper]; --help shows its default.
template <class V>
CLI::Option* add_number(CLI::App* command, const std::string& flag, V& value,
                        const std::string& meaning,
                        double lower = std::numeric_limits<double>::lowest(),
                        double upper = std::numeric_limits<double>::max()) {
  return add_number_option<V>(
             command, flag, [&value](V x) { value = x; }, meaning, lower, upper)
      ->default_str(std::is_floating_point_v<V> ? to_text(static_cast<double>(value))
                                                : std::to_string(value));
}

/// The same for a number that need not be given.
template <class V>
CLI::Option* add_number(CLI::App* command, const std::string& flag, std::optional<V>& value,
                        const std::string& meaning,
                        double lower = std::numeric_limits<double>::lowest(),
                        double upper = std::numeric_limits<double>::max()) {
  return add_number_option<V>(
      command, flag, [&value](V x) { value = x; }, meaning, lower, upper);
}

/// One option per row of the parameter table of `owner`: flag, unit, meaning, bounds and default
/// come from there. `owner` must outlive the parsing.
template <class P>
void add_params(CLI::App* command, P& owner) {
  for_each_param<P>([&]<class V>(const Param<P, V>& param) {
    add_number(command, flag_of(param.key()), owner.*param.member, std::string(param.meaning),
               param.lower, param.upper);
  });
}

}  // namespace memplast::cli
