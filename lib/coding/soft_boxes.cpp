#include "soft_boxes.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace memplast {

SoftBoxes::SoftBoxes(std::vector<int> n, double width, double cut, double T_ms,
                     const LifParameters& neuron)
    : n_(std::move(n)),
      width_(width),
      cut_(cut),
      T_ms_(T_ms),
      neuron_(neuron),
      size_(std::accumulate(n_.begin(), n_.end(), 1, std::multiplies<>())) {}

BoxVolley SoftBoxes::encode(std::span<const double> u) const {
  // Dimension by dimension: the boxes so far whose product is still at or above the cut.
  struct Box {
    int index;
    double g;
  };
  std::vector<Box> boxes{{0, 1.0}}, next;
  for (std::size_t d = 0; d < n_.size(); ++d) {
    next.clear();
    const double position = std::clamp(u[d], 0.0, 1.0) * (n_[d] - 1);  // in field spacings
    for (const Box& box : boxes)
      for (int k = 0; k < n_[d]; ++k) {
        const double x = (position - k) / width_;
        const double g = box.g * std::exp(-0.5 * x * x);
        if (g >= cut_) next.push_back({box.index * n_[d] + k, g});
      }
    std::swap(boxes, next);
  }
  BoxVolley volley;
  double sum = 0.0;
  for (const Box& box : boxes) {
    const double t = T_ms_ * (1.0 - box.g) / (1.0 - cut_);
    const double psp = neuron_.psp(T_ms_ - t, neuron_.tau_syn_ex);
    volley.pre.push_back(box.index);
    volley.t_ms.push_back(t);
    volley.share.push_back(psp);
    sum += psp;
  }
  if (sum > 0.0)
    for (double& share : volley.share) share /= sum;
  return volley;
}

}  // namespace memplast
