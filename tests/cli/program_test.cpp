#include "tests/cli/program.hpp"
#include "lib/io/json.hpp"
#include "tests/catch.hpp"

using namespace memplast;
using namespace memplast::test;
using Catch::Contains;

TEST_CASE("program: --version and --help succeed", "[cli]") {
  CHECK_THAT(program({"--version"}).out, Contains("memplast "));
  CHECK(program({"--help"}).exit_code == 0);
  CHECK_THAT(program({"fit", "--help"}).out, Contains("--g-min-S NUMBER"));
}

TEST_CASE("models lists every rule with units, defaults and bounds", "[cli][models]") {
  const auto printed = program({"models"});
  CHECK(printed.exit_code == 0);
  for (const auto* text : {"nc:", "ppx:", "stdp:", "table:", "tau_plus_ms", "nearest_symmetric"})
    CHECK_THAT(printed.out, Contains(text));
  const auto listed = json::parse(program({"models", "--json"}).out);
  const auto nc = std::find_if(listed["rules"].begin(), listed["rules"].end(),
                               [](const auto& rule) { return rule["name"] == "nc"; });
  REQUIRE(nc != listed["rules"].end());
  CHECK((*nc)["params"][2]["key"] == "mu_plus_ms");
  CHECK((*nc)["params"][2]["unit"] == "ms");
  CHECK((*nc)["params"][2]["default"] == 26.730656991521247);
}

TEST_CASE("a config file stands for options, and options outrank it", "[cli][config]") {
  const TempFolder folder;
  const auto config = folder.file("run.json", R"({
    "model": "nc", "json": true, "grid": {"dt_max_ms": 10, "dt_step_ms": 5}, "w": [0.25, 0.75],
    "rule_param": ["A_plus=0.5"]})");
  const auto from_file = json::parse(program({"window", "--config", config}).out);
  CHECK(from_file["dt_ms"].size() == 10);
  CHECK(from_file["w"][9] == 0.75);
  CHECK(from_file["model"]["params"]["A_plus"] == 0.5);
  const auto overridden = program({"window", "ppx", "--config", config, "--dt-max-ms=5", "--w",
                                   "0.5", "--rule-param", "tau_ms=11"});
  const auto columns = json::parse(overridden.out);
  CHECK(columns["model"]["model"] == "ppx");
  CHECK(columns["dt_ms"] == json::array({-5.0, 0.0, 5.0}));
}

TEST_CASE("a bad config file is refused, naming file and key", "[cli][config]") {
  const TempFolder folder;
  const auto refused = [&](const std::string& text, const std::string& what) {
    check_refused(program({"window", "nc", "--config", folder.file("run.json", text)}), what);
  };
  refused(R"({"colour": 1})", "run.json:/colour: expected one of the keys json, ");
  refused(R"({"grid": {"dt_max": 1}})", "run.json:/grid/dt_max: expected one of the keys");
  refused(R"({"dt_max_ms": "far"})", "run.json:/dt_max_ms: expected a finite number");
  refused(R"({"dt_max_ms": -1})", "run.json:/dt_max_ms");
  refused(R"({"dt_max_ms": null})", "run.json:/dt_max_ms: expected a value, got null");
  refused(R"({"json": 1})", "run.json:/json: expected true or false, got 1");
  refused(R"({"config": "x"})", "the unknown key 'config'");
  refused("[]", "expected an object");
  refused("", "expected valid JSON, got an empty text");
  check_refused(program({"window", "nc", "--config", folder / "none.json"}), "no such file");
}

TEST_CASE("output that cannot be written is an error of its own", "[cli]") {
  // /dev/full takes nothing; the shell only redirects.
  const auto outcome =
      run("/bin/sh", {"-c", std::string("'") + MEMPLAST_PROGRAM + "' models > /dev/full"});
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.err == "error: standard output: cannot be written.\n");
}
