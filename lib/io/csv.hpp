#pragma once
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace memplast {

/// A table of text cells with a header, and where each row came from.
///
/// Read from comma-, semicolon- or tab-separated text (the first of tab, semicolon, comma that the
/// header line has), LF or CRLF, with or without a UTF-8 byte order mark; cells may be quoted.
/// Blank lines are skipped. Lines that start with # are comments; `# name = value` among them is
/// kept in `notes`.
struct CsvTable {
  std::string source;  ///< what messages call the file
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;  ///< [row][column], as wide as the header
  std::vector<int> lines;                      ///< [row] line in the file, from 1
  std::map<std::string, std::string> notes;

  bool has(std::string_view column) const;
  /// The position of a column; an InputError lists the columns there are.
  std::size_t column(std::string_view name) const;
  /// The finite number in a cell; an InputError names line and column.
  double number(std::size_t row, std::size_t column) const;
  std::vector<double> numbers(std::string_view column) const;
  /// "file.csv:12, column dt_ms": how messages name a cell.
  std::string place(std::size_t row, std::size_t column) const;
};

/// Whether a table must have a row below its header.
enum class Rows { optional, required };

/// Throws InputError for an empty text, a ragged row, a repeated column name or no data rows.
/// `columns`: the names of the columns of a text that has no header line; none if it has one.
CsvTable parse_csv(std::string_view text, const std::string& source, Rows rows = Rows::required,
                   const std::vector<std::string>& columns = {});
/// `text` as a cell, quoted if need be.
std::string csv_cell(const std::string& text);
/// The cells of the first line that is neither blank nor a comment; none if there is no such line.
std::vector<std::string> first_cells(std::string_view text);
CsvTable read_csv(const std::filesystem::path& path, Rows rows = Rows::required);

}  // namespace memplast
