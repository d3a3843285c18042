#include <cctype>
#include <sstream>

#include "lib/io/json.hpp"
#include "tests/catch.hpp"
#include "tests/cli/program.hpp"

using namespace memplast;
using namespace memplast::test;
using Catch::Contains;

TEST_CASE("program: --version and --help succeed", "[cli]") {
  CHECK_THAT(program({"--version"}).out, Contains("memplast "));
  CHECK(program({"--help"}).exit_code == 0);
  CHECK_THAT(program({"fit", "--help"}).out, Contains("--g-min-S NUMBER"));
}

TEST_CASE("run --help shows what applies to the task and learner, with its true defaults",
          "[cli]") {
  const auto help = [](const std::string& words) {
    std::vector<std::string> all{"run"};
    std::istringstream in(words + " --help");
    for (std::string word; in >> word;) all.push_back(word);
    const auto printed = program(all);
    CHECK(printed.exit_code == 0);
    // CLI11 2.4 writes a default "[8]" where 2.1 writes "=8", and breaks lines.
    std::string text;
    for (const char c : printed.out) {
      if (!std::isspace(static_cast<unsigned char>(c)))
        text += c;
      else if (!text.empty() && text.back() != ' ')
        text += ' ';
    }
    return text;
  };
  const auto has = [](const std::string& text, const std::string& flag, const std::string& value) {
    return text.find(flag + "=" + value + " ") != std::string::npos ||
           text.find(flag + " [" + value + "] ") != std::string::npos;
  };
  const auto usual = help("");
  CHECK_THAT(usual, Contains("Settings of teacher_timed, temporal, iris") && Contains("--seeds") &&
                        Contains("--folds") && !Contains("--rate-high-Hz") &&
                        !Contains("--states NUMBER"));
  CHECK(has(usual, "--n-fields NUMBER", "8"));
  CHECK(has(usual, "--w0 NUMBER", "0.53"));
  const auto own_class = help("iris --learner own_class");
  CHECK_THAT(own_class, Contains("Settings of own_class, temporal, iris") && !Contains("--seeds") &&
                            !Contains("--margin-ms") && !Contains("--rate-high-Hz") &&
                            !Contains("--states NUMBER"));
  CHECK(has(own_class, "--n-fields NUMBER", "10"));
  CHECK(has(own_class, "--epochs NUMBER", "2"));
  CHECK(has(own_class, "--w0 NUMBER", "0.5"));
  const auto trains = help("breast_cancer --encoder poisson --learner own_class");
  CHECK(has(trains, "--n-fields NUMBER", "20"));
  CHECK(has(trains, "--rate-high-Hz NUMBER", "200"));
  CHECK(has(help("iris --rule ppx"), "--balance NUMBER", "1.5"));
  const auto imitation = help("cartpole");
  CHECK_THAT(imitation, Contains("Settings of imitation, temporal, cartpole") &&
                            Contains("--trajectory") && !Contains("--folds") &&
                            !Contains("--modulation"));
  CHECK(has(imitation, "--states NUMBER", "2000"));
  const auto online = help("cartpole --learner online");
  CHECK_THAT(online,
             Contains("--modulation") && !Contains("--trajectory") && !Contains("--states"));
  CHECK(has(online, "--gain-actor NUMBER", "0.4"));
  CHECK_THAT(program({"run", "iris", "--learner", "magic", "--help"}).err,
             Contains("--learner: expected own_class or teacher_timed, got 'magic'"));
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

TEST_CASE("what the library asks for is told with the flag that gives it", "[cli]") {
  const TempFolder folder;
  const auto currents = folder.file("i.csv", "pulse,polarity,I_A\n1,up,1e-6\n2,up,2e-6\n");
  check_refused(program({"validate", currents}), "Give the read voltage (--read-voltage-V).");
  const auto gap = folder.file("gap.csv", "a,class\n,x\n1,y\n");
  check_refused(program({"run", "classify", "--data", gap}), "have it imputed (--impute)");
  check_refused(program({"run", "iris", "--folds", "51"}), "--folds: expected at most");
  check_refused(program({"run", "iris", "--waterfall"}),
                "--waterfall: expected devices that are not ideal, got ideal ones. Give them "
                "levels, spread, noise or stuck ones (--levels, --dtod, --ctoc");
  check_refused(program({"run", "iris", "--rule", "yakopcic"}), "(memplast window --device MODEL");
}

TEST_CASE("output that cannot be written is an error of its own", "[cli]") {
  // /dev/full takes nothing; the shell only redirects.
  const auto outcome = run("/bin/sh", {"-c", "'" MEMPLAST_PROGRAM "' models > /dev/full"});
  CHECK(outcome.exit_code == 1);
  CHECK(outcome.err == "error: standard output: cannot be written.\n");
}
