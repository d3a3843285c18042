#include "output.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iostream>
#include <memory>
#include <mutex>

namespace memplast::cli {
namespace {

/// Columns that a UTF-8 text takes: its code points.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

class Bar {
 public:
  void show(int done, int total) {
    const std::lock_guard lock(mutex_);
    const auto now = Clock::now();
    const bool finished = done >= total;
    if (total <= 0 || (!finished && now - shown_ < std::chrono::milliseconds(100))) return;
    shown_ = now;
    constexpr int cells = 40;
    const double part = static_cast<double>(done) / total;
    const int filled = static_cast<int>(part * cells);
    const double elapsed = std::chrono::duration<double>(now - start_).count();
    std::cerr << "\r[" << std::string(filled, '#') << std::string(cells - filled, '.') << "] "
              << done << '/' << total;
    if (!finished && done > 0)
      std::cerr << ", " << std::lround(elapsed * (1.0 - part) / part) << " s left";
    std::cerr << "\x1b[K" << (finished ? "\r\x1b[K" : "") << std::flush;
  }

 private:
  using Clock = std::chrono::steady_clock;
  std::mutex mutex_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point shown_{};
};

}  // namespace

void print_json(const json& object) {
  std::cout << object.dump(2, ' ', false, json::error_handler_t::replace) << '\n';
}

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

void warn(const std::string& message) { std::cerr << "warning: " << message << '\n'; }

Progress progress_bar() {
  if (::isatty(STDERR_FILENO) == 0) return {};
  return [bar = std::make_shared<Bar>()](int done, int total) { bar->show(done, total); };
}

}  // namespace memplast::cli
