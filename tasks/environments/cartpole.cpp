#include "cartpole.hpp"

#include <cmath>

#include "imitation.hpp"

namespace memplast {

static_assert(Environment<CartPole>);

void CartPole::reset(Stream& random) {
  State state;
  for (double& x : state) x = random.uniform(-p_.start, p_.start);
  set_state(state);
}

void CartPole::set_state(const State& state) {
  state_ = state;
  has_terminated_ = false;
}

Transition CartPole::step(int action) {
  const auto [x, x_dot, theta, theta_dot] = state_;
  const double force = action == 0 ? -p_.force : p_.force;
  const double mass = p_.pole_mass + p_.cart_mass;
  const double moment = p_.pole_mass * p_.half_length;
  const double sine = std::sin(theta), cosine = std::cos(theta);

  // The order of operations decides the last bit: it is Gymnasium's.
  const double push = (force + moment * (theta_dot * theta_dot) * sine) / mass;
  const double theta_acc = (p_.gravity * sine - cosine * push) /
                           (p_.half_length * (4.0 / 3.0 - p_.pole_mass * (cosine * cosine) / mass));
  const double x_acc = push - moment * theta_acc * cosine / mass;

  state_ = {x + p_.step * x_dot, x_dot + p_.step * x_acc, theta + p_.step * theta_dot,
            theta_dot + p_.step * theta_acc};
  const bool outside = std::abs(state_[0]) > p_.x_limit || std::abs(state_[2]) > p_.theta_limit;
  const Transition transition{.reward = outside && has_terminated_ ? 0.0 : 1.0,
                              .terminated = outside};
  has_terminated_ = has_terminated_ || outside;
  return transition;
}

namespace {

CartPole learned(const CartPole::Test& test) {
  CartPole::Parameters p;
  p.max_steps = test.max_steps;
  return CartPole(p);
}

CartPole tested(const CartPole::Test& test) {
  CartPole::Parameters p;
  p.max_steps = test.max_steps;
  p.half_length *= test.half_length_factor;
  p.pole_mass *= test.pole_mass_factor;
  p.cart_mass *= test.cart_mass_factor;
  p.force *= test.force_factor;
  return CartPole(p);
}

}  // namespace

/// For the list in tasks/CMakeLists.txt.
EnvironmentEntry cartpole_entry() {
  auto entry = environment_entry<CartPole>();
  entry.constants = Parameters(CartPole::Physics{});
  entry.make = [](const Parameters& constants) {
    return erased(CartPole({constants.as<CartPole::Physics>()}));
  };
  entry.task = ControlTask{
      .full_return = 500.0,
      .solved_return = 475.0,
      .fields = Parameters(CartPole::Fields{}),
      .fields_of = {"n_fields_x", "n_fields_x", "n_fields_theta", "n_fields_theta"},
      .test = Parameters(CartPole::Test{}),
      .to_learn_in = [](const Parameters& s) { return erased(learned(s.as<CartPole::Test>())); },
      .to_be_tested_in = [](const Parameters& s) { return erased(tested(s.as<CartPole::Test>())); },
      .demonstrate = demonstrate_cartpole};
  return entry;
}

}  // namespace memplast
