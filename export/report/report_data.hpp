#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "../../lib/numeric/statistics.hpp"
#include "../../tasks/trained_fold.hpp"
#include "../maps/conductance_map.hpp"

namespace memplast {

// What a report shows of a result file (docs/results.md), read once. A part that a file does not
// have is empty; a part that is damaged is an InputError.

/// The accuracies of the folds of one partition after another.
struct FoldScores {
  std::vector<int> partition;
  std::vector<double> accuracy;
};

/// What it took; NaN where a file does not say.
struct RunCosts {
  double input_spikes, simulated_ms, read_energy_J;  ///< per tested sample or decision
  /// Per training sample of a classification, per seed of a control task.
  double training_writes, training_energy_J;
};

/// How training went, by epoch, over all folds and sub-networks; a sub-network that has finished
/// counts as it was at last.
struct LearningCurve {
  std::vector<double> mean, low, high;  ///< share of wrong decisions; low, high: 10 and 90 %
};

/// One more non-ideality after another, and what the accuracy then is.
struct Waterfall {
  std::vector<std::string> names;
  std::vector<double> mean, low, high;
};

/// Another method's accuracy on the same folds.
struct Baseline {
  std::string name;
  double accuracy;
  /// The network's accuracy minus this one, paired, with its 95 % interval.
  struct Difference {
    double mean, low, high;
  };
  std::optional<Difference> difference;
};

/// A sample that is shown again to the first fold's network.
struct ShownSample {
  SampleTrace trace;
  int true_class, predicted_class;
};

/// One seed of a control task.
struct ControlSeed {
  std::string seed;
  std::vector<double> training, evaluation;  ///< returns by episode
  std::vector<double> state;                 ///< [step, variable] of the first tested episode
  std::size_t variables = 0;
};

struct ReportedRun {
  std::string file;  ///< without its folder
  std::string task, rule, encoder, protocol;
  ModelFile model;
  std::vector<std::pair<std::string, std::string>> provenance;  ///< name, text
  std::string config;                                           ///< JSON, indented
  RunCosts costs;
  std::vector<double> weights;         ///< of all folds or seeds
  std::optional<Waterfall> waterfall;  ///< of accuracies or returns

  // Classification.
  std::vector<std::string> class_names;
  FoldScores folds;
  Summary accuracy, f1_macro;
  std::vector<double> confusion;  ///< [true, predicted], summed over folds
  std::optional<ConductanceMap> map;
  std::optional<ShownSample> sample;
  std::optional<LearningCurve> learning;
  std::vector<Baseline> baselines;

  // Control.
  std::vector<ControlSeed> seeds;
  double return_mean = 0.0, return_sd = 0.0;

  bool is_control() const { return !seeds.empty(); }
  /// "iris, nc, temporal"
  std::string label() const { return task + ", " + rule + ", " + encoder; }
};

/// Throws InputError if the file is no result file, or is damaged.
ReportedRun read_reported_run(const std::filesystem::path& path);

}  // namespace memplast
