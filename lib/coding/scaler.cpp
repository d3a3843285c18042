#include "scaler.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "../../lib/numeric/linear_algebra.hpp"

namespace memplast {
namespace {

Eigen::RowVectorXd deviations(const Samples& centred) {
  Eigen::RowVectorXd sd =
      (centred.colwise().squaredNorm() / static_cast<double>(centred.rows())).cwiseSqrt();
  for (auto& s : sd)
    if (s == 0.0) s = 1.0;
  return sd;
}

}  // namespace

FeatureScaler::FeatureScaler(const Samples& train, double z_range, int pca_axes)
    : c_{z_range, train.colwise().mean(), {}, {}, {}} {
  Samples z = train.rowwise() - c_.mean;
  c_.sd = deviations(z);
  z.array().rowwise() /= c_.sd.array();
  const auto n_axes = std::min<Eigen::Index>(pca_axes, train.cols());
  if (n_axes == 0) return;
  const Eigen::MatrixXd square = (z.transpose() * z).triangularView<Eigen::Lower>();
  c_.axes = eigenpairs(square).vectors.rightCols(n_axes).rowwise().reverse();  // largest first
  c_.axis_sd = deviations(z * c_.axes);
}

Samples FeatureScaler::transform(const Samples& x) const {
  Samples z(x.rows(), n_features());
  z.leftCols(x.cols()) = (x.rowwise() - c_.mean).array().rowwise() / c_.sd.array();
  // Row by row in order of feature: a matrix product sums in an order that depends on its shape.
  for (Eigen::Index a = 0; a < c_.axes.cols(); ++a)
    for (Eigen::Index i = 0; i < x.rows(); ++i) {
      double score = 0.0;
      for (Eigen::Index f = 0; f < x.cols(); ++f) score += z(i, f) * c_.axes(f, a);
      z(i, x.cols() + a) = score / c_.axis_sd[a];
    }
  return (0.5 + z.array() / (2.0 * c_.z_range)).max(0.0).min(1.0);
}

Eigen::RowVectorXd medians(const Samples& x) {
  Eigen::RowVectorXd out(x.cols());
  for (Eigen::Index f = 0; f < x.cols(); ++f) {
    std::vector<double> known;
    for (const double value : x.col(f))
      if (!std::isnan(value)) known.push_back(value);
    std::sort(known.begin(), known.end());
    const auto n = known.size();
    out[f] = n == 0 ? 0.0 : 0.5 * (known[(n - 1) / 2] + known[n / 2]);
  }
  return out;
}

void fill_missing(Samples& x, const Eigen::RowVectorXd& values) {
  for (Eigen::Index f = 0; f < x.cols(); ++f)
    for (auto& value : x.col(f))
      if (std::isnan(value)) value = values[f];
}

void impute(Samples& train, Samples& test) {
  if (train.allFinite() && test.allFinite()) return;
  const auto values = medians(train);
  fill_missing(train, values);
  fill_missing(test, values);
}

}  // namespace memplast
