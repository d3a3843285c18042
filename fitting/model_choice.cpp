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

}  // namespace memplast
