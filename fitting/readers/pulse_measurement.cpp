#include "pulse_measurement.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>

#include "../../lib/base/text.hpp"
#include "../../lib/io/file.hpp"

namespace memplast {
namespace {

/// The direction that a word names.
std::optional<bool> direction(std::string_view word) {
  const auto text = lower_case(word);
  for (const auto* up : {"1", "+1", "+", "up", "set", "ltp", "p", "pot", "potentiation"})
    if (text == up) return true;
  for (const auto* down : {"-1", "-", "down", "reset", "ltd", "d", "dep", "depression"})
    if (text == down) return false;
  return std::nullopt;
}

/// The name without the number at its end, or nothing if it has none.
std::optional<std::string> numbered(std::string_view column) {
  auto name = stem(column);
  const auto last = name.find_last_not_of("0123456789");
  if (last == std::string::npos || last + 1 == name.size()) return std::nullopt;
  return name.substr(0, last + 1);
}

/// What the values of a column are, and the factor that makes them siemens; 1 for plain states.
struct Values {
  bool siemens;
  double factor;
};

/// Whether a table without a header, all numbers, has its series in rows.
bool lies_down(const CsvTable& table) {
  const auto is_number = [](const auto& cell) { return to_number(cell).has_value(); };
  return table.header.front() == "column 1" && table.header.size() >= 50 &&
         table.header.size() > 4 * table.rows.size() &&
         std::all_of(table.rows.begin(), table.rows.end(), [&](const auto& row) {
           return std::all_of(row.begin(), row.end(), is_number);
         });
}

CsvTable transposed(const CsvTable& table) {
  CsvTable out;
  out.source = table.source;
  out.notes = table.notes;
  for (std::size_t r = 0; r < table.rows.size(); ++r)
    out.header.push_back("column " + std::to_string(r + 1));
  for (std::size_t c = 0; c < table.header.size(); ++c) {
    auto& row = out.rows.emplace_back();
    for (const auto& cells : table.rows) row.push_back(cells[c]);
    out.lines.push_back(static_cast<int>(c) + 1);
  }
  return out;
}

class Reader {
 public:
  Reader(const Measurement& measurement, const TableOptions& options)
      : table_(measurement.table), options_(options) {
    data_.file = std::filesystem::path(table_.source).filename().string();
    data_.sha256 = measurement.sha256;
    data_.notices = measurement.notices;
  }

  PulseData run() {
    if (table_.has("polarity")) {
      read_long();
      take_write();
    } else if (const auto branches = find_branches()) {
      read_branches(branches->first, branches->second);
    } else {
      read_series();
    }
    take_range();
    normalise();
    suspect();
    return std::move(data_);
  }

 private:
  /// Takes note of what the values of a column are; all columns must agree.
  Values values_of(std::size_t column) {
    const auto& name = table_.header[column];
    const auto unit = unit_in(name);
    Values out{false, 1.0};
    if (const auto siemens = unit_factor(unit, "S")) {
      if (options_.read_voltage)
        throw InputError({.where = table_.source + ", header",
                          .expected = "currents, since the read voltage is given",
                          .got = "the conductances '" + name + "'"});
      out = {true, *siemens};
    } else if (options_.read_voltage) {
      out = {true, unit_factor(unit, "A").value_or(1.0) / *options_.read_voltage};
      set_param(data_.conductance, "V_read_V", std::abs(*options_.read_voltage), "read voltage");
    } else if (unit_factor(unit, "A")) {
      throw InputError({.where = table_.source + ", header",
                        .expected = "conductances, or the voltage at which '" + name + "' was read",
                        .got = "currents only",
                        .mend = "Give the read voltage."});
    } else if (!unit.empty()) {
      throw InputError({.where = table_.source + ", header",
                        .expected = "conductances (S), currents (A) or states without a unit",
                        .got = "'" + name + "'"});
    }
    data_.in_siemens = out.siemens;
    return out;
  }

  void say_what_values_are(const std::string& name) {
    if (options_.read_voltage)
      notice("currents at " + to_text(*options_.read_voltage) + " V: G = I / V");
    else if (!data_.in_siemens)
      notice("'" + name + "' has no unit: states in arbitrary units");
  }

  void notice(const std::string& text) { data_.notices.push_back(text); }

  void read_long() {
    const auto polarity = table_.column("polarity");
    const std::optional<std::size_t> pulse = column_if("pulse"), cycle = column_if("cycle"),
                                     device = column_if("device");
    const auto value = find_value();
    const auto values = values_of(value);
    say_what_values_are(table_.header[value]);
    std::map<std::string, int> cycles;
    std::string last_cycle;
    for (std::size_t r = 0; r < table_.rows.size(); ++r) {
      const auto& row = table_.rows[r];
      const auto up = direction(row[polarity]);
      if (!up)
        throw InputError({.where = table_.place(r, polarity),
                          .expected = "1 or -1, up or down, set or reset, ltp or ltd",
                          .got = "'" + row[polarity] + "'"});
      const std::string of_device = device ? row[*device] : "";
      const std::string of_cycle = cycle ? row[*cycle] : "";
      const bool same_ramp = !data_.ramps.empty() && data_.ramps.back().up == *up &&
                             data_.ramps.back().device == of_device && last_cycle == of_cycle;
      const double before = same_ramp ? data_.ramps.back().pulse.back() : 0.0;
      const double n = pulse ? whole(r, *pulse) : before + 1.0;
      if (!same_ramp || n < before) {
        data_.ramps.push_back({*up, of_device, ++cycles[of_device + (*up ? "+" : "-")], {}, {}});
      } else if (n == before) {
        throw InputError(
            {.where = table_.place(r, *pulse),
             .expected = "a pulse after " + to_text(before),
             .got = row[*pulse],
             .mend = "Several reads of one state belong into a cycle or device column."});
      }
      last_cycle = of_cycle;
      data_.ramps.back().pulse.push_back(n);
      data_.ramps.back().w.push_back(table_.number(r, value) * values.factor);
    }
  }

  std::optional<std::size_t> column_if(const std::string& name) const {
    if (!table_.has(name)) return std::nullopt;
    return table_.column(name);
  }

  /// What made the pulses, if columns say it: their root mean square amplitude and mean width
  /// become the device's write, which keeps the energy.
  void take_write() {
    // As a difference from the first, so that equal values have themselves for a mean.
    const auto mean = [](const std::vector<double>& values) {
      double sum = 0.0;
      for (const double value : values) sum += value - values.front();
      return values.front() + sum / static_cast<double>(values.size());
    };
    const std::string where = table_.source + ", the pulses";
    if (auto amplitude = magnitudes("amplitude", "V"); !amplitude.empty()) {
      for (double& value : amplitude) value *= value;
      set_param(data_.conductance, "V_write_V", std::sqrt(mean(amplitude)), where);
    }
    if (const auto width = magnitudes("width", "s"); !width.empty())
      set_param(data_.conductance, "t_write_s", mean(width), where);
  }

  /// The sizes in a column of this name, in `unit`, if there is one: one for each pulse. It is
  /// suspicious if pulses of one polarity differ by more than a percent.
  std::vector<double> magnitudes(const std::string& name, const std::string& unit) {
    std::vector<double> out;
    for (std::size_t c = 0; c < table_.header.size(); ++c) {
      if (stem(table_.header[c]) != name) continue;
      const auto factor = unit_factor(unit_in(table_.header[c]), unit);
      if (!factor)
        throw InputError({.where = table_.source + ", header",
                          .expected = name + "_" + unit,
                          .got = "'" + table_.header[c] + "'"});
      for (std::size_t r = 0; r < table_.rows.size(); ++r)
        out.push_back(std::abs(table_.number(r, c) * *factor));
      for (const bool up : {true, false}) suspect_uneven(name, unit, up, out);
      break;
    }
    return out;
  }

  void suspect_uneven(const std::string& name, const std::string& unit, bool up,
                      const std::vector<double>& sizes) {
    double smallest = std::numeric_limits<double>::infinity(), largest = 0.0;
    std::size_t row = 0;
    for (const auto& ramp : data_.ramps)
      for (std::size_t i = 0; i < ramp.pulse.size(); ++i, ++row) {
        if (ramp.up != up) continue;
        smallest = std::min(smallest, sizes[row]);
        largest = std::max(largest, sizes[row]);
      }
    if (largest > 1.01 * smallest)
      data_.suspicions.push_back(std::string("pulses ") + (up ? "up" : "down") + " differ in " +
                                 name + ", from " + to_text(smallest) + " to " + to_text(largest) +
                                 " " + unit + ": a pulse model has one kind of pulse");
  }

  /// A pulse number: whole, at least 0, and few enough to be counted through.
  double whole(std::size_t row, std::size_t column) const {
    const double n = table_.number(row, column);
    if (n >= 0.0 && n <= 1e7 && n == std::floor(n)) return n;
    throw InputError({.where = table_.place(row, column),
                      .expected = "a whole number in [0, 1e7]",
                      .got = table_.rows[row][column]});
  }

  std::size_t find_value() const {
    std::vector<std::size_t> found;
    for (std::size_t c = 0; c < table_.header.size(); ++c) {
      const auto name = stem(table_.header[c]);
      const bool current = name == "i" && (options_.read_voltage || !table_.has("G_S"));
      if (name == "g" || name == "conductance" || current || name == "state") found.push_back(c);
    }
    if (found.size() == 1) return found.front();
    throw InputError({.where = table_.source + ", header",
                      .expected = "one column of values: G_S, state, or I_A and the read voltage",
                      .got = "the columns " + join(table_.header),
                      .mend = "Map another column to one of these."});
  }

  /// Whether a column counts pulses: whole numbers that rise, or start anew, by name or by ones.
  bool is_counter(std::size_t column) const {
    if (!unit_in(table_.header[column]).empty() || table_.rows.size() < 3) return false;
    const auto name = stem(table_.header[column]);
    bool named = false;
    for (const auto* word : {"pulse",        "pulses",       "n",           "#",       "no",
                             "no.",          "nr",           "index",       "number",  "count",
                             "pulse number", "pulse no",     "pulse no.",   "pulse #", "pulse n",
                             "pulse index",  "pulse_number", "pulse count", "#pulse",  "# pulse"})
      named = named || name == word;
    double last = -1.0, first = 0.0;
    for (std::size_t r = 0; r < table_.rows.size(); ++r) {
      const auto n = to_number(table_.rows[r][column]);
      if (!n || !(*n >= 0.0 && *n <= 1e7 && *n == std::floor(*n))) return false;
      if (r == 0) first = *n;
      const bool next = named ? *n > last : *n == last + 1.0;
      if (r > 0 && !next && *n != first) return false;
      last = *n;
    }
    return named || first <= 1.0;
  }

  /// The columns of values, without one that counts pulses, which is taken note of.
  std::vector<std::size_t> value_columns() {
    std::vector<std::size_t> out;
    for (std::size_t c = 0; c < table_.header.size(); ++c) {
      if (counter_ == c || (!counter_ && table_.header.size() > 1 && is_counter(c)))
        counter_ = c;
      else
        out.push_back(c);
    }
    return out;
  }

  /// The columns of the up and of the down branch, in that order.
  std::optional<std::pair<std::size_t, std::size_t>> find_branches() {
    const auto columns = value_columns();
    if (columns.size() != 2) return std::nullopt;
    const auto &first = table_.header[columns[0]], &second = table_.header[columns[1]];
    const auto a = direction(stem(first)), b = direction(stem(second));
    if (a && b && *a != *b) {
      say_what_counts();
      return *a ? std::pair{columns[0], columns[1]} : std::pair{columns[1], columns[0]};
    }
    const bool unnamed = first == "column 1" && second == "column 2";
    if (!unnamed) return std::nullopt;
    refuse_unlike(columns);
    const bool falling = trend(0) < 0.0 && trend(1) > 0.0;
    notice(std::string("two columns without names: ") +
           (falling ? "pulses down, and pulses up" : "pulses up, and pulses down") +
           ", one pulse a row");
    return falling ? std::pair{1UL, 0UL} : std::pair{0UL, 1UL};
  }

  void say_what_counts() {
    if (counter_) notice("'" + table_.header[*counter_] + "' counts the pulses");
  }

  double trend(std::size_t column) const {
    const auto w = filled(column);
    const std::size_t n = w.size(), part = std::max<std::size_t>(n / 10, 1);
    double sum = 0.0;
    for (std::size_t i = 0; i < part; ++i) sum += w[n - 1 - i] - w[i];
    return sum / static_cast<double>(part);
  }

  /// The numbers of a column, which may end before the table does, but has no holes.
  std::vector<double> filled(std::size_t column) const {
    std::size_t n = table_.rows.size();
    while (n > 0 && table_.rows[n - 1][column].empty()) --n;
    if (n < 2)
      throw InputError({.where = table_.source + ", column " + table_.header[column],
                        .expected = "at least two values",
                        .got = std::to_string(n)});
    std::vector<double> out;
    for (std::size_t r = 0; r < n; ++r) out.push_back(table_.number(r, column));
    return out;
  }

  void add_column(std::size_t column, bool up, int cycle) {
    const auto values = values_of(column);
    Ramp ramp{up, "", cycle, {}, filled(column)};
    for (std::size_t i = 0; i < ramp.w.size(); ++i) {
      ramp.w[i] *= values.factor;
      ramp.pulse.push_back(counter_ ? whole(i, *counter_) : static_cast<double>(i + 1));
    }
    data_.ramps.push_back(std::move(ramp));
  }

  void read_branches(std::size_t up, std::size_t down) {
    add_column(up, true, 1);
    add_column(down, false, 1);
    say_what_values_are(table_.header[up]);
  }

  /// Columns of values, each a series of pulses of one device that may go up and down in turn.
  void read_series() {
    const auto columns = value_columns();
    const auto name = columns.empty() ? std::nullopt : numbered(table_.header[columns.front()]);
    const auto all = [&](const auto& test) {
      return !columns.empty() && std::all_of(columns.begin(), columns.end(), test);
    };
    const bool alike = all([&](auto c) { return name && numbered(table_.header[c]) == name; });
    const bool known = all([&](auto c) {
      const auto unit = unit_in(table_.header[c]);
      const auto word = stem(table_.header[c]);
      return unit_factor(unit, "S") || unit_factor(unit, "A") || word == "state" || word == "g" ||
             word.starts_with("conductance") ||
             (options_.read_voltage && word.starts_with("current"));
    });
    if (!alike && !known)
      throw InputError(
          {.where = table_.source + ", header",
           .expected = "a window (dt_ms, ...), pulses (pulse, polarity, G_S), two branches "
                       "(up, down), columns of conductances or ramps (ramp1, ramp2, ...)",
           .got = "the columns " + join(table_.header),
           .mend = "Name those that are one, or all columns of a file without a header."});
    if (alike && *name == "column " && columns.size() > 1) {
      if (!counter_) refuse_unnamed_counter();
      refuse_unlike(columns);
    }
    say_what_counts();
    bool devices = !alike && columns.size() > 1;
    for (const auto* word : {"dev", "device", "cell", "sample", "chip"})
      devices = devices || (alike && trim(*name) == word);
    int ups = 0, downs = 0;
    for (const auto c : columns) {
      if (devices) ups = downs = 0;
      add_series(c, devices ? table_.header[c] : "", ups, downs);
    }
    std::size_t up = 0, shortest = data_.ramps.front().w.size(), longest = 0;
    for (const auto& ramp : data_.ramps) {
      up += ramp.up ? 1 : 0;
      shortest = std::min(shortest, ramp.w.size());
      longest = std::max(longest, ramp.w.size());
    }
    const auto lengths = shortest == longest
                             ? std::to_string(longest)
                             : std::to_string(shortest) + " to " + std::to_string(longest);
    notice((columns.size() == 1
                ? "one column of states: "
                : std::to_string(columns.size()) + " columns '" + table_.header[columns.front()] +
                      "' ..." + (devices ? ", a device each: " : ": ")) +
           std::to_string(up) + " ramps up and " + std::to_string(data_.ramps.size() - up) +
           " down by their trend, of " + lengths + " pulses");
    say_what_values_are(table_.header[columns.front()]);
  }

  /// Refuses a file without a header whose first column rises by whole numbers, though not by ones:
  /// cycles, times or lags, but not states.
  void refuse_unnamed_counter() const {
    const auto n = filled(0);
    for (std::size_t i = 0; i < n.size(); ++i)
      if (n[i] != std::floor(n[i]) || (i > 0 && !(n[i] > n[i - 1]))) return;
    throw InputError({.where = table_.source,
                      .expected = "a header, since the first column is no state of a device",
                      .got = "whole numbers that rise to " + to_text(n.back()),
                      .mend = "Name all columns: cycle,HRS,LRS or pulse,G_S ..."});
  }

  /// Refuses a file without a header whose columns differ in size by far: addresses, times,
  /// resistances and currents, but not states alone.
  void refuse_unlike(const std::vector<std::size_t>& columns) const {
    constexpr double far_apart = 1e3;
    std::vector<double> largest;
    for (const auto c : columns) {
      double size = 0.0;
      for (const double value : filled(c)) size = std::max(size, std::abs(value));
      largest.push_back(size);
    }
    const auto [low, high] = std::minmax_element(largest.begin(), largest.end());
    if (*high > far_apart * *low)
      throw InputError({.where = table_.source,
                        .expected = "a header, since its columns are of different kinds",
                        .got = "one up to " + to_text(*high) + ", one up to " + to_text(*low),
                        .mend = "Name all columns: device,t_s,R_Ohm or pulse,G_S ..."});
  }

  /// The ramps of a column: a new one where the count of pulses starts anew, and where the course
  /// turns round.
  void add_series(std::size_t column, const std::string& device, int& ups, int& downs) {
    const auto values = values_of(column);
    const auto states = filled(column);
    std::vector<double> pulse;
    for (std::size_t i = 0; i < states.size(); ++i)
      pulse.push_back(counter_ ? whole(i, *counter_) : static_cast<double>(i + 1));
    for (std::size_t first = 0; first < states.size();) {
      std::size_t end = first + 1;
      while (end < states.size() && pulse[end] > pulse[end - 1]) ++end;
      const std::vector<double> part(states.begin() + static_cast<std::ptrdiff_t>(first),
                                     states.begin() + static_cast<std::ptrdiff_t>(end));
      std::size_t from = 0;
      for (const auto to : ends_of_ramps(part)) {
        const std::size_t n = to - from;
        double sum = 0.0;  // last tenth less first tenth
        for (std::size_t i = 0; i < std::max<std::size_t>(n / 10, 1); ++i)
          sum += part[to - 1 - i] - part[from + i];
        const bool up = sum >= 0.0;
        Ramp ramp{up, device, up ? ++ups : ++downs, {}, {}};
        for (std::size_t i = from; i < to; ++i) {
          ramp.pulse.push_back(pulse[first + i]);
          ramp.w.push_back(part[i] * values.factor);
        }
        data_.ramps.push_back(std::move(ramp));
        from = to;
      }
      first = end;
    }
  }

  /// Where the ramps of a series end: behind its turns by more than four tenths of its range, and
  /// by more than noise does. Turns at nearly equal distances are taken to be at equal ones; a way
  /// back within two pulses was none of pulses, and is left out.
  static std::vector<std::size_t> ends_of_ramps(const std::vector<double>& w) {
    const std::size_t n = w.size();
    std::vector<double> sorted = w, steps;
    std::sort(sorted.begin(), sorted.end());
    for (std::size_t i = 1; i < n; ++i) steps.push_back(std::abs(w[i] - w[i - 1]));
    std::sort(steps.begin(), steps.end());
    const double range = sorted[n - 1 - n / 100] - sorted[n / 100];
    const double noise = steps.empty() ? 0.0 : 1.05 * steps[steps.size() / 2];
    const double back = std::max(0.4 * range, 6.0 * noise);
    std::vector<std::size_t> turns;  // positions of the extremes
    std::size_t low = 0, high = 0;
    int rising = 0;
    for (std::size_t i = 1; i < n; ++i) {
      if (w[i] < w[low]) low = i;
      if (w[i] > w[high]) high = i;
      const bool turned_up = rising != 1 && w[i] > w[low] + back;
      const bool turned_down = rising != -1 && w[i] < w[high] - back;
      if (!turned_up && !turned_down) continue;
      if (rising != 0) turns.push_back(turned_up ? low : high);
      rising = turned_up ? 1 : -1;
      low = high = i;
    }
    std::vector<std::size_t> ends;
    for (const auto turn : turns) ends.push_back(turn + 1);
    ends.push_back(n);
    const std::size_t count = ends.size();
    const double length = static_cast<double>(n) / static_cast<double>(count);
    bool even = n % count == 0;
    for (std::size_t k = 0; k < count; ++k)
      even = even && std::abs(static_cast<double>(ends[k]) - static_cast<double>(k + 1) * length) <=
                         0.3 * length;
    for (std::size_t k = 0; even && k < count; ++k) ends[k] = (k + 1) * (n / count);
    std::vector<std::size_t> out;
    std::size_t from = 0;
    for (const auto end : ends) {
      if (end - from > 2 || count == 1) {
        out.push_back(end);
        from = end;
      }
    }
    if (out.empty() || out.back() != n) {
      if (out.empty())
        out.push_back(n);
      else
        out.back() = n;
    }
    return out;
  }

  /// The value of a straight line through the points nearest to an end of a ramp, at that end.
  static double end_of(const Ramp& ramp, bool first) {
    const std::size_t n = ramp.w.size();
    const std::size_t m = std::min(n, std::max<std::size_t>(3, n / 20));
    const std::size_t from = first ? 0 : n - m;
    double x = 0.0, y = 0.0, xx = 0.0, xy = 0.0;
    const double origin = first ? ramp.pulse.front() : ramp.pulse.back();
    for (std::size_t i = from; i < from + m; ++i) {
      const double dx = ramp.pulse[i] - origin;
      x += dx;
      y += ramp.w[i];
      xx += dx * dx;
      xy += dx * ramp.w[i];
    }
    const auto count = static_cast<double>(m);
    const double spread = xx - x * x / count;
    const double slope = spread > 0.0 ? (xy - x * y / count) / spread : 0.0;
    return y / count - slope * x / count;
  }

  /// Mean over the ramps of one polarity.
  std::optional<double> mean_end(bool up, bool first) const {
    double sum = 0.0;
    int n = 0;
    for (const auto& ramp : data_.ramps)
      if (ramp.up == up) {
        sum += end_of(ramp, first);
        ++n;
      }
    if (n == 0) return std::nullopt;
    return sum / n;
  }

  void take_range() {
    const auto& range = options_.range;
    const auto note_min = noted_number(table_, "G_min_S"),
               note_max = noted_number(table_, "G_max_S");
    const auto G_min = range.G_min ? range.G_min : note_min;
    const auto G_max = range.G_max ? range.G_max : note_max;
    const bool of_options = range.G_min || range.G_max;
    if (!data_.in_siemens && of_options)
      throw InputError(
          {.where = "range of conductance",
           .expected = "a measurement in siemens",
           .got = "states without a unit",
           .mend = "Give the read voltage for currents, or name the unit of the column."});
    if (G_min && G_max && data_.in_siemens) {
      data_.low = *G_min;
      data_.high = *G_max;
      data_.range_from = of_options ? RangeFrom::options : RangeFrom::notes;
    } else {
      std::vector<double> ends;
      for (const bool up : {true, false})
        for (const bool first : {true, false})
          if (const auto end = mean_end(up, first)) ends.push_back(*end);
      const auto [low, high] = std::minmax_element(ends.begin(), ends.end());
      data_.low = G_min.value_or(*low);
      data_.high = G_max.value_or(*high);
      if (data_.in_siemens && !G_min && data_.low < 0.0 && data_.low > -0.05 * data_.high) {
        data_.low = 0.0;  // an offset of the instrument
        notice("the lowest state is below 0 S by an offset: taken for 0");
      }
      data_.range_from = RangeFrom::data;
    }
    if (!(data_.low < data_.high))
      throw InputError({.where = table_.source,
                        .expected = "ramps that lead from one state to another",
                        .got = "ends at " + to_text(data_.low) + " and " + to_text(data_.high)});
    if (!data_.in_siemens) return;
    const std::string where = table_.source + ", the range";
    set_param(data_.conductance, "G_min_S", data_.low, where);
    set_param(data_.conductance, "G_max_S", data_.high, where);
  }

  void normalise() {
    for (auto& ramp : data_.ramps)
      for (double& w : ramp.w) w = (w - data_.low) / (data_.high - data_.low);
  }

  void suspect() {
    const auto say = [&](const std::string& text) { data_.suspicions.push_back(text); };
    int against = 0, outside = 0, n = 0;
    double largest = 0.0;
    for (const auto& ramp : data_.ramps) {
      if (ramp.w.size() > 2 && (end_of(ramp, false) > end_of(ramp, true)) != ramp.up) ++against;
      for (const double w : ramp.w) {
        outside += w < -0.2 || w > 1.2 ? 1 : 0;
        largest = std::max(largest, std::abs(data_.low + w * (data_.high - data_.low)));
        ++n;
      }
    }
    if (against > 0)
      say(std::to_string(against) + " of " + std::to_string(data_.ramps.size()) +
          " ramps run against their polarity");
    if (outside > 0)
      say(std::to_string(outside) + " of " + std::to_string(n) +
          " states lie more than a fifth of the range outside of it: noise, outliers, or a wrong "
          "range");
    if (data_.in_siemens && data_.low < 0.0) say("negative conductances: an offset current?");
    if (data_.in_siemens && largest > 1.0) say("conductances above 1 S: a wrong unit?");
    if (!data_.in_siemens && largest < 0.1)
      say("all values are below 0.1 and have no unit: if they are currents in A, give the read "
          "voltage; if conductances in S, name the unit of the column");
    if (!data_.in_siemens && largest > 2.0 && largest <= 100.0 && data_.low >= 0.0)
      say("states up to " + to_text(largest) + ": percent instead of fractions?");
    const auto top = mean_end(true, false), start = mean_end(false, true);
    if (top && start && std::abs(*top - *start) > 0.2)
      say("the branch up ends at w = " + to_text(std::round(*top * 100.0) / 100.0) +
          ", the branch down starts at " + to_text(std::round(*start * 100.0) / 100.0) +
          ": not one cycle");
  }

  const CsvTable& table_;
  const TableOptions& options_;
  PulseData data_;
  std::optional<std::size_t> counter_;  ///< the column that counts pulses
};

}  // namespace

PulseData to_pulses(const Measurement& measurement, const TableOptions& options) {
  if (lies_down(measurement.table)) {
    auto upright = measurement;
    upright.table = transposed(measurement.table);
    upright.notices.push_back("more columns than rows: each row is a series of pulses");
    return Reader(upright, options).run();
  }
  return Reader(measurement, options).run();
}

PulseData read_pulses(const std::filesystem::path& path, const TableOptions& options) {
  return to_pulses(read_measurement(path, options), options);
}

PulseData parse_pulses(std::string_view text, const std::string& source,
                       const TableOptions& options) {
  return to_pulses(parse_measurement(text, source, options), options);
}

}  // namespace memplast
