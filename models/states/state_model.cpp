#include "state_model.hpp"

#include "../../lib/base/error.hpp"
#include "../../lib/base/text.hpp"
#include "integration.hpp"

namespace memplast {

std::string_view state_model_name(const StateModel& model) {
  return std::visit([]<class M>(const M&) { return M::name; }, model);
}

std::vector<std::string> shipped_state_models() {
  std::vector<std::string> names;
  AllStateModels::for_each(
      [&]<template <class> class M>() { names.emplace_back(M<double>::name); });
  return names;
}

StateModel state_model_named(std::string_view name, const std::string& where) {
  StateModel model;
  bool found = false;
  AllStateModels::for_each([&]<template <class> class M>() {
    if (M<double>::name != name) return;
    model = M<double>{};
    found = true;
  });
  if (found) return model;
  throw InputError({.where = where,
                    .expected = "one of " + join(shipped_state_models()),
                    .got = "'" + std::string(name) + "'"});
}

std::vector<double> follow(const StateModel& model, double x, std::span<const VoltageKnot> course) {
  std::vector<double> out;
  const auto most_steps = 1'000'000 + 1000 * static_cast<long>(course.size());
  const bool done = std::visit(
      [&](const auto& m) {
        return integrate(m, x, course, 1e-12, most_steps, [&](double at) { out.push_back(at); });
      },
      model);
  if (!done)
    throw IoError(std::string(state_model_name(model)),
                  "its state moves too fast to be followed; smaller rates or voltages may help");
  return out;
}

double conductance_at(const StateModel& model, double x, double V) {
  return std::visit([&](const auto& m) { return m.I(x, V) / V; }, model);
}

double state_at(const StateModel& model, double G, double V) {
  double low = 0.0, high = 1.0;
  for (int halvings = 0; halvings < 60; ++halvings) {
    const double middle = 0.5 * (low + high);
    (conductance_at(model, middle, V) < G ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

}  // namespace memplast
