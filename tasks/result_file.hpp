#pragma once
#include <filesystem>
#include <string>

#include "classification.hpp"
#include "control.hpp"

namespace memplast {

/// Writes a run as an HDF5 result file, schema 2 (docs/results.md), whole or not at all. Everything
/// but its origin is a function of the configuration.
void write_result(const std::filesystem::path& path, const RunRecord& run, const Origin& origin);
/// The same for a run of a control task.
void write_result(const std::filesystem::path& path, const ControlRecord& record,
                  const Origin& origin);

}  // namespace memplast
