#pragma once
#include <cstddef>

#include "spikes.hpp"

namespace memplast {

/// Currents under way to the post neurons: a ring of rows, one for each of the next `n_rows` steps,
/// of `width` numbers each, which is n_post filled up to whole vectors.
struct Arrivals {
  double* rows;
  std::size_t n_rows, first, width;

  /// What arrives at the end of the k-th step from now, 1 <= k <= n_rows.
  double* at(Step k) const {
    const std::size_t r = first + static_cast<std::size_t>(k) - 1;
    return rows + (r < n_rows ? r : r - n_rows) * width;
  }

  /// Calls visit(k, row) with the rows of the next `steps` steps, k = 0, 1 ...
  template <class Visit>
  [[gnu::always_inline]] void each(Step steps, Visit&& visit) const {
    double* row = rows + first * width;
    double* const end = rows + n_rows * width;
    for (Step k = 0; k < steps; ++k) {
      visit(k, row);
      row += width;
      if (row == end) row = rows;
    }
  }
};

}  // namespace memplast
