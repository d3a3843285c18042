#pragma once
#include <filesystem>
#include <string>

#include "classification.hpp"
#include "control.hpp"

namespace memplast {

/// Writes a run as an HDF5 result file, schema 1 (docs/results.md), whole or not at all. Everything
/// but `command_line` and `created_utc` is a function of the configuration.
void write_result(const std::filesystem::path& path, const RunRecord& run,
                  const std::string& command_line, const std::string& created_utc);
/// The same for a run of a control task.
void write_result(const std::filesystem::path& path, const ControlRecord& record,
                  const std::string& command_line, const std::string& created_utc);

}  // namespace memplast
