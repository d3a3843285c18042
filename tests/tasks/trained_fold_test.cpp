#include "tasks/trained_fold.hpp"

#include "lib/io/file.hpp"
#include "tasks/result_file.hpp"
#include "tests/catch.hpp"
#include "tests/support.hpp"

using namespace memplast;
using Catch::Contains;

namespace {

void write_run(const std::filesystem::path& path, const std::string& protocol = "teacher_timed",
               const std::string& encoder = "temporal") {
  RunConfig config;
  config.model = load_model("nc", "test");
  config.learner = protocol;
  config.code = encoder;
  config.settings = preset("iris", protocol, encoder, "nc", 4);
  config.settings.set("epochs", std::min(config.settings.number("epochs"), 3.0), "test");
  config.partitions = 1;
  config.partition_seed = 5;
  config.final_network = true;
  config.seed = 0xFFFF'FFFF'FFFF'FFFF;  // no double holds it
  write_result(path, run_classification(config, load_shipped_dataset("iris"), 2), {"test", "now"});
}

}  // namespace

TEST_CASE("a trained fold, tested again with its weights, decides as it did", "[tasks][retest]") {
  const test::TempFolder folder;
  const std::string protocol = GENERATE("teacher_timed", "own_class"),
                    encoder = GENERATE("temporal", "poisson");
  CAPTURE(protocol, encoder);
  write_run(folder / "r.h5", protocol, encoder);
  const h5::Reader results(folder / "r.h5");
  for (const auto* name : {"0_0", "0_4", "final"}) {
    const auto fold = read_trained_fold(results, name);
    CHECK(fold.config.seed == 0xFFFF'FFFF'FFFF'FFFF);
    CHECK(test_again(fold, fold.weights) == fold.y_pred);
    if (protocol == "own_class" && encoder == "poisson") continue;  // decides by its classes' rates
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
}

TEST_CASE("the trace of spike trains has the spikes that the network fires", "[tasks][retest]") {
  const test::TempFolder folder;
  const std::string protocol = GENERATE("teacher_timed", "own_class");
  write_run(folder / "r.h5", protocol, "poisson");
  const auto fold = read_trained_fold(h5::Reader(folder / "r.h5"), "0_0");
  const auto trace = trace_sample(fold, 0);
  CHECK(trace.grid_ms.back() == Approx(100.0));
  CHECK(trace.pre.size() > 50);
  REQUIRE(!trace.post.empty());
  for (std::size_t k = 0; k < trace.post.size(); ++k) {
    const auto& V = trace.V_mV[static_cast<std::size_t>(trace.post[k])];
    const auto at = static_cast<std::size_t>(trace.post_t_ms[k] / 0.5);
    // Below the threshold at the grid point before the spike, reset at the one after it.
    CHECK(V[at] < trace.threshold_mV[at] + 1e-9);
    if (at + 1 < V.size()) CHECK(V[at + 1] < 0.5 * trace.threshold_mV[at]);
  }
  for (const double V : trace.V_mV[0]) CHECK(V < trace.threshold_mV[0]);
}

TEST_CASE("a run on one's own data is tested again if the file is still there", "[tasks][retest]") {
  const test::TempFolder folder;
  const auto iris = load_shipped_dataset("iris");
  std::string csv = "a,b,kind\n";
  for (int i = 0; i < iris.size(); ++i)
    csv += (i % 17 == 0 ? "" : to_text(iris.x(i, 2))) + "," + to_text(iris.x(i, 3)) + "," +
           iris.class_names[static_cast<std::size_t>(iris.y[i])] + "\n";
  const auto file = folder.file("mine.csv", csv);
  RunConfig config;
  config.task = own_data_task;
  config.data = {.file = file, .sha256 = sha256(csv), .label_column = "kind", .impute = true};
  config.model = load_model("nc", "test");
  config.settings = preset(config.task, "teacher_timed", "temporal", "nc", 2);
  config.partitions = 1;
  const auto data = dataset_from(parse_csv(csv, file), "kind", Missing::kept);
  write_result(folder / "r.h5", run_classification(config, data, 2), {"test", "now"});
  const h5::Reader results(folder / "r.h5");
  const auto fold = read_trained_fold(results, "0_1");
  CHECK(test_again(fold, fold.weights) == fold.y_pred);
  folder.file("mine.csv", csv + "1,2,setosa\n");
  CHECK_THROWS_WITH(read_trained_fold(results, "0_1"), Contains("got another one in"));
  std::filesystem::remove(file);
  CHECK_THROWS_WITH(read_trained_fold(results, "0_1"), Contains("got no file"));
}
