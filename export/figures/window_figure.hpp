#pragma once
#include <filesystem>
#include <vector>

#include "../../fitting/window_fit.hpp"

namespace memplast {

/// dw over dt within +-dt_max ms, one curve for each state in `w`; the right axis is in siemens.
void draw_window(const std::filesystem::path& path, const ModelFile& model,
                 const std::vector<double>& w, double dt_max);

/// The data with their error bars and the fitted curves with their 95 % bands above, the residuals
/// below.
void draw_fit(const std::filesystem::path& path, const WindowFit& fit, const WindowData& data);

}  // namespace memplast
