#include "tasks/data/metrics.hpp"
#include "tests/catch.hpp"

using namespace memplast;

TEST_CASE("accuracy and macro F1 of a confusion matrix known by hand", "[tasks][metrics]") {
  const auto confusion = confusion_matrix({0, 0, 0, 1, 1, 2}, {0, 0, 1, 1, 1, 0}, 3);
  CHECK(confusion == std::vector<std::int64_t>{2, 1, 0, 0, 2, 0, 1, 0, 0});
  CHECK(accuracy(confusion, 3) == Approx(4.0 / 6.0));
  // F1: class 0: 4/(3+3), class 1: 4/(2+3), class 2: 0
  CHECK(f1_macro(confusion, 3) == Approx((4.0 / 6.0 + 4.0 / 5.0 + 0.0) / 3.0));
}
