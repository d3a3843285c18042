#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "../../lib/io/h5.hpp"
#include "../../lib/io/json.hpp"
#include "../../models/model_file.hpp"

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

  Conductance device;
  /// rule, G_min_S, G_max_S, fold, seed, source_sha256: where it is from.
  json metadata;
};

/// A value of the metadata on one line: a text without its quotation marks, and with a space for
/// every control character.
std::string metadata_text(const json& value);

/// The names of the folds in a result file, "<partition>_<fold>", in order.
std::vector<std::string> fold_names(const h5::Reader& results);

/// The model of the synapses of a result file.
ModelFile load_result_model(const std::filesystem::path& results);

/// The map of one fold ("" for the first) of a result file (docs/results.md). Throws InputError if
/// the file is none, is damaged, or has no such fold (then the message lists those there are).
ConductanceMap read_conductance_map(const std::filesystem::path& results, const std::string& fold);

}  // namespace memplast
