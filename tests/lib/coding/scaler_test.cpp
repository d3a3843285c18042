#include "lib/coding/scaler.hpp"

#include "lib/numeric/random.hpp"
#include "tests/catch.hpp"

using namespace memplast;

TEST_CASE("scaled features have the training mean at 1/2 and saturate at z_range",
          "[tasks][preprocessing]") {
  Samples train(4, 2);
  train << 1, 7, 3, 7, 5, 7, 7, 7;  // mean 4, sd sqrt(5); a constant
  const FeatureScaler scaler(train, 2.0, 0);
  Samples x(3, 2);
  x << 4, 7, 4 + std::sqrt(5.0), 8, 100, -100;
  const Samples u = scaler.transform(x);
  CHECK(u(0, 0) == Approx(0.5));
  CHECK(u(1, 0) == Approx(0.75));
  CHECK(u(2, 0) == 1.0);
  CHECK(u(0, 1) == Approx(0.5));
  CHECK(u(1, 1) == Approx(0.75));  // a constant feature has sd 1
  CHECK(u(2, 1) == 0.0);
}

TEST_CASE("appended principal axes are uncorrelated on the training samples",
          "[tasks][preprocessing]") {
  Stream stream(1, Purpose::noise);
  Samples train(200, 3);
  for (int i = 0; i < 200; ++i) {
    const double common = stream.normal();
    for (int f = 0; f < 3; ++f) train(i, f) = common + 0.3 * stream.normal();
  }
  const FeatureScaler scaler(train, 50.0, 2);  // so wide that nothing saturates
  CHECK(scaler.n_features() == 5);
  const Samples u = scaler.transform(train);
  const Eigen::VectorXd a = u.col(3).array() - 0.5, b = u.col(4).array() - 0.5;
  CHECK(std::abs(a.dot(b)) < 1e-10 * a.norm() * b.norm() + 1e-12);
  // The first axis is the common part: it correlates with every feature.
  for (int f = 0; f < 3; ++f) {
    const Eigen::VectorXd c = u.col(f).array() - 0.5;
    CHECK(std::abs(a.dot(c)) / (a.norm() * c.norm()) > 0.9);
  }
}

TEST_CASE("what a sample is scaled to depends on no other sample", "[tasks][preprocessing]") {
  Stream stream(1, Purpose::noise);
  Samples x(50, 30);
  for (auto& value : x.reshaped()) value = stream.normal();
  const FeatureScaler scaler(x, 2.5, 15);
  const Samples together = scaler.transform(x);
  for (int i = 0; i < 50; ++i) CHECK(scaler.transform(x.row(i)) == together.row(i));
  CHECK(FeatureScaler(scaler.constants()).transform(x) == together);
}

TEST_CASE("a missing value becomes the median of the training samples alone",
          "[tasks][preprocessing]") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  Samples train(4, 2), test(2, 2);
  train << 1, nan, 5, nan, nan, nan, 2, nan;
  test << nan, 7, 100, nan;
  impute(train, test);
  CHECK(train(2, 0) == 2.0);
  CHECK(test(0, 0) == 2.0);
  CHECK(test(1, 0) == 100.0);
  CHECK(test(0, 1) == 7.0);
  CHECK(test(1, 1) == 0.0);  // no training sample knows it
}
