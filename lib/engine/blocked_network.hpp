#pragma once
#include <algorithm>
#include <vector>

#include "../base/parallel.hpp"
#include "grid_network.hpp"

namespace memplast {

/// A GridNetwork of many post neurons, in blocks of them.
///
/// Post neurons do not hear of each other, so a block of them with its columns of the crossbar is a
/// network of its own: blocks small enough for the nearer caches run one after the other, or on
/// several threads, through all of the input, and no one waits for anyone. Blocks do not depend on
/// the number of threads, and a neuron's arithmetic not on its block: the bits are GridNetwork's.
template <PairRule R>
class BlockedNetwork {
 public:
  /// A block has `synapses_of_block`, or 64 neurons if that is more.
  BlockedNetwork(const LifParameters& neuron, const R& rule, Pairing pairing, double step_ms,
                 Step delay_steps, const Weights& w, double pA_per_weight, int threads = 1,
                 Eigen::Index synapses_of_block = 1 << 18)
      : w_rows_(w.rows()), w_cols_(w.cols()), threads_(threads) {
    constexpr Eigen::Index fewest = 64;
    width_ = std::max(fewest, synapses_of_block / std::max<Eigen::Index>(w.rows(), 1));
    for (Eigen::Index first = 0; first < w.cols(); first += width_)
      blocks_.emplace_back(neuron,
                           Crossbar<R>(rule, pairing, step_ms, delay_steps,
                                       w.middleCols(first, std::min(width_, w.cols() - first))),
                           pA_per_weight);
  }

  /// GridNetwork::run, but spikes are told when all is done: in order of time, then of neurons.
  template <class OnSpike>
  void run(Step steps, std::span<const Spike> input, OnSpike&& on_spike,
           std::span<const Spike> teacher = {}) {
    std::vector<std::vector<Spike>> spikes(blocks_.size());
    in_parallel(static_cast<int>(blocks_.size()), threads_, [&](int b) {
      const auto first = static_cast<int>(b * width_);
      auto& network = blocks_[static_cast<std::size_t>(b)];
      const int n = network.neurons().size();
      std::vector<Spike> forced;
      for (const Spike& spike : teacher)
        if (spike.neuron >= first && spike.neuron < first + n)
          forced.push_back({spike.step, spike.neuron - first});
      network.run(
          steps, input,
          [&](int j, Step t) {
            spikes[static_cast<std::size_t>(b)].push_back({t, first + j});
          },
          forced);
    });
    std::vector<Spike> all;
    for (const auto& of_block : spikes) all.insert(all.end(), of_block.begin(), of_block.end());
    std::ranges::sort(all);
    for (const Spike& spike : all) on_spike(spike.neuron, spike.step);
  }

  /// Crossbar::complete for all blocks.
  void complete(Step t) {
    in_parallel(static_cast<int>(blocks_.size()), threads_,
                [&](int b) { blocks_[static_cast<std::size_t>(b)].synapses().complete(t); });
  }

  Weights weights() {
    Weights w(w_rows_, w_cols_);
    Eigen::Index first = 0;
    for (auto& network : blocks_) {
      const auto& of_block = network.synapses().weights();
      w.middleCols(first, of_block.cols()) = of_block.template cast<double>();
      first += of_block.cols();
    }
    return w;
  }

 private:
  Eigen::Index w_rows_, w_cols_, width_ = 0;
  int threads_;
  std::vector<GridNetwork<R>> blocks_;
};

}  // namespace memplast
