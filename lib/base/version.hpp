#pragma once
#include <string_view>

namespace memplast {

/// The version of this library, "major.minor.patch".
std::string_view version();

}  // namespace memplast
