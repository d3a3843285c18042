#include "encoders.hpp"

#include <algorithm>
#include <cmath>

namespace memplast {

void GaussianReceptiveFields::activate(std::span<const double> features,
                                       std::span<double> g) const {
  for (int i = 0; i < size(); ++i) {
    const Field& field = fields[i];
    const double x = (features[field.feature] - field.centre) / field.sigma;
    const double activation = std::exp(-0.5 * x * x);
    g[i] = activation < cut ? 0.0 : activation;
  }
}

GaussianReceptiveFields GaussianReceptiveFields::between(std::span<const double> min,
                                                         std::span<const double> max, int n,
                                                         double cut) {
  GaussianReceptiveFields out;
  out.cut = cut;
  for (int k = 0; k < n; ++k)
    for (std::size_t f = 0; f < min.size(); ++f) {
      const double range = max[f] - min[f];
      const double sigma = 2.0 / 3.0 * range / (n - 2);
      out.fields.push_back({.feature = static_cast<int>(f),
                            .index = k,
                            .centre = min[f] + range * k / (n - 1),
                            .sigma = sigma == 0.0 ? 1.0 : sigma});
    }
  return out;
}

}  // namespace memplast
