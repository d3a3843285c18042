#include "export/maps/programming.hpp"

#include "lib/io/csv.hpp"
#include "lib/numeric/random.hpp"
#include "tests/catch.hpp"

using namespace memplast;
using Catch::Contains;

namespace {

DeviceLayout layout(const std::vector<double>& w, std::size_t n_post, const Conductance& device) {
  ConductanceMap map;
  map.n_pre = w.size() / n_post;
  map.n_post = n_post;
  map.w = w;
  map.device = device;
  for (const double x : w) map.conductance.push_back(device.siemens(x));
  map.metadata["rule"] = "test";
  return lay_out(map, Mapping::single);
}

/// 40 x 3 targets spread over the range.
std::vector<double> targets() {
  std::vector<double> w;
  Stream stream(3, Purpose::weights);
  for (int i = 0; i < 120; ++i) w.push_back(stream.uniform(0.05, 0.95));
  return w;
}

ModelFile linear(double a_plus, double a_minus) {
  auto model = load_model("pulse_linear");
  set_rule_param(model.rule, "a_plus", a_plus, "test");
  set_rule_param(model.rule, "a_minus", a_minus, "test");
  return model;
}

constexpr double half_level = 0.5 / 31;

}  // namespace

TEST_CASE("programming: linear pulses can be counted by hand", "[export][programming]") {
  // From 0 by steps of 0.25 up and 0.125 down.
  const auto model = linear(0.25, 0.125);
  const auto programs =
      plan_programming(layout({0.5, 0.6, 0.125}, 3, model.conductance), model, {});
  REQUIRE(programs.size() == 3);
  REQUIRE(programs[0].trains.size() == 1);
  CHECK(programs[0].trains[0].polarity == 1);
  CHECK(programs[0].trains[0].count == 2);
  CHECK(programs[0].planned_w == Approx(0.5));
  // 0.6: two up; a third would be further off.
  CHECK(programs[1].trains[0].count == 2);
  CHECK(programs[1].planned_w == Approx(0.5));
  // 0.125: one pulse up would be as far as none.
  CHECK(programs[2].trains.empty());
  CHECK(residual(programs, &DeviceProgram::planned_w).largest == Approx(0.125));
}

TEST_CASE("programming: too far by a strong pulse is mended by pulses back",
          "[export][programming]") {
  const auto model = linear(0.4, 0.1);
  const auto programs = plan_programming(layout({0.3}, 1, model.conductance), model, {});
  REQUIRE(programs[0].trains.size() == 2);
  CHECK(programs[0].trains[1].polarity == -1);
  CHECK(programs[0].trains[1].count == 1);
  CHECK(programs[0].planned_w == Approx(0.3));
}

TEST_CASE("programming: a window reaches every state by pairs of weaker lags",
          "[export][programming]") {
  const auto model = load_model("nc");
  ProgrammingOptions options;
  options.start_w = {0.5};
  const auto programs = plan_programming(layout(targets(), 3, model.conductance), model, options);
  // The weakest pair is 1/128 of the strongest, whose step is at most 0.15.
  CHECK(residual(programs, &DeviceProgram::planned_w).largest < 0.15 / 128);
  for (const auto& train : programs[0].trains) CHECK(train.polarity * train.lag_ms > 0.0);
  // Without noise a device does what the rule says, and write-verify stops within its tolerance.
  CHECK(residual(programs, &DeviceProgram::blind_w).largest ==
        residual(programs, &DeviceProgram::planned_w).largest);
  CHECK(residual(programs, &DeviceProgram::verified_w).largest <= options.tolerance_w);
}

TEST_CASE("programming: write-verify keeps noisy devices within half a level of 32",
          "[export][programming]") {
  auto model = linear(0.004, 0.004);
  // As the HfOx measurement has it (docs/fitting.md): 0.026 of w per pulse, 0.048 per read.
  model.fit = {{"step_noise", 0.026}, {"read_noise", 0.048}};
  const auto programs = plan_programming(layout(targets(), 3, model.conductance), model, {});
  CHECK(residual(programs, &DeviceProgram::verified_w).median < half_level);
  // Some 100 pulses, each off by 0.026: a blind device is off by tenths.
  CHECK(residual(programs, &DeviceProgram::blind_w).median > 4 * half_level);
  const auto again = plan_programming(layout(targets(), 3, model.conductance), model, {});
  CHECK(again[7].verified_w == programs[7].verified_w);
}

TEST_CASE("programming: noise that the variability does not have is that of the fit",
          "[export][programming]") {
  auto model = linear(0.1, 0.1);
  model.fit = {{"step_noise", 0.026}, {"read_noise", 0.048}};
  model.variability.ctoc_w = 0.03;  // a fit cannot say read noise over G without siemens
  CHECK(noise_of(model).step_w == 0.03);
  CHECK(noise_of(model).read_w == 0.048);
  model.variability = {};
  model.variability.read_noise = 0.01;
  CHECK(noise_of(model).step_w == 0.026);
  CHECK(noise_of(model).read_w == 0.0);
  CHECK(noise_of(model).read_relative == 0.01);
}

TEST_CASE("programming: the list is one line per train", "[export][programming]") {
  const auto model = linear(0.4, 0.1);
  const auto devices = layout({0.3, 0.8}, 2, model.conductance);
  const auto table =
      parse_csv(programming_csv(plan_programming(devices, model, {}), devices, model), "list");
  REQUIRE(table.rows.size() == 3);  // one up, one down; two up
  CHECK(table.numbers("count") == std::vector<double>{1, 1, 2});
  CHECK(table.numbers("amplitude_V") == std::vector<double>{1, -1, 1});
  CHECK(table.numbers("target_G_S")[0] == model.conductance.siemens(0.3));
  CHECK(table.notes.at("device_rule") == "pulse_linear");
}

TEST_CASE("programming: what cannot be reached is refused", "[export][programming]") {
  const auto nc = load_model("nc");
  CHECK_THROWS_WITH(plan_programming(layout({0.5}, 1, nc.conductance), nc, {}),
                    Contains("start weight") && Contains("nc makes no step from there"));
  auto narrow = linear(0.1, 0.1);
  narrow.conductance.G_max = 1e-5;
  CHECK_THROWS_WITH(plan_programming(layout({0.5}, 1, nc.conductance), narrow, {}),
                    Contains("the map: expected conductances in the device's range"));
}
