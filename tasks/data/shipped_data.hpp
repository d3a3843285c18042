#pragma once
#include <string_view>

namespace memplast {

/// The text of datasets/<name>.csv as it was when the program was built; empty if there is none.
std::string_view shipped_data(std::string_view name);

}  // namespace memplast
