#include "variants.hpp"

#include "../lib/base/error.hpp"
#include "../lib/base/parameters.hpp"
#include "../lib/numeric/random.hpp"

namespace memplast {
namespace {

/// The variability of `all` switched on piece by piece.
std::vector<WaterfallStep> waterfall_steps(const Variability& all) {
  const Parameters wanted(all);
  Parameters v{Variability{}};
  std::vector<WaterfallStep> steps{{"ideal", {}, {}}};
  for (const Variability::Piece& piece : Variability::pieces()) {
    const Parameters before = v;
    for (const auto key : piece.keys) v.set(key, wanted.get(key), "waterfall");
    if (!(v == before)) steps.push_back({std::string(piece.name), v.as<Variability>(), {}});
  }
  if (steps.size() == 1)
    throw InputError({.where = "waterfall",
                      .expected = "devices that are not ideal",
                      .got = "ideal ones",
                      .mend = "Give them levels, spread, noise or stuck ones, or a model file with "
                              "variability."});
  return steps;
}

}  // namespace

VariantPlan::VariantPlan(const ModelFile& model, bool waterfall, int fit_draws, std::uint64_t seed)
    : model_(model) {
  if (waterfall) steps_ = waterfall_steps(model.variability);
  for (int k = 0; k < fit_draws; ++k)
    drawn_.push_back(
        draw_from_fit(model, derive_seed(seed, Purpose::fit_draw, static_cast<std::uint64_t>(k))));
}

}  // namespace memplast
