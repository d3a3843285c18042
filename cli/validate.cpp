#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>
#include <set>

#include "../fitting/readers/endurance.hpp"
#include "../fitting/readers/pulse_measurement.hpp"
#include "../fitting/readers/read_measurement.hpp"
#include "../fitting/readers/sweep_measurement.hpp"
#include "command_line.hpp"
#include "commands.hpp"
#include "output.hpp"
#include "table_choice.hpp"

namespace memplast::cli {
namespace {

struct ValidateCommand {
  TableChoice table;
  bool json = false;
};

json report(const WindowData& data) {
  double first = data.points.front().dt, last = first;
  double largest = 0.0;
  std::set<double> states;
  for (const auto& point : data.points) {
    largest = std::max(largest, std::abs(point.dw));
    first = std::min(first, point.dt);
    last = std::max(last, point.dt);
    states.insert(std::round(point.w * 1e3) / 1e3);
  }
  return {{"kind", "window"},
          {"points", data.points.size()},
          {"states", states.size()},
          {"dt_ms", {first, last}},
          {"dw_max", largest},
          {"has_sigma", data.has_sigma},
          {"suspicions", suspicions(data)}};
}

json report(const PulseData& data) {
  std::size_t points = 0, shortest = data.ramps.front().w.size(), longest = 0;
  int up = 0;
  std::set<std::string> devices;
  for (const auto& ramp : data.ramps) {
    points += ramp.w.size();
    shortest = std::min(shortest, ramp.w.size());
    longest = std::max(longest, ramp.w.size());
    up += ramp.up ? 1 : 0;
    devices.insert(ramp.device);
  }
  return {{"kind", "pulses"},
          {"points", points},
          {"ramps_up", up},
          {"ramps_down", static_cast<int>(data.ramps.size()) - up},
          {"points_per_ramp", {shortest, longest}},
          {"devices", devices.size()},
          {data.in_siemens ? "range_S" : "range", {data.low, data.high}},
          {"suspicions", data.suspicions}};
}

json report(const SweepData& data) {
  std::size_t points = 0, trusted = 0;
  double low = data.traces.front().course.front().V, high = low, longest = 0.0;
  std::set<std::string> devices;
  for (const auto& trace : data.traces) {
    points += trace.course.size();
    trusted += trace.trusted.size();
    longest = std::max(longest, trace.course.back().t - trace.course.front().t);
    devices.insert(trace.device);
    for (const auto& knot : trace.course) {
      low = std::min(low, knot.V);
      high = std::max(high, knot.V);
    }
  }
  return {{"kind", "sweep"},
          {"points", points},
          {"limited_by_compliance", points - trusted},
          {"courses", data.traces.size()},
          {"devices", devices.size()},
          {"longest_s", longest},
          {"V_V", {low, high}},
          {"I_max_A", data.I_max},
          {"suspicions", data.suspicions}};
}

json report(const ReadData& data) {
  std::size_t fewest = data.cells.front().G.size(), most = 0;
  double longest = 0.0, low = data.cells.front().G.front(), high = low;
  for (const auto& cell : data.cells) {
    fewest = std::min(fewest, cell.G.size());
    most = std::max(most, cell.G.size());
    if (!cell.t.empty()) longest = std::max(longest, cell.t.back());
    const auto [least, largest] = std::minmax_element(cell.G.begin(), cell.G.end());
    low = std::min(low, *least);
    high = std::max(high, *largest);
  }
  json out{{"kind", data.is_slope ? "read I-V" : "reads"},
           {"points", data.reads},
           {"cells", data.cells.size()},
           {"conductances_per_cell", {fewest, most}},
           {"G_S", {low, high}},
           {"suspicions", data.suspicions}};
  if (data.has_times) out["longest_s"] = longest;
  return out;
}

json report(const EnduranceData& data) {
  const auto [on_low, on_high] = std::minmax_element(data.G_on.begin(), data.G_on.end());
  const auto [off_low, off_high] = std::minmax_element(data.G_off.begin(), data.G_off.end());
  return {{"kind", "endurance"},
          {"points", data.G_on.size() + data.G_off.size()},
          {"cycles", *std::max_element(data.on_cycle.begin(), data.on_cycle.end())},
          {"devices", data.devices},
          {"G_on_S", {*on_low, *on_high}},
          {"G_off_S", {*off_low, *off_high}},
          {"suspicions", data.suspicions}};
}

void run(ValidateCommand& c) {
  const auto measurement = c.table.read();
  json out{{"file", c.table.data}};
  json notices = measurement.notices;
  if (measurement.kind == MeasurementKind::window) {
    const auto data = to_window(measurement, c.table.options.range);
    out.update(report(data));
    if (data.range_from != RangeFrom::nowhere)
      out["range_S"] = {data.conductance.G_min, data.conductance.G_max};
  } else if (measurement.kind == MeasurementKind::endurance) {
    const auto data = to_endurance(measurement, c.table.options);
    out.update(report(data));
    notices = data.notices;
  } else if (measurement.kind == MeasurementKind::reads || is_read_iv(measurement)) {
    const auto data = to_reads(measurement, c.table.options);
    out.update(report(data));
    notices = data.notices;
  } else if (measurement.kind == MeasurementKind::sweep) {
    const auto data = to_sweep(measurement, c.table.options);
    out.update(report(data));
    notices = data.notices;
  } else {
    const auto data = to_pulses(measurement, c.table.options);
    out.update(report(data));
    notices = data.notices;
  }
  out["notices"] = notices;
  if (c.json) return print_json(out);
  std::vector<std::vector<std::string>> rows;
  for (const auto& [key, value] : out.items())
    if (key != "notices" && key != "suspicions")
      rows.push_back({key, value.is_string() ? value.get<std::string>() : value.dump()});
  print_table(rows);
  for (const auto& text : out["notices"])
    std::cout << "understood: " << text.get<std::string>() << '\n';
  for (const auto& text : out["suspicions"])
    std::cout << "suspicious: " << text.get<std::string>() << '\n';
  if (out["suspicions"].empty()) std::cout << "nothing suspicious\n";
}

}  // namespace

void add_validate(CommandLine& app) {
  auto c = std::make_shared<ValidateCommand>();
  const auto command = app.add(
      "validate", "What the readers understand of a measurement, and what is suspicious", c->json);
  add_table(command, c->table);
  command.action([c] { run(*c); });
}

}  // namespace memplast::cli
