#include "tasks/search/tuning.hpp"

#include "learners/teacher_timed.hpp"
#include "lib/base/error.hpp"
#include "tests/catch.hpp"

using namespace memplast;

namespace {

TuneConfig small_search() {
  TuneConfig config;
  config.run.model = load_model("stdp", "test");
  TeacherTimedTemporal settings;
  settings.subnetworks = 1;
  config.run.settings = Parameters(settings);
  config.run.partitions = 1;
  config.vary = {{"epochs", 0, 20}, {"margin_ms", 0.01, 0.2}};
  config.trials = 4;
  config.inner_folds = 3;
  return config;
}

}  // namespace

TEST_CASE("a search tries the settings as they were and others in their ranges",
          "[tasks][tuning]") {
  const Dataset iris = load_shipped_dataset("iris");
  const auto tuned = tune(small_search(), iris, 2);
  REQUIRE(tuned.trials.size() == 4);
  REQUIRE(tuned.accuracy.size() == 4);
  CHECK(tuned.trials[0].as<TeacherTimedTemporal>().epochs == 30);
  for (int k = 1; k < 4; ++k) {
    const auto s = tuned.trials[k].as<TeacherTimedTemporal>();
    CHECK(s.epochs <= 20);
    CHECK(s.margin >= 0.01);
    CHECK(s.margin <= 0.2);
    CHECK(s.n_fields == 8);
  }
  CHECK(tuned.accuracy[tuned.best] ==
        *std::max_element(tuned.accuracy.begin(), tuned.accuracy.end()));
  CHECK(tuned.chosen.size() == 5);
  CHECK(tuned.nested.n == 5);
  CHECK(tuned.nested.mean > 0.85);

  const auto alone = tune(small_search(), iris, 1);
  CHECK(alone.chosen == tuned.chosen);
  CHECK(alone.nested.mean == tuned.nested.mean);
}

TEST_CASE("the nested accuracy of labels without meaning is at chance", "[tasks][tuning]") {
  Dataset noise = load_shipped_dataset("iris");
  Stream(3, Purpose::order).shuffle(std::span(noise.y));
  // 150 tests at chance 1/3: sd 0.04; the best of the trials would tend to lie above.
  CHECK(tune(small_search(), noise, 2).nested.mean == Approx(1.0 / 3).margin(4 * 0.04));
}

TEST_CASE("a search refuses a setting that is none", "[tasks][tuning]") {
  auto config = small_search();
  config.vary = {{"rate_Hz", 1, 2}};
  CHECK_THROWS_WITH(tune(config, load_shipped_dataset("iris"), 1),
                    Catch::StartsWith("rate_Hz: expected one of n_fields, "));
}
