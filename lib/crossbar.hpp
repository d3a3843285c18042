#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "devices.hpp"
#include "pair_rule.hpp"
#include "pairing.hpp"
#include "spikes.hpp"
#include "vectorised.hpp"

namespace memplast {

namespace kernels {

inline constexpr std::size_t largest_batch = 64;

// The loops over synapses of a SeparableRule. `table[k]` is the window S at k steps, its last entry
// zero: longer lags are clamped to it. Limit: bandwidth of the row for large crossbars, arithmetic
// of the state dependence for rules with an exp.

/// S[j] = table[t - last[j]]: the depression factor of each post neuron for pre spikes at t.
/// If `strict`, a post spike at t itself does not count, but the one before it does.
MEMPLAST_VECTORISED
inline void depression_factors(std::span<const double> table, Step t, const Step* last,
                               const Step* before_last, bool strict, std::size_t n, double* S) {
  const auto longest = static_cast<Step>(table.size()) - 1;
  for (std::size_t j = 0; j < n; ++j) {
    const Step post = strict && last[j] == t ? before_last[j] : last[j];
    S[j] = table[static_cast<std::size_t>(std::min(t - post, longest))];
  }
}

/// Depresses a row and adds what it then transmits: w += S D_minus(w), out += scale w.
template <class State>
MEMPLAST_VECTORISED void depress_and_transmit(const State state, const double* __restrict S,
                                              std::size_t n, double scale, double* __restrict w,
                                              double* __restrict out) {
  for (std::size_t j = 0; j < n; ++j) {
    const double depressed = clipped(w[j] + S[j] * state.D_minus(w[j]));
    w[j] = depressed;
    out[j] += scale * depressed;
  }
}

/// How many of the next log entries form a batch: at most `limit`, no neuron twice.
MEMPLAST_VECTORISED
inline std::size_t batch_size(const Step* arrival, const Step* previous, std::size_t limit) {
  Step repeats = 0;
  for (std::size_t k = 0; k < limit; ++k) repeats |= previous[k] >= arrival[0];
  if (repeats == 0) return limit;
  std::size_t n = 1;
  while (previous[n] < arrival[0]) ++n;
  return n;
}

/// Acts out post spikes on one row, each on another synapse: w[post] += S(arrival - pre) D_plus(w).
/// A post spike whose neuron has fired at `latest_previous` or later is left out.
template <class State>
MEMPLAST_VECTORISED void potentiate_batch(const State state, std::span<const double> table,
                                          Step pre, Step latest_previous, const Step* arrival,
                                          const Step* previous, const int* post, std::size_t n,
                                          double* row) {
  double w[largest_batch];
  const auto longest = static_cast<Step>(table.size()) - 1;
  for (std::size_t k = 0; k < n; ++k) w[k] = row[post[k]];
  for (std::size_t k = 0; k < n; ++k) {
    const double S = table[static_cast<std::size_t>(std::min(arrival[k] - pre, longest))];
    w[k] = clipped(w[k] + (previous[k] <= latest_previous ? S : 0.0) * state.D_plus(w[k]));
  }
  for (std::size_t k = 0; k < n; ++k) row[post[k]] = w[k];
}

}  // namespace kernels

/// An all-to-all crossbar of plastic synapses on a time grid.
///
/// Spikes are announced in order of time, post spikes before pre spikes of the same step. The whole
/// delay d is dendritic: a post spike reaches the synapses d steps after its stamp, and only then
/// forms pairs. A synapse stores its weight and nothing else; what the pairing schemes need to know
/// is kept once per pre and once per post neuron:
///  - Potentiation is lazy. Post spikes go into one ordered log; a row replays what it has not seen
///    just before its pre spike depresses it. The order of changes at each synapse is that of an
///    eager update, so the bits are the same.
///  - Depression at step t needs, of each post neuron, one number S(t_post + d - t), the same for
///    every pre spike of the step: a vector computed once per step. With a SeparableRule it comes
///    from a table of the window on the grid, and the row update is a vector multiply-add.
///
/// On devices that are not ideal every change and every read is theirs: no table, no vectors.
template <PairRule R, class Devices = IdealDevices>
class Crossbar {
 public:
  Crossbar(R rule, Pairing pairing, double step_ms, Step delay_steps, Weights weights,
           Devices devices = {})
      : rule_(std::move(rule)),
        devices_(std::move(devices)),
        pairing_(pairing),
        step_ms_(step_ms),
        delay_(delay_steps),
        w_(std::move(weights)),
        pre_(static_cast<std::size_t>(w_.rows())),
        post_(static_cast<std::size_t>(w_.cols())),
        depression_(static_cast<std::size_t>(w_.cols()), 0.0) {
    if constexpr (tabulated) {
      potentiation_table_ = tabulate(rule_.reach_plus(), +1.0);
      depression_table_ = tabulate(rule_.reach_minus(), -1.0);
    }
  }

  int n_pre() const { return static_cast<int>(w_.rows()); }
  int n_post() const { return static_cast<int>(w_.cols()); }
  Step delay() const { return delay_; }
  double step_ms() const { return step_ms_; }

  /// Whether spikes change weights. While off, spikes are not remembered either; switch between
  /// trials, after complete() and forget().
  void set_plastic(bool plastic) { plastic_ = plastic; }

  /// A pre spike at `t` in every row that only nearest_symmetric and nearest_restricted see (NEST's
  /// synapses of these names start with one at t = 0).
  void set_initial_pre(Step t) {
    if (pairing_ != Pairing::nearest_symmetric && pairing_ != Pairing::nearest_restricted) return;
    for (auto& pre : pre_) pre.last = t;
  }

  /// Post neuron j fires at step t; it reaches the synapses at t + d.
  void post_spike(int j, Step t) {
    if (!plastic_) return;
    if (log_.size() >= log_limit_) trim_log(t);
    log_.push_back(t + delay_, std::exchange(post_.latest_logged[j], t + delay_), j);
  }

  /// Pre neuron i fires at step t. Adds to out[j] what it transmits, `scale` times the weight:
  /// every pair that is complete by t has acted, this spike's own depression included.
  void pre_spike(int i, Step t, double scale, std::span<double> out) {
    double* const row = w_.row(i).data();
    if (plastic_) {
      deliver(t);
      replay(i);
      if (depresses(i)) {
        depress(i, t, scale, out);
        remember(i, t);
        return;
      }
      remember(i, t);
    }
    transmit(i, row, scale, out);
  }

  /// The same for who wants the weights: the row as this spike transmits it.
  std::span<const double> pre_spike(int i, Step t) {
    transmitted_.assign(static_cast<std::size_t>(n_post()), 0.0);
    pre_spike(i, t, 0.0, transmitted_);
    return {w_.row(i).data(), transmitted_.size()};
  }

  /// Asks the processor for a row that will be needed soon.
  void prefetch(int i) const {
    const double* const row = w_.row(i).data();
    constexpr int per_line = 8;
    for (int j = 0; j < n_post(); j += per_line) __builtin_prefetch(row + j, 1);
  }

  /// Brings every row up to date with the post spikes that have reached the synapses by step t.
  void complete(Step t) {
    deliver(t);
    for (int i = 0; i < n_pre(); ++i) replay(i);
  }

  /// Forgets all spikes (not the weights): the next trial starts afresh. Pairs not yet completed
  /// are lost.
  void forget() {
    for (auto& pre : pre_) {
      pre.last = never;
      pre.next_post = 0;
      pre.earlier.clear();
    }
    post_.forget();
    log_.erase_front(log_.size());
    delivered_ = 0;
    depression_step_ = never;
  }

  /// What the devices transmit in these states, read noise apart.
  decltype(auto) transmitted() const { return devices_.transmitted(w_); }
  Devices& devices() { return devices_; }

  /// The weights as last transmitted; after complete(t), with every pair completed by t.
  const Weights& weights() const { return w_; }

 private:
  static constexpr bool ideal = std::is_same_v<Devices, IdealDevices>;
  static constexpr bool tabulated = ideal && SeparableRule<R>;

  struct Pre {
    Step last = never;          // first_spike: the first
    std::size_t next_post = 0;  // first log entry that this row has not replayed
    std::vector<Step> earlier;  // spikes within reach, for the schemes that sum over them
  };

  // What has reached the synapses, by post neuron; latest_logged may still be under way.
  struct Posts {
    explicit Posts(std::size_t n)
        : latest_logged(n, never), first(n, never), last(n, never), before_last(n, never) {}
    void forget() {
      for (auto* steps : {&latest_logged, &first, &last, &before_last})
        std::fill(steps->begin(), steps->end(), never);
    }
    std::vector<Step> latest_logged, first, last, before_last;
  };

  // Post spikes in order of arrival at the synapses.
  struct Log {
    std::vector<Step> arrival;
    std::vector<Step> previous;  // arrival of the same neuron's spike before
    std::vector<int> post;

    std::size_t size() const { return arrival.size(); }
    void push_back(Step a, Step p, int j) {
      arrival.push_back(a);
      previous.push_back(p);
      post.push_back(j);
    }
    void erase_front(std::size_t n) {
      const auto k = static_cast<std::ptrdiff_t>(n);
      arrival.erase(arrival.begin(), arrival.begin() + k);
      previous.erase(previous.begin(), previous.begin() + k);
      post.erase(post.begin(), post.begin() + k);
    }
  };

  bool sums_over_pre() const {
    return pairing_ == Pairing::all_to_all || pairing_ == Pairing::nearest_pre_centered;
  }

  // The rule's D_plus and D_minus, in the simplest form that it offers for its parameters.
  template <class Visit>
  void with_state(Visit&& visit) const {
    if constexpr (requires { rule_.visit_state(visit); })
      rule_.visit_state(visit);
    else
      visit(rule_);
  }

  // S at 0, 1, 2 ... steps to the given side, then a zero.
  std::vector<double> tabulate(double reach_ms, double sign) const requires tabulated {
    std::vector<double> table(static_cast<std::size_t>(std::ceil(reach_ms / step_ms_)) + 2, 0.0);
    for (std::size_t k = 0; k + 1 < table.size(); ++k)
      table[k] = rule_.S(sign * static_cast<double>(k) * step_ms_);
    return table;
  }

  static double look_up(const std::vector<double>& table, Step lag) {
    return table[static_cast<std::size_t>(std::min(lag, static_cast<Step>(table.size()) - 1))];
  }

  // Potentiates a row by the delivered post spikes that it has not seen.
  void replay(int i) {
    Pre& pre = pre_[static_cast<std::size_t>(i)];
    const std::size_t begin = std::exchange(pre.next_post, delivered_), end = delivered_;
    double* const row = w_.row(i).data();
    if (sums_over_pre()) {
      for (std::size_t k = begin; k < end; ++k) potentiate_by_sum(i, k, row);
    } else if (pre.last != never) {
      potentiate_by_nearest(i, begin, end, row);
    }
  }

  // A post spike of a neuron that has fired later than this is no partner of the row's last pre.
  Step latest_previous(const Pre& pre) const {
    switch (pairing_) {
      case Pairing::nearest_restricted:
        return pre.last;
      case Pairing::first_spike:
        return never;
      default:
        return std::numeric_limits<Step>::max();
    }
  }

  void potentiate_by_nearest(int i, std::size_t begin, std::size_t end, double* row) {
    const Pre& pre = pre_[static_cast<std::size_t>(i)];
    const Step latest = latest_previous(pre);
    if constexpr (tabulated) {
      while (begin < end) {
        const std::size_t n = kernels::batch_size(&log_.arrival[begin], &log_.previous[begin],
                                                  std::min(kernels::largest_batch, end - begin));
        with_state([&](const auto& state) {
          kernels::potentiate_batch(state, potentiation_table_, pre.last, latest,
                                    &log_.arrival[begin], &log_.previous[begin], &log_.post[begin],
                                    n, row);
        });
        begin += n;
      }
    } else {
      for (std::size_t k = begin; k < end; ++k) {
        if (log_.previous[k] > latest) continue;
        const double dt = static_cast<double>(log_.arrival[k] - pre.last) * step_ms_;
        change(i, log_.post[k], row, rule_.dw(dt, row[log_.post[k]]));
      }
    }
  }

  // One post spike with all pre spikes of the row, or with those since the neuron's previous post.
  void potentiate_by_sum(int i, std::size_t k, double* row) {
    const Pre& pre = pre_[static_cast<std::size_t>(i)];
    const Step arrival = log_.arrival[k];
    const Step since = pairing_ == Pairing::all_to_all ? never : log_.previous[k];
    const double w = row[log_.post[k]];
    double sum = 0.0;
    for (const Step t : pre.earlier) {
      if (t < since) continue;
      if constexpr (tabulated)
        sum += look_up(potentiation_table_, arrival - t);
      else
        sum += rule_.dw(static_cast<double>(arrival - t) * step_ms_, w);
    }
    if constexpr (tabulated) sum *= rule_.D_plus(w);
    change(i, log_.post[k], row, sum);
  }

  // One write of device (i, j).
  void change(int i, int j, double* row, double dw) { row[j] = devices_.program(i, j, row[j], dw); }

  void transmit(int i, const double* row, double scale, std::span<double> out) {
    for (std::size_t j = 0; j < out.size(); ++j)
      out[j] += scale * devices_.read(i, static_cast<int>(j), row[j]);
  }

  // Moves the post neurons' memory on to what has reached the synapses by step t.
  void deliver(Step t) {
    for (; delivered_ < log_.size() && log_.arrival[delivered_] <= t; ++delivered_) {
      const auto j = static_cast<std::size_t>(log_.post[delivered_]);
      post_.before_last[j] = std::exchange(post_.last[j], log_.arrival[delivered_]);
      if (post_.first[j] == never) post_.first[j] = post_.last[j];
    }
  }

  // Whether a pre spike of row i pairs with any post before it (first_spike: only the row's first).
  bool depresses(int i) const {
    return pairing_ != Pairing::first_spike || pre_[static_cast<std::size_t>(i)].last == never;
  }

  // The post spike of neuron j that a pre spike at t pairs with, or never.
  Step depressing_post(std::size_t j, Step t) const {
    const bool only_first = pairing_ == Pairing::first_spike;
    const Step latest = only_first ? post_.first[j] : post_.last[j];
    if (rule_.pairs_at_zero || latest != t) return latest;
    return only_first ? never : post_.before_last[j];
  }

  // nearest_restricted: no post since the row's last pre, no pair.
  bool is_restricted(const Pre& pre, std::size_t j) const {
    return pairing_ == Pairing::nearest_restricted && post_.last[j] <= pre.last;
  }

  void depress(int i, Step t, double scale, std::span<double> out) {
    const Pre& pre = pre_[static_cast<std::size_t>(i)];
    double* const row = w_.row(i).data();
    if constexpr (tabulated) {
      const double* S = factors_at(t);
      if (pairing_ == Pairing::nearest_restricted) {
        restricted_.resize(out.size());
        for (std::size_t j = 0; j < out.size(); ++j)
          restricted_[j] = is_restricted(pre, j) ? 0.0 : S[j];
        S = restricted_.data();
      }
      with_state([&](const auto& state) {
        kernels::depress_and_transmit(state, S, out.size(), scale, row, out.data());
      });
    } else {
      depress_without_table(i, row, t);
      transmit(i, row, scale, out);
    }
  }

  // S(t_post + d - t), summed over the post spikes that a pre spike at t pairs with, by neuron.
  const double* factors_at(Step t) requires tabulated {
    if (depression_step_ == t) return depression_.data();
    depression_step_ = t;
    if (pairing_ == Pairing::all_to_all) {
      std::fill(depression_.begin(), depression_.end(), 0.0);
      const Step reach = static_cast<Step>(depression_table_.size());
      for (std::size_t k = delivered_; k-- > 0 && t - log_.arrival[k] < reach;)
        if (log_.arrival[k] != t || rule_.pairs_at_zero)
          depression_[static_cast<std::size_t>(log_.post[k])] +=
              look_up(depression_table_, t - log_.arrival[k]);
    } else if (pairing_ == Pairing::first_spike) {
      for (std::size_t j = 0; j < depression_.size(); ++j)
        depression_[j] = look_up(depression_table_, t - depressing_post(j, t));
    } else {
      kernels::depression_factors(depression_table_, t, post_.last.data(), post_.before_last.data(),
                                  !rule_.pairs_at_zero, depression_.size(), depression_.data());
    }
    return depression_.data();
  }

  void depress_without_table(int i, double* row, Step t) {
    const Pre& pre = pre_[static_cast<std::size_t>(i)];
    const auto dw = [&](Step post, double w) {
      return rule_.dw(-static_cast<double>(t - post) * step_ms_, w);
    };
    if (pairing_ == Pairing::all_to_all) {
      std::fill(depression_.begin(), depression_.end(), 0.0);
      for (std::size_t k = delivered_; k-- > 0;)
        if (log_.arrival[k] != t || rule_.pairs_at_zero)
          depression_[static_cast<std::size_t>(log_.post[k])] +=
              dw(log_.arrival[k], row[log_.post[k]]);
      for (std::size_t j = 0; j < depression_.size(); ++j)
        change(i, static_cast<int>(j), row, depression_[j]);
      return;
    }
    for (std::size_t j = 0; j < depression_.size(); ++j) {
      const Step post = depressing_post(j, t);
      if (post != never && !is_restricted(pre, j))
        change(i, static_cast<int>(j), row, dw(post, row[j]));
    }
  }

  void remember(int i, Step t) {
    Pre& pre = pre_[static_cast<std::size_t>(i)];
    if (pairing_ == Pairing::first_spike && pre.last != never) return;
    pre.last = t;
    if (!sums_over_pre()) return;
    if constexpr (tabulated) {
      const Step reach = static_cast<Step>(potentiation_table_.size());
      std::erase_if(pre.earlier, [&](Step earlier) { return t - earlier > reach; });
    }
    pre.earlier.push_back(t);
  }

  // Keeps the log bounded: brings all rows up to date, then drops what no pair can need again (a
  // rule without a reach needs everything when all pairs count).
  void trim_log(Step t) {
    complete(t);
    Step oldest = t;
    if (pairing_ == Pairing::all_to_all) {
      oldest = never;
      if constexpr (tabulated) oldest = t - static_cast<Step>(depression_table_.size());
    }
    std::size_t n = 0;
    while (n < delivered_ && log_.arrival[n] < oldest) ++n;
    log_.erase_front(n);
    delivered_ -= n;
    for (auto& pre : pre_) pre.next_post -= n;
    log_limit_ = std::max(log_limit_, 2 * log_.size());
  }

  R rule_;
  Devices devices_;
  Pairing pairing_;
  double step_ms_;
  Step delay_;
  Weights w_;
  bool plastic_ = true;

  std::vector<double> potentiation_table_, depression_table_;  // S(+k h), S(-k h)
  std::vector<Pre> pre_;
  Posts post_;
  Log log_;
  std::size_t delivered_ = 0;  // log entries that have reached the synapses
  std::size_t log_limit_ = 1 << 16;

  std::vector<double> depression_;  // by post neuron, for pre spikes at step depression_step_
  Step depression_step_ = never;
  std::vector<double> restricted_, transmitted_;  // scratch
};

}  // namespace memplast
