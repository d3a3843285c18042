#include "code.hpp"

namespace memplast {

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

/// For the list in CMakeLists.txt.
TrainCode poisson_code() {
  return {
      .name = "poisson",
      .about = "rate: the stronger an input, the more spikes, by lot",
      .encode = [](std::span<const double> g, const Rates& rates, Step steps, double step_ms,
                   std::uint64_t presentation) {
        return PoissonEncoder{rates.high_Hz, rates.low_Hz, step_ms}.encode(g, steps, presentation);
      }};
}

}  // namespace memplast
