#include "read_measurement.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

#include "../../lib/base/error.hpp"
#include "../../lib/base/text.hpp"

namespace memplast {
namespace {

/// Rows of each device, in the order in which devices appear.
std::vector<std::pair<std::string, std::vector<std::size_t>>> rows_by_device(
    const CsvTable& table) {
  std::vector<std::pair<std::string, std::vector<std::size_t>>> out;
  std::map<std::string, std::size_t> position;
  const bool has_device = table.has("device");
  const std::size_t device = has_device ? table.column("device") : 0;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const std::string name = has_device ? table.rows[r][device] : "";
    const auto [at, is_new] = position.try_emplace(name, out.size());
    if (is_new) out.emplace_back(name, std::vector<std::size_t>{});
    out[at->second].second.push_back(r);
  }
  return out;
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// The conductances of all rows, from whatever the table has.
std::vector<double> conductances(const CsvTable& table, const TableOptions& options,
                                 ReadData& data) {
  if (const auto G = find_quantity(table, Quantity::conductance))
    return numbers_of(table, *G, Quantity::conductance);
  if (const auto R = find_quantity(table, Quantity::resistance)) {
    auto out = numbers_of(table, *R, Quantity::resistance);
    for (std::size_t r = 0; r < out.size(); ++r) {
      if (out[r] == 0.0)
        throw InputError({.where = table.place(r, *R),
                          .expected = "a resistance other than 0",
                          .got = table.rows[r][*R]});
      out[r] = 1.0 / out[r];
    }
    data.notices.push_back("conductances are 1 / '" + table.header[*R] + "'");
    return out;
  }
  const auto I = *find_quantity(table, Quantity::current);
  if (!options.read_voltage)
    throw InputError(
        {.where = table.source + ", header",
         .expected = "conductances, or the voltage at which '" + table.header[I] + "' was read",
         .got = "currents only",
         .mend = "Give the read voltage."});
  auto out = numbers_of(table, I, Quantity::current);
  for (double& value : out) value /= *options.read_voltage;
  data.notices.push_back("currents at " + to_text(*options.read_voltage) + " V: G = I / V");
  return out;
}

void read_rows(const CsvTable& table, const TableOptions& options, ReadData& data) {
  const auto G = conductances(table, options, data);
  const auto t_column = find_quantity(table, Quantity::time);
  std::vector<double> t;
  if (t_column) t = numbers_of(table, *t_column, Quantity::time);
  data.has_times = t_column.has_value();
  for (auto [device, rows] : rows_by_device(table)) {
    CellReads cell{.device = device, .t = {}, .G = {}};
    const auto earlier = [&](std::size_t a, std::size_t b) { return t[a] < t[b]; };
    if (t_column && !std::is_sorted(rows.begin(), rows.end(), earlier)) {
      std::stable_sort(rows.begin(), rows.end(), earlier);
      data.notices.emplace_back("times do not rise: the reads are put in order");
    }
    for (const auto r : rows) {
      if (t_column) cell.t.push_back(t[r] - t[rows.front()]);
      cell.G.push_back(G[r]);
    }
    data.cells.push_back(std::move(cell));
  }
}

/// The straight line I = offset + G V through the rows of each device.
void read_lines(const CsvTable& table, ReadData& data) {
  const auto V = numbers_of(table, *find_quantity(table, Quantity::voltage), Quantity::voltage);
  const auto I = numbers_of(table, *find_quantity(table, Quantity::current), Quantity::current);
  data.is_slope = true;
  data.V_read = 0.0;
  std::vector<double> r2;
  for (const auto& [device, rows] : rows_by_device(table)) {
    const auto n = static_cast<double>(rows.size());
    double V_mean = 0.0, I_mean = 0.0, VV = 0.0, VI = 0.0, II = 0.0;
    for (const auto r : rows) {
      V_mean += V[r] / n;
      I_mean += I[r] / n;
      data.V_read = std::max(data.V_read, std::abs(V[r]));
    }
    for (const auto r : rows) {
      VV += (V[r] - V_mean) * (V[r] - V_mean);
      VI += (V[r] - V_mean) * (I[r] - I_mean);
      II += (I[r] - I_mean) * (I[r] - I_mean);
    }
    if (rows.size() < 3 || !(VV > 0.0))
      throw InputError({.where = table.source + ", device '" + device + "'",
                        .expected = "a current at three voltages at least",
                        .got = std::to_string(rows.size()) + " rows"});
    const double G = VI / VV;
    data.cells.push_back({device, {}, {G}, I_mean - G * V_mean});
    r2.push_back(II > 0.0 ? VI * VI / (VV * II) : 1.0);
  }
  data.r2 = median(r2);
  data.notices.push_back("voltages go one way only: read I-Vs, their slopes are the conductances");
}

/// The options with the voltage at which all currents were read, if there is one.
TableOptions with_constant_voltage(const Measurement& measurement, TableOptions options) {
  if (measurement.kind != MeasurementKind::sweep) return options;
  options.read_voltage.reset();
  const CsvTable& table = measurement.table;
  const auto V = numbers_of(table, *find_quantity(table, Quantity::voltage), Quantity::voltage);
  const bool is_constant = std::all_of(V.begin(), V.end(), [&](double at) {
    return std::abs(at - V.front()) <= 1e-6 * std::abs(V.front());
  });
  if (is_constant && V.front() != 0.0) options.read_voltage = V.front();
  return options;
}

void suspect(ReadData& data) {
  const auto say = [&](const std::string& text) { data.suspicions.push_back(text); };
  std::vector<double> G, offsets;
  for (const auto& cell : data.cells) {
    G.insert(G.end(), cell.G.begin(), cell.G.end());
    offsets.push_back(cell.offset);
  }
  const double middle = median(G);
  if (middle < 0.0) say("negative conductances: a wrong sign?");
  if (middle > 1.0) say("conductances above 1 S: a wrong unit?");
  if (!data.is_slope) return;
  const double offset = median(offsets);
  if (std::abs(offset) > 0.02 * std::abs(middle) * data.V_read)
    say("a current of " + to_text(offset) +
        " A at 0 V (median): an offset of the instrument, left out of the conductances");
  if (data.r2 < 0.9) say("the read I-Vs are not straight: noise, or not ohmic");
}

}  // namespace

ReadData to_reads(const Measurement& measurement, const TableOptions& options) {
  const CsvTable& table = measurement.table;
  ReadData data;
  data.file = std::filesystem::path(table.source).filename().string();
  data.sha256 = measurement.sha256;
  data.notices = measurement.notices;
  data.reads = table.rows.size();
  const auto at = with_constant_voltage(measurement, options);
  if (measurement.kind == MeasurementKind::sweep && !at.read_voltage) {
    read_lines(table, data);
  } else {
    if (at.read_voltage) data.V_read = *at.read_voltage;
    read_rows(table, at, data);
  }
  suspect(data);
  return data;
}

}  // namespace memplast
