#pragma once
#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "../../lib/base/parameters.hpp"
#include "../../lib/numeric/random.hpp"
#include "../../lib/numeric/weights.hpp"

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

/// An environment whose type is forgotten.
class AnyEnvironment {
 public:
  virtual ~AnyEnvironment() = default;
  virtual void reset(Stream& random) = 0;
  virtual void set_state(std::span<const double> state) = 0;
  virtual std::span<const double> state() const = 0;
  virtual Transition step(int action) = 0;
  virtual int max_steps() const = 0;
};

/// Runs one episode from the present state: `act(state)` chooses, `observe(action, transition)`
/// sees what came of it. The sum of the rewards.
template <class Act, class Observe>
double run_episode(auto& environment, Act&& act, Observe&& observe) {
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

/// States and the action that an expert takes in each.
struct Demonstrations {
  Samples states;  ///< [state, number of the state]
  std::vector<int> actions;
};

/// How an environment is learned and tested. Its episodes end when the task has failed, as the
/// controllers of learners() take them to.
struct ControlTask {
  double full_return;                       ///< of an episode that never fails
  double solved_return;                     ///< mean return that counts as solved
  Parameters fields;                        ///< numbers of receptive fields
  std::vector<std::string_view> fields_of;  ///< which of them each number of the state has
  Parameters test;                          ///< how the test differs from the training
  std::unique_ptr<AnyEnvironment> (*to_learn_in)(const Parameters& test);
  std::unique_ptr<AnyEnvironment> (*to_be_tested_in)(const Parameters& test);
  /// States labelled by an expert, a function of `seed`; null if there is none.
  Demonstrations (*demonstrate)(int n, std::uint64_t seed) = nullptr;
};

/// An environment, as lists and files know it: environments() has them all.
struct EnvironmentEntry {
  std::string_view name;
  std::vector<std::string_view> state_names, action_names;
  std::vector<double> state_scale;
  Parameters constants;  ///< that can be set, of which `make` makes one
  std::unique_ptr<AnyEnvironment> (*make)(const Parameters& constants);
  std::optional<ControlTask> task = {};  ///< none: it can be stepped, but nothing learns it yet

  int n_actions() const { return static_cast<int>(action_names.size()); }
};

/// Every environment, in order of name.
const std::vector<EnvironmentEntry>& environments();
/// Throws InputError naming `where` and listing those there are.
const EnvironmentEntry& environment_named(std::string_view name, const std::string& where);

namespace detail {

template <Environment E>
class EnvironmentOf final : public AnyEnvironment {
 public:
  explicit EnvironmentOf(E environment) : environment_(std::move(environment)) {}
  void reset(Stream& random) override { environment_.reset(random); }
  void set_state(std::span<const double> state) override {
    typename E::State same;
    std::copy_n(state.begin(), same.size(), same.begin());
    environment_.set_state(same);
  }
  std::span<const double> state() const override { return environment_.state(); }
  Transition step(int action) override { return environment_.step(action); }
  int max_steps() const override { return environment_.max_steps(); }

 private:
  E environment_;
};

}  // namespace detail

template <Environment E>
std::unique_ptr<AnyEnvironment> erased(E environment) {
  return std::make_unique<detail::EnvironmentOf<E>>(std::move(environment));
}

/// The entry of an environment without constants to set.
template <Environment E>
EnvironmentEntry environment_entry() {
  return {.name = E::name,
          .state_names = {E::state_names.begin(), E::state_names.end()},
          .action_names = {E::action_names.begin(), E::action_names.end()},
          .state_scale = {E::state_scale.begin(), E::state_scale.end()},
          .constants = {},
          .make = [](const Parameters&) { return erased(E()); }};
}

}  // namespace memplast
