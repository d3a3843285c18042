#include <iostream>

#include "../tasks/classification.hpp"
#include "../tasks/result_file.hpp"
#include "output.hpp"
#include "run_command.hpp"

namespace memplast::cli {
namespace {

json to_json(const Summary& s) {
  return {{"mean", s.mean}, {"sd", s.sd}, {"ci95", {s.ci95_low, s.ci95_high}}, {"n", s.n}};
}

json to_json(const RunRecord& run) {
  json summary{{"accuracy", to_json(run.accuracy)},
               {"f1_macro", to_json(run.f1_macro)},
               {"input_spikes_per_sample", run.input_spikes_per_sample},
               {"simulated_ms_per_sample", run.simulated_ms_per_sample},
               {"energy_J_per_sample", run.energy_J_per_sample}};
  return {{"summary", summary}, {"config", memplast::to_json(run.config)}};
}

void print_summary(const RunRecord& run) {
  const auto percent = [](double x) { return rounded(100.0 * x, 4); };
  const auto row = [&](const std::string& name, const Summary& s) {
    return std::vector<std::string>{
        name, percent(s.mean) + " % +- " + percent(s.sd) + " %",
        "(mean +- sd over " + std::to_string(s.n) + " folds)",
        "95 % CI [" + percent(s.ci95_low) + ", " + percent(s.ci95_high) + "] %"};
  };
  const RunConfig& c = run.config;
  std::cout << c.task << ", " << rule_name(c.model.rule) << ", " << encoder_of(c.settings) << ", "
            << protocol_of(c.settings) << ": " << c.folds << " folds x " << c.partitions
            << " partitions\n";
  print_table({row("accuracy", run.accuracy), row("macro F1", run.f1_macro)});
  std::cout << "per sample: " << rounded(run.input_spikes_per_sample) << " input spikes, "
            << rounded(run.simulated_ms_per_sample) << " ms simulated, "
            << rounded(run.energy_J_per_sample) << " J read energy\n";
}

}  // namespace

void run_classification_task(const RunCommand& c) {
  const auto protocol = c.protocol.empty() ? "teacher_timed" : c.protocol;
  const RunConfig config{.task = c.task,
                         .model = c.rule.load("--rule"),
                         .settings = with_user_settings(preset(c.task, protocol, c.encoder), c),
                         .folds = c.folds,
                         .partitions = c.partitions,
                         .partition_seed = c.partition_seed,
                         .seed = c.seed};
  const auto record = run_classification(config, c.thread_count(), progress_bar());
  if (!c.output.empty()) write_result(c.output, record, c.command_line, utc_now());
  if (c.json)
    print_json(to_json(record));
  else
    print_summary(record);
}

}  // namespace memplast::cli
