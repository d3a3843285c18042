#include "fold.hpp"

#include <algorithm>

namespace memplast {

double read_energy_J(const InferenceCost& cost, const Conductance& device) {
  const double siemens = static_cast<double>(cost.reads) * device.G_min +
                         cost.read_weight * (device.G_max - device.G_min);
  return siemens * device.V_read * device.V_read * device.t_read;
}

Weights random_start(int n_pre, int n_post, double w0, double spread, std::uint64_t seed) {
  Stream stream(seed, Purpose::weights);
  Weights w(n_pre, n_post);
  for (int i = 0; i < n_pre; ++i)
    for (int j = 0; j < n_post; ++j)
      w(i, j) = std::clamp(stream.uniform(w0 - spread, w0 + spread), 0.0, 1.0);
  return w;
}

}  // namespace memplast
