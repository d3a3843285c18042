#include "control.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace memplast {

// What a checkpoint keeps of a seed.
void transfer(auto& archive, MaybeConst<Trajectory> auto& t) {
  archive(t.state, t.action, t.output);
}
void transfer(auto& archive, MaybeConst<ControlRun> auto& r) {
  archive(r.seed, r.training, r.evaluation, r.episodes_to_solve, r.before, r.after, r.training_cost,
          r.evaluation_cost, r.trajectory);
}

namespace {

// The returns whose mean counts as solved.
constexpr std::size_t solved_window = 20;

bool is_solved(const std::vector<double>& returns, const ControlTask& task) {
  return returns.size() >= solved_window &&
         std::accumulate(returns.end() - solved_window, returns.end(), 0.0) / solved_window >=
             task.solved_return;
}

ControlProblem problem_of(const ControlConfig& config, const EnvironmentEntry& environment) {
  ControlProblem out{.n_actions = environment.n_actions(),
                     .state_scale = environment.state_scale,
                     .n_fields = {},
                     .full_return = environment.task->full_return,
                     .sham = config.sham};
  for (const auto key : environment.task->fields_of)
    out.n_fields.push_back(static_cast<int>(config.settings.number(key)));
  return out;
}

/// Learning by trial and error.
ControlRun act_and_learn(const ControlConfig& config, const EnvironmentEntry& environment,
                         std::uint64_t seed) {
  const ControlTask& task = *environment.task;
  Context context{.device = device_of(config.model), .run_seed = config.seed, .seed = seed};
  context.device.programming = config.modulation;
  context.n_classes = environment.n_actions();
  const auto learner = learner_entry(config.learner, config.code, "learner")
                           .controller(config.settings, problem_of(config, environment), context);

  ControlRun out;
  out.seed = seed;
  out.before = stacked_weights(learner->blocks());
  learner->count_in(out.training_cost);
  const auto training = task.to_learn_in(config.settings);
  const int episodes = config.settings.as<EpisodeSettings>().episodes;
  for (int episode = 0; episode < episodes; ++episode) {
    Stream start(seed, Purpose::episode, static_cast<std::uint64_t>(episode));
    training->reset(start);
    learner->begin(training->state());
    const double episode_return = run_episode(
        *training, [&](std::span<const double>) { return learner->act(); },
        [&](int, const Transition& transition) {
          learner->observe(training->state(), transition.terminated);
        });
    learner->end(episode_return);
    out.training.push_back(episode_return);
    if (out.episodes_to_solve == 0 && is_solved(out.training, task))
      out.episodes_to_solve = episode + 1;
  }
  learner->finish();
  out.after = stacked_weights(learner->blocks());
  learner->count_in(out.evaluation_cost);
  evaluate(
      *task.to_be_tested_in(config.settings),
      config.settings.as<EvaluationSettings>().evaluation_episodes, seed,
      [&](std::span<const double> state) { return learner->decide(state); }, out);
  return out;
}

/// Learning from labelled states.
ControlRun imitate(const ControlConfig& config, const EnvironmentEntry& environment,
                   const Demonstrations& recorded, std::uint64_t seed) {
  const ControlTask& task = *environment.task;
  if (config.trajectory.empty() && task.demonstrate == nullptr)
    throw InputError({.where = "trajectory",
                      .expected = "a recorded one, since " + config.task + " has no expert",
                      .got = "none"});
  const auto shown =
      config.trajectory.empty()
          ? task.demonstrate(config.settings.as<DemonstrationSettings>().states, seed)
          : recorded;
  const Context context{.device = device_of(config.model),
                        .n_classes = environment.n_actions(),
                        .run_seed = config.seed,
                        .seed = seed};
  const auto learn = [&](const Parameters& settings, Training& training) {
    auto learner = imitator(config.code).classifier(settings, context);
    learner->fit(shown.states, shown.actions, training);
    return learner;
  };
  ControlRun out;
  out.seed = seed;
  Training training, none;
  const auto learner = learn(config.settings, training);
  out.training_cost = training.spent;
  out.after = stacked_weights(learner->blocks());
  auto untrained = config.settings;
  untrained.set("epochs", std::int64_t{0}, "epochs");
  out.before = stacked_weights(learn(untrained, none)->blocks());
  evaluate(
      *task.to_be_tested_in(config.settings),
      config.settings.as<EvaluationSettings>().evaluation_episodes, seed,
      [&](std::span<const double> state) {
        const auto said =
            learner->decide(Samples::Map(state.data(), 1, static_cast<Eigen::Index>(state.size())),
                            out.evaluation_cost);
        return Decision{said.y.front(),
                        {said.scores.data(), said.scores.data() + said.scores.size()}};
      },
      out);
  return out;
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

ControlSummary summary_of(const std::vector<ControlRun>& runs, const ControlTask& task,
                          const Conductance& device) {
  ControlSummary out;
  std::vector<double> returns, episodes;
  double decisions = 0.0;
  for (const ControlRun& run : runs) {
    returns.push_back(mean_of(run.evaluation));
    if (returns.back() >= task.solved_return) ++out.seeds_solved;
    episodes.push_back(static_cast<double>(run.episodes_to_solve > 0
                                               ? run.episodes_to_solve
                                               : static_cast<std::int64_t>(run.training.size())));
    const Ledger& test = run.evaluation_cost;
    decisions += static_cast<double>(test.samples);
    out.input_spikes_per_decision += static_cast<double>(test.input_spikes);
    out.simulated_ms_per_decision += test.simulated_ms;
    out.energy_J_per_decision += read_energy_J(test, device);
    out.training_energy_J +=
        read_energy_J(run.training_cost, device) + write_energy_J(run.training_cost, device);
  }
  const auto n = static_cast<double>(runs.size());
  out.returns = summarise(returns, 0.0);
  out.return_worst = *std::min_element(returns.begin(), returns.end());
  std::sort(episodes.begin(), episodes.end());
  out.episodes_to_solve =
      0.5 * (episodes[(episodes.size() - 1) / 2] + episodes[episodes.size() / 2]);
  out.input_spikes_per_decision /= decisions;
  out.simulated_ms_per_decision /= decisions;
  out.energy_J_per_decision /= decisions;
  out.training_energy_J /= n;
  return out;
}

ControlRecord run_seeds(const ControlConfig& config, const Demonstrations& recorded, Units& units) {
  ControlRecord record{.config = config,
                       .runs = std::vector<ControlRun>(static_cast<std::size_t>(config.seeds)),
                       .summary = {},
                       .variants = {}};
  units.run(record.runs, [&](int k) { return run_control_unit(config, recorded, k); });
  record.summary =
      summary_of(record.runs, *control_task(config.task).task, config.model.conductance);
  return record;
}

}  // namespace

ControlRun run_control_unit(const ControlConfig& config, const Demonstrations& recorded, int unit) {
  const auto seed = config.seed + static_cast<std::uint64_t>(unit);
  const EnvironmentEntry& environment = control_task(config.task);
  return config.is_imitation() ? imitate(config, environment, recorded, seed)
                               : act_and_learn(config, environment, seed);
}

ControlRecord run_control(const ControlConfig& config, const Demonstrations& recorded,
                          const Execution& execution) {
  const VariantPlan plan(config.model, config.waterfall, config.fit_draws, config.seed);
  Units units(execution, (1 + plan.size()) * config.seeds);
  ControlRecord record = run_seeds(config, recorded, units);
  ControlConfig with = config;
  record.variants = plan.run([&](const ModelFile& model) {
    with.model = model;
    return run_seeds(with, recorded, units).summary.returns;
  });
  return record;
}

}  // namespace memplast
