#include "control_settings.hpp"

#include <array>

#include "../learners/teacher_timed.hpp"
#include "../lib/base/named.hpp"

namespace memplast {
namespace {

constexpr std::array<std::string_view, 4> sham_names{"none", "no_learning", "shuffled_reward",
                                                     "random_actions"};

constexpr std::string_view imitator_name = "teacher_timed";

/// What imitation has the same for every code.
void set_imitation(auto& s) {
  s.subnetworks = 1;
  s.epochs = 30;
  s.bag = 0.9;
  s.field_width = 0.73;
  s.cut = 0.3;
  s.z_range = 2.05;
  s.w0 = 0.3;
  s.eta_start = 0.022;
  s.eta_end = 0.0002;
  s.balance = 1.05;
}

Parameters imitation_preset(const LearnerEntry& entry) {
  if (entry.settings.is<TeacherTimedTemporal>()) {
    TeacherTimedTemporal s;
    set_imitation(s);
    s.T = 0.8;
    s.ramp = 19.0;
    s.margin = 0.0075;
    return Parameters(s);
  }
  TeacherTimedPoisson s;
  set_imitation(s);
  s.rate_high = 60.0;
  s.train = 100.0;
  s.test = 100.0;
  return Parameters(s);
}

/// A controller among learners().
const LearnerEntry& controller_named(std::string_view learner, std::string_view code,
                                     const LearnerPlaces& where) {
  std::vector<std::string> known{std::string(imitation)}, codes;
  for (const LearnerEntry& entry : learners()) {
    if (!entry.controller) continue;
    if (entry.name == learner && entry.code == code) return entry;
    if (known.back() != entry.name) known.emplace_back(entry.name);
    if (entry.name == learner) codes.emplace_back(entry.code);
  }
  if (codes.empty())
    throw InputError({.where = where.learner,
                      .expected = join(known, " or ") + " for a control task",
                      .got = "'" + std::string(learner) + "'"});
  throw InputError(
      {.where = where.code,
       .expected = join(codes, " or ") + ", by which " + std::string(learner) + " decides",
       .got = "'" + std::string(code) + "'"});
}

}  // namespace

std::string_view to_string(Sham sham) { return sham_names[static_cast<std::size_t>(sham)]; }

Programming modulation_from(std::string_view name, const std::string& where) {
  for (const auto known : {Programming::scaled, Programming::timing, Programming::pulses})
    if (to_string(known) == name) return known;
  throw InputError({.where = where,
                    .expected = "one of scaled, timing, pulses",
                    .got = "'" + std::string(name) + "'"});
}
Sham sham_from(std::string_view name, const std::string& where) {
  return enum_from<Sham>(sham_names, name, where);
}

std::vector<std::string> control_tasks() {
  std::vector<std::string> out;
  for (const EnvironmentEntry& entry : environments())
    if (entry.task) out.emplace_back(entry.name);
  return out;
}

const EnvironmentEntry& control_task(std::string_view name, const std::string& where) {
  for (const EnvironmentEntry& entry : environments())
    if (entry.task && entry.name == name) return entry;
  const auto known = control_tasks();
  throw InputError({.where = where,
                    .expected = (known.size() == 1 ? "" : "one of ") + join(known),
                    .got = "'" + std::string(name) + "'"});
}

const LearnerEntry& imitator(std::string_view code, const LearnerPlaces& where) {
  return classifier_named(imitator_name, code, where);
}

std::vector<std::pair<std::string, std::string>> control_learners() {
  std::vector<std::pair<std::string, std::string>> out;
  for (const LearnerEntry& entry : learners()) {
    if (entry.name == imitator_name) out.emplace_back(imitation, entry.code);
    if (entry.controller) out.emplace_back(entry.name, entry.code);
  }
  return out;
}

Parameters control_preset(std::string_view task, std::string_view learner, std::string_view code,
                          const LearnerPlaces& where) {
  const ControlTask& control = *control_task(task).task;
  const Parameters evaluation{EvaluationSettings{}};
  if (learner == imitation) {
    return Parameters::joined({imitation_preset(imitator(code, where)), evaluation, control.test,
                               Parameters(DemonstrationSettings{})});
  }
  const LearnerEntry& entry = controller_named(learner, code, where);
  return Parameters::joined(
      {Parameters(EpisodeSettings{}), control.fields, entry.settings, evaluation, control.test});
}

bool decides_by_first_spike(std::string_view learner, std::string_view code) {
  return learner != imitation || imitator(code).settings.is<TeacherTimedTemporal>();
}

}  // namespace memplast
