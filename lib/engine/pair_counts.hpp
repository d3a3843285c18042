#pragma once
#include <span>
#include <vector>

#include "pairing.hpp"
#include "spikes.hpp"

namespace memplast {

/// Writes of one synapse.
struct PairCount {
  int pre, post, writes;
};

/// How often a crossbar writes each of its synapses during a trial that starts and ends without
/// spike memories: once per event that forms pairs, as Pairing says. What all_to_all and
/// nearest_pre_centered sum up in one event is one write.
///
/// `pre`: pre spikes, in order of time. `post`: spikes of post neurons, stamped with the step in
/// which they reach the synapses, in order of time. Equal steps: post before pre.
/// Only synapses that are written at all, by post neuron, then by pre neuron.
std::vector<PairCount> count_pairs(Pairing pairing, bool pairs_at_zero, int n_pre,
                                   std::span<const Spike> pre, std::span<const Spike> post);

}  // namespace memplast
