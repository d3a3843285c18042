#include "sample_trace.hpp"

#include <cmath>

namespace memplast {

SampleTrace trace_volley(const Volley& volley, const Weights& w, const LifParameters& neuron,
                         const Threshold& threshold, std::vector<FirstSpike> spikes) {
  SampleTrace out;
  out.pre = volley.pre;
  out.t_ms = volley.t_ms;
  out.spikes = std::move(spikes);
  for (std::size_t c = 0; c < out.spikes.size(); ++c)
    if (std::isfinite(out.spikes[c].t_ms)) {
      out.post.push_back(static_cast<int>(c));
      out.post_t_ms.push_back(out.spikes[c].t_ms);
    }
  out.V_mV.resize(out.spikes.size());
  constexpr int steps = 240;
  for (int k = 0; k <= steps; ++k) {
    const double t = threshold.closes_ms * k / steps;
    out.grid_ms.push_back(t);
    out.threshold_mV.push_back(t < threshold.opens_ms ? std::numeric_limits<double>::infinity()
                                                      : threshold.at(t));
    for (std::size_t c = 0; c < out.V_mV.size(); ++c) {
      double V = 0.0;
      for (std::size_t i = 0; i < volley.size() && volley.t_ms[i] <= t; ++i)
        V += w(volley.pre[i], static_cast<Eigen::Index>(c)) *
             neuron.psp(t - volley.t_ms[i], neuron.tau_syn_ex);
      out.V_mV[c].push_back(V);
    }
  }
  return out;
}

}  // namespace memplast
