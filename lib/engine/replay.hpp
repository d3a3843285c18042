#pragma once
#include <cmath>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "pair_rule.hpp"
#include "pairing.hpp"

namespace memplast {

/// One synapse under given spike trains, in continuous time.
struct ReplaySettings {
  Pairing pairing = Pairing::nearest_symmetric;
  double delay_ms = 1.0;
  double w0 = 0.5;
  /// A pre spike before the data that only nearest_symmetric and nearest_restricted see.
  std::optional<double> initial_pre_ms = {};
};

/// The weight as transmitted by each pre spike: every pair complete by then has acted, the spike's
/// own depression included. `pre` and `post` are ascending times in ms; equal times are separate
/// spikes, and times closer than 1e-6 ms count as equal.
///
/// This states the semantics plainly (see Pairing); the grid engine must agree with it.
template <PairRule R>
std::vector<double> replay(const R& rule, std::span<const double> pre, std::span<const double> post,
                           const ReplaySettings& settings) {
  constexpr double epsilon = 1e-6;
  constexpr double none = -std::numeric_limits<double>::infinity();
  const auto before = [&](double a, double b) { return a < b - epsilon; };
  const auto not_after = [&](double a, double b) { return a <= b + epsilon; };
  const Pairing pairing = settings.pairing;

  std::vector<double> at_synapse(post.begin(), post.end());
  for (double& t : at_synapse) t += settings.delay_ms;

  const bool sees_initial =
      pairing == Pairing::nearest_symmetric || pairing == Pairing::nearest_restricted;
  double last_pre = sees_initial ? settings.initial_pre_ms.value_or(none) : none;

  double w = settings.w0;
  std::vector<double> transmitted;
  transmitted.reserve(pre.size());
  std::size_t next_post = 0;       // the first post spike that has not reached the synapse
  std::size_t first_unpaired = 0;  // nearest_pre_centered: the first pre since the previous post
  for (std::size_t k = 0; k < pre.size(); ++k) {
    const double t = pre[k];
    const std::size_t first_new_post = next_post;
    for (; next_post < at_synapse.size() && not_after(at_synapse[next_post], t); ++next_post) {
      const double arrival = at_synapse[next_post];
      double sum = 0.0;
      const auto add_pairs_from = [&](std::size_t first) {
        for (std::size_t p = first; p < k; ++p) sum += rule.dw(arrival - pre[p], w);
      };
      switch (pairing) {
        case Pairing::nearest_symmetric:
          if (last_pre != none) sum = rule.dw(arrival - last_pre, w);
          break;
        case Pairing::nearest_restricted:
          if (last_pre != none && next_post == first_new_post) sum = rule.dw(arrival - last_pre, w);
          break;
        case Pairing::nearest_pre_centered:
          add_pairs_from(first_unpaired);
          first_unpaired = k;
          break;
        case Pairing::all_to_all:
          add_pairs_from(0);
          break;
        case Pairing::first_spike:
          if (next_post == 0 && k > 0) sum = rule.dw(arrival - pre[0], w);
          break;
      }
      w = clipped(w + sum);
    }

    // Depression by the latest post spike at or (a property of the rule) strictly before t.
    std::size_t depressing = next_post;
    if (!R::pairs_at_zero)
      while (depressing > 0 && !before(at_synapse[depressing - 1], t)) --depressing;
    const auto change = [&](std::size_t p) {
      const double dt = at_synapse[p] - t;
      return rule.dw(dt > -epsilon ? 0.0 : dt, w);
    };
    double sum = 0.0;
    if (depressing > 0) {
      switch (pairing) {
        case Pairing::nearest_symmetric:
        case Pairing::nearest_pre_centered:
          sum = change(depressing - 1);
          break;
        case Pairing::nearest_restricted:
          if (next_post > first_new_post) sum = change(depressing - 1);
          break;
        case Pairing::all_to_all:
          for (std::size_t p = 0; p < depressing; ++p) sum += change(p);
          break;
        case Pairing::first_spike:
          if (k == 0) sum = change(0);
          break;
      }
    }
    w = clipped(w + sum);
    last_pre = t;
    transmitted.push_back(w);
  }
  return transmitted;
}

}  // namespace memplast
