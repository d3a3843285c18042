#include "window_figure.hpp"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "figure.hpp"

namespace memplast {
namespace {

/// The curves of `states` as the gnuplot data block $curves: dt, dw, w.
void write_curves(std::ostream& out, const AnyRule& rule, const std::vector<double>& states,
                  double dt_max) {
  constexpr int steps = 200;
  out << "$curves << END\n";
  std::visit(
      [&](const auto& r) {
        for (const double w : states)
          for (const double side : {-1.0, 1.0}) {
            for (int k = 0; k <= steps; ++k) {
              const double dt = side * std::max(dt_max * k / steps, 1e-6);
              out << dt << ' ' << r.dw(dt, w) << ' ' << w << '\n';
            }
            out << '\n';  // lifts the pen: windows jump at dt = 0
          }
      },
      rule);
  out << "END\n";
}

/// The 95 % band of the fit at `states` as the gnuplot data block $band: dt, low, high, w.
void write_band(std::ostream& out, const WindowFit& fit, const std::vector<double>& states,
                double dt_max) {
  constexpr int steps = 100;
  out << "$band << END\n";
  for (const double w : states)
    for (const double side : {-1.0, 1.0}) {
      std::vector<WindowPoint> points;
      for (int k = 0; k <= steps; ++k)
        points.push_back({side * std::max(dt_max * k / steps, 1e-6), w, 0.0, 1.0});
      const auto half = confidence_band(fit, points);
      for (std::size_t k = 0; k < points.size(); ++k) {
        const double dw =
            std::visit([&](const auto& r) { return r.dw(points[k].dt, w); }, fit.rule);
        out << points[k].dt << ' ' << dw - half[k] << ' ' << dw + half[k] << ' ' << w << '\n';
      }
      out << "\n\n";  // a block of its own: gnuplot fills one at a time
    }
  out << "END\n";
}

/// The extremes of one curve, with a margin.
std::pair<double, double> limits(const AnyRule& rule, double w, double dt_max) {
  double low = 0.0, high = 0.0;
  std::visit(
      [&](const auto& r) {
        for (int k = -400; k <= 400; ++k) {
          const double dw = r.dw(k == 0 ? 1e-6 : dt_max * k / 400.0, w);
          low = std::min(low, dw);
          high = std::max(high, dw);
        }
      },
      rule);
  const double margin = high > low ? 0.05 * (high - low) : 1.0;
  return {low - margin, high + margin};
}

/// Axes, zero lines, and colours for w with their scale if there are several states.
void write_axes(std::ostream& out, const std::vector<double>& states, double dt_max) {
  out << "set xrange [" << -dt_max << ':' << dt_max << "]\n"
      << "set xlabel 't_{post} - t_{pre} (ms)'\nset ylabel 'change of weight, Δw'\n"
      << "set xzeroaxis lt 1 lc rgb '#999999' lw 0.5\n"
      << "set arrow from first 0, graph 0 to first 0, graph 1 nohead lc rgb '#cccccc' lw 0.5 "
         "back\n";
  if (states.size() == 1)
    out << "unset colorbox\nset cbrange [0:2]\n";  // the dark half
  else
    out << "set cbrange [0:1]\nset cblabel 'weight before the pair, w'\nset cbtics 0.2 scale 0.3\n";
}

/// At most `count` of the distinct states that were measured, spread evenly.
std::vector<double> some_states(const WindowData& data, std::size_t count) {
  std::vector<double> all;
  for (const auto& point : data.points) all.push_back(std::round(point.w * 1e3) / 1e3);
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  if (all.size() <= count) return all;
  std::vector<double> some;
  for (std::size_t i = 0; i < count; ++i) some.push_back(all[i * (all.size() - 1) / (count - 1)]);
  return some;
}

/// A step of 1, 2 or 5 times a power of ten that gives one or two tics up to `largest`.
double tic_step(double largest) {
  if (!(largest > 0.0)) return 1.0;
  const double power = std::pow(10.0, std::floor(std::log10(largest)));
  return power * (largest < 2.0 * power ? 1.0 : largest < 5.0 * power ? 2.0 : 5.0);
}

}  // namespace

void draw_window(const std::filesystem::path& path, const ModelFile& model,
                 const std::vector<double>& w, double dt_max) {
  std::ostringstream script;
  write_curves(script, model.rule, w, dt_max);
  write_axes(script, w, dt_max);
  script << "set title 'rule " << rule_name(model.rule);
  if (w.size() == 1) script << ", w = " << w[0];
  script << "'\n";
  if (w.size() == 1) {
    const auto [low, high] = limits(model.rule, w[0], dt_max);
    const double range_uS = (model.conductance.G_max - model.conductance.G_min) * 1e6;
    script << "set yrange [" << low << ':' << high << "]\n"
           << "set y2range [" << low * range_uS << ':' << high * range_uS << "]\n"
           << "set border 11\nset y2tics\nset y2label 'ΔG (µS)'\n";
  }
  script << "plot $curves using 1:2:3 with lines lw 1.5 lc palette notitle\n";
  draw_figure(path, script.str());
}

void draw_fit(const std::filesystem::path& path, const WindowFit& fit, const WindowData& data) {
  const auto states = some_states(data, 8);
  double dt_max = 0.0, largest = 0.0;
  std::ostringstream script;
  script << "$data << END\n";
  std::visit(
      [&](const auto& rule) {
        for (const auto& p : data.points) {
          const double residual = (p.dw - rule.dw(p.dt, p.w)) / p.sigma;
          script << p.dt << ' ' << p.dw << ' ' << p.w << ' ' << p.sigma << ' ' << residual << '\n';
          dt_max = std::max(dt_max, std::abs(p.dt));
          largest = std::max(largest, std::abs(residual));
        }
      },
      fit.rule);
  script << "END\n";
  write_curves(script, fit.rule, states, dt_max);
  write_band(script, fit, states, dt_max);
  write_axes(script, states, 1.02 * dt_max);

  script << "set lmargin at screen 0.20\nset rmargin at screen 0.78\nset multiplot\n"
         << "set tmargin at screen 0.97\nset bmargin at screen 0.40\n"
         << "set format x ''\nunset xlabel\n";
  if (states.size() > 1) script << "set colorbox user origin 0.81,0.40 size 0.03,0.57\n";
  script << "plot for [k=0:" << 2 * states.size() - 1
         << "] $band index k using 1:2:3 with filledcurves fc rgb '#bbbbbb' fs solid 0.6 "
            "noborder notitle, "
         << "$data using 1:2:3 with points pt 7 ps 0.2 lc palette notitle, ";
  if (data.has_sigma)
    script << "$data using 1:($2-$4):(0):(2*$4):3 with vectors nohead lw 0.5 lc palette notitle, ";
  script << "$curves using 1:2:3 with lines lw 1 lc palette notitle\n";

  script << "unset colorbox\nset tmargin at screen 0.36\nset bmargin at screen 0.14\n"
         << "set format x\nset xlabel 't_{post} - t_{pre} (ms)'\n"
         << "set ylabel '" << (data.has_sigma ? "residual / σ" : "residual") << "'\n"
         << "set ytics " << tic_step(largest) << '\n'
         << "plot $data using 1:5:3 with points pt 7 ps 0.2 lc palette notitle\n"
         << "unset multiplot\n";
  draw_figure(path, script.str(), {.width_cm = 8.6, .height_cm = 9.0});
}

}  // namespace memplast
