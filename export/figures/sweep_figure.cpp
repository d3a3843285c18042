#include "sweep_figure.hpp"

#include <sstream>

#include "figure.hpp"

namespace memplast {
namespace {

/// The unit in which the largest current is a number of one to three digits.
std::pair<double, std::string> current_unit(double I_max) {
  if (I_max >= 1e-3) return {1e3, "mA"};
  if (I_max >= 1e-6) return {1e6, "µA"};
  if (I_max >= 1e-9) return {1e9, "nA"};
  return {1e12, "pA"};
}

}  // namespace

void draw_fit(const std::filesystem::path& path, const SweepFit& fit, const SweepData& data) {
  const auto [unit, name] = current_unit(data.I_max);
  std::ostringstream script;
  // Two blocks per trace: V, t, measured I, residual; and V, fitted I, low and high end of its
  // band.
  script << "$sweeps << END\n";
  std::size_t points = 0;
  for (std::size_t k = 0; k < data.traces.size(); ++k) {
    const auto& trace = data.traces[k];
    const auto& course = fit.traces[k];
    for (const auto i : trace.trusted)
      script << trace.course[i].V << ' ' << trace.course[i].t - trace.course.front().t << ' '
             << trace.I[i] * unit << ' ' << (trace.I[i] - course.I[i]) * unit << '\n';
    script << "\n\n";
    for (std::size_t i = 0; i < course.I.size(); ++i)
      script << trace.course[i].V << ' ' << course.I[i] * unit << ' '
             << (course.I[i] - course.half[i]) * unit << ' '
             << (course.I[i] + course.half[i]) * unit << '\n';
    script << "\n\n";
    points += trace.trusted.size();
  }
  script << "END\n";
  const double size = points > 3000 ? 0.08 : 0.2;
  const auto last = data.traces.size() - 1;
  script << "set lmargin at screen 0.20\nset rmargin at screen 0.95\nset multiplot\n"
         << "set tmargin at screen 0.97\nset bmargin at screen 0.52\n"
         << "set xlabel 'voltage (V)' offset 0,0.6\nset ylabel 'current (" << name << ")'\n"
         << "plot for [k=0:" << last << "] $sweeps index 2*k using 1:3 with points pt 7 ps " << size
         << " lc rgb '#31688e' notitle, for [k=0:" << last
         << "] $sweeps index 2*k+1 using 1:3 with lines lw 0.4 lc rgb '#888888' notitle, for [k=0:"
         << last
         << "] $sweeps index 2*k+1 using 1:4 with lines lw 0.4 lc rgb '#888888' notitle, for [k=0:"
         << last << "] $sweeps index 2*k+1 using 1:2 with lines lw 1 lc rgb '#000000' notitle\n"
         << "set tmargin at screen 0.38\nset bmargin at screen 0.12\n"
         << "set xlabel 'time (s)'\nset ylabel 'residual (" << name << ")'\n"
         << "set xzeroaxis lt 1 lc rgb '#999999' lw 0.5\nset ytics autofreq\nset ytics nomirror\n"
         << "plot for [k=0:" << last << "] $sweeps index 2*k using 2:4 with points pt 7 ps " << size
         << " lc rgb '#31688e' notitle\nunset multiplot\n";
  draw_figure(path, script.str(), {.width_cm = 8.6, .height_cm = 10.5});
}

}  // namespace memplast
