#include "pairing.hpp"

#include <algorithm>
#include <vector>

#include "error.hpp"
#include "text.hpp"

namespace memplast {

std::string_view to_string(Pairing pairing) {
  return pairing_names[static_cast<std::size_t>(pairing)];
}

Pairing pairing_from(std::string_view name, const std::string& where) {
  const auto it = std::find(pairing_names.begin(), pairing_names.end(), name);
  if (it == pairing_names.end())
    throw InputError({.where = where,
                      .expected = "one of " + join({pairing_names.begin(), pairing_names.end()}),
                      .got = "'" + std::string(name) + "'"});
  return static_cast<Pairing>(it - pairing_names.begin());
}

}  // namespace memplast
