#pragma once
#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

#include "../numeric/vectorised.hpp"
#include "arrivals.hpp"
#include "pair_rule.hpp"
#include "spikes.hpp"

/// The loops over synapses of a SeparableRule; crossbar.hpp says what they are for.
///
/// `table[k]` is the window S at k steps. At `longest` it is zero, and so for `block_steps` entries
/// more: longer lags are clamped to it. Weights and windows are `Real`, currents double. Nothing
/// here sums over synapses, so the order of every sum is the caller's, whatever the width of the
/// vectors.
namespace memplast::kernels {

/// Factors are computed for so many steps at once.
inline constexpr std::size_t block_steps = 8;
inline constexpr std::size_t largest_group = 4;
/// Fewer synapses than this are better updated one by one, without a call.
inline constexpr std::size_t worth_a_vector = 8;
inline constexpr std::size_t largest_batch = 64;
/// So few post neurons make up one vector.
inline constexpr int few = 4;

template <class Real>
struct Table {
  const Real* S;
  Step longest;
  Real at(Step lag) const { return S[std::min(lag, longest)]; }
};

/// S[k * n + j] = table[t + k - last[j]], k < block_steps: the depression factors of the n post
/// neurons for pre spikes in the steps from t, n a multiple of eight. Slices of the table, eight
/// neurons at a time, are transposed in registers. Limit: loads and shuffles, one each per number.
template <class Real>
MEMPLAST_VECTORISED void depression_factors(const Table<Real> table, Step t, const Step* last,
                                            std::size_t n, Real* S) {
  using Eight [[gnu::vector_size(8 * sizeof(Real))]] = Real;
  for (std::size_t j = 0; j < n; j += 8) {
    Eight a[8], b[8];
    for (std::size_t k = 0; k < 8; ++k)
      __builtin_memcpy(&a[k], table.S + std::min(t - last[j + k], table.longest), sizeof a[k]);
    for (std::size_t k = 0; k < 8; k += 2) {
      b[k] = __builtin_shufflevector(a[k], a[k + 1], 0, 8, 2, 10, 4, 12, 6, 14);
      b[k + 1] = __builtin_shufflevector(a[k], a[k + 1], 1, 9, 3, 11, 5, 13, 7, 15);
    }
    for (const std::size_t k : {0, 1, 4, 5}) {
      a[k] = __builtin_shufflevector(b[k], b[k + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      a[k + 2] = __builtin_shufflevector(b[k], b[k + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
    for (const std::size_t k : {0, 1, 2, 3}) {
      b[k] = __builtin_shufflevector(a[k], a[k + 4], 0, 1, 2, 3, 8, 9, 10, 11);
      b[k + 4] = __builtin_shufflevector(a[k], a[k + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
    for (std::size_t k = 0; k < 8; ++k) __builtin_memcpy(S + k * n + j, &b[k], sizeof b[k]);
  }
}

/// S[k] = rule.S(dt[k]), k < n: the window at the lags of a volley. Limit: arithmetic, an
/// exponential each.
template <SeparableRule R>
MEMPLAST_VECTORISED void windows(const R rule, const double* dt, std::size_t n, double* S) {
#pragma GCC ivdep
  for (std::size_t k = 0; k < n; ++k) S[k] = rule.S(dt[k]);
}

/// Some rows of a crossbar, up to largest_group.
template <class Real>
using Rows = std::span<Real* const>;

/// Depresses columns [begin, end) of rows: w += S D_minus(w). Limit: the bandwidth of the rows if
/// they do not fit the nearest caches, else the arithmetic of the state dependence.
template <class State, class Real>
MEMPLAST_VECTORISED void depress(const State state, const Real* S, std::size_t begin,
                                 std::size_t end, Rows<Real> rows) {
  for (Real* const w : rows) {
#pragma GCC ivdep
    for (std::size_t j = begin; j < end; ++j)
      w[j] = clipped(w[j] + S[j] * static_cast<Real>(state.D_minus(w[j])));
  }
}

/// Adds what rows transmit, one after the other: out += scale w.
template <class Real, std::size_t... r>
MEMPLAST_VECTORISED void transmit(const Rows<Real> rows, double scale, std::size_t begin,
                                  std::size_t end, double* out, std::index_sequence<r...>) {
#pragma GCC ivdep
  for (std::size_t j = begin; j < end; ++j) {
    double sum = out[j];
    ((sum += scale * static_cast<double>(rows[r][j])), ...);
    out[j] = sum;
  }
}

/// Acts out post spikes on one row, each on another synapse: w[post] += S(arrival - pre) D_plus(w),
/// with arrivals within reach of the table. Limit: the loads and stores of single numbers, four and
/// one for each spike; processors gather and scatter no faster. Only where the state dependence is
/// costly is it worth two more each to compute it in vectors.
template <class State, class Real>
MEMPLAST_VECTORISED void potentiate_batch(const State state, const Table<Real> table, Step pre,
                                          const Step* arrival, const int* post, std::size_t n,
                                          Real* row) {
  if constexpr (!CostlyState<State>) {
    for (std::size_t k = 0; k < n; ++k) {
      MEMPLAST_ONE_BY_ONE;
      Real& w = row[post[k]];
      w = clipped(w + table.S[arrival[k] - pre] * static_cast<Real>(state.D_plus(w)));
    }
    return;
  }
  Real w[largest_batch], S[largest_batch];
  for (std::size_t k = 0; k < n; ++k) {
    MEMPLAST_ONE_BY_ONE;
    w[k] = row[post[k]];
    S[k] = table.S[arrival[k] - pre];
  }
  const std::size_t filled = (n + 15) / 16 * 16;  // whole vectors
  for (std::size_t k = n; k < filled; ++k) w[k] = S[k] = 0;
  for (std::size_t k = 0; k < filled; ++k)
    w[k] = clipped(w[k] + S[k] * static_cast<Real>(state.D_plus(w[k])));
  for (std::size_t k = 0; k < n; ++k) {
    MEMPLAST_ONE_BY_ONE;
    row[post[k]] = w[k];
  }
}

/// One post spike, at `arrival`, on the n synapses of its column, `stride` numbers apart:
/// w += S(arrival - last_pre) D_plus(w).
template <class State, class Real>
MEMPLAST_VECTORISED void potentiate_column(const State state, const Table<Real> table, Step arrival,
                                           const Step* last_pre, std::size_t n, Real* column,
                                           int stride) {
  Real w[largest_batch], S[largest_batch];
  for (std::size_t first = 0; first < n; first += largest_batch) {
    const std::size_t m = std::min(largest_batch, n - first);
    for (std::size_t k = 0; k < m; ++k) {
      MEMPLAST_ONE_BY_ONE;
      w[k] = column[(first + k) * stride];
      S[k] = table.at(arrival - last_pre[first + k]);
    }
    for (std::size_t k = 0; k < m; ++k)
      w[k] = clipped(w[k] + S[k] * static_cast<Real>(state.D_plus(w[k])));
    for (std::size_t k = 0; k < m; ++k) {
      MEMPLAST_ONE_BY_ONE;
      column[(first + k) * stride] = w[k];
    }
  }
}

/// The pre spikes before step `end`, one after the other, on rows of n_post <= few synapses: each
/// row is depressed and copied to `sent`, unless last_pre is null, and transmitted. Returns how
/// many there were. Post neurons beyond n_post never fire. `from_step`: added to a spike's step,
/// the row of `under_way`.
///
/// A row is read and written as one vector: what follows it, in memory too, has a factor of zero
/// and stays. So are the currents, in the width that neurons read: a narrower write would have to
/// reach the cache before a wider read sees it. Limit: instructions, some forty a spike.
template <bool pairs_at_zero, class State, class Real>
MEMPLAST_VECTORISED std::size_t pre_spikes_of_few(const State state, const Table<Real> table,
                                                  const Step* last_post, const Step* before_last,
                                                  Step* last_pre, Real* weights, int n_post,
                                                  Real* sent, std::span<const Spike> spikes,
                                                  Step start, Step end, double scale,
                                                  const Arrivals& under_way, Step from_step) {
  const Arrivals arrivals = under_way;
  using Four [[gnu::vector_size(few * sizeof(Real))]] = Real;
  using Currents [[gnu::vector_size(few * sizeof(double))]] = double;
  std::size_t s = 0;
  for (; s < spikes.size() && start + spikes[s].step < end; ++s) {
    const Step t = start + spikes[s].step;
    const auto i = spikes[s].neuron;
    Real* const row = weights + i * n_post;
    alignas(Four) Real w[few], S[few];
    __builtin_memcpy(w, row, sizeof w);
    if (last_pre != nullptr) {
      const auto window = [&](int j) {
        const bool counts = pairs_at_zero || last_post[j] != t;
        return table.at(t - (counts ? last_post : before_last)[j]);
      };
      const Four windows{window(0), window(1), window(2), window(3)};
      __builtin_memcpy(S, &windows, sizeof S);
#pragma GCC unroll 1
      for (int j = 0; j < few; ++j)
        w[j] = clipped(w[j] + S[j] * static_cast<Real>(state.D_minus(w[j])));
      __builtin_memcpy(row, w, sizeof w);
      __builtin_memcpy(sent + i * few, w, sizeof w);
      last_pre[i] = t;
    }
    double* const out = arrivals.at(t + from_step);
    Four transmitted;
    Currents sum;
    __builtin_memcpy(&transmitted, w, sizeof w);
    __builtin_memcpy(&sum, out, sizeof sum);
    sum += scale * __builtin_convertvector(transmitted, Currents);
    __builtin_memcpy(out, &sum, sizeof sum);
  }
  return s;
}

}  // namespace memplast::kernels
