#pragma once
#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <span>

#include "../lib/engine/pair_rule.hpp"

namespace memplast {

class GridLayer;
struct GridSpec;
class PulseRule;
class Synapses;

/// What pairs of spikes do, for code that does not care which rule it is: many pairs a call.
///
/// Learners and synapses know rules as this. Its implementation (models/rules/erased.hpp) has the
/// kernels of one rule and is compiled once, in a translation unit of its own.
class Rule {
 public:
  virtual ~Rule() = default;

  /// dw[k] = dw(dt[k], w[k]), dt [ms]; all of one size. The caller clips w + dw to [0, 1].
  virtual void changes(std::span<const double> dt_ms, std::span<const double> w,
                       std::span<double> dw) const = 0;
  double dw(double dt_ms, double w) const {
    double out = 0.0;
    changes({&dt_ms, 1}, {&w, 1}, {&out, 1});
    return out;
  }

  /// Whether a pre spike that coincides with a post is depressed by it.
  virtual bool pairs_at_zero() const = 0;
  /// The lag [ms] beyond which changes are negligible, for dt > 0 (sign = +1) or dt < 0 (-1);
  /// `unknown_reach_ms` for a rule that does not say.
  virtual double reach_ms(double sign) const = 0;
  static constexpr double unknown_reach_ms = 1000.0;

  /// The rule as programming pulses, if these make the changes; else null.
  virtual const PulseRule* pulses() const = 0;

  /// The outermost lag >= lowest_ms at which one pair changes w by `step` in size, on the side
  /// sign = +1 (potentiation) or -1; if no pair beyond changes it that much, the lag of the largest
  /// change there. Found to 1e-10 ms, and searched once: every fold asks the same.
  double outermost_lag(double sign, double w, double step, double lowest_ms) const;

  /// Neurons on a time grid behind these synapses, whose rule this must be.
  virtual std::unique_ptr<GridLayer> grid_layer(const GridSpec& spec, Synapses& synapses) const = 0;

 private:
  double search_lag(double sign, double w, double step, double lowest_ms) const;

  mutable std::mutex mutex_;
  mutable std::map<std::array<double, 4>, double> lags_;  // by what was asked
};

using RulePtr = std::shared_ptr<const Rule>;

/// A rule whose type is forgotten. For the rules of models/rules/all.hpp this is compiled already;
/// for a rule of one's own include models/rules/erased.hpp.
template <PairRule R>
RulePtr erase(const R& rule);

}  // namespace memplast
