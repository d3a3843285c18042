#include "variability_fit.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numeric>

namespace memplast {
namespace {

constexpr double clear = 4.0;           // standard errors
constexpr double worth_a_term = 10.0;   // of n log(rest)
constexpr std::size_t few_points = 20;  // with fewer a spread is not known to 20 %

double sd_over_mean(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
  double squares = 0.0;
  for (const double x : values) squares += (x - mean) * (x - mean);
  return std::sqrt(squares / (n - 1.0)) / std::abs(mean);
}

/// Those that deviate no more than others of their change do, in groups of about a tenth.
std::vector<SpreadPoint> without_outliers(std::vector<SpreadPoint> points) {
  std::sort(points.begin(), points.end(),
            [](const auto& a, const auto& b) { return a.change < b.change; });
  const std::size_t width = std::max(few_points, points.size() / 10);
  std::vector<SpreadPoint> out;
  for (std::size_t first = 0; first < points.size(); first += width) {
    const std::size_t end = std::min(first + width, points.size());
    std::vector<double> sizes;
    for (std::size_t i = first; i < end; ++i) sizes.push_back(std::abs(points[i].deviation));
    const auto middle = sizes.begin() + static_cast<std::ptrdiff_t>(sizes.size() / 2);
    std::nth_element(sizes.begin(), middle, sizes.end());
    for (std::size_t i = first; i < end; ++i)
      if (std::abs(points[i].deviation) <= 5.0 * 1.4826 * *middle) out.push_back(points[i]);
  }
  return out;
}

/// Steps along each ramp.
std::vector<SpreadPoint> step_spread(const PulseFit& fit, const PulseData& data) {
  std::vector<SpreadPoint> out;
  for (std::size_t r = 0; r < data.ramps.size(); ++r) {
    const auto& ramp = data.ramps[r];
    std::vector<double> residual;
    for (std::size_t i = 0; i < ramp.w.size(); ++i)
      residual.push_back(ramp.w[i] - fit.ramps[r].w[i]);
    for (std::size_t i = 1; i + 2 < residual.size(); ++i) {
      const bool in_a_row = ramp.pulse[i + 2] == ramp.pulse[i - 1] + 3.0;
      if (!in_a_row) continue;
      const double before = residual[i] - residual[i - 1], step = residual[i + 1] - residual[i],
                   after = residual[i + 2] - residual[i + 1];
      const double w = std::clamp(fit.ramps[r].w[i], 0.0, 1.0);
      out.push_back({ramp.up ? fit.rule.D_plus(w) : fit.rule.D_minus(w), step,
                     step * (step + before + after)});
    }
  }
  return out;
}

/// The mean step of a device over the states, both polarities together.
double mean_step(const PulseFit& fit) {
  double sum = 0.0;
  for (const double w : {0.1, 0.3, 0.5, 0.7, 0.9})
    sum += (fit.has_up ? fit.rule.D_plus(w) : 0.0) + (fit.has_down ? fit.rule.D_minus(w) : 0.0);
  return sum;
}

/// The ramps of each device as data of their own, on the common scale.
std::map<std::string, PulseData> by_device(const PulseData& data) {
  std::map<std::string, PulseData> out;
  for (const auto& ramp : data.ramps) {
    auto& own = out[ramp.device];
    own.ramps.push_back(ramp);
    own.file = data.file;
  }
  return out;
}

void spread_of_devices(const PulseFit& fit, const PulseData& data, VariabilityFit& out) {
  const auto devices = by_device(data);
  if (devices.size() < 2) return;
  if (devices.size() < 3) {
    out.remarks.push_back("two devices do not tell a spread from device to device: measure three");
    return;
  }
  std::vector<double> steps, low, high;
  for (const auto& [name, own] : devices) {
    std::size_t n = 0;
    double least = 1e300, most = -1e300;
    for (const auto& ramp : own.ramps) {
      n += ramp.w.size();
      const auto [a, b] = std::minmax_element(ramp.w.begin(), ramp.w.end());
      least = std::min(least, *a);
      most = std::max(most, *b);
    }
    low.push_back(data.low + least * (data.high - data.low));
    high.push_back(data.low + most * (data.high - data.low));
    if (n < static_cast<std::size_t>(fit.free_params) + few_points) continue;
    steps.push_back(mean_step(fit_pulses(fit.rule.name(), own, {.starts = 2, .loss = fit.loss})));
  }
  if (steps.size() >= 3) out.variability.dtod = std::min(sd_over_mean(steps), 10.0);
  if (!data.in_siemens) return;
  if (*std::min_element(low.begin(), low.end()) > 0.0)
    out.variability.G_min_dtod = std::min(sd_over_mean(low), 10.0);
  out.variability.G_max_dtod = std::min(sd_over_mean(high), 10.0);
}

}  // namespace

Variability split_spread(const std::vector<SpreadPoint>& all) {
  Variability out;
  const auto points = without_outliers(all);
  const auto n = static_cast<double>(points.size());
  if (points.size() < few_points) return out;
  double q = 0.0, qq = 0.0, y = 0.0, qy = 0.0, yy = 0.0;  // q = change^2
  for (const auto& [change, deviation, variance] : points) {
    const double square = change * change;
    q += square / n;
    qq += square * square / n;
    y += variance / n;
    qy += square * variance / n;
    yy += variance * variance / n;
  }
  if (!(y > clear * std::sqrt((yy - y * y) / n))) return out;
  struct Split {
    double constant, relative;
  };
  const auto rest = [&](const Split& s) {
    return yy + s.constant * s.constant + s.relative * s.relative * qq - 2.0 * s.constant * y -
           2.0 * s.relative * qy + 2.0 * s.constant * s.relative * q;
  };
  const Split constant{y, 0.0}, relative{0.0, qq > 0.0 ? std::max(qy / qq, 0.0) : 0.0};
  Split best = rest(relative) < rest(constant) ? relative : constant;
  if (const double spread = qq - q * q; spread > 1e-6 * qq) {
    const double slope = (qy - q * y) / spread;
    const Split both{y - slope * q, slope};
    if (both.constant > 0.0 && both.relative > 0.0 &&
        n * std::log(rest(best) / rest(both)) > worth_a_term)
      best = both;
  }
  out.ctoc_w = std::min(std::sqrt(best.constant), 1.0);
  out.ctoc = std::min(std::sqrt(best.relative), 10.0);
  return out;
}

VariabilityFit fit_variability(const PulseFit& fit, const PulseData& data) {
  VariabilityFit out;
  out.variability = split_spread(step_spread(fit, data));
  if (out.variability.ctoc == 0.0 && out.variability.ctoc_w == 0.0)
    out.remarks.push_back(
        "no spread of steps from cycle to cycle stands out of the noise of reads");
  double w = 0.0;
  for (std::size_t r = 0; r < data.ramps.size(); ++r)
    for (const double state : fit.ramps[r].w) w += state / fit.n;
  if (!data.in_siemens)
    out.remarks.push_back("the noise of reads is known in w only: relative to G it needs siemens");
  else if (const double G = data.low + w * (data.high - data.low); G > 0.0)
    out.variability.read_noise = std::min(fit.read_noise * (data.high - data.low) / G, 10.0);
  spread_of_devices(fit, data, out);
  return out;
}

VariabilityFit fit_variability(const WindowFit& fit, const WindowData& data) {
  VariabilityFit out;
  std::vector<SpreadPoint> points;
  for (const auto& p : data.points) {
    const double dw = std::visit(
        [&](const auto& rule) { return static_cast<double>(rule.dw(p.dt, p.w)); }, fit.rule);
    const double residual = p.dw - dw;
    points.push_back({dw, residual, residual * residual});
  }
  const auto split = split_spread(points);
  out.variability.ctoc = split.ctoc;
  if (split.ctoc_w > 0.0)
    out.remarks.push_back(
        "of the scatter, sd " + to_text(std::round(split.ctoc_w * 1e6) / 1e6) +
        " in w does not grow with the change: noise of reads or of writes, not acted out");
  return out;
}

}  // namespace memplast
