#pragma once
#include <array>
#include <cmath>
#include <string_view>

#include "../lib/params.hpp"

namespace memplast {

/// Pulses whose effect saturates exponentially, beyond the range that is used.
///
///   w(P) = b_plus (1 - exp(-P / A_plus)), P potentiating pulses after w = 0, that is
///   w += (b_plus - w)      (1 - exp(-1 / A_plus ))   one potentiating pulse
///   w -= (b_minus - 1 + w) (1 - exp(-1 / A_minus))   one depressing pulse
///
/// In siemens G(P) = B (1 - exp(-P / A)) + G_min with B = b (G_max - G_min). b = 1 is
/// pulse_soft_bounds, large b pulse_linear. A in pulses.
/// Source: NeuroSim; Chen, Peng and Yu, IEEE TCAD 37 (2018) 3067, doi:10.1109/TCAD.2018.2789723
template <class T = double>
struct ExponentialPulse {
  static constexpr std::string_view name = "pulse_exponential";
  static constexpr std::string_view about = "pulses that saturate exponentially (NeuroSim)";
  static constexpr std::string_view source =
      "doi:10.1109/TCAD.2018.2789723; illustrative constants";

  T A_plus{50.0};
  T A_minus{50.0};
  T b_plus{1.2};
  T b_minus{1.2};

  T D_plus(const T& w) const { return (b_plus - w) * share(A_plus); }
  T D_minus(const T& w) const { return (b_minus - 1.0 + w) * share(A_minus); }

  /// A device that takes n pulses from end to end.
  static ExponentialPulse typical(double n) {
    return {T(0.5 * n + 0.5), T(0.5 * n + 0.5), T(1.16), T(1.16)};  // 1 / (1 - exp(-2))
  }

  static constexpr auto params() {
    using P = ExponentialPulse;
    return std::array{
        Param<P, T>{"A_plus", "pulses", "potentiating pulses to 1 - 1/e", &P::A_plus, 0.1, 1e6},
        Param<P, T>{"A_minus", "pulses", "depressing pulses to 1 - 1/e", &P::A_minus, 0.1, 1e6},
        Param<P, T>{"b_plus", "1", "where potentiation ends", &P::b_plus, 1, 1000},
        Param<P, T>{"b_minus", "1", "how far below w = 1 depression ends", &P::b_minus, 1, 1000}};
  }

 private:
  static T share(const T& A) {
    using std::exp;
    return T(1.0 - exp(-1.0 / A));
  }
};

}  // namespace memplast
