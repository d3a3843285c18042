#pragma once
#include <string>
#include <vector>

#include "../lib/h5.hpp"
#include "classification.hpp"

namespace memplast {

/// One fold of a result file, so that its samples can be shown again, to the weights that training
/// ended with or to those that a device really has.
struct TrainedFold {
  RunConfig config;
  FoldData data;
  std::vector<int> test_index, y_test, y_pred;
  Weights weights;  ///< [pre, post]
};

/// The configuration in a result file; what it says of training alone is not needed and may be
/// missing. Throws InputError naming the place in `where`.
RunConfig run_config_from(const json& config, const std::string& where);

/// Throws InputError if the file is no classification, is damaged or has no such fold.
TrainedFold read_trained_fold(const h5::Reader& results, const std::string& fold);

/// The classes of a fold's test samples as decided by the given weights [pre, post]; scaling,
/// receptive fields and thresholds come from the training samples as in training. With the fold's
/// own weights it is `y_pred` again, unless reads are noisy: devices are read as they are here. For
/// the protocol teacher_timed with temporal encoding; else throws InputError.
std::vector<int> test_again(const TrainedFold& fold, const Weights& weights);

/// What the first sub-network does with one test sample.
struct SampleTrace {
  std::vector<int> pre;                   ///< [input spike]
  std::vector<double> t_ms;               ///< [input spike], ascending
  std::vector<FirstSpike> spikes;         ///< [class]
  std::vector<double> grid_ms;            ///< [time]
  std::vector<std::vector<double>> V_mV;  ///< [class][time], above rest
  std::vector<double> threshold_mV;       ///< [time]; infinite before it opens
};

/// As test_again(); `sample` is a row of the test samples.
SampleTrace trace_sample(const TrainedFold& fold, int sample);

}  // namespace memplast
