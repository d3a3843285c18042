#include "report_data.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "../../tasks/trained_network.hpp"

namespace memplast {
namespace {

[[noreturn]] void refuse(const h5::Reader& file, const std::string& name,
                         const std::string& expected, const std::string& got) {
  throw InputError({.where = file.path() + ":" + name, .expected = expected, .got = got});
}

/// Finite numbers, `n` of them unless that is 0.
std::vector<double> numbers(const h5::Reader& file, const std::string& name, std::size_t n = 0) {
  auto values = file.doubles(name).values;
  if (n > 0 && values.size() != n)
    refuse(file, name, std::to_string(n) + " numbers", std::to_string(values.size()));
  for (const double x : values)
    if (!std::isfinite(x)) refuse(file, name, "finite numbers", "another");
  return values;
}
double number(const h5::Reader& file, const std::string& name) {
  return numbers(file, name, 1).front();
}

Summary summary(const h5::Reader& file, const std::string& name) {
  const auto ci95 = numbers(file, "/summary/" + name + "_ci95", 2);
  return {.mean = number(file, "/summary/" + name + "_mean"),
          .sd = number(file, "/summary/" + name + "_sd"),
          .ci95_low = ci95[0],
          .ci95_high = ci95[1],
          .n = 0};
}

RunCosts costs(const h5::Reader& file, bool is_control) {
  constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
  const auto get = [&](const std::string& name) {
    return file.has("/summary/" + name) ? number(file, "/summary/" + name) : unknown;
  };
  const auto count = [&](const std::string& name) {
    if (!file.has("/summary/" + name)) return unknown;
    const auto values = file.integers("/summary/" + name).values;
    return values.size() == 1 ? static_cast<double>(values.front()) : unknown;
  };
  const std::string unit = is_control ? "decision" : "sample";
  RunCosts out{.input_spikes = get("input_spikes_per_" + unit),
               .simulated_ms = get("simulated_ms_per_" + unit),
               .read_energy_J = get("energy_J_per_" + unit),
               .training_writes = unknown,
               .training_energy_J = is_control ? get("training_energy_J") : unknown};
  if (const double samples = count("training_samples"); samples > 0.0) {
    out.training_writes = count("training/writes") / samples;
    out.training_energy_J =
        (get("training/read_energy_J") + get("training/write_energy_J")) / samples;
  }
  return out;
}

LearningCurve read_learning(const h5::Reader& file) {
  const auto column = [&](const std::string& name) {
    return file.integers("/learning/" + name).values;
  };
  const auto partition = column("partition"), fold = column("fold"),
             subnetwork = column("subnetwork"), samples = column("samples"),
             errors = column("errors");
  const std::size_t n = partition.size();
  for (const auto* values : {&fold, &subnetwork, &samples, &errors})
    if (values->size() != n)
      refuse(file, "/learning", std::to_string(n) + " rows", std::to_string(values->size()));
  // The rows of a sub-network stand together, in order of epochs.
  std::vector<std::vector<double>> courses;
  std::size_t epochs = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const bool same = i > 0 && partition[i] == partition[i - 1] && fold[i] == fold[i - 1] &&
                      subnetwork[i] == subnetwork[i - 1];
    if (!same) courses.emplace_back();
    courses.back().push_back(
        samples[i] > 0 ? static_cast<double>(errors[i]) / static_cast<double>(samples[i]) : 0.0);
    epochs = std::max(epochs, courses.back().size());
  }
  LearningCurve out;
  for (std::size_t e = 0; e < epochs && !courses.empty(); ++e) {
    std::vector<double> share;
    for (const auto& course : courses) share.push_back(course[std::min(e, course.size() - 1)]);
    std::sort(share.begin(), share.end());
    const auto at = [&](double part) {
      return share[static_cast<std::size_t>(part * static_cast<double>(share.size() - 1))];
    };
    out.mean.push_back(std::accumulate(share.begin(), share.end(), 0.0) /
                       static_cast<double>(share.size()));
    out.low.push_back(at(0.1));
    out.high.push_back(at(0.9));
  }
  return out;
}

void append(std::vector<double>& to, const std::vector<double>& values) {
  to.insert(to.end(), values.begin(), values.end());
}

void read_folds(const h5::Reader& file, ReportedRun& run) {
  const std::size_t n = run.class_names.size();
  if (n == 0 || n > 1000) refuse(file, "/class_names", "1 to 1000 classes", std::to_string(n));
  run.confusion.assign(n * n, 0.0);
  for (const auto& name : fold_names(file)) {
    const std::string group = "/folds/" + name + "/";
    const auto partition = to_number(std::string_view(name).substr(0, name.find('_')));
    if (!partition || std::abs(*partition) > 1e9)
      refuse(file, "/folds", "names as 0_0, of partition and fold", "'" + name + "'");
    run.folds.partition.push_back(static_cast<int>(*partition));
    run.folds.accuracy.push_back(number(file, group + "accuracy"));
    const auto confusion = file.integers(group + "confusion").values;
    if (confusion.size() != n * n)
      refuse(file, group + "confusion", std::to_string(n * n) + " numbers",
             std::to_string(confusion.size()));
    for (std::size_t i = 0; i < n * n; ++i) run.confusion[i] += static_cast<double>(confusion[i]);
    append(run.weights, numbers(file, group + "weights"));
  }
}

/// A sample of the first fold that was decided as it should be, else its first; none if the file
/// does not say all that it takes to show it again, or the data set was a file that is gone.
std::optional<ShownSample> show_sample(const h5::Reader& file, const std::string& fold_name,
                                       std::size_t n_classes) {
  try {
    const auto fold = read_trained_fold(file, fold_name);
    if (static_cast<std::size_t>(fold.data.n_classes) != n_classes) return {};
    int sample = 0;
    for (std::size_t i = fold.y_pred.size(); i-- > 0;)
      if (fold.y_pred[i] == fold.y_test[i]) sample = static_cast<int>(i);
    return ShownSample{trace_sample(fold, sample), fold.y_test[sample], fold.y_pred[sample]};
  } catch (const InputError&) {
    return {};
  }
}

Waterfall read_waterfall(const h5::Reader& file, const std::string& score) {
  Waterfall out;
  out.names = names_in(file, "/waterfall/names");
  const std::size_t n = out.names.size();
  if (n == 0 || n > 100) refuse(file, "/waterfall/names", "1 to 100 steps", std::to_string(n));
  out.mean = numbers(file, "/waterfall/" + score + "_mean", n);
  const auto ci95 = numbers(file, "/waterfall/" + score + "_ci95", 2 * n);
  for (std::size_t i = 0; i < n; ++i) {
    out.low.push_back(ci95[2 * i]);
    out.high.push_back(ci95[2 * i + 1]);
  }
  return out;
}

std::vector<Baseline> read_baselines(const h5::Reader& file) {
  std::vector<Baseline> out;
  for (const auto& name : file.children("/baselines")) {
    const std::string mean = "/baselines/" + name + "/accuracy_mean";
    const std::string each = "/baselines/" + name + "/accuracy";
    if (file.has(mean)) {
      out.push_back({name, number(file, mean), {}});
    } else if (file.has(each)) {
      const auto accuracies = numbers(file, each);
      double sum = 0.0;
      for (const double x : accuracies) sum += x;
      if (accuracies.empty()) continue;
      out.push_back({name, sum / static_cast<double>(accuracies.size()), {}});
    } else {
      continue;
    }
    const std::string difference = "/baselines/" + name + "/difference_";
    if (!file.has(difference + "mean") || !file.has(difference + "ci95")) continue;
    const auto ci95 = numbers(file, difference + "ci95");
    if (ci95.size() == 2)
      out.back().difference = {{number(file, difference + "mean"), ci95[0], ci95[1]}};
  }
  return out;
}

void read_classification(const h5::Reader& file, const std::filesystem::path& path,
                         ReportedRun& run) {
  run.class_names = names_in(file, "/class_names");
  read_folds(file, run);
  run.accuracy = summary(file, "accuracy");
  run.f1_macro = summary(file, "f1_macro");
  const auto first = fold_names(file).front();
  run.map = read_conductance_map(path, first);
  run.sample = show_sample(file, first, run.class_names.size());
  if (file.has("/learning")) run.learning = read_learning(file);
  if (file.has("/waterfall")) run.waterfall = read_waterfall(file, "accuracy");
  if (file.has("/baselines")) run.baselines = read_baselines(file);
}

void read_control(const h5::Reader& file, ReportedRun& run) {
  for (const auto& name : file.children("/seeds")) {
    const std::string group = "/seeds/" + name + "/";
    ControlSeed seed{.seed = name,
                     .training = numbers(file, group + "training/returns"),
                     .evaluation = numbers(file, group + "evaluation/returns"),
                     .state = numbers(file, group + "trajectory/state")};
    const auto shape = file.doubles(group + "trajectory/state").shape;
    if (shape.size() != 2) refuse(file, group + "trajectory/state", "[step, variable]", "another");
    seed.variables = shape[1];
    append(run.weights, numbers(file, group + "weights"));
    run.seeds.push_back(std::move(seed));
  }
  if (run.seeds.empty()) refuse(file, "/seeds", "at least one seed", "none");
  run.return_mean = number(file, "/summary/return_mean");
  run.return_sd = number(file, "/summary/return_sd");
  if (file.has("/waterfall")) run.waterfall = read_waterfall(file, "return");
}

}  // namespace

ReportedRun read_reported_run(const std::filesystem::path& path) {
  const h5::Reader file(path);
  const bool is_control = file.has("/seeds");
  if (!file.has("/model") || !file.has("/summary") || !(is_control || file.has("/folds")))
    throw InputError({.where = file.path(),
                      .expected = "a result file of memplast run",
                      .got = "another HDF5 file"});
  const std::string where = file.path() + ":@config_json";
  const json config = parse_json(file.text_attribute("/", "config_json"), where);
  ReportedRun run;
  run.file = path.filename().string();
  run.task = text_at(config, "task", where);
  run.encoder = config.contains("encoder") ? text_at(config, "encoder", where) : "temporal";
  run.protocol = config.contains("protocol") ? text_at(config, "protocol", where) : "";
  run.model = model_from_json(parse_json(file.text("/model"), file.path() + ":/model"),
                              file.path() + ":/model");
  run.rule = rule_name(run.model.rule);
  run.config = config.shown(2);
  for (const auto* name : {"command_line", "created_utc", "memplast_version"})
    run.provenance.emplace_back(name, file.text_attribute("/", name));
  run.provenance.emplace_back("sha256", sha256(read_text(path)));
  run.costs = costs(file, is_control);
  if (is_control)
    read_control(file, run);
  else
    read_classification(file, path, run);
  return run;
}

}  // namespace memplast
