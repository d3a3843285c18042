#pragma once
#include <tuple>
#include <vector>

#include "../lib/base/params.hpp"
#include "learner.hpp"

namespace memplast {

/// Settings of actor_critic(). A step is a change of weight at the
/// working weight: w0 for the actor, p_work for the critic.
struct ActorCriticSettings {
  double field_width = 0.86;
  double cut = 0.18;
  double T = 2.0;
  double ramp = 1.0;
  double tau_m = 20.0;
  double tau_syn = 5.0;
  double w0 = 0.5;
  double w0_spread = 0.2;
  double p0 = 0.06;
  double p_min = 0.03;
  double p_work = 0.2;
  double gamma = 0.99;
  double lambda = 0.5;
  int horizon = 10;
  double gain_actor = 0.4;
  double gain_critic = 0.24;
  double step_max = 0.12;
  double step_min = 0.004;
  double eta = 0.01;
  double noise = 0.05;
  double stop = 498.0;
  int snapshot = 60;

  static constexpr auto params() {
    using P = ActorCriticSettings;
    return std::tuple_cat(
        std::tuple{
            Param<P, double>{"field_width", "1", "sigma in field spacings", &P::field_width, 0.05,
                             10},
            Param<P, double>{"cut", "1", "activation below which a field is silent", &P::cut, 0,
                             0.99},
            Param<P, double>{"T", "ms", "duration of a volley", &P::T, 0.01, 1000},
            Param<P, double>{"ramp", "ms", "fall of the threshold after it", &P::ramp, 0.01, 1000},
            Param<P, double>{"tau_m", "ms", "membrane time constant", &P::tau_m, 0.1, 1e4},
            Param<P, double>{"tau_syn", "ms", "synaptic time constant", &P::tau_syn, 0.1, 1e4},
            Param<P, double>{"w0", "1", "working weight: start, and where steps are set", &P::w0,
                             0.01, 0.99},
            Param<P, double>{"w0_spread", "1", "half width of the uniform start", &P::w0_spread, 0,
                             0.5},
            Param<P, double>{"p0", "1", "start of the critic's weights", &P::p0, 0, 1},
            Param<P, double>{"p_min", "1", "critic's weights are not programmed below", &P::p_min,
                             0, 1},
            Param<P, double>{"p_work", "1", "critic's working weight, where its steps are set",
                             &P::p_work, 0.01, 0.99}},
        std::tuple{
            Param<P, double>{"gamma", "1", "discount of danger per step", &P::gamma, 0, 1},
            Param<P, double>{"lambda", "1", "decay of eligibility per step", &P::lambda, 0, 1},
            Param<P, int>{"horizon", "1", "volleys that stay eligible", &P::horizon, 1, 1000},
            Param<P, double>{"gain_actor", "1", "step of the actor per surprise", &P::gain_actor, 0,
                             100},
            Param<P, double>{"gain_critic", "1", "step of the critic per surprise", &P::gain_critic,
                             0, 100},
            Param<P, double>{"step_max", "1", "largest step", &P::step_max, 0, 1},
            Param<P, double>{"step_min", "1", "smaller steps are not programmed", &P::step_min, 0,
                             1},
            Param<P, double>{"eta", "1", "step of one pair at the base lag", &P::eta, 1e-6, 0.5},
            Param<P, double>{"noise", "1", "exploration: jitter of output spikes over the ramp",
                             &P::noise, 0, 10},
            Param<P, double>{"stop", "1", "mean of 20 returns above which nothing is learned",
                             &P::stop, 0, 1e9},
            Param<P, int>{"snapshot", "1", "episodes whose mean return chooses the best weights",
                          &P::snapshot, 1, 100000}});
  }
};

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
/// with all signs turned for delta < 0; how a step becomes pulses says Programmer. The noise falls
/// as max(0.05, 1 - R/R_0), R the mean of the last 20 returns, R_0 0.9 of an episode that never
/// fails; nothing is learned while R > stop. The weights at the best mean of `snapshot` returns are
/// kept, and tested without noise.
///
/// After Barto, Sutton and Anderson 1983 (doi:10.1109/TSMC.1983.6313077) and Vlasov et al. 2023
/// (Neural Networks 166, 512-523).
std::unique_ptr<Controller> actor_critic(const ActorCriticSettings& settings,
                                         const ControlProblem& problem, const Context& context);

}  // namespace memplast
