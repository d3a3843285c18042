#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../../lib/io/csv.hpp"

namespace memplast {

/// The conductance range, where the user states it.
struct RangeOptions {
  std::optional<double> G_min = {};    ///< S
  std::optional<double> G_max = {};    ///< S
  bool estimate_from_data = false;     ///< the extremes seen; biases amplitudes by tens of percent
  std::optional<double> state_w = {};  ///< of all pairs of a window that has no states
  std::optional<double> state_G = {};  ///< the same, as a conductance [S]
};

/// How to read a file that was not written for us.
struct TableOptions {
  std::vector<std::string> columns = {};  ///< names, for a file without a header
  /// Our name and the file's, with its unit in it: {"dG_S", "Delta G (uS)"}.
  std::vector<std::pair<std::string, std::string>> renamed = {};
  std::optional<double> read_voltage = {};  ///< V, at which currents were read
  std::optional<double> step = {};          ///< s between the rows of a sweep without times
  RangeOptions range = {};
};

/// What kind of measurement a table is.
enum class MeasurementKind { window, pulses, sweep, reads, endurance };

/// A measurement as text cells, under our names and in our units.
struct Measurement {
  CsvTable table;
  MeasurementKind kind;
  bool headerless = false;
  std::string sha256;                ///< of the file
  std::vector<std::string> notices;  ///< what was understood that the file does not say
};

/// Reads a table, renames and converts the columns of `options.renamed`, and recognises its kind:
/// a window if it has a column dt (with a unit), pulses if it has a polarity, a sweep if it has
/// voltages and currents, endurance if it has two states of resistance
/// (fitting/readers/endurance.hpp), reads if it has times or devices and what was read, else
/// pulses. A file whose first line is all numbers has no header. Lines of text before the header,
/// as instruments write them, are skipped with a notice; so are decimal commas where something else
/// separates the cells (fitting/readers/plain_text.hpp has all that is understood). Columns are
/// known by the names that people give them, with units and prefixes; rows without a reading are
/// left out, sweeps side by side put below each other.
///
/// A renamed column takes its unit from the file's name of it, "Delta G (uS)", "dG [uS]" or
/// "dG_uS", with the prefixes f p n u m k M G, and no unit means ours. Throws InputError for
/// unknown columns, units that cannot be converted, and what parse_csv refuses.
Measurement parse_measurement(std::string_view text, const std::string& source,
                              const TableOptions& options = {});
Measurement read_measurement(const std::filesystem::path& path, const TableOptions& options = {});

/// What one `from` is in `to` ("uS" in "S": 1e-6; "s" in "ms": 1e3); nothing if they are of
/// different kinds.
std::optional<double> unit_factor(std::string_view from, std::string_view to);

/// The unit at the end of a column's name: "uS" of "dG (uS)", "dG [uS]" and "dG_uS"; else "".
std::string unit_in(std::string_view column);

/// The name of a column without its unit, in lower case: "up" of "up_uS" and of "Up (uS)".
std::string stem(std::string_view column);

std::string lower_case(std::string_view text);

/// What a column may hold, by the names that people give it.
enum class Quantity { time, voltage, current, resistance, conductance };

/// The first column that holds a quantity by its name and unit: "V_V", "Voltage (mV)", "AV", "I1".
std::optional<std::size_t> find_quantity(const CsvTable& table, Quantity quantity);

/// The numbers of a column in s, V, A, Ohm or S; without a unit in its name it is in those.
std::vector<double> numbers_of(const CsvTable& table, std::size_t column, Quantity quantity);

/// The number behind `# key = value` among the comments of a table.
std::optional<double> noted_number(const CsvTable& table, const std::string& key);

}  // namespace memplast
