#include "tasks/environments/classic_control.hpp"
#include "tests/catch.hpp"

#include <Eigen/LU>
#include <cmath>

using namespace memplast;

TEST_CASE("MountainCar: a step by hand, the walls and the goal", "[tasks][environments]") {
  MountainCar car;
  car.set_state({-0.5, 0.01});
  const auto transition = car.step(2);
  // cos(1.5) = 0.0707372016677
  const double velocity = 0.01 + 0.001 - 0.0025 * 0.0707372016677;
  CHECK(car.state()[1] == Approx(velocity).epsilon(1e-12));
  CHECK(car.state()[0] == Approx(-0.5 + velocity).epsilon(1e-12));
  CHECK(transition.reward == -1.0);
  CHECK_FALSE(transition.terminated);

  car.set_state({-1.19, -0.07});
  car.step(0);
  CHECK(car.state() == MountainCar::State{-1.2, 0.0});
  car.set_state({0.4999, 0.07});
  CHECK(car.step(2).terminated);
  car.set_state({0.55, -0.01});
  CHECK_FALSE(car.step(0).terminated);  // rolling back
}

TEST_CASE("MountainCar: pushing with the velocity climbs the hill, pushing to the right does not",
          "[tasks][environments]") {
  const auto ignore = [](int, const Transition&) {};
  MountainCar car;
  car.set_state({-0.5, 0.0});
  CHECK(run_episode(
            car, [](const auto&) { return 2; }, ignore) == -200.0);
  car.set_state({-0.5, 0.0});
  CHECK(run_episode(
            car, [](const auto& s) { return s[1] < 0.0 ? 0 : 2; }, ignore) > -150.0);
}

namespace {

// The double pendulum from its Lagrangian, M(q) q" = tau - dV/dq - c(q, q'), as a linear system, in
// Euler steps so small that they are exact to 1e-4.
Acrobot::State by_lagrangian(Acrobot::State s, double torque, double duration) {
  constexpr int n = 200'000;
  const double dt = duration / n;
  for (int k = 0; k < n; ++k) {
    const double a = 0.5 * std::cos(s[1]), h = 0.5 * std::sin(s[1]);
    Eigen::Matrix2d M;
    M << 0.25 + 1.0 + 0.25 + 2 * a + 2.0, 0.25 + a + 1.0, 0.25 + a + 1.0, 0.25 + 1.0;
    const double outer = 0.5 * 9.8 * std::sin(s[0] + s[1]);
    const Eigen::Vector2d force{
        h * (2 * s[2] * s[3] + s[3] * s[3]) - 1.5 * 9.8 * std::sin(s[0]) - outer,
        torque - h * s[2] * s[2] - outer};
    const Eigen::Vector2d acc = M.inverse() * force;
    s = {s[0] + dt * s[2], s[1] + dt * s[3], s[2] + dt * acc[0], s[3] + dt * acc[1]};
  }
  return s;
}

}  // namespace

TEST_CASE("Acrobot: a step meets the Lagrangian equations of two links", "[tasks][environments]") {
  const auto [state, action] = GENERATE(std::pair{Acrobot::State{0.1, -0.2, 0.3, 0.4}, 2},
                                        std::pair{Acrobot::State{1.5, 1.0, -2.0, 3.0}, 0},
                                        std::pair{Acrobot::State{-0.5, -1.2, 1.0, -1.5}, 1});
  Acrobot acrobot;
  acrobot.set_state(state);
  acrobot.step(action);
  const auto expected = by_lagrangian(state, action - 1.0, 0.2);
  // One Runge-Kutta step of 0.2 s is off by some 1e-3 of these motions.
  for (std::size_t i = 0; i < 4; ++i) CHECK(acrobot.state()[i] == Approx(expected[i]).margin(3e-3));
}

TEST_CASE("Acrobot: angles wrap, velocities are bounded, and a high tip ends it",
          "[tasks][environments]") {
  Acrobot acrobot;
  acrobot.set_state({3.1, 0.0, 12.0, 28.0});
  CHECK(acrobot.step(2).reward <= 0.0);
  CHECK(std::abs(acrobot.state()[0]) <= std::numbers::pi);
  CHECK(std::abs(acrobot.state()[2]) <= 4 * std::numbers::pi);
  CHECK(std::abs(acrobot.state()[3]) <= 9 * std::numbers::pi);
  acrobot.set_state({std::numbers::pi, 0.0, 0.0, 0.0});  // upright: -cos - cos = 2
  auto transition = acrobot.step(1);
  CHECK(transition.terminated);
  CHECK(transition.reward == 0.0);
  acrobot.set_state({0.0, 0.0, 0.0, 0.0});
  transition = acrobot.step(1);
  CHECK_FALSE(transition.terminated);
  CHECK(transition.reward == -1.0);
  CHECK(acrobot.state() == Acrobot::State{0.0, 0.0, 0.0, 0.0});  // hanging at rest
}
