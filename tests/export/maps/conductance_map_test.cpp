#include "export/maps/map_file.hpp"

#include <algorithm>

#include "learners/teacher_timed.hpp"
#include "lib/base/error.hpp"
#include "tasks/classification.hpp"
#include "tasks/result_file.hpp"
#include "tests/catch.hpp"
#include "tests/export/sample_results.hpp"
#include "tests/support.hpp"

using namespace memplast;
using Catch::Contains;

namespace {

// G of the first fold, by hand: G_min + w (G_max - G_min), w = 0.1 + 0.03 (3 pre + post).
double expected_siemens(int pre, int post) { return 1e-6 + (0.1 + 0.03 * (3 * pre + post)) * 1e-5; }

DeviceLayout sample_devices() {
  const test::TempFolder folder;
  test::write_results(folder / "r.h5");
  return lay_out(read_conductance_map(folder / "r.h5", ""), Mapping::single);
}

ConductanceMap sample_map(const std::string& fold = "") {
  const test::TempFolder folder;
  test::write_results(folder / "r.h5");
  return read_conductance_map(folder / "r.h5", fold);
}

}  // namespace

TEST_CASE("map: read from a result file with its labels", "[export]") {
  const auto map = sample_map();
  CHECK(map.n_pre == 2);
  CHECK(map.n_post == 3);
  CHECK(map.conductance[5] == Approx(expected_siemens(1, 2)).epsilon(1e-14));
  CHECK(map.feature == std::vector<std::int64_t>{1, 0});
  CHECK(map.class_names[1] == "b, or not");
  CHECK(map.metadata["fold"] == "0_0");
  CHECK(map.metadata["rule"] == "nc");
  CHECK(map.metadata["seed"] == "7");
  CHECK(sample_map("0_1").w[0] == 0.7);
}

TEST_CASE("map: what is no result file, or has no such fold, is refused", "[export]") {
  const test::TempFolder folder;
  test::write_results(folder / "r.h5");
  CHECK_THROWS_WITH(read_conductance_map(folder / "r.h5", "9_9"),
                    Contains("r.h5:/folds: expected one of 0_0, 0_1, got '9_9'"));
  write_h5(sample_devices(), folder / "map.h5");
  CHECK_THROWS_WITH(read_conductance_map(folder / "map.h5", ""),
                    Contains("expected a result file of memplast run, got another HDF5 file"));
  const auto whole = read_text(folder / "r.h5");
  CHECK_THROWS_WITH(
      read_conductance_map(folder.file("cut.h5", whole.substr(0, whole.size() / 2)), ""),
      Contains("cut.h5: expected an HDF5 file, got a truncated"));
}

TEST_CASE("map: shapes that do not fit each other are refused", "[export]") {
  const test::TempFolder folder;
  test::write_results(folder / "r.h5", [](h5::Writer& file) {
    file.dataset("/folds/bad/weights", std::vector<double>{1, 2}, {1, 2}, "1");
  });
  CHECK_THROWS_WITH(
      read_conductance_map(folder / "r.h5", "bad"),
      Contains("/folds/bad/weights: expected the shape [2, 3], got the shape [1, 2]"));
}

TEST_CASE("map: a principal axis, which no data set names, has a name", "[export]") {
  const test::TempFolder folder;
  RunConfig config;
  config.model = load_model("nc");
  TeacherTimedTemporal settings;
  settings.pca_axes = 2;
  settings.epochs = 1;
  config.settings = Parameters(settings);
  config.partitions = 1;
  write_result(folder / "r.h5", run_classification(config, load_shipped_dataset("iris"), 2),
               {"test", "now"});
  const auto map = read_conductance_map(folder / "r.h5", "");
  REQUIRE(map.feature_names.size() == 6);  // 4 features of Iris
  CHECK(map.feature_names[4] == "principal axis 1");
  CHECK(map.feature_names[5] == "principal axis 2");
  CHECK(*std::max_element(map.feature.begin(), map.feature.end()) == 5);
}
