#pragma once
#include "../numeric/weights.hpp"

namespace memplast {

/// Brings features into [0, 1], with constants learned from the training samples alone.
///
///   z = (x - mean) / sd,   u = clip(1/2 + z / (2 z_range), 0, 1)
///
/// With `pca_axes` > 0 the scores on the first principal axes of z are appended as further features
/// and scaled in the same way; a constant feature has sd 1.
class FeatureScaler {
 public:
  FeatureScaler(const Samples& train, double z_range, int pca_axes);
  /// [sample, feature]
  Samples transform(const Samples& x) const;
  int n_features() const { return static_cast<int>(mean_.size() + axes_.cols()); }

 private:
  double z_range_;
  Eigen::RowVectorXd mean_, sd_;
  Eigen::MatrixXd axes_;  // [feature, axis]
  Eigen::RowVectorXd axis_sd_;
};

/// Puts the median of the training samples in the place of a missing value (NaN). A feature that
/// all training samples lack becomes 0.
void impute(Samples& train, Samples& test);

}  // namespace memplast
