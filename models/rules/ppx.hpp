#pragma once
#include <array>
#include <cmath>
#include <string_view>

#include "../../lib/base/params.hpp"
#include "../../lib/numeric/fast_exp.hpp"

namespace memplast {

/// Spike-pair plasticity of the parylene (PPX) memristor, with x = abs(dt) / tau.
///
///   dw =  alpha_plus  exp(-beta_plus (1 - w)) x exp(-gamma_plus  x^2)   0 < dt <= 500 ms
///   dw = -alpha_minus exp(-beta_minus     w ) x exp(-gamma_minus x^2)   -500 ms <= dt <= 0
///
/// tau only sets the scale of alpha and gamma, so fits keep it.
/// Source: public code of Sboev et al., Mathematics 9 (2021) 3237, doi:10.3390/math9243237.
template <class T = double>
struct PpxMemristor {
  static constexpr std::string_view name = "ppx";
  static constexpr std::string_view about = "parylene (poly-p-xylylene) memristor";
  static constexpr std::string_view source = "doi:10.3390/math9243237";
  static constexpr bool pairs_at_zero = true;
  static constexpr bool costly_state = true;
  static constexpr double dt_max = 500.0;

  T alpha_plus{0.3161977426412055};
  T alpha_minus{0.011297914920262086};
  T beta_plus{2.213043124548639};
  T beta_minus{-5.9693974750170025};
  T gamma_plus{0.031839429846118886};
  T gamma_minus{0.14568323501051358};
  T tau{10.0};

  T S(double dt) const {
    const bool pre_first = dt > 0;
    const double lag = std::abs(dt);
    const T x = lag / tau;
    const T peak = (pre_first ? alpha_plus : -alpha_minus) * x;
    const T within = peak * decay_exp<T>(-(pre_first ? gamma_plus : gamma_minus) * x * x);
    return lag > dt_max ? T(0.0) : within;
  }
  T D_plus(double w) const { return state_exp<T>(-beta_plus * (1.0 - w)); }
  T D_minus(double w) const { return state_exp<T>(-beta_minus * w); }
  T dw(double dt, double w) const { return S(dt) * (dt > 0 ? D_plus(w) : D_minus(w)); }

  T reach_plus() const { return T(dt_max); }
  T reach_minus() const { return T(dt_max); }

  static constexpr auto params() {
    using P = PpxMemristor;
    return std::array{
        Param<P, T>{"alpha_plus", "1", "potentiation amplitude", &P::alpha_plus, 0, 10},
        Param<P, T>{"alpha_minus", "1", "depression amplitude", &P::alpha_minus, 0, 10},
        Param<P, T>{"beta_plus", "1", "state dependence of potentiation", &P::beta_plus, -20, 20},
        Param<P, T>{"beta_minus", "1", "state dependence of depression", &P::beta_minus, -20, 20},
        Param<P, T>{"gamma_plus", "1", "narrowness of potentiation", &P::gamma_plus, 1e-4, 100},
        Param<P, T>{"gamma_minus", "1", "narrowness of depression", &P::gamma_minus, 1e-4, 100},
        Param<P, T>{"tau", "ms", "time scale of x", &P::tau, 0.1, 1000, Fitted::no}};
  }
};

}  // namespace memplast
