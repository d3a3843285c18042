#pragma once
#include <array>
#include <cmath>
#include <string_view>

#include "../../lib/base/params.hpp"

namespace memplast {

/// Linear ion drift, slowed down by Biolek's window at the electrode it moves to.
///
///   dx/dt = k R_on I F(x),  F(x) = 1 - x^(2 p)        where k I >= 0
///                           F(x) = 1 - (1 - x)^(2 p)  where k I <  0
///   I     = V / (R_on x + R_off (1 - x))
///
/// x in [0, 1]: doped share of the film, 1 is the state of low resistance. k = mu_v / D^2, mobility
/// over squared thickness; negative for a device wired the other way round.
/// Source: Strukov et al., Nature 453 (2008) 80, doi:10.1038/nature06932, eqs. 5 and 6; window of
/// Biolek, Biolek and Biolkova, Radioengineering 18 (2009) 210
template <class T = double>
struct BiolekDrift {
  using value = T;
  static constexpr std::string_view name = "drift_biolek";
  static constexpr std::string_view about = "linear ion drift, window of Biolek";
  static constexpr std::string_view source =
      "doi:10.1038/nature06932, Radioengineering 18 (2009) 210; illustrative constants";

  T R_on{100.0}, R_off{16e3};
  T k{100.0};
  T p{2.0};

  T dx_dt(const T& x, double V) const {
    using std::pow;
    const T drift = k * R_on * I(x, V);
    const T to_go = drift >= T(0.0) ? x : T(1.0 - x);
    return drift * (1.0 - pow(T(to_go * to_go), p));
  }

  T I(const T& x, double V) const { return V / (R_on * x + R_off * (1.0 - x)); }

  /// Voltages at which dx_dt has a corner.
  std::array<double, 1> corners() const { return {0.0}; }

  static constexpr auto params() {
    using P = BiolekDrift;
    return std::array{Param<P, T>{"R_on", "Ohm", "resistance at x = 1", &P::R_on, 1e-3, 1e15},
                      Param<P, T>{"R_off", "Ohm", "resistance at x = 0", &P::R_off, 1e-3, 1e15},
                      Param<P, T>{"k", "per_V_s", "mobility / thickness^2", &P::k, -1e15, 1e15},
                      Param<P, T>{"p", "1", "exponent of the window, half of it", &P::p, 1, 20}};
  }
};

}  // namespace memplast
