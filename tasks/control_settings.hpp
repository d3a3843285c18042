#pragma once
#include <string>
#include <string_view>

#include "environments/environment.hpp"
#include "settings.hpp"

namespace memplast {

/// Learning from labelled states, with teacher_timed; the other learners of control tasks are the
/// controllers among learners().
constexpr std::string_view imitation = "imitation";

/// How long a controller learns by trial and error.
struct EpisodeSettings {
  int episodes = 500;

  static constexpr auto params() {
    using P = EpisodeSettings;
    return std::tuple{
        Param<P, int>{"episodes", "1", "training episodes", &P::episodes, 0, 1000000}};
  }
};

/// How a controller is tested: whole episodes, without exploration.
struct EvaluationSettings {
  int evaluation_episodes = 100;

  static constexpr auto params() {
    using P = EvaluationSettings;
    return std::tuple{Param<P, int>{"evaluation_episodes", "1", "episodes of the test",
                                    &P::evaluation_episodes, 1, 1000000}};
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

std::string_view to_string(Sham sham);
/// Throw InputError naming `where` for a name that is none; a modulation is scaled, timing or
/// pulses.
Programming modulation_from(std::string_view name, const std::string& where);
Sham sham_from(std::string_view name, const std::string& where);

/// The environments that have a ControlTask.
std::vector<std::string> control_tasks();
/// An environment that has one. Throws InputError naming `where` for another.
const EnvironmentEntry& control_task(std::string_view name, const std::string& where = "task");

/// What imitates: teacher_timed with a code. Throws as classifier_named() does.
const LearnerEntry& imitator(std::string_view code, const LearnerPlaces& where = {});

/// The names of the learners of a control task, each with its codes.
std::vector<std::pair<std::string, std::string>> control_learners();

/// The shipped settings of a learner and code for a control task, the same for every rule: those of
/// the learner, of the environment and of the test in one table. Throws InputError for an unknown
/// one, and for online learning from Poisson trains.
Parameters control_preset(std::string_view task, std::string_view learner, std::string_view code,
                          const LearnerPlaces& where = {});

/// Whether the outputs of a controller are first spikes [ms], or scores.
bool decides_by_first_spike(std::string_view learner, std::string_view code);

}  // namespace memplast
