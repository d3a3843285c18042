#include <cmath>

#include "lib/io/csv.hpp"
#include "lib/io/file.hpp"
#include "lib/io/json.hpp"
#include "tests/catch.hpp"
#include "tests/cli/program.hpp"

using namespace memplast;
using namespace memplast::test;

TEST_CASE("env cartpole writes a trajectory that meets the golden one", "[cli][env][golden]") {
  const TempFolder folder;
  const auto golden_table = read_csv(golden("cartpole/gymnasium_1_4_cartpole_v1.csv"));
  std::vector<std::vector<std::string>> expected;  // of episode 3, without its number
  for (const auto& row : golden_table.rows)
    if (row[0] == "3") expected.emplace_back(row.begin() + 1, row.end());
  std::string actions = "action\n";
  for (std::size_t r = 1; r < expected.size(); ++r) actions += expected[r][1] + "\n";

  const auto& s = expected.front();
  const auto outcome =
      program({"env", "cartpole", "--state", s[2] + "," + s[3] + "," + s[4] + "," + s[5],
               "--actions", folder.file("actions.csv", actions), "-o", folder / "out.csv"});
  INFO(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  const auto table = read_csv(folder / "out.csv");
  CHECK(table.header == std::vector<std::string>{"step", "action", "x", "x_dot", "theta",
                                                 "theta_dot", "reward", "terminated"});
  REQUIRE(table.rows.size() == expected.size());
  for (std::size_t r = 0; r < expected.size(); ++r) {
    INFO("step " << r);
    for (const std::size_t exact : {0, 1, 6, 7}) CHECK(table.rows[r][exact] == expected[r][exact]);
    for (const std::size_t c : {2, 3, 4, 5})
      CHECK(std::abs(table.number(r, c) - *to_number(expected[r][c])) < 1e-12);
  }
}

TEST_CASE("env cartpole: without actions there is the given state alone", "[cli][env]") {
  const TempFolder folder;
  const auto none = folder.file("none.csv", "action\n");
  const auto outcome =
      program({"env", "cartpole", "--state", " 0.1, 0,-0.25,1e-3", "--actions", none, "--json"});
  const auto trajectory = parse_json(outcome.out, "out").at("trajectory");
  REQUIRE(trajectory.size() == 1);
  CHECK(trajectory[0].at("state") == json{0.1, 0.0, -0.25, 1e-3});
  CHECK(trajectory[0].at("action") == -1);
}

TEST_CASE("env cartpole takes the constants of another pole", "[cli][env]") {
  const TempFolder folder;
  const auto right = folder.file("right.csv", "action\n1\n");
  const auto still =
      program({"env", "cartpole", "--state", "0,0,0,0", "--actions", right, "--force-N", "0"});
  CHECK_THAT(still.out, Catch::Contains("\n1,1,0,0,0,0,1.0,0\n"));
}

TEST_CASE("env steps other tasks with three actions", "[cli][env]") {
  const TempFolder folder;
  const auto actions = folder.file("actions.csv", "action\n2\n1\n");
  const auto car = program({"env", "mountain_car", "--state", "0.49,0.06", "--actions", actions});
  INFO(car.err);
  CHECK_THAT(car.out, Catch::StartsWith("step,action,position,velocity,reward,terminated\n"));
  CHECK_THAT(car.out, Catch::EndsWith(",-1.0,1\n"));
  const auto acrobot = program({"env", "acrobot", "--state", "0,0,0,0", "--actions", actions});
  CHECK_THAT(acrobot.out, Catch::EndsWith(",-1.0,0\n"));
  check_refused(
      program({"env", "mountain_car", "--state", "0,0", "--actions", actions, "--force-N", "1"}),
      "--force-N: expected the environment cartpole, got mountain_car");
}

TEST_CASE("env refuses what it cannot step", "[cli][env]") {
  const TempFolder folder;
  const auto good = folder.file("good.csv", "action\n0\n1\n");
  const auto with_state = [&](const std::string& state) {
    return program({"env", "cartpole", "--state", state, "--actions", good});
  };
  for (const auto* state : {"", "0,0,0", "0,0,0,0,0", "0,0,0,x", "0,0,0,nan", "0,0,,0"})
    check_refused(with_state(state), "--state");
  const auto with_actions = [&](const std::string& text) {
    return program(
        {"env", "cartpole", "--state", "0,0,0,0", "--actions", folder.file("bad.csv", text)});
  };
  check_refused(with_actions("action\n0\n2\n"),
                "bad.csv:3, column action: expected a whole number in [0, 1], got '2'");
  check_refused(with_actions("push\n0\n"), "expected a column 'action'");
  check_refused(with_actions(""), "expected a header line");
  check_refused(program({"env", "pendulum", "--state", "0,0,0,0", "--actions", good}),
                "environment: expected one of acrobot, cartpole, mountain_car, got 'pendulum'");
  check_refused(program({"env", "cartpole", "--actions", good}), "--state");
  check_refused(
      program({"env", "cartpole", "--state", "0,0,0,0", "--state", "0,0,0,0", "--actions", good}),
      "--state");
}
