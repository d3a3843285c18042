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

/// Integrates dx/dt of a state model under a course of voltage and calls visit(x) at each knot, the
/// first one included; false if it would take more than `most_steps` steps or leaves the numbers.
///
/// Dormand-Prince steps of order 5 with an error of at most `tolerance` each (absolute and
/// relative), that end at knots and where the voltage passes a corner of the equation. With
/// T = ceres::Jet the derivatives of x by the parameters come along; they do not steer the steps.
template <class M, class T, class Visit>
bool integrate(const M& model, T x, std::span<const VoltageKnot> course, double tolerance,
               long most_steps, Visit&& visit) {
  namespace odeint = boost::numeric::odeint;
  auto stepper = odeint::make_controlled(
      tolerance, tolerance,
      odeint::runge_kutta_dopri5<T, double, T, double, odeint::vector_space_algebra>());
  const auto still = [&](double V) { return number(model.dx_dt(x, V)) == 0.0; };

  /// Over a piece on which the voltage is linear and passes no corner.
  double last_step = 0.0;
  const auto advance = [&](const VoltageKnot& from, const VoltageKnot& to) {
    if (still(from.V) && still(to.V)) return true;  // between corners, then, still throughout
    const double slope = (to.V - from.V) / (to.t - from.t);
    const auto rate = [&](const T& at, T& dx_dt, double t) {
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
      if (!std::isfinite(number(x))) return false;
    }
    return true;
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
        if (!advance(from, corner)) return false;
        from = corner;
      }
      if (!advance(from, course[i])) return false;
    }
    visit(x);
  }
  return true;
}

}  // namespace memplast
