#pragma once
#include <algorithm>
#include <array>
#include <boost/numeric/odeint/algebra/vector_space_algebra.hpp>
#include <boost/numeric/odeint/stepper/controlled_runge_kutta.hpp>
#include <boost/numeric/odeint/stepper/generation.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>
#include <cmath>
#include <span>

#include "number.hpp"
#include "voltage.hpp"

// Not among the public headers: Boost.Odeint takes seconds to compile.

namespace memplast {

/// Calls advance(from, to) for each piece of a course on which the voltage is linear, passes no
/// corner of the equation and moves the state, and visit(knot) at each knot, the first included;
/// false as soon as advance is.
template <class M, class T, class Advance, class Visit>
bool walk(const M& model, const T& x, std::span<const VoltageKnot> course, Advance&& advance,
          Visit&& visit) {
  const auto still = [&](double V) { return number(model.dx_dt(x, V)) == 0.0; };
  // Still at both ends, then, between corners, still throughout.
  const auto piece = [&](const VoltageKnot& from, const VoltageKnot& to) {
    return (still(from.V) && still(to.V)) || advance(from, to);
  };
  visit(x);
  for (std::size_t i = 1; i < course.size(); ++i) {
    const auto& [t_0, V_0] = course[i - 1];
    const auto& [t_1, V_1] = course[i];
    VoltageKnot from = course[i - 1];
    if (t_1 > t_0) {
      auto corners = model.corners();
      std::sort(corners.begin(), corners.end());
      if (V_1 < V_0) std::reverse(corners.begin(), corners.end());
      for (const double V : corners) {
        if (!((V - V_0) * (V - V_1) < 0.0)) continue;
        const VoltageKnot corner{t_0 + (V - V_0) / (V_1 - V_0) * (t_1 - t_0), V};
        if (!(corner.t > from.t && corner.t < t_1)) continue;
        if (!piece(from, corner)) return false;
        from = corner;
      }
      if (!piece(from, course[i])) return false;
    }
    visit(x);
  }
  return true;
}

/// Integrates dx/dt of a state model under a course of voltage and calls visit(x) at each knot, the
/// first one included; false if it would take more than `most_steps` steps or leaves the numbers.
///
/// Dormand-Prince steps of order 5 with an error of at most `tolerance` each (absolute and
/// relative), that end at knots and where the voltage passes a corner of the equation.
template <class M, class Visit>
bool integrate(const M& model, double x, std::span<const VoltageKnot> course, double tolerance,
               long most_steps, Visit&& visit) {
  namespace odeint = boost::numeric::odeint;
  auto stepper = odeint::make_controlled(
      tolerance, tolerance,
      odeint::runge_kutta_dopri5<double, double, double, double, odeint::vector_space_algebra>());
  double last_step = 0.0;
  const auto advance = [&](const VoltageKnot& from, const VoltageKnot& to) {
    const double slope = (to.V - from.V) / (to.t - from.t);
    const auto rate = [&](double at, double& dx_dt, double t) {
      dx_dt = model.dx_dt(at, from.V + slope * (t - from.t));
    };
    stepper.stepper().reset();
    double t = from.t;
    double step = to.t - from.t;
    if (last_step > 0.0) step = std::min(step, last_step);
    while (t < to.t) {
      const bool last = t + step >= to.t;
      double trial = last ? to.t - t : step;
      if (--most_steps < 0 || !(trial > 0.0)) return false;
      if (stepper.try_step(rate, x, t, trial) == odeint::success) {
        if (last) t = to.t;
        last_step = std::max(trial, step);
      } else if (!(trial > 1e-15 * (to.t - from.t))) {
        return false;
      }
      step = trial;
      if (!std::isfinite(x)) return false;
    }
    return true;
  };
  return walk(model, x, course, advance, visit);
}

/// The same for fits, whose trial models may switch within a small part of a step (stiff): steps of
/// order 3 that stay stable however long they are. With T = ceres::Jet the derivatives of x by the
/// parameters come along; they do not steer the steps.
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
