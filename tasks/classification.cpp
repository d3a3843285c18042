#include "classification.hpp"

#include <functional>

#include "data/metrics.hpp"
#include "data/preprocessing.hpp"
#include "data/splits.hpp"
#include "own_class.hpp"
#include "teacher_timed.hpp"

namespace memplast {

// What a checkpoint keeps of a fold.
void transfer(auto& archive, MaybeConst<FoldResult> auto& r) {
  archive(r.y_pred, r.weights, r.rows, r.training, r.test, r.learning, r.weights_history);
}
void transfer(auto& archive, MaybeConst<FoldRecord> auto& r) {
  archive(r.partition, r.fold, r.test_index, r.y_true, r.y_pred, r.confusion, r.accuracy,
          r.f1_macro, r.result);
}

namespace {

template <PairRule R>
auto make_protocol(const TeacherTimedTemporal& s, Pairing, const R& rule) {
  return TeacherTimedTemporalProtocol<R>(s, rule);
}
template <PairRule R>
auto make_protocol(const TeacherTimedPoisson& s, Pairing pairing, const R& rule) {
  return TeacherTimedPoissonProtocol<R>(s, pairing, rule);
}
template <PairRule R>
auto make_protocol(const OwnClassTemporal& s, Pairing, const R& rule) {
  return OwnClassTemporalProtocol<R>(s, rule);
}
template <PairRule R>
auto make_protocol(const OwnClassPoisson& s, Pairing pairing, const R& rule) {
  return OwnClassPoissonProtocol<R>(s, pairing, rule);
}

template <class Protocol>
FoldRecord run_fold(const Protocol& protocol, const RunConfig& config, const Dataset& data,
                    const std::vector<int>& test, std::uint64_t fold_seed) {
  const auto train = complement(test, data.size());
  FoldData fold{.x_train = data.samples(train),
                .x_test = data.samples(test),
                .y_train = data.labels(train),
                .n_classes = data.n_classes(),
                .run_seed = config.seed,
                .fold_seed = fold_seed,
                .weights_history = config.weights_history};
  impute(fold.x_train, fold.x_test);
  FoldRecord out;
  out.test_index = test;
  out.y_true = data.labels(test);
  out.result = protocol.run(fold);
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

using RunFold = std::function<FoldRecord(const std::vector<int>& test, std::uint64_t fold_seed)>;

/// What runs a fold of a configuration, which it refers to.
RunFold fold_runner(const RunConfig& config, const Dataset& data) {
  RunFold out;
  const auto make = [&](const auto& settings, const auto& rule) {
    out = [&config, &data, protocol = make_protocol(settings, config.model.pairing, rule)](
              const std::vector<int>& test, std::uint64_t fold_seed) {
      return run_fold(protocol, config, data, test, fold_seed);
    };
  };
  with_rule(config.model, [&](const auto& rule) {
    std::visit([&](const auto& settings) { make(settings, rule); }, config.settings);
  });
  return out;
}

/// A fold of a run, by its number over all partitions.
FoldRecord run_unit(const RunFold& run, const RunConfig& config, int unit,
                    const std::vector<int>& test) {
  const int p = unit / config.folds, k = unit % config.folds;
  FoldRecord fold = run(test, fold_seed(config, p, k));
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
  const RunFold run = fold_runner(config, data);
  units.run(record.folds, [&](int unit) {
    return run_unit(run, config, unit, test_indices[unit / config.folds][unit % config.folds]);
  });
  add_up(record, data.size());
  return record;
}

}  // namespace

json to_json(const RunConfig& config) {
  json out;
  out["task"] = config.task;
  if (!config.data.file.empty()) {
    out["data"] = config.data.file;
    out["data_sha256"] = config.data.sha256;
    out["label_column"] = config.data.label_column;
    if (config.data.impute) out["impute"] = true;
  }
  out["rule"] = to_json(config.model);
  out["encoder"] = encoder_of(config.settings);
  out["protocol"] = protocol_of(config.settings);
  out["folds"] = config.folds;
  out["partitions"] = config.partitions;
  out["partition_seed"] = config.partition_seed;
  out["seed"] = config.seed;
  if (config.weights_history) out["weights_history"] = true;
  if (config.waterfall) out["waterfall"] = true;
  if (config.fit_draws > 0) out["from_fit_covariance"] = config.fit_draws;
  out["settings"] = std::visit([](const auto& s) { return params_to_json(s); }, config.settings);
  return out;
}

std::uint64_t fold_seed(const RunConfig& config, int partition, int fold) {
  const auto seed = derive_seed(config.seed, Purpose::partition, config.partition_seed + partition);
  return derive_seed(seed, Purpose::fold, fold);
}

FoldResult run_protocol(const RunConfig& config, const FoldData& fold) {
  FoldResult out;
  with_rule(config.model, [&](const auto& rule) {
    std::visit([&](const auto& s) { out = make_protocol(s, config.model.pairing, rule).run(fold); },
               config.settings);
  });
  return out;
}

FoldRecord run_one_fold(const RunConfig& config, const Dataset& data, const std::vector<int>& test,
                        std::uint64_t fold_seed) {
  return fold_runner(config, data)(test, fold_seed);
}

FoldRecord run_classification_unit(const RunConfig& config, const Dataset& data, int unit) {
  const auto folds =
      stratified_folds(data.y, config.folds, config.partition_seed + unit / config.folds);
  return run_unit(fold_runner(config, data), config, unit, folds[unit % config.folds]);
}

RunRecord run_classification(const RunConfig& config, const Dataset& data,
                             const Execution& execution) {
  const VariantPlan plan(config.model, config.waterfall, config.fit_draws, config.seed);
  Units units(execution, (1 + plan.size()) * config.partitions * config.folds);
  RunRecord record = run_folds(config, data, units);
  RunConfig with = config;
  record.variants = plan.run([&](const ModelFile& model) {
    with.model = model;
    return run_folds(with, data, units).accuracy;
  });
  return record;
}

}  // namespace memplast
