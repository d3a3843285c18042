#pragma once
#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>
#include <utility>

#include "../lib/coding/soft_boxes.hpp"
#include "control_record.hpp"
#include "modulator.hpp"

namespace memplast {

/// Learning to control by trial and error with memristive synapses: an actor of one first-spike
/// neuron per action and a critic that learns how near danger is.
///
/// The state s fires a volley of soft boxes. With p_i the share of box i in the potential at the
/// end of the volley,
///
///   V_a(s) = sum_i w_ia p_i            a spikes at t_a = T + ramp (1 - V_a + noise N(0, 1))
///   D(s)   = sum_i P_i p_i             danger in [0, 1]
///   delta  = D(s) - gamma D(s')        surprise: > 0 if the step led out of danger
///   delta  = D(s) - 1                  if the step failed
///
/// The action is that of the first spike. After each step the volley of k steps ago, k = 0 ...
/// horizon-1, is shown again with output spikes blocked, and its synapses are programmed on the
/// side of their device that the sign asks for, by the steps
///
///   min(step_max, gain_actor  lambda^k abs(delta))   + chosen action, - others  (delta > 0)
///   min(step_max, gain_critic lambda^k abs(delta))   - danger                   (delta > 0)
///
/// with all signs turned for delta < 0; how a step becomes pulses says Modulator. The noise falls
/// as max(0.05, 1 - R/450), R the mean of the last 20 returns; nothing is learned while R > stop.
/// The weights at the best mean of `snapshot` returns are kept, and tested without noise.
///
/// After Barto, Sutton and Anderson 1983 (doi:10.1109/TSMC.1983.6313077) and Vlasov et al. 2023
/// (Neural Networks 166, 512-523).
template <Environment E, PairRule R>
class OnlineControl {
 public:
  OnlineControl(const OnlineSettings& settings, Modulation modulation, Sham sham, R rule)
      : s_(settings),
        sham_(sham),
        rule_(std::move(rule)),
        actor_(rule_, modulation, s_.w0, s_.eta, s_.T),
        critic_(rule_, modulation, s_.p_work, s_.eta, s_.T),
        boxes_({s_.n_fields_x, s_.n_fields_x, s_.n_fields_theta, s_.n_fields_theta}, s_.field_width,
               s_.cut, s_.T, LifParameters::with_time_constants(s_.tau_m, s_.tau_syn)) {}

  /// Trains in `training` and tests in `test`: a function of the seed.
  ControlRun run(E training, E test, std::uint64_t seed) const {
    Learner learner(*this, seed);
    ControlRun out;
    out.seed = seed;
    out.before = learner.devices.transmitted(learner.w);
    for (int episode = 0; episode < s_.episodes; ++episode) {
      learner.train(training, episode);
      if (out.episodes_to_solve == 0 && episode >= solved_window - 1 &&
          Learner::recent(learner.returns, solved_window) >= solved_return)
        out.episodes_to_solve = episode + 1;
    }
    out.training = learner.returns;
    learner.devices.age();
    out.after = learner.devices.transmitted(learner.best);
    out.training_cost = std::exchange(learner.cost, {});
    learner.w = learner.best;
    evaluate(
        test, s_.evaluation_episodes, seed,
        [&](const typename E::State& state) { return learner.decide(see(state), 0.0); }, out);
    out.evaluation_cost = learner.cost;
    return out;
  }

 private:
  static constexpr int n_actions = static_cast<int>(E::action_names.size());
  static constexpr int danger = n_actions;  // the critic's column
  static constexpr int solved_window = 20;
  static constexpr double solved_return = 475.0;

  // Each number of the state, squashed so that the boxes are densest around the middle.
  BoxVolley see(const typename E::State& state) const {
    typename E::State u;
    for (std::size_t d = 0; d < u.size(); ++d)
      u[d] = 0.5 * (1.0 + std::tanh(1.5 * state[d] / E::state_scale[d]) / std::tanh(1.5));
    return boxes_.encode(u);
  }

  struct Learner {
    struct Shown {
      BoxVolley volley;
      int action;
    };

    const OnlineControl& c;
    std::uint64_t seed;
    Weights w, best;  // states of the devices [box, actions... danger]
    decltype(make_devices(std::declval<const R&>(), 0, 0, 0)) devices;
    Weights seen;  // what the devices last gave
    std::vector<double> returns;
    std::vector<double> reported;  // what the learner is told of them
    double best_mean = -1.0;
    Ledger cost;
    Stream exploration, rounding, lot;
    std::deque<Shown> shown;  // eligible volleys, newest first

    Learner(const OnlineControl& owner, std::uint64_t s)
        : c(owner),
          seed(s),
          w(random_start(c.boxes_.size(), n_actions + 1, c.s_.w0, c.s_.w0_spread, s)),
          devices(make_devices(c.rule_, c.boxes_.size(), n_actions + 1, s)),
          exploration(s, Purpose::exploration),
          rounding(s, Purpose::rounding),
          lot(s, Purpose::control) {
      w.col(danger).setConstant(c.s_.p0);
      devices.settle(w);
      best = w;
      seen = w;
    }

    // The mean of the last n.
    static double recent(const std::vector<double>& values, int n) {
      const auto count = std::min(values.size(), static_cast<std::size_t>(n));
      return count == 0 ? 0.0
                        : std::accumulate(values.end() - static_cast<std::ptrdiff_t>(count),
                                          values.end(), 0.0) /
                              static_cast<double>(count);
    }

    // Reads the devices of a volley's rows.
    void look(const BoxVolley& volley) {
      for (const int pre : volley.pre)
        for (int j = 0; j <= danger; ++j) seen(pre, j) = devices.read(pre, j, w(pre, j));
    }

    // As the devices were last seen.
    double potential(const BoxVolley& volley, int j) const {
      double V = 0.0;
      for (std::size_t i = 0; i < volley.size(); ++i) V += seen(volley.pre[i], j) * volley.share[i];
      return V;
    }

    Decision decide(const BoxVolley& volley, double noise) {
      ++cost.samples;
      cost.input_spikes += static_cast<std::int64_t>(volley.size());
      cost.simulated_ms += c.s_.T + c.s_.ramp;
      look(volley);
      cost.count_reads(seen, volley.pre);
      Decision out;
      for (int a = 0; a < n_actions; ++a) {
        const double jitter = noise > 0.0 ? noise * exploration.normal() : 0.0;
        out.output.push_back(c.s_.T + c.s_.ramp * (1.0 - potential(volley, a) + jitter));
      }
      out.action = static_cast<int>(std::min_element(out.output.begin(), out.output.end()) -
                                    out.output.begin());
      if (c.sham_ == Sham::random_actions) out.action = static_cast<int>(lot.below(n_actions));
      return out;
    }

    void train(E& environment, int episode) {
      Stream start(seed, Purpose::episode, static_cast<std::uint64_t>(episode));
      environment.reset(start);
      shown.clear();
      const double level = recent(reported, solved_window);
      const double noise = c.s_.noise * std::max(0.05, 1.0 - level / 450.0);
      const bool learns = (c.sham_ == Sham::none || c.sham_ == Sham::shuffled_reward) &&
                          !(returns.size() >= solved_window && level > c.s_.stop);
      BoxVolley volley = c.see(environment.state());
      const auto act = [&](const typename E::State&) { return decide(volley, noise).action; };
      const auto observe = [&](int action, const Transition& transition) {
        const double before = potential(volley, danger);
        shown.push_front({std::move(volley), action});
        if (static_cast<int>(shown.size()) > c.s_.horizon) shown.pop_back();
        volley = c.see(environment.state());
        look(volley);
        const bool failed = c.sham_ == Sham::shuffled_reward
                                ? lot.uniform() * std::max(level, 10.0) < 1.0
                                : transition.terminated;
        if (learns) learn(before - (failed ? 1.0 : c.s_.gamma * potential(volley, danger)));
      };
      returns.push_back(run_episode(environment, act, observe));
      reported.push_back(c.sham_ == Sham::shuffled_reward ? returns[lot.below(returns.size())]
                                                          : returns.back());
      const double mean = recent(reported, c.s_.snapshot);
      if (returns.size() < solved_window || mean < best_mean) return;
      best_mean = mean;
      best = w;
    }

    void learn(double delta) {
      const double sign = delta > 0.0 ? 1.0 : -1.0;
      double surprise = std::abs(delta);
      for (const auto& [volley, action] : shown) {
        const double actor = std::min(c.s_.step_max, c.s_.gain_actor * surprise);
        const double critic = std::min(c.s_.step_max, c.s_.gain_critic * surprise);
        surprise *= c.s_.lambda;
        if (actor >= c.s_.step_min)
          for (int a = 0; a < n_actions; ++a) {
            const double side = a == action ? sign : -sign;
            apply(c.actor_.program(side, actor, rounding.uniform()), volley, a, 0.0);
          }
        if (critic >= c.s_.step_min)
          apply(c.critic_.program(-sign, critic, rounding.uniform()), volley, danger, c.s_.p_min);
      }
    }

    // Programs the devices of column j under a volley; none below `floor`.
    void apply(const Programming& programming, const BoxVolley& volley, int j, double floor) {
      for (std::size_t i = 0; i < volley.size(); ++i) {
        double& weight = w(volley.pre[i], j);
        for (int k = 0; k < programming.pairs; ++k) {
          cost.count_write(weight);
          const double dw =
              programming.factor * c.rule_.dw(programming.t_post - volley.t_ms[i], weight);
          weight = std::max(floor, devices.program(volley.pre[i], j, weight, dw));
        }
      }
    }
  };

  OnlineSettings s_;
  Sham sham_;
  R rule_;
  Modulator<R> actor_, critic_;
  SoftBoxes boxes_;
};

}  // namespace memplast
