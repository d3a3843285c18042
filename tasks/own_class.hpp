#pragma once
#include <numeric>
#include <utility>

#include "../lib/coding/decoders.hpp"
#include "../lib/engine/grid_network.hpp"
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
      : s_(settings),
        rule_(std::move(rule)),
        neurons_(LifParameters::with_time_constants(s_.tau_m, s_.tau_syn), s_.T) {}

  FoldResult run(const FoldData& fold) const {
    const auto encoding = encode_as_seed(fold, s_);
    const int n_pre = encoding.fields.size();
    const auto train = volleys(encoding.train), test = volleys(encoding.test);
    const auto seed = derive_seed(fold.fold_seed, Purpose::subnetwork, 0);
    auto devices = make_devices(rule_, n_pre, fold.n_classes, seed);
    Weights w = start_weights(fold, 0, n_pre, s_.w0, s_.w0_spread, seed);
    devices.settle(w);
    Weights seen = w;
    const auto threshold =
        Threshold::fixed(s_.threshold * neurons_.mean_full_drive(train, n_pre), closes_ms());
    const auto respond = [&](const Volley& volley, std::span<FirstSpike> spikes, Ledger& cost) {
      for (const int pre : volley.pre)
        for (int j = 0; j < fold.n_classes; ++j) seen(pre, j) = devices.read(pre, j, w(pre, j));
      neurons_.first_spikes(volley, seen, threshold, spikes);
      cost.samples += 1;
      cost.input_spikes += static_cast<std::int64_t>(volley.size());
      cost.count_reads(seen, volley.pre);
      for (const FirstSpike& spike : spikes) cost.output_spikes += std::isfinite(spike.t_ms);
      cost.neuron_updates += fold.n_classes;
      cost.simulated_ms += closes_ms();
    };

    FoldResult result;
    std::vector<FirstSpike> spikes(static_cast<std::size_t>(fold.n_classes));
    std::vector<int> order(train.size());
    std::iota(order.begin(), order.end(), 0);
    std::vector<Weights> history;
    for (int epoch = 0; epoch < s_.epochs; ++epoch) {
      Stream(seed, Purpose::order, epoch).shuffle(std::span(order));
      LearningPoint point{0, epoch, static_cast<int>(order.size()), 0, 0};
      for (const int i : order) {
        const int own = fold.y_train[i];
        respond(train[i], spikes, result.training);
        point.errors += first_to_spike(spikes) != own;
        if (std::isinf(spikes[own].t_ms)) continue;
        for (std::size_t k = 0; k < train[i].size(); ++k) {
          const int pre = train[i].pre[k];
          double& state = w(pre, own);
          result.training.count_write(state);
          state = devices.program(pre, own, state,
                                  rule_.dw(spikes[own].t_ms - train[i].t_ms[k], state));
        }
        ++point.updates;
      }
      result.learning.push_back(point);
      if (fold.weights_history) history.push_back(devices.transmitted(w));
    }
    if (fold.weights_history) result.append_history(history, s_.epochs);

    devices.age();
    if (fold.traced >= 0) {
      const Volley& volley = test[static_cast<std::size_t>(fold.traced)];
      respond(volley, spikes, result.test);
      result.trace = trace_volley(volley, devices.transmitted(w),
                                  LifParameters::with_time_constants(s_.tau_m, s_.tau_syn),
                                  threshold, std::move(spikes));
      return result;
    }
    for (const Volley& volley : test) {
      respond(volley, spikes, result.test);
      result.y_pred.push_back(first_to_spike(spikes));
    }
    result.append(0, encoding.fields, devices.transmitted(w));
    return result;
  }

 private:
  // Past the volley the potential rises for a few synaptic time constants at most.
  double closes_ms() const { return s_.T + 4.0 * s_.tau_syn; }

  std::vector<Volley> volleys(const Samples& g) const {
    std::vector<Volley> out;
    for (int i = 0; i < g.rows(); ++i)
      out.push_back(TemporalEncoder{s_.T}.encode(
          {g.row(i).data(), static_cast<std::size_t>(g.cols())}, s_.cut, neurons_));
    return out;
  }

  OwnClassTemporal s_;
  R rule_;
  VolleyNeurons neurons_;
};

/// Rate-coded samples on the grid engine: during training the other neurons get I_e = -1000 pA, and
/// V_m is reset before each sample; a sample is a trial, with pairs of its own spikes alone. The
/// class whose neuron fires nearest to its
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
    const int n_pre = encoding.fields.size();
    auto devices = make_devices(rule_, n_pre, fold.n_classes, seed);
    Weights start = start_weights(fold, 0, n_pre, s_.w0, s_.w0_spread, seed);
    devices.settle(start);
    Network net(s_, Crossbar<R, Devices>(rule_, pairing_, step_ms, delay, std::move(start),
                                         std::move(devices)));
    FoldResult result;
    train(net, encoding.train, fold, seed, result);
    net.synapses().devices().age();
    if (fold.traced >= 0) {
      result.trace = trace_trains(net, show_test(encoding.test, fold.x_test, fold.traced, seed),
                                  sample_steps(), s_);
      return result;
    }

    const auto n_classes = static_cast<std::size_t>(fold.n_classes);
    std::vector<double> own(n_classes, 0.0), members(n_classes, 0.0);
    for (int i = 0; i < encoding.train.rows(); ++i) {
      const auto counts =
          count_spikes(net, show(encoding.train, i, seed, Purpose::burst), result.training);
      own[fold.y_train[i]] += counts[fold.y_train[i]];
      members[fold.y_train[i]] += 1.0;
    }
    for (std::size_t c = 0; c < n_classes; ++c) own[c] /= members[c];

    for (int i = 0; i < encoding.test.rows(); ++i) {
      const auto spikes = show_test(encoding.test, fold.x_test, i, seed);
      result.y_pred.push_back(own_rate(count_spikes(net, spikes, result.test), own));
    }
    result.append(0, encoding.fields, net.synapses().transmitted());
    return result;
  }

 private:
  static constexpr double step_ms = 0.1;
  static constexpr Step delay = 10;
  static constexpr double silenced_pA = -1000.0;
  using Devices = decltype(make_devices(std::declval<const R&>(), 0, 0, 0));
  using Network = GridNetwork<R, Devices>;

  Step sample_steps() const { return std::lround(s_.sample / step_ms); }

  std::vector<Spike> show(const Samples& g, int i, std::uint64_t seed, Purpose purpose,
                          int epoch = 0) const {
    const auto n = (static_cast<std::uint64_t>(epoch) << 32 | static_cast<std::uint32_t>(i));
    return encoder_.encode({g.row(i).data(), static_cast<std::size_t>(g.cols())}, sample_steps(),
                           derive_seed(seed, purpose, n));
  }

  // Decided by the sample's numbers, not by its place.
  std::vector<Spike> show_test(const Samples& g, const Samples& x, int i,
                               std::uint64_t seed) const {
    const std::span content(x.row(i).data(), static_cast<std::size_t>(x.cols()));
    return encoder_.encode({g.row(i).data(), static_cast<std::size_t>(g.cols())}, sample_steps(),
                           derive_seed(seed, Purpose::test_presentation, content));
  }

  void train(Network& net, const Samples& g, const FoldData& fold, std::uint64_t seed,
             FoldResult& record) const {
    Ledger& cost = record.training;
    std::vector<Weights> history;
    std::vector<int> order(static_cast<std::size_t>(g.rows()));
    std::iota(order.begin(), order.end(), 0);
    for (int epoch = 0; epoch < s_.epochs; ++epoch) {
      Stream(seed, Purpose::order, epoch).shuffle(std::span(order));
      for (const int i : order) {
        for (int j = 0; j < fold.n_classes; ++j) {
          net.neurons().set_I_e(j, j == fold.y_train[i] ? 0.0 : silenced_pA);
          net.neurons().set_V_m(j, s_.E_L);
        }
        const auto spikes = show(g, i, seed, Purpose::presentation, epoch);
        const Step start = net.now();
        std::vector<Spike> posts;  // as they reach the synapses within the trial
        std::int64_t fired = 0;
        net.run(sample_steps(), spikes, [&](int j, Step t) {
          ++fired;
          if (t - start + delay <= sample_steps()) posts.push_back({t - start + delay, j});
        });
        net.synapses().complete(net.now());
        net.synapses().forget();
        count(net, spikes, fired, cost);
        cost.count_writes(count_pairs(pairing_, rule_.pairs_at_zero,
                                      static_cast<int>(net.synapses().n_pre()), spikes, posts),
                          net.synapses().weights());
      }
      if (fold.weights_history) history.push_back(net.synapses().transmitted());
    }
    if (fold.weights_history) record.append_history(history, s_.epochs);
    net.synapses().set_plastic(false);
    for (int j = 0; j < fold.n_classes; ++j) net.neurons().set_I_e(j, 0.0);
  }

  std::vector<double> count_spikes(Network& net, const std::vector<Spike>& spikes,
                                   Ledger& cost) const {
    net.reset();
    std::vector<double> counts(static_cast<std::size_t>(net.neurons().size()), 0.0);
    std::int64_t fired = 0;
    net.run(sample_steps(), spikes, [&](int j, Step) {
      counts[j] += 1.0;
      ++fired;
    });
    count(net, spikes, fired, cost);
    return counts;
  }

  // One presentation; weights as it left them.
  void count(Network& net, const std::vector<Spike>& spikes, std::int64_t fired,
             Ledger& cost) const {
    const Weights& w = net.synapses().transmitted();
    cost.samples += 1;
    cost.input_spikes += static_cast<std::int64_t>(spikes.size());
    cost.output_spikes += fired;
    for (const Spike& spike : spikes) cost.count_reads(w, spike.neuron);
    cost.neuron_updates += sample_steps() * net.neurons().size();
    cost.simulated_ms += s_.sample;
  }

  OwnClassPoisson s_;
  Pairing pairing_;
  R rule_;
  PoissonEncoder encoder_;
};

}  // namespace memplast
