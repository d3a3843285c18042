#pragma once
#include <numeric>
#include <utility>

#include "../lib/coding/decoders.hpp"
#include "../lib/engine/grid_network.hpp"
#include "data/preprocessing.hpp"
#include "fold.hpp"
#include "teacher_schedule.hpp"

namespace memplast {

// Error-gated, teacher-timed plasticity with small annealed steps.
//
// A sample is shown with plasticity off and decoded. Only if the right neuron does not win by a
// margin is it shown again, output spikes blocked, with two spikes forced by a teacher: one of the
// right neuron after the input (every active synapse sees dt > 0) and one of the strongest wrong
// neuron before it (every active synapse sees dt < 0). When they come is set by TeacherSchedule;
// the weights change through the device rule alone, and spike memories are cleared between trials.

/// Gap between the teacher's spikes and the input [ms].
inline constexpr double teacher_gap_ms = 1.0;

/// The fields of sub-network `s`: centres (k + phase)/(n - 1) on the scaled features, the phase
/// drawn once per feature.
GaussianReceptiveFields subnetwork_fields(const FieldSettings& settings, int n_features, int s,
                                          std::uint64_t seed);

/// A share of 0 ... n-1 for one sub-network to train on, without replacement.
std::vector<int> draw_bag(int n, double share, std::uint64_t seed);

/// Progress through training, 0 in the first and 1 in the last epoch.
inline double progress_of(int epoch, int epochs) {
  return epochs > 1 ? static_cast<double>(epoch) / (epochs - 1) : 0.0;
}

/// Teacher-timed learning of latency-coded samples on the volley engine.
template <PairRule R>
class TeacherTimedTemporalProtocol {
 public:
  TeacherTimedTemporalProtocol(const TeacherTimedTemporal& settings, R rule)
      : s_(settings),
        rule_(std::move(rule)),
        schedule_(solve_schedule(rule_, s_, s_.T / 2 + teacher_gap_ms)),
        neurons_(LifParameters::with_time_constants(s_.tau_m, s_.tau_syn), s_.T) {}

  using Devices = decltype(make_devices(std::declval<const R&>(), 0, 0, 0));

  /// One trained sub-network.
  struct Member {
    GaussianReceptiveFields fields;
    Weights w;  ///< states of the devices
    Threshold threshold;
    Devices devices;
    Weights seen = w;               ///< what the devices last gave
    std::vector<double> dt{}, S{};  ///< lags of the last teacher's spike, and the window there

    /// What the devices give when read, but for read noise.
    Weights transmitted() const { return devices.transmitted(w); }
  };
  /// A trained ensemble: what it takes to decide.
  struct Classifier {
    FeatureScaler scaler;
    std::vector<Member> members;
  };

  /// Learns the training samples of a fold; what that took goes into `record`.
  Classifier train(const FoldData& fold, FoldResult& record) const {
    Classifier out{FeatureScaler(fold.x_train, s_.z_range, s_.pca_axes), {}};
    const Samples train = out.scaler.transform(fold.x_train);
    Eigen::Index row = 0;
    for (int k = 0; k < s_.subnetworks; ++k) {
      const auto fields = subnetwork_fields(s_, out.scaler.n_features(), k, fold.run_seed);
      const auto seed = derive_seed(fold.fold_seed, Purpose::subnetwork, k);
      Weights start = start_weights(fold, row, fields.size(), s_.w0, s_.w0_spread, seed);
      row += fields.size();
      out.members.push_back(
          train_subnetwork(k, encode(train, fields), fold, seed, fields, std::move(start), record));
    }
    return out;
  }

  /// The first spikes, summed over sub-networks, that each row of `x` draws: [sample][class].
  std::vector<std::vector<FirstSpike>> respond(Classifier& classifier, const Samples& x,
                                               Ledger& cost) const {
    const Samples u = classifier.scaler.transform(x);
    const auto n_classes = static_cast<std::size_t>(classifier.members.front().w.cols());
    const bool shared_inputs = s_.phase_spread == 0.0 && s_.n_fields_spread == 0;
    std::vector<std::vector<FirstSpike>> sum(
        static_cast<std::size_t>(u.rows()),
        std::vector<FirstSpike>(n_classes, FirstSpike{.t_ms = 0.0, .V_mV = 0.0}));
    std::vector<FirstSpike> spikes(n_classes);
    for (std::size_t k = 0; k < classifier.members.size(); ++k) {
      Member& net = classifier.members[k];
      const auto volleys = encode(u, net.fields);
      for (std::size_t i = 0; i < volleys.size(); ++i) {
        respond(net, volleys[i], spikes, cost);
        for (std::size_t c = 0; c < n_classes; ++c) {
          sum[i][c].t_ms += spikes[c].t_ms;
          sum[i][c].V_mV += spikes[c].V_mV;
        }
        if (k > 0 && shared_inputs)  // the same input lines
          cost.input_spikes -= static_cast<std::int64_t>(volleys[i].size());
      }
    }
    cost.samples += u.rows();
    cost.simulated_ms += (s_.T + s_.ramp) * static_cast<double>(u.rows());
    return sum;
  }

  FoldResult run(const FoldData& fold) const {
    FoldResult result;
    Classifier classifier = train(fold, result);
    if (fold.traced >= 0) {
      result.trace = trace(classifier.members.front(),
                           classifier.scaler.transform(fold.x_test.row(fold.traced)));
      return result;
    }
    for (const auto& spikes : respond(classifier, fold.x_test, result.test))
      result.y_pred.push_back(first_to_spike(spikes));
    for (int k = 0; k < s_.subnetworks; ++k)
      result.append(k, classifier.members[k].fields, classifier.members[k].transmitted());
    return result;
  }

 private:
  std::vector<Volley> encode(const Samples& u, const GaussianReceptiveFields& fields) const {
    std::vector<Volley> volleys;
    std::vector<double> g(static_cast<std::size_t>(fields.size()));
    for (int i = 0; i < u.rows(); ++i) {
      fields.activate({u.row(i).data(), static_cast<std::size_t>(u.cols())}, g);
      volleys.push_back(TemporalEncoder{s_.T}.encode(g, fields.cut, neurons_));
    }
    return volleys;
  }

  // Inference of one volley by one sub-network: each read asks the devices anew.
  void respond(Member& net, const Volley& volley, std::span<FirstSpike> out, Ledger& cost) const {
    if constexpr (!std::is_same_v<Devices, IdealDevices>)
      for (const int pre : volley.pre)
        for (int j = 0; j < net.w.cols(); ++j)
          net.seen(pre, j) = net.devices.read(pre, j, net.w(pre, j));
    const Weights& w = std::is_same_v<Devices, IdealDevices> ? net.w : net.seen;
    neurons_.first_spikes(volley, w, net.threshold, out);
    cost.count_reads(w, volley.pre);
    cost.input_spikes += static_cast<std::int64_t>(volley.size());
    cost.output_spikes += w.cols();
    cost.neuron_updates += w.cols();
  }

  SampleTrace trace(Member& net, const Samples& u) const {
    const Volley volley = encode(u, net.fields).front();
    std::vector<FirstSpike> spikes(static_cast<std::size_t>(net.w.cols()));
    Ledger cost;
    respond(net, volley, spikes, cost);
    return trace_volley(volley, net.transmitted(),
                        LifParameters::with_time_constants(s_.tau_m, s_.tau_syn), net.threshold,
                        std::move(spikes));
  }

  Member train_subnetwork(int k, const std::vector<Volley>& volleys, const FoldData& fold,
                          std::uint64_t seed, const GaussianReceptiveFields& fields, Weights start,
                          FoldResult& record) const {
    Ledger& cost = record.training;
    std::vector<Weights> history;
    const int n_pre = fields.size();
    Member net{
        .fields = fields,
        .w = std::move(start),
        .threshold = Threshold::ramp(neurons_.mean_full_drive(volleys, n_pre), s_.T, s_.ramp),
        .devices = make_devices(rule_, n_pre, fold.n_classes, seed)};
    net.devices.settle(net.w);
    const auto bag = draw_bag(static_cast<int>(volleys.size()), s_.bag, seed);
    std::vector<FirstSpike> spikes(static_cast<std::size_t>(fold.n_classes));
    for (int epoch = 0; epoch < s_.epochs; ++epoch) {
      const double progress = progress_of(epoch, s_.epochs);
      const double t_right = schedule_.lag_plus(progress) + s_.T / 2;
      const double t_wrong = s_.T / 2 - schedule_.lag_minus(progress);
      auto order = bag;
      Stream(seed, Purpose::order, epoch).shuffle(std::span(order));
      LearningPoint point{k, epoch, static_cast<int>(bag.size()), 0, 0};
      for (const int i : order) {
        respond(net, volleys[i], spikes, cost);
        cost.samples += 1;
        cost.simulated_ms += s_.T + s_.ramp;
        const int right = fold.y_train[i];
        const double t_y = spikes[right].t_ms;
        spikes[right].t_ms = std::numeric_limits<double>::infinity();
        const int wrong = first_to_spike(spikes);
        point.errors += spikes[wrong].t_ms <= t_y;
        if (spikes[wrong].t_ms >= t_y + s_.margin) continue;
        pair_all(net, volleys[i], wrong, t_wrong, cost);
        pair_all(net, volleys[i], right, t_right, cost);
        cost.input_spikes += static_cast<std::int64_t>(volleys[i].size());
        cost.output_spikes += 2;
        cost.simulated_ms += t_right - std::min(t_wrong, 0.0);
        ++point.updates;
      }
      record.learning.push_back(point);
      if (fold.weights_history) history.push_back(net.transmitted());
      if (point.updates == 0) break;
    }
    if (fold.weights_history) record.append_history(history, s_.epochs);
    net.devices.age();
    return net;
  }

  // What the pair of lag number k does to a weight.
  double change(const Member& net, std::size_t k, double w) const {
    if constexpr (SeparableRule<R>)
      return net.S[k] * (net.dt[k] > 0 ? rule_.D_plus(w) : rule_.D_minus(w));
    else
      return rule_.dw(net.dt[k], w);
  }

  // Post neuron j fires at t_post: one pair with each spike of the volley.
  void pair_all(Member& net, const Volley& volley, int j, double t_post, Ledger& cost) const {
    const std::size_t n = volley.size();
    net.dt.resize(n);
    net.S.resize(n);
    for (std::size_t k = 0; k < n; ++k)
      net.dt[k] = t_post - (s_.mirrored != 0 ? s_.T - volley.t_ms[k] : volley.t_ms[k]);
    if constexpr (SeparableRule<R>) kernels::windows(rule_, net.dt.data(), n, net.S.data());
    for (std::size_t k = 0; k < n; ++k) {
      const int i = volley.pre[k];
      double& w = net.w(i, j);
      cost.count_write(w);
      w = net.devices.program(i, j, w, change(net, k, w));
    }
  }

  TeacherTimedTemporal s_;
  R rule_;
  TeacherSchedule schedule_;
  VolleyNeurons neurons_;
};

/// Teacher-timed learning of rate-coded samples on the grid engine.
///
/// A decision counts spikes over `train` or `test` ms and adds V/V_th at the end; sub-networks add
/// their scores. A learning trial is a burst of input: with nearest_symmetric, the teacher's spike
/// after it pairs with the last spike of each input, the one before it with every spike.
template <PairRule R>
class TeacherTimedPoissonProtocol {
 public:
  TeacherTimedPoissonProtocol(const TeacherTimedPoisson& settings, Pairing pairing, R rule)
      : s_(settings),
        pairing_(pairing),
        rule_(std::move(rule)),
        schedule_(solve_schedule(rule_, s_, s_.burst / 2 + teacher_gap_ms)),
        encoder_{s_.rate_high, s_.rate_low, step_ms} {}

  using Devices = decltype(make_devices(std::declval<const R&>(), 0, 0, 0));
  using Network = GridNetwork<R, Devices>;

  /// One trained sub-network.
  struct Member {
    GaussianReceptiveFields fields;
    Network net;

    /// What the devices give when read, but for read noise.
    Weights transmitted() const { return net.synapses().transmitted(); }
  };
  /// A trained ensemble: what it takes to decide.
  struct Classifier {
    FeatureScaler scaler;
    std::vector<Member> members;
    std::uint64_t seed;  ///< of the spike trains that samples are shown as
  };

  /// Learns the training samples of a fold; what that took goes into `record`.
  Classifier train(const FoldData& fold, FoldResult& record) const {
    Classifier out{FeatureScaler(fold.x_train, s_.z_range, s_.pca_axes), {}, fold.fold_seed};
    const Samples train = out.scaler.transform(fold.x_train);
    Eigen::Index row = 0;
    for (int k = 0; k < s_.subnetworks; ++k) {
      const auto fields = subnetwork_fields(s_, out.scaler.n_features(), k, fold.run_seed);
      const auto seed = derive_seed(fold.fold_seed, Purpose::subnetwork, k);
      Weights start = start_weights(fold, row, fields.size(), s_.w0, s_.w0_spread, seed);
      row += fields.size();
      out.members.push_back({fields, train_subnetwork(k, activations(train, fields), fold, seed,
                                                      std::move(start), record)});
    }
    return out;
  }

  /// The scores, summed over sub-networks, that each row of `x` draws: [sample, class]. The
  /// spike trains that a row is shown as are decided by its numbers, not by its place.
  Samples respond(Classifier& classifier, const Samples& x, Ledger& cost) const {
    const Samples u = classifier.scaler.transform(x);
    Samples score = Samples::Zero(u.rows(), classifier.members.front().net.neurons().size());
    for (std::size_t k = 0; k < classifier.members.size(); ++k) {
      Member& member = classifier.members[k];
      const auto seed = input_seed(classifier, k);
      const Samples g = activations(u, member.fields);
      for (int i = 0; i < g.rows(); ++i) {
        const auto spikes = show(g, i, s_.test, test_showing(seed, x, i));
        const auto decision = decide(member.net, spikes, s_.test, cost);
        for (int c = 0; c < score.cols(); ++c) score(i, c) += decision[c];
        if (k > 0 && shared_inputs())  // the same input lines
          cost.input_spikes -= static_cast<std::int64_t>(spikes.size());
      }
    }
    cost.samples += u.rows();
    cost.simulated_ms += s_.test * static_cast<double>(u.rows());
    return score;
  }

  FoldResult run(const FoldData& fold) const {
    FoldResult result;
    Classifier classifier = train(fold, result);
    if (fold.traced >= 0) {
      result.trace = trace(classifier, fold);
      return result;
    }
    const Samples score = respond(classifier, fold.x_test, result.test);
    for (int i = 0; i < score.rows(); ++i)
      result.y_pred.push_back(
          highest_rate({score.row(i).data(), static_cast<std::size_t>(score.cols())}));
    for (int k = 0; k < s_.subnetworks; ++k)
      result.append(k, classifier.members[k].fields, classifier.members[k].transmitted());
    return result;
  }

 private:
  static constexpr double step_ms = 0.1;
  static constexpr Step delay = 10;

  static Step steps(double ms) { return std::lround(ms / step_ms); }
  static std::uint64_t test_showing(std::uint64_t seed, const Samples& x, int i) {
    return derive_seed(seed, Purpose::test_presentation,
                       std::span(x.row(i).data(), static_cast<std::size_t>(x.cols())));
  }
  // Seeds of training's two showings per sample and epoch.
  static std::uint64_t showing(std::uint64_t seed, int epoch, int sample, bool burst) {
    const auto n = (static_cast<std::uint64_t>(epoch) << 32 | static_cast<std::uint32_t>(sample));
    return derive_seed(seed, burst ? Purpose::burst : Purpose::presentation, n);
  }

  bool shared_inputs() const { return s_.phase_spread == 0.0 && s_.n_fields_spread == 0; }
  /// Of the spike trains that a sub-network sees.
  std::uint64_t input_seed(const Classifier& classifier, std::size_t k) const {
    return shared_inputs() ? classifier.seed : derive_seed(classifier.seed, Purpose::subnetwork, k);
  }
  SampleTrace trace(Classifier& classifier, const FoldData& fold) const {
    Member& member = classifier.members.front();
    const Samples g =
        activations(classifier.scaler.transform(fold.x_test.row(fold.traced)), member.fields);
    const auto spikes =
        show(g, 0, s_.test, test_showing(input_seed(classifier, 0), fold.x_test, fold.traced));
    const Samples train = classifier.scaler.transform(fold.x_train);
    return trace_trains(member.net, spikes, steps(s_.test), lif(activations(train, member.fields)));
  }

  Samples activations(const Samples& u, const GaussianReceptiveFields& fields) const {
    Samples g(u.rows(), fields.size());
    for (int i = 0; i < u.rows(); ++i)
      fields.activate({u.row(i).data(), static_cast<std::size_t>(u.cols())},
                      {g.row(i).data(), static_cast<std::size_t>(g.cols())});
    return g;
  }

  std::vector<Spike> show(const Samples& g, int i, double ms, std::uint64_t seed) const {
    return encoder_.encode({g.row(i).data(), static_cast<std::size_t>(g.cols())}, steps(ms), seed);
  }

  // V_th as a share of the mean depolarisation that the training rates give at w = 1:
  // mean over samples of sum_i r_i tau_syn tau_m / C_m.
  LifParameters lif(const Samples& g_train) const {
    LifParameters p;
    p.tau_m = s_.tau_m;
    p.tau_syn_ex = s_.tau_syn;
    p.t_ref = s_.t_ref;
    const double rates_Hz =
        s_.rate_low * static_cast<double>(g_train.cols()) +
        (s_.rate_high - s_.rate_low) * g_train.sum() / static_cast<double>(g_train.rows());
    p.V_th = p.E_L + s_.threshold * 1e-3 * rates_Hz * p.tau_syn_ex * p.tau_m / p.C_m;
    return p;
  }

  Network train_subnetwork(int k, const Samples& g, const FoldData& fold, std::uint64_t seed,
                           Weights start, FoldResult& record) const {
    Ledger& cost = record.training;
    std::vector<Weights> history;
    const int n_pre = static_cast<int>(g.cols());
    auto devices = make_devices(rule_, n_pre, fold.n_classes, seed);
    devices.settle(start);
    Crossbar<R, Devices> synapses(rule_, pairing_, step_ms, delay, std::move(start),
                                  std::move(devices));
    synapses.set_plastic(false);
    Network net(lif(g), std::move(synapses));
    const auto bag = draw_bag(static_cast<int>(g.rows()), s_.bag, seed);
    for (int epoch = 0; epoch < s_.epochs; ++epoch) {
      auto order = bag;
      Stream(seed, Purpose::order, epoch).shuffle(std::span(order));
      LearningPoint point{k, epoch, static_cast<int>(bag.size()), 0, 0};
      for (const int i : order) {
        auto score =
            decide(net, show(g, i, s_.train, showing(seed, epoch, i, false)), s_.train, cost);
        cost.samples += 1;
        cost.simulated_ms += s_.train;
        const int right = fold.y_train[i];
        const double right_score = score[right];
        score[right] = -1.0;  // scores of others are at least 0
        const int wrong = highest_rate(score);
        point.errors += score[wrong] >= right_score;
        if (score[wrong] <= right_score - s_.margin * std::max(1.0, right_score)) continue;
        learn(net.synapses(), show(g, i, s_.burst, showing(seed, epoch, i, true)), right, wrong,
              progress_of(epoch, s_.epochs), cost);
        ++point.updates;
      }
      record.learning.push_back(point);
      if (fold.weights_history) history.push_back(net.synapses().transmitted());
      if (point.updates == 0) break;
    }
    if (fold.weights_history) record.append_history(history, s_.epochs);
    net.synapses().devices().age();
    return net;
  }

  // Spike counts plus V/V_th at the end, by class.
  std::vector<double> decide(Network& net, const std::vector<Spike>& spikes, double ms,
                             Ledger& cost) const {
    net.reset();
    std::vector<double> score(static_cast<std::size_t>(net.neurons().size()), 0.0);
    net.run(steps(ms), spikes, [&](int j, Step) {
      score[j] += 1.0;
      ++cost.output_spikes;
    });
    const Weights& w = net.synapses().transmitted();
    for (const Spike& spike : spikes) cost.count_reads(w, spike.neuron);
    cost.input_spikes += static_cast<std::int64_t>(spikes.size());
    cost.neuron_updates += steps(ms) * net.neurons().size();
    for (int j = 0; j < net.neurons().size(); ++j) score[j] += net.neurons().share_of_threshold(j);
    return score;
  }

  void learn(Crossbar<R, Devices>& synapses, const std::vector<Spike>& burst, int right, int wrong,
             double progress, Ledger& cost) const {
    // Lags are to the middle of the burst; the spike after it meets each input's last spike, on
    // average a quarter of the burst before its end.
    const Step before = steps(std::max(schedule_.lag_minus(progress) - s_.burst / 2, step_ms));
    const Step after = steps(std::max(schedule_.lag_plus(progress) - s_.burst / 4, step_ms));
    const Step start = before;  // of the burst; the wrong neuron's spike reaches the synapses at 0
    const Step end = start + steps(s_.burst) + after;
    synapses.set_plastic(true);
    synapses.forget();
    std::vector<Spike> pre = burst;
    for (Spike& spike : pre) spike.step += start;
    synapses.post_spike(wrong, -delay);
    for (const Spike& spike : pre) synapses.pre_spike(spike.neuron, spike.step);
    synapses.post_spike(right, end - delay);
    synapses.complete(end);
    synapses.forget();
    synapses.set_plastic(false);
    cost.count_writes(count_pairs(pairing_, rule_.pairs_at_zero, synapses.n_pre(), pre,
                                  std::array{Spike{0, wrong}, Spike{end, right}}),
                      synapses.weights());
    cost.input_spikes += static_cast<std::int64_t>(burst.size());
    cost.output_spikes += 2;
    cost.simulated_ms += static_cast<double>(end) * step_ms;
  }

  TeacherTimedPoisson s_;
  Pairing pairing_;
  R rule_;
  TeacherSchedule schedule_;
  PoissonEncoder encoder_;
};

}  // namespace memplast
