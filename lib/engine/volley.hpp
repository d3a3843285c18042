#pragma once
#include <array>
#include <limits>
#include <span>
#include <vector>

#include "lif.hpp"
#include "spikes.hpp"

namespace memplast {

/// One volley: each input fires at most once, in ascending order of time.
struct Volley {
  std::vector<int> pre;
  std::vector<double> t_ms;
  /// exp((t - end) / tau) of each spike: the kernel's two exponentials, taken once per volley.
  std::vector<double> membrane, synapse;
  std::size_t size() const { return pre.size(); }
};

/// The common firing threshold of the post neurons, relative to rest [mV], over one volley.
///
/// Nobody fires before `opens_ms`; then the threshold is `level_mV`; from `falls_ms` on it falls in
/// a straight line, to zero at falls_ms + fall_ms (the same as a depolarising ramp common to all).
/// Past `closes_ms` nobody fires either.
struct Threshold {
  double level_mV;
  double opens_ms = 0.0;
  double falls_ms = std::numeric_limits<double>::infinity();
  double fall_ms = 1.0;
  double closes_ms = std::numeric_limits<double>::infinity();

  /// No threshold up to `end_ms`, then a fall from `level_mV` to zero within `fall_ms`.
  static Threshold ramp(double level_mV, double end_ms, double fall_ms) {
    return {level_mV, end_ms, end_ms, fall_ms, end_ms + fall_ms};
  }
  /// The same threshold from the start to `closes_ms`.
  static Threshold fixed(double level_mV, double closes_ms) {
    return {.level_mV = level_mV, .closes_ms = closes_ms};
  }
  double at(double t) const {
    return t <= falls_ms ? level_mV : level_mV * (1.0 - (t - falls_ms) / fall_ms);
  }
};

/// The first time a post neuron reaches the threshold.
struct FirstSpike {
  double t_ms = std::numeric_limits<double>::infinity();  ///< infinite if it stays silent
  double V_mV = 0.0;  ///< potential above rest then; if silent, the highest it reached
};

/// The volley engine: LIF neurons under one volley, in continuous time.
///
///   V_j(t) = sum_i pA w_ij psp(t - t_i),
///   psp(s) = k [exp(-s/tau_m) - exp(-s/tau_syn)],  k = tau_m tau_syn / (C_m (tau_m - tau_syn))
///
/// Between spikes V is a difference of two exponentials with known prefactors; the first crossing
/// is bracketed exactly and solved to 1e-9 ms. Nothing is stepped, so silent time costs nothing.
/// tau_m and tau_syn_ex must differ by 0.1 % or more.
class VolleyNeurons {
 public:
  /// `end_ms`: no volley has a spike after it.
  VolleyNeurons(const LifParameters& neuron, double end_ms, double pA_per_weight = 1.0);

  /// Fills in the exponentials of a volley whose spikes are set; sorts it by time.
  void prepare(Volley& volley) const;

  /// The potentials [mV above rest] at the end of the volley.
  void potentials_at_end(const Volley& volley, const Weights& w, std::span<double> V_mV) const;

  /// The mean over volleys of the potential at the end with every weight at 1.
  double mean_full_drive(std::span<const Volley> volleys, int n_pre) const;

  /// First spikes of all post neurons; plasticity is nobody's business here.
  void first_spikes(const Volley& volley, const Weights& w, const Threshold& threshold,
                    std::span<FirstSpike> out) const;

 private:
  // V(t) = k [membrane exp(-(t - end)/tau_m) - synapse exp(-(t - end)/tau_syn)]
  struct Potential {
    double membrane = 0.0;
    double synapse = 0.0;
  };
  static constexpr std::size_t block = 4;  // post neurons that are handled together
  static void add(const Volley& volley, std::size_t begin, std::size_t end, const Weights& w,
                  std::size_t first, std::size_t n, std::array<Potential, block>& potential);
  // A time with the kernel's two exponentials, exp(-(t - end)/tau).
  struct Instant {
    double t, membrane, synapse;
  };
  std::array<double, block> look_ahead(const std::array<Potential, block>& potential,
                                       const Instant& from, const Instant& to,
                                       double level_mV) const;
  Instant instant(double t) const;
  double value(const Potential& p, const Instant& at) const {
    return k_ * (p.membrane * at.membrane - p.synapse * at.synapse);
  }
  double slope(const Potential& p, const Instant& at) const {
    return k_ *
           (p.synapse * synapse_rate_ * at.synapse - p.membrane * membrane_rate_ * at.membrane);
  }
  double value(const Potential& p, double t) const { return value(p, instant(t)); }
  double slope(const Potential& p, double t) const { return slope(p, instant(t)); }
  double peak_time(const Potential& p) const;
  double inflection_time(const Potential& p) const;
  /// Searches [from, to], within which the threshold is straight; true if the neuron fires there.
  bool search(const Potential& p, const Instant& from, const Instant& to,
              const Threshold& threshold, FirstSpike& out) const;
  void search_ramp(std::span<const Potential> potential, const Instant& opens,
                   const Instant& closes, const Threshold& threshold,
                   std::span<FirstSpike> out) const;
  double solve_rising(const Potential& p, double low, double high,
                      const Threshold& threshold) const;

  double end_ms_, membrane_rate_, synapse_rate_, k_;
};

}  // namespace memplast
