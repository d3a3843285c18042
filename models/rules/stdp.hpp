#pragma once
#include <array>
#include <cmath>
#include <string_view>
#include <type_traits>

#include "../../lib/base/params.hpp"
#include "../../lib/numeric/fast_exp.hpp"

namespace memplast {

/// Classic spike-timing-dependent plasticity with exponential windows.
///
///   dw =  lambda       (1 - w)^mu_plus  exp(-dt / tau_plus )       dt > 0
///   dw = -lambda alpha      w ^mu_minus exp(-abs(dt) / tau_minus)  dt < 0
///
/// mu = 0 is additive, mu = 1 multiplicative; 0^0 = 1.
/// Source: Guetig et al., J. Neurosci. 23 (2003) 3697, doi:10.1523/JNEUROSCI.23-09-03697.2003.
template <class T = double>
struct StdpExponential {
  static constexpr std::string_view name = "stdp";
  static constexpr std::string_view about = "classic STDP, exponential windows";
  static constexpr std::string_view source = "doi:10.1523/JNEUROSCI.23-09-03697.2003";
  static constexpr bool pairs_at_zero = false;

  T lambda{0.01};
  T alpha{1.0};
  T mu_plus{0.0};
  T mu_minus{0.0};
  T tau_plus{20.0};
  T tau_minus{20.0};

  T S(double dt) const {
    const bool pre_first = dt > 0;
    const T amplitude = pre_first ? lambda : -lambda * alpha;
    return amplitude * decay_exp<T>(-std::abs(dt) / (pre_first ? tau_plus : tau_minus));
  }
  T D_plus(double w) const { return power(1.0 - w, mu_plus); }
  T D_minus(double w) const { return power(w, mu_minus); }
  T dw(double dt, double w) const { return S(dt) * (dt > 0 ? D_plus(w) : D_minus(w)); }

  /// Calls visit(state) with the state dependence: for the two common exponents one that the
  /// compiler sees through, so that loops over synapses vectorise.
  template <class Visit>
  void visit_state(Visit&& visit) const {
    struct Additive {
      double D_plus(double) const { return 1.0; }
      double D_minus(double) const { return 1.0; }
    };
    struct Multiplicative {
      double D_plus(double w) const { return 1.0 - w; }
      double D_minus(double w) const { return w; }
    };
    if (mu_plus == 0.0 && mu_minus == 0.0)
      visit(Additive{});
    else if (mu_plus == 1.0 && mu_minus == 1.0)
      visit(Multiplicative{});
    else
      visit(*this);
  }

  T reach_plus() const { return 42.0 * tau_plus; }  // exp(-42) < 6e-19
  T reach_minus() const { return 42.0 * tau_minus; }

  static constexpr auto params() {
    using P = StdpExponential;
    return std::array{
        Param<P, T>{"lambda", "1", "potentiation amplitude", &P::lambda, 0, 1},
        Param<P, T>{"alpha", "1", "depression over potentiation", &P::alpha, 0, 100},
        Param<P, T>{"mu_plus", "1", "exponent of potentiation", &P::mu_plus, 0, 10},
        Param<P, T>{"mu_minus", "1", "exponent of depression", &P::mu_minus, 0, 10},
        Param<P, T>{"tau_plus", "ms", "potentiation time constant", &P::tau_plus, 0.1, 1000},
        Param<P, T>{"tau_minus", "ms", "depression time constant", &P::tau_minus, 0.1, 1000}};
  }

 private:
  // The shortcuts spare the simulation a pow; a fit must see the derivative in the exponent, which
  // a zero base does not have.
  static T power(double base, const T& exponent) {
    using std::pow;
    if constexpr (std::is_same_v<T, double>) {
      if (exponent == 0.0) return 1.0;
      if (exponent == 1.0) return base;
    } else if (base <= 0.0) {
      return T(exponent == 0.0 ? 1.0 : 0.0);
    }
    return T(pow(base, exponent));
  }
};

}  // namespace memplast
