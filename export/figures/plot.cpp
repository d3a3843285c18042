#include "plot.hpp"

#include <algorithm>
#include <cmath>

#include "../../lib/base/text.hpp"

namespace memplast {

Axis Axis::around(const std::vector<double>& values, std::string label) {
  Axis axis{0.0, 1.0, std::move(label)};
  bool first = true;
  for (const double v : values) {
    if (!std::isfinite(v)) continue;
    axis.low = first ? v : std::min(axis.low, v);
    axis.high = first ? v : std::max(axis.high, v);
    first = false;
  }
  const double length = axis.high - axis.low;
  const double margin = length > 0.0 ? 0.04 * length : std::max(0.5, std::abs(axis.high));
  axis.low -= margin;
  axis.high += margin;
  return axis;
}

std::vector<double> ticks(const Axis& axis, int count) {
  const double rough = (axis.high - axis.low) / count;
  if (!(rough > 0.0) || !std::isfinite(rough)) return {};
  const double power = std::pow(10.0, std::floor(std::log10(rough)));
  const double round = power * (rough <= power       ? 1.0
                                : rough <= 2 * power ? 2.0
                                : rough <= 5 * power ? 5.0
                                                     : 10.0);
  const double step = axis.whole ? std::max(round, 1.0) : round;
  std::vector<double> out;
  const double first = std::ceil(axis.low / step - 1e-9);
  for (int k = 0; k <= 2 * count; ++k) {
    const double value = (first + k) * step;
    if (value > axis.high + 1e-9 * step) break;
    out.push_back(std::abs(value) < 1e-9 * step ? 0.0 : value);
  }
  return out;
}

Plot::Plot(Svg& svg, Point upper_left, Point lower_right, Axis x, Axis y)
    : svg_(svg),
      upper_left_(upper_left),
      lower_right_(lower_right),
      x_(std::move(x)),
      y_(std::move(y)) {
  const auto [left, top] = upper_left_;
  const auto [right, bottom] = lower_right_;
  for (const double v : ticks(y_, std::clamp(static_cast<int>((bottom - top) / 32.0), 2, 6))) {
    svg_.line({left, this->y(v)}, {right, this->y(v)}, "grid");
    svg_.text({left - 5, this->y(v) + 3.5}, rounded(v, 4), "end", "small");
  }
  for (const double v : ticks(x_, std::clamp(static_cast<int>((right - left) / 52.0), 2, 7))) {
    svg_.line({this->x(v), bottom}, {this->x(v), bottom + 4}, "axis");
    if (!x_.label.empty()) svg_.text({this->x(v), bottom + 15}, rounded(v, 4), "middle", "small");
  }
  svg_.polyline({{left, top}, {left, bottom}, {right, bottom}}, "axis");
  if (!x_.label.empty()) svg_.text({(left + right) / 2, bottom + 30}, x_.label, "middle");
  if (!y_.label.empty()) svg_.text({12, (top + bottom) / 2}, y_.label, "middle", "", true);
}

double Plot::x(double value) const {
  const double part = (value - x_.low) / (x_.high - x_.low);
  return upper_left_.x + std::clamp(part, -0.02, 1.02) * (lower_right_.x - upper_left_.x);
}

double Plot::y(double value) const {
  const double part = (value - y_.low) / (y_.high - y_.low);
  return lower_right_.y - std::clamp(part, -0.02, 1.02) * (lower_right_.y - upper_left_.y);
}

void Plot::line(const std::vector<double>& xs, const std::vector<double>& ys,
                std::string_view style) {
  std::vector<Point> points;
  for (std::size_t i = 0; i < xs.size(); ++i) points.push_back(at(xs[i], ys[i]));
  svg_.polyline(points, style);
}

void Plot::band(const std::vector<double>& xs, const std::vector<double>& low,
                const std::vector<double>& high, std::string_view style) {
  std::vector<Point> points;
  for (std::size_t i = 0; i < xs.size(); ++i) points.push_back(at(xs[i], high[i]));
  for (std::size_t i = xs.size(); i-- > 0;) points.push_back(at(xs[i], low[i]));
  svg_.polygon(points, style);
}

}  // namespace memplast
