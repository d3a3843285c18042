#include "classification.hpp"

#include <mutex>

#include "../lib/parallel.hpp"
#include "metrics.hpp"
#include "own_class.hpp"
#include "splits.hpp"
#include "teacher_timed.hpp"

namespace memplast {
namespace {

template <PairRule R>
auto make_protocol(const TeacherTimedTemporal& s, Pairing, const R& rule) {
  return TeacherTimedTemporalProtocol<R>(s, rule);
}
template <PairRule R>
auto make_protocol(const TeacherTimedPoisson& s, Pairing, const R& rule) {
  return TeacherTimedPoissonProtocol<R>(s, rule);
}
template <PairRule R>
auto make_protocol(const OwnClassTemporal& s, Pairing, const R& rule) {
  return OwnClassTemporalProtocol<R>(s, rule);
}
template <PairRule R>
auto make_protocol(const OwnClassPoisson& s, Pairing pairing, const R& rule) {
  return OwnClassPoissonProtocol<R>(s, pairing, rule);
}

}  // namespace

json to_json(const RunConfig& config) {
  json out;
  out["task"] = config.task;
  out["rule"] = to_json(config.model);
  out["encoder"] = encoder_of(config.settings);
  out["protocol"] = protocol_of(config.settings);
  out["folds"] = config.folds;
  out["partitions"] = config.partitions;
  out["partition_seed"] = config.partition_seed;
  out["seed"] = config.seed;
  out["settings"] = std::visit([](const auto& s) { return params_to_json(s); }, config.settings);
  return out;
}

RunRecord run_classification(const RunConfig& config, int threads, const Progress& progress) {
  const Dataset data = load_shipped_dataset(config.task);
  std::vector<std::vector<std::vector<int>>> test_indices;  // [partition][fold]
  for (int p = 0; p < config.partitions; ++p)
    test_indices.push_back(stratified_folds(data.y, config.folds, config.partition_seed + p));

  RunRecord record{
      .config = config,
      .feature_names = data.feature_names,
      .class_names = data.class_names,
      .rows = {},
      .folds = std::vector<FoldRecord>(static_cast<std::size_t>(config.partitions * config.folds)),
      .accuracy = {},
      .f1_macro = {},
      .input_spikes_per_sample = 0,
      .simulated_ms_per_sample = 0,
      .energy_J_per_sample = 0};
  std::mutex mutex;
  int done = 0;
  const auto run_with = [&](const auto& settings, const auto& rule) {
    const auto protocol = make_protocol(settings, config.model.pairing, rule);
    in_parallel(static_cast<int>(record.folds.size()), threads, [&](int job) {
      const int p = job / config.folds, k = job % config.folds;
      const auto& test = test_indices[p][k];
      const auto train = complement(test, data.size());
      const auto partition =
          derive_seed(config.seed, Purpose::partition, config.partition_seed + p);
      const FoldData fold{.x_train = data.samples(train),
                          .x_test = data.samples(test),
                          .y_train = data.labels(train),
                          .n_classes = data.n_classes(),
                          .run_seed = config.seed,
                          .fold_seed = derive_seed(partition, Purpose::fold, k)};
      FoldResult result = protocol.run(fold);
      const auto y_true = data.labels(test);
      const auto confusion = confusion_matrix(y_true, result.y_pred, data.n_classes());
      record.folds[job] = {.partition = p,
                           .fold = k,
                           .test_index = test,
                           .y_true = y_true,
                           .y_pred = result.y_pred,
                           .confusion = confusion,
                           .accuracy = accuracy(confusion, data.n_classes()),
                           .f1_macro = f1_macro(confusion, data.n_classes()),
                           .weights = std::move(result.weights),
                           .cost = result.cost,
                           .energy_J = read_energy_J(result.cost, config.model.conductance)};
      const std::lock_guard lock(mutex);
      if (job == 0) record.rows = std::move(result.rows);
      if (progress) progress(++done, static_cast<int>(record.folds.size()));
    });
  };
  std::visit(run_with, config.settings, config.model.rule);

  std::vector<double> accuracies, f1_macros;
  double samples = 0.0;
  for (const FoldRecord& fold : record.folds) {
    accuracies.push_back(fold.accuracy);
    f1_macros.push_back(fold.f1_macro);
    samples += static_cast<double>(fold.y_true.size());
    record.input_spikes_per_sample += static_cast<double>(fold.cost.input_spikes);
    record.simulated_ms_per_sample += fold.cost.simulated_ms;
    record.energy_J_per_sample += fold.energy_J;
  }
  record.input_spikes_per_sample /= samples;
  record.simulated_ms_per_sample /= samples;
  record.energy_J_per_sample /= samples;
  const double test_over_train = 1.0 / (config.folds - 1);
  record.accuracy = summarise(accuracies, test_over_train);
  record.f1_macro = summarise(f1_macros, test_over_train);
  return record;
}

}  // namespace memplast
