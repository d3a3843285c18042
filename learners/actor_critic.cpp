#include "actor_critic.hpp"

#include <algorithm>
#include <cmath>
#include <deque>
#include <numeric>
#include <utility>

#include "../lib/base/error.hpp"
#include "../lib/coding/soft_boxes.hpp"

namespace memplast {
namespace {

constexpr std::size_t judged_returns = 20;

// The mean of the last n.
double recent(const std::vector<double>& values, std::size_t n) {
  const auto count = std::min(values.size(), n);
  return count == 0 ? 0.0
                    : std::accumulate(values.end() - static_cast<std::ptrdiff_t>(count),
                                      values.end(), 0.0) /
                          static_cast<double>(count);
}

class ActorCritic final : public Controller {
 public:
  ActorCritic(const ActorCriticSettings& settings, const ControlProblem& problem,
              const Context& context)
      : s_(settings),
        problem_(problem),
        actor_(programmer(context.device, s_.w0)),
        critic_(programmer(context.device, s_.p_work)),
        boxes_(problem.n_fields, s_.field_width, s_.cut, s_.T,
               LifParameters::with_time_constants(s_.tau_m, s_.tau_syn)),
        synapses_(context.device, start(context), context.seed),
        best_(synapses_.snapshot()),
        exploration_(context.seed, Purpose::exploration),
        rounding_(context.seed, Purpose::rounding),
        lot_(context.seed, Purpose::control) {
    synapses_.set_floor(danger(), s_.p_min);
  }

  void begin(std::span<const double> state) override {
    shown_.clear();
    level_ = recent(reported_, judged_returns);
    noise_ = s_.noise * std::max(0.05, 1.0 - level_ / (0.9 * problem_.full_return));
    learns_ = (problem_.sham == Sham::none || problem_.sham == Sham::shuffled_reward) &&
              !(returns_.size() >= judged_returns && level_ > s_.stop);
    volley_ = see(state);
  }

  int act() override { return action_ = choose(volley_, noise_).action; }

  void observe(std::span<const double> state, bool terminated) override {
    const double before = potential(volley_, danger());
    shown_.push_front({std::move(volley_), action_});
    if (static_cast<int>(shown_.size()) > s_.horizon) shown_.pop_back();
    volley_ = see(state);
    look_ahead();
    const bool failed = problem_.sham == Sham::shuffled_reward
                            ? lot_.uniform() * std::max(level_, 10.0) < 1.0
                            : terminated;
    if (learns_) learn(before - (failed ? 1.0 : s_.gamma * potential(volley_, danger())));
  }

  void end(double episode_return) override {
    returns_.push_back(episode_return);
    reported_.push_back(problem_.sham == Sham::shuffled_reward
                            ? returns_[lot_.below(returns_.size())]
                            : episode_return);
    const double mean = recent(reported_, static_cast<std::size_t>(s_.snapshot));
    if (returns_.size() < judged_returns || mean < best_mean_) return;
    best_mean_ = mean;
    best_ = synapses_.snapshot();
  }

  void finish() override {
    synapses_.restore(best_);
    synapses_.age();
  }

  Decision decide(std::span<const double> state) override { return choose(see(state), 0.0); }
  void count_in(Ledger& ledger) override { synapses_.count_in(ledger); }
  std::vector<Block> blocks() const override { return {{"actor_critic", &synapses_, {}}}; }

 private:
  struct Shown {
    BoxVolley volley;
    int action;
  };

  int danger() const { return problem_.n_actions; }  // the critic's column

  Programmer programmer(const Device& device, double w_work) const {
    return {*device.rule, device.programming, w_work, s_.eta, s_.T / 2 + Programmer::gap_ms};
  }

  // [box, actions... danger]
  Weights start(const Context& context) const {
    Weights w =
        random_start(boxes_.size(), problem_.n_actions + 1, s_.w0, s_.w0_spread, context.seed);
    w.col(danger()).setConstant(s_.p0);
    return w;
  }

  // Each number of the state, squashed so that the boxes are densest around the middle.
  BoxVolley see(std::span<const double> state) const {
    std::vector<double> u(state.begin(), state.end());
    for (std::size_t d = 0; d < u.size(); ++d)
      u[d] = 0.5 * (1.0 + std::tanh(1.5 * u[d] / problem_.state_scale[d]) / std::tanh(1.5));
    return boxes_.encode(u);
  }

  // As the devices were last seen.
  double potential(const BoxVolley& volley, int j) const {
    const Weights& w = synapses_.seen();
    double V = 0.0;
    for (std::size_t i = 0; i < volley.size(); ++i) V += w(volley.pre[i], j) * volley.share[i];
    return V;
  }

  // Reads the state that an action led to. It is counted when it is shown to choose the next one.
  void look_ahead() {
    Ledger& ledger = synapses_.ledger();
    Ledger counted_later;
    synapses_.count_in(counted_later);
    synapses_.read(volley_.pre);
    synapses_.count_in(ledger);
  }

  Decision choose(const BoxVolley& volley, double noise) {
    synapses_.read(volley.pre);
    synapses_.ledger().samples += 1;
    synapses_.ledger().simulated_ms += s_.T + s_.ramp;
    Decision out;
    for (int a = 0; a < problem_.n_actions; ++a) {
      const double jitter = noise > 0.0 ? noise * exploration_.normal() : 0.0;
      out.output.push_back(s_.T + s_.ramp * (1.0 - potential(volley, a) + jitter));
    }
    out.action = static_cast<int>(std::min_element(out.output.begin(), out.output.end()) -
                                  out.output.begin());
    if (problem_.sham == Sham::random_actions)
      out.action = static_cast<int>(lot_.below(static_cast<std::uint64_t>(problem_.n_actions)));
    return out;
  }

  void learn(double delta) {
    const double sign = delta > 0.0 ? 1.0 : -1.0;
    double surprise = std::abs(delta);
    for (const auto& [volley, action] : shown_) {
      const double actor = std::min(s_.step_max, s_.gain_actor * surprise);
      const double critic = std::min(s_.step_max, s_.gain_critic * surprise);
      surprise *= s_.lambda;
      if (actor >= s_.step_min)
        for (int a = 0; a < problem_.n_actions; ++a)
          apply(actor_.plan(a == action ? sign : -sign, actor, rounding_.uniform()), volley, a);
      if (critic >= s_.step_min)
        apply(critic_.plan(-sign, critic, rounding_.uniform()), volley, danger());
    }
  }

  // Programs the devices of column j under a volley.
  void apply(const Pulses& pulses, const BoxVolley& volley, int j) {
    if (pulses.count > 0)
      synapses_.pair(j, s_.T / 2 + pulses.lag_ms, volley.pre, volley.t_ms, pulses.count,
                     pulses.factor);
  }

  ActorCriticSettings s_;
  ControlProblem problem_;
  Programmer actor_, critic_;
  SoftBoxes boxes_;
  Synapses synapses_;
  Synapses::Snapshot best_;
  std::vector<double> returns_;
  std::vector<double> reported_;  // what the learner is told of them
  double best_mean_ = -1.0;
  Stream exploration_, rounding_, lot_;
  std::deque<Shown> shown_;  // eligible volleys, newest first

  // Of the present episode:
  double level_ = 0.0, noise_ = 0.0;
  bool learns_ = false;
  BoxVolley volley_;
  int action_ = 0;
};

}  // namespace

std::unique_ptr<Controller> actor_critic(const ActorCriticSettings& settings,
                                         const ControlProblem& problem, const Context& context) {
  return std::make_unique<ActorCritic>(settings, problem, context);
}

/// For the list in CMakeLists.txt.
std::vector<LearnerEntry> actor_critic_entries() {
  return {{.name = "online",
           .code = "temporal",
           .about = "trial and error: an actor of first-spike neurons and a critic of danger",
           .source = "doi:10.1109/TSMC.1983.6313077",
           .settings = Parameters(ActorCriticSettings{}),
           .controller = [](const Parameters& settings, const ControlProblem& problem,
                            const Context& context) {
             return actor_critic(settings.as<ActorCriticSettings>(), problem, context);
           }}};
}

}  // namespace memplast
