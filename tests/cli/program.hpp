#pragma once
#include <algorithm>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/support.hpp"

namespace memplast::test {

/// Runs the program as a user does.
inline Outcome program(const std::vector<std::string>& words) {
  return run(MEMPLAST_PROGRAM, words);
}

/// The given exit code, one line on standard error that contains `what`, nothing on standard
/// output.
inline void check_refused(const Outcome& outcome, const std::string& what, int exit_code = 2) {
  INFO(outcome.err);
  CHECK(outcome.exit_code == exit_code);
  CHECK(outcome.out.empty());
  CHECK_THAT(outcome.err, Catch::Contains(what));
  CHECK(std::count(outcome.err.begin(), outcome.err.end(), '\n') == 1);
}

}  // namespace memplast::test
