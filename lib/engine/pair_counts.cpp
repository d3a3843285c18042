#include "pair_counts.hpp"

#include <algorithm>

namespace memplast {
namespace {

/// Of one synapse; both in order of time, neither empty.
int writes_of(Pairing pairing, bool pairs_at_zero, std::span<const Step> pre,
              std::span<const Step> post) {
  int writes = 0;
  std::size_t next = 0;  // the first post spike that has not come
  Step last_pre = never;
  const auto potentiate = [&] {
    const Step previous = next > 0 ? post[next - 1] : never;
    switch (pairing) {
      case Pairing::nearest_symmetric:
      case Pairing::all_to_all:
        writes += last_pre != never;
        break;
      case Pairing::nearest_pre_centered:
      case Pairing::nearest_restricted:
        writes += last_pre != never && previous <= last_pre;
        break;
      case Pairing::first_spike:
        writes += last_pre != never && next == 0;
        break;
    }
    ++next;
  };
  for (const Step t : pre) {
    while (next < post.size() && post[next] <= t) potentiate();
    const Step latest = next > 0 ? post[next - 1] : never;
    std::size_t before = next;  // post spikes that depress
    while (!pairs_at_zero && before > 0 && post[before - 1] == t) --before;
    const bool is_first = last_pre == never;
    if (before > 0 && (pairing != Pairing::nearest_restricted || latest > last_pre) &&
        (pairing != Pairing::first_spike || is_first))
      ++writes;
    last_pre = t;
  }
  while (next < post.size()) potentiate();
  return writes;
}

/// The spikes of each neuron: those of neuron k are times[begin[k]] up to times[begin[k + 1]].
struct ByNeuron {
  std::vector<std::size_t> begin;
  std::vector<Step> times;

  ByNeuron(int n, std::span<const Spike> spikes)
      : begin(static_cast<std::size_t>(n) + 1, 0), times(spikes.size()) {
    for (const Spike& spike : spikes) ++begin[static_cast<std::size_t>(spike.neuron) + 1];
    for (std::size_t k = 1; k < begin.size(); ++k) begin[k] += begin[k - 1];
    auto next = begin;
    for (const Spike& spike : spikes)
      times[next[static_cast<std::size_t>(spike.neuron)]++] = spike.step;
  }
  std::span<const Step> of(int neuron) const {
    const auto k = static_cast<std::size_t>(neuron);
    return std::span(times).subspan(begin[k], begin[k + 1] - begin[k]);
  }
};

}  // namespace

std::vector<PairCount> count_pairs(Pairing pairing, bool pairs_at_zero, int n_pre,
                                   std::span<const Spike> pre, std::span<const Spike> post) {
  const ByNeuron rows(n_pre, pre);
  int n_post = 0;
  for (const Spike& spike : post) n_post = std::max(n_post, spike.neuron + 1);
  const ByNeuron columns(n_post, post);
  std::vector<PairCount> counts;
  for (int j = 0; j < n_post; ++j) {
    if (columns.of(j).empty()) continue;
    for (int i = 0; i < n_pre; ++i)
      if (!rows.of(i).empty())
        if (const int n = writes_of(pairing, pairs_at_zero, rows.of(i), columns.of(j)); n > 0)
          counts.push_back({i, j, n});
  }
  return counts;
}

}  // namespace memplast
