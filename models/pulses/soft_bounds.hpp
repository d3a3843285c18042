#pragma once
#include <array>
#include <string_view>

#include "../../lib/base/params.hpp"

namespace memplast {

/// A programming pulse whose step shrinks to nothing at the end of the conductance range.
///
///   w += a_plus  (1 - w)   one potentiating pulse, so 1 - w falls by 1 - a_plus with each
///   w -= a_minus     w     one depressing pulse
///
/// w = (G - G_min) / (G_max - G_min).
/// Source: Fusi and Abbott, Nat. Neurosci. 10 (2007) 485, doi:10.1038/nn1859
template <class T = double>
struct SoftBoundsPulse {
  static constexpr std::string_view name = "pulse_soft_bounds";
  static constexpr std::string_view about = "pulses with soft bounds";
  static constexpr std::string_view source = "doi:10.1038/nn1859; illustrative constants";

  T a_plus{0.02};
  T a_minus{0.02};

  T D_plus(const T& w) const { return a_plus * (1.0 - w); }
  T D_minus(const T& w) const { return a_minus * w; }

  /// A device that takes n pulses to cover most of its range.
  static SoftBoundsPulse typical(double n) { return {T(3.0 / (n + 3.0)), T(3.0 / (n + 3.0))}; }

  static constexpr auto params() {
    using P = SoftBoundsPulse;
    return std::array{Param<P, T>{"a_plus", "1", "potentiating step at w = 0", &P::a_plus, 0, 1},
                      Param<P, T>{"a_minus", "1", "depressing step at w = 1", &P::a_minus, 0, 1}};
  }
};

}  // namespace memplast
