#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "../../lib/engine/devices.hpp"
#include "device_array.hpp"
#include "ledger.hpp"
#include "programmer.hpp"

namespace memplast {

/// A block of synapses on devices, [pre, post]: the only thing in the house that changes a weight.
///
/// A learner asks for a change in one of three ways, and the devices decide what happens:
///   pair      spikes of one post neuron pair with those of pre neurons: the rule says how much
///   step      the learner says how much; how that is done is the device's `programming`
///   program   the learner says where to: pulse, read, again
/// and it sees what reads give (`read`, `seen`). Weights are in the learner's unit, devices in
/// theirs, states in [0, 1]; with g what a device transmits,
///
///   single           W = w_max g
///   differential     W = w_max (g_plus - g_minus), both devices moved by half a step, against each
///                    other
///   unidirectional   W = w_max (g_plus - g_minus), one of them at its lowest
///   offset           W = w_max (2 g - 1)
///
/// Reads, pulses and what they took are counted in a ledger. Everything is a function of the seed
/// and of the order of calls.
class Synapses {
 public:
  /// `start`: weights; devices that have levels start at one of them.
  Synapses(const Device& device, const Weights& start, std::uint64_t seed);

  int n_pre() const { return static_cast<int>(plus_.w.rows()); }
  int n_post() const { return static_cast<int>(plus_.w.cols()); }
  const Device& device() const { return device_; }
  /// Whether devices do exactly what they are asked for.
  bool is_ideal() const { return device_.spread.is_ideal(); }

  /// Where to count from now on; the ledger must outlive its use. At first, nowhere.
  void count_in(Ledger& ledger) { ledger_ = &ledger; }
  void count_nowhere() { ledger_ = nullptr; }
  Ledger& ledger() { return ledger_ != nullptr ? *ledger_ : unread_; }

  /// Post neuron `post` fires `times` times at t_post [ms] against one spike of each of `pre`, no
  /// neuron twice, at t_pre [ms]. `factor` multiplies the devices' changes: a third factor. On
  /// single devices only; throws std::logic_error on others.
  void pair(int post, double t_post, std::span<const int> pre, std::span<const double> t_pre,
            int times = 1, double factor = 1.0);

  /// Changes the weights of `pre` to `post` by dW.
  void step(int post, std::span<const int> pre, std::span<const double> dW);
  /// Changes all weights by dW [pre, post]; where it is 0 nothing is done.
  void step(const Weights& dW);

  /// Brings all weights to a target [pre, post], clipped to what devices can hold, by pulses and
  /// reads, the last pulse by lot. On ideal programming: exactly.
  void program(const Weights& target);

  /// No device of a synapse onto `post` is programmed to a state below `w`.
  void set_floor(int post, double w);

  /// Reads the devices of some rows, or of all: each a spike of a pre neuron.
  void read(std::span<const int> pre);
  void read();
  /// Reads the device of one synapse, as a verification does: what it gives. Single devices only.
  double read(int pre, int post) { return read_device(plus_, pre, post); }
  /// The weights as last read.
  const Weights& seen() const { return plain_ ? plus_.w : seen_; }
  /// What the devices transmit, read noise apart.
  Weights transmitted() const;
  /// The same of the device of one synapse; single devices only.
  double transmitted(int pre, int post) const { return transmitted(plus_, pre, post); }
  /// The devices' conductances [S], read noise apart; the minus devices of pairs.
  Weights conductance_S() const { return conductance_S(plus_); }
  Weights conductance_minus_S() const;
  /// The time between training and test passes.
  void age();

  /// States, as a learner keeps its best.
  struct Snapshot {
    Weights plus, minus;
  };
  Snapshot snapshot() const { return {plus_.w, minus_.w}; }
  /// As if the devices had been in those states.
  void restore(const Snapshot& snapshot);
  Weights transmitted(const Snapshot& snapshot) const;

  /// Lends the states to an engine whose kernels pair spikes by themselves. Single devices only,
  /// w_max = 1; throws std::logic_error for others.
  class Loan {
   public:
    explicit Loan(Synapses& synapses);
    Weights& states() { return synapses_.plus_.w; }
    DeviceArray* devices() { return synapses_.plus_.devices ? &*synapses_.plus_.devices : nullptr; }

   private:
    Synapses& synapses_;
  };
  /// Counts the reads of input spikes as the devices are now, read noise apart.
  void count_reads(std::span<const Spike> input);
  /// Counts the writes of a trial, in the states that it left.
  void count_writes(const std::vector<PairCount>& pairs);

 private:
  struct Half {
    Weights w;                           // states
    std::optional<DeviceArray> devices;  // none: ideal
  };
  // Of one device: a wanted step of its state, or a target of what it transmits.
  struct Wish {
    Half* half;
    int pre, post;
    double step;
  };

  // Whether a weight is what one device transmits.
  bool shows_states() const { return device_.mapping == Mapping::single && device_.w_max == 1.0; }
  // The two halves of read(): counting what was seen is cheaper once it has been used.
  friend class VolleyLayer;
  void look(std::span<const int> pre);
  void count_seen(std::span<const int> pre);
  double transmitted(const Half& half, int i, int j) const {
    return half.devices ? half.devices->expected(i, j, half.w(i, j)) : half.w(i, j);
  }
  double weight_of(double plus, double minus) const;
  Weights conductance_S(const Half& half) const;
  Weights weights_of(const Weights& plus, const Weights& minus) const;
  void write(Half& half, int i, int j, double dw);
  double read_device(Half& half, int i, int j);
  void wish(int i, int j, double dW);
  void grant();
  void change_together(std::span<const Wish> wishes, std::span<const double> lag_ms,
                       std::span<const double> factor);
  void verify(Half& half, int i, int j, double target);

  Device device_;
  Half plus_, minus_;
  bool plain_;
  std::vector<double> floor_;  // [post]; none: 0
  Weights seen_;
  Weights waiting_, waiting_minus_;  // accumulate: steps that wait
  std::optional<Programmer> programmer_;
  Stream lot_;
  Ledger* ledger_ = nullptr;
  Ledger unread_;
  std::vector<double> dt_, w_, dw_;  // scratch
  std::vector<Wish> wishes_;         // scratch
};

}  // namespace memplast
