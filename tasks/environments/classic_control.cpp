#include "classic_control.hpp"

#include <algorithm>
#include <cmath>

namespace memplast {

static_assert(Environment<MountainCar>);
static_assert(Environment<Acrobot>);

void MountainCar::reset(Stream& random) { state_ = {random.uniform(-0.6, -0.4), 0.0}; }

Transition MountainCar::step(int action) {
  constexpr double force = 0.001, gravity = 0.0025, max_speed = 0.07;
  constexpr double wall = -1.2, end = 0.6, goal = 0.5;
  auto& [position, velocity] = state_;
  velocity += (action - 1) * force - std::cos(3.0 * position) * gravity;
  velocity = std::clamp(velocity, -max_speed, max_speed);
  position = std::clamp(position + velocity, wall, end);
  if (position == wall && velocity < 0.0) velocity = 0.0;
  return {.reward = -1.0, .terminated = position >= goal && velocity >= 0.0};
}

namespace {

/// The time derivative of the acrobot's state.
Acrobot::State acrobot_motion(const Acrobot::State& state, double torque) {
  constexpr double m = 1.0, l = 1.0, lc = 0.5, I = 1.0, g = 9.8;
  const auto [theta1, theta2, theta1_dot, theta2_dot] = state;
  const double sine = std::sin(theta2), cosine = std::cos(theta2);
  const double d1 = m * lc * lc + m * (l * l + lc * lc + 2.0 * l * lc * cosine) + 2.0 * I;
  const double d2 = m * (lc * lc + l * lc * cosine) + I;
  const double phi2 = m * lc * g * std::sin(theta1 + theta2);
  const double phi1 = -m * l * lc * theta2_dot * (theta2_dot + 2.0 * theta1_dot) * sine +
                      (m * lc + m * l) * g * std::sin(theta1) + phi2;
  const double theta2_acc =
      (torque + d2 / d1 * phi1 - m * l * lc * theta1_dot * theta1_dot * sine - phi2) /
      (m * lc * lc + I - d2 * d2 / d1);
  return {theta1_dot, theta2_dot, -(d2 * theta2_acc + phi1) / d1, theta2_acc};
}

/// The angle less whole turns, in [-pi, pi].
double wrapped(double angle) { return std::remainder(angle, 2.0 * std::numbers::pi); }

}  // namespace

void Acrobot::reset(Stream& random) {
  for (double& x : state_) x = random.uniform(-0.1, 0.1);
}

Transition Acrobot::step(int action) {
  constexpr double dt = 0.2;
  const double torque = action - 1.0;
  const auto moved = [&](const State& slope, double by) {
    State out = state_;
    for (std::size_t i = 0; i < out.size(); ++i) out[i] += by * slope[i];
    return out;
  };
  const State k1 = acrobot_motion(state_, torque);
  const State k2 = acrobot_motion(moved(k1, dt / 2.0), torque);
  const State k3 = acrobot_motion(moved(k2, dt / 2.0), torque);
  const State k4 = acrobot_motion(moved(k3, dt), torque);
  for (std::size_t i = 0; i < state_.size(); ++i)
    state_[i] += dt / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
  auto& [theta1, theta2, theta1_dot, theta2_dot] = state_;
  theta1 = wrapped(theta1);
  theta2 = wrapped(theta2);
  theta1_dot = std::clamp(theta1_dot, -state_scale[2], state_scale[2]);
  theta2_dot = std::clamp(theta2_dot, -state_scale[3], state_scale[3]);
  const bool high = -std::cos(theta1) - std::cos(theta1 + theta2) > 1.0;
  return {.reward = high ? 0.0 : -1.0, .terminated = high};
}

// For the list in tasks/CMakeLists.txt.
EnvironmentEntry acrobot_entry() { return environment_entry<Acrobot>(); }
EnvironmentEntry mountain_car_entry() { return environment_entry<MountainCar>(); }

}  // namespace memplast
