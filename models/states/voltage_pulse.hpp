#pragma once
#include <string>
#include <string_view>

#include "voltage.hpp"

namespace memplast {

/// The voltage that a spike puts on its terminal, from the time of the spike on.
///
///   rectangular    A for `width`
///   triangular     0 to A and back to 0 within `width`
///   biphasic       A for half of `width`, then -A for the other half
///   bitriangular   a triangle to A in half of `width`, then one to -A in the other half
///   exponential    A for `width`, then -A/2 exp(-t / tail)
struct VoltagePulse {
  enum class Shape { rectangular, triangular, biphasic, bitriangular, exponential };
  Shape shape = Shape::bitriangular;
  double amplitude = 1.0;  ///< V; its sign is that of the first phase
  double width = 0.02;     ///< s
  double tail = 0.0;       ///< s, of an exponential only

  /// From 0 V before the spike to 0 V after it. A tail is drawn by chords 1/50 of its time long
  /// (off by at most 5e-5 of its amplitude) and ends after 15 of its times.
  VoltageCourse course() const;
  double duration() const;
};

/// "bitriangular:1V,20ms", "exponential:800mV,1ms,20ms": SHAPE:AMPLITUDE,WIDTH[,TAIL] with units.
/// An InputError names `where`.
VoltagePulse parse_voltage_pulse(std::string_view text, const std::string& where);
/// The reverse.
std::string to_string(const VoltagePulse& pulse);

/// The voltage on a device whose post terminal carries one course from `t_post` on and whose pre
/// terminal another one from `t_pre` on: V = V_post - V_pre. Both courses start and end at 0 V.
VoltageCourse superpose(const VoltageCourse& pre, double t_pre, const VoltageCourse& post,
                        double t_post);

}  // namespace memplast
