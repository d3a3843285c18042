#include "pulse_figure.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "figure.hpp"

namespace memplast {

void draw_fit(const std::filesystem::path& path, const PulseFit& fit, const PulseData& data) {
  const double range = data.high - data.low, unit = data.in_siemens ? 1e6 : 1.0;  // µS
  const auto value = [&](double w) { return (data.low + w * range) * unit; };
  double longest = 1.0;
  std::size_t most = 0, up = 0;
  std::ostringstream script;
  // One block per ramp: pulse, value, residual, fit, low and high end of its band.
  script << "$ramps << END\n";
  for (const bool of_up : {true, false})
    for (std::size_t r = 0; r < data.ramps.size(); ++r) {
      const auto& ramp = data.ramps[r];
      const auto& course = fit.ramps[r];
      if (ramp.up != of_up) continue;
      up += of_up ? 1 : 0;
      for (std::size_t i = 0; i < ramp.w.size(); ++i)
        script << ramp.pulse[i] << ' ' << value(ramp.w[i]) << ' '
               << (ramp.w[i] - course.w[i]) * range * unit << ' ' << value(course.w[i]) << ' '
               << value(course.w[i] - course.half[i]) << ' ' << value(course.w[i] + course.half[i])
               << '\n';
      script << "\n\n";
      longest = std::max(longest, ramp.pulse.back());
      most += ramp.w.size();
    }
  script << "END\n";
  const std::string quantity = data.in_siemens ? "conductance (µS)" : "state (arbitrary units)";
  const std::string residual = data.in_siemens ? "residual (µS)" : "residual";
  const double size = most > 3000 ? 0.08 : 0.2;
  const double width = data.ramps.size() > 6 ? 0.2 : 1.0;
  const auto last = data.ramps.size() - 1;
  const auto colour = "(k < " + std::to_string(up) + " ? 0x31688e : 0xb5651d)";
  script << "set xrange [0:" << 1.02 * longest << "]\n"
         << "set lmargin at screen 0.20\nset rmargin at screen 0.95\nset multiplot\n"
         << "set tmargin at screen 0.97\nset bmargin at screen 0.40\n"
         << "set format x ''\nset ylabel '" << quantity << "'\n"
         << "plot for [k=0:" << last << "] $ramps index k using 1:2 with points pt 7 ps " << size
         << " lc rgb " << colour << " notitle, for [k=0:" << last
         << "] $ramps index k using 1:5:6 with filledcurves fc rgb '#888888' fs transparent solid "
            "0.4 noborder notitle, for [k=0:"
         << last << "] $ramps index k using 1:4 with lines lw " << width
         << " lc rgb '#000000' notitle\n"
         << "set tmargin at screen 0.36\nset bmargin at screen 0.14\n"
         << "set format x\nset xlabel 'pulse'\nset ylabel '" << residual << "'\n"
         << "set xzeroaxis lt 1 lc rgb '#999999' lw 0.5\nset ytics autofreq\n"
         << "set ytics nomirror\n"
         << "plot for [k=0:" << last << "] $ramps index k using 1:3 with points pt 7 ps " << size
         << " lc rgb " << colour << " notitle\nunset multiplot\n";
  draw_figure(path, script.str(), {.width_cm = 8.6, .height_cm = 9.0});
}

}  // namespace memplast
