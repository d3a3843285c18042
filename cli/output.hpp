#pragma once
#include <string>
#include <vector>

#include "../lib/base/progress.hpp"
#include "../lib/base/text.hpp"
#include "../lib/io/json.hpp"

namespace memplast::cli {

/// One JSON object on standard output.
void print_json(const json& object);

/// A text on one line, harmless to a terminal, of at most `n` bytes.
std::string one_line(std::string text, std::size_t n = 60);

/// Rows as aligned columns on standard output, two spaces apart.
void print_table(const std::vector<std::vector<std::string>>& rows);

/// A warning on standard error.
void warn(const std::string& message);

/// Reports on standard error how many `units` ("folds") are done, and the time left: a bar on a
/// terminal, else one line for each.
Progress progress(const std::string& units);

}  // namespace memplast::cli
