#pragma once
#include <string>
#include <vector>

#include "../classification.hpp"

namespace memplast {

/// A setting that a search varies, drawn evenly from [lower, upper]; evenly in its logarithm if
/// that spans a factor of ten or more.
struct Variation {
  std::string key;  ///< as in files: "margin_ms"
  double lower, upper;
};

/// What is worth varying in these settings for data of so many features.
std::vector<Variation> default_variations(const Parameters& settings, int n_features);

struct TuneConfig {
  RunConfig run;  ///< its settings are the first trial; folds and partitions are the outer ones
  std::vector<Variation> vary;
  int trials = 20;
  int inner_folds = 4;
};

struct Tuned {
  std::vector<Parameters> trials;  ///< the first: the settings as they were
  std::vector<double> accuracy;    ///< [trial], inner cross-validation on all samples
  int best = 0;                    ///< of those; on a tie the first
  std::vector<int> chosen;         ///< [outer fold]: the trial that its training samples preferred
  Summary nested;                  ///< accuracy on the outer test samples, each with its own choice
};

/// Random search with nested cross-validation: for each outer fold the trial is chosen by
/// `inner_folds`-fold cross-validation on its training samples alone, trained on all of them and
/// tested on the fold. `nested` is thus an honest estimate of what tuning reaches on new samples of
/// the kind, which the accuracy of `best` is not. Throws InputError for a key that the settings do
/// not have. The result does not depend on the number of threads.
Tuned tune(const TuneConfig& config, const Dataset& data, int threads,
           const Progress& progress = {});

}  // namespace memplast
