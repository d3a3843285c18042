#pragma once
#include <vector>

namespace memplast {

/// A point of a voltage course.
struct VoltageKnot {
  double t;  ///< s
  double V;  ///< V
};

/// A voltage over time: linear between its knots, whose times never fall; two knots at one time
/// make a jump.
using VoltageCourse = std::vector<VoltageKnot>;

}  // namespace memplast
