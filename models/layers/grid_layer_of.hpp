#pragma once
#include <type_traits>
#include <utility>
#include <vector>

#include "../../lib/engine/grid_network.hpp"
#include "grid_layer.hpp"

namespace memplast {

/// The devices of a block of synapses, as a crossbar asks for them.
class SharedDevices {
 public:
  explicit SharedDevices(DeviceArray& devices) : devices_(&devices) {}
  double program(int i, int j, double w, double dw) { return devices_->program(i, j, w, dw); }
  double read(int i, int j, double w) { return devices_->read(i, j, w); }

 private:
  DeviceArray* devices_;
};

/// GridLayer for one rule, with the kernels of the crossbar.
template <PairRule R, class Devices>
class GridLayerOf final : public GridLayer {
 public:
  GridLayerOf(const R& rule, const GridSpec& spec, Synapses& synapses)
      : pairs_at_zero_(rule.pairs_at_zero),
        neuron_(spec.neuron),
        synapses_(synapses),
        loan_(synapses),
        net_(spec.neuron, crossbar(rule, spec)) {
    net_.synapses().give(loan_.states());
  }

  const GridResponse& present(std::span<const Spike> input, Step steps) override {
    with_weights([&](Net& net) {
      net.synapses().set_plastic(false);
      net.reset();
      show(input, steps, [](int, Step) {});
    });
    count(input, steps);
    return response_;
  }

  void teach(std::span<const Spike> input, Step steps, std::span<const Spike> forced) override {
    with_weights([&](Net& net) {
      auto& crossbar = net.synapses();
      crossbar.set_plastic(true);
      crossbar.forget();
      auto next = forced.begin();
      const auto fire_until = [&](Step t) {
        for (; next != forced.end() && next->step <= t; ++next)
          crossbar.post_spike(next->neuron, next->step - crossbar.delay());
      };
      for (const Spike& spike : input) {
        fire_until(spike.step);
        crossbar.pre_spike(spike.neuron, spike.step);
      }
      fire_until(steps);
      crossbar.complete(steps);
      crossbar.forget();
    });
    Ledger& counted = synapses_.ledger();
    counted.input_spikes += static_cast<std::int64_t>(input.size());
    counted.output_spikes += static_cast<std::int64_t>(forced.size());
    count_writes(input, forced);
  }

  const GridResponse& run(std::span<const Spike> input, Step steps) override {
    std::vector<Spike> posts;  // as they reach the synapses within the trial
    with_weights([&](Net& net) {
      auto& crossbar = net.synapses();
      crossbar.set_plastic(true);
      const Step start = net.now();
      show(input, steps, [&](int j, Step t) {
        const Step arrival = t - start + crossbar.delay();
        if (arrival <= steps) posts.push_back({arrival, j});
      });
      crossbar.complete(net.now());
      crossbar.forget();
    });
    count(input, steps);
    count_writes(input, posts);
    return response_;
  }

  void set_I_e(int post, double pA) override { net_.neurons().set_I_e(post, pA); }
  void set_V_m(int post, double mV) override { net_.neurons().set_V_m(post, mV); }

  SampleTrace trace(std::span<const Spike> input, Step steps) override {
    SampleTrace out;
    with_weights([&](Net& net) {
      net.synapses().set_plastic(false);
      out = trace_trains(net, input, steps, neuron_);
    });
    return out;
  }

 private:
  using Net = GridNetwork<R, Devices>;

  Crossbar<R, Devices> crossbar(const R& rule, const GridSpec& spec) {
    const Pairing pairing = synapses_.device().pairing;
    if constexpr (std::is_same_v<Devices, SharedDevices>)
      return {rule,
              pairing,
              spec.step_ms,
              spec.delay_steps,
              std::move(loan_.states()),
              SharedDevices(*loan_.devices())};
    else
      return {rule, pairing, spec.step_ms, spec.delay_steps, std::move(loan_.states())};
  }

  // The weights are the network's while it works, and the synapses' in between.
  template <class Work>
  void with_weights(Work&& work) {
    net_.synapses().take(loan_.states());
    work(net_);
    net_.synapses().give(loan_.states());
  }

  template <class OnSpike>
  void show(std::span<const Spike> input, Step steps, OnSpike&& on_spike) {
    const auto n_post = static_cast<std::size_t>(net_.neurons().size());
    response_.spikes.assign(n_post, 0.0);
    response_.share_of_threshold.resize(n_post);
    fired_ = 0;
    net_.run(steps, input, [&](int j, Step t) {
      response_.spikes[static_cast<std::size_t>(j)] += 1.0;
      ++fired_;
      on_spike(j, t);
    });
    for (std::size_t j = 0; j < n_post; ++j)
      response_.share_of_threshold[j] = net_.neurons().share_of_threshold(static_cast<int>(j));
  }

  void count(std::span<const Spike> input, Step steps) {
    synapses_.count_reads(input);
    synapses_.ledger().output_spikes += fired_;
    synapses_.ledger().neuron_updates += steps * net_.neurons().size();
  }
  void count_writes(std::span<const Spike> pre, std::span<const Spike> post) {
    synapses_.count_writes(
        count_pairs(synapses_.device().pairing, pairs_at_zero_, synapses_.n_pre(), pre, post));
  }

  bool pairs_at_zero_;
  LifParameters neuron_;
  Synapses& synapses_;
  Synapses::Loan loan_;
  Net net_;
  GridResponse response_;
  std::int64_t fired_ = 0;
};

}  // namespace memplast
