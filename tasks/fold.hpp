#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "../learners/learner.hpp"

namespace memplast {

/// One fold, features as they stand in the data set.
struct FoldData {
  Samples x_train, x_test;
  std::vector<int> y_train;
  int n_classes = 0;
  std::uint64_t run_seed = 0;   ///< the same for all folds of a run
  std::uint64_t fold_seed = 0;  ///< of this fold alone
  bool weights_history = false;
  Weights weights = {};  ///< [pre, post] to start with, blocks stacked; none: at random
  int traced = -1;       ///< a test sample to trace in place of the test
};

/// What the network that was trained, and tested, on all samples is called among the folds.
inline constexpr const char* final_fold = "final";

/// What a learner makes of a fold.
struct FoldResult {
  std::vector<int> y_pred;
  Weights weights;                  ///< [pre, post]: sub-networks stacked along pre, post = class
  std::vector<InputRow> rows;       ///< [pre]
  std::vector<Constant> constants;  ///< what the network is made of besides
  Ledger training, test;
  std::vector<LearningPoint> learning;
  std::vector<Weights> weights_history;  ///< [epoch], if asked for; rows as in `weights`
  std::optional<SampleTrace> trace;      ///< of the first sub-network, if asked for
};

}  // namespace memplast
