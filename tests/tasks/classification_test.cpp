#include "tasks/classification.hpp"

#include <catch2/catch.hpp>

#include "lib/h5.hpp"
#include "tasks/result_file.hpp"
#include "tests/support.hpp"

using namespace memplast;

namespace {

RunConfig small_config() {
  RunConfig config;
  config.model = load_model("nc", "test");
  config.settings = preset("iris", "teacher_timed", "temporal");
  config.partitions = 2;
  return config;
}

}  // namespace

TEST_CASE("a run does not depend on the number of threads", "[tasks][classification]") {
  const auto one = run_classification(small_config(), 1);
  const auto three = run_classification(small_config(), 3);
  REQUIRE(one.folds.size() == 10);
  for (std::size_t k = 0; k < 10; ++k) {
    CHECK(one.folds[k].weights == three.folds[k].weights);
    CHECK(one.folds[k].y_pred == three.folds[k].y_pred);
    CHECK(one.folds[k].energy_J == three.folds[k].energy_J);
  }
}

TEST_CASE("partitions are named by their seeds, so runs can be cut into shards",
          "[tasks][classification]") {
  auto config = small_config();
  const auto both = run_classification(config, 2);
  config.partitions = 1;
  config.partition_seed = 1;
  const auto second = run_classification(config, 2);
  for (int k = 0; k < 5; ++k) CHECK(both.folds[5 + k].weights == second.folds[k].weights);
}

TEST_CASE("Iris is learned far above chance; test samples are all tested once",
          "[tasks][classification]") {
  const auto run = run_classification(small_config(), 2);
  CHECK(run.accuracy.mean > 0.9);  // the first class alone gives 0.67
  std::vector<int> tested(150, 0);
  for (const auto& fold : run.folds)
    for (const int i : fold.test_index) ++tested[i];
  CHECK(tested == std::vector<int>(150, 2));  // once per partition
}

TEST_CASE("multiplying every conductance changes no spike, only the siemens",
          "[tasks][classification]") {
  auto config = small_config();
  const auto ideal = run_classification(config, 2);
  config.model.conductance.G_min *= 1000;
  config.model.conductance.G_max *= 1000;
  const auto scaled = run_classification(config, 2);
  for (std::size_t k = 0; k < ideal.folds.size(); ++k) {
    CHECK(ideal.folds[k].weights == scaled.folds[k].weights);
    CHECK(scaled.folds[k].energy_J == Approx(1000 * ideal.folds[k].energy_J));
  }
}

TEST_CASE("a result file holds weights [pre, post], siemens and labels that agree",
          "[tasks][classification]") {
  const test::TempFolder folder;
  const auto path = folder / "run.h5";
  const auto run = run_classification(small_config(), 2);
  write_result(path, run, "memplast run iris", "2026-01-01T00:00:00Z");
  const h5::Reader file(path);
  const auto w = file.doubles("/folds/1_3/weights");
  const auto G = file.doubles("/folds/1_3/conductance_S");
  const Weights& expected = run.folds[8].weights;
  REQUIRE(w.shape == std::vector<std::size_t>{static_cast<std::size_t>(expected.rows()), 3});
  CHECK(w.values[1 * 3 + 2] == expected(1, 2));
  const Conductance& device = run.config.model.conductance;
  CHECK(G.values[5] == Approx(device.G_min + w.values[5] * (device.G_max - device.G_min)));
  CHECK(file.integers("/encoder/feature").values.size() == w.shape[0]);
  CHECK(file.text("/class_names") == R"(["setosa","versicolor","virginica"])");

  // Time and command line are no part of the digest; the seed is.
  write_result(folder / "again.h5", run, "another command", "2027-01-01T00:00:00Z");
  CHECK(h5::Reader(folder / "again.h5").digest() == file.digest());
  auto config = small_config();
  config.seed = 2;
  write_result(folder / "other.h5", run_classification(config, 2), "", "");
  CHECK(h5::Reader(folder / "other.h5").digest() != file.digest());
}
