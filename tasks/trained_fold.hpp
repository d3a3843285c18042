#pragma once
#include <string>
#include <vector>

#include "../lib/io/h5.hpp"
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

/// A fold by its name, "0_0", or final_fold. Throws InputError if the file is no classification, is
/// damaged or has no such fold, or if the data set was a file that is not there any more, or
/// another one.
TrainedFold read_trained_fold(const h5::Reader& results, const std::string& fold);

/// The classes of a fold's test samples as decided by the given weights [pre, post]; scaling,
/// receptive fields, thresholds and spike trains come from the training samples and seeds as in
/// training. With the fold's own weights it is `y_pred` again, unless reads are noisy: devices are
/// read as they are here.
std::vector<int> test_again(const TrainedFold& fold, const Weights& weights);

/// What the first sub-network does with a row of the test samples; as test_again().
SampleTrace trace_sample(const TrainedFold& fold, int sample);

}  // namespace memplast
