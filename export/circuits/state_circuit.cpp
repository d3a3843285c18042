#include "state_circuit.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <sstream>

#include "../../lib/io/process.hpp"

namespace memplast {
namespace {

// The equations of models/state_*.hpp in the words of ngspice, with x and V for its voltages.

struct Equations {
  std::string rate;     ///< dx/dt, 1/s
  std::string current;  ///< I, A
};

std::string either(const std::string& condition, const std::string& a, const std::string& b) {
  return "((" + condition + ") ? (" + a + ") : (" + b + "))";
}

const std::string ohmic = "V/({R_on}*x+{R_off}*(1-x))";

Equations equations(const JoglekarDrift<>&) {
  return {"{k*R_on}*" + ohmic + "*(1-pow((2*x-1)*(2*x-1),{p}))", ohmic};
}

Equations equations(const BiolekDrift<>&) {
  const std::string drift = "{k*R_on}*" + ohmic;
  const std::string to_go = either("{k}*V >= 0", "x", "1-x");
  return {drift + "*(1-pow(" + to_go + "*" + to_go + ",{p}))", ohmic};
}

Equations equations(const Vteam<>&) {
  return {either("V/{v_on} > 1", "{k_on}*pow(V/{v_on}-1,{alpha_on})*(1-pow(x*x,{p}))",
                 either("V/{v_off} > 1",
                        "-{k_off}*pow(V/{v_off}-1,{alpha_off})*(1-pow((1-x)*(1-x),{p}))", "0")),
          ohmic};
}

Equations equations(const Yakopcic<>&) {
  const std::string g = either("V > {V_p}", "{A_p}*(exp(V)-exp({V_p}))",
                               either("V < -{V_n}", "-{A_n}*(exp(-V)-exp({V_n}))", "0"));
  const std::string up = either("x > {x_p}", "exp(-{alpha_p}*(x-{x_p}))*(({x_p}-x)/(1-{x_p})+1)",
                                "1"),
                    down = either("x < 1-{x_n}", "exp({alpha_n}*(x+{x_n}-1))*x/(1-{x_n})", "1");
  return {"{eta}*" + g + "*" + either("{eta}*" + g + " > 0", up, down),
          either("V < 0", "{a_2}", "{a_1}") + "*x*sinh({b}*V)"};
}

/// `expression` with the circuit's voltages for the names x and V.
std::string in_circuit(const std::string& expression) {
  std::string out;
  const auto is_name = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
  };
  for (std::size_t i = 0; i < expression.size(); ++i) {
    const char c = expression[i];
    const bool alone = (i == 0 || !is_name(expression[i - 1])) &&
                       (i + 1 == expression.size() || !is_name(expression[i + 1]));
    if (alone && c == 'x')
      out += "V(x)";
    else if (alone && c == 'V')
      out += "V(plus,minus)";
    else
      out += c;
  }
  return out;
}

/// The course as ngspice wants it: times that rise.
std::string piecewise_linear(const StateDrive& drive) {
  const double jump = 1e-6 * drive.duration();
  std::string out = "PWL(";
  double last = -jump;
  for (const auto& [t, V] : drive.rows) {
    last = std::max(t, last + jump);
    out += (out.back() == '(' ? "" : " ") + to_text(last) + " " + to_text(V);
  }
  return out + ")";
}

/// The course with a knot at the end of each sample, and which knots those are.
std::pair<VoltageCourse, std::vector<std::size_t>> with_samples(const StateDrive& drive) {
  VoltageCourse out;
  std::vector<std::size_t> ends;
  int k = 1;
  for (const auto& knot : drive.rows) {
    for (; k < drive.samples; ++k) {
      const double t = drive.duration() * k / drive.samples;
      if (!(t < knot.t)) break;
      const auto& [t_0, V_0] = out.back();
      const double V = V_0 + (knot.V - V_0) * (t - t_0) / (knot.t - t_0);
      ends.push_back(out.size());
      out.push_back({t, V});
    }
    out.push_back(knot);
  }
  return {out, ends};
}

}  // namespace

std::string memristor_subcircuit(const StateModel& device) {
  return std::visit(
      []<class M>(const M& model) {
        const Equations e = equations(model);
        std::string out = "* " + std::string(M::about) + ", " + std::string(M::source) + "\n" +
                          ".subckt memristor plus minus x0=0";
        for_each_param<M>([&](const auto& param) {
          out += " " + std::string(param.name) + "=" + to_text(model.*param.member);
        });
        return out + "\nCx x 0 1 IC={x0}\nBx 0 x I=" + in_circuit(e.rate) +
               "\nBi plus minus I=" + in_circuit(e.current) + "\n.ends memristor\n";
      },
      device);
}

StateDrive read_pulse(const Conductance& conductance, double volts, double wire_ohm) {
  return {{{0.0, volts}, {conductance.t_read, volts}}, wire_ohm};
}

std::vector<double> states_of(const DeviceLayout& devices, const DeviceFile& device) {
  const Conductance& range = device.conductance;
  const double low = conductance_at(device.device, 0.0, range.V_read),
               high = conductance_at(device.device, 1.0, range.V_read);
  constexpr double rounding = 1e-9;
  std::vector<double> out;
  for (const double G : devices.conductance) {
    if (!(G >= low * (1 - rounding) && G <= high * (1 + rounding)))
      throw InputError(
          {.where = "device",
           .expected = "one that has the conductances of the map, " + to_text(G) + " S among them",
           .got = std::string(state_model_name(device.device)) + " with " + to_text(low) + " to " +
                  to_text(high) + " S",
           .mend = "Run with the rule that its window makes."});
    out.push_back(state_at(device.device, G, range.V_read));
  }
  return out;
}

std::string to_spice(const DeviceLayout& devices, const DeviceFile& device,
                     const StateDrive& drive) {
  const auto x = states_of(devices, device);
  const double part = drive.duration() / drive.samples;
  std::string analysis = "tran " + to_text(part) + " " + to_text(drive.duration()) + " 0 " +
                         to_text(part / 16) + " uic\nlinearize\nset nobreak\n";
  for (std::size_t j = 0; j < devices.n_columns(); ++j)
    analysis += "print i(Vcol" + std::to_string(j) + ")\n";
  const auto rows = piecewise_linear(drive);
  return crossbar_netlist(
      devices, drive.wire_ohm,
      {.definitions = memristor_subcircuit(device.device) +
                      ".options reltol=1e-7 abstol=1e-15 vntol=1e-9 trtol=1 chgtol=1e-18\n",
       .source = [&](std::size_t) { return rows; },
       .device =
           [&](const std::string& cell, std::size_t i, std::size_t j, const std::string& nodes) {
             return "X" + cell + " " + nodes +
                    " memristor x0=" + to_text(x[i * devices.n_columns() + j]);
           },
       .analysis = analysis});
}

std::vector<std::vector<double>> current_courses(const DeviceLayout& devices,
                                                 const DeviceFile& device,
                                                 const StateDrive& drive) {
  const auto x = states_of(devices, device);
  const auto [course, ends] = with_samples(drive);
  std::vector<std::vector<double>> out(devices.n_columns(), std::vector<double>(ends.size(), 0.0));
  for (std::size_t i = 0; i < devices.n_rows(); ++i)
    for (std::size_t j = 0; j < devices.n_columns(); ++j) {
      const auto states = follow(device.device, x[i * devices.n_columns() + j], course);
      for (std::size_t k = 0; k < ends.size(); ++k)
        out[j][k] += std::visit(
            [&](const auto& m) { return m.I(states[ends[k]], course[ends[k]].V); }, device.device);
    }
  return out;
}

std::vector<std::vector<double>> simulate_courses(const std::string& netlist, std::size_t n_columns,
                                                  int samples) {
  const auto ngspice = run_process({"ngspice", "-b"}, netlist, "install the package ngspice");
  std::vector<std::vector<double>> out(n_columns);
  const auto wanted = static_cast<std::size_t>(samples) - 1;
  std::size_t column = n_columns;  // none yet
  std::istringstream lines(ngspice.output);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string first, second;
    words >> first >> second;
    if (first == "Index") {
      const auto j = to_number(
          std::string_view(second)
              .substr(0, second.size() - 1)
              .substr(std::min<std::size_t>(second.size(), std::string_view("i(vcol").size())));
      column = j && *j >= 0 && *j < static_cast<double>(n_columns) ? static_cast<std::size_t>(*j)
                                                                   : n_columns;
      continue;
    }
    const auto k = to_number(first), current = to_number(second);
    if (column == n_columns || !k || !current) continue;
    if (*k >= 1 && *k < samples) out[column].push_back(*current);
  }
  const bool whole = std::all_of(out.begin(), out.end(),
                                 [&](const auto& values) { return values.size() == wanted; });
  if (ngspice.exit_code != 0 || !whole)
    throw IoError("ngspice",
                  "does not give the currents; it said: " + ngspice.output.substr(0, 400));
  return out;
}

double largest_deviation(const std::vector<std::vector<double>>& a,
                         const std::vector<std::vector<double>>& b) {
  double largest = 0.0;
  for (std::size_t j = 0; j < b.size(); ++j) {
    double most = 0.0, difference = 0.0;
    for (std::size_t k = 0; k < b[j].size(); ++k) {
      most = std::max(most, std::abs(b[j][k]));
      difference = std::max(difference, std::abs(a[j][k] - b[j][k]));
    }
    largest = std::max(largest, difference / (most == 0.0 ? 1.0 : most));
  }
  return largest;
}

}  // namespace memplast
