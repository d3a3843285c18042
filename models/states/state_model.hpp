#pragma once
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "drift_biolek.hpp"
#include "drift_joglekar.hpp"
#include "voltage.hpp"
#include "vteam.hpp"
#include "yakopcic.hpp"

namespace memplast {

/// State models: a device with an internal state x in [0, 1] that a voltage moves,
///
///   dx/dt = f(x, V),  I = g(x, V)  [s, V, A]
///
/// Each is a template over its number type with dx_dt(x, V), I(x, V) and the corners of dx_dt.
template <template <class> class... Models>
struct StateModelList {
  using Any = std::variant<Models<double>...>;

  /// Calls `visit.template operator()<Model>()` for each model, in order.
  template <class Visit>
  static void for_each(Visit&& visit) {
    (visit.template operator()<Models>(), ...);
  }
};

/// THE list of state models: a new one is a header and its name here, in order of name.
using AllStateModels = StateModelList<BiolekDrift, JoglekarDrift, Vteam, Yakopcic>;
using StateModel = AllStateModels::Any;

std::string_view state_model_name(const StateModel& model);
/// The names of the state models, in order.
std::vector<std::string> shipped_state_models();
/// The model of that name with its shipped constants; InputError naming `where` if there is none.
StateModel state_model_named(std::string_view name, const std::string& where);

/// The states at the knots of a course that starts at x, by adaptive steps with errors below 1e-12
/// each. Throws IoError if a model moves too fast to be followed.
std::vector<double> follow(const StateModel& model, double x, std::span<const VoltageKnot> course);

/// I / V at a voltage that is not 0, in siemens.
double conductance_at(const StateModel& model, double x, double V);

/// The state in [0, 1] whose conductance at V is nearest to G; conductances rise with x.
double state_at(const StateModel& model, double G, double V);

}  // namespace memplast
