#pragma once
#include <cstddef>
#include <type_traits>

#include "../layers/grid_layer_of.hpp"
#include "../pulses/rule.hpp"
#include "../rule.hpp"

namespace memplast {

/// A PairRule as a Rule: the one place where its type meets the kernels.
template <PairRule R>
class RuleOf final : public Rule {
 public:
  explicit RuleOf(const R& rule) : rule_(rule) {}

  void changes(std::span<const double> dt_ms, std::span<const double> w,
               std::span<double> dw) const override {
    const std::size_t n = dw.size();
    if constexpr (SeparableRule<R>) {
      if constexpr (std::is_trivially_copyable_v<R>)
        kernels::windows(rule_, dt_ms.data(), n, dw.data());
      else
        for (std::size_t k = 0; k < n; ++k) dw[k] = rule_.S(dt_ms[k]);
      for (std::size_t k = 0; k < n; ++k)
        dw[k] *= dt_ms[k] > 0 ? rule_.D_plus(w[k]) : rule_.D_minus(w[k]);
    } else {
      for (std::size_t k = 0; k < n; ++k) dw[k] = rule_.dw(dt_ms[k], w[k]);
    }
  }
  bool pairs_at_zero() const override { return rule_.pairs_at_zero; }
  double reach_ms(double sign) const override {
    if constexpr (SeparableRule<R>)
      return sign > 0 ? rule_.reach_plus() : rule_.reach_minus();
    else
      return unknown_reach_ms;
  }
  const PulseRule* pulses() const override {
    if constexpr (std::is_same_v<R, PulseRule>)
      return &rule_;
    else
      return nullptr;
  }
  std::unique_ptr<GridLayer> grid_layer(const GridSpec& spec, Synapses& synapses) const override {
    if (synapses.is_ideal())
      return std::make_unique<GridLayerOf<R, IdealDevices>>(rule_, spec, synapses);
    return std::make_unique<GridLayerOf<R, SharedDevices>>(rule_, spec, synapses);
  }

 private:
  R rule_;
};

template <PairRule R>
RulePtr erase(const R& rule) {
  return std::make_shared<const RuleOf<R>>(rule);
}

}  // namespace memplast
