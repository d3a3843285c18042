#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "../lib/io/json.hpp"
#include "../lib/numeric/statistics.hpp"
#include "../models/model_file.hpp"
#include "checkpoint.hpp"
#include "control_record.hpp"
#include "control_settings.hpp"
#include "environments/imitation.hpp"
#include "variants.hpp"

namespace memplast {

/// Everything that decides the outcome of a run of a control task, threads excepted.
struct ControlConfig {
  std::string task = "cartpole";
  ModelFile model = {};
  std::string learner = std::string(imitation);  ///< or a controller's name
  std::string code = "temporal";
  Parameters settings = control_preset(task, learner, code);
  Programming modulation = Programming::scaled;  ///< of a controller
  Sham sham = Sham::none;                        ///< of a controller
  std::string trajectory = {};  ///< imitation: the recorded file to learn from; empty: the expert
  std::string trajectory_sha256 = {};  ///< of its text
  int seeds = 10;                      ///< independent runs with the seeds seed, seed + 1, ...
  std::uint64_t seed = 1;
  bool waterfall = false;  ///< also run with the variability switched on piece by piece
  int fit_draws = 0;       ///< also run with so many parameter sets drawn from the fit

  bool is_imitation() const { return learner == imitation; }

  /// What of it is neither a name, a file nor a setting of the learner.
  static constexpr auto params() {
    using P = ControlConfig;
    return std::tuple{
        Param<P, int>{"seeds", "1", "runs of a control task: seed, seed + 1, ...", &P::seeds, 1,
                      100000},
        Param<P, std::uint64_t>{"seed", "1", "seed of everything else", &P::seed, 0, 0x1p64},
        Param<P, bool>{"waterfall", "1",
                       "switch the variability on piece by piece, and show what each piece costs",
                       &P::waterfall, 0, 1},
        Param<P, int>{"from_fit_covariance", "1",
                      "also run with so many parameter sets drawn from the fit of the model file",
                      &P::fit_draws, 0, 10000}};
  }
};

/// As for a RunConfig.
json to_json(const ControlConfig& config);
ControlConfig control_config_from(const json& object, const std::string& where);

/// What all seeds of a run say together.
struct ControlSummary {
  Summary returns;  ///< mean returns of the seeds, which are independent
  double return_worst = 0.0;
  int seeds_solved = 0;            ///< with a mean return that counts as solved
  double episodes_to_solve = 0.0;  ///< median over seeds, those that never did counting as the most
  double input_spikes_per_decision = 0.0;
  double simulated_ms_per_decision = 0.0;
  double energy_J_per_decision = 0.0;  ///< reads of the test
  double training_energy_J = 0.0;      ///< reads and writes of online training, mean over seeds
};

struct ControlRecord {
  ControlConfig config;
  std::vector<ControlRun> runs;  ///< [seed]
  ControlSummary summary;
  Variants variants;  ///< scores are mean returns of seeds
};

/// The run with the seed config.seed + unit.
ControlRun run_control_unit(const ControlConfig& config, const Demonstrations& recorded, int unit);

/// Runs all seeds, each a unit of work; the result does not depend on the execution. No clock.
/// `recorded` replaces the expert if the configuration names a trajectory. Throws InputError as
/// VariantPlan does, Interrupted if it should stop.
ControlRecord run_control(const ControlConfig& config, const Demonstrations& recorded,
                          const Execution& execution);

}  // namespace memplast
