#include "output.hpp"

#include "flag_names.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>
#include <memory>
#include <optional>

namespace memplast::cli {
namespace {

/// Columns that a UTF-8 text takes: its code points.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

/// How far work is, on standard error: a bar on a terminal, else a line per step.
class ProgressLine {
 public:
  explicit ProgressLine(std::string units) : units_(std::move(units)) {}

  void show(int done, int total) {
    const auto now = Clock::now();
    if (!start_) {
      start_ = now;
      before_ = done;
      if (done > 0) std::cerr << done << " of " << total << ' ' << units_ << " were done before\n";
      return;
    }
    const bool finished = done >= total;
    std::string text = std::to_string(done) + " of " + std::to_string(total) + " " + units_;
    if (!finished) {
      const double elapsed = std::chrono::duration<double>(now - *start_).count();
      text += ", " + std::to_string(std::lround(elapsed / (done - before_) * (total - done))) +
              " s left";
    }
    if (!is_terminal_) {
      std::cerr << text + '\n';
    } else if (finished || now - shown_ >= std::chrono::milliseconds(100)) {
      constexpr int cells = 40;
      const auto filled = static_cast<std::size_t>(static_cast<std::int64_t>(cells) * done / total);
      shown_ = now;
      std::cerr << "\r[" + std::string(filled, '#') + std::string(cells - filled, '.') + "] " +
                       text + "\x1b[K" + (finished ? "\r\x1b[K" : "")
                << std::flush;
    }
  }

 private:
  using Clock = std::chrono::steady_clock;
  std::string units_;
  const bool is_terminal_ = ::isatty(STDERR_FILENO) != 0;
  std::optional<Clock::time_point> start_;
  int before_ = 0;  // steps that were done when it started
  Clock::time_point shown_{};
};

}  // namespace

std::string one_line(std::string text, std::size_t n) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  if (text.size() <= n) return text;
  while (n > 0 && (text[n] & 0xC0) == 0x80) --n;  // not within a character
  return text.substr(0, n) + "...";
}

void print_json(const json& object) { std::cout << object.shown(2) << '\n'; }

void print_table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t c = 0; c < row.size(); ++c) widths[c] = std::max(widths[c], width(row[c]));
  }
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c)
      line += row[c] + std::string(widths[c] - width(row[c]) + 2, ' ');
    line.erase(line.find_last_not_of(' ') + 1);
    std::cout << line << '\n';
  }
}

void warn(const std::string& message) { std::cerr << "warning: " << with_flags(message) << '\n'; }

Progress progress(const std::string& units) {
  return [line = std::make_shared<ProgressLine>(units)](int done, int total) {
    line->show(done, total);
  };
}

}  // namespace memplast::cli
