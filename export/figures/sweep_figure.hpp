#pragma once
#include <filesystem>

#include "../../fitting/sweep_fit.hpp"

namespace memplast {

/// Measured currents over the voltage with the fitted courses and their 95 % bands above, the
/// residuals over the time below.
void draw_fit(const std::filesystem::path& path, const SweepFit& fit, const SweepData& data);

}  // namespace memplast
