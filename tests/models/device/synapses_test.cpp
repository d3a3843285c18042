#include "models/device/synapses.hpp"

#include <cmath>

#include "lib/base/parallel.hpp"
#include "models/rules/all.hpp"
#include "models/rules/erased.hpp"
#include "tests/catch.hpp"

using namespace memplast;

namespace {

// A measured window: nc at some lags and states.
TableRule measured() {
  TableRule table;
  const NcMemristor<> nc;
  for (double dt = -100.0; dt <= 100.0; dt += 4.0) table.dt_ms.push_back(dt);
  table.w = {0.0, 0.25, 0.5, 0.75, 1.0};
  for (const double w : table.w) {
    table.values.emplace_back();
    for (const double dt : table.dt_ms) table.values.back().push_back(nc.dw(dt, w));
  }
  return table;
}

struct NamedRule {
  const char* name;
  RulePtr rule;
};
std::vector<NamedRule> rules() {
  return {{"nc", erase(NcMemristor<>{})},
          {"ppx", erase(PpxMemristor<>{})},
          {"stdp", erase(StdpExponential<>{})},
          {"table", erase(measured())},
          {"pulse", erase(PulseRule(ExponentialPulse<>::typical(64), {}))}};
}

constexpr double pulse_w = 0.003;

Device device_with(const RulePtr& rule, Programming programming, Mapping mapping) {
  return {.rule = rule, .mapping = mapping, .programming = programming, .pulse_w = pulse_w};
}

#ifdef NDEBUG
constexpr int n_side = 1000;  // a million synapses
#else
constexpr int n_side = 100;  // where the sanitizers watch each of them
#endif

struct Moments {
  double mean, standard_error;
};
Moments moments(const Weights& change) {
  const double n = static_cast<double>(change.size()), mean = change.mean();
  return {mean, std::sqrt((change.array() - mean).square().sum() / (n - 1.0) / n)};
}

// The mean change of a state 0.5 of one device that is asked for `step` in base pulses.
double promised_by_pulses(const Rule& rule, double step) {
  const Programmer programmer(rule, Programming::pulses, 0.5, pulse_w);
  const double pulses = std::abs(step) / programmer.base_step(step);
  const double lag = programmer.base_lag_ms(step);
  double w = 0.5;
  for (int k = 0; k < static_cast<int>(pulses); ++k) w = clipped(w + rule.dw(lag, w));
  const double part = pulses - std::floor(pulses);
  return w - 0.5 + part * rule.dw(lag, w);
}

bool in_range(const Synapses& synapses) {
  const auto inside = [](const Weights& w) {
    return w.size() == 0 || (w.minCoeff() >= 0.0 && w.maxCoeff() <= 1.0);
  };
  const auto states = synapses.snapshot();
  return inside(states.plus) && inside(states.minus);
}

}  // namespace

TEST_CASE("a wanted step comes out as its programming promises, in the mean",
          "[models][synapses]") {
  const auto [name, rule] = GENERATE(from_range(rules()));
  const auto mapping = GENERATE(Mapping::single, Mapping::differential);
  const bool pairs = mapping == Mapping::differential;
  const double step = pairs ? -0.0075 : 0.0135;
  CAPTURE(name, pairs, step);
  const Weights start = Weights::Constant(n_side, n_side, pairs ? 0.0 : 0.5);
  const Weights wanted = Weights::Constant(n_side, n_side, step);

  SECTION("pulses: a whole number, by lot") {
    Synapses synapses(device_with(rule, Programming::pulses, mapping), start, 1);
    synapses.step(wanted);
    const auto [mean, error] = moments(synapses.transmitted() - start);
    const double promised =
        pairs ? promised_by_pulses(*rule, step / 2) - promised_by_pulses(*rule, -step / 2)
              : promised_by_pulses(*rule, step);
    CHECK(std::abs(mean - promised) < 3.0 * error);
    CHECK(error < 2e-2 * std::abs(step) * 100.0 / n_side);  // so that the check can fail
    CHECK(in_range(synapses));
  }
  SECTION("verified: the step itself, on noisy devices too") {
    auto device = device_with(rule, Programming::verified, mapping);
    device.spread.ctoc = pairs ? 0.2 : 0.0;
    Synapses synapses(device, start, 1);
    synapses.step(wanted);
    const auto [mean, error] = moments(synapses.transmitted() - start);
    CHECK(std::abs(mean - step) < 3.0 * error);
    CHECK(error < 2e-2 * std::abs(step) * 100.0 / n_side);
    CHECK(in_range(synapses));
  }
}

TEST_CASE("ideal, scaled and timing steps are certain", "[models][synapses]") {
  const auto [name, rule] = GENERATE(from_range(rules()));
  const auto mapping =
      GENERATE(Mapping::single, Mapping::differential, Mapping::offset, Mapping::unidirectional);
  const double step = GENERATE(0.006, -0.005);
  CAPTURE(name, step, mapping_names[static_cast<std::size_t>(mapping)]);
  // At a state of 0.5 of every device that moves: there a step is what it is said to be.
  const double at = mapping == Mapping::single ? 0.5 : 0.0;
  const Weights start = Weights::Constant(2, 3, mapping == Mapping::unidirectional ? 0.5 : at);
  const auto change = [&](Programming programming) {
    Synapses synapses(device_with(rule, programming, mapping), start, 1);
    synapses.step(Weights::Constant(2, 3, step));
    CHECK(in_range(synapses));
    return (synapses.transmitted() - start).eval();
  };
  if (mapping == Mapping::unidirectional && step < 0.0) {  // the plus device, at 0.5, goes down
    CHECK(change(Programming::ideal)(1, 2) == Approx(step));
    return;
  }
  CHECK(change(Programming::ideal)(1, 2) == Approx(step));
  CHECK(change(Programming::scaled)(1, 2) == Approx(step));
  CHECK(change(Programming::timing)(1, 2) == Approx(step).epsilon(0.02));
}

TEST_CASE("steps to the edge and beyond stay in range, on any device", "[models][synapses]") {
  const auto [name, rule] = GENERATE(from_range(rules()));
  const auto programming = GENERATE(Programming::ideal, Programming::scaled, Programming::timing,
                                    Programming::pulses, Programming::verified);
  const auto mapping = GENERATE(Mapping::single, Mapping::differential, Mapping::unidirectional);
  CAPTURE(name, to_string(programming));
  auto device = device_with(rule, programming, mapping);
  device.spread = {.dtod = 0.3, .ctoc = 0.5, .ctoc_w = 0.05, .stuck_low = 0.1, .stuck_high = 0.1};
  Synapses synapses(device, Weights::Constant(10, 10, 0.4), 1);
  const Weights before = synapses.transmitted();
  Stream stream(1, Purpose::noise);
  for (int k = 0; k < 20; ++k) {
    synapses.step(Weights::NullaryExpr(10, 10, [&] { return stream.uniform(-0.4, 0.4); }));
    REQUIRE(in_range(synapses));
  }
  if (mapping == Mapping::single) {  // a fifth is stuck and transmits what it did
    const auto stuck = (synapses.transmitted().array() == before.array()).count();
    CHECK(stuck >= 8);
    CHECK(stuck <= 32);
  }
}

TEST_CASE("what waits is programmed when a pulse is due, and nothing is lost",
          "[models][synapses]") {
  auto device = device_with(erase(StdpExponential<>{}), Programming::pulses, Mapping::single);
  device.accumulate = true;  // stdp is additive: every pulse makes the same step
  Synapses synapses(device, Weights::Constant(1, 1, 0.5), 1);
  Ledger spent;
  synapses.count_in(spent);
  const double base = Programmer(*device.rule, Programming::pulses, 0.5, pulse_w).base_step(1.0);
  for (int k = 1; k <= 10; ++k) {
    synapses.step(Weights::Constant(1, 1, 0.35 * base));
    const int due = static_cast<int>(0.35 * k);
    CHECK(spent.writes == due);
    CHECK(synapses.transmitted()(0, 0) == Approx(0.5 + due * base));
  }
  synapses.step(Weights::Constant(1, 1, -0.9 * base));  // takes what waited, and no more
  CHECK(spent.writes == 3);
}

TEST_CASE("the ledger of a block is a hand count", "[models][synapses]") {
  // Additive, 0.01 up before and 0.01 down after, whatever the lag.
  const FunctionRule rule{[](double dt, double) { return dt > 0 ? 0.01 : -0.01; }};
  Weights start(3, 2);
  start << 0.1, 0.2, 0.3, 0.4, 0.5, 0.6;
  Synapses synapses({.rule = erase(rule)}, start, 1);
  Ledger spent;
  synapses.count_in(spent);
  synapses.read(std::vector{0, 2});
  CHECK(spent.input_spikes == 2);
  CHECK(spent.reads == 4);
  CHECK(spent.read_weight == Approx(0.1 + 0.2 + 0.5 + 0.6).epsilon(1e-15));
  // Neuron 1 fires at 5 ms; inputs 0 and 1 before it, input 2 after.
  synapses.pair(1, 5.0, std::vector{0, 1, 2}, std::vector{1.0, 2.0, 9.0});
  CHECK(spent.writes == 3);
  CHECK(spent.write_weight == Approx(0.2 + 0.4 + 0.6).epsilon(1e-15));
  CHECK(synapses.seen()(0, 1) == Approx(0.21));
  CHECK(synapses.seen()(1, 1) == Approx(0.41));
  CHECK(synapses.seen()(2, 1) == Approx(0.59));
  CHECK(synapses.seen()(2, 0) == 0.5);
  // Three times: the second and third write find what the one before left.
  synapses.pair(0, 5.0, std::vector{1}, std::vector{1.0}, 3);
  CHECK(spent.writes == 6);
  CHECK(spent.write_weight == Approx(1.2 + 0.30 + 0.31 + 0.32).epsilon(1e-14));
  CHECK(synapses.seen()(1, 0) == Approx(0.33));
  // A read takes G V^2 t, G = 1 uS + w 99 uS, V = 0.1 V, t = 1 us; a write at 1 V.
  const Conductance range;
  CHECK(read_energy_J(spent, range) == Approx((4e-6 + 1.4 * 99e-6) * 0.01 * 1e-6).epsilon(1e-12));
  CHECK(write_energy_J(spent, range) == Approx((6e-6 + 2.13 * 99e-6) * 1e-6).epsilon(1e-12));

  SECTION("pairs are read and written twice") {
    Synapses signed_synapses({.rule = erase(rule), .mapping = Mapping::differential, .w_max = 2.0},
                             start, 1);
    Ledger both;
    signed_synapses.count_in(both);
    signed_synapses.read();
    CHECK(both.reads == 12);
    CHECK(both.read_weight == Approx(6.0));  // w and 1 - w
    CHECK(signed_synapses.seen()(2, 1) == Approx(0.6));
    signed_synapses.step(1, std::vector{2}, std::vector{-0.4});
    CHECK(both.writes == 2);
    CHECK(signed_synapses.transmitted()(2, 1) == Approx(0.2));
    CHECK(signed_synapses.conductance_S()(2, 1) == Approx(1e-6 + 0.55 * 99e-6));
    CHECK(signed_synapses.conductance_minus_S()(2, 1) == Approx(1e-6 + 0.45 * 99e-6));
  }
}

TEST_CASE("a block goes to a target", "[models][synapses]") {
  const auto [name, rule] = GENERATE(from_range(rules()));
  const auto mapping = GENERATE(Mapping::single, Mapping::differential, Mapping::unidirectional);
  CAPTURE(name);
  Stream stream(1, Purpose::noise);
  const Weights target = Weights::NullaryExpr(20, 5, [&] { return stream.uniform(0.2, 0.8); });
  for (const auto programming : {Programming::ideal, Programming::verified}) {
    Synapses synapses(device_with(rule, programming, mapping), Weights::Constant(20, 5, 0.5), 1);
    synapses.program(target);
    const double worst = (synapses.transmitted() - target).cwiseAbs().maxCoeff();
    // Within the weakest pulse of each device; a pulse model has but one.
    const double weakest = rule->pulses() != nullptr ? 0.029 : 0.003;
    CHECK(worst < (programming == Programming::ideal ? 1e-15
                   : mapping == Mapping::single      ? weakest
                                                     : 2.0 * weakest));
  }
}

TEST_CASE("a block does not depend on threads", "[models][synapses]") {
  auto device = device_with(erase(PpxMemristor<>{}), Programming::pulses, Mapping::differential);
  device.spread = {.dtod = 0.1, .ctoc = 0.2, .levels = 64, .read_noise = 0.05};
  const auto trained = [&](int threads) {
    std::vector<Weights> out(8);
    in_parallel(8, threads, [&](int k) {
      Synapses synapses(device, Weights::Zero(30, 4), static_cast<std::uint64_t>(k));
      for (int step = 1; step <= 5; ++step) {
        synapses.step(Weights::Constant(30, 4, 0.01 * step));
        synapses.read();
      }
      out[static_cast<std::size_t>(k)] = synapses.seen();
    });
    return out;
  };
  const auto one = trained(1);
  for (const int threads : {2, 4}) {
    const auto more = trained(threads);
    for (std::size_t k = 0; k < one.size(); ++k) CHECK(one[k] == more[k]);
  }
}

TEST_CASE("pairs of spikes are refused where weights are signed", "[models][synapses]") {
  Synapses synapses(device_with(erase(NcMemristor<>{}), Programming::ideal, Mapping::differential),
                    Weights::Zero(1, 1), 1);
  CHECK_THROWS_AS(synapses.pair(0, 1.0, std::vector{0}, std::vector{0.0}), std::logic_error);
  CHECK_THROWS_AS(
      Synapses({.rule = erase(NcMemristor<>{}), .accumulate = true}, Weights::Zero(1, 1), 1),
      InputError);
}
