#include <iostream>
#include <memory>

#include "../lib/file.hpp"
#include "../lib/h5.hpp"
#include "../models/device_file.hpp"
#include "commands.hpp"
#include "output.hpp"

namespace memplast::cli {
namespace {

struct InfoCommand {
  std::string file;
  bool config = false;
  bool digest = false;
  bool json = false;
};

bool is_hdf5(const std::string& text) { return text.starts_with("\x89HDF\r\n\x1a\n"); }

/// "float64 [96, 3] S"
std::string shape_words(const h5::Entry& entry) {
  std::vector<std::string> sizes;
  for (const auto n : entry.shape) sizes.push_back(std::to_string(n));
  return entry.type + (sizes.empty() ? "" : " [" + join(sizes) + "]");
}

std::string unit_of(const h5::Entry& entry) {
  for (const auto& [name, value] : entry.attributes)
    if (name == "unit") return value;
  return "1";
}

/// The values of a data set of at most four numbers; null if it has more, or is a text.
json few_values(const h5::Reader& file, const h5::Entry& entry) {
  std::size_t n = 1;
  for (const auto size : entry.shape) n *= size;
  if (n > 4 || entry.is_group) return nullptr;
  const auto out = [&](const auto& array) {
    return entry.shape.empty() ? json(array.values.front()) : json(array.values);
  };
  if (entry.type.starts_with("float")) return out(file.doubles(entry.path));
  if (entry.type.starts_with("int")) return out(file.integers(entry.path));
  return nullptr;
}

json describe(const h5::Reader& file) {
  json attributes = json::object(), objects = json::array();
  for (const auto& entry : file.entries()) {
    if (entry.path == "/") {
      for (const auto& [name, value] : entry.attributes) attributes[name] = value;
      continue;
    }
    if (entry.is_group) continue;
    json object{{"path", entry.path},
                {"type", entry.type},
                {"shape", entry.shape},
                {"unit", unit_of(entry)}};
    if (const json values = few_values(file, entry); !values.is_null()) object["value"] = values;
    objects.push_back(object);
  }
  return {{"file", file.path()},
          {"attributes", attributes},
          {"datasets", objects},
          {"digest", file.digest()}};
}

void print(const h5::Reader& file) {
  std::vector<std::vector<std::string>> rows;
  const auto folds = file.has("/folds") ? file.children("/folds") : std::vector<std::string>{};
  for (const auto& entry : file.entries()) {
    if (entry.path == "/") {
      for (const auto& [name, value] : entry.attributes)
        if (name != "config_json") std::cout << name << " = " << value << '\n';
      continue;
    }
    // One fold stands for all.
    const bool of_fold = entry.path.starts_with("/folds/");
    if (entry.is_group || (of_fold && !entry.path.starts_with("/folds/" + folds.front() + "/")))
      continue;
    const std::string unit = unit_of(entry);
    const json values = few_values(file, entry);
    rows.push_back({entry.path, shape_words(entry), unit == "1" ? "" : unit,
                    values.is_null() ? "" : "= " + values.dump()});
  }
  print_table(rows);
  if (folds.size() > 1)
    std::cout << "and " << folds.size() - 1 << " more folds, up to /folds/" << folds.back() << '\n';
}

void info_on_results(const InfoCommand& c) {
  const h5::Reader file(c.file);
  if (c.config)
    print_json(parse_json(file.text_attribute("/", "config_json"), c.file + ":@config_json"));
  else if (c.digest && c.json)
    print_json({{"digest", file.digest()}});
  else if (c.digest)
    std::cout << file.digest() << '\n';
  else if (c.json)
    print_json(describe(file));
  else
    print(file);
}

/// Rows "key, value, unit, +- standard error" of a rule's parameters.
std::vector<std::vector<std::string>> param_rows(const ModelFile& model) {
  std::vector<std::vector<std::string>> rows;
  const json errors = model.fit.is_object() ? model.fit.value("std_error", json()) : json();
  for_each_value(model.rule, [&](const auto& param, double value) {
    const json error = errors.is_object() ? errors.value(param.key(), json()) : json();
    rows.push_back({"  " + std::string(param.name), rounded(value, 6),
                    error.is_number() ? "+- " + rounded(error.get<double>(), 2) : "",
                    param.unit == "1" ? "" : std::string(param.unit), std::string(param.meaning)});
  });
  if (const auto* table = std::get_if<TableRule>(&model.rule))
    rows.push_back({"  measured window of " + std::to_string(table->dt_ms.size()) + " delays at " +
                    std::to_string(table->w.size()) + " states"});
  return rows;
}

void info_on_device(const InfoCommand& c, const DeviceFile& file, const std::string& digest) {
  if (c.digest && c.json) return print_json({{"digest", digest}});
  if (c.json) return print_json({{"file", c.file}, {"device", to_json(file)}, {"digest", digest}});
  if (c.digest) {
    std::cout << digest << '\n';
    return;
  }
  std::cout << "state model " << state_model_name(file.device) << '\n';
  std::vector<std::vector<std::string>> rows;
  std::visit(
      [&]<class M>(const M& m) {
        for_each_param<M>([&](const auto& param) {
          rows.push_back(
              {"  " + param.key(), rounded(m.*param.member, 6), std::string(param.meaning)});
        });
      },
      file.device);
  print_table(rows);
  std::cout << "range " << rounded(file.conductance.G_min) << " to "
            << rounded(file.conductance.G_max) << " S at " << rounded(file.conductance.V_read)
            << " V\n";
  if (!file.source.empty()) std::cout << "source " << file.source << '\n';
}

void info_on_model(const InfoCommand& c, const std::string& text) {
  if (c.config)
    throw InputError({.where = c.file, .expected = "a result file", .got = "a model file"});
  const json object = parse_json(text, c.file);
  const std::string digest = sha256(text);
  if (is_device(object)) return info_on_device(c, device_from_json(object, c.file), digest);
  const ModelFile model = model_from_json(object, c.file);
  if (c.json) {
    print_json(c.digest ? json{{"digest", digest}}
                        : json{{"file", c.file}, {"model", to_json(model)}, {"digest", digest}});
  } else if (c.digest) {
    std::cout << digest << '\n';
  } else {
    std::cout << "rule " << rule_name(model.rule) << ", pairing " << to_string(model.pairing)
              << '\n';
    print_table(param_rows(model));
    std::cout << "range " << rounded(model.conductance.G_min) << " to "
              << rounded(model.conductance.G_max) << " S\n";
    if (!model.source.empty()) std::cout << "source " << model.source << '\n';
  }
}

void run(const InfoCommand& c) {
  const std::string text = read_text(c.file);
  if (is_hdf5(text)) return info_on_results(c);
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos || text[first] != '{')
    throw InputError(
        {.where = c.file,
         .expected = "a result file (HDF5) or a model file (JSON)",
         .got = first == std::string::npos ? "an empty file" : "another kind of file"});
  info_on_model(c, text);
}

}  // namespace

void add_info(CLI::App& app) {
  auto c = std::make_shared<InfoCommand>();
  auto* command = app.add_subcommand("info", "What is in a model or result file");
  command->add_option("file", c->file, "result file (HDF5) or model file (JSON)")->required();
  command->add_flag("--config", c->config, "print the configuration that made a result file");
  command->add_flag("--digest", c->digest,
                    "print the hash of the content, equal for equal results");
  command->add_flag("--json", c->json, "print one JSON object");
  command->callback([c] { run(*c); });
}

}  // namespace memplast::cli
