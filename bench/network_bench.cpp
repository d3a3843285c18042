// Whole networks: Poisson inputs at 50 Hz, an all-to-all plastic crossbar, LIF neurons, 0.1 ms
// grid. Each line gives ns per update (one synapse under one pre spike), and the row traffic (16
// bytes read and written per update) as a share of what a triad over arrays of the crossbar's size
// reaches in the same run.
#include <benchmark/benchmark.h>

#include <chrono>

#include "lib/encoders.hpp"
#include "lib/grid_network.hpp"
#include "models/all.hpp"

using namespace memplast;

namespace {

constexpr double step_ms = 0.1;

// Bytes per second of a[i] = b[i] + s c[i] with three arrays that hold `n` doubles together.
double triad_bandwidth(std::size_t n) {
  std::vector<double> a(n / 3, 0.0), b(n / 3, 1.0), c(n / 3, 2.0);
  double best = 0.0;
  for (int trial = 0; trial < 20; ++trial) {
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < a.size(); ++i) a[i] = b[i] + 0.5 * c[i];
    benchmark::DoNotOptimize(a.data());
    const std::chrono::duration<double> s = std::chrono::steady_clock::now() - start;
    best = std::max(best, 24.0 * static_cast<double>(a.size()) / s.count());
  }
  return best;
}

template <PairRule R>
void network(benchmark::State& state) {
  const int n_pre = static_cast<int>(state.range(0)), n_post = static_cast<int>(state.range(1));
  const Step steps = 10000 * state.range(2);
  const double pA_per_weight = 5.0 / n_pre;  // drives the neurons at roughly 10 Hz
  const PoissonEncoder encoder{.rate_high_Hz = 50.0, .rate_low_Hz = 0.0, .step_ms = step_ms};
  const auto input =
      encoder.encode(std::vector<double>(static_cast<std::size_t>(n_pre), 1.0), steps, 1);
  Stream stream(1, Purpose::weights);
  Weights w(n_pre, n_post);
  for (double& weight : w.reshaped()) weight = stream.uniform();

  double output = 0.0;
  for (auto _ : state) {
    state.PauseTiming();
    GridNetwork<R> net(LifParameters{},
                       Crossbar<R>(R{}, Pairing::nearest_symmetric, step_ms, 10, w), pA_per_weight);
    output = 0.0;
    state.ResumeTiming();
    net.run(steps, input, [&](int, Step) { ++output; });
  }
  const double updates = static_cast<double>(input.size()) * n_post;
  const double bandwidth = triad_bandwidth(static_cast<std::size_t>(w.size()));
  using benchmark::Counter;
  state.counters["post_Hz"] = output / n_post / static_cast<double>(state.range(2));
  state.counters["ns_per_update"] =
      Counter(1e-9 * updates, Counter::kIsIterationInvariantRate | Counter::kInvert);
  state.counters["of_triad"] =
      Counter(16.0 * updates / bandwidth, Counter::kIsIterationInvariantRate);
}

}  // namespace

#define NETWORKS(rule)                 \
  BENCHMARK_TEMPLATE(network, rule)    \
      ->Args({784, 400, 3})            \
      ->Args({40, 3, 50})              \
      ->ArgNames({"pre", "post", "s"}) \
      ->Unit(benchmark::kMillisecond)

NETWORKS(NcMemristor<>);
NETWORKS(PpxMemristor<>);
NETWORKS(StdpExponential<>);
BENCHMARK_MAIN();
