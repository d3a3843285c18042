#include "synapses.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

#include "../../lib/numeric/huge_pages.hpp"

namespace memplast {
namespace {

// The minus devices of pairs have draws of their own.
constexpr std::uint64_t minus_devices = 0x6d696e7573;

}  // namespace

Synapses::Synapses(const Device& device, const Weights& start, std::uint64_t seed)
    : device_(device),
      plain_(device.spread.is_ideal() && shows_states()),
      lot_(seed, Purpose::rounding) {
  require_usable(device, "device");
  const Weights share = start / device.w_max;
  switch (device.mapping) {
    case Mapping::single:
      plus_.w = share;
      break;
    case Mapping::differential:
      minus_.w = (0.5 - 0.5 * share.array()).min(1.0).max(0.0);
      [[fallthrough]];
    case Mapping::offset:
      plus_.w = 0.5 + 0.5 * share.array();
      break;
    case Mapping::unidirectional:
      plus_.w = share.array().max(0.0);
      minus_.w = (-share.array()).min(1.0).max(0.0);
      break;
  }
  plus_.w = plus_.w.array().min(1.0).max(0.0).eval();
  prefer_huge_pages(plus_.w.data(), static_cast<std::size_t>(plus_.w.size()) * sizeof(double));
  const auto make_devices = [&](Half& half, std::uint64_t seed_of_half) {
    half.devices.emplace(device_.spread, device_.range, static_cast<int>(half.w.rows()),
                         static_cast<int>(half.w.cols()), seed_of_half, device_.rule->pulses());
    half.devices->settle(half.w);
  };
  if (!is_ideal()) {
    make_devices(plus_, seed);
    if (has_pairs(device.mapping))
      make_devices(minus_, derive_seed(seed, Purpose::device, minus_devices));
  }
  if (!plain_) seen_ = weights_of(plus_.w, minus_.w);
  if (device.programming != Programming::ideal)
    programmer_.emplace(*device.rule, device.programming, device.w_work, device.pulse_w);
  if (device.accumulate) {
    waiting_ = Weights::Zero(n_pre(), n_post());
    if (has_pairs(device.mapping)) waiting_minus_ = waiting_;
  }
}

// ------------------------------------------------------------------------------------- changes

void Synapses::write(Half& half, int i, int j, double dw) {
  double& w = half.w(i, j);
  ledger().count_write(w);
  w = half.devices ? half.devices->program(i, j, w, dw) : clipped(w + dw);
  if (!floor_.empty()) w = std::max(floor_[static_cast<std::size_t>(j)], w);
}

void Synapses::pair(int post, double t_post, std::span<const int> pre,
                    std::span<const double> t_pre, int times, double factor) {
  if (device_.mapping != Mapping::single)
    throw std::logic_error("pairs of spikes act on single devices alone");
  const std::size_t n = pre.size();
  dt_.resize(n);
  w_.resize(n);
  dw_.resize(n);
  for (std::size_t k = 0; k < n; ++k) {
    dt_[k] = t_post - t_pre[k];
    w_[k] = plus_.w(pre[k], post);
  }
  if (times != 1) {  // each device has all its pulses before the next has its first
    for (std::size_t k = 0; k < n; ++k)
      for (int pulse = 0; pulse < times; ++pulse)
        write(plus_, pre[k], post, factor * device_.rule->dw(dt_[k], plus_.w(pre[k], post)));
    return;
  }
  device_.rule->changes(dt_, w_, dw_);
  if (plus_.devices || !floor_.empty()) {
    for (std::size_t k = 0; k < n; ++k) write(plus_, pre[k], post, factor * dw_[k]);
    return;
  }
  double* const column = plus_.w.data() + post;
  const Eigen::Index n_columns = plus_.w.cols();
  double written = ledger().write_weight;
  for (std::size_t k = 0; k < n; ++k) {
    written += w_[k];
    column[pre[k] * n_columns] = clipped(w_[k] + factor * dw_[k]);
  }
  ledger().write_weight = written;
  ledger().writes += static_cast<std::int64_t>(n);
}

void Synapses::step(int post, std::span<const int> pre, std::span<const double> dW) {
  wishes_.clear();
  for (std::size_t k = 0; k < pre.size(); ++k) wish(pre[k], post, dW[k]);
  grant();
}

void Synapses::step(const Weights& dW) {
  wishes_.clear();
  for (int i = 0; i < n_pre(); ++i)
    for (int j = 0; j < n_post(); ++j) wish(i, j, dW(i, j));
  grant();
}

// Notes what the devices of a synapse have to do for a change of its weight.
void Synapses::wish(int i, int j, double dW) {
  if (dW == 0.0) return;
  const auto note = [&](Half& half, double step) {
    if (device_.accumulate) {
      double& waits = (&half == &plus_ ? waiting_ : waiting_minus_)(i, j);
      waits += step;
      const double due = programmer_->base_step(waits);
      const double pulses = due > 0.0 ? std::floor(std::abs(waits) / due) : 0.0;
      step = std::copysign(pulses * due, waits);
      waits -= step;
    }
    if (step != 0.0) wishes_.push_back({&half, i, j, step});
  };
  const double s = dW / device_.w_max;
  switch (device_.mapping) {
    case Mapping::single:
      return note(plus_, s);
    case Mapping::offset:
      return note(plus_, 0.5 * s);
    case Mapping::differential:
      note(plus_, 0.5 * s);
      return note(minus_, -0.5 * s);
    case Mapping::unidirectional: {
      Half &up = s > 0.0 ? plus_ : minus_, &down = s > 0.0 ? minus_ : plus_;
      const double away = std::min(down.w(i, j), std::abs(s));
      note(down, -away);
      return note(up, std::abs(s) - away);
    }
  }
}

void Synapses::grant() {
  switch (device_.programming) {
    case Programming::ideal:
      for (const Wish& w : wishes_) write(*w.half, w.pre, w.post, w.step);
      return;
    case Programming::verified:
      for (const Wish& w : wishes_)
        verify(*w.half, w.pre, w.post, read_device(*w.half, w.pre, w.post) + w.step);
      return;
    case Programming::scaled:
    case Programming::timing:
    case Programming::pulses:
      break;
  }
  struct Due {
    Wish wish;
    Pulses pulses;
  };
  std::vector<Due> due;
  for (const Wish& w : wishes_) {
    // What waited is a whole number of pulses; without a lot, half of one for the rounding.
    const bool by_lot = device_.programming == Programming::pulses && !device_.accumulate;
    const double lot = by_lot ? lot_.uniform() : 0.5;
    due.push_back({w, programmer_->plan(w.step, std::abs(w.step), lot)});
  }
  for (int given = 0;; ++given) {  // the next pulse of all devices that still need one
    std::erase_if(due, [&](const Due& d) { return d.pulses.count <= given; });
    if (due.empty()) return;
    dt_.resize(due.size());
    w_.resize(due.size());
    dw_.resize(due.size());
    for (std::size_t k = 0; k < due.size(); ++k) {
      dt_[k] = due[k].pulses.lag_ms;
      w_[k] = due[k].wish.half->w(due[k].wish.pre, due[k].wish.post);
    }
    device_.rule->changes(dt_, w_, dw_);
    for (std::size_t k = 0; k < due.size(); ++k)
      write(*due[k].wish.half, due[k].wish.pre, due[k].wish.post, due[k].pulses.factor * dw_[k]);
  }
}

// The strongest pulse that does not go too far, and again; in the end the weakest, or none, by a
// lot that makes the mean right.
void Synapses::verify(Half& half, int i, int j, double target) {
  constexpr int most_pulses = 1000;  // a stuck device is given up
  std::size_t k = 0;                 // strength: what went too far once will again, but for noise
  for (int pulse = 0; pulse < most_pulses; ++pulse) {
    const double seen = read_device(half, i, j), rest = target - seen;
    const auto& lags = programmer_->ladder_ms(rest);
    if (lags.empty()) return;
    const auto size = [&](std::size_t strength) {
      return std::abs(device_.rule->dw(lags[strength], clipped(seen)));
    };
    double step = size(k);
    while (step > std::abs(rest) && k + 1 < lags.size()) step = size(++k);
    if (step == 0.0) return;  // no pulse does anything here
    const bool last = step > std::abs(rest);
    if (last && lot_.uniform() * step >= std::abs(rest)) return;
    write(half, i, j, device_.rule->dw(lags[k], half.w(i, j)));
    if (last) return;
  }
}

void Synapses::program(const Weights& target) {
  const Synapses wanted({.rule = device_.rule, .mapping = device_.mapping, .w_max = device_.w_max},
                        target, 0);
  for (const auto& [half, states] :
       {std::pair(&plus_, &wanted.plus_.w), {&minus_, &wanted.minus_.w}})
    for (int i = 0; i < static_cast<int>(states->rows()); ++i)
      for (int j = 0; j < n_post(); ++j)
        if (programmer_)
          verify(*half, i, j, (*states)(i, j));
        else if (const double dw = (*states)(i, j) - half->w(i, j); dw != 0.0)
          write(*half, i, j, dw);
}

void Synapses::set_floor(int post, double w) {
  floor_.resize(static_cast<std::size_t>(n_post()), 0.0);
  floor_[static_cast<std::size_t>(post)] = w;
}

// --------------------------------------------------------------------------------------- reads

double Synapses::read_device(Half& half, int i, int j) {
  const double g = half.devices ? half.devices->read(i, j, half.w(i, j)) : half.w(i, j);
  ledger().reads += 1;
  ledger().read_weight += g;
  return g;
}

double Synapses::weight_of(double plus, double minus) const {
  switch (device_.mapping) {
    case Mapping::single:
      return device_.w_max * plus;
    case Mapping::offset:
      return device_.w_max * (2.0 * plus - 1.0);
    case Mapping::differential:
    case Mapping::unidirectional:
      break;
  }
  return device_.w_max * (plus - minus);
}

void Synapses::read(std::span<const int> pre) {
  look(pre);
  count_seen(pre);
}

void Synapses::look(std::span<const int> pre) {
  if (plain_) return;
  if (shows_states()) {
    for (const int i : pre)
      for (int j = 0; j < n_post(); ++j) seen_(i, j) = plus_.devices->read(i, j, plus_.w(i, j));
    return;
  }
  for (const int i : pre) {
    for (int j = 0; j < n_post(); ++j) {
      const double plus = read_device(plus_, i, j);
      seen_(i, j) = weight_of(plus, has_pairs(device_.mapping) ? read_device(minus_, i, j) : 0.0);
    }
    if (device_.mapping == Mapping::offset) {  // the reference of the row
      ledger().reads += 1;
      ledger().read_weight += 0.5;
    }
  }
}

void Synapses::count_seen(std::span<const int> pre) {
  ledger().input_spikes += static_cast<std::int64_t>(pre.size());
  if (shows_states()) ledger().count_reads(seen(), pre);
}

void Synapses::read() {
  std::vector<int> all(static_cast<std::size_t>(n_pre()));
  std::iota(all.begin(), all.end(), 0);
  read(all);
}

Weights Synapses::weights_of(const Weights& plus, const Weights& minus) const {
  if (shows_states()) return plus;
  Weights out(plus.rows(), plus.cols());
  for (Eigen::Index i = 0; i < plus.rows(); ++i)
    for (Eigen::Index j = 0; j < plus.cols(); ++j)
      out(i, j) = weight_of(plus(i, j), minus.size() > 0 ? minus(i, j) : 0.0);
  return out;
}

Weights Synapses::transmitted() const { return transmitted(snapshot()); }

Weights Synapses::transmitted(const Snapshot& states) const {
  const auto of = [](const Half& half, const Weights& w) {
    return half.devices ? half.devices->transmitted(w) : w;
  };
  return weights_of(of(plus_, states.plus), of(minus_, states.minus));
}

Weights Synapses::conductance_S(const Half& half) const {
  const Weights g = half.devices ? half.devices->transmitted(half.w) : half.w;
  return g.unaryExpr([&](double share) { return device_.range.siemens(share); });
}

Weights Synapses::conductance_minus_S() const { return conductance_S(minus_); }

void Synapses::age() {
  if (plus_.devices) plus_.devices->age();
  if (minus_.devices) minus_.devices->age();
}

void Synapses::restore(const Snapshot& states) {
  plus_.w = states.plus;
  minus_.w = states.minus;
}

// -------------------------------------------------------------------------------------- engines

Synapses::Loan::Loan(Synapses& synapses) : synapses_(synapses) {
  if (synapses.device_.mapping != Mapping::single || synapses.device_.w_max != 1.0)
    throw std::logic_error("pairs of spikes act on single devices alone");
}

void Synapses::count_reads(std::span<const Spike> input) {
  Ledger& counted = ledger();
  counted.input_spikes += static_cast<std::int64_t>(input.size());
  for (const Spike& spike : input) {
    if (!plus_.devices) {
      counted.count_reads(plus_.w, spike.neuron);
      continue;
    }
    counted.reads += n_post();
    for (int j = 0; j < n_post(); ++j) counted.read_weight += transmitted(plus_, spike.neuron, j);
  }
}

void Synapses::count_writes(const std::vector<PairCount>& pairs) {
  ledger().count_writes(pairs, plus_.w);
}

}  // namespace memplast
