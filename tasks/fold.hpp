#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "../lib/coding/encoders.hpp"
#include "../models/device/device_array.hpp"
#include "../models/device/ledger.hpp"
#include "data/dataset.hpp"
#include "sample_trace.hpp"

namespace memplast {

/// What a protocol is given: one fold, features as they stand in the data set.
struct FoldData {
  Samples x_train, x_test;
  std::vector<int> y_train;
  int n_classes = 0;
  std::uint64_t run_seed = 0;   ///< the same for all folds of a run
  std::uint64_t fold_seed = 0;  ///< of this fold alone
  bool weights_history = false;
  Weights weights = {};  ///< [pre, post] to start with, sub-networks stacked; none: at random
  int traced = -1;       ///< a test sample to trace in place of the test
};

/// Which receptive field drives a row of the weights.
struct InputRow {
  int subnetwork;
  GaussianReceptiveFields::Field field;
};

/// One epoch of one sub-network, judged as training went: how many of its samples were decided
/// wrongly, and how many made the weights change.
struct LearningPoint {
  int subnetwork, epoch, samples, errors, updates;
};

/// What a protocol gives back.
struct FoldResult {
  std::vector<int> y_pred;
  Weights weights;             ///< [pre, post]: sub-networks stacked along pre, post = class
  std::vector<InputRow> rows;  ///< [pre]
  Ledger training, test;
  std::vector<LearningPoint> learning;
  std::vector<Weights> weights_history;  ///< [epoch], if asked for; rows as in `weights`
  std::optional<SampleTrace> trace;      ///< of the first sub-network, if asked for

  /// Appends a trained sub-network's rows.
  void append(int subnetwork, const GaussianReceptiveFields& fields, const Weights& w) {
    for (const auto& field : fields.fields) rows.push_back({subnetwork, field});
    stack(weights, w);
  }
  /// Appends those after each of its epochs; the last stays if training ended early.
  void append_history(const std::vector<Weights>& epochs, int n_epochs) {
    if (epochs.empty()) return;
    weights_history.resize(static_cast<std::size_t>(n_epochs));
    for (std::size_t e = 0; e < weights_history.size(); ++e)
      stack(weights_history[e], epochs[std::min(e, epochs.size() - 1)]);
  }

 private:
  static void stack(Weights& all, const Weights& w) {
    const auto before = all.rows();
    all.conservativeResize(before + w.rows(), w.cols());
    all.bottomRows(w.rows()) = w;
  }
};

/// w0 +- spread, uniform, within [0, 1].
Weights random_start(int n_pre, int n_post, double w0, double spread, std::uint64_t seed);

/// What a sub-network starts with: the rows of fold.weights from `row` on if there are any, else
/// random_start(). Throws InputError if they are not enough.
Weights start_weights(const FoldData& fold, Eigen::Index row, int n_pre, double w0, double spread,
                      std::uint64_t seed);

}  // namespace memplast
