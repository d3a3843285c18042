#include "lib/io/file.hpp"
#include "lib/io/h5.hpp"
#include "lib/io/json.hpp"
#include "tests/catch.hpp"
#include "tests/cli/program.hpp"

using namespace memplast;
using namespace memplast::test;

namespace {

json summary_of(const std::vector<std::string>& words) {
  const auto outcome = program(words);
  INFO(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  return parse_json(outcome.out, "out").at("summary");
}

std::string digest_of(const std::string& file) { return h5::Reader(file).digest(); }

}  // namespace

TEST_CASE("run cartpole: imitation and online give results that their configuration reproduces",
          "[cli][cartpole]") {
  const TempFolder folder;
  const auto repeat = [&](std::vector<std::string> words) {
    const std::string first = folder / "first.h5", again = folder / "again.h5";
    words.insert(words.begin(), {"run", "cartpole", "--seeds", "2", "--evaluation-episodes", "2",
                                 "--json", "-o", first, "--threads", "1"});
    const auto summary = summary_of(words);
    CHECK(summary.at("return").at("n") == 2);
    const auto config = folder.file("config.json", program({"info", first, "--config"}).out);
    summary_of({"run", "--config", config, "--threads", "2", "--json", "-o", again});
    CHECK(digest_of(first) == digest_of(again));
    return first;
  };
  repeat({"--states", "100", "--epochs", "2"});
  const h5::Reader poisson(repeat({"--states", "100", "--epochs", "2", "--encoder", "poisson"}));
  const auto score = poisson.doubles("/seeds/1/trajectory/score");
  const auto acted = poisson.integers("/seeds/1/trajectory/action");
  for (std::size_t t = 0; t < acted.values.size(); ++t)
    CHECK((score.values[2 * t + 1] > score.values[2 * t]) == (acted.values[t] == 1));
  const auto file = repeat({"--protocol", "online", "--episodes", "8", "--modulation", "timing",
                            "--half-length-factor", "1.3"});
  const h5::Reader reader(file);
  CHECK(reader.doubles("/seeds/1/training/returns").shape == std::vector<std::size_t>{8});
  CHECK(reader.doubles("/seeds/2/evaluation/returns").shape == std::vector<std::size_t>{2});
  CHECK(reader.doubles("/seeds/1/weights").shape ==
        reader.doubles("/seeds/1/weights_before").shape);
  const auto state = reader.doubles("/seeds/1/trajectory/state");
  const auto spikes = reader.doubles("/seeds/1/trajectory/first_spike_ms");
  const auto action = reader.integers("/seeds/1/trajectory/action");
  REQUIRE(state.shape == std::vector<std::size_t>{action.values.size(), 4});
  for (std::size_t t = 0; t < action.values.size(); ++t)
    CHECK((spikes.values[2 * t + 1] < spikes.values[2 * t]) == (action.values[t] == 1));
}

TEST_CASE("run cartpole learns from a recorded trajectory, the very file its configuration means",
          "[cli][cartpole]") {
  const TempFolder folder;
  const auto recorded = golden("cartpole/gymnasium_1_4_cartpole_v1.csv").string();
  const std::string first = folder / "first.h5";
  const auto summary = summary_of({"run", "cartpole", "--trajectory", recorded, "--seeds", "1",
                                   "--evaluation-episodes", "5", "--json", "-o", first});
  CHECK(summary.at("return").at("mean") > 20.0);
  const auto config = program({"info", first, "--config"}).out;
  CHECK(parse_json(config, "config").at("trajectory_sha256").get<std::string>().size() == 64);
  const auto other =
      folder.file("other.csv", "x,x_dot,theta,theta_dot,action\n1,0,0,0,0\n2,0,0,0,1\n");
  check_refused(
      program({"run", "--config", folder.file("config.json", config), "--trajectory", other}),
      "expected the file with SHA-256");
}

TEST_CASE("run cartpole --waterfall shows what each kind of variability costs", "[cli][cartpole]") {
  const TempFolder folder;
  const std::string output = folder / "run.h5", page = folder / "report.html";
  const auto outcome =
      program({"run", "cartpole", "--states", "300", "--seeds", "2", "--evaluation-episodes", "5",
               "--levels", "2", "--dtod", "0.1", "--waterfall", "--json", "-o", output});
  INFO(outcome.err);
  const auto steps = json::parse(outcome.out).at("waterfall");
  REQUIRE(steps.size() == 3);
  CHECK(steps[0]["name"] == "ideal");
  CHECK(steps[0]["return"]["mean"] > 400.0);
  CHECK(steps[1]["return"]["mean"] < 400.0);  // two levels
  const auto mean = h5::Reader(output).doubles("/waterfall/return_mean").values;
  CHECK(mean[2] == steps[2]["return"]["mean"]);
  REQUIRE(program({"report", output, "-o", page}).exit_code == 0);
  CHECK_THAT(read_text(page), Catch::Contains("Mean return and its 95 % interval"));
}

TEST_CASE("run refuses options of another kind of task", "[cli][cartpole]") {
  check_refused(program({"run", "cartpole", "--folds", "3"}), "--folds");
  check_refused(program({"run", "iris", "--seeds", "3"}), "--seeds");
  check_refused(program({"run", "cartpole", "--protocol", "teacher_timed"}),
                "--learner: expected imitation or online");
  check_refused(program({"run", "cartpole", "--encoder", "phase"}),
                "--encoder: expected temporal or poisson");
  check_refused(program({"run", "cartpole", "--protocol", "online", "--encoder", "poisson"}),
                "--encoder: expected temporal");
  check_refused(program({"run", "cartpole", "--episodes", "3"}), "--episodes");
  check_refused(program({"run", "cartpole", "--protocol", "online", "--states", "3"}), "--states");
  check_refused(program({"run", "cartpole", "--sham", "no_learning"}), "--sham");
  check_refused(program({"run", "cartpole", "--protocol", "online", "--modulation", "loud"}),
                "--modulation: expected one of scaled, timing, pulses, got 'loud'");
  check_refused(program({"run", "cartpole", "--protocol", "online", "--trajectory", "x.csv"}),
                "--trajectory");
  check_refused(program({"run", "cartpole", "--trajectory", "missing.csv"}), "missing.csv");
}
