#pragma once
#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

#include "../../lib/engine/pair_rule.hpp"

namespace memplast {

/// A measured window as a plasticity rule: dw interpolated between measured points.
///
///   dw(dt, w) = bilinear in the points (dt_ms[k], w[s]) -> values[s][k]
///
/// The branches dt > 0 and dt <= 0 are interpolated apart, since windows jump at dt = 0; within a
/// branch the value nearest to zero continues to zero. Beyond the measured dt there is no change;
/// beyond the measured w the nearest state holds.
struct TableRule {
  static constexpr std::string_view name = "table";
  static constexpr std::string_view about = "measured window, interpolated";
  static constexpr std::string_view source = "the measurement it was made from";
  static constexpr bool pairs_at_zero = true;

  std::vector<double> dt_ms;                ///< ascending
  std::vector<double> w;                    ///< ascending, at least one state
  std::vector<std::vector<double>> values;  ///< [state][dt] change of w

  double dw(double dt, double state) const {
    const std::size_t s = segment(w, state);
    const double low = at(values[s], dt);
    if (s + 1 >= w.size() || state <= w[s]) return low;
    const double part = (state - w[s]) / (w[s + 1] - w[s]);
    return low + part * (at(values[s + 1], dt) - low);
  }

 private:
  // The last point at or below x, or the first.
  static std::size_t segment(const std::vector<double>& points, double x) {
    const auto above = std::upper_bound(points.begin(), points.end(), x);
    return static_cast<std::size_t>(std::max<std::ptrdiff_t>(above - points.begin() - 1, 0));
  }

  double at(const std::vector<double>& row, double dt) const {
    if (dt > 0.0 ? dt > dt_ms.back() : dt < dt_ms.front())
      return 0.0;  // or a branch without points
    if (dt < dt_ms.front()) return row.front();
    if (dt > dt_ms.back()) return row.back();
    const std::size_t k = segment(dt_ms, dt);
    if (k + 1 >= dt_ms.size() || dt == dt_ms[k]) return row[k];
    const bool crosses_zero = dt_ms[k] <= 0.0 && dt_ms[k + 1] > 0.0;
    if (crosses_zero) return dt > 0.0 ? row[k + 1] : row[k];
    const double part = (dt - dt_ms[k]) / (dt_ms[k + 1] - dt_ms[k]);
    return row[k] + part * (row[k + 1] - row[k]);
  }
};

}  // namespace memplast
