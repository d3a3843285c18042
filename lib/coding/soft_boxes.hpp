#pragma once
#include <span>
#include <vector>

#include "../engine/lif.hpp"

namespace memplast {

/// One latency-coded volley of soft boxes, and the potential that each of its spikes adds at the
/// end through a weight of 1, as a share of what all of them add.
struct BoxVolley {
  std::vector<int> pre;
  std::vector<double> t_ms;
  std::vector<double> share;  ///< sums to 1
  std::size_t size() const { return pre.size(); }
};

/// Conjunctive receptive fields ("soft boxes") over a state of a few numbers, each in [0, 1].
///
///   g_b(u) = prod_d exp(-(u_d - c_dk)^2 / (2 sigma_d^2)),  c_dk = k/(n_d - 1),
///   sigma_d = width/(n_d - 1);  one spike at t = T (1 - g_b)/(1 - cut) if g_b >= cut, else none
///
/// There is one box b for each choice of a field k in every dimension d; the last dimension varies
/// fastest. The boxes of Barto, Sutton and Anderson 1983 (doi:10.1109/TSMC.1983.6313077), softened.
class SoftBoxes {
 public:
  /// `n`: fields per dimension. `neuron`: through whose potential a spike counts at `T_ms`.
  SoftBoxes(std::vector<int> n, double width, double cut, double T_ms, const LifParameters& neuron);

  int size() const { return size_; }
  /// Numbers outside [0, 1] count as the nearer edge. In order of box.
  BoxVolley encode(std::span<const double> u) const;

 private:
  std::vector<int> n_;
  double width_, cut_, T_ms_;
  LifParameters neuron_;
  int size_;
};

}  // namespace memplast
