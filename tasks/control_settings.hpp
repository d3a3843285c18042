#pragma once
#include <string>
#include <string_view>
#include <variant>

#include "settings.hpp"

namespace memplast {

/// How a controller is tested: whole episodes, without exploration, on a pole that may differ from
/// the one it learned on.
struct EvaluationSettings {
  int evaluation_episodes = 100;
  int max_steps = 500;
  double half_length_factor = 1.0;
  double pole_mass_factor = 1.0;
  double cart_mass_factor = 1.0;
  double force_factor = 1.0;

  static constexpr auto params() {
    using P = EvaluationSettings;
    return std::tuple{
        Param<P, int>{"evaluation_episodes", "1", "episodes of the test", &P::evaluation_episodes,
                      1, 1000000},
        Param<P, int>{"max_steps", "1", "steps of a full episode (v0: 200)", &P::max_steps, 1,
                      1000000},
        Param<P, double>{"half_length_factor", "1", "pole length in the test over that in training",
                         &P::half_length_factor, 0.01, 100},
        Param<P, double>{"pole_mass_factor", "1", "pole mass in the test over that in training",
                         &P::pole_mass_factor, 0.01, 100},
        Param<P, double>{"cart_mass_factor", "1", "cart mass in the test over that in training",
                         &P::cart_mass_factor, 0.01, 100},
        Param<P, double>{"force_factor", "1", "force in the test over that in training",
                         &P::force_factor, 0.01, 100}};
  }
};

/// Where an imitator's labelled states come from, unless from a recording.
struct DemonstrationSettings {
  int states = 2000;

  static constexpr auto params() {
    using P = DemonstrationSettings;
    return std::tuple{
        Param<P, int>{"states", "1", "labelled states to learn from", &P::states, 2, 10000000}};
  }
};

/// What imitation has the same for both encoders.
void set_imitation(auto& s) {
  s.subnetworks = 1;
  s.epochs = 30;
  s.bag = 0.9;
  s.field_width = 0.73;
  s.cut = 0.3;
  s.z_range = 2.05;
  s.w0 = 0.3;
  s.eta_start = 0.022;
  s.eta_end = 0.0002;
  s.balance = 1.05;
}

/// Imitation: labelled states learned by teacher_timed with latency-coded inputs.
struct ImitationTemporal : TeacherTimedTemporal, EvaluationSettings, DemonstrationSettings {
  static constexpr std::string_view protocol = "imitation";

  ImitationTemporal() {
    set_imitation(*this);
    T = 0.8;
    ramp = 19.0;
    margin = 0.0075;
  }

  static constexpr auto params() {
    return std::tuple_cat(TeacherTimedTemporal::params(), EvaluationSettings::params(),
                          DemonstrationSettings::params());
  }
};

/// Imitation with rate-coded inputs.
struct ImitationPoisson : TeacherTimedPoisson, EvaluationSettings, DemonstrationSettings {
  static constexpr std::string_view protocol = "imitation";

  ImitationPoisson() {
    set_imitation(*this);
    rate_high = 60.0;
    train = 100.0;
    test = 100.0;
  }

  static constexpr auto params() {
    return std::tuple_cat(TeacherTimedPoisson::params(), EvaluationSettings::params(),
                          DemonstrationSettings::params());
  }
};

/// Online learning by trial and error, see OnlineControl. A step is a change of weight at the
/// working weight: w0 for the actor, p_work for the critic.
struct OnlineSettings : EvaluationSettings {
  static constexpr std::string_view protocol = "online", encoder = "temporal";
  int episodes = 500;
  int n_fields_x = 5;
  int n_fields_theta = 8;
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
    using P = OnlineSettings;
    return std::tuple_cat(
        std::tuple{
            Param<P, int>{"episodes", "1", "training episodes", &P::episodes, 0, 1000000},
            Param<P, int>{"n_fields_x", "1", "fields of x and of x_dot", &P::n_fields_x, 2, 50},
            Param<P, int>{"n_fields_theta", "1", "fields of theta and of theta_dot",
                          &P::n_fields_theta, 2, 50},
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
                          &P::snapshot, 1, 100000}},
        EvaluationSettings::params());
  }
};

/// How a wanted step is brought about (OnlineControl).
enum class Modulation {
  scaled,  ///< the device's change times a factor: a three-factor rule, no device does it by itself
  timing,  ///< one pair, its lag chosen on the device's own window
  pulses   ///< a whole number of pairs at the base lag
};

/// What takes the place of learning in a control experiment.
enum class Sham {
  none,
  no_learning,      ///< the weights stay as they are
  shuffled_reward,  ///< failures are reported by lot, about as often as they happen, and for the
                    ///< return of an episode that of any so far
  random_actions    ///< so is each action, in training and in the test; nothing is learned
};

std::string_view to_string(Modulation modulation);
std::string_view to_string(Sham sham);
/// Throw InputError naming `where` for a name that is none.
Modulation modulation_from(std::string_view name, const std::string& where);
Sham sham_from(std::string_view name, const std::string& where);

using ControlSettings = std::variant<ImitationTemporal, ImitationPoisson, OnlineSettings>;

/// The shipped settings of a protocol and encoder, the same for every rule. Throws InputError for
/// an unknown one, and for online learning from Poisson trains.
ControlSettings control_preset(std::string_view protocol, std::string_view encoder);

}  // namespace memplast
