#include "trained_fold.hpp"

#include <algorithm>

#include "../lib/coding/scaler.hpp"
#include "../lib/io/file.hpp"
#include "data/splits.hpp"

namespace memplast {
namespace {

/// The data set of a run: a shipped one, or the file that it was if it still is.
Dataset load_data(const RunConfig& config, const std::string& where) {
  if (config.task != own_data_task) return load_shipped_dataset(config.task);
  const DataSource& source = config.data;
  const auto refuse = [&](const std::string& got) {
    throw InputError(
        {.where = where + "/data", .expected = "a file with SHA-256 " + source.sha256, .got = got});
  };
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(source.file, ignored))
    refuse("no file '" + source.file + "'");
  const auto text = read_text(source.file);
  if (sha256(text) != source.sha256) refuse("another one in '" + source.file + "'");
  return dataset_from(parse_csv(text, source.file), source.label_column,
                      source.impute ? Missing::kept : Missing::refused);
}

std::vector<int> indices(const h5::Reader& results, const std::string& name, int below) {
  std::vector<int> out;
  for (const auto value : results.integers(name).values) {
    if (value < 0 || value >= below)
      throw InputError({.where = results.path() + ":" + name,
                        .expected = "indices below " + std::to_string(below),
                        .got = std::to_string(value)});
    out.push_back(static_cast<int>(value));
  }
  return out;
}

/// "3_1"
std::pair<int, int> fold_numbers(const std::string& name, const std::string& where) {
  const auto at = std::min(name.find('_'), name.size());
  const auto p = to_number(std::string_view(name).substr(0, at)),
             k = to_number(std::string_view(name).substr(std::min(at + 1, name.size())));
  if (!p || !k || !(*p >= 0 && *p < 1e9) || !(*k >= 0 && *k < 1e9))
    throw InputError({.where = where, .expected = "PARTITION_FOLD", .got = "'" + name + "'"});
  return {static_cast<int>(*p), static_cast<int>(*k)};
}

/// The protocol without its learning, on ideal devices.
FoldResult run_again(const TrainedFold& fold, const Weights& weights, int traced) {
  RunConfig config = fold.config;
  config.model.variability = {};
  config.settings.set("epochs", std::int64_t{0}, "epochs");
  FoldData data = fold.data;
  data.weights = weights;
  data.traced = traced;
  return run_protocol(config, data);
}

}  // namespace

TrainedFold read_trained_fold(const h5::Reader& results, const std::string& fold) {
  const std::string where = results.path() + ":@config_json";
  const bool is_final = fold == final_fold;
  const std::string group = is_final ? "/" + fold + "/" : "/folds/" + fold + "/";
  if (fold.empty() || !results.has(group.substr(0, group.size() - 1)))
    throw InputError({.where = results.path(),
                      .expected = "a classification with the fold '" + fold + "'",
                      .got = "none"});
  TrainedFold out;
  out.config =
      run_config_from(parse_json(results.text_attribute("/", "config_json"), where), where);
  const Dataset data = load_data(out.config, where);
  std::uint64_t seed = out.config.seed;
  std::vector<int> train;
  if (is_final) {  // learned all samples, and was tested on them
    for (int i = 0; i < data.size(); ++i) out.test_index.push_back(i);
    train = out.test_index;
  } else {
    const auto [partition, number] = fold_numbers(fold, results.path() + ":/folds");
    seed = fold_seed(out.config, partition, number);
    out.test_index = indices(results, group + "test_index", data.size());
    auto sorted = out.test_index;
    std::sort(sorted.begin(), sorted.end());
    train = complement(sorted, data.size());
  }
  out.y_pred = indices(results, group + "y_pred", data.n_classes());
  if (out.test_index.empty() || out.y_pred.size() != out.test_index.size())
    throw InputError({.where = results.path() + ":" + group + "y_pred",
                      .expected = "one class per test sample",
                      .got = std::to_string(out.y_pred.size())});
  if (train.empty())
    throw InputError({.where = results.path() + ":" + group + "test_index",
                      .expected = "samples left to train on",
                      .got = "none"});
  out.y_test = data.labels(out.test_index);
  out.data = {.x_train = data.samples(train),
              .x_test = data.samples(out.test_index),
              .y_train = data.labels(train),
              .n_classes = data.n_classes(),
              .run_seed = out.config.seed,
              .fold_seed = seed};
  impute(out.data.x_train, out.data.x_test);
  const auto weights = results.doubles(group + "weights");
  if (weights.shape.size() != 2)
    throw InputError({.where = results.path() + ":" + group + "weights",
                      .expected = "the shape [pre, post]",
                      .got = std::to_string(weights.shape.size()) + " dimensions"});
  out.weights =
      Eigen::Map<const Weights>(weights.values.data(), static_cast<Eigen::Index>(weights.shape[0]),
                                static_cast<Eigen::Index>(weights.shape[1]));
  return out;
}

std::vector<int> test_again(const TrainedFold& fold, const Weights& weights) {
  const auto result = run_again(fold, weights, -1);
  if (result.weights.rows() != weights.rows())
    throw InputError({.where = "weights",
                      .expected = std::to_string(result.weights.rows()) + " rows",
                      .got = std::to_string(weights.rows())});
  return result.y_pred;
}

SampleTrace trace_sample(const TrainedFold& fold, int sample) {
  return run_again(fold, fold.weights, sample).trace.value();
}

}  // namespace memplast
