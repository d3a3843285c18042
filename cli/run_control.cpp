#include <iostream>

#include "../lib/io/file.hpp"
#include "../tasks/control.hpp"
#include "../tasks/result_file.hpp"
#include "long_work.hpp"
#include "output.hpp"
#include "run_command.hpp"
#include "scores.hpp"

namespace memplast::cli {
namespace {

json to_json(const ControlRecord& record) {
  const ControlSummary& s = record.summary;
  json seeds = json::array();
  for (const ControlRun& run : record.runs) {
    double sum = 0.0;
    for (const double r : run.evaluation) sum += r;
    seeds.push_back({{"seed", run.seed},
                     {"return", sum / static_cast<double>(run.evaluation.size())},
                     {"episodes_to_solve", run.episodes_to_solve}});
  }
  json returns = summary_json(s.returns);
  returns["worst"] = s.return_worst;
  json summary{{"return", returns},
               {"seeds_solved", s.seeds_solved},
               {"episodes_to_solve", s.episodes_to_solve},
               {"input_spikes_per_decision", s.input_spikes_per_decision},
               {"simulated_ms_per_decision", s.simulated_ms_per_decision},
               {"energy_J_per_decision", s.energy_J_per_decision},
               {"training_energy_J", s.training_energy_J}};
  json out{{"summary", summary}, {"seeds", seeds}, {"config", memplast::to_json(record.config)}};
  add_variants(out, record.variants, return_score);
  return out;
}

void print_summary(const ControlRecord& record) {
  const ControlConfig& c = record.config;
  const ControlSummary& s = record.summary;
  const bool online = !c.is_imitation();
  const ControlTask& task = *control_task(c.task).task;
  std::cout << c.task << ", " << rule_name(c.model.rule) << ", " << c.learner
            << (online ? ", " + std::string(to_string(c.modulation)) : "")
            << (c.sham == Sham::none ? "" : ", " + std::string(to_string(c.sham))) << ": "
            << c.seeds << " seeds x " << record.runs.front().evaluation.size() << " episodes\n";
  std::vector<std::vector<std::string>> rows{
      {"return", rounded(s.returns.mean) + " +- " + rounded(s.returns.sd),
       "(mean +- sd over seeds)", "worst seed " + rounded(s.return_worst)},
      {"solved", std::to_string(s.seeds_solved) + " of " + std::to_string(c.seeds) + " seeds",
       "(mean return of at least " + rounded(task.solved_return) + ")"}};
  if (online)
    rows.push_back(
        {"episodes", rounded(s.episodes_to_solve),
         "(median until the mean of 20 returns reached " + rounded(task.solved_return) + ")"});
  print_table(rows);
  std::cout << "per decision: " << rounded(s.input_spikes_per_decision) << " input spikes, "
            << rounded(s.simulated_ms_per_decision) << " ms simulated, "
            << rounded(s.energy_J_per_decision) << " J read energy\n";
  if (online)
    std::cout << "training: " << rounded(s.training_energy_J) << " J to read and write, per seed\n";
  print_variants(record.variants, return_score);
}

/// Reads the recorded trajectory, if one is named; the file must be the one a configuration means.
Demonstrations load_trajectory(ControlConfig& config) {
  if (config.trajectory.empty()) return {};
  const auto text = read_as_meant(config.trajectory, config.trajectory_sha256);
  return demonstrations_from(control_task(config.task), parse_csv(text, config.trajectory));
}

}  // namespace

std::pair<ControlConfig, Demonstrations> load_control(const RunCommand& c) {
  const std::string learner = c.learner();
  auto config = c.planned<ControlConfig>();
  config.task = c.task;
  config.learner = learner;
  config.code = c.encoder;
  config.settings = control_preset(c.task, learner, c.encoder, learner_flags);
  set_by_user(config.settings, learner, c);
  config.model = c.model();
  config.modulation = modulation_from(c.modulation, "--modulation");
  config.sham = sham_from(c.sham, "--sham");
  config.trajectory = c.trajectory;
  config.trajectory_sha256 = c.trajectory_sha256;
  if (!config.is_imitation() && !c.trajectory.empty())
    throw InputError({.where = "--trajectory",
                      .expected = "the protocol imitation",
                      .got = learner + ", which learns by trial and error"});
  if (config.is_imitation() &&
      (config.sham != Sham::none || config.modulation != Programming::scaled))
    throw InputError({.where = config.sham != Sham::none ? "--sham" : "--modulation",
                      .expected = "the protocol online",
                      .got = "imitation"});
  Demonstrations recorded = load_trajectory(config);
  return {std::move(config), std::move(recorded)};
}

void run_control_task(const RunCommand& c) {
  const auto [config, recorded] = load_control(c);
  LongWork work(c, memplast::to_json(config), "seeds");
  const auto record = run_control(config, recorded, work.execution());
  if (!c.output.empty()) write_result(c.output, record, work.origin());
  work.finish();
  if (c.json)
    print_json(to_json(record));
  else
    print_summary(record);
}

}  // namespace memplast::cli
