#include "lib/engine/crossbar.hpp"
#include "lib/engine/replay.hpp"
#include "lib/numeric/random.hpp"
#include "models/rules/all.hpp"
#include "tests/catch.hpp"

using namespace memplast;

namespace {

constexpr double step_ms = 0.1;
constexpr Step delay = 10;

// Poisson-like trains of `n` neurons; a grid so coarse that coincidences and repeats are common.
std::vector<Spike> trains(int n, std::uint64_t seed, Step coarseness) {
  Stream stream(seed, Purpose::spikes);
  std::vector<Spike> spikes;
  for (Step t = coarseness; t <= 4000; t += coarseness)
    for (int i = 0; i < n; ++i)
      for (int repeat = 0; repeat < 2; ++repeat)
        if (stream.uniform() < 0.08) spikes.push_back({t, i});
  return spikes;
}

std::vector<double> times_of(const std::vector<Spike>& spikes, int neuron) {
  std::vector<double> t;
  for (const Spike& s : spikes)
    if (s.neuron == neuron) t.push_back(static_cast<double>(s.step) * step_ms);
  return t;
}

// Runs a crossbar and compares each transmitted weight with the plain statement of the semantics.
template <PairRule R>
void compare_with_replay(const R& rule, Pairing pairing) {
  const int n_pre = 5, n_post = GENERATE(3, 19);  // short rows, and vectors with a rest
  const auto pre = trains(n_pre, 1, 10);
  auto post = trains(n_post, 2, 10);
  post.erase(std::unique(post.begin(), post.end()), post.end());  // a neuron fires once a step
  Crossbar<R> crossbar(rule, pairing, step_ms, delay, Weights::Constant(n_pre, n_post, 0.4));

  std::vector<std::vector<std::vector<double>>> transmitted(
      n_pre, std::vector<std::vector<double>>(n_post));
  auto next_post = post.begin();
  for (const Spike& s : pre) {
    for (; next_post != post.end() && next_post->step <= s.step; ++next_post)
      crossbar.post_spike(next_post->neuron, next_post->step);
    const auto row = crossbar.pre_spike(s.neuron, s.step);
    for (int j = 0; j < n_post; ++j) transmitted[s.neuron][j].push_back(row[j]);
  }
  const ReplaySettings settings{.pairing = pairing, .delay_ms = 1.0, .w0 = 0.4};
  for (int i = 0; i < n_pre; ++i)
    for (int j = 0; j < n_post; ++j) {
      const auto expected = replay(rule, times_of(pre, i), times_of(post, j), settings);
      REQUIRE(transmitted[i][j].size() == expected.size());
      for (std::size_t k = 0; k < expected.size(); ++k) {
        CAPTURE(i, j, k);
        REQUIRE(transmitted[i][j][k] == Approx(expected[k]).margin(1e-12));
      }
    }
}

}  // namespace

TEST_CASE("the crossbar moves each synapse as replay does, in every scheme", "[lib][crossbar]") {
  const auto pairing =
      GENERATE(Pairing::nearest_symmetric, Pairing::nearest_pre_centered,
               Pairing::nearest_restricted, Pairing::all_to_all, Pairing::first_spike);
  CAPTURE(to_string(pairing));
  SECTION("nc") { compare_with_replay(NcMemristor<>{}, pairing); }
  SECTION("ppx") { compare_with_replay(PpxMemristor<>{}, pairing); }
  SECTION("stdp between additive and multiplicative") {
    StdpExponential<> rule;
    rule.mu_plus = rule.mu_minus = 0.4;
    compare_with_replay(rule, pairing);
  }
  SECTION("a rule that is no product of window and state") {
    compare_with_replay(FunctionRule{[](double dt, double w) {
                          return dt > 0 ? 0.02 * (1 - w) / (1 + 0.1 * dt * (1 + w))
                                        : -0.02 * w / (1 - 0.1 * dt * (2 - w));
                        }},
                        pairing);
  }
}

TEST_CASE("a long log is trimmed without a change in any weight", "[lib][crossbar]") {
  const auto pairing = GENERATE(Pairing::nearest_symmetric, Pairing::all_to_all);
  // 70 neurons firing every step overrun the log of 65536 entries within 1000 steps; row 1, which
  // fires rarely, must still see everything that concerns it.
  StdpExponential<> rule;
  rule.lambda = 1e-6;
  Crossbar<StdpExponential<>> crossbar(rule, pairing, step_ms, delay,
                                       Weights::Constant(2, 70, 0.5));
  std::vector<double> post, pre0, pre1;
  double last0 = 0, last1 = 0;
  for (Step t = 1; t <= 2000; ++t) {
    for (int j = 0; j < 70; ++j) crossbar.post_spike(j, t);
    post.push_back(static_cast<double>(t) * step_ms);
    if (t % 7 == 0) {
      last0 = crossbar.pre_spike(0, t)[69];
      pre0.push_back(static_cast<double>(t) * step_ms);
    }
    if (t == 3 || t == 1990) {
      last1 = crossbar.pre_spike(1, t)[69];
      pre1.push_back(static_cast<double>(t) * step_ms);
    }
  }
  const ReplaySettings settings{.pairing = pairing, .delay_ms = 1.0, .w0 = 0.5};
  CHECK(last0 == Approx(replay(rule, pre0, post, settings).back()).margin(1e-12));
  CHECK(last1 == Approx(replay(rule, pre1, post, settings).back()).margin(1e-12));
}

TEST_CASE("a frozen crossbar transmits and forgets", "[lib][crossbar]") {
  Crossbar<NcMemristor<>> crossbar({}, Pairing::nearest_symmetric, step_ms, delay,
                                   Weights::Constant(1, 1, 0.5));
  crossbar.set_plastic(false);
  crossbar.post_spike(0, 1);
  CHECK(crossbar.pre_spike(0, 20)[0] == 0.5);
  crossbar.set_plastic(true);
  CHECK(crossbar.pre_spike(0, 30)[0] == 0.5);  // the post spike was not remembered
}

TEST_CASE("complete() acts out pairs whose pre neuron stays silent", "[lib][crossbar]") {
  const NcMemristor<> rule;
  Crossbar<NcMemristor<>> crossbar(rule, Pairing::nearest_symmetric, step_ms, delay,
                                   Weights::Constant(1, 1, 0.5));
  crossbar.pre_spike(0, 100);
  crossbar.post_spike(0, 150);  // at the synapse at step 160
  crossbar.complete(159);
  CHECK(crossbar.weights()(0, 0) == 0.5);
  crossbar.complete(160);
  CHECK(crossbar.weights()(0, 0) == Approx(0.5 + rule.dw(6.0, 0.5)).margin(1e-15));
}

TEST_CASE("a crossbar of many pages starts with the weights that it was given", "[lib][crossbar]") {
  Weights w(1500, 1000);  // 12 MB
  Stream stream(1, Purpose::weights);
  for (double& weight : w.reshaped()) weight = stream.uniform();
  const Crossbar<NcMemristor<>> in_double({}, Pairing::nearest_symmetric, step_ms, delay, w);
  CHECK((in_double.weights() - w).cwiseAbs().maxCoeff() == 0.0);
  const Crossbar<NcMemristor<float>> in_single({}, Pairing::nearest_symmetric, step_ms, delay, w);
  CHECK((in_single.weights() - w.cast<float>()).cwiseAbs().maxCoeff() == 0.0f);
}
