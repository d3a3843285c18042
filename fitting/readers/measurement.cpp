#include "measurement.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "../../lib/base/text.hpp"
#include "../../lib/io/file.hpp"

namespace memplast {
namespace {

/// A unit that someone may have used, and what one of it is in ours.
struct ForeignUnit {
  std::string_view name;
  std::string_view ours;
  double factor;
};
constexpr std::array<ForeignUnit, 9> foreign_units{{{"s", "ms", 1e3},
                                                    {"us", "ms", 1e-3},
                                                    {"µs", "ms", 1e-3},
                                                    {"ns", "ms", 1e-6},
                                                    {"mS", "S", 1e-3},
                                                    {"uS", "S", 1e-6},
                                                    {"µS", "S", 1e-6},
                                                    {"nS", "S", 1e-9},
                                                    {"pS", "S", 1e-12}}};

/// How to turn `column` into `quantity` in `unit`; empty if it is something else.
std::string conversion(std::string_view column, std::string_view quantity, std::string_view unit) {
  const std::string wanted = std::string(quantity) + "_" + std::string(unit);
  if (column == quantity && !unit.empty())
    return "Give its unit in its name: '" + wanted + "' holds " + std::string(unit) + ".";
  if (!column.starts_with(std::string(quantity) + "_")) return "";
  const auto got = column.substr(quantity.size() + 1);
  for (const auto& foreign : foreign_units)
    if (foreign.name == got && foreign.ours == unit)
      return "Multiply column '" + std::string(column) + "' by " + to_text(foreign.factor) +
             " and name it '" + wanted + "'.";
  return "";
}

/// Refuses a file that lacks `quantity` in our unit (and its alternative, if there is one).
[[noreturn]] void missing(const CsvTable& table, std::string_view quantity, std::string_view unit,
                          const std::string& alternative) {
  std::string mend;
  for (const auto& column : table.header)
    if (mend.empty()) mend = conversion(column, quantity, unit);
  throw InputError({.where = table.source + ", header",
                    .expected = "a column " +
                                (alternative.empty() ? "" : "'" + alternative + "' or ") + "'" +
                                std::string(quantity) + "_" + std::string(unit) + "'",
                    .got = "the columns " + join(table.header),
                    .mend = mend});
}

/// Which of a weight's column and its conductance's column a file has.
struct Source {
  std::size_t column;
  bool siemens;
};

Source find(const CsvTable& table, const std::string& weight, const std::string& quantity) {
  if (table.has(weight)) return {table.column(weight), false};
  if (table.has(quantity + "_S")) return {table.column(quantity + "_S"), true};
  missing(table, quantity, "S", weight);
}

Source find_state(const CsvTable& table) {
  if (!table.has("w") && !table.has("G0_S") && table.has("dw"))
    throw InputError({.where = table.source + ", header",
                      .expected = "a column 'w' or 'G0_S', the state before each pair",
                      .got = "the columns " + join(table.header),
                      .mend = "Give the one state of all pairs."});
  return find(table, "w", "G0");
}

/// The column of the standard deviations of `change`, if there is one.
std::optional<std::size_t> find_sigma(const CsvTable& table, const Source& change) {
  const std::string wanted = change.siemens ? "sigma_S" : "sigma";
  if (table.has(wanted)) return table.column(wanted);
  for (const auto& column : table.header)
    if (column.starts_with("sigma"))
      throw InputError(
          {.where = table.source + ", header",
           .expected = "'" + wanted + "' as the deviation of '" + table.header[change.column] + "'",
           .got = "'" + column + "'",
           .mend = change.siemens ? conversion(column, "sigma", "S") : ""});
  return std::nullopt;
}

void take_range_from_data(const CsvTable& table, const Source& state, const Source& change,
                          WindowData& data) {
  double low = table.number(0, state.column), high = low;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const double before = table.number(r, state.column);
    const double after = before + (change.siemens ? table.number(r, change.column) : 0.0);
    low = std::min({low, before, after});
    high = std::max({high, before, after});
  }
  data.conductance.G_min = std::max(low, 0.0);
  data.conductance.G_max = high;
  data.range_from = RangeFrom::data;
}

void take_range(const CsvTable& table, const Source& state, const Source& change,
                const RangeOptions& range, WindowData& data) {
  const auto note_min = noted_number(table, "G_min_S"), note_max = noted_number(table, "G_max_S");
  const auto G_min = range.G_min ? range.G_min : note_min;
  const auto G_max = range.G_max ? range.G_max : note_max;
  const bool needed = state.siemens || change.siemens;
  if (G_min && G_max) {
    const std::string where =
        range.G_min || range.G_max ? "the conductance range" : table.source + ", comments";
    set_param(data.conductance, "G_min_S", *G_min, where + ", G_min_S");
    set_param(data.conductance, "G_max_S", *G_max, where + ", G_max_S");
    data.range_from = range.G_min || range.G_max ? RangeFrom::options : RangeFrom::notes;
    require_range(data.conductance, where);
  } else if (range.estimate_from_data && state.siemens) {
    take_range_from_data(table, state, change, data);
    require_range(data.conductance, table.source + ", the range seen in the data");
  } else if (needed || G_min || G_max) {
    throw InputError({.where = table.source,
                      .expected = "the range of the device, G_min and G_max",
                      .got = G_min   ? "G_min only"
                             : G_max ? "G_max only"
                                     : "neither",
                      .mend = "Give the range of conductance, or comments '# G_min_S = ...' and "
                              "'# G_max_S = ...' in the file; or have it estimated, from the "
                              "extremes of a G0_S column, which biases the amplitudes."});
  }
}

}  // namespace

WindowData to_window(const Measurement& measurement, const RangeOptions& range) {
  const CsvTable& table = measurement.table;
  if (!table.has("dt_ms")) missing(table, "dt", "ms", "");
  const auto dt = table.column("dt_ms");
  const bool one_state = !table.has("w") && !table.has("G0_S") && (range.state_w || range.state_G);
  const Source state = one_state ? Source{dt, range.state_G.has_value()} : find_state(table);
  const auto change = find(table, "dw", "dG");
  const auto sigma = find_sigma(table, change);

  WindowData data;
  data.file = std::filesystem::path(table.source).filename().string();
  data.sha256 = measurement.sha256;
  data.has_sigma = sigma.has_value();
  take_range(table, state, change, range, data);

  const auto& device = data.conductance;
  const double unit = change.siemens ? device.G_max - device.G_min : 1.0;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const double s = !one_state      ? table.number(r, state.column)
                     : state.siemens ? *range.state_G
                                     : *range.state_w;
    WindowPoint point{.dt = table.number(r, dt),
                      .w = state.siemens ? device.weight(s) : s,
                      .dw = table.number(r, change.column) / unit,
                      .sigma = sigma ? table.number(r, *sigma) / unit : 1.0};
    constexpr double rounding = 1e-9;  // G0 = G_max may have lost its last digits in a file
    if (!(point.w >= -rounding && point.w <= 1.0 + rounding))
      throw InputError(
          {.where = table.place(r, state.column),
           .expected = state.siemens ? "a state in [" + to_text(device.G_min) + ", " +
                                           to_text(device.G_max) + "] S, the range of the device"
                                     : "a weight in [0, 1]",
           .got = to_text(s),
           .mend = state.siemens ? "Mend the value or the range of conductance." : ""});
    if (change.siemens && !(std::abs(point.dw) <= 1.0))
      throw InputError({.where = table.place(r, change.column),
                        .expected = "a change smaller than the range of the device",
                        .got = table.rows[r][change.column],
                        .mend = "Check the unit."});
    if (!(point.sigma > 0.0))
      throw InputError({.where = table.place(r, *sigma),
                        .expected = "a positive standard deviation",
                        .got = table.rows[r][*sigma]});
    point.w = clipped(point.w);
    data.points.push_back(point);
  }
  return data;
}

WindowData parse_window(std::string_view text, const std::string& source,
                        const RangeOptions& range) {
  return to_window(parse_measurement(text, source), range);
}

std::vector<std::string> suspicions(const WindowData& data) {
  std::vector<std::string> out;
  bool before = false, after = false;
  double largest = 0.0, low = 1.0, high = 0.0;
  int against = 0, sided = 0;
  for (const auto& p : data.points) {
    (p.dt > 0.0 ? after : before) = true;
    largest = std::max(largest, std::abs(p.dw));
    low = std::min(low, p.w);
    high = std::max(high, p.w);
    if (p.dt == 0.0 || std::abs(p.dw) <= 2.0 * (data.has_sigma ? p.sigma : 0.0)) continue;
    ++sided;
    against += (p.dw > 0.0) != (p.dt > 0.0) ? 1 : 0;
  }
  if (!before || !after) out.push_back(std::string("no point with dt ") + (after ? "<= 0" : "> 0"));
  if (sided > 0 && against > 0.8 * sided)
    out.push_back("most changes have the sign opposite to dt: is dt = t_pre - t_post?");
  if (largest > 1.0) out.push_back("changes above 1 in w: percent instead of fractions?");
  if (high - low < 1e-6)
    out.push_back("one state only: the dependence on the state cannot be told");
  return out;
}

WindowData read_window(const std::filesystem::path& path, const RangeOptions& range) {
  return parse_window(read_text(path), path.string(), range);
}

}  // namespace memplast
