#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <thread>

#include "lib/file.hpp"
#include "lib/json.hpp"
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
  CHECK(result["config"]["settings"]["T_ms"] == 5.0);
  CHECK_FALSE(result["config"].contains("threads"));
  CHECK(outcome.err.empty());  // a bar only on a terminal
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
  refused({"--protocol", "magic"}, "--protocol: expected teacher_timed or own_class");
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

TEST_CASE("a killed run leaves the old file or none, never a broken one", "[cli][run]") {
  const TempFolder folder;
  const auto output = folder / "run.h5";
  for (const int after_ms : {5, 40, 120}) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      ::execl(MEMPLAST_PROGRAM, "memplast", "run", "iris", "--partitions", "1000", "-o",
              output.c_str(), nullptr);
      ::_exit(127);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(after_ms));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    REQUIRE(WIFSIGNALED(status));
    CHECK_FALSE(std::filesystem::exists(output));
  }
}
