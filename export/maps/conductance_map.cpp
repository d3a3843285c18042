#include "conductance_map.hpp"

#include <algorithm>

#include "../../lib/base/text.hpp"
#include "../../tasks/trained_network.hpp"

namespace memplast {
namespace {

void require_shape(const std::vector<std::size_t>& got, const std::vector<std::size_t>& expected,
                   const std::string& where) {
  const auto words = [](const std::vector<std::size_t>& shape) {
    std::vector<std::string> sizes;
    for (const auto n : shape) sizes.push_back(std::to_string(n));
    return "the shape [" + join(sizes) + "]";
  };
  if (got != expected)
    throw InputError({.where = where, .expected = words(expected), .got = words(got)});
}

}  // namespace

std::string metadata_text(const json& value) {
  if (value.is_number_float()) return to_text(value.get<double>());
  if (!value.is_string()) return value.dump();
  auto text = value.get<std::string>();
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = ' ';
  return text;
}

std::vector<std::string> fold_names(const h5::Reader& results) {
  const bool is_result =
      results.has_attribute("/", "schema") && results.has("/folds") && results.has("/model");
  if (!is_result)
    throw InputError({.where = results.path(),
                      .expected = "a result file of memplast run",
                      .got = "another HDF5 file"});
  if (const auto schema = results.text_attribute("/", "schema"); schema != "1" && schema != "2")
    throw InputError(
        {.where = results.path() + ":@schema", .expected = "1 or 2", .got = "'" + schema + "'"});
  auto folds = results.children("/folds");
  if (folds.empty())
    throw InputError(
        {.where = results.path() + ":/folds", .expected = "at least one fold", .got = "none"});
  return folds;
}

namespace {

ModelFile model_of(const h5::Reader& results) {
  const std::string where = results.path() + ":/model";
  return model_from_json(parse_json(results.text("/model"), where), where);
}

}  // namespace

ModelFile load_result_model(const std::filesystem::path& results) {
  return model_of(h5::Reader(results));
}

ConductanceMap read_conductance_map(const std::filesystem::path& path, const std::string& fold) {
  const h5::Reader results(path);
  auto folds = fold_names(results);
  if (results.has(std::string("/") + final_fold)) folds.push_back(final_fold);
  const std::string chosen = fold.empty() ? folds.front() : fold;
  if (std::find(folds.begin(), folds.end(), chosen) == folds.end())
    throw InputError({.where = results.path() + ":/folds",
                      .expected = "one of " + join(folds),
                      .got = "'" + chosen + "'"});

  ConductanceMap map;
  map.class_names = names_in(results, "/class_names");
  map.feature_names = names_in(results, "/encoder/feature_names");
  map.n_post = map.class_names.size();
  const auto per_pre = [&](const std::string& name) {
    auto labels = results.integers("/encoder/" + name);
    if (map.n_pre == 0) map.n_pre = labels.values.size();
    require_shape(labels.shape, {map.n_pre}, results.path() + ":/encoder/" + name);
    return std::move(labels.values);
  };
  map.subnetwork = per_pre("subnetwork");
  map.feature = per_pre("feature");
  map.field = per_pre("field");
  // Features beyond those of the data set are its principal axes (FeatureScaler).
  const auto named = static_cast<std::int64_t>(map.feature_names.size());
  for (const auto feature : map.feature) {
    const auto known = static_cast<std::int64_t>(map.feature_names.size());
    if (feature < 0 || feature > known)
      throw InputError({.where = results.path() + ":/encoder/feature",
                        .expected = "an index into feature_names, or of a further axis",
                        .got = std::to_string(feature)});
    if (feature == known)
      map.feature_names.push_back("principal axis " + std::to_string(known - named + 1));
  }

  const std::string group = chosen == final_fold ? "/" + chosen : "/folds/" + chosen;
  const auto per_device = [&](const std::string& name) {
    auto values = results.doubles(group + "/" + name);
    require_shape(values.shape, {map.n_pre, map.n_post}, results.path() + ":" + group + "/" + name);
    return std::move(values.values);
  };
  map.w = per_device("weights");
  map.conductance = per_device("conductance_S");

  const ModelFile model = model_of(results);
  map.device = model.conductance;
  map.metadata = {{"rule", rule_name(model.rule)},
                  {"G_min_S", model.conductance.G_min},
                  {"G_max_S", model.conductance.G_max},
                  {"fold", chosen},
                  {"seed", results.text_attribute("/", "seed")},
                  {"source_sha256", sha256(read_text(path))}};
  return map;
}

}  // namespace memplast
