#pragma once
#include <Eigen/Core>

namespace memplast {

// Decompositions of matrices, compiled once: each takes the compiler seconds.

struct Eigenpairs {
  Eigen::VectorXd values;   ///< ascending
  Eigen::MatrixXd vectors;  ///< of unit length, one in each column
};

/// Of a symmetric matrix, of which only the lower triangle is read.
Eigenpairs eigenpairs(const Eigen::MatrixXd& symmetric);

struct RightSingular {
  Eigen::VectorXd values;   ///< descending
  Eigen::MatrixXd vectors;  ///< V of A = U diag(values) V^T
};

/// The singular values of a matrix with at least as many rows as columns, and its right singular
/// vectors, by Jacobi rotations of R in A P = Q R.
RightSingular right_singular(const Eigen::MatrixXd& A);

}  // namespace memplast
