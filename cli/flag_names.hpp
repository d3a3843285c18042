#pragma once
#include <string>

#include "../lib/base/error.hpp"

namespace memplast::cli {

/// The library says what a thing is; a user of the program is also told the flag that gives it:
/// "Give the read voltage (--read-voltage-V)."
std::string with_flags(std::string text);
/// The same of a complaint, whose place becomes the flag: "--folds: expected ...".
std::string with_flags(const Complaint& complaint);

}  // namespace memplast::cli
