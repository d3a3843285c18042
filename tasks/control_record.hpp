#pragma once
#include <cstdint>
#include <vector>

#include "../learners/learner.hpp"
#include "environments/environment.hpp"

namespace memplast {

/// One episode as it went, row-major; row t is the state in which action t was taken.
struct Trajectory {
  std::vector<double> state;         ///< [step, number of the state]
  std::vector<std::int64_t> action;  ///< [step]
  std::vector<double> output;        ///< [step, action], see Decision
};

/// Everything about one seed of a control task.
struct ControlRun {
  std::uint64_t seed = 0;
  std::vector<double> training;           ///< return of each training episode, if there were any
  std::vector<double> evaluation;         ///< return of each episode of the test
  std::int64_t episodes_to_solve = 0;     ///< until the mean of 20 returns counted as solved; 0:
                                          ///< never
  Weights before, after;                  ///< [pre, post]: at the start, and as tested
  Ledger training_cost, evaluation_cost;  ///< a decision is a presentation
  Trajectory trajectory;                  ///< the first episode of the test
};

/// Runs the test: `episodes` whole episodes from starts that are a function of `seed`;
/// `decide(state)` gives a Decision.
template <class Decide>
void evaluate(AnyEnvironment& environment, int episodes, std::uint64_t seed, Decide&& decide,
              ControlRun& out) {
  for (int episode = 0; episode < episodes; ++episode) {
    Stream start(seed, Purpose::test_episode, static_cast<std::uint64_t>(episode));
    environment.reset(start);
    const auto act = [&](std::span<const double> state) {
      const Decision decision = decide(state);
      if (episode == 0) {
        Trajectory& t = out.trajectory;
        t.state.insert(t.state.end(), state.begin(), state.end());
        t.action.push_back(decision.action);
        t.output.insert(t.output.end(), decision.output.begin(), decision.output.end());
      }
      return decision.action;
    };
    out.evaluation.push_back(run_episode(environment, act, [](int, const Transition&) {}));
  }
}

}  // namespace memplast
