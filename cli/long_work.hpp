#pragma once
#include <optional>
#include <string>

#include "../tasks/checkpoint.hpp"
#include "run_command.hpp"

namespace memplast::cli {

/// Work whose results go into a file: it keeps finished units in a checkpoint beside that file, and
/// ends between two units on Ctrl-C or SIGTERM. Without a file there is nothing to keep.
class LongWork {
 public:
  /// `work` is all that decides the results, `units` what one unit is called ("folds").
  LongWork(const WorkOptions& c, const json& work, const std::string& units);

  const Execution& execution() const { return execution_; }
  /// For the result file: of the command that began the work.
  const Origin& origin() const { return checkpoint_ ? checkpoint_->origin() : origin_; }
  /// The results are in place.
  void finish();

 private:
  Origin origin_;
  std::optional<Checkpoint> checkpoint_;
  Execution execution_;
};

}  // namespace memplast::cli
