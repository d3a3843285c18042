#pragma once
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "../lib/base/parameters.hpp"
#include "../tasks/classification.hpp"
#include "../tasks/control.hpp"
#include "command_line.hpp"
#include "rule_choice.hpp"

namespace memplast::cli {

/// How long work is carried out.
struct WorkOptions {
  std::string command_line;
  std::string output;
  int threads = 0;
  bool resume = false;
  bool quiet = false;

  int thread_count() const;
};

/// What every task of `run` is given.
struct RunCommand : WorkOptions {
  std::string task;
  RuleChoice rule{.spec = "nc", .params = {}};
  std::string encoder = "temporal";
  std::string protocol;                         ///< empty: the task's own default
  std::map<std::string, std::string> settings;  ///< given on the command line or by a config
  bool json = false;
  /// What was given of a RunConfig, a DataSource or a ControlConfig, by the key of its table.
  std::map<std::string, Value> plan;
  // Devices.
  std::map<std::string, Value> variability;  ///< what was given of it
  bool ideal = false;
  // Control.
  std::string modulation = "scaled";
  std::string sham = "none";
  std::string trajectory, trajectory_sha256;

  bool is_control() const;
  /// A record with what was given of its table.
  template <class P>
  P planned() const {
    Parameters out{P{}};
    for (const auto& [key, value] : plan)
      if (out.has(key)) out.set(key, value, flag_of(key));
    return out.as<P>();
  }
  std::string learner() const;
  /// The rule with the devices that were asked for.
  ModelFile model() const;
};

/// --threads and --quiet.
void add_work_options(const Command& command, WorkOptions& c);
void add_resume(const Command& command, WorkOptions& c);

/// All that decides the results of a run, the task included.
void add_task_options(const Command& command, RunCommand& c);
/// Refuses options of the kind of task that this is not.
void refuse_others(const Command& command, const RunCommand& c);
/// The part that `tune` has too: what is learned, how and on which devices.
void add_learning_options(const Command& command, RunCommand& c);

/// The text of a file that must be the one a configuration means, if that gives its hash; `sha256`
/// becomes the hash.
std::string read_as_meant(const std::string& file, std::string& sha256);

/// The configuration of a classification; reads the data set.
std::pair<RunConfig, Dataset> load_classification(const RunCommand& c);
/// The configuration of a control task; reads the recorded trajectory.
std::pair<ControlConfig, Demonstrations> load_control(const RunCommand& c);

// One kind of task each: runs it, writes its file and prints its summary.
void run_classification_task(const RunCommand& c);
void run_control_task(const RunCommand& c);

/// What messages call the names of a learner and its code.
inline const LearnerPlaces learner_flags{"--learner", "--encoder"};

/// Now, or as SOURCE_DATE_EPOCH says, "2026-01-31T12:00:00Z".
std::string utc_now();

/// Sets what the user set. Throws InputError for a setting that is not one of the table.
void set_by_user(Parameters& settings, std::string_view protocol, const RunCommand& c);

}  // namespace memplast::cli
