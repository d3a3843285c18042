#include "table.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>

#include "../../lib/base/error.hpp"
#include "../../lib/base/text.hpp"
#include "../../lib/io/file.hpp"
#include "endurance.hpp"

namespace memplast {
namespace {

/// Units that a prefix may stand before.
constexpr std::array<std::string_view, 6> base_units{"S", "A", "V", "s", "Ohm", "Ω"};

struct Prefix {
  std::string_view name;
  double factor;
};
constexpr std::array<Prefix, 9> prefixes{{{"f", 1e-15},
                                          {"p", 1e-12},
                                          {"n", 1e-9},
                                          {"u", 1e-6},
                                          {"µ", 1e-6},
                                          {"m", 1e-3},
                                          {"k", 1e3},
                                          {"M", 1e6},
                                          {"G", 1e9}}};

struct Unit {
  std::string_view base;
  double factor;
};

std::optional<Unit> parse_unit(std::string_view text) {
  for (const auto base : base_units) {
    const auto unit = base == "Ω" ? std::string_view("Ohm") : base;
    if (text == base) return Unit{unit, 1.0};
    if (!text.ends_with(base)) continue;
    const auto front = text.substr(0, text.size() - base.size());
    for (const auto& prefix : prefixes)
      if (prefix.name == front) return Unit{unit, prefix.factor};
  }
  return std::nullopt;
}

void rename(CsvTable& table, const std::string& ours, const std::string& theirs) {
  const std::size_t column = table.column(theirs);
  if (ours != theirs && table.has(ours))
    throw InputError({.where = "renamed column " + ours,
                      .expected = "a name that the file does not have yet",
                      .got = "the column '" + ours + "'"});
  const auto wanted = unit_in(ours), given = unit_in(theirs);
  table.header[column] = ours;
  if (given.empty() || given == wanted || !parse_unit(given)) return;
  const auto factor = unit_factor(given, wanted);
  if (!factor)
    throw InputError(
        {.where = "renamed column " + ours,
         .expected = wanted.empty() ? "a column without a unit" : "a unit of " + wanted,
         .got = "'" + theirs + "' in " + given});
  for (std::size_t r = 0; r < table.rows.size(); ++r)
    if (!table.rows[r][column].empty())
      table.rows[r][column] = to_text(table.number(r, column) * *factor);
}

bool all_numbers(const std::vector<std::string>& cells) {
  return !cells.empty() && std::all_of(cells.begin(), cells.end(), [](const auto& cell) {
    return to_number(cell).has_value();
  });
}

/// What quantities are called, and their unit.
struct QuantityNames {
  std::string_view unit;
  std::vector<std::string_view> whole;  ///< names, without a number at their end
  std::string_view part;                ///< a word that a name may hold
};

const QuantityNames& names_of(Quantity quantity) {
  static const std::array<QuantityNames, 5> all{
      {{"s", {"t", "time", "timestamp", "elapsed"}, "time"},
       {"V", {"v", "u", "av", "bv", "va", "vd", "bias", "v_bl"}, "voltage"},
       {"A", {"i", "ai", "bi", "ia", "id"}, "current"},
       {"Ohm", {"r"}, "resistance"},
       {"S", {"g"}, "conductance"}}};
  return all[static_cast<std::size_t>(quantity)];
}

bool has_number(const std::vector<std::string>& cells) {
  return std::any_of(cells.begin(), cells.end(),
                     [](const auto& cell) { return to_number(cell).has_value(); });
}

/// The text with the lines before the header made comments, and how many they were. A preamble
/// comes before a line that has as many cells as every one after it, none of them a number, and
/// none of its own lines is a row of numbers; anything else is left for parse_csv to refuse.
std::pair<std::string, int> without_preamble(std::string_view text) {
  struct Line {
    std::size_t begin;
    std::vector<std::string> cells;
  };
  std::vector<Line> lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto end = std::min(text.find('\n', begin), text.size());
    auto cells = first_cells(text.substr(begin, end - begin));
    if (!cells.empty()) lines.push_back({begin, std::move(cells)});
    begin = end + 1;
  }
  std::size_t header = lines.size();
  while (header > 0 && lines[header - 1].cells.size() == lines.back().cells.size()) --header;
  std::string out(text);
  if (header == 0 || header + 2 > lines.size() || has_number(lines[header].cells)) return {out, 0};
  for (std::size_t i = 0; i < header; ++i)
    if (lines[i].cells.size() > 1 && all_numbers(lines[i].cells)) return {out, 0};
  for (std::size_t i = header; i-- > 0;) out.insert(lines[i].begin, "#");
  return {out, static_cast<int>(header)};
}

/// The text with decimal points for decimal commas, if it separates its cells by something else and
/// has no number with a point.
std::optional<std::string> with_decimal_points(std::string_view text) {
  const auto is_digit = [&](std::size_t i) {
    return i < text.size() && std::isdigit(static_cast<unsigned char>(text[i])) != 0;
  };
  std::string out(text);
  bool separated = false, found = false, comment = false, line_start = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (line_start) comment = c == '#';
    line_start = c == '\n';
    separated = separated || c == ';' || c == '\t';
    if (comment || !is_digit(i - 1) || !is_digit(i + 1)) continue;
    if (c == '.') return std::nullopt;
    if (c != ',') continue;
    out[i] = '.';
    found = true;
  }
  if (!separated || !found) return std::nullopt;
  return out;
}

/// Whether a voltage stays within half of itself: that of reads, not of a sweep.
bool hardly_moves(const CsvTable& table) {
  const auto V = numbers_of(table, *find_quantity(table, Quantity::voltage), Quantity::voltage);
  const auto [low, high] = std::minmax_element(V.begin(), V.end());
  return *high - *low <= 0.5 * std::max(std::abs(*low), std::abs(*high));
}

MeasurementKind kind_of(const CsvTable& table) {
  const auto has = [&](Quantity quantity) { return find_quantity(table, quantity).has_value(); };
  const bool has_dt = std::any_of(table.header.begin(), table.header.end(),
                                  [](const auto& c) { return c == "dt" || c.starts_with("dt_"); });
  if (has_dt) return MeasurementKind::window;
  if (is_endurance(table)) return MeasurementKind::endurance;
  if (table.has("polarity") || table.has("pulse")) return MeasurementKind::pulses;
  const bool has_G = has(Quantity::conductance) || has(Quantity::resistance);
  if (has(Quantity::voltage) && has(Quantity::current) && !(has_G && hardly_moves(table)))
    return MeasurementKind::sweep;
  const bool is_read = has_G || (has(Quantity::current) && !has(Quantity::voltage));
  if (is_read && (has(Quantity::time) || table.has("device"))) return MeasurementKind::reads;
  return MeasurementKind::pulses;
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string out(trim(text));
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::string stem(std::string_view column) {
  const auto unit = unit_in(column);
  auto end = column.size();
  if (!unit.empty()) end = column.find_last_of("_([/");
  return lower_case(column.substr(0, end));
}

std::optional<std::size_t> find_quantity(const CsvTable& table, Quantity quantity) {
  const auto& known = names_of(quantity);
  for (std::size_t c = 0; c < table.header.size(); ++c) {
    const auto unit = unit_in(table.header[c]);
    if (!unit.empty() && !unit_factor(unit, known.unit)) continue;
    auto name = stem(table.header[c]);
    name.resize(name.find_last_not_of("0123456789 ") + 1);
    if (std::find(known.whole.begin(), known.whole.end(), name) != known.whole.end() ||
        name.find(known.part) != std::string::npos)
      return c;
  }
  return std::nullopt;
}

std::vector<double> numbers_of(const CsvTable& table, std::size_t column, Quantity quantity) {
  const double factor =
      unit_factor(unit_in(table.header[column]), names_of(quantity).unit).value_or(1.0);
  std::vector<double> out;
  out.reserve(table.rows.size());
  for (std::size_t r = 0; r < table.rows.size(); ++r)
    out.push_back(table.number(r, column) * factor);
  return out;
}

std::optional<double> unit_factor(std::string_view from, std::string_view to) {
  const auto a = parse_unit(from), b = parse_unit(to);
  if (!a || !b || a->base != b->base) return std::nullopt;
  return a->factor / b->factor;
}

std::string unit_in(std::string_view column) {
  for (const auto& [open, close] : {std::pair{'(', ')'}, std::pair{'[', ']'}}) {
    const auto start = column.rfind(open);
    if (start != std::string_view::npos && column.ends_with(close))
      return std::string(trim(column.substr(start + 1, column.size() - start - 2)));
  }
  const auto mark = column.find_last_of("_/");
  if (mark == std::string_view::npos) return "";
  const auto unit = trim(column.substr(mark + 1));
  return parse_unit(unit) ? std::string(unit) : "";
}

std::optional<double> noted_number(const CsvTable& table, const std::string& key) {
  const auto note = table.notes.find(key);
  if (note == table.notes.end()) return std::nullopt;
  if (const auto value = to_number(note->second)) return value;
  throw InputError({.where = table.source + ", comment " + key,
                    .expected = "a number of siemens",
                    .got = "'" + note->second + "'"});
}

Measurement parse_measurement(std::string_view text, const std::string& source,
                              const TableOptions& options) {
  Measurement out;
  out.sha256 = sha256(text);
  const auto pointed = with_decimal_points(text);
  if (pointed) {
    text = *pointed;
    out.notices.push_back("decimal commas");
  }
  auto columns = options.columns;
  if (const auto first = first_cells(text); columns.empty() && all_numbers(first)) {
    out.headerless = true;
    for (std::size_t i = 1; i <= first.size(); ++i)
      columns.push_back("column " + std::to_string(i));
    out.notices.push_back("no header: the first line is all numbers");
  }
  const auto [body, skipped] = without_preamble(text);
  if (skipped > 0 && columns.empty())
    out.notices.push_back(std::to_string(skipped) + " lines before the header skipped");
  out.table = parse_csv(columns.empty() ? body : text, source, Rows::required, columns);
  for (const auto& [ours, theirs] : options.renamed) rename(out.table, ours, theirs);
  out.kind = kind_of(out.table);
  return out;
}

Measurement read_measurement(const std::filesystem::path& path, const TableOptions& options) {
  return parse_measurement(read_text(path), path.string(), options);
}

}  // namespace memplast
