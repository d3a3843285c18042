#pragma once
#include <utility>

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
  /// What it learned.
  struct Constants {
    double z_range;
    Eigen::RowVectorXd mean, sd;  ///< [feature]
    Eigen::MatrixXd axes;         ///< [feature, axis]
    Eigen::RowVectorXd axis_sd;   ///< [axis]
  };

  FeatureScaler(const Samples& train, double z_range, int pca_axes);
  explicit FeatureScaler(Constants learned) : c_(std::move(learned)) {}
  /// [sample, feature]
  Samples transform(const Samples& x) const;
  int n_features() const { return static_cast<int>(c_.mean.size() + c_.axes.cols()); }
  const Constants& constants() const { return c_; }

 private:
  Constants c_;
};

/// The median of each feature over the samples that have it, not NaN; 0 where none has.
Eigen::RowVectorXd medians(const Samples& x);
/// Puts `values` [feature] in the place of missing ones (NaN).
void fill_missing(Samples& x, const Eigen::RowVectorXd& values);
/// Puts the medians of the training samples there.
void impute(Samples& train, Samples& test);

}  // namespace memplast
