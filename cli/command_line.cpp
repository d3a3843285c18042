#include "command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>

#include "../lib/base/error.hpp"
#include "../lib/io/json.hpp"

namespace memplast::cli {
namespace {

std::string key_of(std::string flag) {
  std::replace(flag.begin(), flag.end(), '-', '_');
  return flag;
}

/// The option that a key of a config file stands for, or null.
CLI::Option* option_for(CLI::App& command, const std::string& key) {
  if (key == "config" || key == "help") return nullptr;
  if (auto* flag = command.get_option_no_throw(flag_of(key))) return flag;
  return command.get_option_no_throw(key);
}

std::vector<std::string> known_keys(const CLI::App& command) {
  std::vector<std::string> keys;
  for (const auto* option : command.get_options()) {
    const auto& names = option->get_lnames();
    const std::string key = key_of(names.empty() ? option->get_name() : names.front());
    if (key != "config" && key != "help") keys.push_back(key);
  }
  return keys;
}

std::vector<std::string> values_of(const json& value, const std::string& where) {
  if (value.is_array()) {
    std::vector<std::string> all;
    for (const auto& item : value)
      for (auto& text : values_of(item, where)) all.push_back(std::move(text));
    return all;
  }
  if (value.is_null()) throw InputError({.where = where, .expected = "a value", .got = "null"});
  return {value.is_string() ? value.get<std::string>() : value.dump()};
}

void set_option(CLI::Option& option, const json& value, const std::string& where) {
  const bool is_flag = option.get_items_expected_max() == 0;
  if (is_flag && !value.is_boolean())
    throw InputError({.where = where, .expected = "true or false", .got = value.dump()});
  const auto values = values_of(value, where);
  if (values.empty()) return;
  try {
    option.add_result(values);
    option.run_callback();
  } catch (const InputError& error) {
    auto complaint = error.complaint;
    complaint.where = where;
    throw InputError(complaint);
  } catch (const CLI::Error&) {
    throw InputError({.where = where,
                      .expected = "a value of the kind " + option.get_type_name(),
                      .got = value.dump()});
  }
}

}  // namespace

Option Option::required() const {
  option_->required();
  return *this;
}

Option Option::type_name(const std::string& name) const {
  option_->type_name(name);
  return *this;
}

Option Option::default_text(const std::string& text) const {
  option_->default_str(text);
  return *this;
}

Option Option::meaning(const std::string& text) const {
  option_->description(text);
  return *this;
}

Option Option::group(const std::string& heading) const {
  option_->group(heading);
  return *this;
}

Option Option::one_at_a_time() const {
  option_->allow_extra_args(false);
  return *this;
}

bool Option::given() const { return !option_->empty(); }

Option Command::option(const std::string& name, std::string& value,
                       const std::string& meaning) const {
  return Option(*app_->add_option(name, value, meaning));
}

Option Command::option(const std::string& name, std::vector<std::string>& values,
                       const std::string& meaning) const {
  return Option(*app_->add_option(name, values, meaning));
}

Option Command::option(const std::string& name, std::function<void(const std::string&)> take,
                       const std::string& meaning) const {
  return Option(*app_->add_option_function<std::string>(name, take, meaning));
}

Option Command::flag(const std::string& name, bool& value, const std::string& meaning) const {
  return Option(*app_->add_flag(name, value, meaning));
}

void Command::params(ParamTable table, void* owner) const {
  for (const ParamRow& row : table) {
    void* const field = static_cast<char*>(owner) + row.offset;
    this->row(row,
              [&row, field](const Value& value) {
                row.set(field, checked(row, value, flag_of(row.key())));
              })
        .default_text(value_text(row.get(field)));
  }
}

Option Command::row(const ParamRow& row, std::function<void(const Value&)> take) const {
  const std::string flag = flag_of(row.key()), meaning(row.meaning);
  switch (row.kind) {
    case Kind::flag:
      return Option(*app_->add_flag_function(
          flag, [take](std::int64_t count) { take(count > 0); }, meaning));
    case Kind::whole:
      return row.lower >= 0.0 ? number<std::uint64_t>(flag, take, meaning, row.lower, row.upper)
                              : number<std::int64_t>(flag, take, meaning, row.lower, row.upper);
    case Kind::real:
      return number<double>(flag, take, meaning, row.lower, row.upper);
    default:
      return option(
          flag, [take](const std::string& text) { take(text); }, meaning);
  }
}

std::optional<Option> Command::find(const std::string& flag) const {
  auto* const option = app_->get_option_no_throw(flag);
  return option == nullptr ? std::nullopt : std::optional(Option(*option));
}

bool Command::given(const std::string& flag) const {
  const auto option = find(flag);
  return option && option->given();
}

void Command::apply(const json& object, const std::string& where) const {
  if (!object.is_object())
    throw InputError({.where = where, .expected = "an object", .got = object.type_name()});
  for (const auto& [key, value] : object.items()) {
    const std::string here = where + "/" + key;
    auto* option = option_for(*app_, key);
    if (option == nullptr && value.is_object()) {
      apply(value, here);
    } else if (option == nullptr || (value.is_object() && key != "rule")) {
      throw InputError({.where = here,
                        .expected = "one of the keys " + join(known_keys(*app_)),
                        .got = "the unknown key '" + key + "'"});
    } else if (option->empty()) {
      set_option(*option, value, here);
    }
  }
}

void Command::before_help(std::function<void()> prepare) const {
  struct Prepared : CLI::Formatter {
    std::function<void()> prepare;
    std::string make_help(const CLI::App* app, std::string name,
                          CLI::AppFormatMode mode) const override {
      prepare();
      return Formatter::make_help(app, std::move(name), mode);
    }
  };
  const auto formatter = std::make_shared<Prepared>();
  formatter->prepare = std::move(prepare);
  app_->formatter(formatter);
}

void Command::footer(const std::string& text) const { app_->footer(text); }

void Command::action(std::function<void()> run) const { app_->callback(std::move(run)); }

CommandLine::CommandLine(const std::string& about, const std::string& name,
                         const std::string& version)
    : app_(std::make_unique<CLI::App>(about, name)) {
  app_->set_version_flag("--version", version);
  app_->require_subcommand(1);
  app_->failure_message(CLI::FailureMessage::simple);
}

CommandLine::~CommandLine() = default;

Command CommandLine::add(const std::string& name, const std::string& about) {
  return Command(*app_->add_subcommand(name, about));
}

Command CommandLine::add(const std::string& name, const std::string& about, bool& json) {
  auto* const app = app_->add_subcommand(name, about);
  app->option_defaults()->always_capture_default();
  const Command command(*app);
  // First of all options, so that it runs before CLI11 asks for those that are required.
  command
      .option(
          "--config",
          [command](const std::string& path) { command.apply(read_json(path), path + ":"); },
          "JSON file with any of these options; those on the command line win")
      .type_name("FILE");
  command.flag("--json", json, "print one JSON object");
  return command;
}

std::vector<std::string> CommandLine::names() const {
  std::vector<std::string> out;
  for (const auto* command : app_->get_subcommands({})) out.push_back(command->get_name());
  return out;
}

bool CommandLine::run(int argc, char** argv) {
  try {
    app_->parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    // --help and --version arrive here too, with exit code 0.
    if (error.get_exit_code() == 0) {
      app_->exit(error);
      return false;
    }
    throw UsageError(error.what() + std::string(" (--help shows what is possible)."));
  }
  return true;
}

}  // namespace memplast::cli
