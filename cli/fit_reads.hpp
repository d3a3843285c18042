#pragma once
#include <string>

#include "../fitting/read_fit.hpp"
#include "../fitting/readers/endurance.hpp"

namespace memplast::cli {

/// `memplast fit` of reads: what they say of noise, drift and spread goes into the `variability` of
/// `model` (a rule or device by name or file; "auto": stdp), which is written to `output` and
/// printed.
void tell_reads(const ReadData& data, const std::string& model, const std::string& output,
                bool as_json);

/// The same of endurance: the range of conductances, and the spread from cycle to cycle.
void tell_endurance(const EnduranceData& data, const std::string& model, const std::string& output,
                    bool as_json);

}  // namespace memplast::cli
