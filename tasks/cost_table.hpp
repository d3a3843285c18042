#pragma once
#include <string_view>

#include "fold.hpp"

namespace memplast {

/// Calls `visit(name, value, unit)` for each number of a Cost that files hold; `value` takes it
/// from one.
template <class Visit>
void for_each_cost(const Conductance& device, Visit&& visit) {
  visit(
      "samples", [](const Cost& c) { return c.samples; }, "1");
  visit(
      "input_spikes", [](const Cost& c) { return c.input_spikes; }, "1");
  visit(
      "output_spikes", [](const Cost& c) { return c.output_spikes; }, "1");
  visit(
      "reads", [](const Cost& c) { return c.reads; }, "1");
  visit(
      "writes", [](const Cost& c) { return c.writes; }, "1");
  visit(
      "neuron_updates", [](const Cost& c) { return c.neuron_updates; }, "1");
  visit(
      "simulated_ms", [](const Cost& c) { return c.simulated_ms; }, "ms");
  visit(
      "read_energy_J", [&](const Cost& c) { return read_energy_J(c, device); }, "J");
  visit(
      "write_energy_J", [&](const Cost& c) { return write_energy_J(c, device); }, "J");
}

}  // namespace memplast
