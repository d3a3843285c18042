#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "../lib/base/parameters.hpp"
#include "../lib/coding/code.hpp"
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

/// What a network that has learned is made of besides its weights: a number or an array of them.
struct Constant {
  std::string name;
  std::vector<std::size_t> shape;  ///< of the row-major values; empty for one number
  std::vector<double> numbers;
  std::vector<std::int64_t> integers = {};  ///< in the place of numbers: seeds, as they fit
  std::string unit, meaning;
};

/// A network that has learned, as values: what a file keeps of it.
struct TrainedNetwork {
  std::vector<Constant> constants;
  std::vector<InputRow> rows;  ///< [pre], blocks stacked
  Weights weights;             ///< [pre, post]

  /// Throw InputError if there is no such constant, or not of this shape.
  const Constant& constant(std::string_view name, const std::vector<std::size_t>& shape) const;
  std::span<const double> numbers(std::string_view name,
                                  const std::vector<std::size_t>& shape) const;
  double number(std::string_view name) const { return numbers(name, {}).front(); }
  std::vector<std::uint64_t> seeds(std::string_view name, std::size_t n) const;
};

Constant constant(std::string name, double value, std::string unit, std::string meaning);
Constant constant(std::string name, std::vector<double> values, std::string unit,
                  std::string meaning);
Constant constant_seeds(std::string name, const std::vector<std::uint64_t>& seeds,
                        std::string meaning);

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

  /// Besides the blocks, all that decide() needs. A learner that leaves this and restore() out
  /// learns and is tested, but predicts nothing afterwards.
  virtual std::vector<Constant> constants() const { return {}; }
  /// In the place of fit(): the network that has learned from samples of so many features, on
  /// ideal devices that transmit its weights. Decides as it did, if that had ideal devices. Throws
  /// InputError if it does not fit the settings.
  virtual void restore(const TrainedNetwork& network, int n_features);
};

/// What a file keeps of a classifier that has learned.
TrainedNetwork network_of(const Classifier& classifier);

/// The blocks' weights as transmitted, read noise apart, stacked along pre.
Weights stacked_weights(const std::vector<Block>& blocks);

/// What a controller does in one state: the neuron that spikes first, or the one with the highest
/// score.
struct Decision {
  int action = 0;
  std::vector<double> output;  ///< [action]: the first spike [ms], or the score
};

/// A learning system that acts in an environment.
class Controller {
 public:
  virtual ~Controller() = default;
  /// A training episode begins in a state.
  virtual void begin(std::span<const double> state) = 0;
  /// Chooses an action in the present state.
  virtual int act() = 0;
  /// What it led to, and whether that ended the task.
  virtual void observe(std::span<const double> state, bool terminated) = 0;
  /// The episode is over; the sum of its rewards.
  virtual void end(double episode_return) = 0;
  /// Training is over: the best weights, and the time before the test.
  virtual void finish() = 0;

  /// Decides without exploration.
  virtual Decision decide(std::span<const double> state) = 0;
  virtual void count_in(Ledger& ledger) = 0;
  virtual std::vector<Block> blocks() const = 0;
};

/// What takes the place of learning in a control experiment.
enum class Sham {
  none,
  no_learning,      ///< the weights stay as they are
  shuffled_reward,  ///< failures are reported by lot, about as often as they happen, and for the
                    ///< return of an episode that of any so far
  random_actions    ///< so is each action, in training and in the test; nothing is learned
};

/// What a controller is to control.
struct ControlProblem {
  int n_actions;
  std::vector<double> state_scale;  ///< where each number of a state is far out
  std::vector<int> n_fields;        ///< of each number
  double full_return;               ///< of an episode that never fails
  Sham sham = Sham::none;
};

/// A learning system with one code, as lists and files know it: learners() has them all.
struct LearnerEntry {
  std::string_view name;    ///< "teacher_timed"
  std::string_view code;    ///< how samples become spikes: "temporal", "poisson", another's name
  std::string_view about;   ///< one line
  std::string_view source;  ///< DOI
  Parameters settings;      ///< its table, with the values that it has if nothing is said
  // One of the two.
  std::function<std::unique_ptr<Classifier>(const Parameters&, const Context&)> classifier = {};
  std::function<std::unique_ptr<Controller>(const Parameters&, const ControlProblem&,
                                            const Context&)>
      controller = {};
};

/// Every learning system, with each of its codes, in order of name.
const std::vector<LearnerEntry>& learners();
/// Throws InputError naming `where` and listing those there are.
const LearnerEntry& learner_entry(std::string_view name, std::string_view code,
                                  const std::string& where);

/// An entry with each code of volley_codes() or train_codes(), for a learner that is made by
/// `make(const Settings&, const Context&, const Code&)`.
template <class Settings, class Code>
void add_entries(std::vector<LearnerEntry>& entries, std::string_view name,
                 const std::vector<Code>& codes, std::string_view about, std::string_view source,
                 std::unique_ptr<Classifier> (*make)(const Settings&, const Context&,
                                                     const Code&)) {
  for (const Code& code : codes)
    entries.push_back(
        {.name = name,
         .code = code.name,
         .about = about,
         .source = source,
         .settings = Parameters(Settings{}),
         .classifier = [make, &code](const Parameters& settings, const Context& context) {
           return make(settings.as<Settings>(), context, code);
         }});
}

/// Throws InputError unless weights are those of single devices, as a learner by pairs of spikes
/// needs them.
void require_single_devices(const Device& device, std::string_view learner);

/// w0 +- spread, uniform, within [0, 1].
Weights random_start(int n_pre, int n_post, double w0, double spread, std::uint64_t seed);

/// What a block starts with: the rows of context.start from `row` on if there are any, else
/// random_start(). Throws InputError if they are not enough.
Weights start_weights(const Context& context, Eigen::Index row, int n_pre, double w0, double spread,
                      std::uint64_t seed);

}  // namespace memplast
