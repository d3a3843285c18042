#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "../lib/numeric/statistics.hpp"
#include "../models/model_file.hpp"

namespace memplast {

/// What costs what: the score with one more kind of variability than in the step before.
struct WaterfallStep {
  std::string name;
  Variability variability;
  Summary score;
};

/// A run again with other devices. A score is an accuracy, or the return of a control task.
struct Variants {
  std::vector<WaterfallStep> waterfall;  ///< ideal, levels, range, device to device, cycle to
                                         ///< cycle, stuck devices, read noise, drift; what the
                                         ///< variability does not have is left out
  std::vector<double> fit_draws;         ///< mean score of each parameter set (draw_from_fit)
};

/// The runs with other devices that a run is asked for.
class VariantPlan {
 public:
  /// `waterfall`: with the variability of `model` switched on piece by piece. `fit_draws`: with so
  /// many parameter sets drawn from the fit of `model`, a function of `seed`. Throws InputError for
  /// a waterfall of ideal devices and for draws from a fit that is not there.
  VariantPlan(const ModelFile& model, bool waterfall, int fit_draws, std::uint64_t seed);

  int size() const { return static_cast<int>(steps_.size() + drawn_.size()); }

  /// Runs each; `run(model)` gives a Summary.
  template <class Run>
  Variants run(Run&& run) const {
    Variants out{steps_, {}};
    ModelFile model = model_;
    for (WaterfallStep& step : out.waterfall) {
      model.variability = step.variability;
      step.score = run(model);
    }
    for (const ModelFile& drawn : drawn_) out.fit_draws.push_back(run(drawn).mean);
    return out;
  }

 private:
  ModelFile model_;
  std::vector<WaterfallStep> steps_;
  std::vector<ModelFile> drawn_;
};

}  // namespace memplast
