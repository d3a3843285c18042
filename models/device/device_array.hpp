#pragma once
#include <cstdint>
#include <optional>

#include "../../lib/engine/devices.hpp"
#include "../../lib/engine/spikes.hpp"
#include "../../lib/numeric/random.hpp"
#include "../model_file.hpp"

namespace memplast {

/// The devices of one crossbar, each a little different (models/device/variability.hpp has the
/// equations).
///
/// `w` is a device's own state in [0, 1]; what it transmits is its conductance on the nominal
/// scale, (G - G_min)/(G_max - G_min), which may leave [0, 1]. All draws are a function of the seed
/// and of the order of writes and of reads.
class DeviceArray {
 public:
  /// `pulse`: the rule, if programming pulses make the changes; ctoc_w is the noise of a whole one.
  DeviceArray(const Variability& variability, const Conductance& nominal, int n_pre, int n_post,
              std::uint64_t seed, std::optional<PulseRule> pulse = {});

  /// The state of device (i, j) after it was asked to go from w to w + dw.
  double program(int i, int j, double w, double dw);
  /// The weight that it transmits in state w, read noise included.
  double read(int i, int j, double w);

  /// Brings a start to levels of the devices.
  void settle(Weights& w);
  /// The time between training and test passes.
  void age();
  /// What the devices in states `w` transmit, without read noise.
  Weights transmitted(const Weights& w) const;

 private:
  double to_level(double w);
  double share_of_pulse(double w, double dw) const;
  double expected(int i, int j, double w) const { return gain_(i, j) * w + offset_(i, j); }

  Variability v_;
  std::optional<PulseRule> pulse_;
  double G_ratio_;                  // G_min / (G_max - G_min)
  Weights gain_plus_, gain_minus_;  // of changes; empty if all are alike
  Weights gain_, offset_;           // transmitted = gain w + offset; a stuck device has gain 0
  Weights nu_;
  Stream cycle_, rounding_, noise_;
};

/// Any rule of a model file on devices that are not ideal.
class UnevenRule {
 public:
  explicit UnevenRule(const ModelFile& model);
  double dw(double dt, double w) const {
    return std::visit([&](const auto& rule) { return static_cast<double>(rule.dw(dt, w)); },
                      model_.rule);
  }
  const bool pairs_at_zero;

  DeviceArray devices(int n_pre, int n_post, std::uint64_t seed) const {
    const auto* pulse = std::get_if<PulseRule>(&model_.rule);
    return {model_.variability,
            model_.conductance,
            n_pre,
            n_post,
            seed,
            pulse ? std::optional(*pulse) : std::nullopt};
  }

 private:
  ModelFile model_;
};

/// Calls `run(rule)` with the rule in its own type if devices are ideal, else as an UnevenRule.
template <class Run>
void with_rule(const ModelFile& model, Run&& run) {
  if (model.variability.is_ideal())
    std::visit(run, model.rule);
  else
    run(UnevenRule(model));
}

/// The devices that a rule's synapses are made of.
template <PairRule R>
auto make_devices(const R& rule, int n_pre, int n_post, std::uint64_t seed) {
  if constexpr (requires { rule.devices(n_pre, n_post, seed); })
    return rule.devices(n_pre, n_post, seed);
  else
    return IdealDevices{};
}

}  // namespace memplast
