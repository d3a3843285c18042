#include "models/model_file.hpp"

#include "lib/io/file.hpp"
#include "tests/catch.hpp"
#include "tests/support.hpp"

using namespace memplast;
using Catch::Contains;

TEST_CASE("model file: every shipped rule survives the round trip, bit for bit", "[models]") {
  for (const auto& name : shipped_rules()) {
    INFO(name);
    auto model = load_model(name);
    model.conductance.G_max = 3e-5;
    model.pairing = Pairing::first_spike;
    model.fit = {{"n", 12}, {"rmse", 0.1}};
    const json object = to_json(model);
    const auto back = model_from_json(parse_json(object.dump(2), name), name);
    CHECK(to_json(back) == object);
    CHECK(rule_name(back.rule) == name);
    CHECK(back.conductance.G_max == 3e-5);
    CHECK(back.pairing == Pairing::first_spike);
    for (const double dt : {-30.0, 0.0, 12.5})
      CHECK(std::visit([&](const auto& r) { return r.dw(dt, 0.3); }, back.rule) ==
            std::visit([&](const auto& r) { return r.dw(dt, 0.3); }, model.rule));
  }
}

TEST_CASE("model file: a table survives the round trip", "[models][table]") {
  ModelFile model;
  model.rule = TableRule{.dt_ms = {-1, 1}, .w = {0.5}, .values = {{-0.1, 0.1}}};
  const auto back = model_from_json(to_json(model), "m.json");
  CHECK(std::get<TableRule>(back.rule).values == std::vector<std::vector<double>>{{-0.1, 0.1}});
}

TEST_CASE("model file: loaded by name, from a file, from a text", "[models]") {
  const test::TempFolder folder;
  const auto text = to_json(load_model("nc")).dump();
  CHECK(to_json(load_model(folder.file("my_nc.json", text).string())).dump() == text);
  CHECK(to_json(load_model(text)).dump() == text);
  CHECK(shipped_rules() == std::vector<std::string>{"biexp", "gaussian", "nc", "ppx", "stdp"});
}

TEST_CASE("model file: w = (G - G_min) / (G_max - G_min)", "[models]") {
  const Conductance range{.G_min = 1e-6, .G_max = 5e-6};
  CHECK(range.siemens(0) == 1e-6);
  CHECK(range.siemens(1) == Approx(5e-6));
  CHECK(range.weight(range.siemens(0.3)) == Approx(0.3));
}

TEST_CASE("model file: what is not a file, or empty, is said", "[models]") {
  const test::TempFolder folder;
  CHECK_THROWS_WITH(load_model("ncc"),
                    Contains("rule: expected one of biexp, gaussian, nc, ppx, stdp, pulse_") &&
                        Contains("or the path of a model file, got 'ncc'."));
  CHECK_THROWS_WITH(load_model((folder / "none.json").string()), Contains("got no such file"));
  CHECK_THROWS_WITH(load_model(folder.path().string()), Contains("got a folder"));
  CHECK_THROWS_WITH(load_model(folder.file("e.json", "").string()),
                    Contains("e.json") && Contains("got an empty text"));
  CHECK_THROWS_WITH(load_model(folder.file("h.json", "{\"memplast_model\": 1,").string()),
                    Contains("h.json:1:") && Contains("expected valid JSON"));
}

TEST_CASE("model file: bad content is refused with its place", "[models]") {
  const auto refused = [](const std::string& place, const auto& change, const std::string& what) {
    json object = to_json(load_model("nc"));
    change(object);
    INFO(object.dump());
    CHECK_THROWS_AS(model_from_json(object, "m.json"), InputError);
    CHECK_THROWS_WITH(model_from_json(object, "m.json"),
                      Catch::StartsWith("m.json" + place + ": expected ") && Contains(what));
  };
  using J = json;
  refused(
      "/memplast_model", [](J& o) { o["memplast_model"] = 2; }, "version 1, got 2");
  refused(
      "/memplast_model", [](J& o) { o.erase("memplast_model"); }, "got nothing");
  refused(
      "/model", [](J& o) { o["model"] = "pcm"; }, "pulse_table, table, got 'pcm'");
  refused(
      "/model", [](J& o) { o.erase("model"); }, "got nothing");
  refused(
      "", [](J& o) { o.erase("params"); }, "a key params");
  refused(
      "/params", [](J& o) { o["params"] = 3; }, "an object");
  refused(
      "/colour", [](J& o) { o["colour"] = "red"; }, "unknown key 'colour'");
  refused(
      "/params/tau_ms", [](J& o) { o["params"]["tau_ms"] = 1; }, "unknown key 'tau_ms'");
  refused(
      "/params/tau_plus_ms", [](J& o) { o["params"].erase("tau_plus_ms"); }, "got nothing");
  refused(
      "/params/tau_plus_ms", [](J& o) { o["params"]["tau_plus_ms"] = -9.3; },
      "a number in [0.1, 500] ms, got -9.3");
  refused(
      "/params/A_plus", [](J& o) { o["params"]["A_plus"] = "0.1"; }, "got \"0.1\"");
  refused(
      "/params/A_plus", [](J& o) { o["params"]["A_plus"] = nullptr; }, "got null");
  refused(
      "/conductance", [](J& o) { o["conductance"]["G_min_S"] = 1; }, "G_min_S below G_max_S");
  refused(
      "/conductance/G_min_S", [](J& o) { o["conductance"]["G_min_S"] = -1; }, "got -1");
  refused(
      "/conductance/G_S", [](J& o) { o["conductance"]["G_S"] = 1; }, "unknown key");
  refused(
      "/pairing", [](J& o) { o["pairing"] = "all"; }, "got 'all'");
  refused(
      "/source", [](J& o) { o["source"] = 1; }, "a text");
  refused(
      "/variability/noise", [](J& o) { o["variability"]["noise"] = 1; }, "unknown key");
  refused(
      "/variability/ctoc", [](J& o) { o["variability"]["ctoc"] = -1; }, "got -1");
  refused(
      "/variability/levels", [](J& o) { o["variability"]["levels"] = 1; }, "0 or at least 2");
  refused(
      "/variability",
      [](J& o) {
        o["variability"] = {{"stuck_low", 0.6}, {"stuck_high", 0.6}};
      },
      "at most 1");
}

TEST_CASE("model file: variability holds only what is not ideal", "[models][variability]") {
  ModelFile model = load_model("nc");
  CHECK(model.variability.is_ideal());
  CHECK_FALSE(to_json(model).contains("variability"));
  model.variability.dtod = 0.1;
  model.variability.levels = 32;
  CHECK_FALSE(model.variability.is_ideal());
  CHECK(to_json(model)["variability"].dump() == R"({"dtod":0.1,"levels":32})");
  CHECK(model_from_json(to_json(model), "m.json").variability == model.variability);
  CHECK(Variability{.drift_nu = 0.1}.is_ideal());  // no time passes
}

TEST_CASE("model file: a bad table is refused with its place", "[models][table]") {
  const auto refused = [](const std::string& place, const std::string& params) {
    const json object{{"memplast_model", 1}, {"model", "table"}, {"params", json::parse(params)}};
    INFO(params);
    CHECK_THROWS_WITH(model_from_json(object, "m.json"),
                      Catch::StartsWith("m.json/params" + place + ": expected "));
  };
  refused("", R"({"dt_ms": [1], "w": [0]})");
  refused("/dt_ms", R"({"dt_ms": [2, 1], "w": [0], "dw": [[0, 0]]})");
  refused("/dt_ms", R"({"dt_ms": [1, 1], "w": [0], "dw": [[0, 0]]})");
  refused("/dt_ms", R"({"dt_ms": [], "w": [0], "dw": [[]]})");
  refused("/w", R"({"dt_ms": [1], "w": 0, "dw": [[0]]})");
  refused("/dw", R"({"dt_ms": [1, 2], "w": [0], "dw": [[0]]})");
  refused("/dw", R"({"dt_ms": [1, 2], "w": [0], "dw": [[0, "x"]]})");
  refused("/dw", R"({"dt_ms": [1, 2], "w": [0], "dw": 1})");
  refused("/state", R"({"dt_ms": [1], "w": [0], "dw": [[0]], "state": 1})");
}

TEST_CASE("model file: one parameter of a rule can be replaced", "[models]") {
  AnyRule rule = NcMemristor<>{};
  set_rule_param(rule, "tau_plus_ms", 12.5, "--rule-param");
  CHECK(std::get<NcMemristor<>>(rule).tau_plus == 12.5);
  CHECK_THROWS_WITH(set_rule_param(rule, "tau_ms", 1, "--rule-param"),
                    Contains("expected one of A_plus, ") && Contains("parameter 'tau_ms'"));
  CHECK_THROWS_WITH(set_rule_param(rule, "tau_plus_ms", -1, "--rule-param"),
                    Contains("[0.1, 500] ms, got -1"));
  rule = TableRule{};
  CHECK_THROWS_AS(set_rule_param(rule, "A_plus", 1, "--rule-param"), InputError);
}
