#include "figure.hpp"

#include "../../lib/base/error.hpp"
#include "../../lib/base/text.hpp"
#include "../../lib/io/file.hpp"
#include "../../lib/io/process.hpp"

namespace memplast {
namespace {

/// gnuplot's own quoting: a single quote is doubled, nothing else has a meaning.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("''") : std::string(1, c);
  return out + "'";
}

std::string terminal(const std::filesystem::path& path, const FigureSize& size) {
  const auto pair = [](double width, double height, const std::string& unit) {
    return to_text(width) + unit + "," + to_text(height) + unit;
  };
  const double w = size.width_cm, h = size.height_cm;
  if (path.extension() == ".pdf")
    return "set terminal pdfcairo enhanced color size " + pair(w, h, "cm") +
           " font 'Helvetica,8' fontscale 1 linewidth 1";
  if (path.extension() == ".png") {  // 300 dots per inch
    const auto dots = [](double cm) { return static_cast<int>(cm / 2.54 * 300.0); };
    return "set terminal pngcairo enhanced color size " + pair(dots(w), dots(h), "") +
           " font 'Helvetica,8' fontscale 3.125 linewidth 3.125 pointscale 3.125";
  }
  const auto pixels = [](double cm) { return static_cast<int>(cm / 2.54 * 96.0); };
  return "set terminal svg enhanced size " + pair(pixels(w), pixels(h), "") +
         " dynamic font 'Helvetica,Arial,sans-serif,10' background 'white'";
}

constexpr const char* style = R"(
set encoding utf8
set border 3 linewidth 0.8 linecolor rgb '#333333'
set tics nomirror out scale 0.5
set key samplen 1.5 spacing 1.1
set palette defined (0 '#440154', 1 '#3b528b', 2 '#21918c', 3 '#5ec962', 4 '#d8e219')
)";

std::string first_line(const std::string& text) {
  const auto start = text.find_first_not_of(" \t\r\n");
  if (start == std::string::npos) return "it said nothing";
  return std::string(trim(text.substr(start, text.find('\n', start) - start)));
}

}  // namespace

void require_figure(const std::filesystem::path& path) {
  const auto kind = path.extension();
  if (kind != ".svg" && kind != ".pdf" && kind != ".png")
    throw InputError({.where = path.string(),
                      .expected = "a figure's name that ends in .svg, .pdf or .png",
                      .got = kind.empty() ? "no ending" : "'" + kind.string() + "'"});
  require_writable(path);
}

void draw_figure(const std::filesystem::path& path, const std::string& script,
                 const FigureSize& size) {
  require_figure(path);
  AtomicFile target(path);
  const std::string input = terminal(path, size) + "\nset output " +
                            quoted(target.temporary().string()) + "\n" + style + script +
                            "\nunset output\n";
  const auto gnuplot = run_process({"gnuplot"}, input, "install the package gnuplot-nox");
  if (gnuplot.exit_code != 0)
    throw IoError(path.string(), "cannot be drawn, gnuplot stopped: " + first_line(gnuplot.output));
  target.commit();
}

}  // namespace memplast
