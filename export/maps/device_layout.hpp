#pragma once
#include <array>
#include <string_view>

#include "../../models/device/mapping.hpp"
#include "conductance_map.hpp"

namespace memplast {

/// What the devices of one column do.
enum class Role { plus, minus, reference, padding };
inline constexpr std::array<std::string_view, 4> role_names{"plus", "minus", "reference",
                                                            "padding"};

/// A physical array of at most so many rows and columns; 0 for one as large as is needed.
struct TileSize {
  std::size_t rows = 0, columns = 0;
};

/// The devices that carry a map: rows are inputs, columns belong to outputs.
///
/// With a tile size, rows and columns are padded to whole tiles by devices at G_min; row r is in
/// the tiles of line r / tile.rows, column c in those of column c / tile.columns. The two columns
/// of a pair share their tiles; with `offset` the last column of each tile is its reference.
struct DeviceLayout {
  ConductanceMap map;
  Mapping mapping = Mapping::single;
  TileSize tile;
  std::vector<std::int64_t> pre;    ///< [row] index into the map, -1 for padding
  std::vector<std::int64_t> post;   ///< [column] index into the map, -1 for none
  std::vector<Role> role;           ///< [column]
  std::vector<double> conductance;  ///< [row, column] row-major, S

  std::size_t n_rows() const { return pre.size(); }
  std::size_t n_columns() const { return post.size(); }
  double& at(std::size_t row, std::size_t column) {
    return conductance[row * post.size() + column];
  }
  double at(std::size_t row, std::size_t column) const {
    return conductance[row * post.size() + column];
  }
  /// Whether the device carries something, a weight or the reference.
  bool carries(std::size_t row, std::size_t column) const {
    return pre[row] >= 0 && role[column] != Role::padding;
  }
};

/// Throws InputError if a tile cannot hold a pair, or a column and its reference.
DeviceLayout lay_out(ConductanceMap map, Mapping mapping, const TileSize& tile = {});

/// The weights [pre, post] that an array, as it stands, carries: the mapping read backwards.
std::vector<double> weights_of(const DeviceLayout& devices);

/// `levels` conductances from G_min to G_max, equally far apart. At least two.
std::vector<double> uniform_levels(const Conductance& device, int levels);

/// What rounding did to the devices that carry something, and to the weights.
struct QuantisationError {
  double rms_S = 0.0, max_S = 0.0;
  double rms_w = 0.0, max_w = 0.0;
};

/// Moves each device to the nearest of `reachable` [S], the lower one of two as near. Enters the
/// number of levels and the error into the metadata.
QuantisationError quantise(DeviceLayout& devices, std::vector<double> reachable);

}  // namespace memplast
