#include "map_file.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "../../lib/base/named.hpp"
#include "../../lib/io/csv.hpp"
#include "../../tasks/trained_network.hpp"

namespace memplast {
namespace {

void append_little_endian(std::string& bytes, std::uint64_t value, int size) {
  for (int i = 0; i < size; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xFF);
}

std::string_view name_of(Role role) { return role_names[static_cast<std::size_t>(role)]; }

/// The shape of the conductances in a file.
std::vector<std::size_t> shape_of(const DeviceLayout& d) {
  if (d.tile.rows == 0) return {d.n_rows(), d.n_columns()};
  return {d.n_rows() / d.tile.rows, d.n_columns() / d.tile.columns, d.tile.rows, d.tile.columns};
}

/// Where the device stands among the conductances in a file.
std::size_t place_of(const DeviceLayout& d, std::size_t row, std::size_t column) {
  const auto [R, C] = d.tile;
  if (R == 0) return row * d.n_columns() + column;
  const std::size_t tile = row / R * (d.n_columns() / C) + column / C;
  return (tile * R + row % R) * C + column % C;
}

/// The conductances in the order of a file.
std::vector<double> in_order(const DeviceLayout& d) {
  std::vector<double> out(d.conductance.size());
  for (std::size_t r = 0; r < d.n_rows(); ++r)
    for (std::size_t c = 0; c < d.n_columns(); ++c) out[place_of(d, r, c)] = d.at(r, c);
  return out;
}

/// Row-major values of a shape as nested lists, from dimension `k` on; `from` moves over them.
json nested(const std::vector<double>& values, const std::vector<std::size_t>& shape,
            std::size_t& from, std::size_t k = 0) {
  json out = json::array();
  for (std::size_t i = 0; i < shape[k]; ++i)
    if (k + 1 == shape.size())
      out.push_back(values[from++]);
    else
      out.push_back(nested(values, shape, from, k + 1));
  return out;
}
json nested(const std::vector<double>& values, const std::vector<std::size_t>& shape) {
  std::size_t from = 0;
  return nested(values, shape, from);
}

/// What is read from a file before it is known to fit together.
struct Parts {
  std::string where;
  json metadata = json::object();
  std::vector<std::int64_t> row_pre, column_post;
  std::vector<std::string> column_role;
  std::vector<double> conductance;  ///< in the order of a file
  std::vector<double> w;            ///< [pre, post]
};

[[noreturn]] void refuse(const std::string& where, const std::string& expected,
                         const std::string& got) {
  throw InputError({.where = where, .expected = expected, .got = got});
}

/// The number of distinct indices >= 0, which are to be 0, 1, ... in order of first appearance.
std::size_t count_indices(const std::vector<std::int64_t>& indices, const std::string& where) {
  std::int64_t n = 0;
  for (const auto index : indices) {
    if (index < -1 || index > n)
      refuse(where, "the indices 0, 1, ... in order, or -1", std::to_string(index));
    n = std::max(n, index + 1);
  }
  return static_cast<std::size_t>(n);
}

/// A key of the metadata that is a whole number; 0 if it is not there.
std::size_t size_in(const json& metadata, const std::string& key, const std::string& where) {
  if (!metadata.contains(key)) return 0;
  const double n = number_at(metadata, key, where);
  if (!(n >= 1.0 && n <= 1e6 && n == std::floor(n)))
    refuse(where + key, "a whole number in [1, 1e6]", to_text(n));
  return static_cast<std::size_t>(n);
}

DeviceLayout assemble(Parts parts) {
  DeviceLayout d;
  const std::string& where = parts.where;
  d.map.metadata = parts.metadata;
  d.map.device.G_min = number_at(parts.metadata, "G_min_S", where);
  d.map.device.G_max = number_at(parts.metadata, "G_max_S", where);
  require_range(d.map.device, where);
  d.mapping = mapping_from(text_at(parts.metadata, "mapping", where), where + "mapping");
  d.tile = {size_in(parts.metadata, "tile_rows", where),
            size_in(parts.metadata, "tile_columns", where)};
  d.pre = parts.row_pre;
  d.post = parts.column_post;
  for (const auto& role : parts.column_role)
    d.role.push_back(enum_from<Role>(role_names, role, where + "column_role"));
  d.map.n_pre = count_indices(d.pre, where + "row_pre");
  d.map.n_post = count_indices(d.post, where + "column_post");
  const auto [R, C] = d.tile;
  const bool whole =
      (R == 0) == (C == 0) && (R == 0 || (d.n_rows() % R == 0 && d.n_columns() % C == 0));
  if (!whole)
    refuse(where + "tile_rows", "tiles that fill the array",
           std::to_string(R) + " x " + std::to_string(C));
  if (d.role.size() != d.post.size())
    refuse(where + "column_role", std::to_string(d.post.size()) + " columns",
           std::to_string(d.role.size()));
  for (std::size_t c = 0; c < d.post.size(); ++c)
    if ((d.post[c] >= 0) != (d.role[c] == Role::plus || d.role[c] == Role::minus))
      refuse(where + "column_post", "an output for plus and minus, -1 for others",
             std::to_string(d.post[c]));
  const bool pairs = d.mapping == Mapping::differential || d.mapping == Mapping::unidirectional;
  std::size_t plus = 0;
  for (std::size_t c = 0; c < d.post.size(); ++c) {
    if (d.role[c] != Role::plus) continue;
    ++plus;
    const bool paired =
        c + 1 < d.post.size() && d.role[c + 1] == Role::minus && d.post[c + 1] == d.post[c];
    if (pairs && !paired)
      refuse(where + "column_role", "minus to the right of each plus", "another column");
  }
  const auto last = [&](Role role) { return std::find(d.role.rbegin(), d.role.rend(), role); };
  if (d.mapping == Mapping::offset && last(Role::reference) > last(Role::plus))
    refuse(where + "column_role", "a reference to the right of every plus", "none");
  if (plus != d.map.n_post)
    refuse(where + "column_role", "one plus for each output", std::to_string(plus));
  if (parts.conductance.size() != d.n_rows() * d.n_columns())
    refuse(where + "conductance_S", std::to_string(d.n_rows() * d.n_columns()) + " devices",
           std::to_string(parts.conductance.size()));
  if (parts.w.size() != d.map.n_pre * d.map.n_post)
    refuse(where + "w", std::to_string(d.map.n_pre * d.map.n_post) + " weights",
           std::to_string(parts.w.size()));
  d.map.w = std::move(parts.w);
  d.conductance.resize(parts.conductance.size());
  for (std::size_t r = 0; r < d.n_rows(); ++r)
    for (std::size_t c = 0; c < d.n_columns(); ++c) {
      d.at(r, c) = parts.conductance[place_of(d, r, c)];
      if (!(d.at(r, c) >= 0.0) || std::isinf(d.at(r, c)))
        refuse(where + "conductance_S", "siemens of at least 0", to_text(d.at(r, c)));
    }
  d.map.conductance.clear();
  for (const double w : d.map.w) d.map.conductance.push_back(d.map.device.siemens(w));
  return d;
}

/// A text of the metadata as the number it spells, else as it stands.
json value_of(const std::string& text) {
  if (const auto x = to_number(text)) return *x;
  return text;
}

Parts parts_of_csv(const std::string& text, const std::string& source) {
  const CsvTable table = parse_csv(text, source);
  Parts parts;
  parts.where = source + ":";
  for (const auto& [key, value] : table.notes)
    parts.metadata[key] = key == "fold" || key == "seed" ? json(value) : value_of(value);
  // Padding is not listed, so the tiles do not matter here.
  parts.metadata.erase("tile_rows");
  parts.metadata.erase("tile_columns");

  const std::size_t lines = table.rows.size();
  const auto indices = [&](std::string_view column) {
    std::vector<std::int64_t> out;
    const auto c = table.column(column);
    for (std::size_t i = 0; i < lines; ++i) {
      const double x = table.number(i, c);
      // There are no more rows or columns than devices, of which there is one a line.
      if (!(x >= -1.0 && x < static_cast<double>(lines) && x == std::floor(x)))
        refuse(table.place(i, c), "an index", table.rows[i][c]);
      out.push_back(static_cast<std::int64_t>(x));
    }
    return out;
  };
  const auto count = [](const std::vector<std::int64_t>& of) {
    return static_cast<std::size_t>(*std::max_element(of.begin(), of.end()) + 1);
  };
  const auto pre = indices("pre"), post = indices("post"), row = indices("row"),
             column = indices("column");
  const std::size_t n_columns = count(column), n_post = count(post);
  if (count(row) * n_columns != lines)
    refuse(source, std::to_string(count(row)) + " x " + std::to_string(n_columns) + " devices",
           std::to_string(lines) + " lines");
  if (count(pre) * n_post > lines) refuse(source, "a device for every weight", "fewer lines");
  constexpr double missing = std::numeric_limits<double>::quiet_NaN();
  parts.row_pre.assign(count(row), -1);
  parts.column_post.assign(n_columns, -1);
  parts.column_role.assign(n_columns, "");
  parts.conductance.assign(lines, missing);
  parts.w.assign(count(pre) * n_post, missing);
  const auto G_S = table.column("G_S"), w = table.column("w"), role = table.column("role");
  for (std::size_t i = 0; i < lines; ++i) {
    if (row[i] < 0 || column[i] < 0 || pre[i] < 0)
      refuse(table.place(i, table.column("row")), "a device in the array", "-1");
    const auto r = static_cast<std::size_t>(row[i]), c = static_cast<std::size_t>(column[i]);
    parts.row_pre[r] = pre[i];
    parts.column_post[c] = post[i];
    parts.column_role[c] = table.rows[i][role];
    parts.conductance[r * n_columns + c] = table.number(i, G_S);
    if (post[i] >= 0)
      parts.w[static_cast<std::size_t>(pre[i]) * n_post + static_cast<std::size_t>(post[i])] =
          table.number(i, w);
  }
  return parts;
}

/// The numbers in nested lists, in order.
void flatten(const json& list, std::vector<double>& out, const std::string& where) {
  if (list.is_number()) {
    out.push_back(list.get<double>());
  } else if (list.is_array()) {
    for (const auto& item : list) flatten(item, out, where);
  } else {
    refuse(where, "lists of numbers", list.type_name());
  }
}

Parts parts_of_json(const std::string& text, const std::string& source) {
  const json object = parse_json(text, source);
  Parts parts;
  parts.where = source + ":/";
  if (!object.is_object()) refuse(source, "an object", object.type_name());
  const auto numbers = [&](const std::string& key) {
    std::vector<double> out;
    if (!object.contains(key)) refuse(parts.where + key, "a list", "nothing");
    flatten(object[key], out, parts.where + key);
    return out;
  };
  const auto indices = [&](const std::string& key) {
    std::vector<std::int64_t> out;
    for (const double x : numbers(key)) {
      if (!(x >= -1.0 && x <= 1e9)) refuse(parts.where + key, "indices", to_text(x));
      out.push_back(static_cast<std::int64_t>(x));
    }
    return out;
  };
  for (const auto& [key, value] : object.items())
    if (!value.is_array() && !value.is_object()) parts.metadata[key] = value;
  parts.row_pre = indices("row_pre");
  parts.column_post = indices("column_post");
  parts.conductance = numbers("conductance_S");
  parts.w = numbers("w");
  for (const auto& role : object.value("column_role", json::array()))
    parts.column_role.push_back(role.is_string() ? role.get<std::string>() : role.dump());
  return parts;
}

Parts parts_of_h5(const std::filesystem::path& path) {
  const h5::Reader file(path);
  Parts parts;
  parts.where = file.path() + ":/";
  for (const auto& [name, value] : file.attributes("/"))
    parts.metadata[name] = name == "fold" || name == "seed" ? json(value) : value_of(value);
  parts.row_pre = file.integers("/row_pre").values;
  parts.column_post = file.integers("/column_post").values;
  parts.column_role = names_in(file, "/column_role");
  parts.conductance = file.doubles("/conductance_S").values;
  parts.w = file.doubles("/w").values;
  return parts;
}

}  // namespace

std::string to_csv(const DeviceLayout& devices) {
  const ConductanceMap& map = devices.map;
  std::string out;
  for (const auto& [key, value] : map.metadata.items())
    out += "# " + key + " = " + metadata_text(value) + '\n';
  out += "pre,post,role,row,column,w,G_S,subnetwork,feature,field,class\n";
  for (std::size_t r = 0; r < devices.n_rows(); ++r)
    for (std::size_t c = 0; c < devices.n_columns(); ++c) {
      if (!devices.carries(r, c)) continue;
      const auto pre = static_cast<std::size_t>(devices.pre[r]);
      const bool is_weight = devices.post[c] >= 0;
      const auto post = static_cast<std::size_t>(is_weight ? devices.post[c] : 0);
      const auto feature = static_cast<std::size_t>(map.feature[pre]);
      out +=
          join({std::to_string(devices.pre[r]), std::to_string(devices.post[c]),
                std::string(name_of(devices.role[c])), std::to_string(r), std::to_string(c),
                is_weight ? to_text(map.w[pre * map.n_post + post]) : "", to_text(devices.at(r, c)),
                std::to_string(map.subnetwork[pre]), csv_cell(map.feature_names[feature]),
                std::to_string(map.field[pre]), is_weight ? csv_cell(map.class_names[post]) : ""},
               ",") +
          '\n';
    }
  return out;
}

std::string to_npy(const DeviceLayout& devices) {
  constexpr std::size_t preamble = 10, block = 64;  // the data start at a multiple of 64 bytes
  std::vector<std::string> sizes;
  for (const auto n : shape_of(devices)) sizes.push_back(std::to_string(n));
  std::string header = "{'descr': '<f8', 'fortran_order': False, 'shape': (" + join(sizes) + "), }";
  header.append((block - (preamble + header.size() + 1) % block) % block, ' ');
  header += '\n';
  std::string out("\x93NUMPY\x01\x00", 8);
  append_little_endian(out, header.size(), 2);
  out += header;
  for (const double siemens : in_order(devices))
    append_little_endian(out, std::bit_cast<std::uint64_t>(siemens), 8);
  return out;
}

json to_json(const DeviceLayout& devices) {
  const ConductanceMap& map = devices.map;
  json roles = json::array();
  for (const Role role : devices.role) roles.push_back(name_of(role));
  json out = map.metadata;
  out["feature_names"] = map.feature_names;
  out["class_names"] = map.class_names;
  out["pre"] = {{"subnetwork", map.subnetwork}, {"feature", map.feature}, {"field", map.field}};
  out["row_pre"] = devices.pre;
  out["column_post"] = devices.post;
  out["column_role"] = roles;
  out["conductance_S"] = nested(in_order(devices), shape_of(devices));
  out["w"] = nested(map.w, {map.n_pre, map.n_post});
  return out;
}

void write_h5(const DeviceLayout& devices, const std::filesystem::path& path) {
  const ConductanceMap& map = devices.map;
  h5::Writer file(path);
  for (const auto& [key, value] : map.metadata.items()) {
    if (value.is_number_float())
      file.attribute("/", key, value.get<double>());
    else
      file.attribute("/", key, metadata_text(value));
  }
  json roles = json::array();
  for (const Role role : devices.role) roles.push_back(name_of(role));
  file.dataset("/conductance_S", in_order(devices), shape_of(devices), "S");
  file.dataset("/w", map.w, {map.n_pre, map.n_post}, "1");
  file.dataset("/row_pre", devices.pre, {devices.n_rows()}, "1");
  file.dataset("/column_post", devices.post, {devices.n_columns()}, "1");
  file.text("/column_role", roles.dump());
  file.dataset("/pre/subnetwork", map.subnetwork, {map.n_pre}, "1");
  file.dataset("/pre/feature", map.feature, {map.n_pre}, "1");
  file.dataset("/pre/field", map.field, {map.n_pre}, "1");
  file.text("/pre/feature_names", json(map.feature_names).dump());
  file.text("/class_names", json(map.class_names).dump());
  file.commit();
}

// For the list in export/CMakeLists.txt.
MapFormat csv_format() {
  return {"csv", true, [](const DeviceLayout& devices, const std::filesystem::path& path) {
            write_text(path, to_csv(devices));
          }};
}
MapFormat npy_format() {
  return {"npy", true, [](const DeviceLayout& devices, const std::filesystem::path& path) {
            write_text(path, to_npy(devices));
          }};
}
MapFormat json_format() {
  return {"json", true, [](const DeviceLayout& devices, const std::filesystem::path& path) {
            write_text(path, to_json(devices).shown() + '\n');
          }};
}
MapFormat h5_format() { return {"h5", true, write_h5}; }

DeviceLayout read_device_layout(const std::filesystem::path& path) {
  const std::string text = read_text(path);
  if (h5::is_hdf5(text)) return assemble(parts_of_h5(path));
  if (text.starts_with("{")) return assemble(parts_of_json(text, path.string()));
  if (text.starts_with("\x93NUMPY"))
    refuse(path.string(), "a map as CSV, JSON or HDF5", "NPY, which holds no mapping");
  return assemble(parts_of_csv(text, path.string()));
}

}  // namespace memplast
