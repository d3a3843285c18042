// Whole networks: Poisson inputs at 50 Hz, an all-to-all plastic crossbar, LIF neurons, 0.1 ms
// grid, delay 1 ms; and the rows of square crossbars alone, from the nearest cache to memory.
//
// Counters: ns_per_update, one synapse under one pre spike, everything else of the network
// included; of_triad, the traffic of rows (read and write) as a share of what a triad over as many
// bytes reaches in the same run; post_Hz and mean_w, to compare with other simulators.
#include <chrono>
#include <random>
#include <string>

#include "lib/coding/encoders.hpp"
#include "lib/engine/blocked_network.hpp"
#include "lib/engine/grid_network.hpp"
#include "machine.hpp"
#include "models/rules/all.hpp"

using namespace memplast;
using bench::thread_seconds;

namespace {

constexpr double step_ms = 0.1;
constexpr Step delay = 10;

Weights uniform_weights(int n_pre, int n_post) {
  Stream stream(1, Purpose::weights);
  Weights w(n_pre, n_post);
  for (double& weight : w.reshaped()) weight = stream.uniform();
  return w;
}

void set_counters(benchmark::State& state, double seconds, double updates, std::size_t weights,
                  std::size_t bytes_of_weight) {
  const double per_iteration = seconds / static_cast<double>(state.iterations());
  state.counters["ns_per_update"] = 1e9 * per_iteration / updates;
  state.counters["of_triad"] =
      2.0 * static_cast<double>(bytes_of_weight) * updates / per_iteration /
      bench::triad_bandwidth(static_cast<double>(weights * bytes_of_weight));
}

struct Size {
  int n_pre, n_post, seconds;
  double drive_pA;  // what all inputs give together at w = 1
};

template <PairRule R>
void network(benchmark::State& state, const R& rule, Pairing pairing, const Size& size) {
  const Step steps = 10'000 * size.seconds;
  const PoissonEncoder encoder{.rate_high_Hz = 50.0, .rate_low_Hz = 0.0, .step_ms = step_ms};
  const auto input =
      encoder.encode(std::vector<double>(static_cast<std::size_t>(size.n_pre), 1.0), steps, 1);
  const Weights w = uniform_weights(size.n_pre, size.n_post);
  double output = 0.0, total = 0.0, mean_w = 0.0;
  for (auto _ : state) {
    GridNetwork<R> net(LifParameters{}, Crossbar<R>(rule, pairing, step_ms, delay, w),
                       size.drive_pA / size.n_pre);
    output = 0.0;
    const double start = thread_seconds();
    net.run(steps, input, [&](int, Step) { ++output; });
    const double seconds = thread_seconds() - start;
    state.SetIterationTime(seconds);
    total += seconds;
    net.synapses().complete(steps);
    mean_w = net.synapses().weights().mean();
  }
  state.counters["post_Hz"] = output / size.n_post / size.seconds;
  state.counters["mean_w"] = mean_w;
  set_counters(state, total, static_cast<double>(input.size()) * size.n_post,
               static_cast<std::size_t>(w.size()), sizeof(typename Crossbar<R>::Real));
}

// The same in blocks of post neurons, by the clock on the wall.
template <PairRule R>
void blocked(benchmark::State& state, const R& rule, const Size& size, int threads) {
  const Step steps = 10'000 * size.seconds;
  const PoissonEncoder encoder{.rate_high_Hz = 50.0, .rate_low_Hz = 0.0, .step_ms = step_ms};
  const auto input =
      encoder.encode(std::vector<double>(static_cast<std::size_t>(size.n_pre), 1.0), steps, 1);
  const Weights w = uniform_weights(size.n_pre, size.n_post);
  double total = 0.0;
  for (auto _ : state) {
    BlockedNetwork<R> net(LifParameters{}, rule, Pairing::nearest_symmetric, step_ms, delay, w,
                          size.drive_pA / size.n_pre, threads);
    const auto start = std::chrono::steady_clock::now();
    net.run(steps, input, [](int, Step) {});
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    state.SetIterationTime(seconds.count());
    total += seconds.count();
  }
  set_counters(state, total, static_cast<double>(input.size()) * size.n_post,
               static_cast<std::size_t>(w.size()), sizeof(typename Crossbar<R>::Real));
}

// Depression and transmission by `spikes` pre spikes in random order, four in each step. peak_GB:
// the most memory that building and running an n x n crossbar takes, weights of the start included.
template <PairRule R>
void rows(benchmark::State& state, const R& rule, int n, int spikes) {
  bench::forget_peak_memory();
  Crossbar<R> synapses(rule, Pairing::nearest_symmetric, step_ms, delay, uniform_weights(n, n));
  std::vector<Spike> order;
  for (std::uint64_t round = 0; static_cast<int>(order.size()) < spikes; ++round)
    for (const int i : Stream(1, Purpose::order, round).permutation(n)) order.push_back({0, i});
  order.resize(static_cast<std::size_t>(spikes));
  std::vector<double> out(static_cast<std::size_t>(n), 0.0);
  Step t = 2 * delay;
  for (int j = 0; j < n; ++j) synapses.post_spike(j, 1);
  double total = 0.0;
  for (auto _ : state) {
    const double start = thread_seconds();
    for (std::size_t k = 0; k < order.size(); k += 4)
      synapses.pre_spikes(++t, std::span(order).subspan(k),
                          std::min<std::size_t>(4, order.size() - k), 1.0, out);
    const double seconds = thread_seconds() - start;
    state.SetIterationTime(seconds);
    total += seconds;
  }
  benchmark::DoNotOptimize(out.data());
  state.counters["peak_GB"] = bench::peak_memory_GB();
  set_counters(state, total, static_cast<double>(n) * spikes, static_cast<std::size_t>(n) * n,
               sizeof(typename Crossbar<R>::Real));
}

template <PairRule R>
void register_rule(const std::string& name, const R& rule, double drive_large_pA,
                   double drive_small_pA) {
  const auto add = [&](const std::string& what, auto&& run) {
    benchmark::RegisterBenchmark((what + "/" + name).c_str(), run)
        ->UseManualTime()
        ->Unit(benchmark::kMillisecond);
  };
  const auto add_network = [&](const std::string& what, Pairing pairing, Size size) {
    add(what, [=](benchmark::State& state) { network(state, rule, pairing, size); });
  };
  const Size large{784, 400, 3, drive_large_pA};
  add_network("784x400, 3 s", Pairing::nearest_symmetric, large);
  add_network("40x3, 50 s", Pairing::nearest_symmetric, {40, 3, 50, drive_small_pA});
  add_network("784x6400, 1 s", Pairing::nearest_symmetric, {784, 6400, 1, drive_large_pA});
  for (const int threads : {1, 2})
    add("784x6400, 1 s, blocks, " + std::to_string(threads) + " threads",
        [=](benchmark::State& state) {
          blocked(state, rule, {784, 6400, 1, drive_large_pA}, threads);
        });
  for (const int n : {100, 316, 1000, 3162, 10'000})
    add("rows of " + std::to_string(n) + "x" + std::to_string(n),
        [=](benchmark::State& state) { rows(state, rule, n, n); });
  if (std::is_same_v<typename Crossbar<R>::Real, float>) return;  // no more than that
  for (const int spikes : {10, 100, 1000, 10'000, 100'000})
    add("rows of 1000x1000, " + std::to_string(spikes) + " spikes",
        [=](benchmark::State& state) { rows(state, rule, 1000, spikes); });
  for (std::size_t k = 1; k < pairing_names.size(); ++k)
    add_network("784x400, 3 s, " + std::string(pairing_names[k]), static_cast<Pairing>(k), large);
}

}  // namespace

int main(int argc, char** argv) {
  // Drives that make the neurons fire at 10 to 14 Hz; the small ones at 4 (stdp) to 25.
  register_rule("nc", NcMemristor<>{}, 6.0, 12.0);
  register_rule("ppx", PpxMemristor<>{}, 17.0, 18.0);
  register_rule("stdp", StdpExponential<>{}, 5.5, 15.0);
  register_rule("nc, float32", NcMemristor<float>{}, 6.0, 12.0);
  register_rule("ppx, float32", PpxMemristor<float>{}, 17.0, 18.0);
  register_rule("stdp, float32", StdpExponential<float>{}, 5.5, 15.0);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
}
