#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "../lib/h5.hpp"
#include "../lib/json.hpp"

namespace memplast {

/// What a crossbar is to be programmed to: the conductances that one fold of a run ended with, and
/// what each row (pre, an input) and column (post, a class) stands for.
struct ConductanceMap {
  std::size_t n_pre = 0;
  std::size_t n_post = 0;
  std::vector<double> w;            ///< [pre, post] row-major, in [0, 1]
  std::vector<double> conductance;  ///< [pre, post] row-major, S

  std::vector<std::int64_t> subnetwork;  ///< [pre]
  std::vector<std::int64_t> feature;     ///< [pre] index into feature_names
  std::vector<std::int64_t> field;       ///< [pre] receptive field of the feature
  std::vector<std::string> feature_names;
  std::vector<std::string> class_names;  ///< [post]

  /// rule, G_min_S, G_max_S, fold, seed, source_sha256: where it is from.
  json metadata;
};

/// The names of the folds in a result file, "<partition>_<fold>", in order.
std::vector<std::string> fold_names(const h5::Reader& results);

/// The map of one fold ("" for the first) of a result file (docs/results.md). Throws InputError if
/// the file is none, is damaged, or has no such fold (then the message lists those there are).
ConductanceMap read_conductance_map(const std::filesystem::path& results, const std::string& fold);

enum class MapFormat { csv, npy, json, h5 };
inline constexpr std::array<std::string_view, 4> map_format_names{"csv", "npy", "json", "h5"};
/// Throws InputError naming `where` and listing the formats if `name` is none of them.
MapFormat map_format_from(std::string_view name, const std::string& where);

/// `# key = value` lines with the metadata, then pre,post,w,G_S,subnetwork,feature,field,class,
/// one line per device, numbers as short as they read back exactly.
std::string to_csv(const ConductanceMap& map);

/// NPY 1.0, little-endian doubles in C order, shape (pre, post), siemens.
/// Source: the format's description in NumPy, numpy.lib.format.
std::string to_npy(const ConductanceMap& map);

/// The metadata, the labels, and "conductance_S" and "w", one list per pre.
json to_json(const ConductanceMap& map);

/// Writes the file whole or not at all. As HDF5: /conductance_S and /w [pre, post], the labels
/// under /pre and /class_names, the metadata as attributes of the root.
void write_map(const ConductanceMap& map, MapFormat format, const std::filesystem::path& path);

}  // namespace memplast
