#pragma once
#include <compare>
#include <cstdint>
#include <limits>

#include "../numeric/weights.hpp"

namespace memplast {

/// Time on the grid, in steps.
using Step = std::int64_t;

/// The step of something that has not happened: before every step.
inline constexpr Step never = std::numeric_limits<Step>::min() / 2;

/// A spike of one neuron, stamped with the end of a step; ordered by time, then by neuron.
struct Spike {
  Step step;
  int neuron;
  friend auto operator<=>(const Spike&, const Spike&) = default;
};

}  // namespace memplast
