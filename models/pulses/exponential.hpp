#pragma once
#include <array>
#include <cmath>
#include <string_view>

#include "../../lib/base/params.hpp"

namespace memplast {

/// Pulses whose step changes linearly with the state, so that the state runs exponentially.
///
///   w(P) = a_plus (1 - exp(-nu_plus P)) / (1 - exp(-nu_plus)), P pulses after w = 0, that is
///   w += a_plus  - (1 - exp(-nu_plus )) w          one potentiating pulse
///   w -= a_minus - (1 - exp(-nu_minus)) (1 - w)    one depressing pulse
///
/// Where a step would be negative it is 0. In siemens G(P) = B (1 - exp(-P / A)) + G_min with
/// A = 1 / nu pulses and B = (G_max - G_min) a / (1 - exp(-nu)). nu > 0 saturates, 0 is
/// pulse_linear, nu < 0 accelerates; a = 1 - exp(-nu) is pulse_soft_bounds.
/// Source: NeuroSim; Chen, Peng and Yu, IEEE TCAD 37 (2018) 3067, doi:10.1109/TCAD.2018.2789723
template <class T = double>
struct ExponentialPulse {
  static constexpr std::string_view name = "pulse_exponential";
  static constexpr std::string_view about = "pulses whose states run exponentially (NeuroSim)";
  static constexpr std::string_view source =
      "doi:10.1109/TCAD.2018.2789723; illustrative constants";

  T a_plus{0.024};
  T a_minus{0.024};
  T nu_plus{0.02};
  T nu_minus{0.02};

  T D_plus(const T& w) const { return step(a_plus, nu_plus, w); }
  T D_minus(const T& w) const { return step(a_minus, nu_minus, T(1.0 - w)); }

  /// A device that takes n pulses from end to end.
  static ExponentialPulse typical(double n) {
    const double nu = 2.0 / n, a = 1.16 * (1.0 - std::exp(-nu));  // 1 / (1 - exp(-2)) = 1.16
    return {T(a), T(a), T(nu), T(nu)};
  }

  static constexpr auto params() {
    using P = ExponentialPulse;
    return std::array{
        Param<P, T>{"a_plus", "1", "potentiating step at w = 0", &P::a_plus, 0, 1},
        Param<P, T>{"a_minus", "1", "depressing step at w = 1", &P::a_minus, 0, 1},
        Param<P, T>{"nu_plus", "1", "1 / A of potentiation, per pulse", &P::nu_plus, -1, 10},
        Param<P, T>{"nu_minus", "1", "1 / A of depression, per pulse", &P::nu_minus, -1, 10}};
  }

 private:
  static T step(const T& a, const T& nu, const T& w) {
    using std::exp;
    const T size = a - (1.0 - exp(-nu)) * w;
    return size > T(0.0) ? size : T(0.0);
  }
};

}  // namespace memplast
