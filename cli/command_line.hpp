#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "../lib/base/parameters.hpp"
#include "../lib/base/text.hpp"
#include "words.hpp"

// What the program says about its commands and options. CLI11 reads the words: command_line.cpp is
// the only file that includes it, since it takes the compiler seconds.
namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace memplast {
class json;
}

namespace memplast::cli {

/// An option of a command; a handle.
class Option {
 public:
  explicit Option(CLI::Option& option) : option_(&option) {}

  Option required() const;
  /// What --help calls its value.
  Option type_name(const std::string& name) const;
  /// What --help says is its default.
  Option default_text(const std::string& text) const;
  /// What --help says that it is.
  Option meaning(const std::string& text) const;
  /// The heading of --help below which it stands; without one it is not shown.
  Option group(const std::string& heading) const;
  /// Of an option with several values: each has the flag before it.
  Option one_at_a_time() const;

  bool given() const;

 private:
  CLI::Option* option_;
};

/// A subcommand; a handle. Values that it is told to set must outlive the parsing; those there at
/// the start are the defaults. A name "--flag" or "-f,--flag" is an option, "name" a positional.
class Command {
 public:
  explicit Command(CLI::App& app) : app_(&app) {}

  Option option(const std::string& name, std::string& value, const std::string& meaning) const;
  Option option(const std::string& name, std::vector<std::string>& values,
                const std::string& meaning) const;
  /// Hands the text to `take`.
  Option option(const std::string& name, std::function<void(const std::string&)> take,
                const std::string& meaning) const;
  Option flag(const std::string& name, bool& value, const std::string& meaning) const;

  /// Hands a number in [lower, upper] to `take`.
  template <class V, class Take>
  requires std::is_invocable_v<Take, V> Option number(const std::string& name, Take take,
                                                      const std::string& meaning,
                                                      double lower = lowest, double upper = highest)
  const {
    return option(
               name,
               [take, name, lower, upper](const std::string& text) {
                 take(parse_number<V>(text, name, lower, upper));
               },
               meaning)
        .type_name(std::is_integral_v<V> ? "INT" : "NUMBER");
  }
  /// Sets a number in [lower, upper]; --help shows its default.
  template <class V>
  requires std::is_arithmetic_v<V> Option number(const std::string& name, V& value,
                                                 const std::string& meaning, double lower = lowest,
                                                 double upper = highest)
  const {
    return number<V>(
               name, [&value](V x) { value = x; }, meaning, lower, upper)
        .default_text(std::is_floating_point_v<V> ? to_text(static_cast<double>(value))
                                                  : std::to_string(value));
  }
  /// The same for a number that need not be given.
  template <class V>
  Option number(const std::string& name, std::optional<V>& value, const std::string& meaning,
                double lower = lowest, double upper = highest) const {
    return number<V>(
        name, [&value](V x) { value = x; }, meaning, lower, upper);
  }
  /// The option of a row of a parameter table: flag, meaning and bounds come from there, and what
  /// is given goes to `take`.
  Option row(const ParamRow& row, std::function<void(const Value&)> take) const;
  /// One such option per row of the table of `owner`, which has the default.
  template <class P>
  void params(P& owner) const {
    params(table_of<P>(), &owner);
  }

  std::optional<Option> find(const std::string& flag) const;
  bool given(const std::string& flag) const;

  /// Sets options, as --config does, from an object; those set before stay. An InputError names the
  /// place below `where`.
  void apply(const json& object, const std::string& where) const;

  /// What to do before --help is shown, once all options are read.
  void before_help(std::function<void()> prepare) const;
  /// The last words of --help.
  void footer(const std::string& text) const;
  /// What to do once all options are read.
  void action(std::function<void()> run) const;

 private:
  void params(ParamTable table, void* owner) const;

  static constexpr double lowest = std::numeric_limits<double>::lowest();
  static constexpr double highest = std::numeric_limits<double>::max();
  CLI::App* app_;
};

/// Words that no command understands: which, and that --help helps.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The program's commands.
class CommandLine {
 public:
  CommandLine(const std::string& about, const std::string& name, const std::string& version);
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;
  ~CommandLine();

  Command add(const std::string& name, const std::string& about);
  /// With `--json` into `json`, and `--config FILE.json`.
  ///
  /// The keys of a config file are the long option names with '_' for '-', or the name of a
  /// positional. Nested objects are flattened, but that of "rule" is a model file and is handed on
  /// as text; an array is a repeated value, true a flag. What stands on the command line wins. An
  /// unknown key is an InputError.
  Command add(const std::string& name, const std::string& about, bool& json);

  /// The names of the commands, in the order in which they were added.
  std::vector<std::string> names() const;

  /// Reads the words and does what they ask for; false if that was --help or --version. Throws
  /// UsageError, and whatever the command throws.
  bool run(int argc, char** argv);

 private:
  std::unique_ptr<CLI::App> app_;
};

}  // namespace memplast::cli
