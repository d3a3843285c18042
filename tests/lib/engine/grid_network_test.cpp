#include "lib/engine/grid_network.hpp"

#include "lib/coding/encoders.hpp"
#include "lib/engine/blocked_network.hpp"
#include "lib/numeric/random.hpp"
#include "models/rules/all.hpp"
#include "tests/catch.hpp"

using namespace memplast;

namespace {

constexpr double step_ms = 0.1;

struct Outcome {
  std::vector<Spike> spikes;
  Weights weights;
};

struct Setup {
  int n_pre = 24, n_post = 19;
  Step delay = 10, steps = 20'000;
  double pA_per_weight = 0.3;
  std::vector<Spike> input, teacher;
  Weights w;

  explicit Setup(Step delay_steps) : delay(delay_steps), w(n_pre, n_post) {
    const PoissonEncoder encoder{.rate_high_Hz = 60.0, .rate_low_Hz = 0.0, .step_ms = step_ms};
    input = encoder.encode(std::vector<double>(static_cast<std::size_t>(n_pre), 1.0), steps, 1);
    input.insert(input.begin() + 40, input[40]);  // one row twice in a step
    for (Step t = 777; t < steps; t += 1234) teacher.push_back({t, static_cast<int>(t % n_post)});
    Stream stream(2, Purpose::weights);
    for (double& weight : w.reshaped()) weight = stream.uniform();
  }
};

template <PairRule R>
Outcome by_engine(const R& rule, const Setup& s) {
  GridNetwork<R> net(LifParameters{},
                     Crossbar<R>(rule, Pairing::nearest_symmetric, step_ms, s.delay, s.w),
                     s.pA_per_weight);
  Outcome out;
  net.run(
      s.steps, s.input,
      [&](int j, Step t) {
        out.spikes.push_back({t, j});
      },
      s.teacher);
  net.synapses().complete(s.steps);
  out.weights = net.synapses().weights();
  return out;
}

// Every step, every neuron, every synapse in turn; each spike acts when it reaches the synapse.
template <PairRule R>
Outcome by_plain_loops(const R& rule, const Setup& s) {
  const LifParameters p;
  const double V_decay = std::exp(-step_ms / p.tau_m), I_decay = std::exp(-step_ms / p.tau_syn_ex);
  const double V_from_I = p.psp(step_ms, p.tau_syn_ex);
  const auto n_post = static_cast<std::size_t>(s.n_post);
  std::vector<double> V(n_post, 0.0), I(n_post, 0.0);
  std::vector<Step> held(n_post, 0), last_post(n_post, never), post_before(n_post, never);
  std::vector<Step> last_pre(static_cast<std::size_t>(s.n_pre), never);
  std::vector<std::vector<double>> arriving(static_cast<std::size_t>(s.steps + s.delay) + 1,
                                            std::vector<double>(n_post, 0.0));
  std::vector<Spike> under_way;  // post spikes, by arrival
  Outcome out{{}, s.w};
  const auto change = [&](int i, std::size_t j, Step lag) {
    double& w = out.weights(i, static_cast<Eigen::Index>(j));
    w = clipped(w + rule.dw(static_cast<double>(lag) * step_ms, w));
  };
  std::size_t next_input = 0, next_teacher = 0, next_arrival = 0;
  for (Step t = 1; t <= s.steps; ++t) {
    const auto fire = [&](std::size_t j) {
      V[j] = p.V_reset - p.E_L;
      held[j] = std::lround(p.t_ref / step_ms);
      out.spikes.push_back({t, static_cast<int>(j)});
      under_way.push_back({t + s.delay, static_cast<int>(j)});
    };
    for (std::size_t j = 0; j < n_post; ++j) {
      if (held[j] > 0)
        --held[j];
      else
        V[j] = V[j] * V_decay + I[j] * V_from_I;
      I[j] = I[j] * I_decay + arriving[static_cast<std::size_t>(t)][j];
      if (V[j] >= p.V_th - p.E_L) fire(j);
    }
    for (; next_teacher < s.teacher.size() && s.teacher[next_teacher].step == t; ++next_teacher)
      fire(static_cast<std::size_t>(s.teacher[next_teacher].neuron));
    for (; next_arrival < under_way.size() && under_way[next_arrival].step <= t; ++next_arrival) {
      const auto j = static_cast<std::size_t>(under_way[next_arrival].neuron);
      for (int i = 0; i < s.n_pre; ++i)
        if (last_pre[static_cast<std::size_t>(i)] != never)
          change(i, j, t - last_pre[static_cast<std::size_t>(i)]);
      post_before[j] = std::exchange(last_post[j], t);
    }
    for (; next_input < s.input.size() && s.input[next_input].step == t; ++next_input) {
      const int i = s.input[next_input].neuron;
      for (std::size_t j = 0; j < n_post; ++j) {
        const bool waits = last_post[j] == t && !rule.pairs_at_zero;
        const Step post = waits ? post_before[j] : last_post[j];
        if (post != never) change(i, j, -(t - post));
        arriving[static_cast<std::size_t>(t + s.delay)][j] +=
            s.pA_per_weight * out.weights(i, static_cast<Eigen::Index>(j));
      }
      last_pre[static_cast<std::size_t>(i)] = t;
    }
  }
  return out;
}

template <PairRule R>
void compare(const R& rule, double pA_per_weight) {
  Setup s(GENERATE(1, 7, 8, 10, 25));
  CAPTURE(s.delay);
  s.pA_per_weight = pA_per_weight;
  const Outcome engine = by_engine(rule, s), plain = by_plain_loops(rule, s);
  REQUIRE(plain.spikes.size() > 200);  // some 6 Hz and more
  CHECK(engine.spikes == plain.spikes);
  CHECK((engine.weights - plain.weights).cwiseAbs().maxCoeff() < 1e-12);
}

}  // namespace

TEST_CASE("the grid engine: spikes and weights of plain loops", "[lib][grid_network]") {
  SECTION("nc") { compare(NcMemristor<>{}, 0.25); }
  SECTION("ppx") { compare(PpxMemristor<>{}, 0.8); }
  SECTION("stdp, additive") { compare(StdpExponential<>{}, 0.25); }
  SECTION("stdp, multiplicative") {
    StdpExponential<> rule;
    rule.mu_plus = rule.mu_minus = 1.0;
    compare(rule, 0.25);
  }
  SECTION("a measured window") {
    compare(TableRule{.dt_ms = {-40, -10, 0, 10, 40},
                      .w = {0.0, 1.0},
                      .values = {{0, -0.01, -0.03, 0.04, 0}, {0, -0.02, -0.05, 0.01, 0}}},
            0.3);
  }
}

TEST_CASE("blocks of post neurons, on any number of threads: the bits of one network",
          "[lib][grid_network]") {
  Setup s(10);
  s.n_post = 150;  // three blocks
  s.w = s.w.replicate(1, 8).leftCols(s.n_post).eval();
  for (Spike& spike : s.teacher) spike.neuron = static_cast<int>(spike.step % s.n_post);
  const NcMemristor<> rule;
  Outcome whole = by_engine(rule, s);
  std::ranges::sort(whole.spikes);
  REQUIRE(whole.spikes.size() > 1000);
  for (const int threads : {1, 2, 4}) {
    BlockedNetwork<NcMemristor<>> net(LifParameters{}, rule, Pairing::nearest_symmetric, step_ms,
                                      s.delay, s.w, s.pA_per_weight, threads, 24 * 64);
    Outcome blocked;
    net.run(
        s.steps, s.input,
        [&](int j, Step t) {
          blocked.spikes.push_back({t, j});
        },
        s.teacher);
    net.complete(s.steps);
    CHECK(blocked.spikes == whole.spikes);
    CHECK(net.weights() == whole.weights);
  }
}

namespace {

// Three runs of some steps each, the second without plasticity; before the third all spikes are
// forgotten, what is under way in the synapses with them.
template <PairRule R>
Outcome in_three_runs(const R& rule, const Setup& s, int n_post) {
  GridNetwork<R> net(
      LifParameters{},
      Crossbar<R>(rule, Pairing::nearest_symmetric, step_ms, s.delay, s.w.leftCols(n_post)),
      s.pA_per_weight);
  Outcome out;
  for (const bool plastic : {true, false, true}) {
    net.synapses().set_plastic(plastic);
    std::vector<Spike> teacher;
    for (const Spike& spike : s.teacher)
      if (spike.neuron < n_post) teacher.push_back(spike);
    net.run(
        s.steps / 3, s.input,
        [&](int j, Step t) {
          out.spikes.push_back({t, j});
        },
        std::span(teacher).first(teacher.size() / 3));
    const Weights w = net.synapses().weights().template cast<double>();
    out.weights.conservativeResize(out.weights.rows() + w.rows(), n_post);
    out.weights.bottomRows(w.rows()) = w;
    net.reset();
  }
  return out;
}

template <PairRule R>
void compare_few_with_many(const R& rule, double pA_per_weight = 0.3) {
  Setup s(10);
  s.pA_per_weight = pA_per_weight;
  s.input.resize(s.input.size() / 3);
  const Outcome many = in_three_runs(rule, s, s.n_post);
  for (const int n_post : {1, 2, 3, 4, 5}) {
    CAPTURE(n_post);
    const Outcome few = in_three_runs(rule, s, n_post);
    std::vector<Spike> expected;
    for (const Spike& spike : many.spikes)
      if (spike.neuron < n_post) expected.push_back(spike);
    REQUIRE(expected.size() > 5);
    CHECK(few.spikes == expected);
    CHECK((few.weights - many.weights.leftCols(n_post)).cwiseAbs().maxCoeff() == 0.0);
  }
}

}  // namespace

TEST_CASE("few post neurons: the bits that they have among many", "[lib][grid_network]") {
  SECTION("nc") { compare_few_with_many(NcMemristor<>{}); }
  SECTION("ppx") { compare_few_with_many(PpxMemristor<>{}, 0.8); }
  SECTION("stdp") { compare_few_with_many(StdpExponential<>{}); }
  SECTION("nc, single precision") { compare_few_with_many(NcMemristor<float>{}); }
  SECTION("ppx, single precision") { compare_few_with_many(PpxMemristor<float>{}, 0.8); }
  SECTION("stdp, single precision") { compare_few_with_many(StdpExponential<float>{}); }
}

namespace {

// Weights after two seconds of given pre and post spikes.
template <PairRule R>
Weights after_given_spikes(const R& rule, const Setup& s) {
  Crossbar<R> synapses(rule, Pairing::nearest_symmetric, step_ms, s.delay, s.w);
  std::vector<double> out(static_cast<std::size_t>(s.n_post));
  std::size_t next_post = 0;
  const PoissonEncoder encoder{.rate_high_Hz = 15.0, .rate_low_Hz = 0.0, .step_ms = step_ms};
  const auto post =
      encoder.encode(std::vector<double>(static_cast<std::size_t>(s.n_post), 1.0), s.steps, 3);
  for (std::size_t k = 0, n = 1; k < s.input.size(); k += n, n = 1) {
    while (k + n < s.input.size() && s.input[k + n].step == s.input[k].step) ++n;
    for (; next_post < post.size() && post[next_post].step <= s.input[k].step; ++next_post)
      synapses.post_spike(post[next_post].neuron, post[next_post].step);
    synapses.pre_spikes(s.input[k].step, std::span(s.input).subspan(k), n, 1.0, out);
  }
  synapses.complete(s.steps);
  return synapses.weights().template cast<double>();
}

template <class Single, class Double>
double largest_error_of_single_precision() {
  const Setup s(10);
  const Weights w = after_given_spikes(Double{}, s);
  REQUIRE((w - s.w).cwiseAbs().maxCoeff() > 0.1);
  return (after_given_spikes(Single{}, s) - w).cwiseAbs().maxCoeff();
}

}  // namespace

TEST_CASE("single precision: weights within 1e-5 of double after the same 2 s of spikes",
          "[lib][grid_network]") {
  static_assert(std::is_same_v<Crossbar<NcMemristor<float>>::Real, float>);
  static_assert(std::is_same_v<Crossbar<NcMemristor<>>::Real, double>);
  CHECK(largest_error_of_single_precision<NcMemristor<float>, NcMemristor<>>() < 1e-5);
  CHECK(largest_error_of_single_precision<PpxMemristor<float>, PpxMemristor<>>() < 1e-5);
  CHECK(largest_error_of_single_precision<StdpExponential<float>, StdpExponential<>>() < 1e-5);
}
