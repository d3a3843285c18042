#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "../lib/io/json.hpp"
#include "../lib/numeric/statistics.hpp"
#include "../models/model_file.hpp"
#include "checkpoint.hpp"
#include "data/dataset.hpp"
#include "fold.hpp"
#include "settings.hpp"
#include "variants.hpp"

namespace memplast {

/// The task of a data set that the user brings.
inline constexpr std::string_view own_data_task = "classify";

/// Where a user's data set is, and that it still is the one meant.
struct DataSource {
  std::string file;  ///< CSV; empty: a shipped data set
  std::string sha256;
  std::string label_column = "class";
  bool impute = false;  ///< a missing value becomes the median of the training fold

  static constexpr auto params() {
    using P = DataSource;
    return std::tuple{
        Param<P, std::string>{"data", "1", "CSV of numbers and one column of classes", &P::file, 0,
                              0},
        Param<P, std::string>{"data_sha256", "1", "hash that the file must have", &P::sha256, 0, 0},
        Param<P, std::string>{"label_column", "1", "column of the classes", &P::label_column, 0, 0},
        Param<P, bool>{"impute", "1", "a missing value becomes the median of the training samples",
                       &P::impute, 0, 1}};
  }
};

/// Everything that decides the outcome of a classification run, threads excepted.
struct RunConfig {
  std::string task = "iris";
  DataSource data = {};
  ModelFile model = {};
  std::string learner = "teacher_timed";
  std::string code = "temporal";
  Parameters settings = {};  ///< of that learner with that code, as preset() gives them
  int folds = 5;
  int partitions = 10;
  std::uint64_t partition_seed = 0;  ///< partition p is the shuffle with seed partition_seed + p
  std::uint64_t seed = 1;
  bool weights_history = false;  ///< keep the weights after each epoch
  bool waterfall = false;        ///< also run with the variability switched on piece by piece
  bool final_network = false;    ///< also train on all samples
  int fit_draws = 0;             ///< also run with so many parameter sets drawn from the fit

  /// What of it is neither a name, a file nor a setting of the learner.
  static constexpr auto params() {
    using P = RunConfig;
    return std::tuple{
        Param<P, int>{"folds", "1", "folds of a partition", &P::folds, 2, 1000},
        Param<P, int>{"partitions", "1", "shuffles into folds", &P::partitions, 1, 100000},
        Param<P, std::uint64_t>{"partition_seed", "1",
                                "seed of the first partition; the next has the next",
                                &P::partition_seed, 0, 0x1p64},
        Param<P, std::uint64_t>{"seed", "1", "seed of everything else", &P::seed, 0, 0x1p64},
        Param<P, bool>{"weights_history", "1", "keep the weights after each epoch",
                       &P::weights_history, 0, 1},
        Param<P, bool>{"waterfall", "1",
                       "switch the variability on piece by piece, and show what each piece costs",
                       &P::waterfall, 0, 1},
        Param<P, bool>{"final", "1", "also train on all samples", &P::final_network, 0, 1},
        Param<P, int>{"from_fit_covariance", "1",
                      "also run with so many parameter sets drawn from the fit of the model file",
                      &P::fit_draws, 0, 10000}};
  }
};

/// {"task", "rule", "encoder", "protocol", "folds", ..., "settings": {...}}: the configuration of a
/// result file, and of a run that reproduces it.
json to_json(const RunConfig& config);
/// The reverse. What is not said is as in RunConfig, and settings as preset() has them. Throws
/// InputError naming the place in `where` for a key, name or value that cannot be.
RunConfig run_config_from(const json& object, const std::string& where);

struct FoldRecord {
  int partition = 0;
  int fold = 0;
  std::vector<int> test_index, y_true, y_pred;
  std::vector<std::int64_t> confusion;  ///< [true, predicted]
  double accuracy = 0.0, f1_macro = 0.0;
  FoldResult result;
};

struct RunRecord {
  RunConfig config;
  std::vector<std::string> feature_names, class_names;
  std::vector<FoldRecord> folds;
  Summary accuracy, f1_macro;
  Ledger training, test;  ///< summed over folds
  std::int64_t training_samples = 0, test_samples = 0;
  Variants variants;  ///< scores are accuracies
  /// Trained and tested on all samples, if asked for; its seed is that of the run.
  std::optional<FoldRecord> final_network = {};
};

/// The seed of a fold; config.seed is that of the run.
std::uint64_t fold_seed(const RunConfig& config, int partition, int fold);

/// What the protocol of a configuration makes of a fold.
FoldResult run_protocol(const RunConfig& config, const FoldData& fold);

/// Trains on all samples but `test`, and tests on those.
FoldRecord run_one_fold(const RunConfig& config, const Dataset& data, const std::vector<int>& test,
                        std::uint64_t fold_seed);

/// One fold of a run by its number, partition * folds + fold.
FoldRecord run_classification_unit(const RunConfig& config, const Dataset& data, int unit);

/// Runs folds x partitions, each fold a unit of work; the result does not depend on the execution.
/// No clock. Throws InputError for a waterfall of ideal devices and for draws from a fit that is
/// not there, Interrupted if it should stop.
RunRecord run_classification(const RunConfig& config, const Dataset& data,
                             const Execution& execution);

}  // namespace memplast
