#pragma once
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "../pulses/rule.hpp"
#include "biexponential.hpp"
#include "gaussian.hpp"
#include "nc.hpp"
#include "ppx.hpp"
#include "stdp.hpp"
#include "table.hpp"

namespace memplast {

/// Rules given by a formula: each is a template over its number type, so that a fit can
/// differentiate the very equation that a simulation runs.
template <template <class> class... Models>
struct ModelList {
  using AnyRule = std::variant<Models<double>..., TableRule, PulseRule>;

  /// Calls `visit.template operator()<Model>()` for each model, in order.
  template <class Visit>
  static void for_each(Visit&& visit) {
    (visit.template operator()<Models>(), ...);
  }
};

/// THE list: a new rule is a header and its name here, in order of name.
using AllModels =
    ModelList<BiexponentialWindow, GaussianWindow, NcMemristor, PpxMemristor, StdpExponential>;

/// Any of the rules that a model file can hold.
using AnyRule = AllModels::AnyRule;

/// Calls `visit(param, value)` for each parameter of a rule, in order; none of a table.
template <class Visit>
void for_each_value(const AnyRule& rule, Visit&& visit) {
  const auto rows = [&]<class P>(const P& owner) {
    for_each_param<P>([&](const auto& param) { visit(param, owner.*param.member); });
  };
  std::visit(
      [&]<class R>(const R& r) {
        if constexpr (requires { R::params(); }) {
          rows(r);
        } else if constexpr (std::is_same_v<R, PulseRule>) {
          std::visit(rows, r.model());
          rows(r.window());
        }
      },
      rule);
}

}  // namespace memplast
