#include "programmer.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace memplast {

Programmer::Programmer(const Rule& rule, Programming programming, double w_work, double base_step,
                       double lowest_ms)
    : programming_(programming) {
  if (programming == Programming::ideal) return;
  constexpr double strongest = std::numeric_limits<double>::infinity();
  const auto wanted =
      programming == Programming::timing || base_step <= 0.0 ? strongest : base_step;
  for (const double sign : {-1.0, +1.0}) {
    Side& side = sides_[sign > 0.0];
    const auto lag_of = [&](double step, double lowest) {
      return rule.outermost_lag(sign, w_work, step, lowest);
    };
    const auto step_at = [&](double lag) { return std::abs(rule.dw(sign * lag, w_work)); };
    side.lag = lag_of(wanted, lowest_ms);
    side.step = step_at(side.lag);
    if (programming == Programming::timing)
      for (int k = 0; k <= n_lags; ++k)
        side.lags.push_back(lag_of(side.step * std::exp2(-k / per_octave), side.lag));
    if (programming == Programming::verified && side.step > 0.0) {
      const double first = lag_of(strongest, lowest_ms);
      const int strengths = rule.pulses() != nullptr ? 1 : n_strengths;
      for (int k = 0; k < strengths; ++k)
        side.ladder.push_back(sign * lag_of(step_at(first) * std::exp2(-k), first));
    }
  }
}

Pulses Programmer::plan(double sign, double step, double lot) const {
  const Side& side = this->side(sign);
  if (!(side.step > 0.0)) return {.count = 0};
  const double ratio = step / side.step;
  switch (programming_) {
    case Programming::scaled:
      return {.lag_ms = std::copysign(side.lag, sign), .factor = ratio};
    case Programming::pulses:
      return {.lag_ms = std::copysign(side.lag, sign), .count = static_cast<int>(ratio + lot)};
    case Programming::timing: {
      const double k = std::max(0.0, -per_octave * std::log2(ratio));
      if (k > n_lags) return {.count = 0};
      const auto low = static_cast<std::size_t>(std::min(k, n_lags - 1.0));
      const double part = k - static_cast<double>(low);
      const double lag = side.lags[low] + part * (side.lags[low + 1] - side.lags[low]);
      return {.lag_ms = std::copysign(lag, sign)};
    }
    case Programming::ideal:
    case Programming::verified:
      break;
  }
  return {.count = 0};
}

}  // namespace memplast
