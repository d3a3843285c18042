#pragma once
#include <filesystem>
#include <string>

namespace memplast {

/// The size of a figure on paper; the default is one column of a journal.
struct FigureSize {
  double width_cm = 8.6;
  double height_cm = 6.5;
};

/// Throws InputError unless `path` ends in .svg, .pdf or .png and can be written: to be called
/// before long work.
void require_figure(const std::filesystem::path& path);

/// Runs a gnuplot script that plots into `path`, whole or not at all. Terminal, fonts, axes and the
/// palette (viridis, for ordered quantities) are set before it; text is UTF-8.
/// Throws IoError if gnuplot is not installed or stops with an error.
void draw_figure(const std::filesystem::path& path, const std::string& script,
                 const FigureSize& size = {});

}  // namespace memplast
