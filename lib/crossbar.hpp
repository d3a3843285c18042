#pragma once
#include <algorithm>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "pair_rule.hpp"
#include "pairing.hpp"
#include "spikes.hpp"

namespace memplast {

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
/// Limit: memory bandwidth (read and write of a row) for large rows.
template <PairRule R>
class Crossbar {
 public:
  Crossbar(R rule, Pairing pairing, double step_ms, Step delay_steps, Weights weights)
      : rule_(std::move(rule)),
        pairing_(pairing),
        step_ms_(step_ms),
        delay_(delay_steps),
        w_(std::move(weights)),
        pre_(w_.rows()),
        post_(w_.cols()),
        depression_(w_.cols(), 0.0) {
    if constexpr (SeparableRule<R>) {
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
    log_.push_back({t + delay_, post_[j].latest_logged, j});
    post_[j].latest_logged = t + delay_;
  }

  /// Pre neuron i fires at step t. Returns its row as this spike transmits it: every pair that is
  /// complete by t has acted, this spike's own depression included.
  std::span<const double> pre_spike(int i, Step t) {
    if (plastic_) {
      replay(i, t);
      deliver(t);
      depress(i, t);
      remember(i, t);
    }
    return {w_.row(i).data(), static_cast<std::size_t>(w_.cols())};
  }

  /// Brings every row up to date with the post spikes that have reached the synapses by step t.
  void complete(Step t) {
    for (int i = 0; i < n_pre(); ++i) replay(i, t);
  }

  /// Forgets all spikes (not the weights): the next trial starts afresh. Pairs not yet completed
  /// are lost.
  void forget() {
    std::fill(pre_.begin(), pre_.end(), Pre{});
    std::fill(post_.begin(), post_.end(), Post{});
    log_.clear();
    delivered_ = 0;
    depression_step_ = never;
  }

  /// The weights as last transmitted; after complete(t), with every pair completed by t.
  const Weights& weights() const { return w_; }

 private:
  struct Pre {
    Step last = never;
    std::size_t next_post = 0;  // first log entry that this row has not replayed
    std::vector<Step> earlier;  // spikes within reach, for the schemes that sum over them
  };
  struct Post {
    Step latest_logged = never;                             // at the synapse; maybe still under way
    Step first = never, last = never, before_last = never;  // of those delivered
  };
  struct LogEntry {
    Step arrival;
    Step previous;  // arrival of the same neuron's spike before
    int post;
  };
  bool sums_over_pre() const {
    return pairing_ == Pairing::all_to_all || pairing_ == Pairing::nearest_pre_centered;
  }

  std::vector<double> tabulate(double reach_ms, double sign) const requires SeparableRule<R> {
    std::vector<double> table(static_cast<std::size_t>(std::ceil(reach_ms / step_ms_)) + 1);
    for (std::size_t k = 0; k < table.size(); ++k)
      table[k] = rule_.S(sign * static_cast<double>(k) * step_ms_);
    return table;
  }

  static double look_up(const std::vector<double>& table, Step lag) {
    return lag < static_cast<Step>(table.size()) ? table[static_cast<std::size_t>(lag)] : 0.0;
  }

  // The change of a weight w by one potentiating pair `lag` steps apart.
  double potentiation(Step lag, double w) const {
    if constexpr (SeparableRule<R>)
      return look_up(potentiation_table_, lag) * rule_.D_plus(w);
    else
      return rule_.dw(static_cast<double>(lag) * step_ms_, w);
  }

  // The same summed over the row's pre spikes in [since, until).
  double summed_potentiation(const Pre& pre, Step since, Step until, double w) const {
    double sum = 0.0;
    for (const Step t : pre.earlier) {
      if (t < since || t >= until) continue;
      if constexpr (SeparableRule<R>)
        sum += look_up(potentiation_table_, until - t);
      else
        sum += rule_.dw(static_cast<double>(until - t) * step_ms_, w);
    }
    if constexpr (SeparableRule<R>) sum *= rule_.D_plus(w);
    return sum;
  }

  void replay(int i, Step t) {
    Pre& pre = pre_[i];
    double* const row = w_.row(i).data();
    for (; pre.next_post < log_.size() && log_[pre.next_post].arrival <= t; ++pre.next_post) {
      const LogEntry& post = log_[pre.next_post];
      double& w = row[post.post];
      switch (pairing_) {
        case Pairing::nearest_symmetric:
          if (pre.last != never) w = clipped(w + potentiation(post.arrival - pre.last, w));
          break;
        case Pairing::nearest_restricted:
          if (pre.last != never && post.previous <= pre.last)
            w = clipped(w + potentiation(post.arrival - pre.last, w));
          break;
        case Pairing::nearest_pre_centered:
          w = clipped(w + summed_potentiation(pre, post.previous, post.arrival, w));
          break;
        case Pairing::all_to_all:
          w = clipped(w + summed_potentiation(pre, never, post.arrival, w));
          break;
        case Pairing::first_spike:  // pre.last holds the row's first spike
          if (pre.last != never && post.previous == never)
            w = clipped(w + potentiation(post.arrival - pre.last, w));
          break;
      }
    }
  }

  // Moves the post neurons' memory on to what has reached the synapses by step t.
  void deliver(Step t) {
    for (; delivered_ < log_.size() && log_[delivered_].arrival <= t; ++delivered_) {
      Post& post = post_[log_[delivered_].post];
      post.before_last = post.last;
      post.last = log_[delivered_].arrival;
      if (post.first == never) post.first = post.last;
    }
  }

  // The post spike that a pre spike at t pairs with, or never.
  Step depressing_post(int j, Step t) const {
    const Post& post = post_[j];
    const Step latest = pairing_ == Pairing::first_spike ? post.first : post.last;
    if (R::pairs_at_zero || latest != t) return latest;
    return pairing_ == Pairing::first_spike ? never : post.before_last;
  }

  // Whether row i takes part in depression by post neuron j (the scheme's own condition).
  bool takes_depression(const Pre& pre, int j) const {
    return pairing_ != Pairing::nearest_restricted || post_[j].last > pre.last;
  }

  void depress(int i, Step t) {
    const Pre& pre = pre_[i];
    if (pairing_ == Pairing::first_spike && pre.last != never) return;
    double* const row = w_.row(i).data();
    if constexpr (SeparableRule<R>) {
      tabulate_depression(t);
      if (!any_depression_) return;
      const double* const S = depression_.data();
      const int n = n_post();
      if (pairing_ == Pairing::nearest_restricted) {
        for (int j = 0; j < n; ++j)
          if (takes_depression(pre, j)) row[j] = clipped(row[j] + S[j] * rule_.D_minus(row[j]));
      } else {
        for (int j = 0; j < n; ++j) row[j] = clipped(row[j] + S[j] * rule_.D_minus(row[j]));
      }
    } else {
      depress_without_table(pre, row, t);
    }
  }

  // depression_[j] = S(t_post + d - t) of the post spike(s) that a pre spike at t pairs with.
  void tabulate_depression(Step t) requires SeparableRule<R> {
    if (depression_step_ == t) return;
    depression_step_ = t;
    any_depression_ = false;
    if (pairing_ == Pairing::all_to_all) {
      std::fill(depression_.begin(), depression_.end(), 0.0);
      const Step reach = static_cast<Step>(depression_table_.size());
      for (std::size_t k = delivered_; k-- > 0 && t - log_[k].arrival < reach;) {
        if (log_[k].arrival == t && !R::pairs_at_zero) continue;
        depression_[log_[k].post] += look_up(depression_table_, t - log_[k].arrival);
        any_depression_ = true;
      }
      return;
    }
    for (int j = 0; j < n_post(); ++j) {
      const Step post = depressing_post(j, t);
      depression_[j] = post == never ? 0.0 : look_up(depression_table_, t - post);
      any_depression_ |= depression_[j] != 0.0;
    }
  }

  void depress_without_table(const Pre& pre, double* row, Step t) {
    const auto change = [&](Step post, double w) {
      return rule_.dw(-static_cast<double>(t - post) * step_ms_, w);
    };
    if (pairing_ == Pairing::all_to_all) {
      std::fill(depression_.begin(), depression_.end(), 0.0);
      for (std::size_t k = delivered_; k-- > 0;) {
        if (log_[k].arrival == t && !R::pairs_at_zero) continue;
        depression_[log_[k].post] += change(log_[k].arrival, row[log_[k].post]);
      }
      for (int j = 0; j < n_post(); ++j) row[j] = clipped(row[j] + depression_[j]);
      return;
    }
    for (int j = 0; j < n_post(); ++j) {
      const Step post = depressing_post(j, t);
      if (post != never && takes_depression(pre, j))
        row[j] = clipped(row[j] + change(post, row[j]));
    }
  }

  void remember(int i, Step t) {
    Pre& pre = pre_[i];
    if (pairing_ == Pairing::first_spike && pre.last != never) return;
    pre.last = t;
    if (!sums_over_pre()) return;
    if constexpr (SeparableRule<R>) {
      const Step reach = static_cast<Step>(potentiation_table_.size());
      std::erase_if(pre.earlier, [&](Step earlier) { return t - earlier > reach; });
    }
    pre.earlier.push_back(t);
  }

  // Keeps the log bounded: brings all rows up to date, then drops what no pair can need again (a
  // rule without a reach needs everything when all pairs count).
  void trim_log(Step t) {
    complete(t);
    deliver(t);
    Step oldest = t;
    if (pairing_ == Pairing::all_to_all) {
      oldest = never;
      if constexpr (SeparableRule<R>) oldest = t - static_cast<Step>(depression_table_.size());
    }
    std::size_t n = 0;
    while (n < delivered_ && log_[n].arrival < oldest) ++n;
    log_.erase(log_.begin(), log_.begin() + static_cast<std::ptrdiff_t>(n));
    delivered_ -= n;
    for (auto& pre : pre_) pre.next_post -= n;
    log_limit_ = std::max(log_limit_, 2 * log_.size());
  }

  R rule_;
  Pairing pairing_;
  double step_ms_;
  Step delay_;
  Weights w_;
  bool plastic_ = true;

  std::vector<double> potentiation_table_, depression_table_;  // S(+k h), S(-k h)
  std::vector<Pre> pre_;
  std::vector<Post> post_;
  std::vector<LogEntry> log_;
  std::size_t delivered_ = 0;  // log entries that have reached the synapses
  std::size_t log_limit_ = 1 << 16;

  std::vector<double> depression_;  // per post neuron, for step depression_step_
  Step depression_step_ = never;
  bool any_depression_ = false;
};

}  // namespace memplast
