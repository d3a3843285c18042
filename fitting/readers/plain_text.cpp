#include "plain_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <optional>
#include <set>

#include "../../lib/base/error.hpp"
#include "../../lib/base/text.hpp"
#include "../../lib/io/csv.hpp"
#include "table.hpp"

namespace memplast {
namespace {

// ----------------------------------------------------------------------------- bytes to text

void append_utf8(std::string& out, char32_t c) {
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xC0 | (c >> 6));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    out += static_cast<char>(0xE0 | (c >> 12));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | (c >> 18));
    out += static_cast<char>(0x80 | ((c >> 12) & 0x3F));
    out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
    out += static_cast<char>(0x80 | (c & 0x3F));
  }
}

/// Of 16-bit units, the lower byte first or last.
std::string from_utf16(std::string_view bytes, bool low_first) {
  const auto unit = [&](std::size_t i) -> char32_t {
    const auto a = static_cast<unsigned char>(bytes[i]),
               b = static_cast<unsigned char>(bytes[i + 1]);
    return low_first ? static_cast<char32_t>(a | b << 8) : static_cast<char32_t>(a << 8 | b);
  };
  std::string out;
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    char32_t c = unit(i);
    if (c == 0xFEFF) continue;
    if (c >= 0xD800 && c < 0xDC00 && i + 3 < bytes.size()) {
      c = 0x10000 + ((c - 0xD800) << 10) + (unit(i + 2) - 0xDC00);
      i += 2;
    }
    append_utf8(out, c);
  }
  return out;
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const int more = c < 0x80 ? 0 : c >> 5 == 6 ? 1 : c >> 4 == 14 ? 2 : c >> 3 == 30 ? 3 : -1;
    if (more < 0 || i + static_cast<std::size_t>(more) >= text.size() + (more == 0)) return false;
    for (int k = 0; k < more; ++k)
      if (static_cast<unsigned char>(text[++i]) >> 6 != 2) return false;
  }
  return true;
}

void refuse_other_formats(std::string_view bytes, const std::string& source) {
  struct Format {
    std::string_view magic, name, mend;
  };
  constexpr std::string_view save_as = "Save its sheet as CSV.", unpack = "Unpack it first.";
  static constexpr std::array<Format, 12> formats{{
      {"PK\x03\x04", "an Excel workbook (.xlsx) or another ZIP archive", save_as},
      {"\xD0\xCF\x11\xE0", "an Excel workbook (.xls) or another OLE file", save_as},
      {"\x1F\x8B", "a file packed by gzip", unpack},
      {"\x89HDF", "an HDF5 file", "Write its table as CSV."},
      {"TDSm", "a LabVIEW TDMS file", "Write its channels as CSV or LVM."},
      {"MATLAB 5.0 MAT-file", "a MATLAB file (.mat)", "Write its variables as CSV."},
      {"CPY", "an Origin project", "Export its worksheet as text."},
      {"<!", "HTML", "Its table is needed, as CSV."},
      {"<html", "HTML", "Its table is needed, as CSV."},
      {"<?xml", "XML", "Its table is needed, as CSV."},
      {"%PDF", "a PDF", "Its numbers are needed, as CSV."},
      {"\x89PNG", "a picture", "Its numbers are needed, as CSV."},
  }};
  for (const Format& format : formats)
    if (bytes.starts_with(format.magic))
      throw InputError({.where = source,
                        .expected = "a table as text (CSV)",
                        .got = std::string(format.name),
                        .mend = std::string(format.mend)});
}

/// Signs that look alike become one: both micro signs, both ohms, the minus of typesetters.
std::string with_one_spelling(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 5> alike{{
      {"\xCE\xBC", "\xC2\xB5"},      // Greek mu: the micro sign
      {"\xE2\x84\xA6", "\xCE\xA9"},  // the ohm sign: Greek Omega
      {"\xE2\x88\x92", "-"},
      {"\xC2\xA0", " "},
      {"\xE2\x80\xAF", " "},
  }};
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    bool found = false;
    if (c == 0xCE || c == 0xE2 || c == 0xC2)
      for (const auto& [from, to] : alike)
        if (text.substr(i).starts_with(from)) {
          out += to;
          i += from.size();
          found = true;
          break;
        }
    if (!found) out += text[i++];
  }
  return out;
}

std::string decoded(std::string_view bytes, const std::string& source,
                    std::vector<std::string>& notices) {
  refuse_other_formats(bytes, source);
  std::string text;
  const auto zeros = [&](std::size_t from) {
    std::size_t n = 0;
    for (std::size_t i = from; i < std::min<std::size_t>(bytes.size(), 400); i += 2)
      n += bytes[i] == '\0';
    return n;
  };
  const bool low_first = bytes.starts_with("\xFF\xFE"), high_first = bytes.starts_with("\xFE\xFF");
  const std::size_t half = std::min<std::size_t>(bytes.size(), 400) / 2;
  if (low_first || high_first || (half > 4 && std::max(zeros(0), zeros(1)) > half * 3 / 4)) {
    text = from_utf16(bytes, low_first || (!high_first && zeros(1) > zeros(0)));
    notices.emplace_back("written as UTF-16");
  } else {
    if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
    if (is_utf8(bytes)) {
      text = bytes;
    } else {
      for (const char c : bytes) append_utf8(text, static_cast<unsigned char>(c));
      notices.emplace_back("not UTF-8: read as Latin-1");
    }
  }
  if (text.find('\0') != std::string::npos)
    throw InputError(
        {.where = source, .expected = "a table as text (CSV)", .got = "a binary file"});
  if (text.find('\n') == std::string::npos && text.find('\r') != std::string::npos)
    std::replace(text.begin(), text.end(), '\r', '\n');
  return with_one_spelling(text);
}

// ----------------------------------------------------------------------------- text to cells

std::vector<std::string> split(std::string_view line, char separator) {
  std::vector<std::string> cells;
  std::string cell;
  bool quoted = false, any = false;
  const auto end = [&] {
    cells.emplace_back(trim(cell));
    cell.clear();
    any = false;
  };
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"') {
      if (quoted && i + 1 < line.size() && line[i + 1] == '"')
        cell += line[i++];
      else
        quoted = !quoted;
      any = true;
    } else if (!quoted && separator == ' ' && std::isspace(static_cast<unsigned char>(c)) != 0) {
      if (any) end();
    } else if (!quoted && separator != ' ' && c == separator) {
      end();
    } else {
      cell += c;
      any = true;
    }
  }
  if (separator != ' ' || any) end();
  return cells;
}

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)) != 0; }

/// "0,5" with its point, if it is such a number.
std::optional<std::string> with_point(const std::string& cell) {
  const auto comma = cell.find(',');
  if (comma == std::string::npos || cell.find('.') != std::string::npos) return std::nullopt;
  std::string out = cell;
  out[comma] = '.';
  if (!to_number(out)) return std::nullopt;
  return out;
}

/// What stands where there was no reading.
bool is_no_reading(const std::string& cell) {
  const std::string word = lower_case(cell);
  for (const auto* known :
       {"nan", "+nan", "-nan", "inf", "+inf", "-inf", "infinity", "#n/a", "#ref", "#ref!",
        "#value!", "#div/0!", "--", "n/a", "na", "overflow", "ovld"})
    if (word == known) return true;
  const auto x = to_number(cell);
  return x && std::abs(*x) >= 9.9e37;
}

struct Line {
  std::string_view text;
  std::vector<std::string> cells;
  std::size_t numbers = 0;  ///< cells that are numbers, or stand for a reading that is none
  std::size_t filled = 0;   ///< up to the last cell that is not empty
  bool is_blank = false, is_comment = false;
};

void take_cells(Line& line, char separator, bool decimal_commas) {
  line.cells = split(line.text, separator);
  line.numbers = line.filled = 0;
  for (std::size_t i = 0; i < line.cells.size(); ++i) {
    auto& cell = line.cells[i];
    if (decimal_commas)
      if (auto pointed = with_point(cell)) cell = std::move(*pointed);
    if (!cell.empty()) line.filled = i + 1;
    line.numbers += to_number(cell).has_value() || is_no_reading(cell);
  }
}

/// The separator that makes most numbers of the lines, and whether commas are decimal.
std::pair<char, bool> separator_of(std::vector<Line>& lines) {
  std::pair<char, bool> best{',', false};
  std::size_t most = 0, fewest = 0;  // numbers, and cells that are none
  constexpr std::size_t enough = 2000;
  for (const auto& [separator, commas] : {std::pair{'\t', false},
                                          {';', false},
                                          {',', false},
                                          {' ', false},
                                          {'\t', true},
                                          {';', true},
                                          {' ', true}}) {
    std::size_t numbers = 0, others = 0, looked = 0, points = 0;
    for (Line& line : lines) {
      if (line.is_blank || line.is_comment) continue;
      if (++looked > enough) break;
      take_cells(line, separator, commas);
      if (commas && line.numbers > 0)
        for (std::size_t i = 1; i + 1 < line.text.size(); ++i)
          points += line.text[i] == '.' && is_digit(line.text[i - 1]) && is_digit(line.text[i + 1]);
      if (line.cells.size() == 1) continue;
      numbers += line.numbers;
      others += line.cells.size() - line.numbers;
    }
    if (commas && points > 0) continue;
    // "0,5;1,2" is two numbers either way, but one of them leaves "5;1" over.
    const bool better = separator == ' ' ? numbers > most + looked / 2
                                         : numbers > most || (numbers == most && others < fewest);
    if (better) {
      most = numbers;
      fewest = others;
      best = {separator, commas};
    }
  }
  return best;
}

bool is_unit(const std::string& cell) {
  return !unit_in("x (" + cell + ")").empty() && (unit_factor(cell, cell) || cell == "%");
}

// -------------------------------------------------------------------------- cells to a table

class Layout {
 public:
  Layout(std::string text, std::string source, bool has_names, std::vector<std::string>& notices)
      : text_(std::move(text)),
        source_(std::move(source)),
        has_names_(has_names),
        notices_(notices) {}

  std::string plain() {
    cut();
    const auto [separator, commas] = separator_of(lines_);
    if (commas) notices_.emplace_back("decimal commas");
    for (Line& line : lines_)
      if (!line.is_blank && !line.is_comment) take_cells(line, separator, commas);
    if (take_easyexpert()) return written();
    skip_labview_header();
    find_rows();
    if (first_ == lines_.size()) return text_;  // nothing that looks like a table: others say so
    if (!has_names_) find_header(separator);
    leave_out_the_rest();
    return written();
  }

 private:
  void cut() {
    for (std::size_t begin = 0; begin < text_.size();) {
      const auto end = std::min(text_.find('\n', begin), text_.size());
      auto line = std::string_view(text_).substr(begin, end - begin);
      if (line.ends_with('\r')) line.remove_suffix(1);
      Line& next = lines_.emplace_back();
      next.text = line;
      next.is_blank = trim(line).empty();
      next.is_comment = line.starts_with('#') || line.starts_with('%');
      begin = end + 1;
    }
  }

  bool is_line(std::size_t i) const { return !lines_[i].is_blank && !lines_[i].is_comment; }
  bool is_row(std::size_t i) const { return is_line(i) && lines_[i].numbers > 0; }

  /// EasyEXPERT: "DataName, Time, V1, I1", then "DataValue, 0, 0, 0".
  bool take_easyexpert() {
    std::vector<std::string> names;
    std::size_t rows = 0, records = 0;
    for (const Line& line : lines_)
      rows += !line.cells.empty() && line.cells.front() == "DataValue";
    if (rows == 0) return false;
    bool other = false;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      Line& line = lines_[i];
      if (!is_line(i)) continue;
      const std::string kind = line.cells.front();
      line.cells.erase(line.cells.begin());
      if (kind == "DataName") {
        other = other || (!names.empty() && line.cells != names);
        if (names.empty()) header_ = i;
        line.is_comment = ++records > 1;
        names = line.cells;
      } else if (kind != "DataValue") {
        line.is_comment = true;
      }
    }
    if (names.empty() || other)
      throw InputError({.where = source_,
                        .expected = "records with the same DataName",
                        .got = names.empty() ? "none" : "other columns in a later record"});
    width_ = lines_[header_].cells.size();
    notices_.push_back("an EasyEXPERT export of " + std::to_string(records) +
                       (records == 1 ? " record" : " records, one after the other"));
    return true;
  }

  void skip_labview_header() {
    for (std::size_t i = lines_.size(); i-- > 0;)
      if (lines_[i].text.starts_with("***End_of_Header***")) {
        for (std::size_t k = 0; k <= i; ++k) lines_[k].is_comment = true;
        skipped_ += i + 1;
        return;
      }
  }

  /// The longest run of lines with numbers of like width; further ones with the same header follow.
  void find_rows() {
    first_ = last_ = lines_.size();
    std::size_t longest = 0;
    for (std::size_t i = 0; i < lines_.size();) {
      if (!is_row(i)) {
        ++i;
        continue;
      }
      // A run: lines with numbers that are none of "name, 3": as many cells as most, text only
      // where all have text.
      std::size_t end = i, n = 0;
      while (end < lines_.size() && (!is_line(end) || is_row(end))) n += is_line(end++) ? 1 : 0;
      if (n > longest) {
        longest = n;
        first_ = i;
        last_ = end;
      }
      i = end;
    }
    if (first_ == lines_.size()) return;
    // Setup lines such as "Start, 0" before the rows, and "Averages, 5" after them, have a number
    // too: they are narrower than the rows, or have text where rows have none.
    std::vector<std::size_t> widths;
    for (std::size_t i = first_; i < last_; ++i)
      if (is_line(i)) widths.push_back(lines_[i].filled);
    std::nth_element(widths.begin(),
                     widths.begin() + static_cast<std::ptrdiff_t>(widths.size() / 2), widths.end());
    const std::size_t usual = widths[widths.size() / 2];
    const std::size_t middle = middle_row();
    const bool first_is_number =
        !lines_[middle].cells.empty() && to_number(lines_[middle].cells.front()).has_value();
    const auto is_foreign = [&](std::size_t i) {
      const Line& line = lines_[i];
      return first_is_number && !line.cells.front().empty() && !to_number(line.cells.front()) &&
             !is_no_reading(line.cells.front());
    };
    while (first_ < last_ && (!is_line(first_) || (usual > 1 && is_foreign(first_)))) ++first_;
    while (last_ > first_ && (!is_line(last_ - 1) || (usual > 1 && is_foreign(last_ - 1)))) --last_;
  }

  std::size_t middle_row() const {
    std::size_t i = (first_ + last_) / 2;
    while (i > first_ && !is_line(i)) --i;
    return i;
  }

  std::size_t widest_row() const {
    std::size_t out = 0;
    for (std::size_t i = first_; i < last_; ++i)
      if (is_line(i)) out = std::max(out, lines_[i].filled);
    return out;
  }

  /// The header among the lines of text right above the rows.
  void find_header(char separator) {
    const std::size_t width = widest_row();
    std::vector<std::size_t> above;  // nearest first
    for (std::size_t i = first_; i-- > 0;) {
      if (lines_[i].is_blank) continue;
      if (lines_[i].is_comment) {
        if (!above.empty() || i < labview_end()) break;
        // numpy.savetxt's "# t_s,V_V", MATLAB's "% V I", or a table whose first name is "#".
        Line named = lines_[i];
        const auto text = named.text.substr(1);
        const bool index =
            !text.empty() && std::string_view(",;\t").find(text.front()) != std::string_view::npos;
        named.text = index ? named.text : text;
        take_cells(named, separator, false);
        if (named.filled < 2 || named.filled != width || named.numbers > 0 ||
            named.text.find('=') != std::string_view::npos)
          break;
        lines_[i] = named;
        lines_[i].is_comment = false;
        header_ = i;
        if (!index) notices_.emplace_back("the comment above the rows names the columns");
        width_ = std::max(named.cells.size(), width);
        return;
      }
      if (lines_[i].numbers > 0) {
        // "pulse,1,2,3": names that are numbers, over as many columns.
        const bool names =
            above.empty() && lines_[i].filled >= width && lines_[i].numbers < lines_[i].filled;
        if (names) {
          header_ = i;
          width_ = lines_[i].filled;
          return;
        }
        break;
      }
      above.push_back(i);
      if (above.size() == 4) break;
    }
    if (above.empty()) return;  // no header
    const auto distinct = [&](std::size_t i) {
      const auto& cells = lines_[i].cells;
      std::set<std::string> seen;
      for (const auto& cell : cells)
        if (!cell.empty() && !seen.insert(cell).second) return false;
      return true;
    };
    const auto all_units = [&](std::size_t i) {
      std::size_t units = 0;
      for (const auto& cell : lines_[i].cells) {
        if (cell.empty()) continue;
        if (!is_unit(cell)) return false;
        ++units;
      }
      return units > 0;
    };
    const std::size_t none = lines_.size();
    std::size_t names = none, units = none;
    for (const std::size_t i : above) {
      if (all_units(i) && units == none && i != above.back()) {
        units = i;
        names = none;
      } else if (names == none && lines_[i].filled + 1 >= lines_[first_].filled &&
                 (distinct(i) || above.size() == 1)) {
        names = i;
      }
    }
    if (names == none) names = above.front();
    header_ = names;
    width_ = std::max(lines_[names].filled, std::size_t{1});
    if (units != none) {
      auto& cells = lines_[names].cells;
      const auto& given = lines_[units].cells;
      for (std::size_t c = 0; c < std::min(cells.size(), given.size()); ++c)
        if (!given[c].empty() && !cells[c].empty() && unit_in(cells[c]).empty())
          cells[c] += " (" + given[c] + ")";
      notices_.emplace_back("units in a row of their own");
    }
    for (const std::size_t i : above)
      if (i != names) {
        lines_[i].is_comment = true;
        above_ += i != units;
      }
  }

  std::size_t labview_end() const { return skipped_; }

  void leave_out_the_rest() {
    std::size_t before = skipped_ + above_, after = 0;
    for (std::size_t i = skipped_; i < lines_.size(); ++i) {
      if (!is_line(i) || i == header_ || (i >= first_ && i < last_)) continue;
      const auto& line = lines_[i];
      if (line.filled > 1 && line.numbers == line.cells.size())
        throw InputError({.where = source_ + ":" + std::to_string(i + 1),
                          .expected = "one table",
                          .got = "a row of numbers apart from those of the lines " +
                                 std::to_string(first_ + 1) + " to " + std::to_string(last_),
                          .mend = "Put each table into a file of its own."});
      (i < first_ ? before : after) += 1;
      lines_[i].is_comment = true;
    }
    if (before > 0 && header_ < lines_.size())
      notices_.push_back(std::to_string(before) + " lines before the header skipped");
    if (after > 0) notices_.push_back(std::to_string(after) + " lines after the rows left out");
  }

  std::string written() {
    std::string out;
    for (std::size_t i = 0; i < lines_.size(); ++i) {
      Line& line = lines_[i];
      if (line.is_blank) {
        out += '\n';
      } else if (line.is_comment) {
        out += line.text.starts_with('#') ? "" : "#";
        out.append(line.text) += '\n';
      } else {
        write_cells(out, line, i == header_);
      }
    }
    return out;
  }

  void write_cells(std::string& out, Line& line, bool is_header) {
    auto& cells = line.cells;
    if (width_ > 0) {
      while (cells.size() > width_ && cells.back().empty()) cells.pop_back();
      if (!is_header && cells.size() < width_) cells.resize(width_);
    }
    for (std::size_t c = 0; c < cells.size(); ++c) {
      auto cell = cells[c];
      if (is_header)
        std::replace_if(
            cell.begin(), cell.end(), [](char x) { return x == ';' || x == '\t'; }, ' ');
      if (is_header && cell == "#") cell = "index";
      if (!is_header && is_no_reading(cell)) cell.clear();
      if (c > 0) out += ',';
      out += csv_cell(cell);
    }
    if (cells.size() == 1 && cells.front().empty()) out += "\"\"";
    out += '\n';
  }

  std::string text_, source_;
  bool has_names_;
  std::vector<std::string>& notices_;
  std::vector<Line> lines_;
  std::size_t first_ = 0, last_ = 0;  // of the rows
  std::size_t header_ = static_cast<std::size_t>(-1);
  std::size_t width_ = 0;                // of the table; 0: as the rows have it
  std::size_t skipped_ = 0, above_ = 0;  // lines of LabVIEW's header; others above the names
};

}  // namespace

std::string plain_text(std::string_view bytes, const std::string& source, bool has_names,
                       std::vector<std::string>& notices) {
  return Layout(decoded(bytes, source, notices), source, has_names, notices).plain();
}

}  // namespace memplast
