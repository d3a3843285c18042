#pragma once
#include <algorithm>
#include <boost/numeric/odeint/algebra/vector_space_algebra.hpp>
#include <boost/numeric/odeint/stepper/controlled_runge_kutta.hpp>
#include <boost/numeric/odeint/stepper/generation.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>
#include <cmath>
#include <span>

#include "voltage.hpp"
#include "walk.hpp"

// Not among the public headers: Boost.Odeint takes seconds to compile.

namespace memplast {

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

}  // namespace memplast
