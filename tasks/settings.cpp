#include "settings.hpp"

namespace memplast {
namespace {

// Data of one's own with more features than this are taken for the like of digits.
constexpr int few_features = 10;

// Fields that are wide but cut high: active over the same range of a feature as the default ones,
// and there at nearly full strength. Nearly a binary code.
void set_flat_fields(FieldSettings& s) {
  s.field_width = 1.8;
  s.cut = 0.7;
}

// Few, wide fields, and the principal axes beside the features.
void set_breast_cancer_fields(FieldSettings& s) {
  s.n_fields = 5;
  s.field_width = 1.3;
  s.cut = 0.35;
  s.z_range = 3.0;
  s.pca_axes = 15;
}

TeacherTimedTemporal temporal(std::string_view task, std::string_view rule, int n_features) {
  TeacherTimedTemporal s;
  if (task == "iris" || n_features <= few_features) {
    s.bag = 0.95;
    if (rule == "ppx") {
      set_flat_fields(s);
      s.T = 9.0;
      s.w0 = 0.35;
      s.eta_start = 0.03;
      s.balance = 1.5;
      s.margin = 0.12;
      return s;
    }
    s.w0 = 0.53;
    s.eta_start = 0.014;
    s.eta_end = 0.002;
    if (rule == "nc" || rule == "stdp") s.T = 0.8;
    return s;
  }
  s.phase_spread = 1.0;
  s.n_fields_spread = 1;
  s.margin = 0.02;
  s.pca_axes = 20;
  if (task == "breast_cancer") {
    set_breast_cancer_fields(s);
    s.subnetworks = 9;
    s.mirrored = 1;
    s.margin = 0.002;
    s.balance = 0.5;
    s.epochs = 15;
  }
  return s;
}

// A burst makes one potentiating pair per input that fires, but a depressing one per spike. At the
// full 200 Hz for 10 ms that is 0.86 against 2 pairs, so a `balance` of 2 comes to 0.86.
TeacherTimedPoisson poisson(std::string_view task, std::string_view rule, int n_features) {
  TeacherTimedPoisson s;
  s.subnetworks = 3;
  s.epochs = 15;
  if (task == "breast_cancer") {
    set_breast_cancer_fields(s);
    s.subnetworks = 5;
    s.margin = 0.03;
    if (rule != "ppx") s.balance = 2.0;
  } else if (task == "digits") {
    s.subnetworks = 1;
    s.epochs = 10;
    s.pca_axes = 20;
    s.rate_high = 100.0;
    s.margin = 0.03;
  } else if (task == "iris" || n_features <= few_features) {
    set_flat_fields(s);
    s.bag = 0.95;
    if (task == "iris") {
      s.n_fields = 7;
      s.field_width = 1.4;
      s.z_range = 2.7;
      s.epochs = 30;
      s.w0 = 0.5;
      s.balance = 1.8;
      s.margin = 0.18;
    }
  }
  return s;
}

OwnClassPoisson own_class_poisson(std::string_view task) {
  OwnClassPoisson s;
  if (task == "iris") {
    s.n_fields = 25;
    s.V_th = -44.0;
    s.epochs = 1;
  }
  if (task == "breast_cancer") {  // eight times the inputs of Iris: a threshold to match
    s.n_fields = 20;
    s.V_th = 0.0;
    s.w0 = 0.6;
    s.epochs = 1;
  }
  return s;
}

}  // namespace

std::string_view protocol_of(const Settings& settings) {
  return std::visit([](const auto& s) { return s.protocol; }, settings);
}

std::string_view encoder_of(const Settings& settings) {
  return std::visit([](const auto& s) { return s.encoder; }, settings);
}

Settings preset(std::string_view task, std::string_view protocol, std::string_view encoder,
                std::string_view rule, int n_features) {
  const auto refuse = [](const char* where, const char* known, std::string_view got) {
    return InputError({.where = where, .expected = known, .got = "'" + std::string(got) + "'"});
  };
  const bool is_temporal = encoder == "temporal";
  if (!is_temporal && encoder != "poisson")
    throw refuse("--encoder", "temporal or poisson", encoder);
  if (protocol == "own_class")
    return is_temporal ? Settings(OwnClassTemporal{}) : Settings(own_class_poisson(task));
  if (protocol != "teacher_timed")
    throw refuse("--protocol", "teacher_timed or own_class", protocol);
  return is_temporal ? Settings(temporal(task, rule, n_features))
                     : Settings(poisson(task, rule, n_features));
}

}  // namespace memplast
