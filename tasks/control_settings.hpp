#pragma once
#include <string>
#include <string_view>

#include "../learners/actor_critic.hpp"
#include "../learners/teacher_timed.hpp"
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

/// Online learning by trial and error, see actor_critic().
struct OnlineSettings : ActorCriticSettings, EvaluationSettings {
  static constexpr std::string_view protocol = "online", encoder = "temporal";

  static constexpr auto params() {
    return std::tuple_cat(ActorCriticSettings::params(), EvaluationSettings::params());
  }
};

std::string_view to_string(Sham sham);
/// Throw InputError naming `where` for a name that is none; a modulation is scaled, timing or
/// pulses.
Programming modulation_from(std::string_view name, const std::string& where);
Sham sham_from(std::string_view name, const std::string& where);

/// The shipped settings of a learner and code, the same for every rule: the table of one of the
/// records above. Throws InputError for an unknown one, and for online learning from Poisson
/// trains.
Parameters control_preset(std::string_view learner, std::string_view code,
                          const LearnerPlaces& where = {});

}  // namespace memplast
