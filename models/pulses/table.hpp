#pragma once
#include <algorithm>
#include <array>
#include <string_view>

#include "../../lib/base/params.hpp"

namespace memplast {

/// The measured step of a pulse as a function of the state: five values for each polarity, at
/// w = 0, 1/4, 1/2, 3/4 and 1, linear between them and constant beyond.
///
///   w += step_plus(w)    one potentiating pulse
///   w -= step_minus(w)   one depressing pulse
///
/// Assumes no equation; the values are those that reproduce the measured ramps best.
template <class T = double>
struct TablePulse {
  static constexpr std::string_view name = "pulse_table";
  static constexpr std::string_view about = "measured step of a pulse as a function of the state";
  static constexpr std::string_view source = "the measurement; illustrative constants";

  T plus_0{0.02}, plus_25{0.015}, plus_50{0.01}, plus_75{0.005}, plus_100{0.0};
  T minus_0{0.0}, minus_25{0.005}, minus_50{0.01}, minus_75{0.015}, minus_100{0.02};

  T D_plus(const T& w) const { return at({plus_0, plus_25, plus_50, plus_75, plus_100}, w); }
  T D_minus(const T& w) const { return at({minus_0, minus_25, minus_50, minus_75, minus_100}, w); }

  /// A device that takes n pulses to cover most of its range.
  static TablePulse typical(double n) {
    const double a = 2.0 / n;
    return {T(a),        T(0.75 * a), T(0.5 * a), T(0.25 * a), T(0.05 * a),
            T(0.05 * a), T(0.25 * a), T(0.5 * a), T(0.75 * a), T(a)};
  }

  static constexpr auto params() {
    using P = TablePulse;
    return std::array{
        Param<P, T>{"plus_0", "1", "potentiating step at w = 0", &P::plus_0, 0, 1},
        Param<P, T>{"plus_25", "1", "potentiating step at w = 0.25", &P::plus_25, 0, 1},
        Param<P, T>{"plus_50", "1", "potentiating step at w = 0.5", &P::plus_50, 0, 1},
        Param<P, T>{"plus_75", "1", "potentiating step at w = 0.75", &P::plus_75, 0, 1},
        Param<P, T>{"plus_100", "1", "potentiating step at w = 1", &P::plus_100, 0, 1},
        Param<P, T>{"minus_0", "1", "depressing step at w = 0", &P::minus_0, 0, 1},
        Param<P, T>{"minus_25", "1", "depressing step at w = 0.25", &P::minus_25, 0, 1},
        Param<P, T>{"minus_50", "1", "depressing step at w = 0.5", &P::minus_50, 0, 1},
        Param<P, T>{"minus_75", "1", "depressing step at w = 0.75", &P::minus_75, 0, 1},
        Param<P, T>{"minus_100", "1", "depressing step at w = 1", &P::minus_100, 0, 1}};
  }

 private:
  static T at(const std::array<T, 5>& values, const T& w) {
    if (!(w > T(0.0))) return values.front();
    if (!(w < T(1.0))) return values.back();
    const T x = 4.0 * w;
    std::size_t k = 0;
    while (k < 3 && x > T(k + 1.0)) ++k;
    return values[k] + (x - static_cast<double>(k)) * (values[k + 1] - values[k]);
  }
};

}  // namespace memplast
