#include <iostream>

#include "../lib/io/file.hpp"
#include "../tasks/classification.hpp"
#include "../tasks/result_file.hpp"
#include "long_work.hpp"
#include "output.hpp"
#include "run_command.hpp"
#include "scores.hpp"

namespace memplast::cli {
namespace {

/// What one sample took: `cost` over `samples` of them.
json per_sample(const Ledger& cost, std::int64_t samples, const Conductance& device) {
  const auto n = static_cast<double>(samples);
  const auto mean = [&](auto count) { return static_cast<double>(count) / n; };
  return {{"input_spikes", mean(cost.input_spikes)},
          {"output_spikes", mean(cost.output_spikes)},
          {"reads", mean(cost.reads)},
          {"writes", mean(cost.writes)},
          {"neuron_updates", mean(cost.neuron_updates)},
          {"simulated_ms", mean(cost.simulated_ms)},
          {"read_energy_J", read_energy_J(cost, device) / n},
          {"write_energy_J", write_energy_J(cost, device) / n}};
}

json to_json(const RunRecord& run) {
  const Conductance& device = run.config.model.conductance;
  const json inference = per_sample(run.test, run.test_samples, device);
  json summary{{"accuracy", summary_json(run.accuracy)},
               {"f1_macro", summary_json(run.f1_macro)},
               {"input_spikes_per_sample", inference["input_spikes"]},
               {"simulated_ms_per_sample", inference["simulated_ms"]},
               {"energy_J_per_sample", inference["read_energy_J"]},
               {"per_inference", inference},
               {"per_training_sample", per_sample(run.training, run.training_samples, device)}};
  json out{{"summary", summary}};
  add_variants(out, run.variants, accuracy_score);
  out["config"] = memplast::to_json(run.config);
  return out;
}

void print_cost(const RunRecord& run) {
  const Conductance& device = run.config.model.conductance;
  const auto inference = per_sample(run.test, run.test_samples, device);
  const auto training = per_sample(run.training, run.training_samples, device);
  std::vector<std::vector<std::string>> rows{{"per sample", "test", "training, all epochs"}};
  for (const auto& [key, value] : inference.items())
    rows.push_back(
        {"  " + key, rounded(value.get<double>()), rounded(training[key].get<double>())});
  print_table(rows);
}

void print_summary(const RunRecord& run) {
  const RunConfig& c = run.config;
  std::cout << c.task << ", " << rule_name(c.model.rule) << ", " << c.code << ", " << c.learner
            << ": " << c.folds << " folds x " << c.partitions << " partitions, mean +- sd over "
            << run.accuracy.n << " folds\n";
  print_table({summary_row("accuracy", run.accuracy, accuracy_score),
               summary_row("macro F1", run.f1_macro, accuracy_score)});
  print_cost(run);
  print_variants(run.variants, accuracy_score);
}

/// Reads the data set; a file must be the one that a configuration means.
Dataset load_data(const RunCommand& c, DataSource& source) {
  source = c.planned<DataSource>();
  if (c.task != own_data_task) {
    if (!source.file.empty())
      throw InputError({.where = "--data",
                        .expected = "the task " + std::string(own_data_task),
                        .got = "the shipped data set " + c.task});
    return load_shipped_dataset(c.task);
  }
  if (source.file.empty())
    throw InputError({.where = "--data", .expected = "a CSV file to classify", .got = "none"});
  const auto text = read_as_meant(source.file, source.sha256);
  return dataset_from(parse_csv(text, source.file), source.label_column,
                      source.impute ? Missing::kept : Missing::refused);
}

}  // namespace

std::pair<RunConfig, Dataset> load_classification(const RunCommand& c) {
  const std::string learner = c.learner();
  DataSource source;
  Dataset data = load_data(c, source);
  auto config = c.planned<RunConfig>();
  config.task = c.task;
  config.data = source;
  config.model = c.model();
  config.learner = learner;
  config.code = c.encoder;
  config.settings = preset(c.task, learner, c.encoder, rule_name(config.model.rule),
                           static_cast<int>(data.x.cols()), learner_flags);
  set_by_user(config.settings, learner, c);
  return {std::move(config), std::move(data)};
}

void run_classification_task(const RunCommand& c) {
  const auto [config, data] = load_classification(c);
  LongWork work(c, memplast::to_json(config), "folds");
  const auto record = run_classification(config, data, work.execution());
  if (!c.output.empty()) write_result(c.output, record, work.origin());
  work.finish();
  if (c.json)
    print_json(to_json(record));
  else
    print_summary(record);
}

}  // namespace memplast::cli
