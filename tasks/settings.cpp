#include "settings.hpp"

#include "../learners/own_class.hpp"
#include "../learners/teacher_timed.hpp"

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

const LearnerEntry& classifier_named(std::string_view learner, std::string_view code,
                                     const LearnerPlaces& where) {
  std::vector<std::string> known, codes;
  for (const LearnerEntry& entry : learners()) {
    if (entry.classifier == nullptr) continue;
    if (entry.name == learner && entry.code == code) return entry;
    if (known.empty() || known.back() != entry.name) known.emplace_back(entry.name);
    if (entry.name == learner) codes.emplace_back(entry.code);
  }
  const bool knows_it = !codes.empty();
  throw InputError({.where = knows_it ? where.code : where.learner,
                    .expected = join(knows_it ? codes : known, " or "),
                    .got = "'" + std::string(knows_it ? code : learner) + "'"});
}

Parameters preset(std::string_view task, std::string_view learner, std::string_view code,
                  std::string_view rule, int n_features, const LearnerPlaces& where) {
  const LearnerEntry& entry = classifier_named(learner, code, where);
  if (entry.settings.is<TeacherTimedTemporal>())
    return Parameters(temporal(task, rule, n_features));
  if (entry.settings.is<TeacherTimedPoisson>()) return Parameters(poisson(task, rule, n_features));
  if (entry.settings.is<OwnClassPoisson>()) return Parameters(own_class_poisson(task));
  return entry.settings;
}

}  // namespace memplast
