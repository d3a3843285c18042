#include <iostream>
#include <memory>

#include "../export/maps/map_file.hpp"
#include "../tasks/data/metrics.hpp"
#include "../tasks/trained_fold.hpp"
#include "command_line.hpp"
#include "commands.hpp"
#include "output.hpp"

namespace memplast::cli {
namespace {

struct RetestCommand {
  std::string results;
  std::vector<std::string> maps;
  bool json = false;
};

struct Outcome {
  std::string map, fold;
  double trained, through_map;
};

double accuracy_of(const TrainedFold& fold, const std::vector<int>& y_pred) {
  const int n = fold.data.n_classes;
  return accuracy(confusion_matrix(fold.y_test, y_pred, n), n);
}

Outcome retest(const h5::Reader& results, const std::string& source_sha256,
               const std::string& path) {
  const auto devices = read_device_layout(path);
  const json& metadata = devices.map.metadata;
  if (text_at(metadata, "source_sha256", path) != source_sha256)
    throw InputError({.where = path,
                      .expected = "a map exported from " + results.path(),
                      .got = "one of another file"});
  const auto name = text_at(metadata, "fold", path);
  const auto fold = read_trained_fold(results, name);
  const auto w = weights_of(devices);
  const Weights weights =
      Eigen::Map<const Weights>(w.data(), static_cast<Eigen::Index>(devices.map.n_pre),
                                static_cast<Eigen::Index>(devices.map.n_post));
  return {path, name, accuracy_of(fold, fold.y_pred), accuracy_of(fold, test_again(fold, weights))};
}

void run(const RetestCommand& c) {
  const h5::Reader results(c.results);
  const auto sha = sha256(read_text(c.results));
  json folds = json::array();
  std::vector<std::vector<std::string>> rows{{"map", "fold", "as trained", "through the map"}};
  double trained = 0.0, through_map = 0.0;
  const auto percent = [](double x) { return rounded(100.0 * x, 4) + " %"; };
  for (const auto& path : c.maps) {
    const auto outcome = retest(results, sha, path);
    trained += outcome.trained / static_cast<double>(c.maps.size());
    through_map += outcome.through_map / static_cast<double>(c.maps.size());
    folds.push_back({{"map", path},
                     {"fold", outcome.fold},
                     {"accuracy_trained", outcome.trained},
                     {"accuracy_through_map", outcome.through_map}});
    rows.push_back({path, outcome.fold, percent(outcome.trained), percent(outcome.through_map)});
  }
  if (c.maps.size() > 1) rows.push_back({"mean", "", percent(trained), percent(through_map)});
  if (c.json)
    print_json(
        {{"folds", folds}, {"accuracy_trained", trained}, {"accuracy_through_map", through_map}});
  else
    print_table(rows);
}

}  // namespace

void add_retest(CommandLine& app) {
  auto c = std::make_shared<RetestCommand>();
  const auto command =
      app.add("retest", "Test a run's folds again through exported maps of conductances", c->json);
  command.option("results", c->results, "result file of memplast run").required();
  command
      .option("--map", c->maps,
              "maps exported from it as CSV, JSON or HDF5; each is tested on its own fold")
      .required()
      .type_name("FILE...");
  command.action([c] { run(*c); });
}

}  // namespace memplast::cli
