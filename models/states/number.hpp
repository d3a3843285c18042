#pragma once

namespace memplast {

/// The value of a number that may carry derivatives (a ceres::Jet keeps it in `a`).
template <class T>
double number(const T& x) {
  if constexpr (requires { x.a; })
    return x.a;
  else
    return x;
}

}  // namespace memplast
