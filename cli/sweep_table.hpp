#pragma once
#include <string>
#include <vector>

#include "../lib/io/json.hpp"

namespace memplast {
struct SweepRecord;
}

namespace memplast::cli {

/// A whole sweep as rows of a table, one per point with its mean +- sd, and as JSON.
std::vector<std::vector<std::string>> points_table(const SweepRecord& record);
json points_json(const SweepRecord& record);

}  // namespace memplast::cli
