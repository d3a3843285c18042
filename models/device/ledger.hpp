#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "../../lib/engine/pair_counts.hpp"
#include "../../lib/numeric/weights.hpp"
#include "conductance.hpp"

namespace memplast {

/// What presenting samples took. An input spike is counted once per input line; it reads one device
/// per post neuron of its row. A write is one event that programs one device: a pair of spikes, or
/// all pairs that the pairing sums up in it (count_pairs).
struct Ledger {
  std::int64_t samples = 0;  ///< presentations
  std::int64_t input_spikes = 0;
  std::int64_t output_spikes = 0;  ///< a teacher's included
  std::int64_t reads = 0;
  double read_weight = 0.0;  ///< sum of w over the reads
  std::int64_t writes = 0;
  double write_weight = 0.0;  ///< sum of w over the writes, before each
  /// Updates of a neuron by itself, without an input: one per step of the grid; for a volley, whose
  /// neurons are idle between spikes, the read-out alone.
  std::int64_t neuron_updates = 0;
  double simulated_ms = 0.0;

  /// The reads of an input spike on `pre`.
  void count_reads(const Weights& w, int pre) {
    reads += w.cols();
    const double* const row = w.row(pre).data();
    for (Eigen::Index j = 0; j < w.cols(); ++j) read_weight += row[j];
  }
  /// The same for an input spike on each of `pre`.
  void count_reads(const Weights& w, std::span<const int> pre);
  /// `n` writes of a device in the state w.
  void count_write(double w, int n = 1) {
    writes += n;
    write_weight += n * w;
  }
  /// The writes of a trial, with the states `w` that it left.
  void count_writes(const std::vector<PairCount>& pairs, const auto& w) {
    for (const auto& [pre, post, n] : pairs) count_write(w(pre, post), n);
  }
  Ledger& operator+=(const Ledger& other);
};

/// What the reads took: the sum of G V_read^2 t_read.
double read_energy_J(const Ledger& cost, const Conductance& device);
/// What the writes took: the sum of G V_write^2 t_write.
double write_energy_J(const Ledger& cost, const Conductance& device);

}  // namespace memplast
