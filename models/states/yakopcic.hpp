#pragma once
#include <array>
#include <cmath>
#include <string_view>

#include "../../lib/base/params.hpp"
#include "number.hpp"

namespace memplast {

/// Yakopcic's generalised memristor: a tunnelling current, and a state that moves exponentially
/// beyond a threshold voltage.
///
///   I     = a_1 x sinh(b V),  V >= 0;   a_2 x sinh(b V),  V < 0
///   dx/dt = eta g(V) f(x)
///   g(V)  =  A_p [exp( V/V_0) - exp(V_p/V_0)]     V >  V_p
///         = -A_n [exp(-V/V_0) - exp(V_n/V_0)]     V < -V_n
///         =  0                                    between
///   f(x)  = exp[-alpha_p (x - x_p)] w_p(x)        x above x_p, moving up
///         = exp[ alpha_n (x + x_n - 1)] w_n(x)    x below 1 - x_n, moving down
///         = 1                                     else
///   w_p(x) = (x_p - x) / (1 - x_p) + 1,  w_n(x) = x / (1 - x_n)
///
/// x in [0, 1]; V_0 = 1 V. eta = -1 for a device that a negative voltage sets.
/// Source: Yakopcic et al., IEEE EDL 32 (2011) 1436, doi:10.1109/LED.2011.2163292, eqs. 1 to 7
template <class T = double>
struct Yakopcic {
  using value = T;
  static constexpr std::string_view name = "yakopcic";
  static constexpr std::string_view about = "tunnelling current, exponential thresholds (Yakopcic)";
  static constexpr std::string_view source = "doi:10.1109/LED.2011.2163292; illustrative constants";

  T a_1{1e-4}, a_2{1e-4};
  T b{1.0};
  T V_p{0.5}, V_n{0.5};
  T A_p{10.0}, A_n{10.0};
  T x_p{0.3}, x_n{0.5};
  T alpha_p{1.0}, alpha_n{5.0};
  T eta{1.0};

  T dx_dt(const T& x, double V) const {
    using std::exp;
    T g(0.0);
    if (T(V) > V_p)
      g = A_p * (std::exp(V) - exp(V_p));
    else if (T(V) < -V_n)
      g = -A_n * (std::exp(-V) - exp(V_n));
    else
      return T(0.0);
    const T speed = eta * g;
    if (speed > T(0.0) && x > x_p)
      return speed * exp(-alpha_p * (x - x_p)) * ((x_p - x) / (1.0 - x_p) + 1.0);
    if (speed < T(0.0) && x < T(1.0 - x_n))
      return speed * exp(alpha_n * (x + x_n - 1.0)) * x / (1.0 - x_n);
    return speed;
  }

  T I(const T& x, double V) const {
    using std::sinh;
    return (V < 0.0 ? a_2 : a_1) * x * sinh(b * V);
  }

  /// Voltages at which dx_dt has a corner.
  std::array<double, 2> corners() const { return {number(V_p), -number(V_n)}; }

  static constexpr auto params() {
    using P = Yakopcic;
    return std::array{
        Param<P, T>{"a_1", "A", "current scale, V > 0", &P::a_1, 0, 1e3},
        Param<P, T>{"a_2", "A", "current scale, V < 0", &P::a_2, 0, 1e3},
        Param<P, T>{"b", "per_V", "curvature of the current", &P::b, 1e-3, 50},
        Param<P, T>{"V_p", "V", "positive threshold", &P::V_p, 0, 100},
        Param<P, T>{"V_n", "V", "negative threshold, a magnitude", &P::V_n, 0, 100},
        Param<P, T>{"A_p", "per_s", "rate beyond the positive threshold", &P::A_p, 0, 1e18},
        Param<P, T>{"A_n", "per_s", "rate beyond the negative threshold", &P::A_n, 0, 1e18},
        Param<P, T>{"x_p", "1", "state above which x rises slower", &P::x_p, 0, 0.999},
        Param<P, T>{"x_n", "1", "1 - state below which x falls slower", &P::x_n, 0, 0.999},
        Param<P, T>{"alpha_p", "1", "slowing down above x_p", &P::alpha_p, 0, 100},
        Param<P, T>{"alpha_n", "1", "slowing down below 1 - x_n", &P::alpha_n, 0, 100},
        Param<P, T>{"eta", "1", "polarity: 1 if a positive voltage raises x, else -1", &P::eta, -1,
                    1, Fitted::no}};
  }
};

}  // namespace memplast
