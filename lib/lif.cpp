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

// The start of a step for all neurons: V moves unless refractory, currents decay and are joined by
// what arrives. Returns whether anyone is at the threshold. Limit: the arithmetic of one pass over
// four or five arrays that stay in the nearest cache.
MEMPLAST_VECTORISED
bool advance(const LifPropagators p, std::size_t n, double* __restrict V, double* __restrict I_ex,
             const double* __restrict I_in, const double* __restrict I_e,
             std::int64_t* __restrict refractory, const double* __restrict ex) {
  std::int64_t crossed = 0;
  for (std::size_t j = 0; j < n; ++j) {
    const double moved =
        V[j] * p.V_decay + I_ex[j] * p.V_from_ex + I_in[j] * p.V_from_in + I_e[j] * p.V_from_I_e;
    const bool held = refractory[j] > 0;
    V[j] = held ? V[j] : moved;
    refractory[j] -= held;
    I_ex[j] = I_ex[j] * p.ex_decay + ex[j];
    crossed |= V[j] >= p.threshold;
  }
  return crossed != 0;
}

}  // namespace

void LifPopulation::step(std::span<const double> ex) {
  spiked_.clear();
  const bool crossed = advance(propagators_, V_.size(), V_.data(), I_ex_.data(), I_in_.data(),
                               I_e_.data(), refractory_.data(), ex.data());
  if (inhibited_)
    for (double& I : I_in_) I *= propagators_.in_decay;
  if (!crossed) return;
  for (int j = 0; j < size(); ++j)
    if (V_[j] >= propagators_.threshold) {
      fire(j);
      spiked_.push_back(j);
    }
}

void LifPopulation::step(std::span<const double> ex, std::span<const double> in) {
  inhibited_ = true;
  step(ex);
  for (int j = 0; j < size(); ++j) I_in_[j] += in[j];
}

void LifPopulation::fire(int j) {
  V_[j] = reset_;
  refractory_[j] = refractory_steps_;
}

}  // namespace memplast
