#pragma once
#include <array>
#include <cmath>
#include <string_view>

#include "../../lib/base/params.hpp"

namespace memplast {

/// Gaussian windows with soft bounds.
///
///   dw =  A_plus  (1 - w) exp(-(dt - mu_plus )^2 / (2 sigma_plus^2 ))   dt > 0
///   dw = -A_minus      w  exp(-(dt + mu_minus)^2 / (2 sigma_minus^2))   dt < 0
///
/// mu is where the effect is strongest, 0 for coincident spikes. A description of windows that rise
/// and fall, not the physics of one device; its constants are illustrative. Soft bounds: Guetig
/// et al., J. Neurosci. 23 (2003) 3697, doi:10.1523/JNEUROSCI.23-09-03697.2003, with mu = 1.
template <class T = double>
struct GaussianWindow {
  static constexpr std::string_view name = "gaussian";
  static constexpr std::string_view about = "Gaussian windows, soft bounds";
  static constexpr std::string_view source = "a form to describe data; illustrative constants";
  static constexpr bool pairs_at_zero = false;

  T A_plus{0.05};
  T A_minus{0.05};
  T mu_plus{10.0};
  T mu_minus{10.0};
  T sigma_plus{10.0};
  T sigma_minus{10.0};

  T S(double dt) const {
    using std::exp;
    const T x = dt > 0 ? T((dt - mu_plus) / sigma_plus) : T((dt + mu_minus) / sigma_minus);
    const T shape = exp(-0.5 * x * x);
    return dt > 0 ? T(A_plus * shape) : T(-A_minus * shape);
  }
  double D_plus(double w) const { return 1.0 - w; }
  double D_minus(double w) const { return w; }
  T dw(double dt, double w) const { return S(dt) * (dt > 0 ? D_plus(w) : D_minus(w)); }

  T reach_plus() const { return mu_plus + 9.2 * sigma_plus; }  // exp(-9.2^2 / 2) < 1e-18
  T reach_minus() const { return mu_minus + 9.2 * sigma_minus; }

  static constexpr auto params() {
    using P = GaussianWindow;
    return std::array{
        Param<P, T>{"A_plus", "1", "potentiation amplitude", &P::A_plus, 0, 10},
        Param<P, T>{"A_minus", "1", "depression amplitude", &P::A_minus, 0, 10},
        Param<P, T>{"mu_plus", "ms", "lag of the strongest potentiation", &P::mu_plus, 0, 500},
        Param<P, T>{"mu_minus", "ms", "lag of the strongest depression", &P::mu_minus, 0, 500},
        Param<P, T>{"sigma_plus", "ms", "width of potentiation", &P::sigma_plus, 0.1, 500},
        Param<P, T>{"sigma_minus", "ms", "width of depression", &P::sigma_minus, 0.1, 500}};
  }
};

}  // namespace memplast
