#include "rule.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace memplast {

double Rule::outermost_lag(double sign, double w, double step, double lowest) const {
  const std::array<double, 4> question{sign, w, step, lowest};
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = lags_.find(question); known != lags_.end()) return known->second;
  }
  const double lag = search_lag(sign, w, step, lowest);
  const std::lock_guard lock(mutex_);
  return lags_.emplace(question, lag).first->second;
}

double Rule::search_lag(double sign, double w, double step, double lowest) const {
  const double reach = std::max(reach_ms(sign), lowest);
  constexpr int n = 4000, batch = 32;
  const auto lag = [&](int k) { return lowest + (reach - lowest) * k / n; };
  const auto size = [&](double at) { return std::abs(dw(sign * at, w)); };

  double strongest = lowest, strongest_size = size(lowest);
  std::array<double, batch> dt, change, state;
  state.fill(w);
  for (int last = n; last >= 0; last -= batch) {  // from outside, some lags at a time
    const int m = std::min(batch, last + 1);
    const auto count = static_cast<std::size_t>(m);
    for (int b = 0; b < m; ++b) dt[b] = sign * lag(last - b);
    changes(std::span(dt).first(count), std::span(state).first(count),
            std::span(change).first(count));
    for (int b = 0; b < m; ++b) {
      double inside = lag(last - b);
      if (std::abs(change[b]) > strongest_size) {
        strongest = inside;
        strongest_size = std::abs(change[b]);
      }
      if (std::abs(change[b]) < step) continue;
      double outside = std::min(reach, inside + (reach - lowest) / n);
      while (outside - inside > 1e-10) {
        const double middle = 0.5 * (inside + outside);
        (size(middle) >= step ? inside : outside) = middle;
      }
      return inside;
    }
  }
  return strongest;
}

}  // namespace memplast
