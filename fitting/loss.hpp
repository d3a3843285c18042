#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

namespace memplast {

/// How much a residual u, in units of its scale, weighs in a fit: sum of rho(u), rho = u^2 near 0.
///
///   none     u^2
///   huber    u^2 for abs(u) <= c, 2 c abs(u) - c^2 beyond             c = 1.345
///   cauchy   c^2 log(1 + (u/c)^2)                                     c = 2.3849
///   tukey    c^2/3 (1 - (1 - (u/c)^2)^3) for abs(u) <= c, c^2/3 beyond  c = 4.6851
///
/// Each c gives 95 % of the efficiency of least squares on normal residuals.
/// `automatic`: none, unless the residuals have outliers, then tukey.
/// Source: Holland and Welsch, Commun. Stat. A 6 (1977) 813, doi:10.1080/03610927708827533
enum class Loss { automatic, none, huber, cauchy, tukey };

/// The words that stand for them, in order.
inline constexpr std::array<std::string_view, 5> loss_names{"auto", "none", "huber", "cauchy",
                                                            "tukey"};
constexpr std::string_view to_string(Loss loss) {
  return loss_names[static_cast<std::size_t>(loss)];
}

/// rho(u), psi(u) = rho'(u) / 2 and psi'(u).
struct LossValue {
  double rho, psi, dpsi;
};

inline LossValue loss_at(Loss loss, double u) {
  switch (loss) {
    case Loss::huber: {
      constexpr double c = 1.345;
      if (std::abs(u) <= c) return {u * u, u, 1.0};
      return {2.0 * c * std::abs(u) - c * c, std::copysign(c, u), 0.0};
    }
    case Loss::cauchy: {
      constexpr double c2 = 2.3849 * 2.3849;
      const double q = 1.0 + u * u / c2;
      return {c2 * std::log(q), u / q, (1.0 - u * u / c2) / (q * q)};
    }
    case Loss::tukey: {
      constexpr double c2 = 4.6851 * 4.6851;
      const double v = u * u / c2;
      if (v >= 1.0) return {c2 / 3.0, 0.0, 0.0};
      const double q = 1.0 - v;
      return {c2 / 3.0 * (1.0 - q * q * q), u * q * q, q * (1.0 - 5.0 * v)};
    }
    case Loss::automatic:
    case Loss::none:
      break;
  }
  return {u * u, u, 1.0};
}

}  // namespace memplast
