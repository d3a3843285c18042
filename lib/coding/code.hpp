#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "encoders.hpp"

namespace memplast {

// Codes: how activations in [0, 1] become spikes. The lists are made from CMakeLists.txt; a learner
// takes every code of the kind that its engine runs.

/// One spike of each active input within T, none of one at 0.
struct VolleyCode {
  std::string_view name;   ///< "temporal"
  std::string_view about;  ///< one line
  /// `cut` is the activation below which a field is silent.
  Volley (*encode)(std::span<const double> g, double cut, double T_ms,
                   const VolleyNeurons& neurons);
};

/// Rates at full activation and at none.
struct Rates {
  double high_Hz;
  double low_Hz;
};

/// Spikes in steps 1 ... steps, in order of time, several of an input possible.
struct TrainCode {
  std::string_view name;   ///< "poisson"
  std::string_view about;  ///< one line
  /// A function of its arguments: `presentation` is the seed of this sample's showing.
  std::vector<Spike> (*encode)(std::span<const double> g, const Rates& rates, Step steps,
                               double step_ms, std::uint64_t presentation);
};

/// Every code of a kind, in order of name; they stay where they are.
const std::vector<VolleyCode>& volley_codes();
const std::vector<TrainCode>& train_codes();

/// The codes that learners have unless they are told otherwise.
VolleyCode temporal_code();
TrainCode poisson_code();

}  // namespace memplast
