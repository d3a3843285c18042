#include "volley_layer.hpp"

#include <cmath>

namespace memplast {

VolleyLayer::VolleyLayer(const LifParameters& neuron, double end_ms, const Threshold& threshold,
                         Synapses& synapses)
    : neuron_(neuron),
      neurons_(neuron, end_ms),
      end_ms_(end_ms),
      threshold_(threshold),
      synapses_(synapses),
      spikes_(static_cast<std::size_t>(synapses.n_post())) {}

std::span<const FirstSpike> VolleyLayer::present(const Volley& volley) {
  synapses_.look(volley.pre);
  neurons_.first_spikes(volley, synapses_.seen(), threshold_, spikes_);
  synapses_.count_seen(volley.pre);
  Ledger& counted = synapses_.ledger();
  for (const FirstSpike& spike : spikes_) counted.output_spikes += std::isfinite(spike.t_ms);
  counted.neuron_updates += synapses_.n_post();
  return spikes_;
}

void VolleyLayer::teach(const Volley& volley, int post, double t_post, bool mirrored) {
  std::span<const double> t_pre = volley.t_ms;
  if (mirrored) {
    mirrored_ms_.resize(volley.size());
    for (std::size_t k = 0; k < volley.size(); ++k) mirrored_ms_[k] = end_ms_ - volley.t_ms[k];
    t_pre = mirrored_ms_;
  }
  synapses_.pair(post, t_post, volley.pre, t_pre);
  synapses_.ledger().output_spikes += 1;
}

void VolleyLayer::pair(const Volley& volley, int post, double t_post) {
  synapses_.pair(post, t_post, volley.pre, volley.t_ms);
}

SampleTrace VolleyLayer::trace(const Volley& volley) {
  const auto spikes = present(volley);
  return trace_volley(volley, synapses_.transmitted(), neuron_, threshold_,
                      {spikes.begin(), spikes.end()});
}

}  // namespace memplast
