#include "sweep_measurement.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "../../lib/base/error.hpp"
#include "../../lib/base/text.hpp"

namespace memplast {
namespace {

std::size_t column_of(const CsvTable& table, Quantity quantity, const std::string& ours) {
  if (const auto column = find_quantity(table, quantity)) return *column;
  return table.column(ours);  // which says what is missing
}

/// Marks the points that compliance limited and returns how many they are.
std::size_t trust(SweepTrace& trace) {
  const std::size_t n = trace.I.size();
  std::vector<bool> limited(n, false);
  double most = 0.0;
  for (const double I : trace.I) most = std::max(most, std::abs(I));
  for (std::size_t i = 0; i < n;) {
    const double level = trace.I[i];
    std::size_t end = i + 1;
    double low = trace.course[i].V, high = low;
    while (end < n && std::abs(trace.I[end] - level) <= 0.005 * std::abs(level)) {
      low = std::min(low, trace.course[end].V);
      high = std::max(high, trace.course[end].V);
      ++end;
    }
    // An ohmic device would change its current by as much as the voltage: 0.5 %, not 5 %. What is
    // below a percent of the largest current may be the instrument's floor.
    const bool plateau =
        end - i >= 5 && high - low > 0.05 * std::max(high, -low) && std::abs(level) > 0.01 * most;
    for (std::size_t k = i; plateau && k < end; ++k) limited[k] = true;
    i = plateau ? end : i + 1;
  }
  for (std::size_t i = 0; i < n; ++i)
    if (!limited[i]) trace.trusted.push_back(i);
  return n - trace.trusted.size();
}

/// Mean current at voltages near 0.
double current_at_zero(const SweepData& data, double V_max) {
  double sum = 0.0;
  int n = 0;
  for (const auto& trace : data.traces)
    for (const auto i : trace.trusted)
      if (std::abs(trace.course[i].V) <= 0.005 * V_max) {
        sum += trace.I[i];
        ++n;
      }
  return n > 0 ? sum / n : 0.0;
}

void suspect(SweepData& data, std::size_t limited) {
  const auto say = [&](const std::string& text) { data.suspicions.push_back(text); };
  double V_max = 0.0;
  std::size_t n = 0, against = 0;
  for (const auto& trace : data.traces)
    for (const auto i : trace.trusted) {
      V_max = std::max(V_max, std::abs(trace.course[i].V));
      ++n;
      against += trace.I[i] * trace.course[i].V < 0.0 && std::abs(trace.I[i]) > 0.05 * data.I_max;
    }
  if (limited > 0)
    say(std::to_string(limited) +
        " points are limited by compliance: the voltage on the device is not known there, and the "
        "fit leaves them out");
  if (against * 50 > n)
    say(std::to_string(against) + " of " + std::to_string(n) +
        " currents run against their voltage: a wrong sign?");
  if (const double offset = current_at_zero(data, V_max); std::abs(offset) > 0.02 * data.I_max)
    say("a current of " + to_text(offset) + " A at 0 V: an offset of the instrument?");
  if (data.I_max > 10.0) say("currents above 10 A: a wrong unit?");
  if (V_max > 200.0) say("voltages above 200 V: a wrong unit?");
}

}  // namespace

SweepData to_sweep(const Measurement& measurement, const TableOptions& options) {
  const CsvTable& table = measurement.table;
  SweepData data;
  data.file = std::filesystem::path(table.source).filename().string();
  data.sha256 = measurement.sha256;
  data.notices = measurement.notices;
  if (options.read_voltage) data.V_read = *options.read_voltage;

  const auto V_column = column_of(table, Quantity::voltage, "V_V");
  const auto I_column = column_of(table, Quantity::current, "I_A");
  const auto t_column = find_quantity(table, Quantity::time);
  for (const auto& [column, ours] : {std::pair{V_column, "V_V"}, std::pair{I_column, "I_A"}})
    if (table.header[column] != ours)
      data.notices.push_back("column '" + table.header[column] + "' is " + ours);
  const auto V = numbers_of(table, V_column, Quantity::voltage);
  const auto I = numbers_of(table, I_column, Quantity::current);
  std::vector<double> t;
  if (t_column) {
    t = numbers_of(table, *t_column, Quantity::time);
  } else {
    const double step = options.step.value_or(1.0);
    for (std::size_t r = 0; r < V.size(); ++r) t.push_back(static_cast<double>(r) * step);
    if (!options.step)
      data.suspicions.push_back(
          "no column of times: rows are taken to be 1 s apart, the usual time step, and rates "
          "count per row");
  }
  const bool has_device = table.has("device");
  const std::size_t device = has_device ? table.column("device") : 0;
  std::size_t restarts = 0;
  for (std::size_t r = 0; r < V.size(); ++r) {
    const std::string name = has_device ? table.rows[r][device] : "";
    const bool same = !data.traces.empty() && data.traces.back().device == name;
    const double before = same ? data.traces.back().course.back().t : 0.0;
    if (same && t[r] == before)
      throw InputError({.where = table.place(r, *t_column),
                        .expected = "a time after " + to_text(before) + " s",
                        .got = table.rows[r][*t_column]});
    restarts += same && t[r] < before ? 1 : 0;
    if (!same || t[r] < before) data.traces.push_back({name, {}, {}, {}});
    data.traces.back().course.push_back({t[r], V[r]});
    data.traces.back().I.push_back(I[r]);
  }
  if (restarts > 0)
    data.notices.push_back("the time starts anew " + std::to_string(restarts) +
                           " times: each a course of its own");

  std::size_t limited = 0, n = 0;
  for (auto& trace : data.traces) {
    limited += trust(trace);
    n += trace.trusted.size();
    for (const auto i : trace.trusted) data.I_max = std::max(data.I_max, std::abs(trace.I[i]));
  }
  if (n < 10 || !(data.I_max > 0.0))
    throw InputError({.where = table.source,
                      .expected = "a sweep of at least 10 points with a current",
                      .got = std::to_string(n) + " points"});
  suspect(data, limited);
  return data;
}

bool is_read_iv(const Measurement& measurement) {
  if (measurement.kind != MeasurementKind::sweep) return false;
  const CsvTable& table = measurement.table;
  const auto V = numbers_of(table, column_of(table, Quantity::voltage, "V_V"), Quantity::voltage);
  const auto starts_anew = [&](std::size_t r) {
    for (const auto* name : {"device", "cycle"})
      if (table.has(name)) {
        const auto column = table.column(name);
        if (table.rows[r][column] != table.rows[r - 1][column]) return true;
      }
    return false;
  };
  double back = 0.0, span = 0.0;  // the longest way back, and the longest way
  double low = V[0], high = V[0];
  for (std::size_t r = 1; r < V.size(); ++r) {
    if (starts_anew(r)) low = high = V[r];
    low = std::min(low, V[r]);
    high = std::max(high, V[r]);
    span = std::max(span, high - low);
    back = std::max(back, std::min(high - V[r], V[r] - low));
  }
  return back <= 0.01 * span;
}

}  // namespace memplast
