#pragma once
#include <string>
#include <vector>

#include "../../models/device_file.hpp"
#include "crossbar_circuit.hpp"

namespace memplast {

/// The subcircuit `memristor plus minus x0=...` of a state model, for ngspice: the state x is the
/// voltage of a capacitor of 1 F that starts at x0 and is charged by dx/dt ampere; a second source
/// draws I(x, V) from plus to minus, V = V(plus) - V(minus). Its parameters are those of the model.
std::string memristor_subcircuit(const StateModel& device);

/// How a crossbar of such devices is driven: the same course of voltage on every row.
struct StateDrive {
  VoltageCourse rows;     ///< from t = 0 on; jumps take 1e-6 of its length in the circuit
  double wire_ohm = 0.0;  ///< of each segment of wire; 0 for ideal wires
  int samples = 101;      ///< equal parts of the course; odd, so that none ends on a jump halfway

  double duration() const { return rows.back().t; }
};

/// A read of t_read at `volts`.
StateDrive read_pulse(const Conductance& conductance, double volts, double wire_ohm);

/// The states [row, column] at which the devices of a layout have their conductances, read at
/// V_read. Throws InputError for one that the device cannot have.
std::vector<double> states_of(const DeviceLayout& devices, const DeviceFile& device);

/// The netlist of the crossbar, ready for `ngspice -b`: sources `Vrow<i>`, devices `X<i>_<j>` from
/// row to column, ammeters and wires as those of crossbar_circuit.hpp. It prints a table of each
/// column's current at the ends of the samples, t = 0 included.
std::string to_spice(const DeviceLayout& devices, const DeviceFile& device,
                     const StateDrive& drive);

/// The currents [column][sample] at the ends of all samples but the last, with ideal wires:
/// I_j = sum_i I(x_ij, V), each x_ij integrated by follow().
std::vector<std::vector<double>> current_courses(const DeviceLayout& devices,
                                                 const DeviceFile& device, const StateDrive& drive);

/// Runs ngspice on such a netlist and gives the same currents.
std::vector<std::vector<double>> simulate_courses(const std::string& netlist, std::size_t n_columns,
                                                  int samples);

/// max_jk |a_jk - b_jk| / max_k |b_jk|
double largest_deviation(const std::vector<std::vector<double>>& a,
                         const std::vector<std::vector<double>>& b);

}  // namespace memplast
