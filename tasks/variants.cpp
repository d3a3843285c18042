#include "variants.hpp"

#include "../lib/base/error.hpp"
#include "../lib/numeric/random.hpp"

namespace memplast {
namespace {

/// The variability of `all` switched on piece by piece.
std::vector<WaterfallStep> waterfall_steps(const Variability& all) {
  Variability v;
  std::vector<WaterfallStep> steps{{"ideal", v, {}}};
  const auto add = [&](const std::string& name, auto... members) {
    const Variability before = v;
    ((v.*members = all.*members), ...);
    if (!(v == before)) steps.push_back({name, v, {}});
  };
  using V = Variability;
  add("levels", &V::levels, &V::stochastic_rounding, &V::write_threshold);
  add("range", &V::G_min_dtod, &V::G_max_dtod);
  add("device to device", &V::dtod);
  add("cycle to cycle", &V::ctoc, &V::ctoc_w);
  add("stuck devices", &V::stuck_low, &V::stuck_high, &V::stuck_random);
  add("read noise", &V::read_noise);
  add("drift", &V::drift_nu, &V::drift_nu_dtod, &V::drift_t0, &V::drift_time);
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
