#include <chrono>
#include <iostream>
#include <map>
#include <memory>
#include <thread>

#include "../lib/file.hpp"
#include "../tasks/classification.hpp"
#include "../tasks/dataset.hpp"
#include "../tasks/result_file.hpp"
#include "commands.hpp"
#include "options.hpp"
#include "output.hpp"
#include "rule_choice.hpp"

namespace memplast::cli {
namespace {

struct RunCommand {
  std::string command_line;
  RunConfig config;
  RuleChoice rule{.spec = "nc", .params = {}};
  std::string encoder = "temporal";
  std::string protocol = "teacher_timed";
  std::map<std::string, std::string> settings;  ///< given on the command line or by a config
  int threads = 0;
  std::string output;
  bool json = false;
};

/// Calls `visit.template operator()<S>()` for each kind of settings.
template <class Visit, class... S>
void for_each_settings(std::variant<S...>*, Visit&& visit) {
  (visit.template operator()<S>(), ...);
}

/// One option per setting of any protocol and encoder; which of them apply is known only after all
/// options are read.
void add_settings(CLI::App* command, RunCommand& c) {
  for_each_settings(static_cast<Settings*>(nullptr), [&]<class S>() {
    const S defaults;
    for_each_param<S>([&](const auto& param) {
      const auto key = param.key();
      const auto group = std::string(S::protocol) + ", " + std::string(S::encoder);
      if (auto* known = command->get_option_no_throw(flag_of(key))) {
        if (known->get_group() != group) known->group("Settings of several protocols and encoders");
        return;
      }
      const auto unit = param.unit == "1" ? "" : " [" + std::string(param.unit) + "]";
      command
          ->add_option_function<std::string>(
              flag_of(key), [&c, key](const std::string& text) { c.settings[key] = text; },
              std::string(param.meaning) + unit)
          ->type_name("NUMBER")
          ->default_str(to_text(static_cast<double>(defaults.*param.member)))
          ->group(group);
    });
  });
}

/// The preset of this task, protocol, encoder and rule, with what the user set.
Settings settings_of(const RunCommand& c) {
  Settings settings = preset(c.config.task, c.protocol, c.encoder);
  std::visit(
      [&]<class S>(S& s) {
        for (const auto& [key, text] : c.settings) {
          const auto flag = flag_of(key);
          if (!set_param(s, key, parse_number<double>(text, flag), flag))
            throw InputError({.where = flag,
                              .expected = "a setting of " + c.protocol + " with " + c.encoder +
                                          " encoding: " + join(param_keys<S>()),
                              .got = "one of another protocol or encoder"});
        }
      },
      settings);
  return settings;
}

std::string utc_now() {
  const auto now = std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

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

void run(RunCommand& c) {
  if (!c.output.empty()) require_writable(c.output);
  c.config.model = c.rule.load("--rule");
  c.config.settings = settings_of(c);
  const int threads = c.threads > 0
                          ? c.threads
                          : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  const auto record = run_classification(c.config, threads, progress_bar());
  if (!c.output.empty()) write_result(c.output, record, c.command_line, utc_now());
  if (c.json)
    print_json(to_json(record));
  else
    print_summary(record);
}

}  // namespace

void add_run(CLI::App& app, const std::string& command_line) {
  auto c = std::make_shared<RunCommand>();
  c->command_line = command_line;
  auto* command =
      add_command(app, "run", "Train and test a spiking network with a rule's synapses", c->json);
  command->add_option("task", c->config.task, join(shipped_datasets(), " | "))->required();
  command->add_option("--rule", c->rule.spec, "shipped rule or model file");
  add_rule_param(command, c->rule);
  command->add_option("--encoder", c->encoder, "temporal or poisson");
  command->add_option("--protocol", c->protocol, "teacher_timed or own_class");
  add_number(command, "--folds", c->config.folds, "folds of a partition", 2, 1000);
  add_number(command, "--partitions", c->config.partitions, "shuffles into folds", 1, 100000);
  add_number(command, "--partition-seed", c->config.partition_seed,
             "seed of the first partition; the next has the next");
  add_number(command, "--seed", c->config.seed, "seed of everything else");
  add_number(command, "--threads", c->threads, "threads, 0 for all processors; changes no bit", 0,
             4096);
  command->add_option("-o,--output", c->output, "HDF5 file for the results")->type_name("FILE");
  add_settings(command, *c);
  command->footer(
      "The defaults shown for settings are the general ones; some tasks ship others "
      "(docs/protocols.md).");
  command->callback([c] { run(*c); });
}

}  // namespace memplast::cli
