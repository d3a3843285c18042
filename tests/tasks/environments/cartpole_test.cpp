#include "tasks/environments/cartpole.hpp"

#include <algorithm>
#include <cmath>

#include "lib/io/csv.hpp"
#include "tests/catch.hpp"
#include "tests/support.hpp"

using namespace memplast;

namespace {

struct Row {
  int episode, step, action;
  CartPole::State state;
  double reward;
  bool terminated;
};

std::vector<Row> golden_rows() {
  const auto table = read_csv(test::golden("cartpole/gymnasium_1_4_cartpole_v1.csv"));
  const auto whole = [&](const char* name) { return table.numbers(name); };
  const auto episode = whole("episode"), step = whole("step"), action = whole("action"),
             reward = whole("reward"), terminated = whole("terminated");
  const auto x = whole("x"), x_dot = whole("x_dot"), theta = whole("theta"),
             theta_dot = whole("theta_dot");
  std::vector<Row> rows;
  for (std::size_t r = 0; r < table.rows.size(); ++r)
    rows.push_back({static_cast<int>(episode[r]),
                    static_cast<int>(step[r]),
                    static_cast<int>(action[r]),
                    {x[r], x_dot[r], theta[r], theta_dot[r]},
                    reward[r],
                    terminated[r] == 1.0});
  return rows;
}

double distance(const CartPole::State& a, const CartPole::State& b) {
  double largest = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

}  // namespace

// Tolerances: tests/golden/cartpole/README.md.
TEST_CASE("CartPole: each golden step follows from the row before it",
          "[tasks][cartpole][golden]") {
  const auto rows = golden_rows();
  CartPole pole;
  int compared = 0;
  for (std::size_t r = 1; r < rows.size(); ++r) {
    if (rows[r].step == 0) continue;
    pole.set_state(rows[r - 1].state);
    const auto transition = pole.step(rows[r].action);
    INFO("episode " << rows[r].episode << ", step " << rows[r].step);
    CHECK(distance(pole.state(), rows[r].state) < 1e-12);
    CHECK(transition.reward == rows[r].reward);
    CHECK(transition.terminated == rows[r].terminated);
    ++compared;
  }
  CHECK(compared > 1000);
}

TEST_CASE("CartPole: golden episodes are met open loop for 100 steps",
          "[tasks][cartpole][golden]") {
  CartPole pole;
  for (const Row& row : golden_rows()) {
    if (row.step == 0) {
      pole.set_state(row.state);
      continue;
    }
    pole.step(row.action);
    INFO("episode " << row.episode << ", step " << row.step);
    if (row.step <= 100) CHECK(distance(pole.state(), row.state) < 1e-12);
  }
}

TEST_CASE("CartPole: pushes to the left and to the right are mirror images", "[tasks][cartpole]") {
  const CartPole::State state{0.3, -0.2, 0.05, 0.4};
  CartPole one, other;
  one.set_state(state);
  other.set_state({-state[0], -state[1], -state[2], -state[3]});
  one.step(0);
  other.step(1);
  for (std::size_t i = 0; i < state.size(); ++i) CHECK(one.state()[i] == -other.state()[i]);
}

TEST_CASE("CartPole: the reward stops after the step that terminates", "[tasks][cartpole]") {
  CartPole pole;
  pole.set_state({2.39, 1.0, 0.0, 0.0});
  auto transition = pole.step(1);
  CHECK(transition.terminated);
  CHECK(transition.reward == 1.0);
  transition = pole.step(1);
  CHECK(transition.terminated);
  CHECK(transition.reward == 0.0);
  pole.set_state({0.0, 0.0, 0.0, 0.0});
  CHECK(pole.step(0).reward == 1.0);
}

TEST_CASE("CartPole: a start is uniform in +-0.05 and a function of its stream",
          "[tasks][cartpole]") {
  CartPole pole;
  Stream stream(7, Purpose::presentation);
  double lowest = 1.0, highest = -1.0;
  for (int k = 0; k < 1000; ++k) {
    pole.reset(stream);
    for (const double x : pole.state()) {
      lowest = std::min(lowest, x);
      highest = std::max(highest, x);
    }
  }
  // Of 4000 draws the extremes miss the bounds by 0.1/4000 on average.
  CHECK(lowest >= -0.05);
  CHECK(lowest < -0.0495);
  CHECK(highest < 0.05);
  CHECK(highest > 0.0495);

  Stream again(7, Purpose::presentation);
  CartPole first, second;
  first.reset(again);
  Stream once_more(7, Purpose::presentation);
  second.reset(once_more);
  CHECK(first.state() == second.state());
}

TEST_CASE("an episode is cut after the environment's steps or ends where it terminates",
          "[tasks][cartpole]") {
  CartPole::Parameters v0;
  v0.max_steps = 200;
  const auto balance = [](const CartPole::State& s) {
    return 0.5 * s[0] + 0.9 * s[1] + 9.0 * s[2] + 2.2 * s[3] > 0.0 ? 1 : 0;
  };
  const auto ignore = [](int, const Transition&) {};
  CartPole short_pole(v0), pole;
  CHECK(run_episode(short_pole, balance, ignore) == 200.0);
  CHECK(run_episode(pole, balance, ignore) == 500.0);
  int steps = 0;
  pole.set_state({});
  const double fallen = run_episode(
      pole, [](const CartPole::State&) { return 1; }, [&](int, const Transition&) { ++steps; });
  CHECK(fallen == steps);
  CHECK(steps < 15);
}
