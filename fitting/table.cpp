#include "table.hpp"

#include <algorithm>
#include <array>

#include "../lib/error.hpp"
#include "../lib/file.hpp"
#include "../lib/text.hpp"

namespace memplast {
namespace {

/// Units that a prefix may stand before.
constexpr std::array<std::string_view, 4> base_units{"S", "A", "V", "s"};

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
    if (text == base) return Unit{base, 1.0};
    if (!text.ends_with(base)) continue;
    const auto front = text.substr(0, text.size() - base.size());
    for (const auto& prefix : prefixes)
      if (prefix.name == front) return Unit{base, prefix.factor};
  }
  return std::nullopt;
}

void rename(CsvTable& table, const std::string& ours, const std::string& theirs) {
  const std::size_t column = table.column(theirs);
  if (ours != theirs && table.has(ours))
    throw InputError({.where = "--column " + ours,
                      .expected = "a name that the file does not have yet",
                      .got = "the column '" + ours + "'"});
  const auto wanted = unit_in(ours), given = unit_in(theirs);
  table.header[column] = ours;
  if (given.empty() || given == wanted || !parse_unit(given)) return;
  const auto factor = unit_factor(given, wanted);
  if (!factor)
    throw InputError(
        {.where = "--column " + ours,
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

}  // namespace

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
  const auto underscore = column.rfind('_');
  if (underscore == std::string_view::npos) return "";
  const auto unit = column.substr(underscore + 1);
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
  auto columns = options.columns;
  if (const auto first = first_cells(text); columns.empty() && all_numbers(first)) {
    out.headerless = true;
    for (std::size_t i = 1; i <= first.size(); ++i)
      columns.push_back("column " + std::to_string(i));
    out.notices.push_back("no header: the first line is all numbers");
  }
  out.table = parse_csv(text, source, Rows::required, columns);
  for (const auto& [ours, theirs] : options.renamed) rename(out.table, ours, theirs);
  out.sha256 = sha256(text);
  const bool has_dt = std::any_of(out.table.header.begin(), out.table.header.end(),
                                  [](const auto& c) { return c == "dt" || c.starts_with("dt_"); });
  out.kind = has_dt ? MeasurementKind::window : MeasurementKind::pulses;
  return out;
}

Measurement read_measurement(const std::filesystem::path& path, const TableOptions& options) {
  return parse_measurement(read_text(path), path.string(), options);
}

}  // namespace memplast
