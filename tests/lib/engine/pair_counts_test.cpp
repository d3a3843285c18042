#include "lib/engine/pair_counts.hpp"

#include <algorithm>

#include "lib/engine/crossbar.hpp"
#include "lib/numeric/random.hpp"
#include "tests/catch.hpp"

using namespace memplast;

namespace {

/// Devices that count how often each is programmed.
struct CountingDevices {
  Weights* writes;
  double program(int i, int j, double w, double dw) {
    if (dw != 0.0) ++(*writes)(i, j);
    return w;
  }
  static double read(int, int, double w) { return w; }
  static void settle(Weights&) {}
  static void age() {}
  static const auto& transmitted(const auto& w) { return w; }
};

template <bool at_zero>
struct NeverNothing {
  static constexpr bool pairs_at_zero = at_zero;
  double dw(double dt, double) const { return dt > 0 ? 1.0 : -1.0; }
};

/// What the crossbar does, in a trial of `steps` steps.
template <bool at_zero>
Weights written(Pairing pairing, int n_pre, int n_post, std::span<const Spike> pre,
                std::span<const Spike> post, Step steps) {
  Weights writes = Weights::Zero(n_pre, n_post);
  Crossbar<NeverNothing<at_zero>, CountingDevices> synapses(
      {}, pairing, 0.1, 0, Weights::Zero(n_pre, n_post), CountingDevices{&writes});
  auto next = post.begin();
  for (const Spike& spike : pre) {
    for (; next != post.end() && next->step <= spike.step; ++next)
      synapses.post_spike(next->neuron, next->step);
    synapses.pre_spike(spike.neuron, spike.step);
  }
  for (; next != post.end(); ++next) synapses.post_spike(next->neuron, next->step);
  synapses.complete(steps);
  return writes;
}

Weights counted(Pairing pairing, bool at_zero, int n_pre, int n_post, std::span<const Spike> pre,
                std::span<const Spike> post) {
  Weights writes = Weights::Zero(n_pre, n_post);
  for (const auto& [i, j, n] : count_pairs(pairing, at_zero, n_pre, pre, post)) writes(i, j) = n;
  return writes;
}

}  // namespace

TEST_CASE("writes of one synapse, counted by hand", "[engine][ledger]") {
  // pre at 2, 4, 9 and post at 5, 7, 9: pre spikes find posts at -, -, 5 7 (9); posts find pres
  // 2 4, 2 4, 2 4 (the pre of the same step comes after).
  const std::vector<Spike> pre{{2, 0}, {4, 0}, {9, 0}}, post{{5, 0}, {7, 0}, {9, 0}};
  const auto writes = [&](Pairing pairing, bool at_zero) {
    return counted(pairing, at_zero, 1, 1, pre, post)(0, 0);
  };
  CHECK(writes(Pairing::nearest_symmetric, true) == 4);     // three posts, one pre
  CHECK(writes(Pairing::nearest_pre_centered, true) == 2);  // the first post alone has new pres
  CHECK(writes(Pairing::nearest_restricted, true) == 2);    // the first post, and the pre at 9
  CHECK(writes(Pairing::all_to_all, true) == 4);
  CHECK(writes(Pairing::first_spike, true) == 1);
  CHECK(counted(Pairing::nearest_symmetric, true, 1, 1, pre, {})(0, 0) == 0);
  // At the same step alone: a pair only if the rule pairs at zero.
  const std::vector<Spike> at_3{{3, 0}};
  CHECK(counted(Pairing::nearest_symmetric, true, 1, 1, at_3, at_3)(0, 0) == 1);
  CHECK(counted(Pairing::nearest_symmetric, false, 1, 1, at_3, at_3)(0, 0) == 0);
}

TEST_CASE("writes are as many as the crossbar makes", "[engine][ledger]") {
  const auto pairing =
      GENERATE(Pairing::nearest_symmetric, Pairing::nearest_pre_centered,
               Pairing::nearest_restricted, Pairing::all_to_all, Pairing::first_spike);
  const int seed = GENERATE(range(0, 20));
  INFO(to_string(pairing) << ", seed " << seed);
  constexpr int n_pre = 4, n_post = 3;
  constexpr Step steps = 30;
  Stream random(static_cast<std::uint64_t>(seed), Purpose::noise);
  const auto spikes = [&](int n) {  // on few steps, so that many coincide
    std::vector<Spike> out;
    for (Step t = 1; t <= steps; ++t)
      for (int k = 0; k < n; ++k)
        if (random.uniform() < 0.15) out.push_back({t, k});
    return out;
  };
  const auto pre = spikes(n_pre), post = spikes(n_post);
  CHECK(counted(pairing, true, n_pre, n_post, pre, post) ==
        written<true>(pairing, n_pre, n_post, pre, post, steps));
  CHECK(counted(pairing, false, n_pre, n_post, pre, post) ==
        written<false>(pairing, n_pre, n_post, pre, post, steps));
}
