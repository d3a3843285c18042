#include "tuning.hpp"

#include <algorithm>
#include <cmath>
#include <mutex>

#include "../../lib/base/parallel.hpp"
#include "../data/splits.hpp"

namespace memplast {
namespace {

Dataset subset(const Dataset& data, const std::vector<int>& rows) {
  return {.feature_names = data.feature_names,
          .class_names = data.class_names,
          .x = data.samples(rows),
          .y = data.labels(rows)};
}

/// `settings` with every varied one drawn anew.
Parameters draw(Parameters settings, const std::vector<Variation>& vary, std::uint64_t seed) {
  Stream stream(seed, Purpose::start);
  for (const Variation& v : vary) {
    const double share = stream.uniform();
    double value = v.lower > 0.0 && v.upper >= 10.0 * v.lower
                       ? v.lower * std::pow(v.upper / v.lower, share)
                       : v.lower + (v.upper - v.lower) * share;
    const auto* const row = find_row(settings.table(), v.key);
    if (row == nullptr)
      throw InputError({.where = v.key,
                        .expected = "one of " + join(keys_of(settings.table())),
                        .got = "an unknown setting"});
    if (row->kind == Kind::whole) value = std::round(value);
    settings.set(v.key, value, v.key);
  }
  return settings;
}

int best_of(const std::vector<double>& accuracy) {
  return static_cast<int>(std::max_element(accuracy.begin(), accuracy.end()) - accuracy.begin());
}

}  // namespace

std::vector<Variation> default_variations(const Parameters& settings, int n_features) {
  std::vector<Variation> out;
  for (const Variation& v :
       std::vector<Variation>{{"n_fields", 5, 12},
                              {"field_width", 0.6, 1.2},
                              {"cut", 0.05, 0.4},
                              {"z_range", 1.8, 3.5},
                              {"pca_axes", 0, static_cast<double>(std::min(n_features, 20))},
                              {"phase_spread", 0, 1},
                              {"margin_ms", 0.01, 0.2},
                              {"margin", 0.02, 0.2},
                              {"eta_start", 0.003, 0.03},
                              {"epochs", 10, 60}})
    if (settings.has(v.key)) out.push_back(v);
  return out;
}

Tuned tune(const TuneConfig& config, const Dataset& data, int threads, const Progress& progress) {
  const RunConfig& run = config.run;
  Tuned out;
  out.trials.push_back(run.settings);
  for (int k = 1; k < config.trials; ++k)
    out.trials.push_back(
        draw(run.settings, config.vary,
             derive_seed(run.seed, Purpose::start, static_cast<std::uint64_t>(k))));

  // Each job is one search on some samples: those of an outer training fold, the last on all.
  std::vector<std::vector<int>> tests;
  for (int p = 0; p < run.partitions; ++p)
    for (auto& test : stratified_folds(data.y, run.folds, run.partition_seed + p))
      tests.push_back(std::move(test));
  tests.emplace_back();
  const int n_jobs = static_cast<int>(tests.size());
  std::vector<double> scores(tests.size() - 1);
  out.chosen.resize(scores.size());
  std::mutex mutex;
  int done = 0;
  if (progress) progress(done, n_jobs);
  in_parallel(n_jobs, threads, [&](int job) {
    const Dataset inner = subset(data, complement(tests[job], data.size()));
    RunConfig trial = run;
    trial.folds = config.inner_folds;
    trial.partitions = 1;
    trial.seed = derive_seed(run.seed, Purpose::fold, static_cast<std::uint64_t>(job));
    std::vector<double> accuracy;
    for (const Parameters& settings : out.trials) {
      trial.settings = settings;
      accuracy.push_back(run_classification(trial, inner, 1).accuracy.mean);
    }
    if (job + 1 < n_jobs) {
      RunConfig chosen = run;
      chosen.settings = out.trials[best_of(accuracy)];
      scores[job] = run_one_fold(chosen, data, tests[job], trial.seed).accuracy;
      out.chosen[job] = best_of(accuracy);
    } else {
      out.accuracy = accuracy;
      out.best = best_of(accuracy);
    }
    const std::lock_guard lock(mutex);
    if (progress) progress(++done, n_jobs);
  });
  out.nested = summarise(scores, 1.0 / (run.folds - 1));
  return out;
}

}  // namespace memplast
