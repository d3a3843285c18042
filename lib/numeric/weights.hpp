#pragma once
#include <Eigen/Core>

namespace memplast {

/// Weights of a crossbar, [pre, post], row-major: the row of a pre neuron is contiguous.
using Weights = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Samples [sample, feature], row-major.
using Samples = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

}  // namespace memplast
