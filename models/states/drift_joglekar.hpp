#pragma once
#include <array>
#include <cmath>
#include <string_view>

#include "../../lib/base/params.hpp"

namespace memplast {

/// Linear ion drift between two electrodes, slowed down at both by Joglekar's window.
///
///   dx/dt = k R_on I F(x),  F(x) = 1 - (2 x - 1)^(2 p)
///   I     = V / (R_on x + R_off (1 - x))
///
/// x in [0, 1]: doped share of the film, 1 is the state of low resistance. k = mu_v / D^2, mobility
/// over squared thickness; negative for a device wired the other way round.
/// Source: Strukov et al., Nature 453 (2008) 80, doi:10.1038/nature06932, eqs. 5 and 6; window of
/// Joglekar and Wolf, Eur. J. Phys. 30 (2009) 661, doi:10.1088/0143-0807/30/4/001
template <class T = double>
struct JoglekarDrift {
  using value = T;
  static constexpr std::string_view name = "drift_joglekar";
  static constexpr std::string_view about = "linear ion drift, window of Joglekar";
  static constexpr std::string_view source =
      "doi:10.1038/nature06932, doi:10.1088/0143-0807/30/4/001; illustrative constants";

  T R_on{100.0}, R_off{16e3};
  T k{100.0};
  T p{1.0};

  T dx_dt(const T& x, double V) const {
    using std::pow;
    const T off_centre = 2.0 * x - 1.0;
    return k * R_on * I(x, V) * (1.0 - pow(T(off_centre * off_centre), p));
  }

  T I(const T& x, double V) const { return V / (R_on * x + R_off * (1.0 - x)); }

  /// Voltages at which dx_dt has a corner.
  std::array<double, 1> corners() const { return {0.0}; }

  static constexpr auto params() {
    using P = JoglekarDrift;
    return std::array{Param<P, T>{"R_on", "Ohm", "resistance at x = 1", &P::R_on, 1e-3, 1e15},
                      Param<P, T>{"R_off", "Ohm", "resistance at x = 0", &P::R_off, 1e-3, 1e15},
                      Param<P, T>{"k", "per_V_s", "mobility / thickness^2", &P::k, -1e15, 1e15},
                      Param<P, T>{"p", "1", "exponent of the window, half of it", &P::p, 1, 20}};
  }
};

}  // namespace memplast
