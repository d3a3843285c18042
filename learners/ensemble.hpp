#pragma once
#include <cstdint>
#include <tuple>
#include <vector>

#include "../lib/base/params.hpp"
#include "../lib/coding/encoders.hpp"
#include "../lib/coding/scaler.hpp"
#include "learner.hpp"

namespace memplast {

/// Receptive fields over scaled features (FeatureScaler). Field k of n has its centre at
/// (k + phase)/(n - 1) and sigma = field_width/(n - 1).
struct FieldSettings {
  int n_fields = 8;
  double field_width = 0.85;
  double cut = 0.2;
  double z_range = 2.5;
  double phase_spread = 0.0;
  int n_fields_spread = 0;
  int pca_axes = 0;

  static constexpr auto params() {
    using P = FieldSettings;
    return std::tuple{
        Param<P, int>{"n_fields", "1", "receptive fields per feature", &P::n_fields, 3, 100},
        Param<P, double>{"field_width", "1", "sigma in field spacings", &P::field_width, 0.05, 10},
        Param<P, double>{"cut", "1", "activation below which a field is silent", &P::cut, 0, 0.99},
        Param<P, double>{"z_range", "1", "deviations from mean to edge", &P::z_range, 0.1, 100},
        Param<P, double>{"phase_spread", "1",
                         "random shift of the fields of a sub-network, in spacings",
                         &P::phase_spread, 0, 1},
        Param<P, int>{"n_fields_spread", "1", "sub-networks cycle through n_fields +- this",
                      &P::n_fields_spread, 0, 10},
        Param<P, int>{"pca_axes", "1", "principal axes appended as features", &P::pca_axes, 0,
                      1000}};
  }
};

/// The fields of sub-network `s`: centres (k + phase)/(n - 1) on the scaled features, the phase
/// drawn once per feature.
GaussianReceptiveFields subnetwork_fields(const FieldSettings& settings, int n_features, int s,
                                          std::uint64_t seed);

/// The activations [sample, field] of scaled samples.
Samples activations(const Samples& u, const GaussianReceptiveFields& fields);

/// The constants of a scaler, as a file keeps them, and the scaler that they make.
std::vector<Constant> scaler_constants(const FeatureScaler& scaler);
FeatureScaler scaler_of(const TrainedNetwork& network, int n_features);

/// A network's fields and weights, cut into `n` sub-networks. Throws InputError if the weights are
/// not [row, n_classes], a field has no feature below n_features, or a sub-network has no row.
struct KeptBlock {
  GaussianReceptiveFields fields;
  Weights weights;
};
std::vector<KeptBlock> kept_blocks(const TrainedNetwork& network, int n, int n_features,
                                   int n_classes);

/// A share of 0 ... n-1 for one sub-network to train on, without replacement.
std::vector<int> draw_bag(int n, double share, std::uint64_t seed);

/// Progress through training, 0 in the first and 1 in the last epoch.
inline double progress_of(int epoch, int epochs) {
  return epochs > 1 ? static_cast<double>(epoch) / (epochs - 1) : 0.0;
}

}  // namespace memplast
