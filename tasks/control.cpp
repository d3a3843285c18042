#include "control.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "online_control.hpp"
#include "teacher_timed.hpp"

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

template <PairRule R>
ControlRun run_seed(const OnlineSettings& s, const R& rule, const ControlConfig& config,
                    const Demonstrations&, std::uint64_t seed) {
  const OnlineControl<CartPole, R> control(s, config.modulation, config.sham, rule);
  return control.run(training_pole(s), test_pole(s), seed);
}

// What a trained imitator does in a state.
template <PairRule R>
Decision decide(const TeacherTimedTemporalProtocol<R>& protocol, auto& classifier,
                const Samples& state, Ledger& cost) {
  const auto spikes = protocol.respond(classifier, state, cost).front();
  Decision out{.action = first_to_spike(spikes), .output = {}};
  for (const FirstSpike& spike : spikes)
    out.output.push_back(spike.t_ms / static_cast<double>(classifier.members.size()));
  return out;
}
template <PairRule R>
Decision decide(const TeacherTimedPoissonProtocol<R>& protocol, auto& classifier,
                const Samples& state, Ledger& cost) {
  const Samples score = protocol.respond(classifier, state, cost);
  return {.action = highest_rate({score.data(), static_cast<std::size_t>(score.cols())}),
          .output = {score.data(), score.data() + score.cols()}};
}

template <PairRule R>
TeacherTimedTemporalProtocol<R> imitator(const ImitationTemporal& s, Pairing, const R& rule) {
  return {s, rule};
}
template <PairRule R>
TeacherTimedPoissonProtocol<R> imitator(const ImitationPoisson& s, Pairing pairing, const R& rule) {
  return {s, pairing, rule};
}

Weights stacked_weights(const auto& classifier) {
  FoldResult out;
  for (const auto& member : classifier.members) out.append(0, member.fields, member.transmitted());
  return out.weights;
}

template <class S, PairRule R>
ControlRun run_seed(const S& s, const R& rule, const ControlConfig& config,
                    const Demonstrations& recorded, std::uint64_t seed) {
  const auto shown = config.trajectory.empty() ? demonstrate_cartpole(s.states, seed) : recorded;
  const FoldData data{.x_train = shown.states,
                      .x_test = {},
                      .y_train = shown.actions,
                      .n_classes = static_cast<int>(CartPole::action_names.size()),
                      .run_seed = config.seed,
                      .fold_seed = seed};
  ControlRun out;
  out.seed = seed;
  FoldResult training;
  const auto protocol = imitator(s, config.model.pairing, rule);
  auto classifier = protocol.train(data, training);
  out.training_cost = training.training;
  out.after = stacked_weights(classifier);
  auto untrained = s;
  untrained.epochs = 0;
  out.before =
      stacked_weights(imitator(untrained, config.model.pairing, rule).train(data, training));
  evaluate(
      test_pole(s), s.evaluation_episodes, seed,
      [&](const CartPole::State& state) {
        return decide(protocol, classifier, Samples::Map(state.data(), 1, state.size()),
                      out.evaluation_cost);
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

json to_json(const ControlConfig& config) {
  json out;
  out["task"] = CartPole::name;
  out["rule"] = to_json(config.model);
  std::visit(
      [&]<class S>(const S& s) {
        out["encoder"] = S::encoder;
        out["protocol"] = S::protocol;
        if constexpr (std::is_same_v<S, OnlineSettings>) {
          out["modulation"] = to_string(config.modulation);
          out["sham"] = to_string(config.sham);
        } else if (!config.trajectory.empty()) {
          out["trajectory"] = config.trajectory;
          out["trajectory_sha256"] = config.trajectory_sha256;
        }
        out["seeds"] = config.seeds;
        out["seed"] = config.seed;
        if (config.waterfall) out["waterfall"] = true;
        if (config.fit_draws > 0) out["from_fit_covariance"] = config.fit_draws;
        out["settings"] = params_to_json(s);
      },
      config.settings);
  return out;
}

ControlRun run_cartpole_unit(const ControlConfig& config, const Demonstrations& recorded,
                             int unit) {
  ControlRun out;
  with_rule(config.model, [&](const auto& rule) {
    std::visit(
        [&](const auto& settings) {
          out = run_seed(settings, rule, config, recorded,
                         config.seed + static_cast<std::uint64_t>(unit));
        },
        config.settings);
  });
  return out;
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
