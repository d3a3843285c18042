#include "device_layout.hpp"

#include <algorithm>
#include <cmath>

#include "../../lib/base/named.hpp"

namespace memplast {
namespace {

struct Column {
  std::int64_t post;
  Role role;
};

std::vector<Column> columns_of(std::size_t n_post, Mapping mapping, std::size_t per_tile) {
  const bool pairs = mapping == Mapping::differential || mapping == Mapping::unidirectional;
  const bool offset = mapping == Mapping::offset;
  if (pairs && per_tile % 2 != 0)
    throw InputError({.where = "tile",
                      .expected = "an even number of columns, as pairs share a tile",
                      .got = std::to_string(per_tile)});
  if (offset && per_tile == 1)
    throw InputError(
        {.where = "tile", .expected = "at least 2 columns, one of them the reference", .got = "1"});
  std::vector<Column> columns;
  for (std::size_t j = 0; j < n_post; ++j) {
    const auto post = static_cast<std::int64_t>(j);
    if (offset && per_tile > 0 && columns.size() % per_tile == per_tile - 1)
      columns.push_back({-1, Role::reference});
    columns.push_back({post, Role::plus});
    if (pairs) columns.push_back({post, Role::minus});
  }
  if (offset) columns.push_back({-1, Role::reference});
  while (per_tile > 0 && columns.size() % per_tile != 0) columns.push_back({-1, Role::padding});
  return columns;
}

/// What a device of the given role is to have for the weight w.
double target(const Conductance& device, Mapping mapping, Role role, double w) {
  const double s = 2.0 * w - 1.0;
  switch (role) {
    case Role::plus:
      return device.siemens(mapping == Mapping::unidirectional ? std::max(s, 0.0) : w);
    case Role::minus:
      return device.siemens(mapping == Mapping::unidirectional ? std::max(-s, 0.0) : 1.0 - w);
    case Role::reference:
      return device.siemens(0.5);
    case Role::padding:
      break;
  }
  return device.G_min;
}

/// The column that a plus column is compared with; lay_out() and read_device_layout() see to it
/// that there is one.
std::size_t partner_of(const DeviceLayout& devices, std::size_t column) {
  if (devices.mapping == Mapping::single) return column;
  if (devices.mapping != Mapping::offset) return column + 1;
  const auto from = devices.role.begin() + static_cast<std::ptrdiff_t>(column);
  const auto reference = std::find(from, devices.role.end(), Role::reference);
  return static_cast<std::size_t>(reference - devices.role.begin());
}

}  // namespace

DeviceLayout lay_out(ConductanceMap map, Mapping mapping, const TileSize& tile) {
  DeviceLayout out;
  for (std::size_t i = 0; i < map.n_pre; ++i) out.pre.push_back(static_cast<std::int64_t>(i));
  while (tile.rows > 0 && out.pre.size() % tile.rows != 0) out.pre.push_back(-1);
  for (const Column& column : columns_of(map.n_post, mapping, tile.columns)) {
    out.post.push_back(column.post);
    out.role.push_back(column.role);
  }
  out.mapping = mapping;
  out.tile = tile;
  out.conductance.assign(out.pre.size() * out.post.size(), map.device.G_min);
  for (std::size_t r = 0; r < map.n_pre; ++r)
    for (std::size_t c = 0; c < out.n_columns(); ++c) {
      const auto post = out.post[c];
      const std::size_t i =
          r * map.n_post + static_cast<std::size_t>(std::max<std::int64_t>(post, 0));
      const bool as_trained = mapping == Mapping::single && post >= 0;
      out.at(r, c) =
          as_trained ? map.conductance[i] : target(map.device, mapping, out.role[c], map.w[i]);
    }
  map.metadata["mapping"] = mapping_names[static_cast<std::size_t>(mapping)];
  if (tile.rows > 0) map.metadata["tile_rows"] = tile.rows;
  if (tile.columns > 0) map.metadata["tile_columns"] = tile.columns;
  out.map = std::move(map);
  return out;
}

std::vector<double> weights_of(const DeviceLayout& devices) {
  const auto& map = devices.map;
  const double range = map.device.G_max - map.device.G_min;
  std::vector<double> w(map.n_pre * map.n_post, 0.0);
  for (std::size_t c = 0; c < devices.n_columns(); ++c) {
    if (devices.role[c] != Role::plus) continue;
    const std::size_t partner = partner_of(devices, c);
    for (std::size_t r = 0; r < devices.n_rows(); ++r) {
      if (devices.pre[r] < 0) continue;
      const double plus = devices.at(r, c), minus = devices.at(r, partner);
      double& weight = w[static_cast<std::size_t>(devices.pre[r]) * map.n_post +
                         static_cast<std::size_t>(devices.post[c])];
      switch (devices.mapping) {
        case Mapping::single:
          weight = map.device.weight(plus);
          break;
        case Mapping::differential:
        case Mapping::unidirectional:
          weight = 0.5 * (1.0 + (plus - minus) / range);
          break;
        case Mapping::offset:
          weight = 0.5 + (plus - minus) / range;
          break;
      }
    }
  }
  return w;
}

std::vector<double> uniform_levels(const Conductance& device, int levels) {
  std::vector<double> out;
  for (int k = 0; k < levels; ++k)
    out.push_back(device.siemens(static_cast<double>(k) / (levels - 1)));
  return out;
}

QuantisationError quantise(DeviceLayout& devices, std::vector<double> reachable) {
  std::sort(reachable.begin(), reachable.end());
  QuantisationError error;
  double n = 0.0;
  for (std::size_t r = 0; r < devices.n_rows(); ++r)
    for (std::size_t c = 0; c < devices.n_columns(); ++c) {
      double& G = devices.at(r, c);
      const auto above = std::lower_bound(reachable.begin(), reachable.end(), G);
      const bool lower =
          above == reachable.end() || (above != reachable.begin() && G - above[-1] <= *above - G);
      const double level = lower ? above[-1] : *above;
      if (devices.carries(r, c)) {
        const double off = std::abs(level - G);
        error.rms_S += off * off;
        error.max_S = std::max(error.max_S, off);
        n += 1.0;
      }
      G = level;
    }
  error.rms_S = std::sqrt(error.rms_S / n);
  const auto w = weights_of(devices);
  for (std::size_t i = 0; i < w.size(); ++i) {
    const double off = std::abs(w[i] - devices.map.w[i]);
    error.rms_w += off * off;
    error.max_w = std::max(error.max_w, off);
  }
  error.rms_w = std::sqrt(error.rms_w / static_cast<double>(w.size()));
  auto& metadata = devices.map.metadata;
  metadata["levels"] = reachable.size();
  metadata["quantisation_rms_S"] = error.rms_S;
  metadata["quantisation_max_S"] = error.max_S;
  metadata["quantisation_rms_w"] = error.rms_w;
  metadata["quantisation_max_w"] = error.max_w;
  return error;
}

}  // namespace memplast
