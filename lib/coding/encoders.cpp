#include "encoders.hpp"

#include <algorithm>
#include <cmath>

namespace memplast {

void GaussianReceptiveFields::activate(std::span<const double> features,
                                       std::span<double> g) const {
  for (int i = 0; i < size(); ++i) {
    const Field& field = fields[i];
    const double x = (features[field.feature] - field.centre) / field.sigma;
    const double activation = std::exp(-0.5 * x * x);
    g[i] = activation < cut ? 0.0 : activation;
  }
}

GaussianReceptiveFields GaussianReceptiveFields::between(std::span<const double> min,
                                                         std::span<const double> max, int n,
                                                         double cut) {
  GaussianReceptiveFields out;
  out.cut = cut;
  for (int k = 0; k < n; ++k)
    for (std::size_t f = 0; f < min.size(); ++f) {
      const double range = max[f] - min[f];
      const double sigma = 2.0 / 3.0 * range / (n - 2);
      out.fields.push_back({.feature = static_cast<int>(f),
                            .index = k,
                            .centre = min[f] + range * k / (n - 1),
                            .sigma = sigma == 0.0 ? 1.0 : sigma});
    }
  return out;
}

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

std::vector<Spike> PoissonEncoder::encode(std::span<const double> g, Step steps,
                                          std::uint64_t presentation) const {
  std::vector<Spike> by_field;
  std::vector<std::size_t> first_of_step(static_cast<std::size_t>(steps) + 2, 0);
  for (std::size_t i = 0; i < g.size(); ++i) {
    const double rate_Hz = rate_low_Hz + g[i] * (rate_high_Hz - rate_low_Hz);
    if (rate_Hz <= 0.0) continue;
    const double steps_per_spike = 1000.0 / rate_Hz / step_ms;
    Stream stream(presentation, Purpose::spikes, i);
    for (double t = 0.0;;) {
      t += stream.exponential() * steps_per_spike;
      if (!(t < static_cast<double>(steps))) break;
      const auto step = static_cast<Step>(t) + 1;
      by_field.push_back({step, static_cast<int>(i)});
      ++first_of_step[static_cast<std::size_t>(step) + 1];
    }
  }
  // Counting sort by step; within a step by field.
  for (std::size_t s = 1; s < first_of_step.size(); ++s) first_of_step[s] += first_of_step[s - 1];
  std::vector<Spike> spikes(by_field.size());
  for (const Spike& spike : by_field)
    spikes[first_of_step[static_cast<std::size_t>(spike.step)]++] = spike;
  return spikes;
}

}  // namespace memplast
