#pragma once
#include <algorithm>
#include <span>

#include "number.hpp"
#include "voltage.hpp"

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

}  // namespace memplast
