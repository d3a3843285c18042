#pragma once
#include <cstdint>
#include <vector>

#include "../lib/encoders.hpp"
#include "../models/model_file.hpp"
#include "dataset.hpp"

namespace memplast {

/// What a protocol is given: one fold, features as they stand in the data set.
struct FoldData {
  Samples x_train, x_test;
  std::vector<int> y_train;
  int n_classes = 0;
  std::uint64_t run_seed = 0;   ///< the same for all folds of a run
  std::uint64_t fold_seed = 0;  ///< of this fold alone
};

/// Which receptive field drives a row of the weights.
struct InputRow {
  int subnetwork;
  GaussianReceptiveFields::Field field;
};

/// What inference on the test samples took. An input spike is counted once per input line; it reads
/// one device per post neuron of its row.
struct InferenceCost {
  std::int64_t input_spikes = 0;
  std::int64_t reads = 0;
  double read_weight = 0.0;  ///< sum of w over the reads
  double simulated_ms = 0.0;
};

/// What the reads took: the sum of G V_read^2 t_read.
double read_energy_J(const InferenceCost& cost, const Conductance& device);

/// What a protocol gives back.
struct FoldResult {
  std::vector<int> y_pred;
  Weights weights;             ///< [pre, post]: sub-networks stacked along pre, post = class
  std::vector<InputRow> rows;  ///< [pre]
  InferenceCost cost;

  /// Appends a trained sub-network's rows.
  void append(int subnetwork, const GaussianReceptiveFields& fields, const Weights& w) {
    for (const auto& field : fields.fields) rows.push_back({subnetwork, field});
    const auto before = weights.rows();
    weights.conservativeResize(before + w.rows(), w.cols());
    weights.bottomRows(w.rows()) = w;
  }
};

/// Adds the reads of input spike(s) on `pre`.
inline void count_reads(InferenceCost& cost, const Weights& w, int pre) {
  cost.reads += w.cols();
  cost.read_weight += w.row(pre).sum();
}

/// w0 +- spread, uniform, within [0, 1].
Weights random_start(int n_pre, int n_post, double w0, double spread, std::uint64_t seed);

}  // namespace memplast
