#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../../models/model_file.hpp"
#include "table.hpp"

namespace memplast {

/// One pair of spikes, dt = t_post - t_pre, and the change of the weight that it made.
struct WindowPoint {
  double dt;     ///< ms
  double w;      ///< weight before the pair, in [0, 1]
  double dw;     ///< change of the weight
  double sigma;  ///< standard deviation of dw; 1 if the file has none
};

/// Where the conductance range behind a measurement comes from.
enum class RangeFrom { options, notes, data, nowhere };

/// A measured window, in weights.
struct WindowData {
  std::vector<WindowPoint> points;
  bool has_sigma = false;
  Conductance conductance;
  RangeFrom range_from = RangeFrom::nowhere;  ///< nowhere: illustrative, the file is in weights
  std::string file;                           ///< name without folders
  std::string sha256;                         ///< of the file
};

/// Reads a measured window: columns `dt_ms`; `w` or `G0_S`; `dw` or `dG_S`; and, if it is known,
/// `sigma` (of dw) or `sigma_S` (of dG_S). Other columns are left alone.
///
/// Conductances become weights, w = (G0 - G_min) / (G_max - G_min), dw = dG / (G_max - G_min), with
/// the range from `range`, else from comments `# G_min_S = ...`, `# G_max_S = ...` in the file.
/// Throws InputError naming file, line and column: a missing column, a column in another unit, a
/// cell that is no finite number, a state outside the range, a sigma that is not positive, a change
/// larger than the range, no range, G_min >= G_max.
WindowData read_window(const std::filesystem::path& path, const RangeOptions& range = {});
/// What may be wrong with a window, in plain words.
std::vector<std::string> suspicions(const WindowData& data);
/// The same from a table that is already read.
WindowData to_window(const Measurement& measurement, const RangeOptions& range);
/// The same from a text; `source` is its name in messages.
WindowData parse_window(std::string_view text, const std::string& source,
                        const RangeOptions& range = {});

}  // namespace memplast
