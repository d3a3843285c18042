#include "lib/io/file.hpp"
#include "lib/io/json.hpp"
#include "models/model_file.hpp"
#include "tests/catch.hpp"
#include "tests/cli/program.hpp"

using namespace memplast;
using namespace memplast::test;
using Catch::Contains;
using Words = std::vector<std::string>;

namespace {

const std::string nc_data = dataset("nc_window.csv");

}  // namespace

TEST_CASE("fit: writes a model file that window reads", "[cli][fit]") {
  const TempFolder folder;
  const auto fitted =
      program({"fit", nc_data, "--model", "nc", "-o", folder / "nc.json", "--json"});
  INFO(fitted.err);
  REQUIRE(fitted.exit_code == 0);
  CHECK(fitted.err.empty());
  const auto model = read_json(folder / "nc.json");
  CHECK(json::parse(fitted.out) == model);
  CHECK(model["fit"]["data_file"] == "nc_window.csv");
  CHECK(model["fit"]["data_sha256"] == sha256(read_text(nc_data)));
  CHECK(model["conductance"]["G_max_S"] == 1e-4);

  const auto shown = program({"window", folder / "nc.json", "--w", "0.2", "0.8", "--json"});
  REQUIRE(shown.exit_code == 0);
  const auto columns = json::parse(shown.out);
  CHECK(columns["dt_ms"].size() == 402);
  const auto rule = std::get<NcMemristor<>>(load_model(folder / "nc.json").rule);
  CHECK(columns["dw"][0].get<double>() == rule.dw(-100.0, 0.2));
  CHECK(columns["dG_S"][401].get<double>() == Approx(rule.dw(100.0, 0.8) * 9.9e-5));
}

TEST_CASE("fit: prints estimates with their errors", "[cli][fit]") {
  const auto fitted = program({"fit", nc_data, "--model", "nc"});
  CHECK(fitted.exit_code == 0);
  for (const auto* text : {"mu_plus_ms", "±", "95 % CI", "G range 1e-06 to", "n = 600", "r2 = "})
    CHECK_THAT(fitted.out, Contains(text));
}

TEST_CASE("fit: ranks all rules unless it is told one", "[cli][fit]") {
  const auto fitted = program({"fit", nc_data, "--json"});
  REQUIRE(fitted.exit_code == 0);
  const auto model = json::parse(fitted.out);
  CHECK(model["model"] == "nc");
  const auto& ranking = model["fit"]["ranking"];
  REQUIRE(ranking.size() == shipped_rules().size());
  CHECK(ranking[0]["model"] == "nc");
  CHECK(ranking[0]["delta_aicc"] == 0.0);
  CHECK(ranking[0]["cv_error"] < ranking[1]["cv_error"]);
  CHECK(ranking[1]["indistinguishable"] == false);
  CHECK(model["fit"]["robust_loss"] == "none");
  CHECK_THAT(program({"fit", nc_data}).out,
             Contains("best") && Contains("cross-validated error") && Contains("loss: none"));
}

TEST_CASE("fit: warns loudly of a range read off the data", "[cli][fit]") {
  const TempFolder folder;
  auto text = read_text(nc_data);
  text.erase(0, text.find("dt_ms"));
  const auto path = folder.file("bare.csv", text);
  check_refused(program({"fit", path, "--model", "nc"}), "--g-min-S");
  const auto estimated = program({"fit", path, "--model", "nc", "--estimate-range"});
  CHECK(estimated.exit_code == 0);
  CHECK_THAT(estimated.err, Contains("warning: THE CONDUCTANCE RANGE WAS READ OFF THE DATA"));
  const auto given =
      program({"fit", path, "--model", "nc", "--g-min-S", "1e-6", "--g-max-S", "1e-4"});
  CHECK(given.exit_code == 0);
  CHECK(given.err.empty());
}

TEST_CASE("window and fit draw figures", "[cli][figure]") {
  const TempFolder folder;
  const auto kind = GENERATE(as<std::string>{}, "svg", "pdf", "png");
  const auto figure = folder / ("nc." + kind);
  const auto outcome = program({"window", "nc", "-o", figure});
  INFO(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  const auto start = read_text(figure).substr(0, 5);
  CHECK(start == (kind == "svg" ? "<?xml" : kind == "pdf" ? "%PDF-" : "\x89PNG\r"));
  REQUIRE(program({"fit", nc_data, "--model", "nc", "--plot", figure}).exit_code == 0);
  CHECK(folder.names() == Words{"nc." + kind});
}

TEST_CASE("window: a table on standard output or in a file", "[cli][window]") {
  const TempFolder folder;
  const auto printed = program({"window", "stdp", "--dt-max-ms", "2", "--rule-param", "lambda=0.5",
                                "--rule-param", "tau_plus_ms=10"});
  CHECK(printed.exit_code == 0);
  CHECK_THAT(printed.out, Contains("dt_ms,w,dw,dG_S\n-2,0.5,-0.45241870901797976,"));
  CHECK_THAT(printed.out, !Contains("\n0,"));  // stdp pairs no coincident spikes
  program({"window", "stdp", "--dt-max-ms", "2", "--rule-param", "lambda=0.5", "--rule-param",
           "tau_plus_ms=10", "-o", folder / "stdp.csv"});
  CHECK(read_text(folder / "stdp.csv") == printed.out);
}

TEST_CASE("fit: refuses bad data in one line and writes nothing", "[cli][fit]") {
  const TempFolder folder;
  const auto refused = [&](const std::string& text, const std::string& what) {
    const auto data = folder.file("data.csv", text);
    check_refused(program({"fit", data, "--model", "nc", "-o", folder / "out.json", "--plot",
                           folder / "out.svg"}),
                  what);
    CHECK(folder.names() == Words{"data.csv"});
  };
  refused("", "data.csv: expected a header line, got an empty file");
  refused("dt_ms,w\n1,0.5\n", "data.csv, header: expected a column 'dw' or 'dG_S'");
  refused("dt_ms,w,dw\n1,0.5,a\n", "data.csv:2, column dw: expected a finite number, got 'a'");
  refused("dt_ms,w,dw\n1,0.5,NaN\n", "expected a row with a reading");
  refused("dt_ms,w,dw\n1,0.5,0.1\n2,0.5,0.1,0.2\n", "data.csv:3: expected 3 cells");
  refused("dt_ms,dw\n1,0.1\n", "Give the one state of all pairs (--w or --g0-S)");
  refused("dt_ms,w,dw\n1,0.5,0.1\n", "more points than the 6 parameters");
  refused("# G_min_S = 2\n# G_max_S = 1\ndt_ms,G0_S,dG_S\n1,1,1\n", "G_min_S below G_max_S");
}

TEST_CASE("fit and window: refuse bad usage in one line", "[cli][fit]") {
  const TempFolder folder;
  const auto out = (folder / "out.json").string();
  check_refused(program({"fit", folder.path(), "--model", "nc"}), "expected a file, got a folder");
  check_refused(program({"fit", folder / "none.csv", "--model", "nc"}), "got no such file");
  check_refused(program({"fit", nc_data, "--model", "xyz", "-o", out}),
                "--model: expected one of biexp, gaussian, nc, ppx, stdp, got 'xyz'");
  check_refused(program({"fit", nc_data, "--model", "nc", "--g-min-S", "1uS"}),
                "--g-min-S: expected a finite number, got '1uS'");
  check_refused(program({"fit", nc_data, "--model", "nc", "--g-min-S", "1", "--g-max-S", "0.5"}),
                "G_min_S below G_max_S");
  check_refused(program({"fit", nc_data, "--model", "nc", "-o", folder.path()}),
                "expected a file to write, got a folder");
  check_refused(program({"fit", nc_data, "--model", "nc", "-o", folder / "no/out.json"}),
                "there is no folder", 1);
  check_refused(program({"fit", nc_data, "--model", "nc", "--plot", folder / "out.jpg"}),
                "ends in .svg, .pdf or .png");
  check_refused(program({"fit"}), "data is required");
  check_refused(program({"fit", nc_data, "--loss", "l1"}), "--loss: expected one of auto, none, ");
  check_refused(program({"fit", nc_data, "--fix", "tau_plus_ms=9"}), "one model");
  check_refused(program({"fit", nc_data, "--model", "nc", "--modle", "nc"}), "--modle");
  check_refused(program({"fit", nc_data, "--model", "nc", "--fix", "tau"}), "--fix");
  check_refused(program({"window", "xyz"}),
                "model: expected one of biexp, gaussian, nc, ppx, stdp");
  check_refused(program({"window", "nc", "--w", "1.5"}), "--w: expected a finite number in [0, 1]");
  check_refused(program({"window", "nc", "--rule-param", "tau=1"}), "tau_plus_ms");
  check_refused(program({"fly"}), "expected one of the commands models, learners, fit, ");
  check_refused(program({}), "got none");
  CHECK(folder.names().empty());
}

TEST_CASE("window: refuses a bad model file, naming the place", "[cli][window]") {
  const TempFolder folder;
  const auto refused = [&](const std::function<void(json&)>& spoil, const std::string& what) {
    auto model = to_json(load_model("nc"));
    spoil(model);
    check_refused(program({"window", folder.file("m.json", model.dump()), "-o", folder / "o.csv"}),
                  what);
    CHECK(folder.names() == Words{"m.json"});
  };
  refused([](json& m) { m["params"]["tau_plus_ms"] = -9.3; },
          "m.json/params/tau_plus_ms: expected a number in [0.1, 500] ms, got -9.3");
  refused([](json& m) { m["params"]["tau_plus"] = 9.3; }, "m.json/params/tau_plus");
  refused([](json& m) { m["model"] = "nd"; },
          "m.json/model: expected one of biexp, gaussian, nc, ppx, stdp, pulse_");
  refused([](json& m) { m["conductance"]["G_min_S"] = 1.0; }, "G_min_S below G_max_S");
  refused([](json& m) { m["colour"] = "blue"; }, "the unknown key 'colour'");
  check_refused(program({"window", folder.file("m.json", "{\"model\": ")}), "expected valid JSON");
}

TEST_CASE("a figure without gnuplot says what to install, and writes nothing", "[cli][figure]") {
  const TempFolder folder;
  check_refused(run("/usr/bin/env",
                    {"PATH=/nowhere", MEMPLAST_PROGRAM, "window", "nc", "-o", folder / "nc.svg"}),
                "install the package gnuplot-nox", 1);
  CHECK(folder.names().empty());
}
