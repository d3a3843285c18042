// The parts: loops over synapses and neurons, encoders, decoders, volleys, a fold, a result file.
//
// Counters of loops: elements per second, and `of_triad`, the bandwidth of their loads and stores
// as a share of that of a triad in the nearest cache; above 1 where stores are rarer than in a
// triad.
#include <filesystem>

#include "lib/coding/decoders.hpp"
#include "lib/coding/encoders.hpp"
#include "lib/engine/crossbar_kernels.hpp"
#include "lib/engine/lif.hpp"
#include "lib/io/h5.hpp"
#include "lib/numeric/random.hpp"
#include "machine.hpp"
#include "models/rules/all.hpp"
#include "tasks/classification.hpp"

using namespace memplast;

namespace {

constexpr std::size_t n_row = 400;

std::vector<double> uniform(std::size_t n) {
  Stream stream(1, Purpose::weights);
  std::vector<double> out(n);
  for (double& x : out) x = stream.uniform();
  return out;
}

void per_element(benchmark::State& state, std::size_t n, double bytes) {
  using benchmark::Counter;
  const double elements = static_cast<double>(n);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(n));
  static const double peak = bench::triad_bandwidth(24'000.0);
  state.counters["of_triad"] = Counter(bytes * elements / peak, Counter::kIsIterationInvariantRate);
}

template <class R>
void depress(benchmark::State& state) {
  std::vector<std::vector<double>> w(4, uniform(n_row));
  const std::array<double*, 4> each{w[0].data(), w[1].data(), w[2].data(), w[3].data()};
  const kernels::Rows<double> rows = each;
  const std::vector<double> S(n_row, -1e-6);
  for (auto _ : state) kernels::depress(R{}, S.data(), 0, n_row, rows);
  per_element(state, 4 * n_row, 24.0);
}

void transmit(benchmark::State& state) {
  std::vector<std::vector<double>> w(4, uniform(n_row));
  const std::array<double*, 4> each{w[0].data(), w[1].data(), w[2].data(), w[3].data()};
  const kernels::Rows<double> rows = each;
  std::vector<double> out(n_row, 0.0);
  for (auto _ : state)
    kernels::transmit(rows, 1.0, 0, n_row, out.data(), std::make_index_sequence<4>());
  per_element(state, 4 * n_row, 12.0);
}

template <class R>
void potentiate(benchmark::State& state) {
  auto row = uniform(n_row);
  const std::vector<double> table(2000, 1e-6);
  std::vector<int> post = Stream(1, Purpose::order).permutation(n_row);
  std::vector<Step> arrival(kernels::largest_batch);
  std::iota(arrival.begin(), arrival.end(), 500);
  for (auto _ : state)
    kernels::potentiate_batch(R{}, kernels::Table<double>{table.data(), 1900}, 100, arrival.data(),
                              post.data(), kernels::largest_batch, row.data());
  per_element(state, kernels::largest_batch, 28.0);
}

void depression_factors(benchmark::State& state) {
  const std::vector<double> table(3000, 1e-6);
  Stream stream(1, Purpose::order);
  std::vector<Step> last(n_row);
  for (Step& t : last) t = static_cast<Step>(stream.below(2000));
  std::vector<double> S(n_row * kernels::block_steps);
  for (auto _ : state)
    kernels::depression_factors(kernels::Table<double>{table.data(), 2900}, 2100, last.data(),
                                n_row, S.data());
  per_element(state, S.size(), 16.0);
}

void neuron_steps(benchmark::State& state) {
  constexpr Step delay = 10;
  LifPopulation neurons(LifParameters{}, n_row, 0.1, delay);
  for (auto _ : state) {
    for (Step k = 1; k <= delay; ++k) neurons.arrivals().at(k)[0] = 0.01;
    neurons.advance(delay);
  }
  per_element(state, n_row * delay, 16.0);
}

struct VolleyOf32 {
  VolleyNeurons neurons{LifParameters::with_time_constants(20.0, 5.0), 5.0};
  Volley volley;
  Weights w{32, 3};
  VolleyOf32() {
    std::vector<double> g(32, 0.0);
    const auto active = uniform(13);
    for (std::size_t i = 0; i < active.size(); ++i) g[2 * i] = 0.1 + 0.9 * active[i];
    volley = TemporalEncoder{5.0}.encode(g, 0.1, neurons);
    const auto start = uniform(96);
    std::copy(start.begin(), start.end(), w.data());
  }
};

void volley_ramp(benchmark::State& state) {
  const VolleyOf32 v;
  const auto threshold = Threshold::ramp(v.neurons.mean_full_drive({&v.volley, 1}, 32), 5.0, 1.0);
  std::array<FirstSpike, 3> out;
  for (auto _ : state) {
    v.neurons.first_spikes(v.volley, v.w, threshold, out);
    benchmark::DoNotOptimize(out.data());
  }
}

void volley_fixed_threshold(benchmark::State& state) {
  const VolleyOf32 v;
  const auto threshold =
      Threshold::fixed(0.3 * v.neurons.mean_full_drive({&v.volley, 1}, 32), 10.0);
  std::array<FirstSpike, 3> out;
  for (auto _ : state) {
    v.neurons.first_spikes(v.volley, v.w, threshold, out);
    benchmark::DoNotOptimize(out.data());
  }
}

void decode(benchmark::State& state) {
  const std::array<FirstSpike, 3> spikes{FirstSpike{5.2, 1.0}, {5.1, 1.0}, {5.3, 1.0}};
  for (auto _ : state) benchmark::DoNotOptimize(first_to_spike(spikes));
}

void encode_volley(benchmark::State& state) {
  const VolleyOf32 v;
  std::vector<double> g = uniform(32);
  for (auto _ : state)
    benchmark::DoNotOptimize(TemporalEncoder{5.0}.encode(g, 0.6, v.neurons).pre.data());
}

void encode_poisson(benchmark::State& state) {
  const PoissonEncoder encoder{.rate_high_Hz = 100.0};
  const std::vector<double> g(32, 0.5);
  std::uint64_t showing = 0;
  for (auto _ : state) benchmark::DoNotOptimize(encoder.encode(g, 5000, ++showing).data());
}

void write_map(benchmark::State& state) {
  const auto path = std::filesystem::temp_directory_path() / "memplast_micro_bench.h5";
  const auto values = uniform(784 * 400);
  for (auto _ : state) {
    h5::Writer writer(path);
    writer.dataset("conductance", values, {784, 400}, "S");
    writer.commit();
  }
  state.SetBytesProcessed(state.iterations() * 784 * 400 * 8);
  std::filesystem::remove(path);
}

// Training and test of one fold by one sub-network of the shipped settings, 30 epochs.
void fold(benchmark::State& state, const std::string& task) {
  RunConfig config;
  config.task = task;
  config.model.rule = NcMemristor<>{};
  const Dataset data = load_shipped_dataset(task);
  config.settings =
      preset(task, "teacher_timed", "temporal", "nc", static_cast<int>(data.x.cols()));
  config.settings.set("subnetworks", 1.0, "bench");
  config.settings.set("epochs", 30.0, "bench");
  std::vector<int> test;
  for (int i = 0; i < data.size(); i += 5) test.push_back(i);
  for (auto _ : state) benchmark::DoNotOptimize(run_one_fold(config, data, test, 1).accuracy);
}

}  // namespace

BENCHMARK(depress<NcMemristor<>>);
BENCHMARK(depress<PpxMemristor<>>);
BENCHMARK(transmit);
BENCHMARK(potentiate<NcMemristor<>>);
BENCHMARK(potentiate<PpxMemristor<>>);
BENCHMARK(depression_factors);
BENCHMARK(neuron_steps);
BENCHMARK(volley_ramp);
BENCHMARK(volley_fixed_threshold);
BENCHMARK(encode_volley);
BENCHMARK(encode_poisson);
BENCHMARK(decode);
BENCHMARK(write_map)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(fold, iris, "iris")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(fold, breast_cancer, "breast_cancer")->Unit(benchmark::kMillisecond);
BENCHMARK_MAIN();
