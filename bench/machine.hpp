#pragma once
#include <benchmark/benchmark.h>

#include <ctime>
#include <fstream>
#include <string>
#include <vector>

#include "lib/numeric/vectorised.hpp"

namespace memplast::bench {

/// Processor time of this thread [s]: what other programs do meanwhile hardly counts.
inline double thread_seconds() {
  timespec t{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

/// Bytes per second of a[i] = b[i] + s c[i] with three arrays of `bytes` together: the best of some
/// trials of at least 10 MB (McCalpin's STREAM triad).
MEMPLAST_VECTORISED inline double triad_bandwidth(double bytes) {
  const auto n = static_cast<std::size_t>(bytes / 24.0);
  std::vector<double> a(n, 0.0), b(n, 1.0), c(n, 2.0);
  const int passes = 1 + static_cast<int>(1e7 / bytes);
  double best = 0.0;
  for (int trial = 0; trial < 10; ++trial) {
    const double start = thread_seconds();
    for (int pass = 0; pass < passes; ++pass) {
      for (std::size_t i = 0; i < n; ++i) a[i] = b[i] + 0.5 * c[i];
      benchmark::DoNotOptimize(a.data());
      benchmark::ClobberMemory();
    }
    best = std::max(best, bytes * passes / (thread_seconds() - start));
  }
  return best;
}

/// Starts anew what peak_memory_GB() says.
inline void forget_peak_memory() { std::ofstream("/proc/self/clear_refs") << "5"; }

/// The most memory that this process has held since [GB]: VmHWM of Linux.
inline double peak_memory_GB() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (double kB; word == "VmHWM:" && status >> kB) return kB * 1024e-9;
  return 0.0;
}

}  // namespace memplast::bench
