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
    : z_range_(z_range), mean_(train.colwise().mean()) {
  Samples z = train.rowwise() - mean_;
  sd_ = deviations(z);
  z.array().rowwise() /= sd_.array();
  const auto n_axes = std::min<Eigen::Index>(pca_axes, train.cols());
  if (n_axes == 0) return;
  const Eigen::MatrixXd square = (z.transpose() * z).triangularView<Eigen::Lower>();
  axes_ = eigenpairs(square).vectors.rightCols(n_axes).rowwise().reverse();  // largest first
  axis_sd_ = deviations(z * axes_);
}

Samples FeatureScaler::transform(const Samples& x) const {
  Samples z(x.rows(), n_features());
  z.leftCols(x.cols()) = (x.rowwise() - mean_).array().rowwise() / sd_.array();
  if (axes_.cols() > 0)
    z.rightCols(axes_.cols()) = (z.leftCols(x.cols()) * axes_).array().rowwise() / axis_sd_.array();
  return (0.5 + z.array() / (2.0 * z_range_)).max(0.0).min(1.0);
}

void impute(Samples& train, Samples& test) {
  if (train.allFinite() && test.allFinite()) return;
  for (Eigen::Index f = 0; f < train.cols(); ++f) {
    std::vector<double> known;
    for (const double x : train.col(f))
      if (!std::isnan(x)) known.push_back(x);
    std::sort(known.begin(), known.end());
    const auto n = known.size();
    const double median = n == 0 ? 0.0 : 0.5 * (known[(n - 1) / 2] + known[n / 2]);
    for (auto* samples : {&train, &test})
      for (auto& x : samples->col(f))
        if (std::isnan(x)) x = median;
  }
}

}  // namespace memplast
