#include "lib/base/text.hpp"
#include "lib/io/file.hpp"
#include "lib/io/json.hpp"
#include "models/model_file.hpp"
#include "tests/catch.hpp"
#include "tests/cli/program.hpp"

using namespace memplast;
using namespace memplast::test;
using Catch::Contains;

namespace {

/// Two branches of a device with soft bounds, without header, in arbitrary units.
std::string branches() {
  std::string text;
  double up = 0.0, down = 1.0;
  for (int k = 0; k < 60; ++k) {
    const double ripple = 0.002 * ((k * 7) % 5 - 2);
    text += to_text(0.05 + 0.9 * up + ripple) + "," + to_text(0.05 + 0.9 * down - ripple) + "\n";
    up += 0.08 * (1.0 - up);
    down -= 0.05 * down;
  }
  return text;
}

}  // namespace

TEST_CASE("fit: pulses become a rule that runs", "[cli][fit][pulse]") {
  const TempFolder folder;
  const auto data = folder.file("pulses.csv", branches());
  const auto fitted =
      program({"fit", data, "-o", folder / "m.json", "--plot", folder / "m.svg", "--json"});
  INFO(fitted.err);
  REQUIRE(fitted.exit_code == 0);
  CHECK_THAT(fitted.err, Contains("the states have no unit"));
  const auto model = read_json(folder / "m.json");
  CHECK(json::parse(fitted.out) == model);
  CHECK(model["fit"]["ranking"].size() == shipped_pulse_models().size());
  CHECK(model["fit"]["r2"] > 0.99);
  CHECK(read_text(folder / "m.svg").starts_with("<?xml"));

  const auto ran = program({"run", "iris", "--rule", folder / "m.json", "--partitions", "1", "-o",
                            folder / "iris.h5", "--json"});
  INFO(ran.err);
  REQUIRE(ran.exit_code == 0);
  CHECK(json::parse(ran.out)["summary"]["accuracy"]["mean"] > 0.85);

  const auto one = program({"fit", data, "--model", "pulse_soft_bounds"});
  for (const auto* word : {"a_plus", "understood: two columns without names", "noise (in w)"})
    CHECK_THAT(one.out, Contains(word));
}

TEST_CASE("validate: says what is understood and what is suspicious", "[cli][validate]") {
  const TempFolder folder;
  const auto pulses = program({"validate", folder.file("pulses.csv", branches()), "--json"});
  REQUIRE(pulses.exit_code == 0);
  const auto report = json::parse(pulses.out);
  CHECK(report["kind"] == "pulses");
  CHECK(report["points"] == 120);
  CHECK(report["ramps_up"] == 1);
  CHECK(report["ramps_down"] == 1);
  CHECK(report["notices"].size() == 3);
  CHECK(report["suspicions"].empty());

  const auto window = program({"validate", dataset("nc_window.csv")});
  CHECK(window.exit_code == 0);
  CHECK_THAT(window.out, Contains("window") && Contains("600") && Contains("nothing suspicious"));
  const auto odd = folder.file("odd.csv", "dt_ms,w,dw\n5,0.5,-0.1\n-5,0.5,0.1\n");
  CHECK_THAT(program({"validate", odd}).out,
             Contains("t_pre - t_post") && Contains("one state only"));
  check_refused(program({"validate", folder.file("bad.csv", "a,b\n1,2\n")}), "the columns a, b");
}

TEST_CASE("fit: foreign columns and units are mapped", "[cli][fit]") {
  const TempFolder folder;
  const auto window = folder.file("w.csv", "Delta t (s),G0 (uS),dG (nS)\n0.005,50,100\n");
  const std::vector<std::string> mapped{
      "validate",     window,     "--column",     "dt_ms=Delta t (s)", "--column",
      "G0_S=G0 (uS)", "--column", "dG_S=dG (nS)", "--g-min-S",         "1e-6",
      "--g-max-S",    "1e-4",     "--json"};
  const auto report = json::parse(program(mapped).out);
  CHECK(report["dt_ms"] == json::array({5.0, 5.0}));
  const auto bare = folder.file("b.csv", "5,0.5,0.1\n-5,0.5,-0.1\n");
  CHECK(json::parse(
            program({"validate", bare, "--columns", "dt_ms,w,dw", "--json"}).out)["points"] == 2);
  check_refused(program({"validate", window, "--column", "dt_ms"}), "--column");
  check_refused(program({"validate", window, "--column", "dt_ms=time"}), "a column 'time'");
  check_refused(program({"validate", bare, "--columns", "dt_ms,w"}), "b.csv:1: expected 2 cells");
  check_refused(program({"validate", bare, "--columns", "dt_ms,,w"}), "--columns");
  check_refused(program({"validate", bare, "--read-voltage-V", "0"}), "--read-voltage-V");
}
