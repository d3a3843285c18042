#pragma once
#include <string>

#include "../lib/base/parameters.hpp"
#include "../lib/io/json.hpp"

namespace memplast::cli {

class CommandLine;

/// The rows of a table, an object each, with their defaults: what --json shows.
json table_to_json(const Parameters& defaults);
/// The same as aligned columns on standard output.
void print_params(const json& params);

/// A subcommand that shows what there is, as JSON with --json.
void add_catalogue(CommandLine& app, const std::string& name, const std::string& about,
                   json (*catalogue)(), void (*print)(const json& all));

}  // namespace memplast::cli
