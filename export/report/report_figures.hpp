#pragma once
#include <optional>
#include <string>
#include <vector>

#include "../../fitting/readers/measurement.hpp"
#include "../../tasks/search/sweep.hpp"
#include "../figures/svg.hpp"
#include "report_data.hpp"

namespace memplast {

// The figures of a report, each with a caption that says its numbers. Their ids start with
// `prefix`, which tells the runs of a report apart.

/// Mean, 95 % interval and folds of every classification among the runs.
std::optional<Figure> comparison_figure(const std::vector<ReportedRun>& runs);

/// The window of a rule at three weights; with `data` the measurement, and the 95 % band of the
/// fit if the model file has the record of one.
Figure window_figure(const ModelFile& model, const std::optional<WindowData>& data,
                     const std::string& prefix);

/// "rule nc, dtod 0.1": what makes a point of a sweep different.
std::string point_name(const SweepRecord::Point& point);

/// Mean and 95 % interval of every point of a whole sweep, of the 40 best if there are more; a
/// figure for accuracies and one for returns.
std::vector<Figure> design_figures(const SweepRecord& sweep, const std::string& prefix);

/// All figures that a run has something for, in the order in which they are read. The window is
/// with the data among `data` that its model was fitted to, recognised by their SHA-256.
std::vector<Figure> figures_of(const ReportedRun& run, const std::vector<WindowData>& data,
                               const std::string& prefix);

}  // namespace memplast
