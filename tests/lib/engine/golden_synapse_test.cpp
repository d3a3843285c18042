// One synapse under given spike trains, as NEST 3.5 with the seed authors' modules moves it
// (tests/golden/nest/README.md, items 1-5, 7, 8).
#include <catch2/catch.hpp>
#include <map>

#include "lib/engine/crossbar.hpp"
#include "lib/engine/replay.hpp"
#include "lib/io/csv.hpp"
#include "lib/io/json.hpp"
#include "models/rules/all.hpp"
#include "tests/support.hpp"

using namespace memplast;
using test::golden;

namespace {

constexpr double step_ms = 0.1;
Step to_step(double t_ms) { return std::lround(t_ms / step_ms); }

struct Trains {
  double delay_ms = 0.0;
  std::vector<double> pre, post;
};

std::map<int, Trains> read_trains() {
  std::map<int, Trains> trains;
  const auto pairs = read_csv(golden("nest/single/pairs.csv"));
  for (std::size_t r = 0; r < pairs.rows.size(); ++r)
    trains[static_cast<int>(pairs.number(r, 0))].delay_ms =
        pairs.number(r, pairs.column("delay_ms"));
  const auto spikes = read_csv(golden("nest/single/spikes.csv"));
  for (std::size_t r = 0; r < spikes.rows.size(); ++r) {
    Trains& t = trains[static_cast<int>(spikes.number(r, 0))];
    (spikes.rows[r][1] == "pre" ? t.pre : t.post).push_back(spikes.number(r, 2));
  }
  return trains;
}

// The golden name says the scheme; NEST's nearest-neighbour synapses start with a pre spike at 0.
ReplaySettings settings_of(const std::string& name) {
  ReplaySettings s;
  if (name.starts_with("stdp")) s.pairing = Pairing::all_to_all;
  if (name.starts_with("nn_restr")) s.pairing = Pairing::nearest_restricted;
  if (name.starts_with("nn_pre")) s.pairing = Pairing::nearest_pre_centered;
  if (name.starts_with("nn_")) s.initial_pre_ms = 0.0;
  return s;
}

AnyRule rule_of(const std::string& name, const json& p) {
  if (name == "nc") return NcMemristor<>{};
  if (name == "ppx") return PpxMemristor<>{};
  StdpExponential<> rule;
  rule.lambda = p["lambda"];
  rule.alpha = p["alpha"];
  rule.mu_plus = p["mu_plus"];
  rule.mu_minus = p["mu_minus"];
  rule.tau_plus = p["tau_plus"];
  rule.tau_minus = 33.7;  // of the post neuron, models.json
  return rule;
}

// The same through the grid engine: one row, one column.
template <PairRule R>
std::vector<double> through_crossbar(const R& rule, const Trains& trains, const ReplaySettings& s) {
  Crossbar<R> synapse(rule, s.pairing, step_ms, to_step(s.delay_ms), Weights::Constant(1, 1, s.w0));
  if (s.initial_pre_ms) synapse.set_initial_pre(to_step(*s.initial_pre_ms));
  std::vector<double> transmitted;
  auto post = trains.post.begin();
  for (const double t : trains.pre) {
    for (; post != trains.post.end() && to_step(*post) <= to_step(t); ++post)
      synapse.post_spike(0, to_step(*post));
    transmitted.push_back(synapse.pre_spike(0, to_step(t))[0]);
  }
  return transmitted;
}

}  // namespace

TEST_CASE("every golden weight of a single synapse is met within 1e-12", "[lib][golden]") {
  const auto name = GENERATE(as<std::string>{}, "nc", "ppx", "stdp_add", "stdp_mult", "stdp_gutig",
                             "nn_symm_add", "nn_symm_mult", "nn_restr_add", "nn_restr_mult",
                             "nn_pre_centered_add", "nn_pre_centered_mult");
  const auto trains = read_trains();
  const auto params = read_json(golden("nest/single/models.json"))["models"][name][1];
  const double Wmax = params.value("Wmax", 1.0);
  const AnyRule any_rule = rule_of(name, params);
  ReplaySettings settings = settings_of(name);

  std::map<std::pair<int, double>, std::vector<double>> expected;  // by pair and w0
  const auto table = read_csv(golden("nest/single/weights_" + name + ".csv"));
  for (std::size_t r = 0; r < table.rows.size(); ++r)
    expected[{static_cast<int>(table.number(r, 0)), table.number(r, 1)}].push_back(
        table.number(r, 4));
  REQUIRE(expected.size() >= 17 * 4);

  std::visit(
      [&](const auto& rule) {
        for (const auto& [key, weights] : expected) {
          const Trains& t = trains.at(key.first);
          settings.delay_ms = t.delay_ms;
          settings.w0 = key.second / Wmax;
          const auto replayed = replay(rule, t.pre, t.post, settings);
          const auto engine = through_crossbar(rule, t, settings);
          REQUIRE(replayed.size() == weights.size());
          for (std::size_t k = 0; k < weights.size(); ++k) {
            CAPTURE(name, key.first, key.second, k);
            REQUIRE(std::abs(replayed[k] * Wmax - weights[k]) < 1e-12);
            REQUIRE(std::abs(engine[k] * Wmax - weights[k]) < 1e-12);
          }
        }
      },
      any_rule);
}
