#pragma once
#include <filesystem>

#include "../../fitting/pulse_fit.hpp"

namespace memplast {

/// The ramps over the number of the pulse with their fitted courses and 95 % bands above, the
/// residuals below; potentiation and depression in colours of their own.
void draw_fit(const std::filesystem::path& path, const PulseFit& fit, const PulseData& data);

}  // namespace memplast
