#pragma once
#include <benchmark/benchmark.h>

#include <ctime>
#include <vector>

namespace memplast::bench {

/// Processor time of this thread [s]: what other programs do meanwhile hardly counts.
inline double thread_seconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

/// Bytes per second of a[i] = b[i] + s c[i] with three arrays of `bytes` together: the best of some
/// passes (McCalpin's STREAM triad).
inline double triad_bandwidth(double bytes) {
  const auto n = static_cast<std::size_t>(bytes / 24.0);
  std::vector<double> a(n, 0.0), b(n, 1.0), c(n, 2.0);
  double best = 0.0;
  for (int pass = 0; pass < 20; ++pass) {
    const double start = thread_seconds();
    for (std::size_t i = 0; i < n; ++i) a[i] = b[i] + 0.5 * c[i];
    benchmark::DoNotOptimize(a.data());
    best = std::max(best, bytes / (thread_seconds() - start));
  }
  return best;
}

}  // namespace memplast::bench
