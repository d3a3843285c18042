#include "lib/engine/volley.hpp"

#include "lib/coding/decoders.hpp"
#include "lib/engine/grid_network.hpp"
#include "lib/numeric/random.hpp"
#include "models/rules/nc.hpp"
#include "tests/catch.hpp"

using namespace memplast;

namespace {

constexpr double end_ms = 20.0;

Volley random_volley(const VolleyNeurons& neurons, int n_pre, std::uint64_t seed) {
  Stream stream(seed, Purpose::spikes);
  Volley volley;
  for (int i = 0; i < n_pre; ++i) {
    volley.pre.push_back(i);
    volley.t_ms.push_back(stream.uniform(0.0, end_ms));
  }
  neurons.prepare(volley);
  return volley;
}

Weights random_weights(int n_pre, int n_post, std::uint64_t seed) {
  Stream stream(seed, Purpose::weights);
  Weights w(n_pre, n_post);
  for (int i = 0; i < n_pre; ++i)
    for (int j = 0; j < n_post; ++j) w(i, j) = stream.uniform();
  return w;
}

double potential(const LifParameters& lif, const Volley& volley, const Weights& w, int j,
                 double t) {
  double V = 0.0;
  for (std::size_t i = 0; i < volley.size(); ++i)
    if (volley.t_ms[i] < t) V += w(volley.pre[i], j) * lif.psp(t - volley.t_ms[i], lif.tau_syn_ex);
  return V;
}

// The first crossing by brute force: a fine scan, then bisection, on the plain sum of kernels.
double crossing_by_scan(const LifParameters& lif, const Volley& volley, const Weights& w, int j,
                        const Threshold& threshold) {
  const auto gap = [&](double t) { return potential(lif, volley, w, j, t) - threshold.at(t); };
  constexpr double scan_ms = 1e-3;
  for (double t = threshold.opens_ms; t < threshold.closes_ms; t += scan_ms) {
    double low = t, high = std::min(t + scan_ms, threshold.closes_ms);
    if (gap(low) >= 0.0) return low;
    if (gap(high) < 0.0) continue;
    for (int k = 0; k < 60; ++k) (gap(0.5 * (low + high)) < 0.0 ? low : high) = 0.5 * (low + high);
    return high;
  }
  return std::numeric_limits<double>::infinity();
}

}  // namespace

TEST_CASE("a first crossing is where the sum of kernels meets the threshold", "[lib][volley]") {
  const auto [tau_m, tau_syn] = GENERATE(std::pair{20.0, 5.0}, std::pair{60.0, 5.0},
                                         std::pair{4.0, 9.0}, std::pair{5.0, 5.02});
  LifParameters lif;
  lif.tau_m = tau_m;
  lif.tau_syn_ex = tau_syn;
  const VolleyNeurons neurons(lif, end_ms);
  const auto seed = static_cast<std::uint64_t>(GENERATE(range(0, 12)));
  const auto volley = random_volley(neurons, 12, seed);
  const auto w = random_weights(12, 4, seed);
  double top = 0.0;
  for (int j = 0; j < 4; ++j) top = std::max(top, potential(lif, volley, w, j, end_ms));

  const auto threshold = GENERATE_COPY(
      Threshold::fixed(0.3 * top, 60.0), Threshold::fixed(0.9 * top, 60.0),
      Threshold::ramp(1.2 * top, end_ms, 20.0), Threshold::ramp(3.0 * top, end_ms, 5.0),
      Threshold{.level_mV = 0.6 * top, .falls_ms = 8.0, .fall_ms = 30.0, .closes_ms = 38.0});
  std::vector<FirstSpike> spikes(4);
  neurons.first_spikes(volley, w, threshold, spikes);
  for (int j = 0; j < 4; ++j) {
    const double expected = crossing_by_scan(lif, volley, w, j, threshold);
    CAPTURE(j, expected, spikes[j].t_ms);
    if (std::isinf(expected))
      CHECK(std::isinf(spikes[j].t_ms));
    else
      CHECK(std::abs(spikes[j].t_ms - expected) < 1e-9);
  }
}

TEST_CASE("a falling threshold reaches every neuron, the highest potential first",
          "[lib][volley]") {
  const VolleyNeurons neurons({}, end_ms);
  const auto volley = random_volley(neurons, 12, 3);
  Weights w = random_weights(12, 3, 3);
  w.col(1).setZero();
  std::vector<double> V(3);
  neurons.potentials_at_end(volley, w, V);
  CHECK(V[0] == Approx(potential({}, volley, w, 0, end_ms)));
  std::vector<FirstSpike> spikes(3);
  neurons.first_spikes(volley, w, Threshold::ramp(2.0 * std::max(V[0], V[2]), end_ms, 20.0),
                       spikes);
  CHECK(spikes[1].t_ms == Approx(end_ms + 20.0));  // no input: only a threshold of zero
  CHECK(first_to_spike(spikes) == (V[0] > V[2] ? 0 : 2));
}

TEST_CASE("a neuron already above the threshold fires when it opens, potential breaks the tie",
          "[lib][volley]") {
  const VolleyNeurons neurons({}, end_ms);
  const auto volley = random_volley(neurons, 12, 4);
  Weights w(12, 2);
  w.col(0).setConstant(0.6);
  w.col(1).setConstant(0.9);
  std::vector<FirstSpike> spikes(2);
  neurons.first_spikes(volley, w, Threshold::ramp(1e-3, end_ms, 20.0), spikes);
  CHECK(spikes[0].t_ms == end_ms);
  CHECK(spikes[1].t_ms == end_ms);
  CHECK(first_to_spike(spikes) == 1);
}

TEST_CASE("equal time constants are refused by the volley engine", "[lib][volley]") {
  LifParameters lif;
  lif.tau_m = lif.tau_syn_ex = 5.0;
  CHECK_THROWS_WITH(VolleyNeurons(lif, end_ms), Catch::Contains("tau_syn_ms: expected a value"));
}

TEST_CASE("the grid engine approaches the volley engine as its step shrinks", "[lib][volley]") {
  const LifParameters lif;
  const VolleyNeurons neurons(lif, end_ms);
  const auto volley = random_volley(neurons, 12, 5);
  const auto w = random_weights(12, 3, 5);
  std::vector<FirstSpike> exact(3);
  neurons.first_spikes(volley, w, Threshold::fixed(8.0, 60.0), exact);

  const auto worst_error = [&](double step_ms) {
    LifParameters grid_lif = lif;
    grid_lif.V_th = lif.E_L + 8.0;
    Crossbar<NcMemristor<>> synapses({}, Pairing::nearest_symmetric, step_ms, 1, w);
    synapses.set_plastic(false);
    GridNetwork<NcMemristor<>> network(grid_lif, std::move(synapses));
    std::vector<Spike> input;
    for (std::size_t i = 0; i < volley.size(); ++i)
      input.push_back({std::max<Step>(1, std::lround(volley.t_ms[i] / step_ms)), volley.pre[i]});
    std::vector<double> first(3, std::numeric_limits<double>::infinity());
    network.run(std::lround(60.0 / step_ms), input, [&](int j, Step t) {
      first[j] = std::min(first[j], static_cast<double>(t - 1) * step_ms);  // the delay is one step
    });
    double worst = 0.0;
    for (int j = 0; j < 3; ++j)
      if (std::isfinite(exact[j].t_ms)) worst = std::max(worst, std::abs(first[j] - exact[j].t_ms));
    return worst;
  };
  REQUIRE(std::isfinite(exact[0].t_ms));
  // A crossing is seen at the end of its step, and inputs sit up to half a step aside.
  CHECK(worst_error(0.1) < 0.2);
  CHECK(worst_error(0.01) < 0.02);
  CHECK(worst_error(0.001) < 0.002);
}
