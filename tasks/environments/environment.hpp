#pragma once
#include <array>
#include <concepts>
#include <cstddef>
#include <string_view>

#include "../../lib/numeric/random.hpp"

namespace memplast {

/// What one step of an environment gives back.
struct Transition {
  double reward = 0.0;
  bool terminated = false;  ///< the task has failed or is done; being out of time does not count
};

/// A control task in discrete time with a few actions, after Gymnasium's interface: reset() draws a
/// start, step() acts. It is a plain value: copying one copies its state.
///
/// `state_names` name the numbers of its state, `action_names` its actions 0, 1, ...; `state_scale`
/// says where each number of the state is far out; an episode that has not terminated is cut after
/// max_steps().
template <class E>
concept Environment = std::copyable<E> &&
    requires(E environment, const E& same, Stream& random, const typename E::State& state) {
  { E::name } -> std::convertible_to<std::string_view>;
  { E::state_names.size() } -> std::convertible_to<std::size_t>;
  { E::state_scale } -> std::convertible_to<typename E::State>;
  { E::action_names.size() } -> std::convertible_to<std::size_t>;
  environment.reset(random);
  environment.set_state(state);
  { same.state() } -> std::convertible_to<typename E::State>;
  { environment.step(0) } -> std::same_as<Transition>;
  { same.max_steps() } -> std::convertible_to<int>;
};

/// Runs one episode from the present state: `act(state)` chooses, `observe(action, transition)`
/// sees what came of it. The sum of the rewards.
template <Environment E, class Act, class Observe>
double run_episode(E& environment, Act&& act, Observe&& observe) {
  double total = 0.0;
  for (int t = 0; t < environment.max_steps(); ++t) {
    const int action = act(environment.state());
    const Transition transition = environment.step(action);
    observe(action, transition);
    total += transition.reward;
    if (transition.terminated) break;
  }
  return total;
}

}  // namespace memplast
