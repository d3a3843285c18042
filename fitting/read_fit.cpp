#include "read_fit.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "least_squares.hpp"

namespace memplast {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr std::size_t enough_reads = 10;

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

struct Moments {
  double mean = 0.0, sd = 0.0;
};

Moments moments(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  Moments out;
  for (const double x : values) out.mean += x / n;
  for (const double x : values) out.sd += (x - out.mean) * (x - out.mean);
  out.sd = values.size() > 1 ? std::sqrt(out.sd / (n - 1.0)) : nan;
  return out;
}

/// Mean of r_i r_(i+k).
double covariance(const std::vector<double>& r, std::size_t k) {
  double sum = 0.0;
  for (std::size_t i = 0; i + k < r.size(); ++i) sum += r[i] * r[i + k];
  return sum / static_cast<double>(r.size() - k);
}

struct CellFit {
  double noise, nu = 0.0, nu_error = nan;
  std::vector<double> residuals;  ///< of G / its mean
};

CellFit fit_cell(const CellReads& cell, double t_0) {
  const auto n = static_cast<double>(cell.G.size());
  const double G_mean = moments(cell.G).mean;
  std::vector<double> x(cell.G.size(), 0.0), y;
  for (std::size_t i = 0; i < cell.t.size(); ++i) x[i] = std::log1p(cell.t[i] / t_0);
  for (const double G : cell.G) y.push_back(G / G_mean);  // ln G to first order, for any sign
  const double x_mean = moments(x).mean, y_mean = 1.0;
  double xx = 0.0, xy = 0.0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - x_mean) * (x[i] - x_mean);
    xy += (x[i] - x_mean) * (y[i] - y_mean);
  }
  CellFit out;
  const double slope = xx > 0.0 ? xy / xx : 0.0;
  for (std::size_t i = 0; i < x.size(); ++i)
    out.residuals.push_back(y[i] - y_mean - slope * (x[i] - x_mean));
  const double c_0 = covariance(out.residuals, 0);
  out.noise = std::sqrt(c_0 * n / (n - 2.0));
  if (!(xx > 0.0)) return out;
  out.nu = -slope;
  const double c = c_0 > 0.0 ? std::clamp(covariance(out.residuals, 1) / c_0, 0.0, 0.99) : 0.0;
  out.nu_error = out.noise / std::sqrt(xx) * std::sqrt((1.0 + c) / (1.0 - c));
  return out;
}

void fit_noise(const ReadData& data, ReadFit& fit) {
  double longest = 0.0;
  for (const auto& cell : data.cells)
    if (!cell.t.empty()) longest = std::max(longest, cell.t.back());
  fit.drift_t0 = longest >= 10.0 || longest == 0.0 ? 1.0 : longest / 100.0;

  std::vector<double> nu;
  double squares = 0.0, errors = 0.0, c_0 = 0.0, c_1 = 0.0, c_2 = 0.0;
  int cells = 0;
  std::size_t reads = 0;
  for (const auto& cell : data.cells) {
    if (cell.G.size() < enough_reads || !(moments(cell.G).mean > 0.0)) continue;
    const auto one = fit_cell(cell, fit.drift_t0);
    ++cells;
    reads += cell.G.size();
    squares += one.noise * one.noise;
    c_0 += covariance(one.residuals, 0);
    c_1 += covariance(one.residuals, 1);
    c_2 += covariance(one.residuals, 2);
    if (!std::isfinite(one.nu_error)) continue;
    nu.push_back(one.nu);
    errors += one.nu_error * one.nu_error;
  }
  fit.read_noise = cells > 0 ? std::sqrt(squares / cells) : nan;
  fit.autocorrelation = cells > 0 && c_0 > 0.0 ? c_1 / c_0 : nan;
  fit.white_share = nan;
  if (cells > 0 && c_0 > 0.0) {
    const double by_chance = 2.0 / std::sqrt(static_cast<double>(reads));
    const bool correlated = c_1 > by_chance * c_0 && c_2 > by_chance * c_0;
    fit.white_share = correlated ? std::clamp(1.0 - c_1 * c_1 / (c_0 * c_2), 0.0, 1.0) : 1.0;
  }
  const auto over_cells = nu.empty() ? Moments{nan, nan} : moments(nu);
  const auto n = static_cast<double>(nu.size());
  fit.drift_nu = over_cells.mean;
  fit.drift_nu_error = nu.empty() ? nan : std::sqrt(errors) / n;
  // The spread of the estimates less that of their errors.
  fit.drift_nu_dtod =
      nu.size() < 3 ? nan : std::sqrt(std::max(over_cells.sd * over_cells.sd - errors / n, 0.0));
}

void fit_spread(const std::vector<double>& G, ReadFit& fit) {
  fit.spread = nan;
  std::vector<double> counted, logs;
  for (const double value : G)
    if (value > 0.1 * fit.G_median) {
      counted.push_back(value);
      logs.push_back(std::log(value));
    }
  fit.left_out = G.size() - counted.size();
  if (counted.size() < 3 || !(fit.G_median > 0.0)) return;
  const auto normal = moments(counted), log_normal = moments(logs);
  const auto n = static_cast<double>(counted.size());
  // -2 log likelihood; the log-normal density of G has a factor 1 / G.
  const double difference =
      n * (std::log(normal.sd * normal.sd) - std::log(log_normal.sd * log_normal.sd)) -
      2.0 * n * log_normal.mean;
  fit.is_log_normal = difference > 0.0;
  fit.delta_aic = std::abs(difference);
  fit.spread = fit.is_log_normal ? std::sqrt(std::expm1(log_normal.sd * log_normal.sd))
                                 : normal.sd / normal.mean;
}

}  // namespace

ReadFit fit_reads(const ReadData& data) {
  ReadFit fit;
  fit.cells = data.cells.size();
  fit.reads = data.reads;
  std::vector<double> G, offsets;
  for (const auto& cell : data.cells) {
    G.push_back(moments(cell.G).mean);
    offsets.push_back(cell.offset);
  }
  fit.G_median = median(G);
  fit.offset = median(offsets);
  fit_noise(data, fit);
  fit_spread(G, fit);

  auto& v = fit.variability;
  if (std::isfinite(fit.read_noise)) v.read_noise = fit.read_noise;
  if (std::abs(fit.drift_nu) > 3.0 * fit.drift_nu_error) {
    v.drift_nu = fit.drift_nu;
    v.drift_t0 = fit.drift_t0;
    if (std::isfinite(fit.drift_nu_dtod)) v.drift_nu_dtod = fit.drift_nu_dtod;
  }
  if (std::isfinite(fit.spread)) v.G_max_dtod = fit.spread;
  return fit;
}

json to_json(const ReadFit& fit, const ReadData& data) {
  return {{"data_file", data.file},
          {"data_sha256", data.sha256},
          {"cells", fit.cells},
          {"reads", fit.reads},
          {"G_median_S", fit.G_median},
          {"read_noise", number_or_null(fit.read_noise)},
          {"autocorrelation", number_or_null(fit.autocorrelation)},
          {"white_share", number_or_null(fit.white_share)},
          {"drift_nu", number_or_null(fit.drift_nu)},
          {"drift_nu_error", number_or_null(fit.drift_nu_error)},
          {"drift_nu_dtod", number_or_null(fit.drift_nu_dtod)},
          {"drift_t0_s", fit.drift_t0},
          {"spread", number_or_null(fit.spread)},
          {"distribution",
           std::isfinite(fit.spread) ? json(fit.is_log_normal ? "log_normal" : "normal") : json()},
          {"delta_aic", fit.delta_aic},
          {"left_out", fit.left_out},
          {"offset_A", fit.offset}};
}

void put_reads(Variability& variability, Conductance& conductance, json& record, const ReadFit& fit,
               const ReadData& data) {
  const Variability ideal;
  for_each_param<Variability>([&](const auto& param) {
    if (fit.variability.*param.member != ideal.*param.member)
      variability.*param.member = fit.variability.*param.member;
  });
  conductance.V_read = data.V_read;
  if (!record.is_object()) record = json::object();
  record["reads"] = to_json(fit, data);
}

}  // namespace memplast
