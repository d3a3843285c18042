#pragma once
#include <algorithm>
#include <cmath>
#include <utility>

#include "../lib/engine/pair_rule.hpp"
#include "settings.hpp"

namespace memplast {

/// The outermost lag >= lowest [ms] at which one pair changes w by `step` in size, on the side
/// sign = +1 (potentiation) or -1; if no pair beyond `lowest` changes it that much, the lag of the
/// largest change there.
template <PairRule R>
double outermost_lag(const R& rule, double sign, double w, double step, double lowest) {
  const auto size = [&](double lag) { return std::abs(rule.dw(sign * lag, w)); };
  double reach = 1000.0;
  if constexpr (SeparableRule<R>) reach = sign > 0 ? rule.reach_plus() : rule.reach_minus();
  reach = std::max(reach, lowest);

  constexpr int n = 4000;
  double strongest = lowest;
  for (int k = n; k >= 0; --k) {
    double inside = lowest + (reach - lowest) * k / n;
    if (size(inside) > size(strongest)) strongest = inside;
    if (size(inside) < step) continue;
    double outside = std::min(reach, inside + (reach - lowest) / n);
    while (outside - inside > 1e-10) {
      const double middle = 0.5 * (inside + outside);
      (size(middle) >= step ? inside : outside) = middle;
    }
    return inside;
  }
  return strongest;
}

/// When the teacher's spikes come, so that one pair moves a working weight w0 by a small step: the
/// step falls from eta_start to eta_end over training as the spikes move outwards along the tails
/// of the device's own window.
///
///   dw(+lag_plus, w0) = balance eta_w,   dw(-lag_minus, w0) = -eta_w
///
/// eta_w = eta w0 for a rule whose changes vanish at w = 0 (multiplicative), else eta. A rule too
/// weak for either step at eta_start makes both smaller, and keeps the ratios balance and
/// eta_end/eta_start.
struct TeacherSchedule {
  double plus_start, plus_end, minus_start, minus_end;  ///< lags [ms]

  double lag_plus(double progress) const { return plus_start + progress * (plus_end - plus_start); }
  double lag_minus(double progress) const {
    return minus_start + progress * (minus_end - minus_start);
  }
};

/// `lowest`: no lag is shorter [ms].
template <PairRule R>
TeacherSchedule solve_schedule(const R& rule, const TeacherSettings& s, double lowest) {
  const auto size = [&](double sign, double lag) { return std::abs(rule.dw(sign * lag, s.w0)); };
  const bool multiplicative = rule.dw(lowest, 0.0) == 0.0 && rule.dw(-lowest, 0.0) == 0.0;
  const double minus = multiplicative ? s.eta_start * s.w0 : s.eta_start;
  const double plus = s.balance * minus;

  // Of both steps, that is within reach; a side that cannot change at all sets no bound.
  double share = 1.0;
  for (const auto& [sign, step] : {std::pair(+1.0, plus), std::pair(-1.0, minus)}) {
    const double reached = size(sign, outermost_lag(rule, sign, s.w0, step, lowest));
    if (reached > 0.0) share = std::min(share, reached / step);
  }

  const auto start_and_end = [&](double sign, double step, double& start, double& end) {
    start = outermost_lag(rule, sign, s.w0, share * step, lowest);
    const double reached = std::min(share * step, size(sign, start));
    end = outermost_lag(rule, sign, s.w0, reached * s.eta_end / s.eta_start, start);
  };
  TeacherSchedule out{};
  start_and_end(+1.0, plus, out.plus_start, out.plus_end);
  start_and_end(-1.0, minus, out.minus_start, out.minus_end);
  return out;
}

}  // namespace memplast
