#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "device_layout.hpp"

namespace memplast {

// A layout of devices as a file, and back. Where a format holds one array of conductances, its
// shape is [row, column], or [tile row, tile column, row, column] if the array is cut into tiles.

/// A way to write devices that needs nothing but them.
struct MapFormat {
  std::string_view name;
  bool tiled;  ///< whether the array may be cut into tiles
  void (*write)(const DeviceLayout& devices, const std::filesystem::path& path);
};
/// All of them, made from the list in export/CMakeLists.txt; they stay where they are.
const std::vector<MapFormat>& map_formats();

/// `# key = value` lines with the metadata, then one line per device that carries something,
/// pre,post,role,row,column,w,G_S,subnetwork,feature,field,class, numbers as short as they read
/// back exactly. A reference has post -1 and no w.
std::string to_csv(const DeviceLayout& devices);

/// NPY 1.0, little-endian doubles in C order, siemens.
/// Source: the format's description in NumPy, numpy.lib.format.
std::string to_npy(const DeviceLayout& devices);

/// The metadata, the labels, "row_pre", "column_post" and "column_role", "conductance_S" as nested
/// lists, and "w", one list per pre.
json to_json(const DeviceLayout& devices);

/// As HDF5: /conductance_S, /w [pre, post], /row_pre, /column_post, /column_role, the labels under
/// /pre and /class_names, the metadata as attributes of the root. Whole or not at all.
void write_h5(const DeviceLayout& devices, const std::filesystem::path& path);

/// Reads a CSV, JSON or HDF5 file of the above, whichever it is: everything but the labels. Throws
/// InputError if it is none, or its parts do not fit each other.
DeviceLayout read_device_layout(const std::filesystem::path& path);

}  // namespace memplast
