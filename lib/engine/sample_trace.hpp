#pragma once
#include <algorithm>
#include <vector>

#include "grid_network.hpp"
#include "volley.hpp"

namespace memplast {

/// What a network does with one sample.
struct SampleTrace {
  std::vector<int> pre;                   ///< [input spike]
  std::vector<double> t_ms;               ///< [input spike], ascending
  std::vector<int> post;                  ///< [output spike] class
  std::vector<double> post_t_ms;          ///< [output spike]
  std::vector<FirstSpike> spikes;         ///< [class] the first of each
  std::vector<double> grid_ms;            ///< [time]
  std::vector<std::vector<double>> V_mV;  ///< [class][time], above rest
  std::vector<double> threshold_mV;       ///< [time]; infinite before it opens
};

/// Of a volley under weights [pre, post], up to the time at which its threshold closes.
SampleTrace trace_volley(const Volley& volley, const Weights& w, const LifParameters& neuron,
                         const Threshold& threshold, std::vector<FirstSpike> spikes);

/// Of spike trains on a GridNetwork, from rest, over their first 100 ms; `steps` is all they have.
template <class Network>
SampleTrace trace_trains(Network& net, std::span<const Spike> input, Step steps,
                         const LifParameters& neuron) {
  constexpr double shown_ms = 100.0;
  const double step_ms = net.synapses().step_ms();
  steps = std::min(steps, static_cast<Step>(shown_ms / step_ms));
  const auto n_post = static_cast<std::size_t>(net.neurons().size());
  SampleTrace out;
  out.spikes.resize(n_post);
  out.V_mV.resize(n_post);
  net.reset();
  const Step start = net.now();
  auto next = input.begin();
  for (Step k = 0; k <= steps; ++k) {
    if (k % 5 == 0) {
      out.grid_ms.push_back(static_cast<double>(k) * step_ms);
      out.threshold_mV.push_back(neuron.V_th - neuron.E_L);
      for (std::size_t j = 0; j < n_post; ++j)
        out.V_mV[j].push_back(net.neurons().V_m(static_cast<int>(j)) - neuron.E_L);
    }
    if (k == steps) break;
    std::vector<Spike> now;  // those of the next step, stamped from here
    for (; next != input.end() && next->step == k + 1; ++next) {
      now.push_back({.step = 1, .neuron = next->neuron});
      out.pre.push_back(next->neuron);
      out.t_ms.push_back(static_cast<double>(next->step) * step_ms);
    }
    net.run(1, now, [&](int j, Step at) {
      const double t = static_cast<double>(at - start) * step_ms;
      out.post.push_back(j);
      out.post_t_ms.push_back(t);
      auto& first = out.spikes[static_cast<std::size_t>(j)];
      if (t < first.t_ms) first = {.t_ms = t, .V_mV = neuron.V_th - neuron.E_L};
    });
  }
  return out;
}

}  // namespace memplast
