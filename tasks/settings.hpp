#pragma once
#include <string_view>
#include <variant>

#include "../learners/own_class.hpp"
#include "../learners/teacher_timed.hpp"

namespace memplast {

/// The settings of a classification: of one learner with one code. Flags, config files, --help and
/// result files all unfold their tables.
using Settings =
    std::variant<TeacherTimedTemporal, TeacherTimedPoisson, OwnClassTemporal, OwnClassPoisson>;

std::string_view protocol_of(const Settings& settings);
std::string_view encoder_of(const Settings& settings);

/// The shipped settings for a task, protocol and encoder; `rule`, a rule's name, decides over
/// some of teacher_timed's. How they were found: docs/protocols.md. `n_features` decides
/// for data of one's own. Throws InputError for an unknown protocol or encoder.
Settings preset(std::string_view task, std::string_view protocol, std::string_view encoder,
                std::string_view rule, int n_features);

}  // namespace memplast
