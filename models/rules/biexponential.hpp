#pragma once
#include <array>
#include <cmath>
#include <string_view>

#include "../../lib/base/params.hpp"

namespace memplast {

/// Windows that rise and decay exponentially, with soft bounds.
///
///   dw =  A_plus  (1 - w) [exp(-x / tau_plus ) - exp(-x / (rise_plus  tau_plus ))]   dt > 0
///   dw = -A_minus      w  [exp(-x / tau_minus) - exp(-x / (rise_minus tau_minus))]   dt < 0
///
/// x = abs(dt); rise < 1 is the time constant of the rise over that of the decay. The bracket is
/// the difference of two exponentials that describes synaptic conductances; its constants are
/// illustrative. Soft bounds: Guetig et al., J. Neurosci. 23 (2003) 3697,
/// doi:10.1523/JNEUROSCI.23-09-03697.2003, with mu = 1.
template <class T = double>
struct BiexponentialWindow {
  static constexpr std::string_view name = "biexp";
  static constexpr std::string_view about = "bi-exponential windows (rise and decay), soft bounds";
  static constexpr std::string_view source = "a form to describe data; illustrative constants";
  static constexpr bool pairs_at_zero = false;

  T A_plus{0.05};
  T A_minus{0.05};
  T tau_plus{20.0};
  T tau_minus{20.0};
  T rise_plus{0.2};
  T rise_minus{0.2};

  T S(double dt) const {
    return dt > 0 ? T(A_plus * shape(dt, tau_plus, rise_plus))
                  : T(-A_minus * shape(-dt, tau_minus, rise_minus));
  }
  double D_plus(double w) const { return 1.0 - w; }
  double D_minus(double w) const { return w; }
  T dw(double dt, double w) const { return S(dt) * (dt > 0 ? D_plus(w) : D_minus(w)); }

  T reach_plus() const { return 46.0 * tau_plus; }  // exp(-46) < 1e-18 of the peak, 0.018 or more
  T reach_minus() const { return 46.0 * tau_minus; }

  static constexpr auto params() {
    using P = BiexponentialWindow;
    return std::array{
        Param<P, T>{"A_plus", "1", "potentiation amplitude", &P::A_plus, 0, 50},
        Param<P, T>{"A_minus", "1", "depression amplitude", &P::A_minus, 0, 50},
        Param<P, T>{"tau_plus", "ms", "decay time of potentiation", &P::tau_plus, 0.1, 1000},
        Param<P, T>{"tau_minus", "ms", "decay time of depression", &P::tau_minus, 0.1, 1000},
        Param<P, T>{"rise_plus", "1", "rise over decay, potentiation", &P::rise_plus, 1e-3, 0.95},
        Param<P, T>{"rise_minus", "1", "rise over decay, depression", &P::rise_minus, 1e-3, 0.95}};
  }

 private:
  static T shape(double x, const T& tau, const T& rise) {
    using std::exp;
    return T(exp(-x / tau) - exp(-x / (rise * tau)));
  }
};

}  // namespace memplast
