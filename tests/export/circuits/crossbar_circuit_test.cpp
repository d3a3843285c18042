#include "export/circuits/state_circuit.hpp"

#include "lib/io/process.hpp"
#include "lib/numeric/random.hpp"
#include "models/states/voltage_pulse.hpp"
#include "tests/catch.hpp"

using namespace memplast;
using Catch::Contains;

namespace {

DeviceLayout random_array(std::size_t n_pre, std::size_t n_post) {
  ConductanceMap map;
  map.n_pre = n_pre;
  map.n_post = n_post;
  map.device = {.G_min = 1e-6, .G_max = 1e-4};
  Stream stream(1, Purpose::weights);
  for (std::size_t i = 0; i < n_pre * n_post; ++i) {
    map.w.push_back(stream.uniform(0.0, 1.0));
    map.conductance.push_back(map.device.siemens(map.w.back()));
  }
  map.class_names.assign(n_post, "c");
  return lay_out(map, Mapping::single);
}

bool has_ngspice() {
  try {
    return run_process({"ngspice", "--version"}, "", "").exit_code == 0;
  } catch (const IoError&) {
    WARN("skipped: there is no ngspice");
    return false;
  }
}

}  // namespace

TEST_CASE("circuit: one device between two segments of wire is a chain of resistors",
          "[export][spice]") {
  auto one = random_array(1, 1);
  one.conductance = {1e-3};
  // 1000 Ohm and two segments of 100 Ohm at 1.2 V.
  CHECK(column_currents(one, {{1.2}, 100.0})[0] == Approx(1e-3).epsilon(1e-12));
  CHECK(column_currents(one, {{1.2}, 0.0})[0] == Approx(1.2e-3).epsilon(1e-15));
}

TEST_CASE("circuit: thin wires lose current, and none as they become ideal", "[export][spice]") {
  const auto devices = random_array(40, 3);
  const auto ideal = column_currents(devices, uniform_read(devices, 0.1, 0.0));
  const auto thin = column_currents(devices, uniform_read(devices, 0.1, 10.0));
  const auto thick = column_currents(devices, uniform_read(devices, 0.1, 1e-6));
  for (std::size_t j = 0; j < 3; ++j) CHECK(thin[j] < 0.99 * ideal[j]);
  // To first order the loss is wire resistance times conductance: 1e-6 Ohm, up to 40 devices and
  // 43 segments of 1e-4 S.
  CHECK(largest_deviation(thick, ideal) < 1e-6 * 40 * 43 * 1e-4);
}

TEST_CASE("circuit: the netlist names its parts", "[export][spice]") {
  auto devices = random_array(2, 2);
  devices.conductance = {1e-3, 5e-4, 0.0, 1e-4};
  devices.map.class_names = {"evil\n.control", "b"};
  devices.map.metadata["fold"] = "0_0\nR1 x y 1";
  const auto ideal = to_spice(devices, uniform_read(devices, 0.1, 0.0));
  CHECK_THAT(ideal, Contains("\nR0_1 row0 col1 2000\n") && !Contains("R1_0"));
  CHECK_THAT(ideal, Contains("\nVrow1 row1 0 DC 0.1\n") && Contains("\nVcol0 col0 0 DC 0\n"));
  CHECK_THAT(ideal, Contains("* fold = 0_0 R1 x y 1\n") && Contains("evil .control\n"));
  const auto wired = to_spice(devices, uniform_read(devices, 0.1, 2.5));
  CHECK_THAT(wired, Contains("\nRWrow0_1 row0_0 row0_1 2.5\n") &&
                        Contains("\nRWcol1_0 col0_1 col0 2.5\n"));
}

TEST_CASE("circuit: ngspice gives V G, and with wires what the nodal analysis gives",
          "[export][spice]") {
  if (!has_ngspice()) return;
  const auto [rows, columns] = GENERATE(std::pair{40, 3}, std::pair{304, 2});
  const auto devices =
      random_array(static_cast<std::size_t>(rows), static_cast<std::size_t>(columns));
  const double wire_ohm = GENERATE(0.0, 2.5);
  CrossbarRead read{{}, wire_ohm};
  for (int i = 0; i < rows; ++i) read.row_V.push_back(0.05 + 0.1 * (i % 7) / 7.0);
  const auto currents = simulate_spice(to_spice(devices, read), devices.n_columns());
  // Both solve the same linear system in doubles; printing keeps 15 digits. Measured: 1e-12.
  CHECK(largest_deviation(currents, column_currents(devices, read)) < 1e-9);
}

TEST_CASE("circuit: memristors in ngspice move as our own integration has them",
          "[export][spice]") {
  if (!has_ngspice()) return;
  const std::string name = GENERATE("drift_joglekar", "drift_biolek", "vteam", "yakopcic");
  const auto pulse = GENERATE(VoltagePulse{VoltagePulse::Shape::bitriangular, 1.0, 0.4},
                              VoltagePulse{VoltagePulse::Shape::biphasic, -0.9, 0.1});
  CAPTURE(name);
  const auto device = load_device(name);
  auto devices = random_array(3, 2);
  // Far enough from x = 1, where Joglekar's drift ends and any error decides whether it starts
  // again.
  Stream stream(2, Purpose::weights);
  for (double& G : devices.conductance)
    G = conductance_at(device.device, stream.uniform(0.1, 0.5), device.conductance.V_read);
  const StateDrive drive{.rows = pulse.course()};
  const auto expected = current_courses(devices, device, drive);
  const auto courses =
      simulate_courses(to_spice(devices, device, drive), devices.n_columns(), drive.samples);
  // The circuit's jumps take 1e-6 of the course; its error falls with its steps. Measured: 1.5e-5.
  CHECK(largest_deviation(courses, expected) < 5e-5);
  // The states do move: at the same voltage, rising and falling, the current is not the same.
  if (pulse.shape == VoltagePulse::Shape::bitriangular)
    CHECK(std::abs(expected[0][12] - expected[0][37]) > 0.01 * expected[0][25]);
}

TEST_CASE("circuit: a subcircuit names its model's parameters, and a map its devices' states",
          "[export][spice]") {
  const auto device = load_device("vteam");
  auto devices = random_array(1, 2);
  devices.conductance = {device.conductance.G_min, 2e-5};  // 5e4 Ohm: x = 5/9
  const auto netlist = to_spice(devices, device, read_pulse(device.conductance, 0.2, 0.0));
  CHECK_THAT(netlist, Contains(".subckt memristor plus minus x0=0 R_on=10000 R_off=1e+05 k_on=10"));
  CHECK_THAT(netlist, Contains("\nX0_0 row0 col0 memristor x0=") && !Contains("\nR0_0"));
  const auto x = states_of(devices, device);
  CHECK(x[0] == Approx(0.0).margin(1e-12));
  CHECK(x[1] == Approx(5.0 / 9.0).epsilon(1e-12));
  devices.conductance[0] = 1.0;
  CHECK_THROWS_WITH(states_of(devices, device),
                    Contains("conductances of the map, 1 S among them"));
}

TEST_CASE("circuit: a netlist that ngspice refuses is an error with its words", "[export][spice]") {
  if (!has_ngspice()) return;
  CHECK_THROWS_WITH(simulate_spice("* nothing\nR1 a\n.end\n", 1), Contains("gave 0 of 1 currents"));
}
