#include "version.hpp"

namespace memplast {

std::string_view version() { return MEMPLAST_VERSION; }

}  // namespace memplast
