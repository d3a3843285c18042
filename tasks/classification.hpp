#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "../lib/json.hpp"
#include "../lib/progress.hpp"
#include "../lib/statistics.hpp"
#include "../models/model_file.hpp"
#include "fold.hpp"
#include "settings.hpp"

namespace memplast {

/// Everything that decides the outcome of a classification run, threads excepted.
struct RunConfig {
  std::string task = "iris";
  ModelFile model;
  Settings settings;
  int folds = 5;
  int partitions = 10;
  std::uint64_t partition_seed = 0;  ///< partition p is the shuffle with seed partition_seed + p
  std::uint64_t seed = 1;
};

/// {"task", "rule", "encoder", "protocol", "folds", ..., "settings": {...}}: fed back as --config
/// it reproduces the run.
json to_json(const RunConfig& config);

struct FoldRecord {
  int partition;
  int fold;
  std::vector<int> test_index, y_true, y_pred;
  std::vector<std::int64_t> confusion;  ///< [true, predicted]
  double accuracy, f1_macro;
  Weights weights;  ///< [pre, post]
  InferenceCost cost;
  double energy_J;  ///< of the reads of inference: sum of G V_read^2 t_read
};

struct RunRecord {
  RunConfig config;
  std::vector<std::string> feature_names, class_names;
  std::vector<InputRow> rows;  ///< [pre], the same for all folds but for centres of own_class
  std::vector<FoldRecord> folds;
  Summary accuracy, f1_macro;
  double input_spikes_per_sample, simulated_ms_per_sample, energy_J_per_sample;
};

/// Runs folds x partitions over `threads` threads; the result does not depend on their number.
/// No files, no clock. `progress` is called from one thread at a time.
RunRecord run_classification(const RunConfig& config, int threads, const Progress& progress = {});

}  // namespace memplast
