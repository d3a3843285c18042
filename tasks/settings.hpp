#pragma once
#include <string>
#include <string_view>

#include "../learners/learner.hpp"

namespace memplast {

/// What messages call the names of a learner and its code.
struct LearnerPlaces {
  std::string learner = "learner", code = "code";
};

/// A learner that can classify. Throws InputError for one that there is not.
const LearnerEntry& classifier_named(std::string_view learner, std::string_view code,
                                     const LearnerPlaces& where = {});

/// The settings of a learner with a code for a task: the shipped ones where there are any, else the
/// learner's own defaults. `rule`, a rule's name, decides over some of teacher_timed's. How they
/// were found: docs/protocols.md. `n_features` decides for data of one's own. Throws as
/// classifier_named() does.
Parameters preset(std::string_view task, std::string_view learner, std::string_view code,
                  std::string_view rule, int n_features, const LearnerPlaces& where = {});

}  // namespace memplast
