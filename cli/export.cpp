#include <algorithm>
#include <charconv>
#include <iostream>
#include <memory>
#include <optional>

#include "../export/circuits/crossbar_circuit.hpp"
#include "../export/circuits/state_circuit.hpp"
#include "../export/maps/map_file.hpp"
#include "../export/maps/programming.hpp"
#include "../lib/io/csv.hpp"
#include "../models/states/voltage_pulse.hpp"
#include "command_line.hpp"
#include "commands.hpp"
#include "output.hpp"

namespace memplast::cli {
namespace {

struct ExportCommand {
  std::string results;
  std::string format;
  std::string fold;
  std::string mapping = "single";
  std::string tile;
  int levels = 0;
  std::string levels_from;
  double wire_ohm = 0.0;
  std::optional<double> row_V;
  std::string row_pulse;
  bool verify = false;
  std::string device;
  std::optional<double> start_w;
  std::string start_map;
  ProgrammingOptions programming;
  std::string output;
  bool json = false;
};

/// "64x32"
TileSize parse_tile(const std::string& text) {
  if (text.empty()) return {};
  const auto x = text.find('x');
  if (x == std::string::npos)
    throw InputError({.where = "--tile", .expected = "ROWSxCOLUMNS", .got = "'" + text + "'"});
  return {parse_number<std::size_t>(text.substr(0, x), "--tile", 1, 65536),
          parse_number<std::size_t>(text.substr(x + 1), "--tile", 1, 65536)};
}

std::vector<double> reachable(const ExportCommand& c, const Conductance& device) {
  if (c.levels_from.empty())
    return c.levels > 0 ? uniform_levels(device, c.levels) : std::vector<double>{};
  const auto table = read_csv(c.levels_from);
  auto levels = table.numbers("G_S");
  for (std::size_t i = 0; i < levels.size(); ++i)
    if (levels[i] < 0.0)
      throw InputError({.where = table.place(i, table.column("G_S")),
                        .expected = "a conductance of at least 0 S",
                        .got = to_text(levels[i])});
  return levels;
}

// The formats that need more than the devices.
constexpr std::string_view spice = "spice", programming = "programming";

std::vector<std::string> format_names() {
  std::vector<std::string> out;
  for (const MapFormat& format : map_formats()) out.emplace_back(format.name);
  out.emplace_back(spice);
  out.emplace_back(programming);
  return out;
}

/// Null for a format that needs more than the devices.
const MapFormat* find_format(const std::string& name) {
  for (const MapFormat& format : map_formats())
    if (format.name == name) return &format;
  if (name != spice && name != programming)
    throw InputError({.where = "--format",
                      .expected = "one of " + join(format_names()),
                      .got = "'" + name + "'"});
  return nullptr;
}

void refuse_misplaced(const Command& command, const ExportCommand& c, const MapFormat* plain) {
  const bool circuit = c.format == spice, pulses = c.format == programming;
  const auto refuse = [](const std::string& flag, const std::string& expected) {
    throw InputError({.where = flag, .expected = expected, .got = "another format"});
  };
  if (c.verify && !circuit) refuse("--verify", "the format spice");
  if (c.wire_ohm > 0.0 && !circuit) refuse("--wire-ohm", "the format spice");
  if (c.row_V && !circuit) refuse("--row-V", "the format spice");
  if (!c.device.empty() && !circuit && !pulses)
    refuse("--device", "the format programming or spice");
  if (!pulses)
    for (const auto* flag : {"--start-w", "--start-map"})
      if (command.given(flag)) refuse(flag, "the format programming");
  if (!c.row_pulse.empty() && (!circuit || c.device.empty()))
    refuse("--row-pulse", "the format spice with --device");
  if (!c.row_pulse.empty() && c.row_V)
    throw InputError({.where = "--row-pulse", .expected = "no --row-V", .got = "both"});
  if (c.start_w && !c.start_map.empty())
    throw InputError({.where = "--start-map", .expected = "no --start-w", .got = "both"});
  const bool tiled = plain != nullptr ? plain->tiled : pulses;
  if (!c.tile.empty() && !tiled) refuse("--tile", "one of the formats csv, npy, json, h5");
  if (c.levels > 0 && !c.levels_from.empty())
    throw InputError({.where = "--levels-from", .expected = "no --levels", .got = "both"});
  if (c.levels == 1)
    throw InputError({.where = "--levels", .expected = "at least 2, or 0 for none", .got = "1"});
}

/// Writes the list of pulses and says how near they come.
void write_programming(const ExportCommand& c, const DeviceLayout& devices, json& said,
                       std::string& text) {
  const ModelFile model =
      c.device.empty() ? load_result_model(c.results) : load_model(c.device, "--device");
  ProgrammingOptions options = c.programming;
  if (c.start_w) options.start_w = {*c.start_w};
  if (!c.start_map.empty()) {
    const auto start = read_device_layout(c.start_map);
    options.start_w.clear();
    for (const double siemens : start.conductance)
      options.start_w.push_back(clipped(model.conductance.weight(siemens)));
  }
  const auto programs = plan_programming(devices, model, options);
  write_text(c.output, programming_csv(programs, devices, model));
  const auto report = [&](const std::string& name, const std::string& words,
                          double DeviceProgram::*reached) {
    const auto r = residual(programs, reached);
    said["residual_w"][name] = {{"median", r.median}, {"max", r.largest}};
    text += words + ": off by " + rounded(r.median, 3) + " of w (median), at most " +
            rounded(r.largest, 3) + '\n';
  };
  report("planned", "as the rule says", &DeviceProgram::planned_w);
  report("blind", "a noisy device given the same pulses", &DeviceProgram::blind_w);
  report("verified", "the same with write-verify", &DeviceProgram::verified_w);
}

/// What --verify found, or that it is too much.
void note_deviation(const ExportCommand& c, double deviation, double tolerance,
                    const std::string& what, json& said, std::string& text) {
  said["largest_deviation"] = deviation;
  text += "ngspice: " + what + ", within " + rounded(deviation, 2) + " (relative)\n";
  if (!(deviation <= tolerance))
    throw IoError(c.output, "ngspice gives other currents, off by " + rounded(deviation, 2) +
                                " where " + rounded(tolerance) + " is allowed");
}

void write_resistors(const ExportCommand& c, const DeviceLayout& devices, json& said,
                     std::string& text) {
  const auto read = uniform_read(devices, c.row_V.value_or(devices.map.device.V_read), c.wire_ohm);
  const auto netlist = to_spice(devices, read);
  write_text(c.output, netlist);
  if (!c.verify) return;
  const auto currents = simulate_spice(netlist, devices.n_columns());
  said["column_currents_A"] = currents;
  note_deviation(c, largest_deviation(currents, column_currents(devices, read)), 1e-6,
                 std::to_string(currents.size()) + " column currents as of " +
                     (c.wire_ohm > 0.0 ? "the nodal analysis" : "V G"),
                 said, text);
}

void write_memristors(const ExportCommand& c, const DeviceLayout& devices, json& said,
                      std::string& text) {
  if (c.verify && c.wire_ohm > 0.0)
    throw InputError({.where = "--verify",
                      .expected = "ideal wires if devices have a state",
                      .got = "--wire-ohm " + to_text(c.wire_ohm)});
  const auto device = load_device(c.device);
  const auto& read = device.conductance;
  StateDrive drive = read_pulse(read, c.row_V.value_or(read.V_read), c.wire_ohm);
  if (!c.row_pulse.empty()) drive.rows = parse_voltage_pulse(c.row_pulse, "--row-pulse").course();
  const auto netlist = to_spice(devices, device, drive);
  write_text(c.output, netlist);
  if (!c.verify) return;
  const auto courses = simulate_courses(netlist, devices.n_columns(), drive.samples);
  note_deviation(c, largest_deviation(courses, current_courses(devices, device, drive)), 1e-3,
                 std::to_string(courses.size()) + " column currents over " +
                     rounded(drive.duration()) + " s as of our integration",
                 said, text);
}

void run(const Command& command, const ExportCommand& c) {
  const MapFormat* const plain = find_format(c.format);
  refuse_misplaced(command, c, plain);
  const auto mapping = mapping_from(c.mapping, "--mapping");
  auto devices = lay_out(read_conductance_map(c.results, c.fold), mapping, parse_tile(c.tile));
  const Conductance& device = devices.map.device;

  json said{{"output", c.output},
            {"format", c.format},
            {"fold", devices.map.metadata["fold"]},
            {"mapping", c.mapping},
            {"shape", {devices.n_rows(), devices.n_columns()}}};
  std::string text;
  const auto levels = reachable(c, device);
  if (!levels.empty()) {
    const auto error = quantise(devices, levels);
    said["quantisation"] = {{"levels", levels.size()},
                            {"rms_S", error.rms_S},
                            {"max_S", error.max_S},
                            {"rms_w", error.rms_w},
                            {"max_w", error.max_w}};
    text += std::to_string(levels.size()) + " levels: off by " + rounded(error.rms_S) +
            " S (rms), at most " + rounded(error.max_S) + " S; weights by " + rounded(error.rms_w) +
            ", at most " + rounded(error.max_w) + '\n';
  }
  const auto [low, high] =
      std::minmax_element(devices.conductance.begin(), devices.conductance.end());
  said["lowest_S"] = *low;
  said["highest_S"] = *high;

  if (plain != nullptr)
    plain->write(devices, c.output);
  else if (c.format == programming)
    write_programming(c, devices, said, text);
  else if (c.device.empty())
    write_resistors(c, devices, said, text);
  else
    write_memristors(c, devices, said, text);
  if (c.json)
    print_json(said);
  else
    std::cout << c.output << ": fold " << metadata_text(devices.map.metadata["fold"]) << ", "
              << devices.n_rows() << " x " << devices.n_columns() << " devices, " << rounded(*low)
              << " to " << rounded(*high) << " S\n"
              << text;
}

}  // namespace

void add_export(CommandLine& app) {
  auto c = std::make_shared<ExportCommand>();
  const auto command =
      app.add("export", "Write a trained fold's conductances, in siemens", c->json);
  command.option("results", c->results, "result file of memplast run").required();
  command.option("--format", c->format, join(format_names())).required();
  command.option("--fold", c->fold, "PARTITION_FOLD, for example 0_0, or final; else the first");
  command.option("--mapping", c->mapping,
                 "devices of a weight: " + join({mapping_names.begin(), mapping_names.end()}));
  command.option("--tile", c->tile, "cut into arrays of this size, padded at G_min")
      .type_name("ROWSxCOLUMNS");
  command.number("--levels", c->levels,
                 "round to so many conductances from G_min to G_max; 0 for none", 0, 1e6);
  command.option("--levels-from", c->levels_from, "round to those of the column G_S of a CSV")
      .type_name("FILE.csv");
  command.number("--wire-ohm", c->wire_ohm, "spice: resistance of each segment of wire", 0, 1e9);
  command.number("--row-V", c->row_V, "spice: voltage of the rows, else V_read", -1e3, 1e3);
  command
      .option("--row-pulse", c->row_pulse,
              "spice, --device: SHAPE:AMPLITUDE,WIDTH on the rows, else a read of t_read")
      .type_name("SHAPE:A,W");
  command.flag("--verify", c->verify, "spice: run ngspice and compare the column currents");
  command
      .option("--device", c->device,
              "programming: model file of the device, else that of the run; spice: its "
              "state model, for memristors in place of resistors")
      .type_name("MODEL");
  command.number("--start-w", c->start_w, "programming: state of all devices before, else 0", 0, 1);
  command
      .option("--start-map", c->start_map,
              "programming: map with the conductances before, laid out alike")
      .type_name("FILE");
  command.number("--tolerance-w", c->programming.tolerance_w,
                 "programming: write-verify ends this near", 1e-6, 1);
  command.number("--reads", c->programming.reads,
                 "programming: reads averaged for each verification", 1, 1e6);
  command.number("--seed", c->programming.seed, "programming: of the noise");
  command.option("-o,--output", c->output, "file to write").required();
  command.action([c, command] { run(command, *c); });
}

}  // namespace memplast::cli
