#pragma once
#include <span>
#include <vector>

#include "../../lib/engine/sample_trace.hpp"
#include "../device/synapses.hpp"

namespace memplast {

/// First-spike neurons behind a block of synapses: one volley a presentation, in continuous time.
/// Counts what happened in the synapses' ledger; samples and time are the caller's to count.
class VolleyLayer {
 public:
  /// `end_ms`: no volley has a spike after it.
  VolleyLayer(const LifParameters& neuron, double end_ms, const Threshold& threshold,
              Synapses& synapses);

  /// Reads the devices of the volley's rows and lets the neurons fire: the first spike of each.
  std::span<const FirstSpike> present(const Volley& volley);
  /// Output neuron `post` is made to fire at t_post [ms]: one pair with each spike of the volley.
  /// `mirrored`: the volley is shown backwards, its last spike first.
  void teach(const Volley& volley, int post, double t_post, bool mirrored = false);
  /// An output spike that came by itself: the same pairs, no spike forced.
  void pair(const Volley& volley, int post, double t_post);

  const Threshold& threshold() const { return threshold_; }
  /// What a volley does. Counts as present() does.
  SampleTrace trace(const Volley& volley);

 private:
  LifParameters neuron_;
  VolleyNeurons neurons_;
  double end_ms_;
  Threshold threshold_;
  Synapses& synapses_;
  std::vector<FirstSpike> spikes_;
  std::vector<double> mirrored_ms_;  // scratch
};

}  // namespace memplast
