#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace memplast {

/// The shortest decimal text that reads back as exactly `x`.
std::string to_text(double x);

/// `x` with 17 significant digits, as the golden traces are written.
std::string to_text_17(double x);

/// `x` with so many significant digits, for people to read.
std::string rounded(double x, int digits = 4);

/// The finite number that `text` spells from its first to its last character, else nothing.
std::optional<double> to_number(std::string_view text);

std::string_view trim(std::string_view text);

/// "a, b, c": for messages that list what is known.
std::string join(const std::vector<std::string>& words, std::string_view separator = ", ");

}  // namespace memplast
