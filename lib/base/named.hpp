#pragma once
#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "error.hpp"
#include "text.hpp"

namespace memplast {

/// The value of an enum whose k-th value is called names[k]. Throws InputError naming `where` and
/// listing the names if `name` is none of them.
template <class Enum, std::size_t n>
Enum enum_from(const std::array<std::string_view, n>& names, std::string_view name,
               const std::string& where) {
  const auto it = std::find(names.begin(), names.end(), name);
  if (it == names.end())
    throw InputError({.where = where,
                      .expected = "one of " + join({names.begin(), names.end()}),
                      .got = "'" + std::string(name) + "'"});
  return static_cast<Enum>(it - names.begin());
}

}  // namespace memplast
