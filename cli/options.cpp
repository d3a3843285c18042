#include "options.hpp"

#include <algorithm>
#include <vector>

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

void apply_config(CLI::App& command, const json& object, const std::string& where) {
  if (!object.is_object())
    throw InputError({.where = where, .expected = "an object", .got = object.type_name()});
  for (const auto& [key, value] : object.items()) {
    const std::string here = where + "/" + key;
    auto* option = option_for(command, key);
    if (option == nullptr && value.is_object()) {
      apply_config(command, value, here);
    } else if (option == nullptr || (value.is_object() && key != "rule")) {
      throw InputError({.where = here,
                        .expected = "one of the keys " + join(known_keys(command)),
                        .got = "the unknown key '" + key + "'"});
    } else if (option->empty()) {
      set_option(*option, value, here);
    }
  }
}

std::string flag_of(std::string key) {
  std::replace(key.begin(), key.end(), '_', '-');
  return "--" + key;
}

std::pair<std::string, double> parse_assignment(const std::string& text, const std::string& flag) {
  const auto equals = text.find('=');
  if (equals == std::string::npos)
    throw InputError({.where = flag, .expected = "name=value", .got = "'" + text + "'"});
  const auto name = text.substr(0, equals);
  return {name, parse_number<double>(text.substr(equals + 1), flag + " " + name)};
}

CLI::App* add_command(CLI::App& app, const std::string& name, const std::string& description,
                      bool& json) {
  auto* command = app.add_subcommand(name, description);
  command->option_defaults()->always_capture_default();
  // First of all options, so that it runs before CLI11 asks for those that are required.
  command
      ->add_option_function<std::string>(
          "--config",
          [command](const std::string& path) {
            apply_config(*command, read_json(path), path + ":");
          },
          "JSON file with any of these options; those on the command line win")
      ->type_name("FILE");
  command->add_flag("--json", json, "print one JSON object");
  return command;
}

}  // namespace memplast::cli
