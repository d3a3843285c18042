#include "fold.hpp"

#include <algorithm>

namespace memplast {

Weights random_start(int n_pre, int n_post, double w0, double spread, std::uint64_t seed) {
  Stream stream(seed, Purpose::weights);
  Weights w(n_pre, n_post);
  for (int i = 0; i < n_pre; ++i)
    for (int j = 0; j < n_post; ++j)
      w(i, j) = std::clamp(stream.uniform(w0 - spread, w0 + spread), 0.0, 1.0);
  return w;
}

}  // namespace memplast
