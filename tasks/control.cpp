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

constexpr double solved_return = 475.0;

CartPole training_pole(const EvaluationSettings& s) {
  CartPole::Parameters p;
  p.max_steps = s.max_steps;
  return CartPole(p);
}

CartPole test_pole(const EvaluationSettings& s) {
  CartPole::Parameters p;
  p.max_steps = s.max_steps;
  p.half_length *= s.half_length_factor;
  p.pole_mass *= s.pole_mass_factor;
  p.cart_mass *= s.cart_mass_factor;
  p.force *= s.force_factor;
  return CartPole(p);
}

// The mean of 20 returns that counts as solved.
constexpr std::size_t solved_window = 20;

bool is_solved(const std::vector<double>& returns) {
  return returns.size() >= solved_window &&
         std::accumulate(returns.end() - solved_window, returns.end(), 0.0) / solved_window >=
             solved_return;
}

ControlRun run_seed(const OnlineSettings& s, const ControlConfig& config, const Demonstrations&,
                    std::uint64_t seed) {
  Context context{.device = device_of(config.model), .run_seed = config.seed, .seed = seed};
  context.device.programming = config.modulation;
  context.n_classes = static_cast<int>(CartPole::action_names.size());
  const ControlProblem problem{
      .n_actions = context.n_classes,
      .state_scale = {CartPole::state_scale.begin(), CartPole::state_scale.end()},
      .n_fields = {s.n_fields_x, s.n_fields_x, s.n_fields_theta, s.n_fields_theta}};
  const auto learner = actor_critic(s, config.sham, problem, context);

  ControlRun out;
  out.seed = seed;
  out.before = stacked_weights(learner->blocks());
  learner->count_in(out.training_cost);
  CartPole training = training_pole(s);
  for (int episode = 0; episode < s.episodes; ++episode) {
    Stream start(seed, Purpose::episode, static_cast<std::uint64_t>(episode));
    training.reset(start);
    learner->begin(training.state());
    const double episode_return = run_episode(
        training, [&](const CartPole::State&) { return learner->act(); },
        [&](int, const Transition& transition) {
          learner->observe(training.state(), transition.terminated);
        });
    learner->end(episode_return);
    out.training.push_back(episode_return);
    if (out.episodes_to_solve == 0 && is_solved(out.training)) out.episodes_to_solve = episode + 1;
  }
  learner->finish();
  out.after = stacked_weights(learner->blocks());
  learner->count_in(out.evaluation_cost);
  evaluate(
      test_pole(s), s.evaluation_episodes, seed,
      [&](const CartPole::State& state) { return learner->decide(state); }, out);
  return out;
}

template <class S>
ControlRun run_seed(const S& s, const ControlConfig& config, const Demonstrations& recorded,
                    std::uint64_t seed) {
  const auto shown = config.trajectory.empty() ? demonstrate_cartpole(s.states, seed) : recorded;
  const Context context{.device = device_of(config.model),
                        .n_classes = static_cast<int>(CartPole::action_names.size()),
                        .run_seed = config.seed,
                        .seed = seed};
  const auto learn = [&](const S& settings, Training& training) {
    auto learner = teacher_timed(settings, context);
    learner->fit(shown.states, shown.actions, training);
    return learner;
  };
  ControlRun out;
  out.seed = seed;
  Training training, none;
  const auto imitator = learn(s, training);
  out.training_cost = training.spent;
  out.after = stacked_weights(imitator->blocks());
  auto untrained = s;
  untrained.epochs = 0;
  out.before = stacked_weights(learn(untrained, none)->blocks());
  evaluate(
      test_pole(s), s.evaluation_episodes, seed,
      [&](const CartPole::State& state) {
        const auto said =
            imitator->decide(Samples::Map(state.data(), 1, state.size()), out.evaluation_cost);
        return Decision{said.y.front(),
                        {said.scores.data(), said.scores.data() + said.scores.size()}};
      },
      out);
  return out;
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

ControlSummary summary_of(const std::vector<ControlRun>& runs, const Conductance& device) {
  ControlSummary out;
  std::vector<double> returns, episodes;
  double decisions = 0.0;
  for (const ControlRun& run : runs) {
    returns.push_back(mean_of(run.evaluation));
    if (returns.back() >= solved_return) ++out.seeds_solved;
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
  units.run(record.runs, [&](int k) { return run_cartpole_unit(config, recorded, k); });
  record.summary = summary_of(record.runs, config.model.conductance);
  return record;
}

}  // namespace

ControlRun run_cartpole_unit(const ControlConfig& config, const Demonstrations& recorded,
                             int unit) {
  const auto seed = config.seed + static_cast<std::uint64_t>(unit);
  if (config.is_online())
    return run_seed(config.settings.as<OnlineSettings>(), config, recorded, seed);
  if (config.code == ImitationTemporal::encoder)
    return run_seed(config.settings.as<ImitationTemporal>(), config, recorded, seed);
  return run_seed(config.settings.as<ImitationPoisson>(), config, recorded, seed);
}

ControlRecord run_cartpole(const ControlConfig& config, const Demonstrations& recorded,
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
