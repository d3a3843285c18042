#pragma once
#include <array>
#include <cmath>
#include <string_view>

#include "../../lib/base/params.hpp"

namespace memplast {

/// Pulses whose step is a power of the distance to the end of the conductance range.
///
///   w += a_plus  (1 - w)^mu_plus    one potentiating pulse
///   w -= a_minus     w ^mu_minus    one depressing pulse
///
/// mu = 0 is pulse_linear, mu = 1 pulse_soft_bounds. Beyond the range the step is 0.
/// Source: the power of Guetig et al., J. Neurosci. 23 (2003) 3697,
/// doi:10.1523/JNEUROSCI.23-09-03697.2003, for pulses.
template <class T = double>
struct PowerPulse {
  static constexpr std::string_view name = "pulse_power";
  static constexpr std::string_view about = "pulses whose step is a power of the distance";
  static constexpr std::string_view source =
      "doi:10.1523/JNEUROSCI.23-09-03697.2003; illustrative constants";

  T a_plus{0.02};
  T a_minus{0.02};
  T mu_plus{1.5};
  T mu_minus{1.5};

  T D_plus(const T& w) const { return a_plus * power(T(1.0 - w), mu_plus); }
  T D_minus(const T& w) const { return a_minus * power(w, mu_minus); }

  /// A device that takes n pulses to cover most of its range.
  static PowerPulse typical(double n) {
    return {T(3.0 / (n + 3.0)), T(3.0 / (n + 3.0)), T(1.0), T(1.0)};
  }

  static constexpr auto params() {
    using P = PowerPulse;
    return std::array{Param<P, T>{"a_plus", "1", "potentiating step at w = 0", &P::a_plus, 0, 1},
                      Param<P, T>{"a_minus", "1", "depressing step at w = 1", &P::a_minus, 0, 1},
                      Param<P, T>{"mu_plus", "1", "exponent of potentiation", &P::mu_plus, 0, 20},
                      Param<P, T>{"mu_minus", "1", "exponent of depression", &P::mu_minus, 0, 20}};
  }

 private:
  static T power(const T& base, const T& exponent) {
    using std::pow;
    return base > T(1e-12) ? T(pow(base, exponent)) : T(0.0);
  }
};

}  // namespace memplast
