#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include "../numeric/huge_pages.hpp"
#include "arrivals.hpp"
#include "crossbar_kernels.hpp"
#include "devices.hpp"
#include "pair_rule.hpp"
#include "pairing.hpp"
#include "spikes.hpp"

namespace memplast {

/// An all-to-all crossbar of plastic synapses on a time grid.
///
/// Spikes are announced in order of time, post spikes before pre spikes of the same step; post
/// spikes may be up to a delay ahead of pre spikes. The whole delay d is dendritic: a post spike
/// reaches the synapses d steps after its stamp, and only then forms pairs. A synapse stores its
/// weight and nothing else; what the pairing schemes need to know is kept once per pre and once per
/// post neuron:
///  - Potentiation is lazy. Post spikes go into one ordered log; a row replays what it has not seen
///    just before its pre spike depresses it. The order of changes at each synapse is that of an
///    eager update, so the bits are the same.
///  - Depression at step t needs, of each post neuron, one number S(t_post + d - t), the same for
///    every pre spike of the step. With a SeparableRule it comes from a table of the window on the
///    grid; a block of steps shorter than the delay is computed at once, for what arrives meanwhile
///    is under way already. The row update is a vector multiply-add, some rows at a time.
/// With up to four post neurons a row is one vector and a post spike cheap: it acts at once, and
/// the pre spikes between two of them go through one loop (see is_narrow).
///
/// On devices that are not ideal every change and every read is theirs: no table, no vectors.
///
/// A rule in single precision (NcMemristor<float>) makes a crossbar in single precision: weights,
/// tables and changes are float, currents stay double.
template <PairRule R, class Devices = IdealDevices>
class Crossbar {
  static constexpr bool ideal = std::is_same_v<Devices, IdealDevices>;
  static constexpr bool tabulated = ideal && SeparableRule<R>;
  static constexpr bool is_single() {
    if constexpr (tabulated)
      return std::is_same_v<decltype(std::declval<const R&>().S(0.0)), float>;
    else
      return false;
  }

 public:
  using Real = std::conditional_t<is_single(), float, double>;
  using Matrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

  Crossbar(R rule, Pairing pairing, double step_ms, Step delay_steps, Weights weights,
           Devices devices = {})
      : rule_(std::move(rule)),
        devices_(std::move(devices)),
        pairing_(pairing),
        step_ms_(step_ms),
        delay_(delay_steps),
        w_(in_own_precision(std::move(weights))),
        pre_(static_cast<std::size_t>(w_.rows())),
        post_(static_cast<std::size_t>(w_.cols())),
        depression_(post_.last.size() * (computes_blocks() ? kernels::block_steps : 1), Real(0)) {
    if constexpr (tabulated) {
      potentiation_table_ = tabulate(rule_.reach_plus(), +1.0);
      depression_table_ = tabulate(rule_.reach_minus(), -1.0);
    }
    prefer_huge_pages(w_.data(), static_cast<std::size_t>(w_.size()) * sizeof(Real));
    if (is_narrow()) {
      w_.conservativeResize(n_pre() + kernels::few - 1, Eigen::NoChange);  // see pre_spikes_of_few
      w_.bottomRows(kernels::few - 1).setZero();
      sent_ = Matrix::Zero(n_pre(), kernels::few);
      sent_.leftCols(n_post()) = w_.topRows(n_pre());
    }
  }

  int n_pre() const { return static_cast<int>(pre_.last.size()); }
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
    std::ranges::fill(pre_.last, t);
  }

  /// Post neuron j fires at step t; it reaches the synapses at t + d.
  void post_spike(int j, Step t) {
    if (!plastic_) return;
    if (log_.size() >= log_limit_) trim_log(t - delay_);
    log_.push_back(t + delay_, std::exchange(post_.latest_logged[j], t + delay_),
                   std::exchange(post_.entries_to_latest[j], log_.entries() + 1), j);
  }

  /// Pre neuron i fires at step t. Adds to out[j] what it transmits, `scale` times the weight:
  /// every pair that is complete by t has acted, this spike's own depression included.
  void pre_spike(int i, Step t, double scale, std::span<double> out) {
    Real* const row = w_.row(i).data();
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
  std::span<const Real> pre_spike(int i, Step t) {
    transmitted_.assign(static_cast<std::size_t>(n_post()), 0.0);
    pre_spike(i, t, 0.0, transmitted_);
    return {w_.row(i).data(), transmitted_.size()};
  }

  /// The same for all pre spikes of step t: the first n of `spikes`, in this order; their own
  /// stamps are not read. Those after them tell which rows will be needed next.
  void pre_spikes(Step t, std::span<const Spike> spikes, std::size_t n, double scale,
                  std::span<double> out) {
    if constexpr (tabulated) {
      if (plastic_ && shares_factors()) {
        deliver(t);
        for (std::size_t together; n > 0; n -= together) {
          together = group_size(spikes.first(n));
          pre_spikes_of_group(t, spikes.first(together), spikes.subspan(together), scale, out);
          spikes = spikes.subspan(together);
        }
        return;
      }
    }
    for (const Spike& spike : spikes.first(n)) pre_spike(spike.neuron, t, scale, out);
  }

  /// The pre spikes of some steps: those of `spikes`, stamped relative to `start`, up to the step
  /// `until`; returns the others. What they transmit joins the currents under way after `until`.
  std::span<const Spike> pre_spikes_until(Step until, Step start, std::span<const Spike> spikes,
                                          double scale, const Arrivals& arrivals) {
    while (!spikes.empty() && start + spikes.front().step <= until) {
      const Step t = start + spikes.front().step;
      std::size_t n = 1;
      if (is_narrow()) {
        n = pre_spikes_of_few(until, start, spikes, scale, arrivals);
      } else {
        while (n < spikes.size() && spikes[n].step == spikes.front().step) ++n;
        double* const out = arrivals.at(t + delay_ - until);
        pre_spikes(t, spikes, n, scale, {out, static_cast<std::size_t>(n_post())});
      }
      spikes = spikes.subspan(n);
    }
    return spikes;
  }

  /// Brings every row up to date with the post spikes that have reached the synapses by step t.
  void complete(Step t) {
    deliver(t);
    for (int i = 0; i < n_pre(); ++i) replay(i);
    if (is_narrow()) sent_.leftCols(n_post()) = w_.topRows(n_pre());
  }

  /// Forgets all spikes (not the weights): the next trial starts afresh. Pairs not yet completed
  /// are lost.
  void forget() {
    if (is_narrow()) w_.topRows(n_pre()) = sent_.leftCols(n_post());
    pre_.forget();
    post_.forget();
    log_.erase_front(log_.size());
    delivered_ = 0;
    factors_end_ = never;
  }

  /// Takes over weights that are kept elsewhere, between trials, until it gives them back: by
  /// exchange of the storage where that has the same form.
  void take(Weights& w) {
    if constexpr (std::is_same_v<Real, double>) {
      if (!is_narrow()) {
        w_.swap(w);
        return;
      }
    }
    w_.topRows(n_pre()) = w.template cast<Real>();
    if (is_narrow()) sent_.leftCols(n_post()) = w_.topRows(n_pre());
  }
  /// After take(), once complete() or without spikes: the weights go back to where they are kept.
  void give(Weights& w) {
    if constexpr (std::is_same_v<Real, double>) {
      if (!is_narrow()) {
        w_.swap(w);
        return;
      }
    }
    w = weights().template cast<double>();
  }

  /// What the devices transmit in these states, read noise apart.
  decltype(auto) transmitted() const {
    if constexpr (ideal)
      return weights();
    else
      return devices_.transmitted(w_);
  }
  Devices& devices() { return devices_; }

  /// The weights as last transmitted; after complete(t), with every pair completed by t.
  auto weights() const {
    const Matrix& w = is_narrow() ? sent_ : w_;
    return Eigen::Map<const Matrix, 0, Eigen::OuterStride<>>(w.data(), n_pre(), n_post(),
                                                             Eigen::OuterStride<>(w.cols()));
  }

 private:
  // By pre neuron.
  struct Pres {
    explicit Pres(std::size_t n) : last(n, never), next_post(n, 0), earlier(n) {}
    void forget() {
      std::ranges::fill(last, never);
      std::ranges::fill(next_post, 0);
      for (auto& steps : earlier) steps.clear();
    }
    std::vector<Step> last;                  // first_spike: the first
    std::vector<std::size_t> next_post;      // first log entry that the row has not replayed
    std::vector<std::vector<Step>> earlier;  // within reach, for the schemes that sum over them
  };

  // What has reached the synapses, by post neuron; what is said of the latest may still be under
  // way. Those that kernels read are filled up to whole blocks with neurons that never fire.
  struct Posts {
    explicit Posts(std::size_t n)
        : latest_logged(n, never),
          first(n, never),
          before_last((n + 7) / 8 * 8, never),
          last(before_last.size(), never),
          entries_to_latest(n, 0) {}
    void forget() {
      for (auto* steps : {&latest_logged, &first, &last, &before_last})
        std::fill(steps->begin(), steps->end(), never);
      std::fill(entries_to_latest.begin(), entries_to_latest.end(), 0);
    }
    std::vector<Step> latest_logged, first, before_last, last;
    std::vector<std::size_t> entries_to_latest;  // of the log, ever; 0 if it never fired
  };

  // Post spikes in order of arrival at the synapses.
  struct Log {
    std::vector<Step> arrival;
    std::vector<Step> previous;  // arrival of the same neuron's spike before
    std::vector<int> post;
    std::vector<std::size_t> repeats;  // of all entries so far, the most recent to have come again:
                                       // entries ever up to it; 0 if none has
    std::size_t erased = 0;

    std::size_t size() const { return arrival.size(); }
    std::size_t entries() const { return erased + size(); }
    void push_back(Step a, Step p, std::size_t entries_to_previous, int j) {
      arrival.push_back(a);
      previous.push_back(p);
      post.push_back(j);
      repeats.push_back(std::max(entries_to_previous, repeats.empty() ? 0 : repeats.back()));
    }
    void erase_front(std::size_t n) {
      const auto k = static_cast<std::ptrdiff_t>(n);
      arrival.erase(arrival.begin(), arrival.begin() + k);
      previous.erase(previous.begin(), previous.begin() + k);
      post.erase(post.begin(), post.begin() + k);
      repeats.erase(repeats.begin(), repeats.begin() + k);
      erased += n;
    }
    // The end of the entries from `begin` to `end` that arrived by step t.
    std::size_t arrived_by(Step t, std::size_t begin, std::size_t end) const {
      if (begin == end || arrival[end - 1] <= t) return end;
      const auto first = arrival.begin() + static_cast<std::ptrdiff_t>(begin);
      const auto last = arrival.begin() + static_cast<std::ptrdiff_t>(end);
      return static_cast<std::size_t>(std::upper_bound(first, last, t) - arrival.begin());
    }
    // The end of the longest run from `begin` to `end` at most in which no neuron comes twice.
    std::size_t end_of_batch(std::size_t begin, std::size_t end) const {
      const auto first = repeats.begin() + static_cast<std::ptrdiff_t>(begin);
      const auto last = repeats.begin() + static_cast<std::ptrdiff_t>(end);
      if (last[-1] <= erased + begin) return end;
      return static_cast<std::size_t>(std::upper_bound(first, last, erased + begin) -
                                      repeats.begin());
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

  // S at 0, 1, 2 ... steps to the given side, then the zeros that kernels expect.
  struct Tabulated {
    std::vector<Real> S;
    kernels::Table<Real> view() const { return {S.data(), longest()}; }
    Step longest() const { return static_cast<Step>(S.size() - 1 - kernels::block_steps); }
    Real at(Step lag) const { return view().at(lag); }
  };
  Tabulated tabulate(double reach_ms, double sign) const requires tabulated {
    const auto reach = static_cast<std::size_t>(std::ceil(reach_ms / step_ms_));
    Tabulated table{std::vector<Real>(reach + 2 + kernels::block_steps, Real(0))};
    for (std::size_t k = 0; k <= reach; ++k)
      table.S[k] = rule_.S(sign * static_cast<double>(k) * step_ms_);
    return table;
  }

  // Whether there are so few post neurons that one vector holds a row. Potentiation is not lazy
  // then: a post spike acts on its whole column when it reaches the synapses, and `sent_` keeps
  // what lazy rows would hold.
  bool is_narrow() const {
    return tabulated && n_post() <= kernels::few && pairing_ == Pairing::nearest_symmetric;
  }

  // Pre spikes up to `until`, or to the next post spike that reaches the synapses; returns how
  // many.
  std::size_t pre_spikes_of_few(Step until, Step start, std::span<const Spike> spikes, double scale,
                                const Arrivals& arrivals) {
    if constexpr (tabulated) {
      Step end = until + 1;
      if (plastic_) {
        deliver(start + spikes.front().step);
        if (delivered_ < log_.size()) end = std::min(end, log_.arrival[delivered_]);
      }
      std::size_t n = 0;
      with_state([&](const auto& state) {
        n = kernels::pre_spikes_of_few<R::pairs_at_zero>(
            state, depression_table_.view(), post_.last.data(), post_.before_last.data(),
            plastic_ ? pre_.last.data() : nullptr, w_.data(), n_post(), sent_.data(), spikes, start,
            end, scale, arrivals, delay_ - until);
      });
      return n;
    }
    return 0;
  }

  // Potentiates a row by the delivered post spikes that it has not seen.
  void replay(int i) {
    if (is_narrow()) return;  // it has seen all
    const std::size_t begin = std::exchange(pre_.next_post[i], delivered_), end = delivered_;
    Real* const row = w_.row(i).data();
    if (sums_over_pre()) {
      for (std::size_t k = begin; k < end; ++k) potentiate_by_sum(i, k, row);
    } else if (pre_.last[i] != never) {
      potentiate_by_nearest(i, begin, end, row);
    }
  }

  static Matrix in_own_precision(Weights&& w) {
    if constexpr (std::is_same_v<Real, double>)
      return std::move(w);
    else
      return w.template cast<Real>();
  }

  // Whether entry k of the log may pair with this last (first_spike: first) pre spike of a row.
  bool pairs(std::size_t k, Step last_pre) const {
    if (pairing_ == Pairing::nearest_restricted) return log_.previous[k] <= last_pre;
    return pairing_ != Pairing::first_spike || log_.previous[k] == never;
  }

  void potentiate_by_nearest(int i, std::size_t begin, std::size_t end, Real* row) {
    const Step last_pre = pre_.last[i];
    if constexpr (tabulated) {
      if (shares_factors() && end - begin >= kernels::worth_a_vector) {
        end = log_.arrived_by(last_pre + potentiation_table_.longest(), begin, end);
        for (std::size_t n = 0; begin < end; begin += n) {
          n = log_.end_of_batch(begin, std::min(end, begin + kernels::largest_batch)) - begin;
          with_state([&](const auto& state) {
            kernels::potentiate_batch(state, potentiation_table_.view(), last_pre,
                                      &log_.arrival[begin], &log_.post[begin], n, row);
          });
        }
        return;
      }
    }
    for (std::size_t k = begin; k < end; ++k) {
      if (!pairs(k, last_pre)) continue;
      const Step lag = log_.arrival[k] - last_pre;
      Real& w = row[log_.post[k]];
      if constexpr (tabulated)  // as the kernels do
        w = clipped(w + potentiation_table_.at(lag) * static_cast<Real>(rule_.D_plus(w)));
      else
        change(i, log_.post[k], row, rule_.dw(static_cast<double>(lag) * step_ms_, w));
    }
  }

  // One post spike with all pre spikes of the row, or with those since the neuron's previous post.
  void potentiate_by_sum(int i, std::size_t k, Real* row) {
    const Step arrival = log_.arrival[k];
    const Step since = pairing_ == Pairing::all_to_all ? never : log_.previous[k];
    const double w = row[log_.post[k]];
    double sum = 0.0;
    for (const Step t : pre_.earlier[i]) {
      if (t < since) continue;
      if constexpr (tabulated)
        sum += potentiation_table_.at(arrival - t);
      else
        sum += rule_.dw(static_cast<double>(arrival - t) * step_ms_, w);
    }
    if constexpr (tabulated) sum *= rule_.D_plus(w);
    change(i, log_.post[k], row, sum);
  }

  // One write of device (i, j).
  void change(int i, int j, Real* row, double dw) {
    row[j] = static_cast<Real>(devices_.program(i, j, row[j], dw));
  }

  void transmit(int i, const Real* row, double scale, std::span<double> out) {
    for (std::size_t j = 0; j < out.size(); ++j)
      out[j] += scale * devices_.read(i, static_cast<int>(j), row[j]);
  }

  // Moves the post neurons' memory on to what has reached the synapses by step t.
  void deliver(Step t) {
    for (; delivered_ < log_.size() && log_.arrival[delivered_] <= t; ++delivered_) {
      const auto j = static_cast<std::size_t>(log_.post[delivered_]);
      if constexpr (tabulated)
        if (is_narrow())
          with_state([&](const auto& state) {
            kernels::potentiate_column(state, potentiation_table_.view(), log_.arrival[delivered_],
                                       pre_.last.data(), pre_.last.size(), w_.data() + j, n_post());
          });
      post_.before_last[j] = std::exchange(post_.last[j], log_.arrival[delivered_]);
      if (post_.first[j] == never) post_.first[j] = post_.last[j];
    }
  }

  // Whether a pre spike of row i pairs with any post before it (first_spike: only the row's first).
  bool depresses(int i) const { return pairing_ != Pairing::first_spike || pre_.last[i] == never; }

  // The post spike of neuron j that a pre spike at t pairs with, or never.
  Step depressing_post(std::size_t j, Step t) const {
    const bool only_first = pairing_ == Pairing::first_spike;
    const Step latest = only_first ? post_.first[j] : post_.last[j];
    if (rule_.pairs_at_zero || latest != t) return latest;
    return only_first ? never : post_.before_last[j];
  }

  // nearest_restricted: no post since the row's last pre, no pair.
  bool is_restricted(int i, std::size_t j) const {
    return pairing_ == Pairing::nearest_restricted && post_.last[j] <= pre_.last[i];
  }

  void depress(int i, Step t, double scale, std::span<double> out) {
    Real* const row = w_.row(i).data();
    if constexpr (tabulated) {
      const Real* S = factors_at(t);
      if (pairing_ == Pairing::nearest_restricted) {
        restricted_.resize(out.size());
        for (std::size_t j = 0; j < out.size(); ++j)
          restricted_[j] = is_restricted(i, j) ? 0.0 : S[j];
        S = restricted_.data();
      }
      depress_rows(S, std::array{row}, {}, scale, out);
    } else {
      depress_without_table(i, row, t);
      transmit(i, row, scale, out);
    }
  }

  // Depresses rows and transmits them, in pieces that stay in the nearest cache. Meanwhile asks for
  // the rows of `next`, if the crossbar is so large that they are far away.
  void depress_rows(const Real* S, kernels::Rows<Real> rows, std::span<const Spike> next,
                    double scale, std::span<double> out) {
    if (out.size() < kernels::worth_a_vector) {
      for (Real* const row : rows)
        for (std::size_t j = 0; j < out.size(); ++j) {
          row[j] = clipped(row[j] + S[j] * static_cast<Real>(rule_.D_minus(row[j])));
          out[j] += scale * static_cast<double>(row[j]);
        }
      return;
    }
    constexpr std::size_t piece = 512, per_line = 64 / sizeof(Real);
    constexpr Eigen::Index large = 1 << 22;  // bytes
    next = next.first(w_.size() * static_cast<Eigen::Index>(sizeof(Real)) < large
                          ? 0
                          : std::min(next.size(), kernels::largest_group));
    for (std::size_t begin = 0; begin < out.size(); begin += piece) {
      const std::size_t end = std::min(begin + piece, out.size());
      for (const Spike& spike : next)
        for (std::size_t j = begin; j < end; j += per_line)
          __builtin_prefetch(w_.row(spike.neuron).data() + j, 1);
      with_state([&](const auto& state) { kernels::depress(state, S, begin, end, rows); });
      const auto transmit = [&](auto each) {
        kernels::transmit(rows, scale, begin, end, out.data(), each);
      };
      switch (rows.size()) {
        case 4:
          transmit(std::make_index_sequence<4>());
          break;
        case 3:
          transmit(std::make_index_sequence<3>());
          break;
        case 2:
          transmit(std::make_index_sequence<2>());
          break;
        default:
          transmit(std::make_index_sequence<1>());
      }
    }
  }

  // Whether at a step every pre spike depresses by the same factors.
  bool shares_factors() const {
    return pairing_ != Pairing::nearest_restricted && pairing_ != Pairing::first_spike;
  }

  // How many of the next pre spikes, no row twice, are handled together.
  static std::size_t group_size(std::span<const Spike> spikes) {
    std::size_t n = 1;
    const auto is_new = [&](int i) {
      return std::none_of(spikes.begin(), spikes.begin() + static_cast<std::ptrdiff_t>(n),
                          [i](const Spike& spike) { return spike.neuron == i; });
    };
    while (n < std::min(spikes.size(), kernels::largest_group) && is_new(spikes[n].neuron)) ++n;
    return n;
  }

  void pre_spikes_of_group(Step t, std::span<const Spike> group, std::span<const Spike> next,
                           double scale, std::span<double> out) requires tabulated {
    std::array<Real*, kernels::largest_group> rows;
    for (std::size_t r = 0; r < group.size(); ++r) {
      replay(group[r].neuron);
      rows[r] = w_.row(group[r].neuron).data();
    }
    depress_rows(factors_at(t), std::span(rows).first(group.size()), next, scale, out);
    for (const Spike& spike : group) remember(spike.neuron, t);
  }

  // Whether depression factors come in blocks of steps: each is one look-up per post neuron, and
  // who arrives within the block is known when it starts.
  bool computes_blocks() const {
    return static_cast<std::size_t>(n_post()) >= kernels::worth_a_vector &&
           delay_ >= static_cast<Step>(kernels::block_steps) && pairing_ != Pairing::all_to_all &&
           pairing_ != Pairing::first_spike;
  }

  // S(t_post + d - t), summed over the post spikes that a pre spike at t pairs with, by neuron.
  const Real* factors_at(Step t) requires tabulated {
    if (t >= factors_begin_ && t < factors_end_)
      return depression_.data() + static_cast<std::size_t>(t - factors_begin_) * post_.last.size();
    factors_begin_ = t;
    if (computes_blocks())
      compute_block(t);
    else
      compute_step(t);
    return depression_.data();
  }

  void compute_step(Step t) requires tabulated {
    factors_end_ = t + 1;
    const auto n = static_cast<std::size_t>(n_post());
    if (pairing_ != Pairing::all_to_all) {
      for (std::size_t j = 0; j < n; ++j)
        depression_[j] = depression_table_.at(t - depressing_post(j, t));
      return;
    }
    std::fill(depression_.begin(), depression_.end(), 0.0);
    for (std::size_t k = delivered_; k-- > 0 && t - log_.arrival[k] <= depression_table_.longest();)
      if (log_.arrival[k] != t || rule_.pairs_at_zero)
        depression_[static_cast<std::size_t>(log_.post[k])] +=
            depression_table_.at(t - log_.arrival[k]);
  }

  void compute_block(Step t) requires tabulated {
    factors_end_ = t + static_cast<Step>(kernels::block_steps);
    const std::size_t n = post_.last.size();
    kernels::depression_factors(depression_table_.view(), t, post_.last.data(), n,
                                depression_.data());
    // Corrections: a post spike at t itself that does not count yet, and those that arrive later.
    if (!rule_.pairs_at_zero)
      for (std::size_t k = delivered_; k-- > 0 && log_.arrival[k] == t;) {
        const auto j = static_cast<std::size_t>(log_.post[k]);
        depression_[j] = depression_table_.at(t - depressing_post(j, t));
      }
    for (std::size_t k = delivered_; k < log_.size() && log_.arrival[k] < factors_end_; ++k) {
      const auto j = static_cast<std::size_t>(log_.post[k]);
      for (Step lag = rule_.pairs_at_zero ? 0 : 1; log_.arrival[k] + lag < factors_end_; ++lag)
        depression_[static_cast<std::size_t>(log_.arrival[k] + lag - t) * n + j] =
            depression_table_.at(lag);
    }
  }

  void depress_without_table(int i, Real* row, Step t) {
    const auto dw = [&](Step post, double w) {
      return rule_.dw(-static_cast<double>(t - post) * step_ms_, w);
    };
    if (pairing_ == Pairing::all_to_all) {
      std::fill(depression_.begin(), depression_.end(), 0.0);
      for (std::size_t k = delivered_; k-- > 0;)
        if (log_.arrival[k] != t || rule_.pairs_at_zero)
          depression_[static_cast<std::size_t>(log_.post[k])] +=
              dw(log_.arrival[k], row[log_.post[k]]);
      for (int j = 0; j < n_post(); ++j)
        change(i, j, row, depression_[static_cast<std::size_t>(j)]);
      return;
    }
    for (std::size_t j = 0; j < static_cast<std::size_t>(n_post()); ++j) {
      const Step post = depressing_post(j, t);
      if (post != never && !is_restricted(i, j))
        change(i, static_cast<int>(j), row, dw(post, row[j]));
    }
  }

  void remember(int i, Step t) {
    if (pairing_ == Pairing::first_spike && pre_.last[i] != never) return;
    pre_.last[i] = t;
    if (is_narrow()) sent_.row(i).head(n_post()) = w_.row(i);
    if (!sums_over_pre()) return;
    if constexpr (tabulated) {
      std::erase_if(pre_.earlier[i],
                    [&](Step earlier) { return t - earlier > potentiation_table_.longest(); });
    }
    pre_.earlier[i].push_back(t);
  }

  // Keeps the log bounded: brings all rows up to date, then drops what no pair can need again (a
  // rule without a reach needs everything when all pairs count).
  void trim_log(Step t) {
    complete(t);
    Step oldest = t;
    if (pairing_ == Pairing::all_to_all) {
      oldest = never;
      if constexpr (tabulated) oldest = t - depression_table_.longest() - delay_;
    }
    std::size_t n = 0;
    while (n < delivered_ && log_.arrival[n] < oldest) ++n;
    log_.erase_front(n);
    delivered_ -= n;
    for (std::size_t& k : pre_.next_post) k -= std::min(k, n);
    log_limit_ = std::max(log_limit_, 2 * log_.size());
  }

  R rule_;
  Devices devices_;
  Pairing pairing_;
  double step_ms_;
  Step delay_;
  Matrix w_;
  Matrix sent_;  // narrow: the weights as last transmitted, rows filled up to a vector
  bool plastic_ = true;

  Tabulated potentiation_table_, depression_table_;  // S(+k h), S(-k h)
  Pres pre_;
  Posts post_;
  Log log_;
  std::size_t delivered_ = 0;  // log entries that have reached the synapses
  std::size_t log_limit_ = 1 << 16;

  std::vector<Real> depression_;  // [step][post], for pre spikes from factors_begin_ on
  Step factors_begin_ = never, factors_end_ = never;
  std::vector<Real> restricted_;     // scratch
  std::vector<double> transmitted_;  // scratch
};

}  // namespace memplast
