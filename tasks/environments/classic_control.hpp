#pragma once
#include <array>
#include <numbers>
#include <string_view>

#include "environment.hpp"

namespace memplast {

/// A car in a valley, too weak to climb the right slope at once.
///
///   velocity += 0.001 (action - 1) - 0.0025 cos(3 position),  clipped to +-0.07
///   position += velocity,                                     clipped to [-1.2, 0.6]
///
/// At the left wall the car stops. Terminated once position >= 0.5 with velocity >= 0; reward -1
/// for each step. Actions: 0 pushes to the left, 1 not at all, 2 to the right.
///
/// As Gymnasium's MountainCar-v0. Source: Moore 1990, UCAM-CL-TR-209.
class MountainCar {
 public:
  static constexpr std::string_view name = "mountain_car";
  static constexpr std::array<std::string_view, 2> state_names{"position", "velocity"};
  static constexpr std::array<std::string_view, 3> action_names{"left", "none", "right"};
  using State = std::array<double, 2>;
  static constexpr State state_scale{1.2, 0.07};

  /// At rest, the position uniform in [-0.6, -0.4].
  void reset(Stream& random);
  void set_state(const State& state) { state_ = state; }
  const State& state() const { return state_; }
  Transition step(int action);
  int max_steps() const { return 200; }

 private:
  State state_{};
};

/// Two links that hang from a joint, with a torque of -1, 0 or 1 N m at the joint between them.
///
///   d1 = m lc^2 + m (l^2 + lc^2 + 2 l lc cos theta2) + 2 I,   d2 = m (lc^2 + l lc cos theta2) + I
///   phi2 = m lc g sin(theta1 + theta2)
///   phi1 = -m l lc theta2_dot (theta2_dot + 2 theta1_dot) sin theta2
///          + (m lc + m l) g sin theta1 + phi2
///   theta2" = (torque + d2/d1 phi1 - m l lc theta1_dot^2 sin theta2 - phi2) / (m lc^2 + I -
///   d2^2/d1) theta1" = -(d2 theta2" + phi1) / d1
///
/// m = 1 kg, l = 1 m, lc = 0.5 m, I = 1 kg m^2 for both links; one fourth-order Runge-Kutta step of
/// 0.2 s, then angles wrapped to [-pi, pi] and velocities clipped to 4 pi and 9 pi rad/s. theta1
/// [rad] is 0 for a link hanging down, theta2 that of the second relative to it. Terminated once
/// the tip is high, -cos theta1 - cos(theta1 + theta2) > 1; reward -1 for each step before that.
///
/// As Gymnasium's Acrobot-v1, "book" dynamics. Source: Sutton 1996, NIPS 8, as corrected in Sutton
/// and Barto, Reinforcement Learning.
class Acrobot {
 public:
  static constexpr std::string_view name = "acrobot";
  static constexpr std::array<std::string_view, 4> state_names{"theta1", "theta2", "theta1_dot",
                                                               "theta2_dot"};
  static constexpr std::array<std::string_view, 3> action_names{"minus", "none", "plus"};
  using State = std::array<double, 4>;
  static constexpr State state_scale{std::numbers::pi, std::numbers::pi, 4 * std::numbers::pi,
                                     9 * std::numbers::pi};

  /// Each number of the state uniform in [-0.1, 0.1].
  void reset(Stream& random);
  void set_state(const State& state) { state_ = state; }
  const State& state() const { return state_; }
  Transition step(int action);
  int max_steps() const { return 500; }

 private:
  State state_{};
};

}  // namespace memplast
