#include "words.hpp"

#include <algorithm>

#include "../lib/base/error.hpp"

namespace memplast::cli {

std::string flag_of(std::string key) {
  std::replace(key.begin(), key.end(), '_', '-');
  return "--" + key;
}

void refuse_number(const std::string& text, const std::string& where, double lower, double upper,
                   bool whole) {
  const bool bounded = lower > std::numeric_limits<double>::lowest();
  throw InputError(
      {.where = where,
       .expected = (whole ? std::string("a whole number") : std::string("a finite number")) +
                   (bounded ? upper < std::numeric_limits<double>::max()
                                  ? " in [" + to_text(lower) + ", " + to_text(upper) + "]"
                                  : " of at least " + to_text(lower)
                            : ""),
       .got = "'" + text + "'"});
}

std::pair<std::string, double> parse_assignment(const std::string& text, const std::string& flag) {
  const auto equals = text.find('=');
  if (equals == std::string::npos)
    throw InputError({.where = flag, .expected = "name=value", .got = "'" + text + "'"});
  const auto name = text.substr(0, equals);
  return {name, parse_number<double>(text.substr(equals + 1), flag + " " + name)};
}

}  // namespace memplast::cli
