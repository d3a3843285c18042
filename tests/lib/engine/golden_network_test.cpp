// Neurons and a 40 x 3 network, as NEST 3.5 runs them (tests/golden/nest/README.md, item 9).
#include <map>

#include "lib/engine/grid_network.hpp"
#include "lib/io/csv.hpp"
#include "lib/io/json.hpp"
#include "models/rules/all.hpp"
#include "tests/catch.hpp"
#include "tests/support.hpp"

using namespace memplast;
using test::golden;

namespace {

constexpr double step_ms = 0.1;
Step to_step(double t_ms) { return std::lround(t_ms / step_ms); }

LifParameters lif_of(const json& p) {
  LifParameters lif;
  lif.C_m = p["C_m"];
  lif.tau_m = p["tau_m"];
  lif.tau_syn_ex = p["tau_syn_ex"];
  lif.tau_syn_in = p["tau_syn_in"];
  lif.t_ref = p["t_ref"];
  lif.E_L = p["E_L"];
  lif.V_th = p["V_th"];
  lif.V_reset = -70.0;
  return lif;
}

}  // namespace

TEST_CASE("golden membrane traces are met within 1e-9 mV, spikes exactly", "[lib][golden]") {
  const auto name =
      GENERATE(as<std::string>{}, "repo", "tau_m_eq_tau_syn", "Ie", "repo_Vth_low", "teacher_off");
  const auto parameters = read_json(golden("nest/neuron/params.json"))["cases"][name];
  LifPopulation neuron(lif_of(parameters), 1, step_ms);
  neuron.set_I_e(0, parameters["I_e"]);

  std::map<Step, std::pair<double, double>> arriving;  // ex, in
  const auto inputs = read_csv(golden("nest/neuron/inputs.csv"));
  for (std::size_t r = 0; r < inputs.rows.size(); ++r) {
    const double pA = inputs.number(r, 1);
    auto& [ex, in] = arriving[to_step(inputs.number(r, 2) + inputs.number(r, 3))];
    (pA >= 0.0 ? ex : in) += pA;
  }
  const auto trace = read_csv(golden("nest/neuron/trace_" + name + ".csv"));
  std::vector<Step> spikes;
  for (std::size_t r = 0; r < trace.rows.size(); ++r) {
    const Step k = to_step(trace.number(r, 0));
    REQUIRE(k == static_cast<Step>(r) + 1);
    const auto [ex, in] = arriving[k];
    neuron.step(std::array{ex}, std::array{in});
    if (!neuron.spiked().empty()) spikes.push_back(k);
    CAPTURE(name, k);
    REQUIRE(std::abs(neuron.V_m(0) - trace.number(r, 1)) < 1e-9);
    REQUIRE(std::abs(neuron.I_syn_ex(0) - trace.number(r, 2)) < 1e-9);
    REQUIRE(std::abs(neuron.I_syn_in(0) - trace.number(r, 3)) < 1e-9);
  }
  std::vector<Step> expected;
  // A case without spikes has a file with a header alone, which is no CSV table.
  if (name != "tau_m_eq_tau_syn" && name != "teacher_off")
    for (const double t : read_csv(golden("nest/neuron/spikes_" + name + ".csv")).numbers("t_ms"))
      if (to_step(t) <= static_cast<Step>(trace.rows.size())) expected.push_back(to_step(t));
  CHECK(spikes == expected);
}

namespace {

template <PairRule R>
void check_network(const std::string& protocol, const std::string& model, const R& rule,
                   Pairing pairing, bool initial_pre) {
  const auto params = read_json(golden("nest/network/params.json"));
  const auto tag = protocol + "_vth54_" + model + ".csv";

  Weights w0(40, 3);
  const auto start = read_csv(golden("nest/network/w0.csv"));
  for (std::size_t r = 0; r < start.rows.size(); ++r)
    w0(static_cast<int>(start.number(r, 0)), static_cast<int>(start.number(r, 1))) =
        start.number(r, 2);
  std::vector<Spike> input;
  const auto inputs = read_csv(golden("nest/network/inputs.csv"));
  for (std::size_t r = 0; r < inputs.rows.size(); ++r)
    input.push_back({to_step(inputs.number(r, 1)), static_cast<int>(inputs.number(r, 0))});
  std::stable_sort(input.begin(), input.end(),
                   [](const Spike& a, const Spike& b) { return a.step < b.step; });

  Crossbar<R> synapses(rule, pairing, step_ms, to_step(params["delay_ms"]), w0);
  if (initial_pre) synapses.set_initial_pre(0);
  GridNetwork<R> network(lif_of(params["neuron"]["vth54"]), std::move(synapses));

  std::vector<Spike> spikes;
  const auto on_spike = [&](int j, Step t) { spikes.push_back({t, j}); };
  std::map<Step, Weights> snapshots;
  const Step stage = protocol == "free" ? 20000 : to_step(params["stage_ms"]);
  for (Step begin = 0; begin < 20000; begin += stage) {
    if (protocol == "staged")
      for (int j = 0; j < 3; ++j) {
        const bool own = params["stages_labels"][static_cast<std::size_t>(begin / stage)] == j;
        network.neurons().set_I_e(j, own ? 0.0 : -1000.0);
        network.neurons().set_V_m(j, -70.0);
      }
    std::vector<Spike> stage_input;
    for (const Spike& s : input)
      if (s.step > begin && s.step <= begin + stage)
        stage_input.push_back({s.step - begin, s.neuron});
    network.run(stage, stage_input, on_spike);
    snapshots[begin + stage] = network.synapses().weights();
  }

  std::vector<Spike> expected_spikes;
  const auto recorded = read_csv(golden("nest/network/spikes_" + tag));
  for (std::size_t r = 0; r < recorded.rows.size(); ++r)
    expected_spikes.push_back(
        {to_step(recorded.number(r, 1)), static_cast<int>(recorded.number(r, 0))});
  CHECK(spikes == expected_spikes);

  const auto weights = read_csv(golden("nest/network/weights_" + tag));
  double worst = 0.0;
  for (std::size_t r = 0; r < weights.rows.size(); ++r) {
    const Weights& w = snapshots.at(to_step(weights.number(r, 0)));
    const double got =
        w(static_cast<int>(weights.number(r, 1)), static_cast<int>(weights.number(r, 2)));
    worst = std::max(worst, std::abs(got - weights.number(r, 3)));
  }
  CHECK(worst < 1e-10);
}

}  // namespace

TEST_CASE("golden networks: identical output spikes, weights within 1e-10", "[lib][golden]") {
  const auto protocol = GENERATE(as<std::string>{}, "free", "staged");
  CAPTURE(protocol);
  SECTION("nc") {
    check_network(protocol, "nc_exact", NcMemristor<>{}, Pairing::nearest_symmetric, false);
  }
  SECTION("ppx") {
    check_network(protocol, "ppx_exact", PpxMemristor<>{}, Pairing::nearest_symmetric, false);
  }
  StdpExponential<> stdp;  // additive, lambda 0.01, tau_plus 20: NEST's defaults but for mu
  stdp.tau_minus = 59.96278052520938;
  SECTION("nearest_symmetric") {
    check_network(protocol, "nn_symm", stdp, Pairing::nearest_symmetric, true);
  }
  SECTION("nearest_restricted") {
    check_network(protocol, "nn_restr", stdp, Pairing::nearest_restricted, true);
  }
}
