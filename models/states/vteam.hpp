#pragma once
#include <array>
#include <cmath>
#include <string_view>

#include "../../lib/base/params.hpp"
#include "number.hpp"

namespace memplast {

/// VTEAM: a state that moves only beyond a threshold voltage, by a power of the excess.
///
///   dx/dt =  k_on  (V/v_on  - 1)^alpha_on  f_on(x)     V beyond v_on
///         = -k_off (V/v_off - 1)^alpha_off f_off(x)    V beyond v_off
///         =  0                                         between the thresholds
///   I     = V / (R_on x + R_off (1 - x))
///   f_on(x) = 1 - x^(2 p),  f_off(x) = 1 - (1 - x)^(2 p)
///
/// x = (w_off - w) / (w_off - w_on) of the paper's w, so that 1 is the state of low resistance and
/// its k_on < 0 is -k_on (w_off - w_on) here. The thresholds have opposite signs: v_on > 0 if a
/// positive voltage sets the device (the paper wires it the other way round). The paper leaves the
/// window open; this one is Biolek's, nearly rectangular at p = 10.
/// Source: Kvatinsky et al., IEEE TCAS-II 62 (2015) 786, doi:10.1109/TCSII.2015.2433536
template <class T = double>
struct Vteam {
  using value = T;
  static constexpr std::string_view name = "vteam";
  static constexpr std::string_view about = "threshold model with powers of the voltage (VTEAM)";
  static constexpr std::string_view source =
      "doi:10.1109/TCSII.2015.2433536; illustrative constants";

  T R_on{1e4}, R_off{1e5};
  T k_on{10.0}, k_off{10.0};
  T v_on{0.5}, v_off{-0.5};
  T alpha_on{3.0}, alpha_off{3.0};
  T p{10.0};

  T dx_dt(const T& x, double V) const {
    using std::pow;
    if (const T on = V / v_on - 1.0; on > T(0.0)) return k_on * pow(on, alpha_on) * room(x);
    if (const T off = V / v_off - 1.0; off > T(0.0))
      return -k_off * pow(off, alpha_off) * room(T(1.0 - x));
    return T(0.0);
  }

  T I(const T& x, double V) const { return V / (R_on * x + R_off * (1.0 - x)); }

  /// Voltages at which dx_dt has a corner.
  std::array<double, 2> corners() const { return {number(v_on), number(v_off)}; }

  static constexpr auto params() {
    using P = Vteam;
    return std::array{
        Param<P, T>{"R_on", "Ohm", "resistance at x = 1", &P::R_on, 1e-3, 1e15},
        Param<P, T>{"R_off", "Ohm", "resistance at x = 0", &P::R_off, 1e-3, 1e15},
        Param<P, T>{"k_on", "per_s", "rate of setting at twice the threshold", &P::k_on, 0, 1e18},
        Param<P, T>{"k_off", "per_s", "rate of resetting at twice the threshold", &P::k_off, 0,
                    1e18},
        Param<P, T>{"v_on", "V", "threshold of setting", &P::v_on, -100, 100},
        Param<P, T>{"v_off", "V", "threshold of resetting", &P::v_off, -100, 100},
        Param<P, T>{"alpha_on", "1", "exponent of setting", &P::alpha_on, 0.5, 20},
        Param<P, T>{"alpha_off", "1", "exponent of resetting", &P::alpha_off, 0.5, 20},
        Param<P, T>{"p", "1", "exponent of the window, half of it", &P::p, 1, 100, Fitted::no}};
  }

 private:
  T room(const T& x) const {
    using std::pow;
    return 1.0 - pow(T(x * x), p);
  }
};

}  // namespace memplast
