#pragma once
#include <array>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

#include "../base/params.hpp"
#include "arrivals.hpp"
#include "spikes.hpp"

namespace memplast {

/// A leaky integrate-and-fire neuron with exponential synaptic currents (NEST's iaf_psc_exp):
///
///   C_m dV/dt = -C_m (V - E_L) / tau_m + I_ex + I_in + I_e,   dI/dt = -I / tau_syn
///
/// V >= V_th: a spike, V = V_reset, V held for t_ref. After Rotter and Diesmann 1999,
/// doi:10.1007/s004220050570. Defaults: the seed authors' values.
struct LifParameters {
  double C_m = 1.5374180586077273;
  double tau_m = 60.0;
  double tau_syn_ex = 5.0;
  double tau_syn_in = 5.0;
  double t_ref = 4.0;
  double E_L = -70.0;
  double V_reset = -70.0;
  double V_th = -54.0;

  /// Neurons of the volley engine: everything as by default but the two time constants [ms].
  static LifParameters with_time_constants(double tau_m, double tau_syn) {
    LifParameters p;
    p.tau_m = tau_m;
    p.tau_syn_ex = tau_syn;
    return p;
  }

  /// The potential at time s after a current that starts at 1 pA and decays with tau_syn: in mV,
  /// finite also at tau_m = tau_syn.
  double psp(double s, double tau_syn) const {
    const double x = s * (1.0 / tau_syn - 1.0 / tau_m);
    const double ratio = std::abs(x) < 1e-12 ? 1.0 : std::expm1(x) / x;
    return s / C_m * std::exp(-s / tau_syn) * ratio;
  }

  static constexpr auto params() {
    using P = LifParameters;
    return std::array{
        Param<P, double>{"C_m", "pF", "membrane capacitance", &P::C_m, 1e-3, 1e6},
        Param<P, double>{"tau_m", "ms", "membrane time constant", &P::tau_m, 0.1, 1e4},
        Param<P, double>{"tau_syn_ex", "ms", "excitatory current decay", &P::tau_syn_ex, 0.1, 1e4},
        Param<P, double>{"tau_syn_in", "ms", "inhibitory current decay", &P::tau_syn_in, 0.1, 1e4},
        Param<P, double>{"t_ref", "ms", "refractory period", &P::t_ref, 0, 1e4},
        Param<P, double>{"E_L", "mV", "resting potential", &P::E_L, -1e4, 1e4},
        Param<P, double>{"V_reset", "mV", "potential after a spike", &P::V_reset, -1e4, 1e4},
        Param<P, double>{"V_th", "mV", "firing threshold", &P::V_th, -1e4, 1e4}};
  }
};

/// What one step of the grid does to a neuron, from its exact solution over the step.
struct LifPropagators {
  double V_decay, V_from_ex, V_from_in, V_from_I_e, ex_decay, in_decay, threshold;
};

/// Neurons of one kind on a time grid, advanced by exact propagators.
///
/// A step goes as in NEST 3.5: V moves with the currents of the step's start (unless refractory),
/// currents decay, arriving charges join them, then the threshold is tested; a spike is stamped
/// with the end of the step.
class LifPopulation {
 public:
  /// Currents may be under way for up to `delay_steps`.
  LifPopulation(const LifParameters& parameters, int n, double step_ms, Step delay_steps = 1);

  int size() const { return n_; }
  double V_m(int j) const { return V_[j] + parameters_.E_L; }
  /// (V - E_L) / (V_th - E_L)
  double share_of_threshold(int j) const { return V_[j] / propagators_.threshold; }
  double I_syn_ex(int j) const { return I_ex_[j]; }
  double I_syn_in(int j) const { return I_in_[j]; }
  void set_I_e(int j, double pA) {
    I_e_[j] = pA;
    others_drive_ = true;
  }
  void set_V_m(int j, double mV) { V_[j] = mV - parameters_.E_L; }
  /// Rest: V = E_L, no currents, nothing under way, not refractory; external currents stay.
  void reset();

  /// One step; `ex` and `in` are the currents [pA] that arrive at its end, one per neuron.
  void step(std::span<const double> ex, std::span<const double> in);
  /// The currents [pA] under way in the next delay_steps steps: add to them.
  Arrivals arrivals() { return {arriving_.data(), n_rows_, next_row_, V_.size()}; }
  /// Up to delay_steps steps with what arrives meanwhile.
  void advance(Step steps);
  /// Who fired in the last call, in order of time, then of neurons; its first step is 1.
  std::span<const Spike> spiked() const { return spiked_; }
  /// Makes neuron j fire now, whatever its potential (a teacher's spike).
  void fire(int j);

 private:
  void advance_one(std::size_t j, Step steps);

  LifParameters parameters_;
  int n_;
  LifPropagators propagators_;
  double reset_;
  std::int64_t refractory_steps_;
  bool others_drive_ = false;  // whether there has ever been an inhibitory or external current
  // Filled up to whole vectors with neurons that never fire.
  std::vector<double> V_;  // relative to E_L
  std::vector<double> I_ex_, I_in_, I_e_;
  std::vector<std::int64_t> refractory_;
  // A ring of rows; next_row_ is that of the next step.
  std::size_t n_rows_, next_row_ = 0;
  std::vector<double> arriving_;      // [step][neuron]
  std::vector<std::size_t> stopped_;  // scratch: neurons that reach the threshold
  std::vector<Spike> spiked_;
};

}  // namespace memplast
