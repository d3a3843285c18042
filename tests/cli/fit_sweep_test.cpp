#include <cmath>
#include <numbers>

#include "lib/base/text.hpp"
#include "lib/io/file.hpp"
#include "lib/io/json.hpp"
#include "models/device_file.hpp"
#include "tests/catch.hpp"
#include "tests/cli/program.hpp"

using namespace memplast;
using namespace memplast::test;
using Catch::Contains;

namespace {

/// A sweep of a VTEAM device as an instrument might write it, without noise.
std::string sweep() {
  const Vteam<> device{.R_on = 5e3,
                       .R_off = 5e4,
                       .k_on = 30.0,
                       .k_off = 20.0,
                       .v_on = 0.5,
                       .v_off = -0.5,
                       .alpha_on = 2.0,
                       .alpha_off = 2.0,
                       .p = 10.0};
  VoltageCourse course;
  for (int k = 0; k <= 300; ++k)
    course.push_back({k * 1e-2, (0.6 + 1e-3 * k) * std::sin(2.0 * std::numbers::pi * k / 100.0)});
  const auto x = follow(device, 0.2, course);
  std::string text = "Instrument,4200\nTime,AV,AI\n";
  for (std::size_t i = 0; i < x.size(); ++i)
    text += to_text(course[i].t) + "," + to_text(course[i].V) + "," +
            to_text(device.I(x[i], course[i].V)) + "\n";
  return text;
}

}  // namespace

TEST_CASE("an I-V sweep alone becomes a plasticity rule that learns Iris", "[cli][fit][sweep]") {
  const TempFolder folder;
  const auto data = folder.file("sweep.csv", sweep());
  const auto device = (folder / "device.json").string(), rule = (folder / "rule.json").string(),
             window = (folder / "window.csv").string();

  const auto report = json::parse(program({"validate", data, "--json"}).out);
  CHECK(report["kind"] == "sweep");
  CHECK(report["points"] == 301);
  const auto fitted = program(
      {"fit", data, "--model", "vteam", "-o", device, "--plot", folder / "s.svg", "--json"});
  INFO(fitted.err);
  REQUIRE(fitted.exit_code == 0);
  const auto file = read_json(device);
  CHECK(json::parse(fitted.out) == file);
  CHECK(file["params"]["v_on_V"] == Approx(0.5).epsilon(0.01));
  CHECK(file["params"]["alpha_off"] == Approx(2.0).epsilon(0.02));
  CHECK(read_text(folder / "s.svg").starts_with("<?xml"));
  CHECK_THAT(program({"info", device}).out, Contains("state model vteam"));
  CHECK_THAT(program({"fit", data, "--model", "vteam"}).out,
             Contains("k_on_per_s") && Contains("(in A)") && Contains("lines before the header"));

  check_refused(program({"run", "iris", "--rule", device}), "memplast window --device");

  const auto made = program({"window", "--device", device, "--pre-pulse", "bitriangular:0.45V,40ms",
                             "-o", window, "-o", rule});
  INFO(made.err);
  REQUIRE(made.exit_code == 0);
  CHECK_THAT(made.out, Contains("largest potentiation") && Contains("rule"));
  const auto again = program({"fit", window, "--model", "biexp", "--json"});
  CHECK(again.exit_code == 0);
  CHECK(read_json(rule)["fit"]["window"]["pre_pulse"] == "bitriangular:0.45V,0.04s");
  const auto ran = program(
      {"run", "iris", "--rule", rule, "--partitions", "1", "-o", folder / "iris.h5", "--json"});
  INFO(ran.err);
  REQUIRE(ran.exit_code == 0);
  CHECK(json::parse(ran.out)["summary"]["accuracy"]["mean"] > 0.85);
}

TEST_CASE("window --device: says what is wrong", "[cli][window]") {
  const TempFolder folder;
  const std::vector<std::string> device{"window", "--device", "vteam"};
  const auto with = [&](std::vector<std::string> more) {
    more.insert(more.begin(), device.begin(), device.end());
    return program(more);
  };
  CHECK_THAT(with({"--w", "0.5"}).out, Contains("dt_ms,w,dw,dG_S"));
  CHECK(json::parse(with({"--json"}).out)["model"]["params"].size() > 0);
  check_refused(with({"--pre-pulse", "bitriangular:0.1V,20ms"}), "pulses that move the device");
  check_refused(with({"--pre-pulse", "square:1V,1ms"}), "--pre-pulse");
  check_refused(with({"--rule-param", "v_on=1"}), "v_on_V");
  check_refused(with({"--as-rule", "nn", "-o", folder / "r.json"}), "--as-rule");
  check_refused(program({"window"}), "--device");
  check_refused(program({"window", "nc", "--device", "vteam"}), "both");
  CHECK_THAT(with({"--rule-param", "v_on_V=-0.5", "--rule-param", "v_off_V=0.5"}).err,
             Contains("negative amplitudes"));
  CHECK(folder.names().empty());
}

TEST_CASE("fit: reads go into the variability of a model file", "[cli][fit][reads]") {
  const TempFolder folder;
  std::string text = "t_s,G_uS\n";
  for (int k = 0; k < 100; ++k)
    text += std::to_string(k) + "," + to_text(50.0 + ((k * 37) % 11 - 5) * 0.2) + "\n";
  const auto data = folder.file("reads.csv", text);
  const auto fitted = program({"fit", data, "-o", folder / "m.json", "--json"});
  REQUIRE(fitted.exit_code == 0);
  CHECK_THAT(fitted.err, Contains("illustrative constants"));
  const auto model = read_json(folder / "m.json");
  CHECK(model["variability"]["read_noise"] == Approx(0.0127).epsilon(0.05));  // 0.2 sqrt(10) / 50
  CHECK(model["fit"]["reads"]["reads"] == 100);
  // Into a device of one's own:
  REQUIRE(program({"fit", data, "--model", folder / "m.json", "-o", folder / "n.json"}).exit_code ==
          0);
  CHECK(read_json(folder / "n.json")["variability"] == model["variability"]);
  const auto device = program({"fit", data, "--model", "vteam", "--json"});
  CHECK(json::parse(device.out)["model"] == "vteam");
  check_refused(program({"fit", data, "--plot", folder / "f.svg"}), "--plot");
  CHECK_THAT(program({"validate", data}).out, Contains("reads") && Contains("nothing suspicious"));
}
