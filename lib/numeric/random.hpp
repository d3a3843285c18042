#pragma once
#include <array>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

namespace memplast {

/// What a stream of random numbers is for. Two purposes never share numbers;
/// append new ones, since their numbers are part of every result.
enum class Purpose : std::uint32_t {
  partition = 1,      ///< the shuffle that deals samples into folds
  fold,               ///< everything that happens inside one fold
  subnetwork,         ///< everything that happens inside one sub-network of a fold
  fields,             ///< heterogeneous receptive fields
  weights,            ///< initial weights
  bag,                ///< which samples a sub-network trains on
  order,              ///< the order of presentation in an epoch
  presentation,       ///< one presentation of one sample
  spikes,             ///< the Poisson spikes of one input
  noise,              ///< measurement noise of generated curves
  start,              ///< starting points of a fit
  burst,              ///< one learning trial of one sample
  test_presentation,  ///< one test of one sample
  episode,            ///< the start of a training episode
  test_episode,       ///< the start of an evaluation episode
  demonstration,      ///< an expert's episode
  exploration,        ///< noise on decisions
  rounding,           ///< of a wanted step to whole pulses
  device,             ///< device-to-device spread
  cycle,              ///< cycle-to-cycle noise
  control,            ///< what a control experiment puts in the place of learning
  level,              ///< rounding of a state to a device's levels
  read,               ///< read noise
  fit_draw,           ///< parameters drawn from the covariance of a fit
};

/// Counter-based random numbers (Philox4x32-10; Salmon et al. 2011, doi:10.1145/2063384.2063405).
///
/// Each number is a pure function of (seed, purpose, index, position in the stream), so neither
/// threads nor the order of calls in other streams can change it.
class Stream {
 public:
  Stream(std::uint64_t seed, Purpose purpose, std::uint64_t index = 0);

  std::uint64_t bits();  ///< 64 random bits
  double uniform();      ///< in [0, 1), 53 random bits
  double uniform(double lo, double hi) { return lo + (hi - lo) * uniform(); }
  double exponential();                  ///< mean 1
  double normal();                       ///< mean 0, variance 1 (Box and Muller)
  std::uint64_t below(std::uint64_t n);  ///< 0 ... n-1, without bias

  /// Fisher-Yates; the same order on every platform, unlike std::shuffle.
  template <class T>
  void shuffle(std::span<T> items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }
  /// 0 ... n-1 in random order.
  std::vector<int> permutation(int n) {
    std::vector<int> order(static_cast<std::size_t>(n));
    std::iota(order.begin(), order.end(), 0);
    shuffle(std::span(order));
    return order;
  }

 private:
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 4> counter_;
  std::array<std::uint32_t, 4> block_{};
  int used_ = 4;
};

/// A seed for the `index`-th thing of kind `purpose` below `seed`: fold, sub-network, presentation.
std::uint64_t derive_seed(std::uint64_t seed, Purpose purpose, std::uint64_t index);
/// The same for a thing that is known by its numbers alone, wherever it stands: a sample.
std::uint64_t derive_seed(std::uint64_t seed, Purpose purpose, std::span<const double> content);

}  // namespace memplast
