#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "../engine/spikes.hpp"
#include "../engine/volley.hpp"
#include "../numeric/random.hpp"

namespace memplast {

/// Gaussian receptive fields: a feature u becomes the activations
///
///   g_k = exp(-(u - c_k)^2 / (2 sigma_k^2)),  or 0 where that is below `cut`.
///
/// One row of the crossbar per field.
struct GaussianReceptiveFields {
  struct Field {
    int feature;
    int index;  ///< of the field among those of its feature
    double centre;
    double sigma;
  };
  std::vector<Field> fields;
  double cut = 0.0;

  int size() const { return static_cast<int>(fields.size()); }
  /// Activations [field] of one sample's features.
  void activate(std::span<const double> features, std::span<double> g) const;

  /// The seed authors' form (Sboev et al. 2021, doi:10.3390/math9243237, public code): n fields
  /// with centres from min to max of each feature, sigma = 2/3 (max - min)/(n - 2), or 1 where that
  /// is zero; rows field-major (row = field * n_features + feature).
  static GaussianReceptiveFields between(std::span<const double> min, std::span<const double> max,
                                         int n, double cut = 0.09);
};

/// Latency code: one spike per active field at t = end_ms (1 - g)/(1 - cut); silent fields stay
/// silent. The strongest activation fires at 0, one at the cut at end_ms.
struct TemporalEncoder {
  double end_ms;
  Volley encode(std::span<const double> g, double cut, const VolleyNeurons& neurons) const;
};

/// Rate code: independent Poisson spikes at rate_low + g (rate_high - rate_low); a field at g = 0
/// fires at rate_low.
struct PoissonEncoder {
  double rate_high_Hz;
  double rate_low_Hz = 0.0;
  double step_ms = 0.1;

  /// Spikes in steps 1 ... steps, in order of time, several in a step possible. A pure function of
  /// (presentation, field): `presentation` is the seed of this sample's showing.
  std::vector<Spike> encode(std::span<const double> g, Step steps,
                            std::uint64_t presentation) const;
};

}  // namespace memplast
