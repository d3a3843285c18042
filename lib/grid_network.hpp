#pragma once
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

#include "crossbar.hpp"
#include "lif.hpp"

namespace memplast {

/// The grid engine: pre neurons that fire as told, an all-to-all plastic crossbar, LIF neurons.
///
/// A pre spike stamped t delivers a current of `pA_per_weight` times the transmitted weight at the
/// end of step t + d, which first moves V in the step after. Order within a step: neurons, then pre
/// spikes; so depression sees post spikes of the same time, as the rules define dt = 0.
template <PairRule R, class Devices = IdealDevices>
class GridNetwork {
 public:
  /// The crossbar's delay must be at least one step.
  GridNetwork(const LifParameters& neuron, Crossbar<R, Devices> synapses,
              double pA_per_weight = 1.0)
      : neurons_(neuron, synapses.n_post(), synapses.step_ms()),
        synapses_(std::move(synapses)),
        pA_per_weight_(pA_per_weight),
        slots_(static_cast<std::size_t>(synapses_.delay()) + 1),
        arriving_(slots_ * static_cast<std::size_t>(synapses_.n_post()), 0.0) {
    if (synapses_.delay() < 1)
      throw std::invalid_argument("the grid engine needs a delay >= 1 step");
  }

  LifPopulation& neurons() { return neurons_; }
  Crossbar<R, Devices>& synapses() { return synapses_; }
  Step now() const { return now_; }

  /// Runs `steps` steps. `input` and `teacher` (post neurons made to fire, whatever their
  /// potential) are stamped relative to the start, 1 ... steps, in order of time. Calls on_spike(j,
  /// step) with the absolute step for each output spike, teacher's included.
  template <class OnSpike>
  void run(Step steps, std::span<const Spike> input, OnSpike&& on_spike,
           std::span<const Spike> teacher = {}) {
    auto pre = input.begin();
    auto forced = teacher.begin();
    for (const Step start = now_, end = now_ + steps; now_ < end;) {
      ++now_;
      const auto charges = slot(now_);
      neurons_.step(charges);
      std::fill(charges.begin(), charges.end(), 0.0);
      for (const int j : neurons_.spiked()) emit(j, on_spike);
      for (; forced != teacher.end() && start + forced->step == now_; ++forced) {
        neurons_.fire(forced->neuron);
        emit(forced->neuron, on_spike);
      }
      for (; pre != input.end() && start + pre->step == now_; ++pre) {
        if (pre + 1 != input.end()) synapses_.prefetch((pre + 1)->neuron);
        synapses_.pre_spike(pre->neuron, now_, pA_per_weight_, slot(now_ + synapses_.delay()));
      }
    }
  }

  /// Rest for the neurons, nothing under way, all spikes forgotten. Weights and time stay.
  void reset() {
    neurons_.reset();
    synapses_.forget();
    std::fill(arriving_.begin(), arriving_.end(), 0.0);
  }

 private:
  std::span<double> slot(Step t) {
    const auto n = static_cast<std::size_t>(neurons_.size());
    return {arriving_.data() + static_cast<std::size_t>(t) % slots_ * n, n};
  }

  template <class OnSpike>
  void emit(int j, OnSpike& on_spike) {
    synapses_.post_spike(j, now_);
    on_spike(j, now_);
  }

  LifPopulation neurons_;
  Crossbar<R, Devices> synapses_;
  double pA_per_weight_;
  std::size_t slots_;
  std::vector<double> arriving_;  // [slot][post]: currents by the step of their arrival
  Step now_ = 0;
};

}  // namespace memplast
