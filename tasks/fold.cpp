#include "fold.hpp"

#include <algorithm>
#include <string>

namespace memplast {

Weights random_start(int n_pre, int n_post, double w0, double spread, std::uint64_t seed) {
  Stream stream(seed, Purpose::weights);
  Weights w(n_pre, n_post);
  for (int i = 0; i < n_pre; ++i)
    for (int j = 0; j < n_post; ++j)
      w(i, j) = std::clamp(stream.uniform(w0 - spread, w0 + spread), 0.0, 1.0);
  return w;
}

Weights start_weights(const FoldData& fold, Eigen::Index row, int n_pre, double w0, double spread,
                      std::uint64_t seed) {
  const Weights& given = fold.weights;
  if (given.size() == 0) return random_start(n_pre, fold.n_classes, w0, spread, seed);
  if (row + n_pre > given.rows() || given.cols() != fold.n_classes)
    throw InputError({.where = "weights",
                      .expected = "at least " + std::to_string(row + n_pre) + " x " +
                                  std::to_string(fold.n_classes),
                      .got = std::to_string(given.rows()) + " x " + std::to_string(given.cols())});
  return given.middleRows(row, n_pre);
}

}  // namespace memplast
