#include "lif.hpp"

#include <algorithm>

namespace memplast {

LifPopulation::LifPopulation(const LifParameters& p, int n, double h)
    : parameters_(p),
      V_decay_(std::exp(-h / p.tau_m)),
      V_from_ex_(p.psp(h, p.tau_syn_ex)),
      V_from_in_(p.psp(h, p.tau_syn_in)),
      V_from_I_e_(p.tau_m / p.C_m * (1.0 - V_decay_)),  // as NEST rounds it
      ex_decay_(std::exp(-h / p.tau_syn_ex)),
      in_decay_(std::exp(-h / p.tau_syn_in)),
      threshold_(p.V_th - p.E_L),
      reset_(p.V_reset - p.E_L),
      refractory_steps_(static_cast<std::int32_t>(std::lround(p.t_ref / h))),
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

void LifPopulation::move_and_decay() {
  for (int j = 0; j < size(); ++j) {
    const double moved =
        V_[j] * V_decay_ + I_ex_[j] * V_from_ex_ + I_in_[j] * V_from_in_ + I_e_[j] * V_from_I_e_;
    const bool refractory = refractory_[j] > 0;
    V_[j] = refractory ? V_[j] : moved;
    refractory_[j] -= refractory;
    I_ex_[j] *= ex_decay_;
    I_in_[j] *= in_decay_;
  }
}

void LifPopulation::test_threshold() {
  spiked_.clear();
  for (int j = 0; j < size(); ++j)
    if (V_[j] >= threshold_) {
      fire(j);
      spiked_.push_back(j);
    }
}

void LifPopulation::step(std::span<const double> ex) {
  move_and_decay();
  for (int j = 0; j < size(); ++j) I_ex_[j] += ex[j];
  test_threshold();
}

void LifPopulation::step(std::span<const double> ex, std::span<const double> in) {
  move_and_decay();
  for (int j = 0; j < size(); ++j) I_ex_[j] += ex[j];
  for (int j = 0; j < size(); ++j) I_in_[j] += in[j];
  test_threshold();
}

void LifPopulation::fire(int j) {
  V_[j] = reset_;
  refractory_[j] = refractory_steps_;
}

}  // namespace memplast
