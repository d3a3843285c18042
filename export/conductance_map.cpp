#include "conductance_map.hpp"

#include <algorithm>
#include <bit>

#include "../lib/text.hpp"
#include "../models/model_file.hpp"

namespace memplast {
namespace {

std::vector<std::string> names_in(const h5::Reader& results, const std::string& dataset) {
  const std::string where = results.path() + ":" + dataset;
  const json list = parse_json(results.text(dataset), where);
  const bool texts = list.is_array() && std::all_of(list.begin(), list.end(), [](const json& item) {
                       return item.is_string();
                     });
  if (!texts) throw InputError({.where = where, .expected = "a list of texts", .got = list.dump()});
  return list.get<std::vector<std::string>>();
}

void require_shape(const std::vector<std::size_t>& got, const std::vector<std::size_t>& expected,
                   const std::string& where) {
  const auto words = [](const std::vector<std::size_t>& shape) {
    std::vector<std::string> sizes;
    for (const auto n : shape) sizes.push_back(std::to_string(n));
    return "the shape [" + join(sizes) + "]";
  };
  if (got != expected)
    throw InputError({.where = where, .expected = words(expected), .got = words(got)});
}

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",;\t\"") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

/// A value of the metadata, a text without its quotation marks.
std::string plain(const json& value) {
  return value.is_string()         ? value.get<std::string>()
         : value.is_number_float() ? to_text(value.get<double>())
                                   : value.dump();
}

void append_little_endian(std::string& bytes, std::uint64_t value, int size) {
  for (int i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xFF);
}

void write_h5(const ConductanceMap& map, const std::filesystem::path& path) {
  h5::Writer file(path);
  for (const auto& [key, value] : map.metadata.items()) {
    if (value.is_number_float())
      file.attribute("/", key, value.get<double>());
    else
      file.attribute("/", key, plain(value));
  }
  const std::vector<std::size_t> shape{map.n_pre, map.n_post};
  file.dataset("/conductance_S", map.conductance, shape, "S");
  file.dataset("/w", map.w, shape, "1");
  file.dataset("/pre/subnetwork", map.subnetwork, {map.n_pre}, "1");
  file.dataset("/pre/feature", map.feature, {map.n_pre}, "1");
  file.dataset("/pre/field", map.field, {map.n_pre}, "1");
  file.text("/pre/feature_names", json(map.feature_names).dump());
  file.text("/class_names", json(map.class_names).dump());
  file.commit();
}

}  // namespace

std::vector<std::string> fold_names(const h5::Reader& results) {
  const bool is_result =
      results.has_attribute("/", "schema") && results.has("/folds") && results.has("/model");
  if (!is_result)
    throw InputError({.where = results.path(),
                      .expected = "a result file of memplast run",
                      .got = "another HDF5 file"});
  if (const auto schema = results.text_attribute("/", "schema"); schema != "1")
    throw InputError(
        {.where = results.path() + ":@schema", .expected = "1", .got = "'" + schema + "'"});
  auto folds = results.children("/folds");
  if (folds.empty())
    throw InputError(
        {.where = results.path() + ":/folds", .expected = "at least one fold", .got = "none"});
  return folds;
}

ConductanceMap read_conductance_map(const std::filesystem::path& path, const std::string& fold) {
  const h5::Reader results(path);
  const auto folds = fold_names(results);
  const std::string chosen = fold.empty() ? folds.front() : fold;
  if (std::find(folds.begin(), folds.end(), chosen) == folds.end())
    throw InputError({.where = results.path() + ":/folds",
                      .expected = "one of " + join(folds),
                      .got = "'" + chosen + "'"});

  ConductanceMap map;
  map.class_names = names_in(results, "/class_names");
  map.feature_names = names_in(results, "/encoder/feature_names");
  map.n_post = map.class_names.size();
  const auto per_pre = [&](const std::string& name) {
    auto labels = results.integers("/encoder/" + name);
    if (map.n_pre == 0) map.n_pre = labels.values.size();
    require_shape(labels.shape, {map.n_pre}, results.path() + ":/encoder/" + name);
    return std::move(labels.values);
  };
  map.subnetwork = per_pre("subnetwork");
  map.feature = per_pre("feature");
  map.field = per_pre("field");
  for (const auto feature : map.feature)
    if (feature < 0 || feature >= static_cast<std::int64_t>(map.feature_names.size()))
      throw InputError({.where = results.path() + ":/encoder/feature",
                        .expected = "an index into feature_names",
                        .got = std::to_string(feature)});

  const std::string group = "/folds/" + chosen;
  const auto per_device = [&](const std::string& name) {
    auto values = results.doubles(group + "/" + name);
    require_shape(values.shape, {map.n_pre, map.n_post}, results.path() + ":" + group + "/" + name);
    return std::move(values.values);
  };
  map.w = per_device("weights");
  map.conductance = per_device("conductance_S");

  const std::string where = results.path() + ":/model";
  const ModelFile model = model_from_json(parse_json(results.text("/model"), where), where);
  map.metadata = {{"rule", rule_name(model.rule)},
                  {"G_min_S", model.conductance.G_min},
                  {"G_max_S", model.conductance.G_max},
                  {"fold", chosen},
                  {"seed", results.text_attribute("/", "seed")},
                  {"source_sha256", sha256(read_text(path))}};
  return map;
}

MapFormat map_format_from(std::string_view name, const std::string& where) {
  const auto it = std::find(map_format_names.begin(), map_format_names.end(), name);
  if (it == map_format_names.end())
    throw InputError(
        {.where = where,
         .expected = "one of " + join({map_format_names.begin(), map_format_names.end()}),
         .got = "'" + std::string(name) + "'"});
  return static_cast<MapFormat>(it - map_format_names.begin());
}

std::string to_csv(const ConductanceMap& map) {
  std::string out;
  for (const auto& [key, value] : map.metadata.items())
    out += "# " + key + " = " + plain(value) + '\n';
  out += "pre,post,w,G_S,subnetwork,feature,field,class\n";
  for (std::size_t pre = 0; pre < map.n_pre; ++pre)
    for (std::size_t post = 0; post < map.n_post; ++post) {
      const std::size_t i = pre * map.n_post + post;
      const auto feature = static_cast<std::size_t>(map.feature[pre]);
      out += join({std::to_string(pre), std::to_string(post), to_text(map.w[i]),
                   to_text(map.conductance[i]), std::to_string(map.subnetwork[pre]),
                   csv_cell(map.feature_names[feature]), std::to_string(map.field[pre]),
                   csv_cell(map.class_names[post])},
                  ",") +
             '\n';
    }
  return out;
}

std::string to_npy(const ConductanceMap& map) {
  constexpr std::size_t preamble = 10, block = 64;  // the data start at a multiple of 64 bytes
  std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': (" +
                       std::to_string(map.n_pre) + ", " + std::to_string(map.n_post) + "), }";
  header.append((block - (preamble + header.size() + 1) % block) % block, ' ');
  header += '\n';
  std::string out("\x93NUMPY\x01\x00", 8);
  append_little_endian(out, header.size(), 2);
  out += header;
  for (const double siemens : map.conductance)
    append_little_endian(out, std::bit_cast<std::uint64_t>(siemens), 8);
  return out;
}

json to_json(const ConductanceMap& map) {
  const auto rows = [&](const std::vector<double>& values) {
    json out = json::array();
    for (auto row = values.begin(); row != values.end();
         row += static_cast<std::ptrdiff_t>(map.n_post))
      out.push_back(std::vector<double>(row, row + static_cast<std::ptrdiff_t>(map.n_post)));
    return out;
  };
  json out = map.metadata;
  out["feature_names"] = map.feature_names;
  out["class_names"] = map.class_names;
  out["pre"] = {{"subnetwork", map.subnetwork}, {"feature", map.feature}, {"field", map.field}};
  out["conductance_S"] = rows(map.conductance);
  out["w"] = rows(map.w);
  return out;
}

void write_map(const ConductanceMap& map, MapFormat format, const std::filesystem::path& path) {
  switch (format) {
    case MapFormat::csv:
      return write_text(path, to_csv(map));
    case MapFormat::npy:
      return write_text(path, to_npy(map));
    case MapFormat::json:
      return write_text(path, to_json(map).dump() + '\n');
    case MapFormat::h5:
      return write_h5(map, path);
  }
}

}  // namespace memplast
