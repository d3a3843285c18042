#include <algorithm>
#include <iostream>
#include <map>
#include <memory>

#include "../lib/io/file.hpp"
#include "../lib/io/h5.hpp"
#include "../models/device_file.hpp"
#include "../tasks/search/sweep.hpp"
#include "command_line.hpp"
#include "commands.hpp"
#include "output.hpp"
#include "sweep_table.hpp"

namespace memplast::cli {
namespace {

struct InfoCommand {
  std::string file;
  bool config = false;
  bool digest = false;
  bool json = false;
};

/// "float64 [96, 3] S"
std::string shape_words(const h5::Entry& entry) {
  std::vector<std::string> sizes;
  for (const auto n : entry.shape) sizes.push_back(std::to_string(n));
  return entry.type + (sizes.empty() ? "" : " [" + join(sizes) + "]");
}

std::string unit_of(const h5::Entry& entry) {
  for (const auto& [name, value] : entry.attributes)
    if (name == "units" || name == "unit") return value;  // schema 1: unit
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

/// "= 0.96", "0.1 ... 0.9, mean 0.4" or the start of a text.
std::string content_words(const h5::Reader& file, const h5::Entry& entry) {
  if (entry.type == "text") return one_line(file.text(entry.path));
  if (const json values = few_values(file, entry); !values.is_null()) return "= " + values.dump();
  const auto range = [](const auto& array) -> std::string {
    if (array.values.empty()) return "";
    const auto [low, high] = std::minmax_element(array.values.begin(), array.values.end());
    double sum = 0.0;
    for (const auto x : array.values) sum += static_cast<double>(x);
    return rounded(static_cast<double>(*low)) + " ... " + rounded(static_cast<double>(*high)) +
           ", mean " + rounded(sum / static_cast<double>(array.values.size()));
  };
  if (entry.type.starts_with("float")) return range(file.doubles(entry.path));
  if (entry.type.starts_with("int")) return range(file.integers(entry.path));
  return "";
}

/// A file as a tree, one object a line; of groups that hold one thing per fold or seed, the first.
class Tree {
 public:
  explicit Tree(const h5::Reader& file) : file_(file) {
    for (auto& entry : file.entries()) entries_.emplace(entry.path, std::move(entry));
  }
  void print() {
    add("", "");
    print_table(rows_);
  }

 private:
  void add(const std::string& path, const std::string& indent) {
    auto names = file_.children(path.empty() ? "/" : path);
    const std::size_t all = names.size();
    const bool alike = path == "/folds" || path == "/seeds";
    if (alike && all > 1) names.resize(1);
    for (std::size_t k = 0; k < names.size(); ++k) {
      const bool last = k + 1 == names.size();
      const auto found = entries_.find(path + "/" + names[k]);
      if (found == entries_.end()) continue;  // a link to nowhere
      const h5::Entry& entry = found->second;
      const std::string branch = indent + (last ? "└─ " : "├─ ") + one_line(names[k]);
      if (!entry.is_group) {
        const std::string unit = unit_of(entry);
        rows_.push_back({branch, shape_words(entry), unit == "1" ? "" : one_line(unit),
                         content_words(file_, entry)});
        continue;
      }
      rows_.push_back({branch});
      if (alike && all > 1) rows_.back().push_back("and " + std::to_string(all - 1) + " more");
      add(entry.path, indent + (last ? "   " : "│  "));
    }
  }

  const h5::Reader& file_;
  std::map<std::string, h5::Entry> entries_;
  std::vector<std::vector<std::string>> rows_;
};

void print(const h5::Reader& file) {
  for (const auto& [name, value] : file.attributes("/"))
    if (name != "config_json") std::cout << one_line(name) << " = " << one_line(value, 500) << '\n';
  if (is_sweep(file)) {
    const SweepRecord sweep = read_sweep(file);
    if (sweep.is_whole()) return print_table(points_table(sweep));
  }
  Tree(file).print();
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
  if (h5::is_hdf5(text)) return info_on_results(c);
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos || text[first] != '{')
    throw InputError(
        {.where = c.file,
         .expected = "a result file (HDF5) or a model file (JSON)",
         .got = first == std::string::npos ? "an empty file" : "another kind of file"});
  info_on_model(c, text);
}

}  // namespace

void add_info(CommandLine& app) {
  auto c = std::make_shared<InfoCommand>();
  const auto command = app.add("info", "What is in a model or result file");
  command.option("file", c->file, "result file (HDF5) or model file (JSON)").required();
  command.flag("--config", c->config, "print the configuration that made a result file");
  command.flag("--digest", c->digest, "print the hash of the content, equal for equal results");
  command.flag("--json", c->json, "print one JSON object");
  command.action([c] { run(*c); });
}

}  // namespace memplast::cli
