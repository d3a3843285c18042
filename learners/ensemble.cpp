#include "ensemble.hpp"

#include <algorithm>
#include <cmath>

namespace memplast {

GaussianReceptiveFields subnetwork_fields(const FieldSettings& s, int n_features, int subnetwork,
                                          std::uint64_t seed) {
  const int cycle = 2 * s.n_fields_spread + 1;
  const int n = std::max(3, s.n_fields + subnetwork % cycle - s.n_fields_spread);
  Stream stream(seed, Purpose::fields, static_cast<std::uint64_t>(subnetwork));
  GaussianReceptiveFields out;
  out.cut = s.cut;
  for (int f = 0; f < n_features; ++f) {
    const double phase = s.phase_spread * stream.uniform(-0.5, 0.5);
    for (int k = 0; k < n; ++k)
      out.fields.push_back({.feature = f,
                            .index = k,
                            .centre = (k + phase) / (n - 1),
                            .sigma = s.field_width / (n - 1)});
  }
  return out;
}

std::vector<int> draw_bag(int n, double share, std::uint64_t seed) {
  auto order = Stream(seed, Purpose::bag).permutation(n);
  order.resize(
      static_cast<std::size_t>(std::clamp(static_cast<int>(std::lround(share * n)), 1, n)));
  return order;
}

Samples activations(const Samples& u, const GaussianReceptiveFields& fields) {
  Samples g(u.rows(), fields.size());
  for (int i = 0; i < u.rows(); ++i)
    fields.activate({u.row(i).data(), static_cast<std::size_t>(u.cols())},
                    {g.row(i).data(), static_cast<std::size_t>(g.cols())});
  return g;
}

}  // namespace memplast
