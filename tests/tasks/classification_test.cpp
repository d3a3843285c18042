#include "tasks/classification.hpp"

#include <catch2/catch.hpp>

#include "lib/io/h5.hpp"
#include "tasks/result_file.hpp"
#include "tests/support.hpp"

using namespace memplast;

namespace {

RunConfig small_config() {
  RunConfig config;
  config.model = load_model("nc", "test");
  config.settings = preset("iris", "teacher_timed", "temporal", "nc", 4);
  config.partitions = 2;
  return config;
}

RunRecord run(const RunConfig& config, int threads = 2) {
  static const Dataset iris = load_shipped_dataset("iris");
  return run_classification(config, iris, threads);
}

}  // namespace

TEST_CASE("a run does not depend on the number of threads", "[tasks][classification]") {
  const auto one = run(small_config(), 1);
  const auto three = run(small_config(), 3);
  REQUIRE(one.folds.size() == 10);
  for (std::size_t k = 0; k < 10; ++k) {
    CHECK(one.folds[k].result.weights == three.folds[k].result.weights);
    CHECK(one.folds[k].y_pred == three.folds[k].y_pred);
    CHECK(one.folds[k].result.training.write_weight == three.folds[k].result.training.write_weight);
  }
}

TEST_CASE("partitions are named by their seeds, so runs can be cut into shards",
          "[tasks][classification]") {
  auto config = small_config();
  const auto both = run(config);
  config.partitions = 1;
  config.partition_seed = 1;
  const auto second = run(config);
  for (int k = 0; k < 5; ++k)
    CHECK(both.folds[5 + k].result.weights == second.folds[k].result.weights);
}

TEST_CASE("Iris is learned far above chance; test samples are all tested once",
          "[tasks][classification]") {
  const auto record = run(small_config());
  CHECK(record.accuracy.mean > 0.9);  // the first class alone gives 0.67
  std::vector<int> tested(150, 0);
  for (const auto& fold : record.folds)
    for (const int i : fold.test_index) ++tested[i];
  CHECK(tested == std::vector<int>(150, 2));  // once per partition
}

TEST_CASE("the order of features and of samples makes no difference beyond chance",
          "[tasks][classification]") {
  const Dataset iris = load_shipped_dataset("iris");
  const auto accuracy = [](const Dataset& data) {
    return run_classification(small_config(), data, 2).accuracy.mean;
  };
  Dataset features = iris;
  features.x = iris.x.rowwise().reverse();
  std::reverse(features.feature_names.begin(), features.feature_names.end());
  const auto order = Stream(1, Purpose::order).permutation(iris.size());
  Dataset samples = iris;
  samples.x = iris.samples(order);
  samples.y = iris.labels(order);
  // The mean of a partition has sd 0.008 over starts and shuffles; two of them each, four sd.
  CHECK(accuracy(features) == Approx(accuracy(iris)).margin(4 * 0.008));
  CHECK(accuracy(samples) == Approx(accuracy(iris)).margin(4 * 0.008));
}

TEST_CASE("multiplying every conductance changes no spike, only the siemens",
          "[tasks][classification]") {
  auto config = small_config();
  const auto ideal = run(config);
  config.model.conductance.G_min *= 1000;
  config.model.conductance.G_max *= 1000;
  const auto scaled = run(config);
  for (std::size_t k = 0; k < ideal.folds.size(); ++k) {
    CHECK(ideal.folds[k].result.weights == scaled.folds[k].result.weights);
    const Ledger &a = ideal.folds[k].result.test, &b = scaled.folds[k].result.test;
    CHECK(read_energy_J(b, config.model.conductance) ==
          Approx(1000 * read_energy_J(a, small_config().model.conductance)));
  }
}

TEST_CASE("a result file holds weights [pre, post], siemens and labels that agree",
          "[tasks][classification]") {
  const test::TempFolder folder;
  const auto path = folder / "run.h5";
  const auto record = run(small_config());
  write_result(path, record, {"memplast run iris", "2026-01-01T00:00:00Z"});
  const h5::Reader file(path);
  const auto w = file.doubles("/folds/1_3/weights");
  const auto G = file.doubles("/folds/1_3/conductance_S");
  const Weights& expected = record.folds[8].result.weights;
  REQUIRE(w.shape == std::vector<std::size_t>{static_cast<std::size_t>(expected.rows()), 3});
  CHECK(w.values[1 * 3 + 2] == expected(1, 2));
  const Conductance& device = record.config.model.conductance;
  CHECK(G.values[5] == Approx(device.G_min + w.values[5] * (device.G_max - device.G_min)));
  CHECK(file.integers("/encoder/feature").values.size() == w.shape[0]);
  CHECK(file.text("/class_names") == R"(["setosa","versicolor","virginica"])");

  // Time and command line are no part of the digest; the seed is.
  write_result(folder / "again.h5", record, {"another command", "2027-01-01T00:00:00Z"});
  CHECK(h5::Reader(folder / "again.h5").digest() == file.digest());
  auto config = small_config();
  config.seed = 2;
  write_result(folder / "other.h5", run(config), {"", ""});
  CHECK(h5::Reader(folder / "other.h5").digest() != file.digest());
}

TEST_CASE("devices that are all but ideal give the ideal run", "[tasks][classification]") {
  auto config = small_config();
  const auto ideal = run(config);
  // The finest levels move a weight by 6e-8 at most; the teacher's lags are solved anew, to 1e-10.
  config.model.variability = {.levels = 1 << 24, .stochastic_rounding = 0};
  const auto fine = run(config);
  for (std::size_t k = 0; k < ideal.folds.size(); ++k) {
    CHECK(ideal.folds[k].y_pred == fine.folds[k].y_pred);
    CHECK(ideal.folds[k].result.weights.isApprox(fine.folds[k].result.weights, 1e-4));
  }
}

TEST_CASE("a waterfall switches the variability on piece by piece", "[tasks][classification]") {
  auto config = small_config();
  config.partitions = 1;
  config.waterfall = true;
  CHECK_THROWS_WITH(run(config), Catch::Contains("devices that are not ideal"));
  config.model.variability = {.levels = 4, .stuck_random = 0.5, .read_noise = 1.0};
  const auto record = run(config);
  REQUIRE(record.variants.waterfall.size() == 4);
  CHECK(record.variants.waterfall[0].name == "ideal");
  CHECK(record.variants.waterfall[1].name == "levels");
  CHECK(record.variants.waterfall[2].name == "stuck devices");
  CHECK(record.variants.waterfall[3].name == "read noise");
  CHECK(record.variants.waterfall[3].score.mean == record.accuracy.mean);
  CHECK(record.variants.waterfall[0].score.mean > 0.9);
  CHECK(record.variants.waterfall[3].score.mean < 0.85);  // half the devices stuck, reads all noise
}

TEST_CASE("runs with parameters drawn from a fit need a fit", "[tasks][classification]") {
  auto config = small_config();
  config.partitions = 1;
  config.fit_draws = 3;
  CHECK_THROWS_WITH(run(config), Catch::Contains("covariance"));
  config.model.fit = json::parse(R"({"std_error": {"A_plus": 0.01, "tau_plus_ms": 1}, "fixed": [],
      "covariance": [[1e-4, 0], [0, 1]]})");
  CHECK(run(config).variants.fit_draws.size() == 3);
  const auto drawn = draw_from_fit(config.model, 1);
  const auto &before = std::get<NcMemristor<>>(config.model.rule),
             &after = std::get<NcMemristor<>>(drawn.rule);
  CHECK(after.A_plus != before.A_plus);
  CHECK(after.A_plus == Approx(before.A_plus).margin(0.05));  // five standard errors
  CHECK(after.tau_minus == before.tau_minus);
}

TEST_CASE("what training took and how it went is recorded", "[tasks][classification]") {
  auto config = small_config();
  config.partitions = 1;
  config.weights_history = true;
  const auto fold = run(config).folds.front().result;
  REQUIRE(fold.weights_history.size() == 30);  // epochs
  CHECK(fold.weights_history.back() == fold.weights);
  CHECK(fold.weights_history.front() != fold.weights);
  const LearningPoint &first = fold.learning.front(), &last = fold.learning.back();
  CHECK(first.samples == 114);  // a bag of 0.95 of 120
  CHECK(first.errors > last.errors);
  CHECK(first.updates >= first.errors);
  // Every update programs the devices of two columns under the volley.
  std::int64_t updates = 0;
  for (const LearningPoint& point : fold.learning) updates += point.updates;
  CHECK(fold.training.writes > 2 * 8 * updates);
  CHECK(fold.training.writes < 2 * 32 * updates);
}
