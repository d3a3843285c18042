#include "crossbar_circuit.hpp"

#include <Eigen/SparseCholesky>
#include <algorithm>
#include <cmath>
#include <sstream>

#include "../../lib/io/process.hpp"

namespace memplast {
namespace {

/// Kirchhoff's current law at nodes of unknown voltage: G V = I.
class NodalEquations {
 public:
  explicit NodalEquations(std::size_t nodes) : I_(Eigen::VectorXd::Zero(static_cast<int>(nodes))) {}

  void connect(std::size_t a, std::size_t b, double siemens) {
    ground(a, siemens);
    ground(b, siemens);
    const auto i = static_cast<int>(a), j = static_cast<int>(b);
    entries_.emplace_back(i, j, -siemens);
    entries_.emplace_back(j, i, -siemens);
  }
  /// Connects a node to a source of `volts`; to ground if 0.
  void ground(std::size_t node, double siemens, double volts = 0.0) {
    entries_.emplace_back(static_cast<int>(node), static_cast<int>(node), siemens);
    I_[static_cast<int>(node)] += siemens * volts;
  }
  Eigen::VectorXd solve() const {
    Eigen::SparseMatrix<double> G(I_.size(), I_.size());
    G.setFromTriplets(entries_.begin(), entries_.end());
    return Eigen::SimplicialLDLT<Eigen::SparseMatrix<double>>(G).solve(I_);
  }

 private:
  std::vector<Eigen::Triplet<double>> entries_;
  Eigen::VectorXd I_;
};

}  // namespace

CrossbarRead uniform_read(const DeviceLayout& devices, double volts, double wire_ohm) {
  return {std::vector<double>(devices.n_rows(), volts), wire_ohm};
}

std::vector<double> column_currents(const DeviceLayout& devices, const CrossbarRead& read) {
  const std::size_t n = devices.n_rows(), m = devices.n_columns();
  std::vector<double> currents(m, 0.0);
  if (read.wire_ohm == 0.0) {
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < m; ++j) currents[j] += read.row_V[i] * devices.at(i, j);
    return currents;
  }
  const auto upper = [&](std::size_t i, std::size_t j) { return i * m + j; };  // on the row's wire
  const auto lower = [&](std::size_t i, std::size_t j) { return n * m + i * m + j; };
  const double wire = 1.0 / read.wire_ohm;
  NodalEquations law(2 * n * m);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < m; ++j) {
      law.connect(upper(i, j), lower(i, j), devices.at(i, j));
      if (j == 0)
        law.ground(upper(i, 0), wire, read.row_V[i]);
      else
        law.connect(upper(i, j - 1), upper(i, j), wire);
      if (i + 1 == n)
        law.ground(lower(i, j), wire);
      else
        law.connect(lower(i, j), lower(i + 1, j), wire);
    }
  const Eigen::VectorXd V = law.solve();
  for (std::size_t j = 0; j < m; ++j) currents[j] = wire * V[static_cast<int>(lower(n - 1, j))];
  return currents;
}

std::string crossbar_netlist(const DeviceLayout& devices, double wire_ohm,
                             const CrossbarParts& parts) {
  const std::size_t n = devices.n_rows(), m = devices.n_columns();
  const bool wires = wire_ohm > 0.0;
  const std::string ohm = to_text(wire_ohm);
  const auto row = [&](std::size_t i, std::size_t j) {
    return "row" + std::to_string(i) + (wires ? "_" + std::to_string(j) : "");
  };
  const auto column = [&](std::size_t i, std::size_t j) {
    return "col" + std::to_string(j) + (wires ? "_" + std::to_string(i) : "");
  };
  std::ostringstream out;
  out << "* memplast crossbar of " << n << " rows and " << m << " columns\n";
  for (const auto& [key, value] : devices.map.metadata.items())
    out << "* " << key << " = " << metadata_text(value) << '\n';
  out << "* rows: driven from the left; columns: held at 0 V, their currents are i(Vcol<j>)\n";
  for (std::size_t j = 0; j < m; ++j) {
    const auto post = devices.post[j];
    out << "* Vcol" << j << ": " << role_names[static_cast<std::size_t>(devices.role[j])];
    if (post >= 0)
      out << " of " << metadata_text(json(devices.map.class_names[static_cast<std::size_t>(post)]));
    out << '\n';
  }
  out << parts.definitions;
  for (std::size_t i = 0; i < n; ++i)
    out << "Vrow" << i << " row" << i << " 0 " << parts.source(i) << '\n';
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < m; ++j) {
      const auto cell = std::to_string(i) + "_" + std::to_string(j);
      const auto device = parts.device(cell, i, j, row(i, j) + " " + column(i, j));
      if (!device.empty()) out << device << '\n';
      if (!wires) continue;
      out << "RWrow" << cell << ' ' << (j == 0 ? "row" + std::to_string(i) : row(i, j - 1)) << ' '
          << row(i, j) << ' ' << ohm << '\n'
          << "RWcol" << cell << ' ' << column(i, j) << ' '
          << (i + 1 == n ? "col" + std::to_string(j) : column(i + 1, j)) << ' ' << ohm << '\n';
    }
  for (std::size_t j = 0; j < m; ++j) out << "Vcol" << j << " col" << j << " 0 DC 0\n";
  out << ".control\nset numdgt=15\n" << parts.analysis << "quit 0\n.endc\n.end\n";
  return out.str();
}

std::string to_spice(const DeviceLayout& devices, const CrossbarRead& read) {
  std::string analysis = "op\n";
  for (std::size_t j = 0; j < devices.n_columns(); ++j)
    analysis += "print i(Vcol" + std::to_string(j) + ")\n";
  const auto resistor = [&](const std::string& cell, std::size_t i, std::size_t j,
                            const std::string& nodes) {
    const double G = devices.at(i, j);
    return G > 0.0 ? "R" + cell + " " + nodes + " " + to_text(1.0 / G) : std::string();
  };
  return crossbar_netlist(devices, read.wire_ohm,
                          {.definitions = "",
                           .source = [&](std::size_t i) { return "DC " + to_text(read.row_V[i]); },
                           .device = resistor,
                           .analysis = analysis});
}

std::vector<double> simulate_spice(const std::string& netlist, std::size_t n_columns) {
  const auto ngspice = run_process({"ngspice", "-b"}, netlist, "install the package ngspice");
  std::vector<double> currents;
  std::istringstream lines(ngspice.output);
  for (std::string line; std::getline(lines, line);) {
    const auto name = "i(vcol" + std::to_string(currents.size()) + ") = ";
    if (!line.starts_with(name)) continue;
    if (const auto value = to_number(trim(line.substr(name.size())))) currents.push_back(*value);
  }
  if (ngspice.exit_code != 0 || currents.size() != n_columns)
    throw IoError("ngspice", "gave " + std::to_string(currents.size()) + " of " +
                                 std::to_string(n_columns) +
                                 " currents; it said: " + ngspice.output.substr(0, 400));
  return currents;
}

double largest_deviation(const std::vector<double>& a, const std::vector<double>& b) {
  double largest = 0.0;
  for (std::size_t j = 0; j < a.size(); ++j)
    largest = std::max(largest, std::abs(a[j] - b[j]) / (b[j] == 0.0 ? 1.0 : std::abs(b[j])));
  return largest;
}

}  // namespace memplast
