#include <algorithm>

#include "lib/base/error.hpp"
#include "tasks/classification.hpp"
#include "tasks/control.hpp"
#include "tests/catch.hpp"

using namespace memplast;
using Catch::Contains;

namespace {

/// A value that the row may have and that is not the present one.
Value other_value(const ParamRow& row, const Value& now) {
  if (row.kind == Kind::flag) return !std::get<bool>(now);
  if (row.kind == Kind::text) return std::get<std::string>(now) + "x";
  if (row.kind == Kind::choice) {
    const auto it = std::find_if(row.choices.begin(), row.choices.end(), [&](auto name) {
      return std::string(name) != std::get<std::string>(now);
    });
    return std::string(*it);
  }
  const double x = row.kind == Kind::real                       ? std::get<double>(now)
                   : std::holds_alternative<std::uint64_t>(now) ? 0.0
                                                                : std::get<std::int64_t>(now);
  if (row.kind == Kind::whole) return x + 1 <= row.upper ? x + 1 : x - 1;
  return x + (row.upper - x) / 3 > x ? x + (row.upper - x) / 3 : row.lower + (x - row.lower) / 3;
}

/// Each setting in turn, and then all together, at another value.
std::vector<Parameters> others_of(const Parameters& usual) {
  std::vector<Parameters> out{usual};
  Parameters all = usual;
  for (const ParamRow& row : usual.table()) {
    const Value other = other_value(row, usual.get(row));
    out.push_back(usual);
    out.back().set(row.key(), other, "test");
    CHECK(!(out.back() == usual));
    all.set(row.key(), other, "test");
  }
  out.push_back(all);
  return out;
}

/// As a file has it: through text.
json as_text(const json& value) { return parse_json(value.dump(), "test"); }

void check_returns(const RunConfig& config) {
  const json written = to_json(config);
  const RunConfig back = run_config_from(as_text(written), "test");
  CHECK(to_json(back).dump() == written.dump());
  CHECK(back.task == config.task);
  CHECK(back.learner == config.learner);
  CHECK(back.code == config.code);
  CHECK(back.settings == config.settings);
  CHECK(Parameters(back) == Parameters(config));
  CHECK(Parameters(back.data) == Parameters(config.data));
  CHECK(to_json(back.model) == to_json(config.model));
}

void check_returns(const ControlConfig& config) {
  const json written = to_json(config);
  const ControlConfig back = control_config_from(as_text(written), "test");
  CHECK(to_json(back).dump() == written.dump());
  CHECK(back.learner == config.learner);
  CHECK(back.code == config.code);
  CHECK(back.settings == config.settings);
  CHECK(back.modulation == config.modulation);
  CHECK(back.sham == config.sham);
  CHECK(back.trajectory == config.trajectory);
  CHECK(back.trajectory_sha256 == config.trajectory_sha256);
  CHECK(Parameters(back) == Parameters(config));
  CHECK(to_json(back.model) == to_json(config.model));
}

std::vector<std::string> all_rules() {
  auto rules = shipped_rules();
  for (const auto& name : shipped_pulse_models()) rules.push_back(name);
  return rules;
}

/// A record with each of its fields at another value.
template <class P>
P changed(const P& record) {
  P out = record;
  const Parameters fields(record);
  for (const ParamRow& row : fields.table()) {
    Parameters one = fields;
    one.set(row.key(), other_value(row, fields.get(row)), "test");
    row.set(reinterpret_cast<char*>(&out) + row.offset, one.get(row));
  }
  return out;
}

}  // namespace

TEST_CASE("a run's JSON read back is the run, for each learner, code, task and rule",
          "[tasks][run_config]") {
  auto tasks = shipped_datasets();
  tasks.emplace_back(own_data_task);
  int n = 0;
  for (const LearnerEntry& entry : learners()) {
    if (entry.classifier == nullptr) continue;
    for (const auto& task : tasks)
      for (const auto& rule : all_rules()) {
        CAPTURE(entry.name, entry.code, task, rule);
        RunConfig config{.task = task, .model = load_model(rule)};
        config.learner = entry.name;
        config.code = entry.code;
        config.settings = preset(task, entry.name, entry.code, rule, 64);
        if (task == own_data_task)
          config.data = {.file = "mine.csv", .sha256 = "abc", .label_column = "kind"};
        check_returns(config);
        ++n;
      }
  }
  CHECK(n >= 4 * 4 * 5);
}

TEST_CASE("a run's JSON keeps each field and setting that is not the usual one",
          "[tasks][run_config]") {
  for (const LearnerEntry& entry : learners()) {
    if (entry.classifier == nullptr) continue;
    RunConfig config{.model = load_model("nc")};
    config.learner = entry.name;
    config.code = entry.code;
    for (const auto& settings : others_of(preset("iris", entry.name, entry.code, "nc", 4))) {
      CAPTURE(to_json(settings).dump());
      config.settings = settings;
      check_returns(config);
    }
  }
  RunConfig config = changed(RunConfig{});
  config.task = own_data_task;
  config.data = changed(DataSource{});
  config.model = load_model("ppx");
  config.model.pairing = Pairing::first_spike;
  config.model.variability = {.dtod = 0.1, .ctoc = 1.0 / 3, .levels = 16};
  config.model.conductance = {.G_min = 1e-7, .G_max = 3e-5};
  config.settings = preset(config.task, config.learner, config.code, "ppx", 4);
  config.seed = 0xFFFF'FFFF'FFFF'FFFF;  // no double holds it
  CHECK(config.folds == 6);
  CHECK(config.partitions == 11);
  CHECK(config.weights_history);
  CHECK(config.waterfall);
  CHECK(config.fit_draws == 1);
  CHECK(config.data.impute);
  check_returns(config);
}

TEST_CASE("a control run's JSON read back is the run", "[tasks][run_config]") {
  REQUIRE(control_learners().size() >= 3);
  for (const auto& [learner, code] : control_learners()) {
    ControlConfig config{.learner = learner, .code = code};
    for (const auto& rule : all_rules()) {
      CAPTURE(learner, code, rule);
      config.model = load_model(rule);
      config.settings = control_preset(config.task, learner, code);
      check_returns(config);
    }
    for (const auto& settings : others_of(control_preset(config.task, learner, code))) {
      CAPTURE(to_json(settings).dump());
      config.settings = settings;
      check_returns(config);
    }
    const ControlConfig plain = config;
    config = changed(config);
    CHECK(config.seeds == 11);
    check_returns(config);
    config = plain;
    if (!config.is_imitation()) {
      config.modulation = Programming::pulses;
      config.sham = Sham::shuffled_reward;
    } else {
      config.trajectory = "expert.csv";
      config.trajectory_sha256 = "abc";
    }
    check_returns(config);
  }
}

TEST_CASE("what a run's JSON cannot say is refused by its place", "[tasks][run_config]") {
  RunConfig config{.model = load_model("nc")};
  config.settings = preset("iris", config.learner, config.code, "nc", 4);
  const json good = to_json(config);
  const auto refusal = [&](const std::string& key, const json& value) {
    json bad = good;
    bad[key] = value;
    try {
      run_config_from(bad, "file");
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string("nothing");
  };
  CHECK_THAT(refusal("fold", 3), Contains("file/fold: expected one of the keys task, rule") &&
                                     Contains("partition_seed") && Contains("'fold'"));
  CHECK_THAT(refusal("folds", 1), Contains("file/folds: expected a whole number in [2, 1000]"));
  CHECK_THAT(refusal("folds", 2.5), Contains("file/folds: expected a whole number"));
  CHECK_THAT(refusal("seed", -1), Contains("file/seed: expected a whole number"));
  CHECK_THAT(refusal("waterfall", 1), Contains("file/waterfall: expected true or false"));
  CHECK_THAT(refusal("task", "roses"), Contains("file/task: expected one of iris, breast_cancer") &&
                                           Contains("classify, got 'roses'"));
  CHECK_THAT(refusal("protocol", "magic"),
             Contains("file/protocol: expected own_class or teacher_timed, got 'magic'"));
  CHECK_THAT(refusal("learner", "magic"), Contains("file/learner: expected own_class"));
  CHECK_THAT(refusal("encoder", "rank"),
             Contains("file/encoder: expected temporal or poisson, got 'rank'"));
  CHECK_THAT(refusal("settings", {{"rate_high_Hz", 1.0}}),
             Contains("file/settings/rate_high_Hz: expected one of the keys n_fields"));
  CHECK_THAT(refusal("settings", {{"epochs", -1}}), Contains("file/settings/epochs: expected"));
  CHECK_THAT(refusal("data", "x.csv"), Contains("file/data: expected the task classify"));
  CHECK_THAT(refusal("task", "classify"), Contains("file/data: expected a text"));
  CHECK_THAT(refusal("rule", json()), Contains("file/rule: expected an object"));

  ControlConfig control;
  control.model = load_model("nc");
  json bad = to_json(control);
  bad["sham"] = "none";
  CHECK_THROWS_WITH(control_config_from(bad, "file"), Contains("file/sham: expected one of"));
  bad = to_json(control);
  bad["seeds"] = 0;
  CHECK_THROWS_WITH(control_config_from(bad, "file"), Contains("file/seeds: expected a whole"));
  bad = to_json(control);
  bad["task"] = "iris";
  CHECK_THROWS_WITH(control_config_from(bad, "file"), Contains("file/task: expected cartpole"));
}

TEST_CASE("what a run's JSON leaves out is as usual", "[tasks][run_config]") {
  RunConfig config{.model = load_model("nc")};
  config.settings = preset("iris", "teacher_timed", "temporal", "nc", 4);
  const auto back = run_config_from({{"task", "iris"}, {"rule", to_json(config.model)}}, "test");
  CHECK(to_json(back) == to_json(config));
}
