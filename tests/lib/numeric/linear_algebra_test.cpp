#include "lib/numeric/linear_algebra.hpp"
#include "tests/catch.hpp"

#include <cmath>

using namespace memplast;

TEST_CASE("eigenpairs are those known by hand", "[lib][linear_algebra]") {
  // [2 1; 1 2]: 1 along (1, -1), 3 along (1, 1). Above the diagonal nothing is read.
  Eigen::MatrixXd A(2, 2);
  A << 2.0, 99.0, 1.0, 2.0;
  const auto pairs = eigenpairs(A);
  CHECK(pairs.values[0] == Approx(1.0));
  CHECK(pairs.values[1] == Approx(3.0));
  CHECK(pairs.vectors(0, 0) == Approx(-pairs.vectors(1, 0)));
  CHECK(std::abs(pairs.vectors(0, 1)) == Approx(std::sqrt(0.5)));
  CHECK(pairs.vectors(0, 1) == Approx(pairs.vectors(1, 1)));
}

TEST_CASE("right singular vectors are those known by hand", "[lib][linear_algebra]") {
  // A^T A = [25 20; 20 25]: 45 along (1, 1), 5 along (1, -1).
  Eigen::MatrixXd A(3, 2);
  A << 3.0, 0.0, 4.0, 5.0, 0.0, 0.0;
  const auto found = right_singular(A);
  CHECK(found.values[0] == Approx(std::sqrt(45.0)));
  CHECK(found.values[1] == Approx(std::sqrt(5.0)));
  CHECK(found.vectors(0, 0) == Approx(found.vectors(1, 0)));
  CHECK(found.vectors(0, 1) == Approx(-found.vectors(1, 1)));
}

TEST_CASE("a matrix of deficient rank has a singular value of zero", "[lib][linear_algebra]") {
  Eigen::MatrixXd A(4, 3);
  for (int i = 0; i < 4; ++i) A.row(i) << i + 1.0, 1.0, i + 2.0;  // the third is the sum
  const auto found = right_singular(A);
  CHECK(found.values[1] > 1e-3 * found.values[0]);
  CHECK(found.values[2] < 1e-14 * found.values[0]);
  // Nothing changes along (1, 1, -1).
  CHECK((A * found.vectors.col(2)).norm() < 1e-13);
  CHECK(found.vectors(0, 2) == Approx(-found.vectors(2, 2)));
}
