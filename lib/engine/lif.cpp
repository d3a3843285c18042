#include "lif.hpp"

#include <algorithm>
#include <limits>
#include <type_traits>

#include "../numeric/vectorised.hpp"

namespace memplast {

namespace {

std::size_t whole_vectors(int n) { return n <= 4 ? 4 : (static_cast<std::size_t>(n) + 7) / 8 * 8; }

}  // namespace

LifPopulation::LifPopulation(const LifParameters& p, int n, double h, Step delay_steps)
    : parameters_(p),
      n_(n),
      propagators_{.V_decay = std::exp(-h / p.tau_m),
                   .V_from_ex = p.psp(h, p.tau_syn_ex),
                   .V_from_in = p.psp(h, p.tau_syn_in),
                   .V_from_I_e = p.tau_m / p.C_m * (1.0 - std::exp(-h / p.tau_m)),  // NEST's form
                   .ex_decay = std::exp(-h / p.tau_syn_ex),
                   .in_decay = std::exp(-h / p.tau_syn_in),
                   .threshold = p.V_th - p.E_L},
      reset_(p.V_reset - p.E_L),
      refractory_steps_(std::lround(p.t_ref / h)),
      V_(whole_vectors(n), -std::numeric_limits<double>::infinity()),
      I_ex_(V_.size(), 0.0),
      I_in_(V_.size(), 0.0),
      I_e_(V_.size(), 0.0),
      refractory_(V_.size(), 0),
      n_rows_(static_cast<std::size_t>(delay_steps)),
      arriving_(n_rows_ * V_.size(), 0.0),
      stopped_(V_.size()) {
  std::fill_n(V_.begin(), n, 0.0);
}

void LifPopulation::reset() {
  std::fill_n(V_.begin(), n_, 0.0);
  std::fill(I_ex_.begin(), I_ex_.end(), 0.0);
  std::fill(I_in_.begin(), I_in_.end(), 0.0);
  std::fill(refractory_.begin(), refractory_.end(), 0);
  std::fill(arriving_.begin(), arriving_.end(), 0.0);
}

namespace {

template <std::size_t lanes>
using Reals [[gnu::vector_size(8 * lanes)]] = double;
template <std::size_t lanes>
using Counts [[gnu::vector_size(8 * lanes)]] = std::int64_t;

[[gnu::always_inline]] inline bool any(const Counts<4>& set) {
  const Counts<4> half = set | __builtin_shufflevector(set, set, 2, 3, 0, 1);
  return (half[0] | half[1]) != 0;
}
[[gnu::always_inline]] inline bool any(const Counts<8>& set) {
  return any(__builtin_shufflevector(set, set, 0, 1, 2, 3) |
             __builtin_shufflevector(set, set, 4, 5, 6, 7));
}

// Moves blocks of neurons on by some steps: V moves unless refractory, currents decay and are
// joined by what arrives. Who reaches the threshold is left as it was and put on the list
// `stopped`; returns the list's length. `others`: inhibitory and external currents may differ from
// zero. Limit: the latency of one step's chain, which neighbouring blocks hide from each other;
// where there is but one, the chain of V leaves out what only the refractory need.
template <std::size_t lanes, bool others>
MEMPLAST_VECTORISED std::size_t advance_blocks(const LifPropagators& propagators, Step steps,
                                               const Arrivals& under_way, double* V_, double* I_ex_,
                                               double* I_in_, const double* I_e_,
                                               std::int64_t* refractory_, std::size_t* stopped) {
  const LifPropagators p = propagators;
  const Arrivals arrivals = under_way;
  std::size_t n_stopped = 0;
  for (std::size_t first = 0; first < arrivals.width; first += lanes) {
    Reals<lanes> V, I_ex, I_in, I_e;
    Counts<lanes> refractory, crossed{};
    __builtin_memcpy(&V, V_ + first, sizeof V);
    __builtin_memcpy(&I_ex, I_ex_ + first, sizeof V);
    __builtin_memcpy(&I_in, I_in_ + first, sizeof V);
    __builtin_memcpy(&I_e, I_e_ + first, sizeof V);
    __builtin_memcpy(&refractory, refractory_ + first, sizeof refractory);
    const Reals<lanes> V_before = V, I_ex_before = I_ex, I_in_before = I_in;
    const auto step = [&](auto may_hold, Step k, const double* row) {
      Reals<lanes> arriving;
      __builtin_memcpy(&arriving, row + first, sizeof V);
      Reals<lanes> moved = V * p.V_decay + I_ex * p.V_from_ex;
      if constexpr (others) {
        moved = moved + I_in * p.V_from_in + I_e * p.V_from_I_e;
        I_in = I_in * p.in_decay;
      }
      if constexpr (may_hold)
        V = refractory > k ? V : moved;
      else
        V = moved;
      I_ex = I_ex * p.ex_decay + arriving;
      crossed |= V >= p.threshold;
    };
    if (lanes == 4 && !any(refractory))
      arrivals.each(steps, [&](Step k, const double* row) { step(std::false_type(), k, row); });
    else
      arrivals.each(steps, [&](Step k, const double* row) { step(std::true_type(), k, row); });
    Counts<lanes> left = refractory > steps ? refractory - steps : Counts<lanes>{};
    if (any(crossed)) {
      for (std::size_t k = 0; k < lanes; ++k)
        if (crossed[k] != 0) stopped[n_stopped++] = first + k;
      V = crossed ? V_before : V;
      I_ex = crossed ? I_ex_before : I_ex;
      I_in = crossed ? I_in_before : I_in;
      left = crossed ? refractory : left;
    }
    __builtin_memcpy(V_ + first, &V, sizeof V);
    __builtin_memcpy(I_ex_ + first, &I_ex, sizeof V);
    if constexpr (others) __builtin_memcpy(I_in_ + first, &I_in, sizeof V);
    __builtin_memcpy(refractory_ + first, &left, sizeof left);
  }
  return n_stopped;
}

}  // namespace

void LifPopulation::advance(Step steps) {
  spiked_.clear();
  const auto move = [&](auto kernel) {
    return kernel(propagators_, steps, arrivals(), V_.data(), I_ex_.data(), I_in_.data(),
                  I_e_.data(), refractory_.data(), stopped_.data());
  };
  const std::size_t n_stopped =
      V_.size() == 4 ? move(others_drive_ ? advance_blocks<4, true> : advance_blocks<4, false>)
                     : move(others_drive_ ? advance_blocks<8, true> : advance_blocks<8, false>);
  for (std::size_t s = 0; s < n_stopped; ++s) advance_one(stopped_[s], steps);
  if (spiked_.size() > 1) std::ranges::sort(spiked_);
  // The rows are free now, for what arrives that a delay later.
  for (std::size_t left = static_cast<std::size_t>(steps); left > 0;) {
    const std::size_t together = std::min(left, n_rows_ - next_row_);
    std::fill_n(arrivals().at(1), together * V_.size(), 0.0);
    next_row_ = (next_row_ + together) % n_rows_;
    left -= together;
  }
}

// One neuron, in the arithmetic of advance_blocks.
void LifPopulation::advance_one(std::size_t j, Step steps) {
  const LifPropagators& p = propagators_;
  double V = V_[j], I_ex = I_ex_[j], I_in = I_in_[j];
  const double I_e = I_e_[j];
  std::int64_t refractory = refractory_[j];
  for (Step k = 1; k <= steps; ++k) {
    const double moved =
        V * p.V_decay + I_ex * p.V_from_ex + I_in * p.V_from_in + I_e * p.V_from_I_e;
    const bool held = refractory > 0;
    V = held ? V : moved;
    refractory -= held;
    I_ex = I_ex * p.ex_decay + arrivals().at(k)[j];
    I_in = I_in * p.in_decay;
    if (V >= p.threshold) {
      V = reset_;
      refractory = refractory_steps_;
      spiked_.push_back({k, static_cast<int>(j)});
    }
  }
  V_[j] = V;
  I_ex_[j] = I_ex;
  I_in_[j] = I_in;
  refractory_[j] = refractory;
}

void LifPopulation::step(std::span<const double> ex, std::span<const double> in) {
  others_drive_ = true;
  std::copy(ex.begin(), ex.end(), arrivals().at(1));
  advance(1);
  for (int j = 0; j < size(); ++j) I_in_[j] += in[j];
}

void LifPopulation::fire(int j) {
  V_[j] = reset_;
  refractory_[j] = refractory_steps_;
}

}  // namespace memplast
