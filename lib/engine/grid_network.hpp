#pragma once
#include <algorithm>
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
/// spikes; so depression sees post spikes of the same time, as the rules define dt = 0. Nothing
/// that happens within a delay reaches another neuron, so neurons and synapses take turns by the
/// delay.
template <PairRule R, class Devices = IdealDevices>
class GridNetwork {
 public:
  /// The crossbar's delay must be at least one step.
  GridNetwork(const LifParameters& neuron, Crossbar<R, Devices> synapses,
              double pA_per_weight = 1.0)
      : neurons_(neuron, synapses.n_post(), synapses.step_ms(), synapses.delay()),
        synapses_(std::move(synapses)),
        pA_per_weight_(pA_per_weight) {
    if (synapses_.delay() < 1)
      throw std::invalid_argument("the grid engine needs a delay >= 1 step");
  }

  LifPopulation& neurons() { return neurons_; }
  Crossbar<R, Devices>& synapses() { return synapses_; }
  const Crossbar<R, Devices>& synapses() const { return synapses_; }
  Step now() const { return now_; }

  /// Runs `steps` steps. `input` and `teacher` (post neurons made to fire, whatever their
  /// potential) are stamped relative to the start, 1 ... steps, in order of time. Calls on_spike(j,
  /// step) with the absolute step for each output spike, teacher's included.
  template <class OnSpike>
  void run(Step steps, std::span<const Spike> input, OnSpike&& on_spike,
           std::span<const Spike> teacher = {}) {
    const Step start = now_, end = now_ + steps;
    while (now_ < end) {
      // What a spike does within a delay concerns its own neuron alone: so far all go on at once.
      Step until = std::min(end, now_ + synapses_.delay());
      if (!teacher.empty()) until = std::clamp(start + teacher.front().step, now_ + 1, until);
      neurons_.advance(until - now_);
      for (const Spike& spike : neurons_.spiked()) emit(spike.neuron, now_ + spike.step, on_spike);
      for (; !teacher.empty() && start + teacher.front().step == until;
           teacher = teacher.subspan(1)) {
        neurons_.fire(teacher.front().neuron);
        emit(teacher.front().neuron, until, on_spike);
      }
      input = synapses_.pre_spikes_until(until, start, input, pA_per_weight_, neurons_.arrivals());
      now_ = until;
    }
  }

  /// Rest for the neurons, nothing under way, all spikes forgotten. Weights and time stay.
  void reset() {
    neurons_.reset();
    synapses_.forget();
  }

 private:
  template <class OnSpike>
  void emit(int j, Step t, OnSpike& on_spike) {
    synapses_.post_spike(j, t);
    on_spike(j, t);
  }

  LifPopulation neurons_;
  Crossbar<R, Devices> synapses_;
  double pA_per_weight_;
  Step now_ = 0;
};

}  // namespace memplast
