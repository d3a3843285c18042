#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "../lib/coding/encoders.hpp"
#include "../lib/engine/pair_counts.hpp"
#include "../models/device/device_array.hpp"
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

/// What presenting samples took. An input spike is counted once per input line; it reads one device
/// per post neuron of its row. A write is one event that programs one device: a pair of spikes, or
/// all pairs that the pairing sums up in it (count_pairs).
struct Cost {
  std::int64_t samples = 0;  ///< presentations
  std::int64_t input_spikes = 0;
  std::int64_t output_spikes = 0;  ///< a teacher's included
  std::int64_t reads = 0;
  double read_weight = 0.0;  ///< sum of w over the reads
  std::int64_t writes = 0;
  double write_weight = 0.0;  ///< sum of w over the writes, before each
  /// Updates of a neuron by itself, without an input: one per step of the grid; for a volley, whose
  /// neurons are idle between spikes, the read-out alone.
  std::int64_t neuron_updates = 0;
  double simulated_ms = 0.0;

  /// The reads of an input spike on `pre`.
  void count_reads(const Weights& w, int pre) {
    reads += w.cols();
    const double* const row = w.row(pre).data();
    for (Eigen::Index j = 0; j < w.cols(); ++j) read_weight += row[j];
  }
  /// The same for an input spike on each of `pre`.
  void count_reads(const Weights& w, std::span<const int> pre);
  /// `n` writes of a device in the state w.
  void count_write(double w, int n = 1) {
    writes += n;
    write_weight += n * w;
  }
  /// The writes of a trial, with the states `w` that it left.
  void count_writes(const std::vector<PairCount>& pairs, const auto& w) {
    for (const auto& [pre, post, n] : pairs) count_write(w(pre, post), n);
  }
  Cost& operator+=(const Cost& other);
};

/// What the reads took: the sum of G V_read^2 t_read.
double read_energy_J(const Cost& cost, const Conductance& device);
/// What the writes took: the sum of G V_write^2 t_write.
double write_energy_J(const Cost& cost, const Conductance& device);

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
  Cost training, test;
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
