#include <iostream>

#include "../models/model_file.hpp"
#include "../models/states/state_model.hpp"
#include "commands.hpp"
#include "output.hpp"
#include "parameter_table.hpp"

namespace memplast::cli {
namespace {

json catalogue() {
  json rules = json::array();
  AllModels::for_each([&]<template <class> class M>() {
    using R = M<double>;
    rules.push_back({{"name", R::name},
                     {"about", R::about},
                     {"source", R::source},
                     {"separable", SeparableRule<R>},
                     {"pairs_at_zero", R::pairs_at_zero},
                     {"params", table_to_json(Parameters(R{}))}});
  });
  rules.push_back({{"name", TableRule::name},
                   {"about", TableRule::about},
                   {"source", TableRule::source},
                   {"separable", false},
                   {"pairs_at_zero", TableRule::pairs_at_zero},
                   {"params", json::array()}});
  AllPulseModels::for_each([&]<template <class> class M>() {
    using P = M<double>;
    json params = table_to_json(Parameters(P{}));
    for (const auto& row : table_to_json(Parameters(PulseWindow{}))) params.push_back(row);
    rules.push_back({{"name", P::name},
                     {"about", P::about},
                     {"source", P::source},
                     {"separable", SeparableRule<PulseRule>},
                     {"pairs_at_zero", PulseRule::pairs_at_zero},
                     {"params", params}});
  });
  json devices = json::array();
  AllStateModels::for_each([&]<template <class> class M>() {
    using D = M<double>;
    devices.push_back({{"name", D::name},
                       {"about", D::about},
                       {"source", D::source},
                       {"params", table_to_json(Parameters(D{}))}});
  });
  return {{"rules", rules},
          {"devices", devices},
          {"conductance", table_to_json(Parameters(Conductance{}))},
          {"pairings", pairing_names}};
}

void print_models(const json& models) {
  for (const auto& model : models) {
    std::cout << model["name"].get<std::string>() << ": " << model["about"].get<std::string>()
              << "; source: " << model["source"].get<std::string>() << '\n';
    print_params(model["params"]);
    std::cout << '\n';
  }
}

void print_catalogue(const json& all) {
  print_models(all["rules"]);
  std::cout
      << "devices: state models for sweeps of voltage; `memplast window --device` makes a rule "
         "of one\n\n";
  print_models(all["devices"]);
  std::cout << "conductance: the device behind a weight, in every model file "
               "(shipped values are illustrative)\n";
  print_params(all["conductance"]);
  std::cout << "\npairing schemes: " << join({pairing_names.begin(), pairing_names.end()}) << '\n';
}

}  // namespace

void add_models(CommandLine& app) {
  add_catalogue(app, "models", "Rules and devices: parameters, units, defaults, sources", catalogue,
                print_catalogue);
}

}  // namespace memplast::cli
