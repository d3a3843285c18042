#pragma once
#include <string>
#include <vector>

#include "svg.hpp"

namespace memplast {

/// A linear axis from `low` to `high`.
struct Axis {
  double low, high;
  std::string label;
  bool whole = false;  ///< ticks are whole numbers

  /// Includes every value, with a margin of 4 %; never of zero length.
  static Axis around(const std::vector<double>& values, std::string label);
};

/// Round numbers, about `count` of them, within an axis.
std::vector<double> ticks(const Axis& axis, int count = 5);

/// A frame with two axes in a drawing; what is drawn through it is in the units of the axes.
class Plot {
 public:
  /// Draws grid, ticks and labels into the rectangle between two corners of `svg`.
  Plot(Svg& svg, Point upper_left, Point lower_right, Axis x, Axis y);

  double x(double value) const;
  double y(double value) const;
  Point at(double x_value, double y_value) const { return {x(x_value), y(y_value)}; }

  void line(const std::vector<double>& xs, const std::vector<double>& ys, std::string_view style);
  void band(const std::vector<double>& xs, const std::vector<double>& low,
            const std::vector<double>& high, std::string_view style);

 private:
  Svg& svg_;
  Point upper_left_, lower_right_;
  Axis x_, y_;
};

}  // namespace memplast
