#include "lif.hpp"

#include <algorithm>

#include "vectorised.hpp"

namespace memplast {

LifPopulation::LifPopulation(const LifParameters& p, int n, double h)
    : parameters_(p),
      propagators_{.V_decay = std::exp(-h / p.tau_m),
                   .V_from_ex = p.psp(h, p.tau_syn_ex),
                   .V_from_in = p.psp(h, p.tau_syn_in),
                   .V_from_I_e = p.tau_m / p.C_m * (1.0 - std::exp(-h / p.tau_m)),  // NEST's form
                   .ex_decay = std::exp(-h / p.tau_syn_ex),
                   .in_decay = std::exp(-h / p.tau_syn_in),
                   .threshold = p.V_th - p.E_L},
      reset_(p.V_reset - p.E_L),
      refractory_steps_(std::lround(p.t_ref / h)),
      V_(n, 0.0),
      I_ex_(n, 0.0),
      I_in_(n, 0.0),
      I_e_(n, 0.0),
      refractory_(n, 0) {}

void LifPopulation::reset() {
  std::fill(V_.begin(), V_.end(), 0.0);
  std::fill(I_ex_.begin(), I_ex_.end(), 0.0);
  std::fill(I_in_.begin(), I_in_.end(), 0.0);
  std::fill(refractory_.begin(), refractory_.end(), 0);
}

namespace {

constexpr std::size_t lanes = 8;

// Moves blocks of eight neurons on by the steps of `ex`: V moves unless refractory, currents decay
// and are joined by what arrives. A block in which someone reaches the threshold is left as it was
// and put on the list `stopped`; returns the list's length. `others`: inhibitory and external
// currents may differ from zero. Limit: the latency of one step's chain, which neighbouring blocks
// hide from each other.
template <bool others>
MEMPLAST_VECTORISED std::size_t advance_blocks(const LifPropagators p, std::size_t n_blocks,
                                               std::span<const double* const> ex, double* V_,
                                               double* I_ex_, double* I_in_, const double* I_e_,
                                               std::int64_t* refractory_, std::size_t* stopped) {
  using Reals [[gnu::vector_size(64)]] = double;
  using Counts [[gnu::vector_size(64)]] = std::int64_t;
  std::size_t n_stopped = 0;
  for (std::size_t block = 0; block < n_blocks; ++block) {
    const std::size_t first = block * lanes;
    Reals V, I_ex, I_in, I_e, arriving;
    Counts refractory, crossed{};
    __builtin_memcpy(&V, V_ + first, sizeof V);
    __builtin_memcpy(&I_ex, I_ex_ + first, sizeof V);
    __builtin_memcpy(&I_in, I_in_ + first, sizeof V);
    __builtin_memcpy(&I_e, I_e_ + first, sizeof V);
    __builtin_memcpy(&refractory, refractory_ + first, sizeof refractory);
    for (const double* const row : ex) {
      __builtin_memcpy(&arriving, row + first, sizeof V);
      Reals moved = V * p.V_decay + I_ex * p.V_from_ex;
      if constexpr (others) {
        moved = moved + I_in * p.V_from_in + I_e * p.V_from_I_e;
        I_in = I_in * p.in_decay;
      }
      const Counts held = refractory > 0;  // -1 where it is
      V = held ? V : moved;
      refractory += held;
      I_ex = I_ex * p.ex_decay + arriving;
      crossed |= V >= p.threshold;
    }
    std::int64_t any = 0;
    for (std::size_t k = 0; k < lanes; ++k) any |= crossed[k];
    if (any != 0) {
      stopped[n_stopped++] = block;
      continue;
    }
    __builtin_memcpy(V_ + first, &V, sizeof V);
    __builtin_memcpy(I_ex_ + first, &I_ex, sizeof V);
    if constexpr (others) __builtin_memcpy(I_in_ + first, &I_in, sizeof V);
    __builtin_memcpy(refractory_ + first, &refractory, sizeof refractory);
  }
  return n_stopped;
}

}  // namespace

void LifPopulation::advance(std::span<const double* const> ex) {
  spiked_.clear();
  const std::size_t n = V_.size(), n_blocks = n / lanes;
  const auto kernel = others_drive_ ? advance_blocks<true> : advance_blocks<false>;
  stopped_.resize(n_blocks);
  const std::size_t n_stopped =
      n_blocks == 0 ? 0
                    : kernel(propagators_, n_blocks, ex, V_.data(), I_ex_.data(), I_in_.data(),
                             I_e_.data(), refractory_.data(), stopped_.data());
  for (std::size_t s = 0; s < n_stopped; ++s)
    for (std::size_t j = stopped_[s] * lanes; j < (stopped_[s] + 1) * lanes; ++j)
      advance_one(j, ex);
  for (std::size_t j = n_blocks * lanes; j < n; ++j) advance_one(j, ex);
  std::sort(spiked_.begin(), spiked_.end(), [](const Spike& a, const Spike& b) {
    return a.step != b.step ? a.step < b.step : a.neuron < b.neuron;
  });
}

// One neuron by the steps of `ex`, in the arithmetic of advance_blocks.
void LifPopulation::advance_one(std::size_t j, std::span<const double* const> ex) {
  const LifPropagators& p = propagators_;
  double V = V_[j], I_ex = I_ex_[j], I_in = I_in_[j];
  const double I_e = I_e_[j];
  std::int64_t refractory = refractory_[j];
  for (std::size_t k = 0; k < ex.size(); ++k) {
    const double moved =
        V * p.V_decay + I_ex * p.V_from_ex + I_in * p.V_from_in + I_e * p.V_from_I_e;
    const bool held = refractory > 0;
    V = held ? V : moved;
    refractory -= held;
    I_ex = I_ex * p.ex_decay + ex[k][j];
    I_in = I_in * p.in_decay;
    if (V >= p.threshold) {
      V = reset_;
      refractory = refractory_steps_;
      spiked_.push_back({static_cast<Step>(k) + 1, static_cast<int>(j)});
    }
  }
  V_[j] = V;
  I_ex_[j] = I_ex;
  I_in_[j] = I_in;
  refractory_[j] = refractory;
}

void LifPopulation::step(std::span<const double> ex, std::span<const double> in) {
  others_drive_ = true;
  const double* const row = ex.data();
  advance({&row, 1});
  for (int j = 0; j < size(); ++j) I_in_[j] += in[j];
}

void LifPopulation::fire(int j) {
  V_[j] = reset_;
  refractory_[j] = refractory_steps_;
}

}  // namespace memplast
