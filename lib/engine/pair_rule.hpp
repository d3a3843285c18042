#pragma once
#include <concepts>

namespace memplast {

/// A plasticity rule: the change dw(dt, w) of a weight w in [0, 1] that one pair of spikes makes,
/// dt = t_post + d - t_pre [ms]. The caller clips w + dw to [0, 1].
///
/// Any type with these two members is one; nothing is inherited or registered. `pairs_at_zero` says
/// whether a pre spike that coincides with a post (dt = 0) counts as depressed by it.
template <class R>
concept PairRule = requires(const R& rule, double dt, double w) {
  { rule.dw(dt, w) } -> std::convertible_to<double>;
  { rule.pairs_at_zero } -> std::convertible_to<bool>;
};

/// A rule that is a time window times a state dependence,
///   dw = S(dt) D_plus(w), dt > 0;  dw = S(dt) D_minus(w) otherwise,
/// and whose window is negligible (below 1e-18 of its peak) beyond +reach_plus(), -reach_minus()
/// ms. Then the engines tabulate S, and an update of a synapse is a multiply-add.
template <class R>
concept SeparableRule = PairRule<R> && requires(const R& rule, double dt, double w) {
  { rule.S(dt) } -> std::convertible_to<double>;
  { rule.D_plus(w) } -> std::convertible_to<double>;
  { rule.D_minus(w) } -> std::convertible_to<double>;
  { rule.reach_plus() } -> std::convertible_to<double>;
  { rule.reach_minus() } -> std::convertible_to<double>;
};

/// A state dependence that says it takes more than a few operations (`costly_state`): an
/// exponential, say, is then better computed for many synapses at once.
template <class State>
concept CostlyState = requires {
  requires State::costly_state;
};

/// Any callable f(dt, w) as a rule: `FunctionRule rule{[](double dt, double w) { ... }};`
template <class F>
struct FunctionRule {
  F f;
  static constexpr bool pairs_at_zero = false;
  double dw(double dt, double w) const { return f(dt, w); }
};
template <class F>
FunctionRule(F) -> FunctionRule<F>;

/// A weight after a change, kept in [0, 1].
template <class Real>
constexpr Real clipped(Real w) {
  return w < Real(0) ? Real(0) : w > Real(1) ? Real(1) : w;
}

}  // namespace memplast
