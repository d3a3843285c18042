#include "csv.hpp"

#include <algorithm>

#include "../base/error.hpp"
#include "../base/text.hpp"
#include "file.hpp"

namespace memplast {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

char separator_of(std::string_view header) {
  for (const char c : {'\t', ';'})
    if (header.find(c) != std::string_view::npos) return c;
  return ',';
}

std::vector<std::string> split(std::string_view line, char separator) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"')
      cells.back() += line[i++];
    else if (line[i] == '"')
      quoted = !quoted;
    else if (line[i] == separator && !quoted)
      cells.emplace_back();
    else
      cells.back() += line[i];
  }
  for (auto& cell : cells) cell = std::string(trim(cell));
  return cells;
}

void keep_note(std::string_view comment, std::map<std::string, std::string>& notes) {
  const auto equals = comment.find('=');
  if (equals == std::string_view::npos) return;
  notes[std::string(trim(comment.substr(0, equals)))] = trim(comment.substr(equals + 1));
}

}  // namespace

std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",;\t\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

std::vector<std::string> first_cells(std::string_view text) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  while (!text.empty()) {
    const auto end = text.find('\n');
    const auto line = trim(text.substr(0, end));
    if (!line.empty() && !line.starts_with('#')) return split(line, separator_of(line));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return {};
}

CsvTable parse_csv(std::string_view text, const std::string& source, Rows rows,
                   const std::vector<std::string>& columns) {
  CsvTable table;
  table.source = source;
  table.header = columns;
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  char separator = '\0';  // until the first line shows it
  for (int line_number = 1; !text.empty(); ++line_number) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (trim(line).empty()) continue;
    if (line.starts_with('#')) {
      keep_note(line.substr(1), table.notes);
      continue;
    }
    if (separator == '\0') separator = separator_of(line);
    if (table.header.empty()) {
      table.header = split(line, separator);
    } else {
      table.rows.push_back(split(line, separator));
      table.lines.push_back(line_number);
      const auto n = table.rows.back().size();
      if (n != table.header.size())
        throw InputError(
            {.where = source + ":" + std::to_string(line_number),
             .expected = std::to_string(table.header.size()) + " cells as in the header",
             .got = std::to_string(n)});
    }
  }
  if (table.header.empty())
    throw InputError({.where = source, .expected = "a header line", .got = "an empty file"});
  for (std::size_t i = 0; i < table.header.size(); ++i)
    if (std::count(table.header.begin(), table.header.end(), table.header[i]) > 1)
      throw InputError({.where = source + ", header",
                        .expected = "column names that differ",
                        .got = "'" + table.header[i] + "' twice"});
  if (table.rows.empty() && rows == Rows::required)
    throw InputError({.where = source, .expected = "at least one row of data", .got = "none"});
  return table;
}

CsvTable read_csv(const std::filesystem::path& path, Rows rows) {
  return parse_csv(read_text(path), path.string(), rows);
}

bool CsvTable::has(std::string_view name) const {
  return std::find(header.begin(), header.end(), name) != header.end();
}

std::size_t CsvTable::column(std::string_view name) const {
  const auto it = std::find(header.begin(), header.end(), name);
  if (it == header.end())
    throw InputError({.where = source + ", header",
                      .expected = "a column '" + std::string(name) + "'",
                      .got = "the columns " + join(header)});
  return static_cast<std::size_t>(it - header.begin());
}

std::string CsvTable::place(std::size_t row, std::size_t column) const {
  return source + ":" + std::to_string(lines[row]) + ", column " + header[column];
}

double CsvTable::number(std::size_t row, std::size_t column) const {
  const std::string& cell = rows[row][column];
  if (const auto x = to_number(cell)) return *x;
  throw InputError({.where = place(row, column),
                    .expected = "a finite number",
                    .got = cell.empty() ? "an empty cell" : "'" + cell + "'"});
}

std::vector<double> CsvTable::numbers(std::string_view name) const {
  const std::size_t c = column(name);
  std::vector<double> out;
  out.reserve(rows.size());
  for (std::size_t r = 0; r < rows.size(); ++r) out.push_back(number(r, c));
  return out;
}

}  // namespace memplast
