#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "../base/error.hpp"

namespace memplast {

/// How another program ended, and what it wrote to its standard output and error, as they came.
struct ProcessResult {
  int exit_code;  ///< 128 + the signal if one ended it
  std::string output;
};

/// A program that is not installed, or does not start.
class ProgramMissing : public IoError {
 public:
  using IoError::IoError;
};

/// Runs the program words[0], searched in PATH, with the arguments words[1] ... and `input` as its
/// standard input; no shell is involved. Throws ProgramMissing, with `advice`, if it does
/// not start.
ProcessResult run_process(const std::vector<std::string>& words, std::string_view input,
                          const std::string& advice);

}  // namespace memplast
