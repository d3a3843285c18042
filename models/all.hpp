#pragma once
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "nc_memristor.hpp"
#include "ppx_memristor.hpp"
#include "stdp_exponential.hpp"
#include "table_rule.hpp"

namespace memplast {

/// Rules given by a formula: each is a template over its number type, so that a fit can
/// differentiate the very equation that a simulation runs.
template <template <class> class... Models>
struct ModelList {
  using Rule = std::variant<Models<double>..., TableRule>;

  /// Calls `visit.template operator()<Model>()` for each model, in order.
  template <class Visit>
  static void for_each(Visit&& visit) {
    (visit.template operator()<Models>(), ...);
  }
};

/// THE list: a new rule is a header and its name here, in order of name.
using AllModels = ModelList<NcMemristor, PpxMemristor, StdpExponential>;

/// Any of the rules that a model file can hold.
using Rule = AllModels::Rule;

}  // namespace memplast
