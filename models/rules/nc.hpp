#pragma once
#include <array>
#include <string_view>

#include "../../lib/base/params.hpp"
#include "../../lib/numeric/fast_exp.hpp"

namespace memplast {

/// Spike-pair plasticity of the nanocomposite memristor, (CoFeB)x(LiNbO3)1-x.
///
///   dw = A_plus  w [1 - tanh((dt - mu_plus ) / tau_plus )]   dt > 0
///   dw = A_minus w [1 + tanh((dt - mu_minus) / tau_minus)]   dt <= 0
///
/// Source: Demin et al., Neural Networks 134 (2021) 64-75, doi:10.1016/j.neunet.2020.11.005;
/// constants from the public code of Sboev et al. 2021, doi:10.3390/math9243237, which stores
/// tau_minus negative and has the other sign in its formula.
template <class T = double>
struct NcMemristor {
  static constexpr std::string_view name = "nc";
  static constexpr std::string_view about = "nanocomposite memristor (CoFeB)x(LiNbO3)1-x";
  static constexpr std::string_view source = "doi:10.1016/j.neunet.2020.11.005";
  static constexpr bool pairs_at_zero = true;

  T A_plus{0.07376001452742792};
  T A_minus{-0.04963699617346189};
  T mu_plus{26.730656991521247};
  T mu_minus{-22.325265872889496};
  T tau_plus{9.300596954566565};
  T tau_minus{10.81180238558187};

  T S(double dt) const {
    const bool pre_first = dt > 0;
    const T from_centre = (pre_first ? dt : -dt) - (pre_first ? mu_plus : -mu_minus);
    return (pre_first ? A_plus : A_minus) * edge(from_centre / (pre_first ? tau_plus : tau_minus));
  }
  double D_plus(double w) const { return w; }
  double D_minus(double w) const { return w; }
  T dw(double dt, double w) const { return S(dt) * w; }

  T reach_plus() const { return mu_plus + 21.0 * tau_plus; }  // 1 - tanh(21) < 1.2e-18
  T reach_minus() const { return 21.0 * tau_minus - mu_minus; }

  /// 1 - tanh(x) = 2/(1 + exp(2x)), which keeps its digits where tanh(x) is near 1; beyond
  /// abs(x) = 40 it stays as it is there, 2 or 3.6e-35.
  static T edge(const T& x) {
    const T near = x > 40.0 ? T(40.0) : x < -40.0 ? T(-40.0) : x;
    return 2.0 / (1.0 + state_exp<T>(2.0 * near));
  }

  static constexpr auto params() {
    using P = NcMemristor;
    return std::array{
        Param<P, T>{"A_plus", "1", "potentiation amplitude", &P::A_plus, 0, 1},
        Param<P, T>{"A_minus", "1", "depression amplitude", &P::A_minus, -1, 0},
        Param<P, T>{"mu_plus", "ms", "centre of the potentiation edge", &P::mu_plus, 0, 500},
        Param<P, T>{"mu_minus", "ms", "centre of the depression edge", &P::mu_minus, -500, 0},
        Param<P, T>{"tau_plus", "ms", "width of the potentiation edge", &P::tau_plus, 0.1, 500},
        Param<P, T>{"tau_minus", "ms", "width of the depression edge", &P::tau_minus, 0.1, 500}};
  }
};

}  // namespace memplast
