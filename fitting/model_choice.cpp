#include "model_choice.hpp"

#include <cmath>
#include <tuple>

namespace memplast {
namespace {

constexpr double indistinguishable = 7.0;  // AICc

}  // namespace

std::vector<Ranked> rank_fits(const std::vector<FitRecord>& fits) {
  std::vector<Ranked> ranked;
  for (std::size_t i = 0; i < fits.size(); ++i) ranked.push_back({i, 0.0, false});
  const auto merit = [&](const Ranked& r) {
    const auto& fit = fits[r.fit];
    const bool has_error = std::isfinite(fit.cv_error);
    return std::tuple(fit.aicc, has_error ? fit.cv_error : fit.rmse, r.fit);
  };
  std::sort(ranked.begin(), ranked.end(),
            [&](const auto& a, const auto& b) { return merit(a) < merit(b); });
  if (ranked.empty()) return ranked;
  const auto& best = fits[ranked.front().fit];
  for (auto& r : ranked) {
    const auto& fit = fits[r.fit];
    if (&fit == &best) continue;
    r.delta_aicc = fit.aicc == best.aicc ? 0.0 : fit.aicc - best.aicc;
    r.indistinguishable = r.delta_aicc < indistinguishable || fit.cv_error < best.cv_error;
  }
  return ranked;
}

json ranking_to_json(const std::vector<Ranked>& ranked, const std::vector<std::string>& names,
                     const std::vector<FitRecord>& fits) {
  json rows = json::array();
  for (const auto& r : ranked)
    rows.push_back({{"model", names[r.fit]},
                    {"params", fits[r.fit].free_params},
                    {"aicc", number_or_null(fits[r.fit].aicc)},
                    {"delta_aicc", number_or_null(r.delta_aicc)},
                    {"cv_error", number_or_null(fits[r.fit].cv_error)},
                    {"r2", number_or_null(fits[r.fit].r2)},
                    {"indistinguishable", r.indistinguishable}});
  return rows;
}

}  // namespace memplast
