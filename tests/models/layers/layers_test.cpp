
#include "models/layers/grid_layer.hpp"
#include "models/layers/volley_layer.hpp"
#include "models/rules/all.hpp"
#include "models/rules/erased.hpp"
#include "tests/catch.hpp"

using namespace memplast;

namespace {

// Two inputs and one output neuron; additive, 0.01 up or down whatever the lag.
const FunctionRule plain{[](double dt, double) { return dt > 0 ? 0.01 : -0.01; }};

Weights start() {
  Weights w(2, 1);
  w << 0.5, 0.25;
  return w;
}

Weights random_weights(int n_pre, int n_post) {
  Stream stream(1, Purpose::weights);
  return Weights::NullaryExpr(n_pre, n_post, [&] { return stream.uniform(); });
}

}  // namespace

TEST_CASE("a volley on three neurons counts what happens", "[models][layers]") {
  const LifParameters neuron = LifParameters::with_time_constants(20.0, 5.0);
  const double end = 4.0;
  Synapses synapses({.rule = erase(plain)}, start(), 1);
  Ledger spent;
  synapses.count_in(spent);
  Volley volley{.pre = {0, 1}, .t_ms = {1.0, 3.0}, .membrane = {}, .synapse = {}};
  VolleyNeurons(neuron, end).prepare(volley);
  VolleyLayer layer(neuron, end, Threshold::ramp(1.0, end, 1.0), synapses);

  const auto spikes = layer.present(volley);
  CHECK(std::isfinite(spikes[0].t_ms));
  CHECK(spent.input_spikes == 2);
  CHECK(spent.output_spikes == 1);
  CHECK(spent.reads == 2);
  CHECK(spent.read_weight == 0.75);
  CHECK(spent.writes == 0);
  CHECK(spent.neuron_updates == 1);

  layer.teach(volley, 0, 2.0);  // between the inputs: one up, one down
  CHECK(spent.output_spikes == 2);
  CHECK(spent.writes == 2);
  CHECK(spent.write_weight == 0.75);
  CHECK(synapses.seen()(0, 0) == Approx(0.51));
  CHECK(synapses.seen()(1, 0) == Approx(0.24));
  layer.teach(volley, 0, 2.0, true);  // backwards: inputs at 3 and 1 ms
  CHECK(synapses.seen()(0, 0) == Approx(0.50));
  CHECK(synapses.seen()(1, 0) == Approx(0.25));
  CHECK(spent.reads == 2);

  SECTION("a neuron that stays silent is no output spike") {
    VolleyLayer deaf(neuron, end, Threshold::fixed(1e6, 10.0), synapses);
    CHECK(std::isinf(deaf.present(volley)[0].t_ms));
    CHECK(spent.output_spikes == 3);  // two by teachers, one by itself
    CHECK(spent.neuron_updates == 2);
  }
}

TEST_CASE("trains on three neurons count what happens", "[models][layers]") {
  // So excitable that the first input makes it fire, and then refractory for longer than a trial.
  LifParameters neuron;
  neuron.V_th = neuron.E_L + 0.01;
  neuron.t_ref = 100.0;
  const GridSpec spec{neuron, 0.1, 10};
  const std::vector<Spike> input{{10, 0}, {100, 1}, {200, 0}};
  const Step steps = 400;

  const auto pairing = GENERATE(Pairing::nearest_symmetric, Pairing::first_spike);
  Synapses synapses({.rule = erase(plain), .pairing = pairing}, start(), 1);
  Ledger spent;
  synapses.count_in(spent);
  const auto layer = synapses.device().rule->grid_layer(spec, synapses);

  const auto& response = layer->present(input, steps);
  CHECK(response.spikes[0] == 1.0);
  CHECK(spent.input_spikes == 3);
  CHECK(spent.output_spikes == 1);
  CHECK(spent.reads == 3);
  CHECK(spent.read_weight == 0.5 + 0.25 + 0.5);
  CHECK(spent.neuron_updates == 400);
  CHECK(spent.writes == 0);
  CHECK(synapses.transmitted() == start());

  SECTION("a trial that runs freely") {
    // The neuron fires a little after step 20, and that reaches the synapses 10 steps later: after
    // the first spike of input 0, before the others. nearest_symmetric: potentiation of synapse 0,
    // depression of 1 at step 100 and of 0 at step 200. first_spike: the first pre of each with the
    // first post, so no second pair for input 0.
    Synapses fresh({.rule = erase(plain), .pairing = pairing}, start(), 1);
    Ledger counted;
    fresh.count_in(counted);
    const auto free_layer = fresh.device().rule->grid_layer(spec, fresh);
    free_layer->run(input, steps);
    const bool first = pairing == Pairing::first_spike;
    CHECK(counted.output_spikes == 1);
    CHECK(counted.writes == (first ? 2 : 3));
    CHECK(fresh.transmitted()(0, 0) == Approx(first ? 0.51 : 0.50));
    CHECK(fresh.transmitted()(1, 0) == Approx(0.24));
  }
  SECTION("a trial with forced spikes") {
    // Posts reach the synapses at steps 50 and 300. nearest_symmetric: at 50 up on 0; at 100 down
    // on 1; at 200 down on 0; at 300 up on both. first_spike: up on 0, down on 1, once each.
    layer->teach(input, steps, std::vector<Spike>{{50, 0}, {300, 0}});
    const bool first = pairing == Pairing::first_spike;
    CHECK(spent.writes == (first ? 2 : 5));
    CHECK(spent.output_spikes == 1 + 2);
    CHECK(spent.input_spikes == 6);
    CHECK(spent.reads == 3);  // output is blocked: nobody reads
    CHECK(synapses.transmitted()(0, 0) == Approx(0.51));
    CHECK(synapses.transmitted()(1, 0) == Approx(first ? 0.24 : 0.25));
    // Each write finds the state that the trial left (the ledger's convention for trains).
    const double w0 = synapses.transmitted()(0, 0), w1 = synapses.transmitted()(1, 0);
    CHECK(spent.write_weight == Approx(first ? w0 + w1 : 3 * w0 + 2 * w1));
  }
}

TEST_CASE("a layer on wide and narrow crossbars gives its weights back", "[models][layers]") {
  const int n_post = GENERATE(2, 3, 7, 40);
  const GridSpec spec{};
  Weights w = random_weights(30, n_post);
  Synapses synapses({.rule = erase(StdpExponential<>{})}, w, 1);
  const auto layer = synapses.device().rule->grid_layer(spec, synapses);
  CHECK(synapses.transmitted() == w);
  std::vector<Spike> input;
  for (int k = 1; k <= 100; ++k) input.push_back({k, (7 * k) % 30});
  layer->present(input, 200);
  CHECK(synapses.transmitted() == w);
  layer->teach(input, 200, std::vector<Spike>{{0, 0}, {150, 1}});
  CHECK(synapses.transmitted() != w);
  // The same by the crossbar itself.
  Crossbar<StdpExponential<>> crossbar({}, Pairing::nearest_symmetric, 0.1, 10, w);
  crossbar.post_spike(0, -10);
  for (const Spike& spike : input) crossbar.pre_spike(spike.neuron, spike.step);
  crossbar.post_spike(1, 140);
  crossbar.complete(200);
  CHECK(synapses.transmitted() == crossbar.weights());
}
