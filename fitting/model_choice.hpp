#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "least_squares.hpp"

namespace memplast {

/// What the data say about one of several fits to them.
struct Ranked {
  std::size_t fit;         ///< position among the fits
  double delta_aicc;       ///< AICc above the lowest
  bool indistinguishable;  ///< from the first: the data give no good reason to prefer that
};

/// Fits to the same data with the same loss, best first: in order of AICc (where it is infinite or
/// equal, of cross-validated error). A fit is called indistinguishable from the first if its AICc
/// is less than 7 above, or if it predicts held-out points better. (Burnham and Anderson, Sociol.
/// Methods Res. 33 (2004) 261, doi:10.1177/0049124104268644, see substantial support up to 2,
/// considerably less between 4 and 7. Of several models that all hold the true one, some are below
/// it by 4 in every twentieth set.)
std::vector<Ranked> rank_fits(const std::vector<FitRecord>& fits);

/// Fits every model of `names` with one loss, so that the fits can be compared: with
/// Loss::automatic that which the fit with the smallest robust scale chose.
/// `fit(name, options)` returns a FitRecord or what derives from it.
template <class Fit>
auto fit_each(const std::vector<std::string>& names, const FitOptions& options, const Fit& fit) {
  std::vector<decltype(fit(names.front(), options))> fits;
  for (const auto& name : names) fits.push_back(fit(name, options));
  if (options.loss != Loss::automatic) return fits;
  const auto closest = std::min_element(
      fits.begin(), fits.end(), [](const auto& a, const auto& b) { return a.scale < b.scale; });
  FitOptions same = options;
  same.loss = closest->loss;
  for (std::size_t i = 0; i < fits.size(); ++i) {
    if (fits[i].loss == same.loss) continue;
    same.from = fits[i].p;
    fits[i] = fit(names[i], same);
  }
  return fits;
}

/// How the intervals of poorly determined parameters are found: by the profile of their likelihood,
/// by their standard errors as those of all others (Wald), or by profile where that is quick.
enum class Intervals { automatic, profile, wald };
inline constexpr std::array<std::string_view, 3> interval_names{"auto", "profile", "wald"};

/// The best of several fits, and what speaks for each.
template <class Fit>
struct BestFit {
  Fit fit;
  std::vector<FitRecord> all;  ///< in the order of the names
  std::vector<Ranked> ranked;
};

/// Fits every model of `names` as fit_each does and takes the first of rank_fits, with the
/// intervals that were asked for.
template <class Fit>
auto fit_best(const std::vector<std::string>& names, FitOptions options, Intervals intervals,
              const Fit& fit) {
  constexpr int quick = 2500;  // points whose profiles take less than a second or two
  const auto fits = fit_each(names, options, fit);
  const std::vector<FitRecord> records(fits.begin(), fits.end());
  const auto ranked = rank_fits(records);
  const std::size_t best = ranked.front().fit;
  BestFit<decltype(fit(names.front(), options))> out{fits[best], records, ranked};
  const auto poor = [](const FittedParam& p) { return p.poor; };
  const bool wanted =
      intervals == Intervals::profile || (intervals == Intervals::automatic && out.fit.n <= quick);
  if (wanted && std::any_of(out.fit.params.begin(), out.fit.params.end(), poor)) {
    options.loss = out.fit.loss;
    options.profile = true;
    options.from = out.fit.p;
    out.fit = fit(names[best], options);
  }
  return out;
}

/// The names of all models, best first, with what speaks for each.
json ranking_to_json(const std::vector<Ranked>& ranked, const std::vector<std::string>& names,
                     const std::vector<FitRecord>& fits);

}  // namespace memplast
