#include "classification.hpp"

#include <numeric>

#include "../lib/coding/scaler.hpp"
#include "data/metrics.hpp"
#include "data/splits.hpp"

namespace memplast {

// What a checkpoint keeps of a fold.
void transfer(auto& archive, MaybeConst<Constant> auto& c) {
  archive(c.name, c.shape, c.numbers, c.integers, c.unit, c.meaning);
}
void transfer(auto& archive, MaybeConst<FoldResult> auto& r) {
  archive(r.y_pred, r.weights, r.rows, r.constants, r.training, r.test, r.learning,
          r.weights_history);
}
void transfer(auto& archive, MaybeConst<FoldRecord> auto& r) {
  archive(r.partition, r.fold, r.test_index, r.y_true, r.y_pred, r.confusion, r.accuracy,
          r.f1_macro, r.result);
}

namespace {

FoldResult learn_and_test(const Device& device, const RunConfig& config, const FoldData& fold) {
  const LearnerEntry& entry = classifier_named(config.learner, config.code);
  const auto learner = entry.classifier(config.settings, {.device = device,
                                                          .n_classes = fold.n_classes,
                                                          .run_seed = fold.run_seed,
                                                          .seed = fold.fold_seed,
                                                          .start = fold.weights,
                                                          .weights_history = fold.weights_history});
  FoldResult out;
  Training training;
  learner->fit(fold.x_train, fold.y_train, training);
  out.training = training.spent;
  out.learning = std::move(training.learning);
  out.weights_history = std::move(training.weights_history);
  if (fold.traced >= 0) {
    out.trace = learner->trace(fold.x_test.row(fold.traced));
    return out;
  }
  out.y_pred = learner->decide(fold.x_test, out.test).y;
  auto network = network_of(*learner);
  out.weights = std::move(network.weights);
  out.rows = std::move(network.rows);
  out.constants = std::move(network.constants);
  return out;
}

FoldRecord run_fold(const Device& device, const RunConfig& config, const Dataset& data,
                    const std::vector<int>& train, const std::vector<int>& test,
                    std::uint64_t fold_seed) {
  FoldData fold{.x_train = data.samples(train),
                .x_test = data.samples(test),
                .y_train = data.labels(train),
                .n_classes = data.n_classes(),
                .run_seed = config.seed,
                .fold_seed = fold_seed,
                .weights_history = config.weights_history};
  const auto known = medians(fold.x_train);
  fill_missing(fold.x_train, known);
  fill_missing(fold.x_test, known);
  FoldRecord out;
  out.test_index = test;
  out.y_true = data.labels(test);
  out.result = learn_and_test(device, config, fold);
  if (config.data.impute)
    out.result.constants.push_back(constant("median", {known.data(), known.data() + known.size()},
                                            "1", "of a feature, where a value is missing"));
  out.y_pred = out.result.y_pred;
  out.confusion = confusion_matrix(out.y_true, out.y_pred, data.n_classes());
  out.accuracy = accuracy(out.confusion, data.n_classes());
  out.f1_macro = f1_macro(out.confusion, data.n_classes());
  return out;
}

void add_up(RunRecord& record, int n_samples) {
  std::vector<double> accuracies, f1_macros;
  for (const FoldRecord& fold : record.folds) {
    accuracies.push_back(fold.accuracy);
    f1_macros.push_back(fold.f1_macro);
    record.training += fold.result.training;
    record.test += fold.result.test;
    const auto tested = static_cast<std::int64_t>(fold.y_true.size());
    record.test_samples += tested;
    record.training_samples += n_samples - tested;
  }
  const double test_over_train = 1.0 / (record.config.folds - 1);
  record.accuracy = summarise(accuracies, test_over_train);
  record.f1_macro = summarise(f1_macros, test_over_train);
}

/// A fold of a run, by its number over all partitions.
FoldRecord run_unit(const Device& device, const RunConfig& config, const Dataset& data, int unit,
                    const std::vector<int>& test) {
  const int p = unit / config.folds, k = unit % config.folds;
  FoldRecord fold =
      run_fold(device, config, data, complement(test, data.size()), test, fold_seed(config, p, k));
  fold.partition = p;
  fold.fold = k;
  return fold;
}

RunRecord run_folds(const RunConfig& config, const Dataset& data, Units& units) {
  std::vector<std::vector<std::vector<int>>> test_indices;  // [partition][fold]
  for (int p = 0; p < config.partitions; ++p)
    test_indices.push_back(stratified_folds(data.y, config.folds, config.partition_seed + p));

  RunRecord record{
      .config = config,
      .feature_names = data.feature_names,
      .class_names = data.class_names,
      .folds = std::vector<FoldRecord>(static_cast<std::size_t>(config.partitions * config.folds)),
      .accuracy = {},
      .f1_macro = {},
      .training = {},
      .test = {},
      .variants = {}};
  const Device device = device_of(config.model);
  units.run(record.folds, [&](int unit) {
    return run_unit(device, config, data, unit,
                    test_indices[unit / config.folds][unit % config.folds]);
  });
  add_up(record, data.size());
  return record;
}

}  // namespace

std::uint64_t fold_seed(const RunConfig& config, int partition, int fold) {
  const auto seed = derive_seed(config.seed, Purpose::partition, config.partition_seed + partition);
  return derive_seed(seed, Purpose::fold, fold);
}

FoldResult run_protocol(const RunConfig& config, const FoldData& fold) {
  return learn_and_test(device_of(config.model), config, fold);
}

FoldRecord run_one_fold(const RunConfig& config, const Dataset& data, const std::vector<int>& test,
                        std::uint64_t fold_seed) {
  return run_fold(device_of(config.model), config, data, complement(test, data.size()), test,
                  fold_seed);
}

FoldRecord run_classification_unit(const RunConfig& config, const Dataset& data, int unit) {
  const auto folds =
      stratified_folds(data.y, config.folds, config.partition_seed + unit / config.folds);
  return run_unit(device_of(config.model), config, data, unit, folds[unit % config.folds]);
}

RunRecord run_classification(const RunConfig& config, const Dataset& data,
                             const Execution& execution) {
  const VariantPlan plan(config.model, config.waterfall, config.fit_draws, config.seed);
  Units units(execution, (1 + plan.size()) * config.partitions * config.folds +
                             static_cast<int>(config.final_network));
  RunRecord record = run_folds(config, data, units);
  if (config.final_network) {
    std::vector<int> all(static_cast<std::size_t>(data.size()));
    std::iota(all.begin(), all.end(), 0);
    std::vector<FoldRecord> unit(1);
    units.run(unit, [&](int) {
      return run_fold(device_of(config.model), config, data, all, all, config.seed);
    });
    record.final_network = std::move(unit.front());
  }
  RunConfig with = config;
  record.variants = plan.run([&](const ModelFile& model) {
    with.model = model;
    return run_folds(with, data, units).accuracy;
  });
  return record;
}

}  // namespace memplast
