#include "lib/io/file.hpp"
#include "lib/io/json.hpp"
#include "tests/catch.hpp"
#include "tests/cli/program.hpp"

using namespace memplast;
using namespace memplast::test;
using Catch::Contains;

namespace {

std::string digest_of(const std::filesystem::path& file) {
  const auto outcome = program({"info", file, "--digest"});
  REQUIRE(outcome.exit_code == 0);
  return outcome.out;
}

}  // namespace

TEST_CASE("run: neither threads nor a rerun from its own config change a bit", "[cli][run]") {
  const auto [encoder, protocol] =
      GENERATE(table<std::string, std::string>({{"temporal", "teacher_timed"},
                                                {"poisson", "teacher_timed"},
                                                {"temporal", "own_class"},
                                                {"poisson", "own_class"}}));
  CAPTURE(encoder, protocol);
  const TempFolder folder;
  const auto one = folder / "one.h5", two = folder / "two.h5", again = folder / "again.h5";
  const auto run_with = [&, encoder = encoder, protocol = protocol](
                            const std::string& threads, const std::filesystem::path& output) {
    return program({"run",          "iris", "--encoder", encoder, "--protocol",   protocol,
                    "--rule",       "ppx",  "--w0",      "0.47",  "--rule-param", "tau_ms=9",
                    "--partitions", "1",    "--epochs",  "1",     "--threads",    threads,
                    "-o",           output});
  };
  REQUIRE(run_with("1", one).exit_code == 0);
  REQUIRE(run_with("2", two).exit_code == 0);
  const auto config = folder.file("config.json", program({"info", one, "--config"}).out);
  const auto rerun = program({"run", "--config", config, "-o", again});
  INFO(rerun.err);
  REQUIRE(rerun.exit_code == 0);
  CHECK(digest_of(two) == digest_of(one));
  CHECK(digest_of(again) == digest_of(one));
}

TEST_CASE("run --json reports fractions and the whole configuration", "[cli][run]") {
  const auto outcome = program({"run", "iris", "--partitions", "1", "--json"});
  const auto result = json::parse(outcome.out);
  const double mean = result["summary"]["accuracy"]["mean"];
  CHECK(mean > 0.9);
  CHECK(mean <= 1.0);
  CHECK(result["summary"]["accuracy"]["n"] == 5);
  CHECK(result["summary"]["input_spikes_per_sample"] > 5.0);
  CHECK(result["config"]["rule"]["params"]["A_plus"] == 0.07376001452742792);
  CHECK(result["config"]["settings"]["T_ms"] == 0.8);
  CHECK_FALSE(result["config"].contains("threads"));
  CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 5);  // one line per fold
  CHECK_THAT(outcome.err, Contains("3 of 5 folds, "));
}

TEST_CASE("run refuses what it cannot do, in one line and before it starts", "[cli][run]") {
  const TempFolder folder;
  const auto refused = [](const std::vector<std::string>& more, const std::string& what,
                          int code = 2) {
    std::vector<std::string> words{"run", "iris"};
    words.insert(words.end(), more.begin(), more.end());
    check_refused(program(words), what, code);
  };
  refused({"--rule", "gold"}, "--rule: expected one of");
  refused({"--encoder", "rank"}, "--encoder: expected temporal or poisson, got 'rank'");
  refused({"--protocol", "magic"}, "--learner: expected own_class or teacher_timed, got 'magic'");
  refused({"--folds", "51"}, "--folds: expected at most the size of the smallest class, 50");
  refused({"--epochs", "1.5"}, "--epochs: expected a whole number in [0, 1e+05], got 1.5");
  refused({"--tau-m-ms", "-3"}, "--tau-m-ms: expected a number in [0.1, 10000] ms, got -3");
  refused({"--tau-m-ms", "5"}, "tau_syn_ms: expected a value that differs from tau_m_ms");
  refused({"--rate-high-Hz", "100"}, "--rate-high-Hz: expected a setting of teacher_timed with");
  refused({"--rule-param", "tau_ms=3"}, "unknown parameter 'tau_ms'");
  refused({"--seed", "-1"}, "--seed: expected a whole number");
  refused({"-o", folder.path()}, "expected a file to write, got a folder");
  refused({"-o", folder / "no" / "such" / "folder.h5"}, "there is no folder", 1);
  check_refused(program({"run", "wine"}), "expected one of iris, breast_cancer, digits");
  check_refused(program({"run"}), "task");
  CHECK(folder.names().empty());
}

TEST_CASE("run classify learns a file of one's own, and only that file again", "[cli][run]") {
  const TempFolder folder;
  std::string csv = "x;y;kind\n";
  for (int i = 0; i < 60; ++i)
    csv += std::to_string(i % 3 + 0.01 * i) + ";" + (i == 7 ? "" : std::to_string(i % 2)) + ";" +
           "abc"[i % 3] + "\n";
  const auto data = folder.file("mine.csv", csv);
  const std::vector<std::string> words{"run",  "classify",     "--data", data, "--label-column",
                                       "kind", "--partitions", "1"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), words.begin(), words.end());
    return program(more);
  };
  check_refused(with({}), "mine.csv:9, column y: expected a number, got nothing");
  const auto output = folder / "mine.h5";
  REQUIRE(with({"--impute", "-o", output}).exit_code == 0);
  CHECK(json::parse(with({"--impute", "--json"}).out)["summary"]["accuracy"]["mean"] > 0.9);

  const auto config = folder.file("config.json", program({"info", output, "--config"}).out);
  const auto again = folder / "again.h5";
  REQUIRE(program({"run", "--config", config, "-o", again}).exit_code == 0);
  CHECK(digest_of(again) == digest_of(output));
  folder.file("mine.csv", csv + "9;9;c\n");
  check_refused(program({"run", "--config", config}), "expected the file with SHA-256");

  check_refused(program({"run", "classify"}), "--data: expected a CSV file to classify, got none");
  check_refused(program({"run", "iris", "--data", data}), "--data: expected the task classify");
}

TEST_CASE("tune writes a configuration that run takes", "[cli][tune]") {
  const TempFolder folder;
  const auto output = folder / "tuned.json";
  const auto outcome = program({"tune", "iris", "--trials", "2", "--subnetworks", "1", "--epochs",
                                "5", "--vary", "cut=0.1:0.3", "--json", "-o", output});
  INFO(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  const auto result = json::parse(outcome.out);
  CHECK(result["nested_accuracy"]["n"] == 5);
  CHECK(result["trials"][1]["settings"]["cut"] < 0.3);
  CHECK(program({"run", "--config", output}).exit_code == 0);
  check_refused(program({"tune", "iris", "--vary", "cut"}), "SETTING=LOWER:UPPER");
  check_refused(program({"tune", "iris", "--vary", "cut=1:0"}), "LOWER of at most UPPER");
  check_refused(program({"tune", "cartpole"}), "expected one of iris");
}

TEST_CASE("run --waterfall shows what each kind of variability costs", "[cli][run]") {
  const TempFolder folder;
  const auto output = folder / "run.h5";
  const auto outcome = program({"run", "iris", "--partitions", "1", "--levels", "8", "--read-noise",
                                "0.1", "--waterfall", "--json", "-o", output});
  const auto steps = json::parse(outcome.out)["waterfall"];
  REQUIRE(steps.size() == 3);
  CHECK(steps[1]["name"] == "levels");
  CHECK(steps[2]["accuracy"]["mean"] > 0.8);
  const auto config = folder.file("config.json", program({"info", output, "--config"}).out);
  const auto again = folder / "again.h5";
  REQUIRE(program({"run", "--config", config, "-o", again}).exit_code == 0);
  CHECK(digest_of(again) == digest_of(output));
  check_refused(program({"run", "iris", "--levels", "1"}), "0 or at least 2");
  check_refused(program({"run", "iris", "--waterfall"}), "devices that are not ideal");
  check_refused(program({"run", "iris", "--from-fit-covariance", "2"}), "memplast fit");
}
