#pragma once
#include <numeric>
#include <utility>

#include "../lib/decoders.hpp"
#include "../lib/grid_network.hpp"
#include "fold.hpp"
#include "settings.hpp"

namespace memplast {

// The seed's protocol (Sboev et al. 2021, doi:10.3390/math9243237): a sample is shown while only
// the neuron of its class may fire, so only that neuron's synapses learn, by its own spikes.
// Receptive fields are the seed's (GaussianReceptiveFields::between) on the range of the training
// samples.

/// The receptive fields of a fold and the activations [sample, field] of its samples.
struct SeedEncoding {
  GaussianReceptiveFields fields;
  Samples train, test;
};
SeedEncoding encode_as_seed(const FoldData& fold, const OwnClassSettings& settings);

/// Latency-coded samples on the volley engine: the own neuron's first spike pairs with each spike
/// of the volley; the first neuron to fire decides.
template <PairRule R>
class OwnClassTemporalProtocol {
 public:
  OwnClassTemporalProtocol(const OwnClassTemporal& settings, R rule)
      : s_(settings), rule_(std::move(rule)), neurons_(lif(settings), s_.T) {}

  FoldResult run(const FoldData& fold) const {
    const auto encoding = encode_as_seed(fold, s_);
    const int n_pre = encoding.fields.size();
    const auto train = volleys(encoding.train), test = volleys(encoding.test);
    const auto seed = derive_seed(fold.fold_seed, Purpose::subnetwork, 0);
    Weights w = random_start(n_pre, fold.n_classes, s_.w0, s_.w0_spread, seed);
    const auto threshold = Threshold::fixed(s_.threshold * full_drive(train, n_pre), closes_ms());

    std::vector<FirstSpike> spikes(static_cast<std::size_t>(fold.n_classes));
    std::vector<int> order(train.size());
    std::iota(order.begin(), order.end(), 0);
    for (int epoch = 0; epoch < s_.epochs; ++epoch) {
      Stream(seed, Purpose::order, epoch).shuffle(std::span(order));
      for (const int i : order) {
        const int own = fold.y_train[i];
        neurons_.first_spikes(train[i], w, threshold, spikes);
        if (std::isinf(spikes[own].t_ms)) continue;
        for (std::size_t k = 0; k < train[i].size(); ++k) {
          double& weight = w(train[i].pre[k], own);
          weight = clipped(weight + rule_.dw(spikes[own].t_ms - train[i].t_ms[k], weight));
        }
      }
    }

    FoldResult result;
    for (const Volley& volley : test) {
      neurons_.first_spikes(volley, w, threshold, spikes);
      result.y_pred.push_back(first_to_spike(spikes));
      result.cost.input_spikes += static_cast<std::int64_t>(volley.size());
      for (const int pre : volley.pre) count_reads(result.cost, w, pre);
    }
    result.cost.simulated_ms = closes_ms() * static_cast<double>(test.size());
    result.append(0, encoding.fields, w);
    return result;
  }

 private:
  static LifParameters lif(const OwnClassTemporal& s) {
    LifParameters p;
    p.tau_m = s.tau_m;
    p.tau_syn_ex = s.tau_syn;
    return p;
  }

  // Past the volley the potential rises for a few synaptic time constants at most.
  double closes_ms() const { return s_.T + 4.0 * s_.tau_syn; }

  std::vector<Volley> volleys(const Samples& g) const {
    std::vector<Volley> out;
    for (int i = 0; i < g.rows(); ++i)
      out.push_back(TemporalEncoder{s_.T}.encode(
          {g.row(i).data(), static_cast<std::size_t>(g.cols())}, s_.cut, neurons_));
    return out;
  }

  double full_drive(const std::vector<Volley>& volleys, int n_pre) const {
    const Weights ones = Weights::Ones(n_pre, 1);
    double sum = 0.0, V = 0.0;
    for (const Volley& volley : volleys) {
      neurons_.potentials_at_end(volley, ones, {&V, 1});
      sum += V;
    }
    return sum / static_cast<double>(volleys.size());
  }

  OwnClassTemporal s_;
  R rule_;
  VolleyNeurons neurons_;
};

/// Rate-coded samples on the grid engine: during training the other neurons get I_e = -1000 pA, and
/// V_m is reset before each sample (nothing else is). The class whose neuron fires nearest to its
/// own mean rate over the training samples of its class decides.
template <PairRule R>
class OwnClassPoissonProtocol {
 public:
  OwnClassPoissonProtocol(const OwnClassPoisson& settings, Pairing pairing, R rule)
      : s_(settings),
        pairing_(pairing),
        rule_(std::move(rule)),
        encoder_{s_.rate_high, s_.rate_low, step_ms} {}

  FoldResult run(const FoldData& fold) const {
    const auto encoding = encode_as_seed(fold, s_);
    const auto seed = derive_seed(fold.fold_seed, Purpose::subnetwork, 0);
    Network net(s_, Crossbar<R>(rule_, pairing_, step_ms, delay,
                                random_start(encoding.fields.size(), fold.n_classes, s_.w0,
                                             s_.w0_spread, seed)));
    train(net, encoding.train, fold, seed);

    const auto n_classes = static_cast<std::size_t>(fold.n_classes);
    std::vector<double> own(n_classes, 0.0), members(n_classes, 0.0);
    for (int i = 0; i < encoding.train.rows(); ++i) {
      const auto counts = count_spikes(net, show(encoding.train, i, seed, Purpose::burst));
      own[fold.y_train[i]] += counts[fold.y_train[i]];
      members[fold.y_train[i]] += 1.0;
    }
    for (std::size_t c = 0; c < n_classes; ++c) own[c] /= members[c];

    FoldResult result;
    const Weights& w = net.synapses().weights();
    for (int i = 0; i < encoding.test.rows(); ++i) {
      const auto spikes = show(encoding.test, i, seed, Purpose::test_presentation);
      result.y_pred.push_back(own_rate(count_spikes(net, spikes), own));
      result.cost.input_spikes += static_cast<std::int64_t>(spikes.size());
      for (const Spike& spike : spikes) count_reads(result.cost, w, spike.neuron);
    }
    result.cost.simulated_ms = s_.sample * static_cast<double>(encoding.test.rows());
    result.append(0, encoding.fields, w);
    return result;
  }

 private:
  static constexpr double step_ms = 0.1;
  static constexpr Step delay = 10;
  static constexpr double silenced_pA = -1000.0;
  using Network = GridNetwork<R>;

  Step sample_steps() const { return std::lround(s_.sample / step_ms); }

  std::vector<Spike> show(const Samples& g, int i, std::uint64_t seed, Purpose purpose,
                          int epoch = 0) const {
    const auto n = (static_cast<std::uint64_t>(epoch) << 32 | static_cast<std::uint32_t>(i));
    return encoder_.encode({g.row(i).data(), static_cast<std::size_t>(g.cols())}, sample_steps(),
                           derive_seed(seed, purpose, n));
  }

  void train(Network& net, const Samples& g, const FoldData& fold, std::uint64_t seed) const {
    std::vector<int> order(static_cast<std::size_t>(g.rows()));
    std::iota(order.begin(), order.end(), 0);
    for (int epoch = 0; epoch < s_.epochs; ++epoch) {
      Stream(seed, Purpose::order, epoch).shuffle(std::span(order));
      for (const int i : order) {
        for (int j = 0; j < fold.n_classes; ++j) {
          net.neurons().set_I_e(j, j == fold.y_train[i] ? 0.0 : silenced_pA);
          net.neurons().set_V_m(j, s_.E_L);
        }
        net.run(sample_steps(), show(g, i, seed, Purpose::presentation, epoch), [](int, Step) {});
      }
    }
    net.synapses().complete(net.now());
    net.synapses().set_plastic(false);
    for (int j = 0; j < fold.n_classes; ++j) net.neurons().set_I_e(j, 0.0);
  }

  std::vector<double> count_spikes(Network& net, const std::vector<Spike>& spikes) const {
    net.reset();
    std::vector<double> counts(static_cast<std::size_t>(net.neurons().size()), 0.0);
    net.run(sample_steps(), spikes, [&](int j, Step) { counts[j] += 1.0; });
    return counts;
  }

  OwnClassPoisson s_;
  Pairing pairing_;
  R rule_;
  PoissonEncoder encoder_;
};

}  // namespace memplast
