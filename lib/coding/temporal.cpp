#include "code.hpp"

namespace memplast {

Volley TemporalEncoder::encode(std::span<const double> g, double cut,
                               const VolleyNeurons& neurons) const {
  Volley volley;
  volley.pre.reserve(g.size());
  volley.t_ms.reserve(g.size());
  for (std::size_t i = 0; i < g.size(); ++i) {
    if (g[i] <= 0.0) continue;
    volley.pre.push_back(static_cast<int>(i));
    volley.t_ms.push_back(end_ms * (1.0 - g[i]) / (1.0 - cut));
  }
  neurons.prepare(volley);
  return volley;
}

/// For the list in CMakeLists.txt.
VolleyCode temporal_code() {
  return {.name = "temporal",
          .about = "latency: the stronger an input, the earlier its one spike",
          .encode = [](std::span<const double> g, double cut, double T_ms,
                       const VolleyNeurons& neurons) {
            return TemporalEncoder{T_ms}.encode(g, cut, neurons);
          }};
}

}  // namespace memplast
