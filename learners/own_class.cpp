#include "own_class.hpp"

#include <cmath>
#include <numeric>
#include <utility>

#include "../lib/base/error.hpp"
#include "../lib/coding/decoders.hpp"
#include "../models/layers/grid_layer.hpp"
#include "../models/layers/volley_layer.hpp"
#include "ensemble.hpp"

namespace memplast {
namespace {

/// What both codes have in common: fields on the range of the training samples, and one block.
class OwnClass : public Classifier {
 public:
  OwnClass(const OwnClassSettings& settings, const Context& context)
      : context_(context),
        seed_(derive_seed(context.seed, Purpose::subnetwork, 0)),
        shared_(settings) {
    require_single_devices(context.device, "own_class");
  }

  std::vector<Block> blocks() const override {
    std::vector<Block> out{{"output", &*synapses_, {}}};
    for (const auto& field : fields_.fields) out.back().rows.push_back({0, field});
    return out;
  }
  std::vector<Constant> constants() const override {
    return {constant("cut", fields_.cut, "1", "activation below which a field is silent")};
  }
  void restore(const TrainedNetwork& network, int n_features) override {
    auto block = kept_blocks(network, 1, n_features, context_.n_classes).front();
    fields_ = std::move(block.fields);
    Device ideal = context_.device;
    ideal.spread = {};
    synapses_.emplace(ideal, block.weights, seed_);
  }

 protected:
  /// Prepares fields and synapses; the activations of the training samples.
  Samples begin(const Samples& x, Ledger& spent) {
    const Eigen::RowVectorXd min = x.colwise().minCoeff(), max = x.colwise().maxCoeff();
    const auto n = static_cast<std::size_t>(min.size());
    fields_ = GaussianReceptiveFields::between({min.data(), n}, {max.data(), n}, shared_.n_fields,
                                               shared_.cut);
    synapses_.emplace(
        context_.device,
        start_weights(context_, 0, fields_.size(), shared_.w0, shared_.w0_spread, seed_), seed_);
    synapses_->count_in(spent);
    return activations(x, fields_);
  }

  /// Calls learn(order) for each epoch with the training samples in a new order.
  template <class Learn>
  void train(int n_samples, Training& training, Learn&& learn) {
    std::vector<int> order(static_cast<std::size_t>(n_samples));
    std::iota(order.begin(), order.end(), 0);
    std::vector<Weights> history;
    for (int epoch = 0; epoch < shared_.epochs; ++epoch) {
      Stream(seed_, Purpose::order, epoch).shuffle(std::span(order));
      learn(epoch, order);
      if (context_.weights_history) history.push_back(synapses_->transmitted());
    }
    training.append_history(history, shared_.epochs);
  }

  Context context_;
  std::uint64_t seed_;
  OwnClassSettings shared_;
  GaussianReceptiveFields fields_;
  std::optional<Synapses> synapses_;
};

// ------------------------------------------------------------------------------ latency codes

class OwnClassVolleys final : public OwnClass {
 public:
  OwnClassVolleys(const OwnClassTemporal& settings, const Context& context, const VolleyCode& code)
      : OwnClass(settings, context), s_(settings), code_(code), neurons_(lif(), settings.T) {}

  void fit(const Samples& x, std::span<const int> y, Training& training) override {
    const auto shown = encode(begin(x, training.spent));
    make_layer(s_.threshold * neurons_.mean_full_drive(shown, fields_.size()));
    train(static_cast<int>(shown.size()), training, [&](int epoch, const std::vector<int>& order) {
      LearningPoint point{0, epoch, static_cast<int>(order.size()), 0, 0};
      for (const int i : order) {
        const Volley& volley = shown[static_cast<std::size_t>(i)];
        const auto spikes = present(volley);
        point.errors += first_to_spike(spikes) != y[i];
        const double t_own = spikes[static_cast<std::size_t>(y[i])].t_ms;
        if (std::isinf(t_own)) continue;
        layer_->pair(volley, y[i], t_own);
        ++point.updates;
      }
      training.learning.push_back(point);
    });
    synapses_->age();
  }

  std::vector<Constant> constants() const override {
    auto out = OwnClass::constants();
    out.push_back(constant("threshold_mV", layer_->threshold().level_mV, "mV", "above rest"));
    return out;
  }
  void restore(const TrainedNetwork& network, int n_features) override {
    OwnClass::restore(network, n_features);
    make_layer(network.number("threshold_mV"));
  }

  Decisions decide(const Samples& x, Ledger& spent) override {
    synapses_->count_in(spent);
    Decisions out{{}, Samples(x.rows(), context_.n_classes)};
    const auto volleys = encode(activations(x, fields_));
    for (std::size_t i = 0; i < volleys.size(); ++i) {
      const auto spikes = present(volleys[i]);
      out.y.push_back(first_to_spike(spikes));
      for (std::size_t c = 0; c < spikes.size(); ++c)
        out.scores(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(c)) = spikes[c].t_ms;
    }
    return out;
  }

  std::string_view score_name() const override { return "first_spike_ms"; }
  SampleTrace trace(const Samples& row) override {
    synapses_->count_nowhere();
    return layer_->trace(encode(activations(row, fields_)).front());
  }

 private:
  LifParameters lif() const { return LifParameters::with_time_constants(s_.tau_m, s_.tau_syn); }
  void make_layer(double level_mV) {
    layer_.emplace(lif(), s_.T, Threshold::fixed(level_mV, closes_ms()), *synapses_);
  }
  // Past the volley the potential rises for a few synaptic time constants at most.
  double closes_ms() const { return s_.T + 4.0 * s_.tau_syn; }

  std::span<const FirstSpike> present(const Volley& volley) {
    synapses_->ledger().samples += 1;
    synapses_->ledger().simulated_ms += closes_ms();
    return layer_->present(volley);
  }

  std::vector<Volley> encode(const Samples& g) const {
    std::vector<Volley> out;
    for (int i = 0; i < g.rows(); ++i)
      out.push_back(code_.encode({g.row(i).data(), static_cast<std::size_t>(g.cols())}, s_.cut,
                                 s_.T, neurons_));
    return out;
  }

  OwnClassTemporal s_;
  VolleyCode code_;
  VolleyNeurons neurons_;
  std::optional<VolleyLayer> layer_;
};

// --------------------------------------------------------------------------------- rate codes

class OwnClassTrains final : public OwnClass {
 public:
  OwnClassTrains(const OwnClassPoisson& settings, const Context& context, const TrainCode& code)
      : OwnClass(settings, context), s_(settings), code_(code) {}

  void fit(const Samples& x, std::span<const int> y, Training& training) override {
    const Samples g = begin(x, training.spent);
    make_layer();
    train(static_cast<int>(g.rows()), training, [&](int epoch, const std::vector<int>& order) {
      for (const int i : order) {
        for (int j = 0; j < context_.n_classes; ++j) {
          layer_->set_I_e(j, j == y[i] ? 0.0 : silenced_pA);
          layer_->set_V_m(j, s_.E_L);
        }
        count_sample();
        layer_->run(show(g, i, Purpose::presentation, epoch), sample_steps());
      }
    });
    for (int j = 0; j < context_.n_classes; ++j) layer_->set_I_e(j, 0.0);
    synapses_->age();

    const auto n_classes = static_cast<std::size_t>(context_.n_classes);
    std::vector<double> members(n_classes, 0.0);
    own_.assign(n_classes, 0.0);
    for (int i = 0; i < g.rows(); ++i) {
      const auto c = static_cast<std::size_t>(y[i]);
      own_[c] += present(show(g, i, Purpose::burst))[c];
      members[c] += 1.0;
    }
    for (std::size_t c = 0; c < n_classes; ++c) own_[c] /= members[c];
    input_seed_ = seed_;
  }

  std::vector<Constant> constants() const override {
    auto out = OwnClass::constants();
    out.push_back(constant("own_spikes", own_, "1",
                           "mean spikes of a class's neuron over its training samples"));
    out.push_back(constant_seeds("input_seed", {input_seed_}, "of the spike trains"));
    return out;
  }
  void restore(const TrainedNetwork& network, int n_features) override {
    OwnClass::restore(network, n_features);
    make_layer();
    const auto own = network.numbers("own_spikes", {static_cast<std::size_t>(context_.n_classes)});
    own_.assign(own.begin(), own.end());
    input_seed_ = network.seeds("input_seed", 1).front();
  }

  Decisions decide(const Samples& x, Ledger& spent) override {
    synapses_->count_in(spent);
    Decisions out{{}, Samples(x.rows(), context_.n_classes)};
    const Samples g = activations(x, fields_);
    for (int i = 0; i < x.rows(); ++i) {
      const auto& counts = present(show_test(g, x, i));
      out.y.push_back(own_rate(counts, own_));
      for (int c = 0; c < context_.n_classes; ++c)
        out.scores(i, c) = counts[static_cast<std::size_t>(c)];
    }
    return out;
  }

  std::string_view score_name() const override { return "spikes"; }
  SampleTrace trace(const Samples& row) override {
    return layer_->trace(show_test(activations(row, fields_), row, 0), sample_steps());
  }

 private:
  static constexpr double step_ms = 0.1;
  static constexpr Step delay = 10;
  static constexpr double silenced_pA = -1000.0;

  void make_layer() { layer_ = context_.device.rule->grid_layer({s_, step_ms, delay}, *synapses_); }
  Step sample_steps() const { return std::lround(s_.sample / step_ms); }

  void count_sample() {
    synapses_->ledger().samples += 1;
    synapses_->ledger().simulated_ms += s_.sample;
  }
  const std::vector<double>& present(const std::vector<Spike>& spikes) {
    count_sample();
    return layer_->present(spikes, sample_steps()).spikes;
  }

  std::vector<Spike> encode(const Samples& g, int i, std::uint64_t presentation) const {
    return code_.encode({g.row(i).data(), static_cast<std::size_t>(g.cols())},
                        {s_.rate_high, s_.rate_low}, sample_steps(), step_ms, presentation);
  }
  std::vector<Spike> show(const Samples& g, int i, Purpose purpose, int epoch = 0) const {
    const auto n = (static_cast<std::uint64_t>(epoch) << 32 | static_cast<std::uint32_t>(i));
    return encode(g, i, derive_seed(seed_, purpose, n));
  }
  // Decided by the sample's numbers, not by its place.
  std::vector<Spike> show_test(const Samples& g, const Samples& x, int i) const {
    const std::span content(x.row(i).data(), static_cast<std::size_t>(x.cols()));
    return encode(g, i, derive_seed(input_seed_, Purpose::test_presentation, content));
  }

  OwnClassPoisson s_;
  TrainCode code_;
  std::unique_ptr<GridLayer> layer_;
  std::uint64_t input_seed_ = 0;  // of tests
  std::vector<double> own_;       // [class] mean spikes of its neuron over its training samples
};

}  // namespace

std::unique_ptr<Classifier> own_class(const OwnClassTemporal& settings, const Context& context,
                                      const VolleyCode& code) {
  return std::make_unique<OwnClassVolleys>(settings, context, code);
}

std::unique_ptr<Classifier> own_class(const OwnClassPoisson& settings, const Context& context,
                                      const TrainCode& code) {
  return std::make_unique<OwnClassTrains>(settings, context, code);
}

/// For the list in CMakeLists.txt.
std::vector<LearnerEntry> own_class_entries() {
  std::vector<LearnerEntry> out;
  const std::string_view name = "own_class", source = "doi:10.3390/math9243237";
  add_entries<OwnClassTemporal, VolleyCode>(
      out, name, volley_codes(), "the neuron of the class alone learns, by its own first spike",
      source, own_class);
  add_entries<OwnClassPoisson, TrainCode>(out, name, train_codes(),
                                          "the neuron of the class alone learns, by its own spikes",
                                          source, own_class);
  return out;
}

}  // namespace memplast
