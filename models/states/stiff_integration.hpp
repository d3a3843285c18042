#pragma once
#include <algorithm>
#include <cmath>
#include <span>

#include "number.hpp"
#include "voltage.hpp"
#include "walk.hpp"

namespace memplast {

/// integrate() (integration.hpp) for fits, whose trial models may switch within a small part of a
/// step (stiff): steps of order 3 that stay stable however long they are. With T = ceres::Jet the
/// derivatives of x by the parameters come along; they do not steer the steps.
///
/// ROS34PW2, a Rosenbrock W-method: dx/dt is linearised by a slope that need not be exact, here a
/// difference quotient. Source: Rang and Angermann, BIT 45 (2005) 761,
/// doi:10.1007/s10543-005-0035-y
template <class M, class T, class Visit>
bool integrate_stiff(const M& model, T x, std::span<const VoltageKnot> course, double tolerance,
                     long most_steps, Visit&& visit) {
  constexpr double gamma = 4.3586652150845900e-01;
  constexpr double a_21 = 8.7173304301691801e-01, a_31 = 8.4457060015369423e-01,
                   a_32 = -1.1299064236484185e-01;
  constexpr double g_21 = -8.7173304301691801e-01, g_31 = -9.0338057013044082e-01,
                   g_32 = 5.4180672388095326e-02, g_41 = 2.4212380706095346e-01,
                   g_42 = -1.2232505839045147e+00, g_43 = 5.4526025533510214e-01;
  constexpr double b_1 = 2.4212380706095346e-01, b_2 = -1.2232505839045147e+00,
                   b_3 = 1.5452602553351020e+00, b_4 = 4.3586652150845900e-01;
  // Of the embedded solution of order 2.
  constexpr double d_1 = 3.7810903145819369e-01, d_2 = -9.6042292212423178e-02, d_3 = 0.5,
                   d_4 = 2.1793326075422950e-01;
  double last_step = 0.0;
  const auto advance = [&](const VoltageKnot& from, const VoltageKnot& to) {
    const double rise = (to.V - from.V) / (to.t - from.t);
    const double shortest = 1e-13 * (to.t - from.t);
    double t = from.t;
    double step = to.t - from.t;
    if (last_step > 0.0) step = std::min(step, last_step);
    while (t < to.t) {
      const bool last = t + step >= to.t - shortest;
      const double h = last ? to.t - t : step;
      if (--most_steps < 0 || !(step > shortest)) return false;
      const auto rate = [&](const T& at, double share) {
        return model.dx_dt(at, from.V + rise * (t + share * h - from.t));
      };
      constexpr double nearby = 1e-7;
      const T f = rate(x, 0.0);
      const double z = h * (number(rate(x + nearby, 0.0)) - number(f)) / nearby;
      const double solve = 1.0 / (1.0 - gamma * z);
      const T k_1 = (h * solve) * f;
      const T k_2 = solve * (h * rate(x + a_21 * k_1, a_21) + (z * g_21) * k_1);
      const T k_3 = solve * (h * rate(x + a_31 * k_1 + a_32 * k_2, a_31 + a_32) +
                             z * (g_31 * k_1 + g_32 * k_2));
      const T k_4 = solve * (h * rate(x + k_3, 1.0) + z * (g_41 * k_1 + g_42 * k_2 + g_43 * k_3));
      const double error = std::abs((b_1 - d_1) * number(k_1) + (b_2 - d_2) * number(k_2) +
                                    (b_3 - d_3) * number(k_3) + (b_4 - d_4) * number(k_4)) /
                           (tolerance * (1.0 + std::abs(number(x))));
      if (!std::isfinite(error)) {
        step = 0.1 * h;
        continue;
      }
      const double growth = std::clamp(0.9 / std::cbrt(std::max(error, 1e-3)), 0.2, 5.0);
      if (error <= 1.0) {
        x += b_1 * k_1 + b_2 * k_2 + b_3 * k_3 + b_4 * k_4;
        x += std::clamp(number(x), 0.0, 1.0) - number(x);
        t = last ? to.t : t + h;
        last_step = std::max(growth * h, step);
      }
      step = growth * h;
    }
    return true;
  };
  return walk(model, x, course, advance, visit);
}

}  // namespace memplast
