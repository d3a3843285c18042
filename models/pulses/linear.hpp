#pragma once
#include <array>
#include <string_view>

#include "../../lib/base/params.hpp"

namespace memplast {

/// A programming pulse that always makes the same step.
///
///   w += a_plus    one potentiating pulse
///   w -= a_minus   one depressing pulse
///
/// w = (G - G_min) / (G_max - G_min); the caller clips.
template <class T = double>
struct LinearPulse {
  static constexpr std::string_view name = "pulse_linear";
  static constexpr std::string_view about = "pulses of constant step";
  static constexpr std::string_view source = "a form to describe data; illustrative constants";

  T a_plus{0.01};
  T a_minus{0.01};

  T D_plus(const T&) const { return a_plus; }
  T D_minus(const T&) const { return a_minus; }

  /// A device that takes n pulses from end to end.
  static LinearPulse typical(double n) { return {T(1.0 / n), T(1.0 / n)}; }

  static constexpr auto params() {
    using P = LinearPulse;
    return std::array{Param<P, T>{"a_plus", "1", "step of a potentiating pulse", &P::a_plus, 0, 1},
                      Param<P, T>{"a_minus", "1", "step of a depressing pulse", &P::a_minus, 0, 1}};
  }
};

}  // namespace memplast
