#include "tasks/control.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lib/coding/soft_boxes.hpp"
#include "lib/io/csv.hpp"
#include "tests/catch.hpp"

using namespace memplast;

namespace {

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// The preset of a learner and code, with some settings of one's own.
Parameters preset_with(const std::string& learner, const std::string& code,
                       const std::vector<std::pair<const char*, int>>& own) {
  Parameters out = control_preset("cartpole", learner, code);
  for (const auto& [key, value] : own) out.set(key, std::int64_t{value}, key);
  return out;
}

ControlRecord run(const std::string& rule, const std::string& learner, const std::string& code,
                  const std::vector<std::pair<const char*, int>>& own, int seeds = 1,
                  Programming modulation = Programming::scaled, Sham sham = Sham::none) {
  ControlConfig config{.model = load_model(rule),
                       .learner = learner,
                       .code = code,
                       .settings = preset_with(learner, code, own),
                       .modulation = modulation,
                       .sham = sham,
                       .trajectory = "",
                       .trajectory_sha256 = "",
                       .seeds = seeds,
                       .seed = 5000};
  return run_control(config, {}, 1);
}

}  // namespace

TEST_CASE("soft boxes: products of Gaussians, silent below the cut", "[tasks][cartpole]") {
  const SoftBoxes boxes({3, 4}, 0.8, 0.2, 2.0, {});
  const std::vector<double> u{0.3, 0.9};
  const BoxVolley volley = boxes.encode(u);
  std::size_t next = 0;
  for (int k = 0; k < 3; ++k)
    for (int l = 0; l < 4; ++l) {
      const double x = (0.3 - k / 2.0) / (0.8 / 2.0), y = (0.9 - l / 3.0) / (0.8 / 3.0);
      const double g = std::exp(-0.5 * (x * x + y * y));
      if (g < 0.2) continue;
      REQUIRE(next < volley.size());
      CHECK(volley.pre[next] == 4 * k + l);
      CHECK(volley.t_ms[next] == Approx(2.0 * (1.0 - g) / 0.8).margin(1e-12));
      ++next;
    }
  CHECK(next == volley.size());
  CHECK(std::accumulate(volley.share.begin(), volley.share.end(), 0.0) == Approx(1.0));
  CHECK(boxes.size() == 12);
  // Beyond the edge counts as the edge.
  CHECK(boxes.encode(std::vector{-3.0, 2.0}).pre == boxes.encode(std::vector{0.0, 1.0}).pre);
}

TEST_CASE("demonstrations: as many as asked, labelled by the expert, a function of the seed",
          "[tasks][cartpole]") {
  const auto shown = demonstrate_cartpole(500, 3);
  REQUIRE(shown.states.rows() == 500);
  REQUIRE(shown.actions.size() == 500);
  int right = 0;
  for (int i = 0; i < 500; ++i) {
    const CartPole::State s{shown.states(i, 0), shown.states(i, 1), shown.states(i, 2),
                            shown.states(i, 3)};
    CHECK(shown.actions[i] == linear_expert(s));
    right += shown.actions[i];
  }
  CHECK(right > 150);
  CHECK(right < 350);
  CHECK(demonstrate_cartpole(500, 3).states == shown.states);
  CHECK(demonstrate_cartpole(500, 4).states != shown.states);
  CHECK(demonstrate_cartpole(20, 3).states == shown.states.topRows(20));
}

TEST_CASE("a recorded trajectory: the action of a row was taken in it, or led to it after a start",
          "[tasks][cartpole]") {
  const EnvironmentEntry& pole = control_task("cartpole");
  const auto taken = demonstrations_from(
      pole, parse_csv("x,x_dot,theta,theta_dot,action\n1,0,0,0,0\n2,0,0,0,1\n", "t.csv"));
  CHECK(taken.actions == std::vector{0, 1});
  CHECK(taken.states(1, 0) == 2.0);
  // Two episodes as `env` writes them.
  const auto led = demonstrations_from(
      pole,
      parse_csv("step,action,x,x_dot,theta,theta_dot\n0,-1,1,0,0,0\n1,0,2,0,0,0\n2,1,3,0,0,0\n"
                "0,-1,4,0,0,0\n1,1,5,0,0,0\n",
                "t.csv"));
  CHECK(led.actions == std::vector{0, 1, 1});
  CHECK(led.states.col(0) == Eigen::Vector3d(1, 2, 4));
  CHECK_THROWS_WITH(
      demonstrations_from(pole, parse_csv("x,x_dot,theta,theta_dot,action\n0,0,0,0,2\n", "t.csv")),
      Catch::Contains("t.csv:2, column action: expected 0 (left), 1 (right)"));
  CHECK_THROWS_WITH(
      demonstrations_from(pole, parse_csv("x,x_dot,theta,theta_dot,action\n0,0,0,0,1\n", "t.csv")),
      Catch::Contains("two or more states"));
}

TEST_CASE("imitation: a trained network balances the pole, an untrained one does not",
          "[tasks][cartpole]") {
  for (const auto* rule : {"nc", "ppx", "stdp"}) {
    INFO(rule);
    const auto record = run(rule, "imitation", "temporal", {{"evaluation_episodes", 5}});
    CHECK(record.summary.returns.mean > 475.0);
    CHECK(record.runs[0].before != record.runs[0].after);
    CHECK(record.runs[0].evaluation_cost.samples == 5 * record.summary.returns.mean);
  }
  const auto untrained =
      run("nc", "imitation", "temporal", {{"evaluation_episodes", 5}, {"epochs", 0}});
  CHECK(untrained.summary.returns.mean < 150.0);
  CHECK(untrained.runs[0].before == untrained.runs[0].after);
}

TEST_CASE("imitation from Poisson trains: the network balances the pole", "[tasks][cartpole]") {
  const auto record =
      run("nc", "imitation", "poisson", {{"epochs", 10}, {"evaluation_episodes", 5}});
  CHECK(record.summary.returns.mean > 400.0);
  CHECK(record.runs[0].before != record.runs[0].after);
  CHECK(record.summary.simulated_ms_per_decision == 100.0);
}

TEST_CASE("online: learns from trial and error by each modulation", "[tasks][cartpole]") {
  const auto modulation = GENERATE(Programming::scaled, Programming::timing, Programming::pulses);
  INFO(to_string(modulation));
  const auto record = run("nc", "online", "temporal",
                          {{"episodes", 150}, {"evaluation_episodes", 5}}, 1, modulation);
  const ControlRun& only = record.runs.front();
  // The bars of all seeds are those of bench/cartpole.sh; one seed in 150 episodes is a smoke test.
  CHECK(mean(only.evaluation) > 400.0);
  CHECK(only.training.size() == 150);
  CHECK(mean({only.training.begin(), only.training.begin() + 5}) < 200.0);
  CHECK(only.training_cost.writes > 0);
  CHECK(only.evaluation_cost.writes == 0);
  CHECK(only.before.minCoeff() >= 0.0);
  CHECK(only.after.minCoeff() >= 0.0);
  CHECK(only.after.maxCoeff() <= 1.0);
}

TEST_CASE("online: without learning, with lots for rewards or for actions the pole falls",
          "[tasks][cartpole]") {
  const auto sham = GENERATE(Sham::no_learning, Sham::shuffled_reward, Sham::random_actions);
  INFO(to_string(sham));
  const auto record =
      run("nc", "online", "temporal", {{"episodes", 60}, {"evaluation_episodes", 20}}, 2,
          Programming::scaled, sham);
  CHECK(record.summary.returns.mean < 60.0);
  CHECK((record.runs[0].before == record.runs[0].after) == (sham != Sham::shuffled_reward));
}

TEST_CASE("a control run is the same for any number of threads", "[tasks][cartpole]") {
  ControlConfig config{
      .model = load_model("ppx"),
      .learner = "online",
      .settings = preset_with("online", "temporal", {{"episodes", 10}, {"evaluation_episodes", 2}}),
      .modulation = Programming::pulses,
      .sham = Sham::none,
      .trajectory = "",
      .trajectory_sha256 = "",
      .seeds = 3,
      .seed = 1};
  config.model.variability = {.dtod = 0.1, .ctoc = 0.05};
  const auto one = run_control(config, {}, 1), four = run_control(config, {}, 4);
  for (int k = 0; k < 3; ++k) {
    CHECK(one.runs[k].training == four.runs[k].training);
    CHECK(one.runs[k].after == four.runs[k].after);
    CHECK(one.runs[k].evaluation == four.runs[k].evaluation);
  }
  CHECK(one.runs[0].after != one.runs[1].after);
}
