#pragma once
#include "../lib/base/parameters.hpp"
#include "../lib/io/json.hpp"

namespace memplast::cli {

/// The rows of a table, an object each, with their defaults: what --json shows.
json table_to_json(const Parameters& defaults);
/// The same as aligned columns on standard output.
void print_params(const json& params);

}  // namespace memplast::cli
