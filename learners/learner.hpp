#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "../lib/coding/encoders.hpp"
#include "../lib/engine/sample_trace.hpp"
#include "../models/device/synapses.hpp"

namespace memplast {

/// What a learner is given besides its settings.
struct Context {
  Device device;
  int n_classes = 0;             ///< or actions
  std::uint64_t run_seed = 0;    ///< the same for all folds of a run
  std::uint64_t seed = 0;        ///< of this learner alone
  Weights start = {};            ///< its blocks, stacked, to start with; none: at random
  bool weights_history = false;  ///< keep the weights after each epoch
};

/// Which receptive field drives a row of the weights.
struct InputRow {
  int subnetwork;
  GaussianReceptiveFields::Field field;
};

/// Synapses that a learner has trained, as files and maps show them.
struct Block {
  std::string name;
  const Synapses* synapses;    ///< the learner's, as long as it lives
  std::vector<InputRow> rows;  ///< [pre]
};

/// One epoch of one sub-network, judged as training went: how many of its samples were decided
/// wrongly, and how many made the weights change.
struct LearningPoint {
  int subnetwork, epoch, samples, errors, updates;
};

/// What learning took, and how it went.
struct Training {
  Ledger spent;
  std::vector<LearningPoint> learning;
  std::vector<Weights> weights_history;  ///< [epoch], if asked for; blocks stacked

  /// Appends a block's weights after each of its epochs; the last stays if it ended early.
  void append_history(const std::vector<Weights>& epochs, int n_epochs);
};

/// What a classifier says of some samples.
struct Decisions {
  std::vector<int> y;  ///< [sample]
  Samples scores;      ///< [sample, class], as score_name() says
};

/// A learning system that tells classes apart. A function of its settings, context and samples; it
/// counts what it does in the ledgers that it is given.
class Classifier {
 public:
  virtual ~Classifier() = default;
  /// Learns samples [sample, feature], features as they stand in the data set, and their classes.
  /// Once.
  virtual void fit(const Samples& x, std::span<const int> y, Training& training) = 0;
  /// Decides on rows of samples; what it says of one depends on no other, but for read noise.
  virtual Decisions decide(const Samples& x, Ledger& spent) = 0;
  /// What a score is: "first_spike_ms" (the lowest wins), "spikes" ...
  virtual std::string_view score_name() const = 0;
  /// What its first block does with a sample.
  virtual SampleTrace trace(const Samples& row) = 0;
  virtual std::vector<Block> blocks() const = 0;
};

/// The blocks' weights as transmitted, read noise apart, stacked along pre.
Weights stacked_weights(const std::vector<Block>& blocks);

/// What a controller does in one state: the neuron that spikes first, or the one with the highest
/// score.
struct Decision {
  int action = 0;
  std::vector<double> output;  ///< [action]: the first spike [ms], or the score
};

/// w0 +- spread, uniform, within [0, 1].
Weights random_start(int n_pre, int n_post, double w0, double spread, std::uint64_t seed);

/// What a block starts with: the rows of context.start from `row` on if there are any, else
/// random_start(). Throws InputError if they are not enough.
Weights start_weights(const Context& context, Eigen::Index row, int n_pre, double w0, double spread,
                      std::uint64_t seed);

}  // namespace memplast
