#include "tasks/trained_fold.hpp"

#include <catch2/catch.hpp>

#include "tasks/result_file.hpp"
#include "tests/support.hpp"

using namespace memplast;
using Catch::Contains;

namespace {

void write_run(const std::filesystem::path& path, const std::string& protocol = "teacher_timed") {
  RunConfig config;
  config.model = load_model("nc", "test");
  config.settings = preset("iris", protocol, "temporal", 4);
  config.partitions = 1;
  config.seed = 0xFFFF'FFFF'FFFF'FFFF;  // no double holds it
  write_result(path, run_classification(config, load_shipped_dataset("iris"), 2), {"test", "now"});
}

}  // namespace

TEST_CASE("a trained fold, tested again with its weights, decides as it did", "[tasks][retest]") {
  const test::TempFolder folder;
  write_run(folder / "r.h5");
  const h5::Reader results(folder / "r.h5");
  for (const auto* name : {"0_0", "0_4"}) {
    const auto fold = read_trained_fold(results, name);
    CHECK(fold.config.seed == 0xFFFF'FFFF'FFFF'FFFF);
    CHECK(test_again(fold, fold.weights) == fold.y_pred);
    // Columns exchanged: every decision for the first class is one for the second.
    Weights exchanged = fold.weights;
    exchanged.col(0).swap(exchanged.col(1));
    const auto other = test_again(fold, exchanged);
    for (std::size_t i = 0; i < other.size(); ++i)
      CHECK(other[i] == (fold.y_pred[i] == 2 ? 2 : 1 - fold.y_pred[i]));
  }
}

TEST_CASE("the trace of a sample shows potentials that meet the threshold at the first spikes",
          "[tasks][retest]") {
  const test::TempFolder folder;
  write_run(folder / "r.h5");
  const auto fold = read_trained_fold(h5::Reader(folder / "r.h5"), "0_1");
  const auto trace = trace_sample(fold, 3);
  REQUIRE(trace.spikes.size() == 3);
  CHECK(std::is_sorted(trace.t_ms.begin(), trace.t_ms.end()));
  const double step = trace.grid_ms[1];
  for (std::size_t c = 0; c < 3; ++c) {
    const auto k = static_cast<std::size_t>(trace.spikes[c].t_ms / step);
    INFO(c << " fires at " << trace.spikes[c].t_ms);
    // Below the threshold on the step before the crossing, not below after it.
    CHECK(trace.V_mV[c][k] < trace.threshold_mV[k]);
    CHECK(trace.V_mV[c][k + 1] >= trace.threshold_mV[k + 1]);
  }
}

TEST_CASE("what cannot be tested again is refused", "[tasks][retest]") {
  const test::TempFolder folder;
  write_run(folder / "r.h5");
  const h5::Reader results(folder / "r.h5");
  CHECK_THROWS_WITH(read_trained_fold(results, "7_7"), Contains("with the fold '7_7', got none"));
  const auto fold = read_trained_fold(results, "0_0");
  CHECK_THROWS_WITH(test_again(fold, fold.weights.topRows(5)), Contains("got 5 x 3"));
  write_run(folder / "own.h5", "own_class");
  const auto own = read_trained_fold(h5::Reader(folder / "own.h5"), "0_0");
  CHECK_THROWS_WITH(test_again(own, own.weights), Contains("got own_class, temporal"));
}
