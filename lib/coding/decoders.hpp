#pragma once
#include <algorithm>
#include <cmath>
#include <span>

#include "../engine/volley.hpp"

namespace memplast {

/// The neuron that fires first; ties, and silence of all, go to the higher potential.
inline int first_to_spike(std::span<const FirstSpike> neurons) {
  const auto earlier = [](const FirstSpike& a, const FirstSpike& b) {
    return a.t_ms < b.t_ms || (a.t_ms == b.t_ms && a.V_mV > b.V_mV);
  };
  return static_cast<int>(std::min_element(neurons.begin(), neurons.end(), earlier) -
                          neurons.begin());
}

/// The neuron with the highest score (spike count, mean rate ...); ties to the lowest index.
inline int highest_rate(std::span<const double> score) {
  return static_cast<int>(std::max_element(score.begin(), score.end()) - score.begin());
}

/// The neuron whose rate is nearest to its own mean over the training samples of its class:
/// argmin_c abs(rate_c - own_c); ties to the lowest index. After the seed authors' decoder.
inline int own_rate(std::span<const double> rate, std::span<const double> own) {
  int best = 0;
  for (int c = 1; c < static_cast<int>(rate.size()); ++c)
    if (std::abs(rate[c] - own[c]) < std::abs(rate[best] - own[best])) best = c;
  return best;
}

}  // namespace memplast
