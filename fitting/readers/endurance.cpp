#include "endurance.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>
#include <set>

#include "../../lib/base/error.hpp"
#include "../../lib/base/text.hpp"

namespace memplast {
namespace {

/// Which state a name is of, and of what quantity ("" if it does not say).
struct StateName {
  bool on;
  std::string quantity;  ///< "r", "i", "g" or ""
};

std::optional<StateName> state_name(std::string_view text) {
  std::string name;
  for (const char c : lower_case(text))
    if (c != ' ' && c != '_' && c != '-') name += c;
  std::string quantity;
  for (const auto& [word, letter] : {std::pair{"resistance", "r"},
                                     {"conductance", "g"},
                                     {"current", "i"},
                                     {"r", "r"},
                                     {"g", "g"},
                                     {"i", "i"}})
    if (quantity.empty() && name.starts_with(word)) {
      quantity = letter;
      name.erase(0, std::string_view(word).size());
    }
  for (const auto* word : {"lrs", "on", "set", "low"})
    if (name == word && (name != "low" || quantity == "r")) return StateName{true, quantity};
  for (const auto* word : {"hrs", "off", "reset", "high"})
    if (name == word && (name != "high" || quantity == "r")) return StateName{false, quantity};
  return std::nullopt;
}

/// The columns of the two states; none unless there is one of each.
struct Columns {
  std::size_t on, off;
};

std::optional<Columns> columns_of(const CsvTable& table) {
  std::optional<std::size_t> on, off;
  bool twice = false;
  // "HRS" and "LRS" name states; "set" and "reset" do so only if those do not, since they also name
  // what was done (V_set), and two columns of them alone are the branches of pulses.
  for (const bool by_state : {true, false}) {
    if (on && off) break;
    on = off = std::nullopt;
    twice = false;
    for (std::size_t c = 0; c < table.header.size(); ++c) {
      const auto word = stem(table.header[c]);
      const auto name = state_name(word);
      const bool is_state = word.ends_with("hrs") || word.ends_with("lrs");
      if (!name || is_state != by_state) continue;
      if (!by_state && name->quantity.empty() && unit_in(table.header[c]).empty() &&
          table.header.size() == 2)
        continue;
      std::size_t values = 0;
      for (const auto& row : table.rows) values += !row[c].empty();
      if (2 * values < table.rows.size()) continue;  // remarks beside another measurement
      auto& column = name->on ? on : off;
      twice = twice || column.has_value();
      column = c;
    }
  }
  if (!on || !off || twice) return std::nullopt;
  return Columns{*on, *off};
}

std::optional<std::size_t> cycle_column(const CsvTable& table) {
  for (std::size_t c = 0; c < table.header.size(); ++c)
    for (const auto* word :
         {"cycle", "cycles", "cycle number", "cycle no", "cycle no.", "cycle #", "number of cycles",
          "n", "#", "index", "pulse", "pulses", "count", "number"})
      if (stem(table.header[c]) == word) return c;
  return std::nullopt;
}

class Reader {
 public:
  Reader(const Measurement& measurement, const TableOptions& options)
      : table_(measurement.table), options_(options), cycle_(cycle_column(table_)) {
    data_.file = std::filesystem::path(table_.source).filename().string();
    data_.sha256 = measurement.sha256;
    data_.notices = measurement.notices;
    if (options.read_voltage) data_.V_read = *options.read_voltage;
  }

  EnduranceData run() {
    if (const auto columns = columns_of(table_)) {
      for (std::size_t r = 0; r < table_.rows.size(); ++r) {
        add(r, columns->on, true);
        add(r, columns->off, false);
      }
      say(columns->on, true);
      say(columns->off, false);
    } else {
      const auto state = table_.column("state");
      const auto value = value_column();
      for (std::size_t r = 0; r < table_.rows.size(); ++r) {
        const auto name = state_name(table_.rows[r][state]);
        if (!name)
          throw InputError({.where = table_.place(r, state),
                            .expected = "HRS or LRS, on or off",
                            .got = "'" + table_.rows[r][state] + "'"});
        add(r, value, name->on);
      }
      say(value, true);
    }
    count_devices();
    if (data_.G_on.size() < 3 || data_.G_off.size() < 3)
      throw InputError({.where = table_.source,
                        .expected = "at least three cycles of both states",
                        .got = std::to_string(std::min(data_.G_on.size(), data_.G_off.size()))});
    data_.notices.push_back(
        "endurance: two states, " + std::to_string(data_.G_on.size()) + " times each, " +
        (cycle_ ? "cycles by '" + table_.header[*cycle_] + "'" : std::string("one cycle a row")));
    return std::move(data_);
  }

 private:
  std::size_t value_column() const {
    for (const auto quantity : {Quantity::conductance, Quantity::resistance, Quantity::current})
      if (const auto column = find_quantity(table_, quantity)) return *column;
    throw InputError({.where = table_.source + ", header",
                      .expected = "a conductance, a resistance or a current of each state",
                      .got = "the columns " + join(table_.header)});
  }

  /// Devices, if a column names another one in each row, as a wafer map does.
  void count_devices() {
    for (std::size_t c = 0; c < table_.header.size(); ++c) {
      const auto name = stem(table_.header[c]);
      if (name != "device" && name != "device_id" && name != "device id" && name != "cell")
        continue;
      std::set<std::string> seen;
      for (const auto& row : table_.rows) seen.insert(row[c]);
      data_.devices = seen.size();
      if (seen.size() == table_.rows.size() && seen.size() > 1)
        data_.notices.push_back("each row is another device: the spread is from device to device");
    }
  }

  /// 'r', 'g' or 'i', by the unit, else by the name; else resistances, as HRS and LRS are.
  char quantity_of(std::size_t column) const {
    const auto unit = unit_in(table_.header[column]);
    if (unit_factor(unit, "S")) return 'g';
    if (unit_factor(unit, "A")) return 'i';
    if (unit_factor(unit, "Ohm")) return 'r';
    const auto name = state_name(stem(table_.header[column]));
    if (name && !name->quantity.empty()) return name->quantity.front();
    const auto word = stem(table_.header[column]);
    if (word.starts_with("g") || word.starts_with("cond")) return 'g';
    return word.starts_with("i") || word.starts_with("curr") ? 'i' : 'r';
  }

  void add(std::size_t row, std::size_t column, bool on) {
    if (table_.rows[row][column].empty()) return;  // a state that was not read in this cycle
    const char quantity = quantity_of(column);
    if (quantity == 'i' && !options_.read_voltage)
      throw InputError({.where = table_.source + ", header",
                        .expected = "the voltage at which '" + table_.header[column] + "' was read",
                        .got = "currents only",
                        .mend = "Give the read voltage."});
    const auto unit = quantity == 'g' ? "S" : quantity == 'i' ? "A" : "Ohm";
    const double value = table_.number(row, column) *
                         unit_factor(unit_in(table_.header[column]), unit).value_or(1.0);
    double G = quantity == 'r' ? 1.0 / value : value;
    if (quantity == 'i') G /= *options_.read_voltage;
    if (!(G > 0.0 && std::isfinite(G)))
      throw InputError({.where = table_.place(row, column),
                        .expected = "a positive resistance, conductance or current",
                        .got = table_.rows[row][column]});
    double cycle = static_cast<double>(row) + 1.0;
    if (cycle_) {
      cycle = table_.number(row, *cycle_);
      if (!(cycle >= 0.0))
        throw InputError({.where = table_.place(row, *cycle_),
                          .expected = "a number of cycles",
                          .got = table_.rows[row][*cycle_]});
    }
    (on ? data_.on_cycle : data_.off_cycle).push_back(cycle);
    (on ? data_.G_on : data_.G_off).push_back(G);
  }

  void say(std::size_t column, bool) {
    const char quantity = quantity_of(column);
    const bool guessed = unit_in(table_.header[column]).empty();
    data_.notices.push_back("'" + table_.header[column] + "': " +
                            (quantity == 'g'   ? "conductances"
                             : quantity == 'i' ? "currents at " + to_text(data_.V_read) + " V"
                                               : "resistances") +
                            (guessed ? std::string(" in ") +
                                           (quantity == 'g'   ? "S"
                                            : quantity == 'i' ? "A"
                                                              : "Ohm") +
                                           ", since no unit is given"
                                     : ""));
  }

  const CsvTable& table_;
  const TableOptions& options_;
  std::optional<std::size_t> cycle_;
  EnduranceData data_;
};

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

/// The line through ln G over log10(1 + cycle), with its value at an end.
struct Line {
  StateCourse course;
  double x_mean, y_mean;
  double at(double cycle) const {
    return y_mean + course.slope * (std::log10(1.0 + cycle) - x_mean);
  }
};

Line fit_line(const std::vector<double>& cycle, const std::vector<double>& G) {
  const auto n = static_cast<double>(G.size());
  Line out{};
  out.course.median = median(G);
  for (std::size_t i = 0; i < G.size(); ++i) {
    out.x_mean += std::log10(1.0 + cycle[i]) / n;
    out.y_mean += std::log(G[i]) / n;
  }
  double xx = 0.0, xy = 0.0, rest = 0.0;
  for (std::size_t i = 0; i < G.size(); ++i) {
    const double x = std::log10(1.0 + cycle[i]) - out.x_mean;
    xx += x * x;
    xy += x * (std::log(G[i]) - out.y_mean);
  }
  if (xx > 0.0) out.course.slope = xy / xx;
  for (std::size_t i = 0; i < G.size(); ++i) rest += std::pow(std::log(G[i]) - out.at(cycle[i]), 2);
  out.course.spread = std::sqrt(rest / (n - 2.0));
  if (xx > 0.0) out.course.slope_error = out.course.spread / std::sqrt(xx);
  return out;
}

json to_json(const StateCourse& course) {
  return {{"G_median_S", course.median},
          {"spread", course.spread},
          {"slope_per_decade", course.slope},
          {"slope_error", course.slope_error}};
}

}  // namespace

bool is_endurance(const CsvTable& table) {
  if (columns_of(table)) return true;
  if (!table.has("state")) return false;
  const auto state = table.column("state");
  return std::all_of(table.rows.begin(), table.rows.end(),
                     [&](const auto& row) { return state_name(row[state]).has_value(); });
}

EnduranceData to_endurance(const Measurement& measurement, const TableOptions& options) {
  auto data = Reader(measurement, options).run();
  if (median(data.G_on) < median(data.G_off))
    data.suspicions.push_back(
        "the on state conducts less than the off state: are the columns exchanged?");
  if (median(data.G_on) > 1.0) data.suspicions.push_back("conductances above 1 S: a wrong unit?");
  return data;
}

EnduranceFit fit_endurance(const EnduranceData& data) {
  EnduranceFit fit;
  const auto on = fit_line(data.on_cycle, data.G_on), off = fit_line(data.off_cycle, data.G_off);
  fit.on = on.course;
  fit.off = off.course;
  const auto [first, last] = std::minmax_element(data.on_cycle.begin(), data.on_cycle.end());
  fit.cycles = *last;
  fit.first_ratio = std::exp(on.at(*first) - off.at(*first));
  fit.last_ratio = std::exp(on.at(*last) - off.at(*last));
  const bool upright = fit.on.median > fit.off.median;
  for (const double G : data.G_on) fit.overlaps += (G < fit.off.median) == upright ? 1 : 0;
  for (const double G : data.G_off) fit.overlaps += (G > fit.on.median) == upright ? 1 : 0;
  return fit;
}

json to_json(const EnduranceFit& fit, const EnduranceData& data) {
  return {{"data_file", data.file},       {"data_sha256", data.sha256},
          {"cycles", fit.cycles},         {"on", to_json(fit.on)},
          {"off", to_json(fit.off)},      {"first_ratio", fit.first_ratio},
          {"last_ratio", fit.last_ratio}, {"overlaps", fit.overlaps}};
}

void put_endurance(Variability& variability, Conductance& conductance, json& record,
                   const EnduranceFit& fit, const EnduranceData& data) {
  const auto [low, high] = std::minmax(fit.on.median, fit.off.median);
  conductance.G_min = low;
  conductance.G_max = high;
  conductance.V_read = data.V_read;
  const double widest =
      std::max(fit.on.spread * fit.on.median, fit.off.spread * fit.off.median) / (high - low);
  variability.ctoc = std::min(widest, 10.0);
  if (!record.is_object()) record = json::object();
  record["endurance"] = to_json(fit, data);
}

}  // namespace memplast
