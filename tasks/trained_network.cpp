#include "trained_network.hpp"

#include <algorithm>
#include <cmath>

#include "../lib/base/text.hpp"
#include "../lib/coding/scaler.hpp"
#include "../lib/io/json.hpp"
#include "classification.hpp"

namespace memplast {
namespace {

// The rows of a network, a data set each; what else stands in the group are constants.
constexpr const char* row_names[] = {"subnetwork", "feature", "field", "centre", "sigma"};
constexpr const char* row_meanings[] = {
    "sub-network of an input", "feature that drives it; beyond the data's own, a principal axis",
    "its receptive field among those of the feature", "centre of its receptive field",
    "width of its receptive field"};

bool is_row_name(const std::string& name) {
  return std::find(std::begin(row_names), std::end(row_names), name) != std::end(row_names);
}

void require(bool ok, const std::string& where, const std::string& expected) {
  if (!ok) throw InputError({.where = where, .expected = expected, .got = "something else"});
}

bool all_finite(const std::vector<double>& values) {
  return std::all_of(values.begin(), values.end(), [](double x) { return std::isfinite(x); });
}

std::vector<Constant> read_constants(const h5::Reader& results, const std::string& group) {
  std::vector<Constant> out;
  for (const h5::Entry& entry : results.entries()) {
    if (entry.is_group || !entry.path.starts_with(group + "/")) continue;
    const auto name = entry.path.substr(group.size() + 1);
    if (is_row_name(name)) continue;
    Constant c{.name = name, .shape = entry.shape, .numbers = {}, .unit = {}, .meaning = {}};
    if (entry.type.starts_with("int"))
      c.integers = results.integers(entry.path).values;
    else
      c.numbers = results.doubles(entry.path).values;
    require(all_finite(c.numbers), results.path() + ":" + entry.path, "finite numbers");
    out.push_back(std::move(c));
  }
  return out;
}

std::vector<InputRow> read_rows(const h5::Reader& results, const std::string& group) {
  const auto integers = [&](const char* name) { return results.integers(group + name).values; };
  const auto doubles = [&](const char* name) { return results.doubles(group + name).values; };
  const auto subnetwork = integers("subnetwork"), feature = integers("feature"),
             field = integers("field");
  const auto centre = doubles("centre"), sigma = doubles("sigma");
  const auto n = subnetwork.size();
  const std::string where = results.path() + ":" + group;
  require(feature.size() == n && field.size() == n && centre.size() == n && sigma.size() == n,
          where, "as many values of " + join({std::begin(row_names), std::end(row_names)}));
  const auto small = [](std::int64_t x) { return x >= 0 && x < 1'000'000; };
  std::vector<InputRow> out;
  for (std::size_t i = 0; i < n; ++i) {
    require(small(subnetwork[i]) && small(feature[i]) && small(field[i]), where, "small indices");
    require(std::isfinite(centre[i]) && std::isfinite(sigma[i]) && sigma[i] != 0.0, where,
            "a centre and a width");
    out.push_back(
        {static_cast<int>(subnetwork[i]),
         {static_cast<int>(feature[i]), static_cast<int>(field[i]), centre[i], sigma[i]}});
  }
  return out;
}

Weights read_weights(const h5::Reader& results, const std::string& name) {
  const auto w = results.doubles(name);
  require(w.shape.size() == 2 && all_finite(w.values), results.path() + ":" + name,
          "weights [pre, post]");
  return Eigen::Map<const Weights>(w.values.data(), static_cast<Eigen::Index>(w.shape[0]),
                                   static_cast<Eigen::Index>(w.shape[1]));
}

/// "/final" or "/folds/0_0"
std::string group_of(const h5::Reader& results, std::string& name) {
  if (!results.has("/folds") || !results.has("/class_names"))
    throw InputError({.where = results.path(),
                      .expected = "the result file of a classification",
                      .got = "another file"});
  auto known = results.children("/folds");
  if (results.has("/final")) known.insert(known.begin(), final_fold);
  if (name.empty() && !known.empty()) name = known.front();
  if (std::find(known.begin(), known.end(), name) == known.end())
    throw InputError({.where = results.path(),
                      .expected = "one of the networks " + join(known),
                      .got = "'" + name + "'"});
  const auto group = name == final_fold ? "/final" : "/folds/" + name;
  if (!results.has(group + "/network"))
    throw InputError({.where = results.path() + ":" + group,
                      .expected = "a trained network, as files of schema 2 have it",
                      .got = "none",
                      .mend = "Run it again: the file holds its configuration."});
  return group;
}

}  // namespace

std::vector<std::string> names_in(const h5::Reader& results, const std::string& dataset) {
  const std::string where = results.path() + ":" + dataset;
  const json list = parse_json(results.text(dataset), where);
  const bool texts = list.is_array() && std::all_of(list.begin(), list.end(), [](const json& item) {
                       return item.is_string();
                     });
  if (!texts) throw InputError({.where = where, .expected = "a list of texts", .got = list.dump()});
  return list.get<std::vector<std::string>>();
}

void write_network(h5::Writer& out, const std::string& group, const FoldResult& result) {
  std::vector<std::int64_t> index[3];
  std::vector<double> centre, sigma;
  for (const InputRow& row : result.rows) {
    index[0].push_back(row.subnetwork);
    index[1].push_back(row.field.feature);
    index[2].push_back(row.field.index);
    centre.push_back(row.field.centre);
    sigma.push_back(row.field.sigma);
  }
  const std::string name = group + "/network/";
  const std::vector<std::size_t> n{result.rows.size()};
  for (int k = 0; k < 3; ++k) out.dataset(name + row_names[k], index[k], n, "1");
  out.dataset(name + row_names[3], centre, n, "1");
  out.dataset(name + row_names[4], sigma, n, "1");
  for (int k = 0; k < 5; ++k) out.attribute(name + row_names[k], "long_name", row_meanings[k]);
  for (const Constant& c : result.constants) {
    if (c.integers.empty())
      out.dataset(name + c.name, c.numbers, c.shape, c.unit);
    else
      out.dataset(name + c.name, c.integers, c.shape, c.unit);
    out.attribute(name + c.name, "long_name", c.meaning);
  }
}

Predictor read_predictor(const h5::Reader& results, const std::string& name) {
  Predictor out{.name = name,
                .feature_names = {},
                .class_names = {},
                .range = {},
                .median = {},
                .classifier = nullptr};
  const std::string group = group_of(results, out.name), where = results.path() + ":@config_json";
  out.feature_names = names_in(results, "/encoder/feature_names");
  out.class_names = names_in(results, "/class_names");
  const RunConfig config =
      run_config_from(parse_json(results.text_attribute("/", "config_json"), where), where);
  out.range = config.model.conductance;
  const TrainedNetwork network{read_constants(results, group + "/network"),
                               read_rows(results, group + "/network/"),
                               read_weights(results, group + "/weights")};
  const auto n = static_cast<int>(out.feature_names.size());
  const auto is_median = [](const Constant& c) { return c.name == "median"; };
  if (std::any_of(network.constants.begin(), network.constants.end(), is_median))
    out.median = Eigen::Map<const Eigen::RowVectorXd>(
        network.numbers("median", {out.feature_names.size()}).data(), n);
  const LearnerEntry& entry = learner_entry(config.learner, config.code, where);
  out.classifier = entry.classifier(
      config.settings,
      {.device = device_of(config.model), .n_classes = static_cast<int>(out.class_names.size())});
  out.classifier->restore(network, n);
  return out;
}

std::vector<Prediction> predict(const Predictor& predictor, Samples x) {
  if (predictor.median) fill_missing(x, *predictor.median);
  std::vector<Prediction> out;
  for (Eigen::Index i = 0; i < x.rows(); ++i) {
    Prediction p{};
    const auto said = predictor.classifier->decide(x.row(i), p.spent);
    p.y = said.y.front();
    p.scores.assign(said.scores.data(), said.scores.data() + said.scores.size());
    out.push_back(std::move(p));
  }
  return out;
}

}  // namespace memplast
