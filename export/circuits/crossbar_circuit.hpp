#pragma once
#include <functional>
#include <string>
#include <vector>

#include "../maps/device_layout.hpp"

namespace memplast {

/// How a crossbar is read: every row is driven from its left end, every column is held at 0 V at
/// its lower end by an ideal ammeter.
struct CrossbarRead {
  std::vector<double> row_V;  ///< [row]
  double wire_ohm = 0.0;      ///< of each segment of wire, one per crossing; 0 for ideal wires
};

/// The same voltage on every row.
CrossbarRead uniform_read(const DeviceLayout& devices, double volts, double wire_ohm);

/// The currents of the columns [A]. With ideal wires I_j = sum_i V_i G_ij; else by nodal analysis,
/// a sparse Cholesky factorisation of Kirchhoff's current law at both ends of every device.
std::vector<double> column_currents(const DeviceLayout& devices, const CrossbarRead& read);

/// The netlist of the crossbar, ready for `ngspice -b`: sources `Vrow<i>`, devices `R<i>_<j>`,
/// ammeters `Vcol<j>`, segments of wire `RWrow<i>_<j>` and `RWcol<i>_<j>`. It prints the current of
/// each column, `i(Vcol<j>)`. A device of 0 S is left out.
std::string to_spice(const DeviceLayout& devices, const CrossbarRead& read);

/// What a netlist of a crossbar has besides wires and ammeters.
struct CrossbarParts {
  std::string definitions;                         ///< lines before the circuit
  std::function<std::string(std::size_t)> source;  ///< of a row: "DC 0.1"
  /// The line of the device in cell "<i>_<j>" of row i and column j, between two nodes; or "".
  std::function<std::string(const std::string& cell, std::size_t i, std::size_t j,
                            const std::string& nodes)>
      device;
  std::string analysis;  ///< lines of the .control section
};
std::string crossbar_netlist(const DeviceLayout& devices, double wire_ohm,
                             const CrossbarParts& parts);

/// Runs ngspice on a netlist of to_spice() and gives the currents of its columns [A]. Throws
/// IoError if ngspice is not there or prints anything else.
std::vector<double> simulate_spice(const std::string& netlist, std::size_t n_columns);

/// max_j |a_j - b_j| / |b_j|, absolute where b_j is 0.
double largest_deviation(const std::vector<double>& a, const std::vector<double>& b);

}  // namespace memplast
