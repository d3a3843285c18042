#pragma once
#include <array>

#include "../../lib/base/params.hpp"

namespace memplast {

/// The device behind the weights: G = G_min + w (G_max - G_min), and what a read or a write of one
/// device takes: energy = G V^2 t.
struct Conductance {
  double G_min = 1e-6;
  double G_max = 1e-4;
  double V_read = 0.1;
  double t_read = 1e-6;
  double V_write = 1.0;
  double t_write = 1e-6;

  double siemens(double w) const { return G_min + w * (G_max - G_min); }
  double weight(double siemens) const { return (siemens - G_min) / (G_max - G_min); }

  static constexpr auto params() {
    using P = Conductance;
    return std::array{Param<P, double>{"G_min", "S", "lowest conductance", &P::G_min, 0, 1e3},
                      Param<P, double>{"G_max", "S", "highest conductance", &P::G_max, 0, 1e3},
                      Param<P, double>{"V_read", "V", "voltage of a read", &P::V_read, 0, 1e3},
                      Param<P, double>{"t_read", "s", "duration of a read", &P::t_read, 0, 1e3},
                      Param<P, double>{"V_write", "V", "voltage of a write", &P::V_write, 0, 1e3},
                      Param<P, double>{"t_write", "s", "duration of a write", &P::t_write, 0, 1e3}};
  }
};

}  // namespace memplast
