#pragma once
#include <string_view>

#include "../models/device/ledger.hpp"

namespace memplast {

/// Calls `visit(name, value, unit)` for each number of a Ledger that files hold; `value` takes it
/// from one.
template <class Visit>
void for_each_cost(const Conductance& device, Visit&& visit) {
  visit(
      "samples", [](const Ledger& c) { return c.samples; }, "1");
  visit(
      "input_spikes", [](const Ledger& c) { return c.input_spikes; }, "1");
  visit(
      "output_spikes", [](const Ledger& c) { return c.output_spikes; }, "1");
  visit(
      "reads", [](const Ledger& c) { return c.reads; }, "1");
  visit(
      "writes", [](const Ledger& c) { return c.writes; }, "1");
  visit(
      "neuron_updates", [](const Ledger& c) { return c.neuron_updates; }, "1");
  visit(
      "simulated_ms", [](const Ledger& c) { return c.simulated_ms; }, "ms");
  visit(
      "read_energy_J", [&](const Ledger& c) { return read_energy_J(c, device); }, "J");
  visit(
      "write_energy_J", [&](const Ledger& c) { return write_energy_J(c, device); }, "J");
}

}  // namespace memplast
