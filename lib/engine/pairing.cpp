#include "pairing.hpp"

#include "../base/named.hpp"

namespace memplast {

std::string_view to_string(Pairing pairing) {
  return pairing_names[static_cast<std::size_t>(pairing)];
}

Pairing pairing_from(std::string_view name, const std::string& where) {
  return enum_from<Pairing>(pairing_names, name, where);
}

}  // namespace memplast
