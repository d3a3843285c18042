#pragma once
#include <span>
#include <vector>

#include "../../lib/engine/lif.hpp"
#include "../../lib/engine/sample_trace.hpp"
#include "../device/synapses.hpp"

namespace memplast {

/// Neurons on a time grid, and how they are reached.
struct GridSpec {
  LifParameters neuron;
  double step_ms = 0.1;
  Step delay_steps = 10;  ///< at least one
};

/// What output neurons did in one presentation.
struct GridResponse {
  std::vector<double> spikes;              ///< [post] how many
  std::vector<double> share_of_threshold;  ///< [post] (V - E_L)/(V_th - E_L) at the end
};

/// The grid engine behind a block of synapses, for code that does not care which rule they have: a
/// call a presentation. Counts what happened in the synapses' ledger; samples and time are the
/// caller's to count.
///
/// Spikes of input are stamped in steps from the start, 1 ... steps, in order of time. A trial
/// starts and ends without spike memories.
///
/// There is no common base with the volley layer: one takes trains on a grid and gives counts, the
/// other takes one volley in continuous time and gives first spikes, and no learner can use both
/// the same way.
class GridLayer {
 public:
  virtual ~GridLayer() = default;

  /// Shows an input from rest, with plasticity off.
  virtual const GridResponse& present(std::span<const Spike> input, Step steps) = 0;
  /// A trial in which output neurons fire as `forced` says (stamped with the step in which they
  /// reach the synapses, in order of time) and in no other way.
  virtual void teach(std::span<const Spike> input, Step steps, std::span<const Spike> forced) = 0;
  /// A trial in which output neurons fire as they are driven, from the potentials that they have.
  virtual const GridResponse& run(std::span<const Spike> input, Step steps) = 0;

  virtual void set_I_e(int post, double pA) = 0;
  virtual void set_V_m(int post, double mV) = 0;
  /// What an input does in its first 100 ms, from rest, with plasticity off; counts nothing.
  virtual SampleTrace trace(std::span<const Spike> input, Step steps) = 0;
};

}  // namespace memplast
