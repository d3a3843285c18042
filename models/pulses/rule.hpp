#pragma once
#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <variant>
#include <vector>

#include "../../lib/engine/pair_rule.hpp"
#include "exponential.hpp"
#include "linear.hpp"
#include "power.hpp"
#include "soft_bounds.hpp"
#include "table.hpp"

namespace memplast {

/// Pulse models: what one programming pulse does to a state w. Each is a template over its number
/// type with D_plus(w), D_minus(w), the size of the step, and typical(n), a device that n pulses
/// take from end to end.
template <template <class> class... Models>
struct PulseModelList {
  using Any = std::variant<Models<double>...>;

  /// Calls `visit.template operator()<Model>()` for each model, in order.
  template <class Visit>
  static void for_each(Visit&& visit) {
    (visit.template operator()<Models>(), ...);
  }
};

/// THE list of pulse models: a new one is a header and its name here, in order of name.
using AllPulseModels =
    PulseModelList<ExponentialPulse, LinearPulse, PowerPulse, SoftBoundsPulse, TablePulse>;
using PulseModel = AllPulseModels::Any;

/// When a pair of spikes makes a pulse, and how strong.
struct PulseWindow {
  double window = 20.0;
  double tail = 20.0;

  static constexpr auto params() {
    using P = PulseWindow;
    return std::array{Param<P, double>{"window", "ms", "largest lag of a full pulse", &P::window, 0,
                                       1000, Fitted::no},
                      Param<P, double>{"tail", "ms", "fall of its strength beyond", &P::tail, 0.1,
                                       1000, Fitted::no}};
  }
};

/// A device that is programmed by pulses, as a plasticity rule: one potentiating pulse for a pre
/// spike before a post spike, one depressing pulse for a post before a pre.
///
///   dw =  f(abs(dt)) D_plus(w)    dt > 0
///   dw = -f(abs(dt)) D_minus(w)   dt < 0
///   f(x) = 1 for x <= window, exp(-(x - window) / tail) beyond
///
/// D is the step of the pulse model. f is the fraction of that step that the pulse makes: full
/// within the coincidence window, less outside; there a teacher finds its small, annealed steps.
/// dt [ms]; the caller clips. The steps are tabulated at 1025 states and linear between them, so
/// that a simulation costs the same with every model.
class PulseRule {
 public:
  static constexpr bool pairs_at_zero = false;
  static constexpr std::size_t nodes = 1025;

  PulseRule() : PulseRule(PulseModel{}, {}) {}
  PulseRule(const PulseModel& model, const PulseWindow& window)
      : model_(model), window_(window), plus_(nodes), minus_(nodes) {
    std::visit(
        [&](const auto& m) {
          for (std::size_t k = 0; k < nodes; ++k) {
            const double w = static_cast<double>(k) / (nodes - 1);
            plus_[k] = m.D_plus(w);
            minus_[k] = m.D_minus(w);
          }
        },
        model);
  }

  const PulseModel& model() const { return model_; }
  const PulseWindow& window() const { return window_; }
  std::string_view name() const {
    return std::visit([]<class M>(const M&) { return M::name; }, model_);
  }

  double S(double dt) const {
    const double beyond = std::max(std::abs(dt) - window_.window, 0.0);
    return std::copysign(std::exp(-beyond / window_.tail), dt > 0 ? 1.0 : -1.0);
  }
  double D_plus(double w) const { return Steps{plus_.data(), minus_.data()}.D_plus(w); }
  double D_minus(double w) const { return Steps{plus_.data(), minus_.data()}.D_minus(w); }
  double dw(double dt, double w) const { return S(dt) * (dt > 0 ? D_plus(w) : D_minus(w)); }

  double reach_plus() const { return window_.window + 42.0 * window_.tail; }  // exp(-42) < 6e-19
  double reach_minus() const { return reach_plus(); }

  /// Calls visit(state) with the state dependence, small enough to be copied.
  template <class Visit>
  void visit_state(Visit&& visit) const {
    visit(Steps{plus_.data(), minus_.data()});
  }

 private:
  struct Steps {
    const double* plus;
    const double* minus;
    double D_plus(double w) const { return at(plus, w); }
    double D_minus(double w) const { return at(minus, w); }
    static double at(const double* table, double w) {
      const double x = w * static_cast<double>(nodes - 1);
      const int k = std::min(static_cast<int>(x), static_cast<int>(nodes) - 2);
      return table[k] + (x - k) * (table[k + 1] - table[k]);
    }
  };

  PulseModel model_;
  PulseWindow window_;
  std::vector<double> plus_, minus_;  ///< [node] step at w = node / (nodes - 1)
};

}  // namespace memplast
