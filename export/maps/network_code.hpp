#pragma once
#include <string>

#include "device_layout.hpp"

namespace memplast {

// A map as source code of another simulator, self-contained.

/// Python for PyNEST 3: `build()` creates inputs and neurons and connects them all to all by
/// static synapses with the weights that the devices carry [pA per unit of w]; run as a script it
/// does so and prints how many.
std::string to_pynest(const DeviceLayout& devices);

/// Verilog-A: a module with one pin per row and column and a linear device at each crossing.
std::string to_verilog_a(const DeviceLayout& devices);

}  // namespace memplast
