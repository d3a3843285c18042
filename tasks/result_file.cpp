#include "result_file.hpp"

#include "../lib/base/version.hpp"
#include "../lib/io/h5.hpp"
#include "cost_table.hpp"
#include "trained_network.hpp"

namespace memplast {
namespace {

constexpr std::uint64_t schema = 2;

std::vector<std::int64_t> wide(const std::vector<int>& values) {
  return {values.begin(), values.end()};
}

std::vector<std::size_t> shape_of(const Weights& w) {
  return {static_cast<std::size_t>(w.rows()), static_cast<std::size_t>(w.cols())};
}

std::vector<double> values_of(const Weights& w) { return {w.data(), w.data() + w.size()}; }

void write_header(h5::Writer& out, const json& config, const ModelFile& model, std::uint64_t seed,
                  const Origin& origin) {
  out.attribute("/", "schema", schema);
  out.attribute("/", "memplast_version", version());
  out.attribute("/", "command_line", origin.command_line);
  out.attribute("/", "config_json", config.dump());
  out.attribute("/", "seed", seed);
  out.attribute("/", "created_utc", origin.created_utc);
  out.text("/model", to_json(model).dump(2));
}

void write_weights(h5::Writer& out, const std::string& name, const std::string& siemens_name,
                   const Weights& w, const Conductance& device) {
  out.dataset(name, values_of(w), shape_of(w), "1");
  const Weights siemens = w.unaryExpr([&](double x) { return device.siemens(x); });
  out.dataset(siemens_name, values_of(siemens), shape_of(siemens), "S");
}

void write_encoder(h5::Writer& out, const RunRecord& run) {
  std::vector<std::int64_t> subnetwork, feature, field;
  std::vector<double> centre, sigma;
  const std::vector<InputRow>& rows = run.folds.front().result.rows;
  for (const InputRow& row : rows) {
    subnetwork.push_back(row.subnetwork);
    feature.push_back(row.field.feature);
    field.push_back(row.field.index);
    centre.push_back(row.field.centre);
    sigma.push_back(row.field.sigma);
  }
  const std::vector<std::size_t> shape{rows.size()};
  out.text("/encoder/feature_names", json(run.feature_names).dump());
  out.dataset("/encoder/subnetwork", subnetwork, shape, "1");
  out.dataset("/encoder/feature", feature, shape, "1");
  out.dataset("/encoder/field", field, shape, "1");
  out.dataset("/encoder/centre", centre, shape, "1");
  out.dataset("/encoder/sigma", sigma, shape, "1");
}

void write_cost(h5::Writer& out, const std::string& name, const Ledger& cost,
                const Conductance& device) {
  for_each_cost(device, [&](const char* quantity, auto value, std::string_view unit) {
    out.dataset(name + quantity, value(cost), unit);
  });
}

void write_summary(h5::Writer& out, const RunRecord& run) {
  const auto write = [&](const std::string& name, const Summary& s) {
    out.dataset("/summary/" + name + "_mean", s.mean, "1");
    out.dataset("/summary/" + name + "_sd", s.sd, "1");
    out.dataset("/summary/" + name + "_ci95", std::vector<double>{s.ci95_low, s.ci95_high}, {2},
                "1");
  };
  write("accuracy", run.accuracy);
  write("f1_macro", run.f1_macro);
  out.dataset("/summary/n", std::int64_t{run.accuracy.n}, "1");
  const Conductance& device = run.config.model.conductance;
  const auto tested = static_cast<double>(run.test_samples);
  out.dataset("/summary/input_spikes_per_sample",
              static_cast<double>(run.test.input_spikes) / tested, "1");
  out.dataset("/summary/simulated_ms_per_sample", run.test.simulated_ms / tested, "ms");
  out.dataset("/summary/energy_J_per_sample", read_energy_J(run.test, device) / tested, "J");
  out.dataset("/summary/training_samples", run.training_samples, "1");
  out.dataset("/summary/test_samples", run.test_samples, "1");
  write_cost(out, "/summary/training/", run.training, device);
  write_cost(out, "/summary/test/", run.test, device);
}

/// `score` is "accuracy" or "return".
void write_variants(h5::Writer& out, const Variants& variants, const std::string& score) {
  if (!variants.fit_draws.empty())
    out.dataset("/fit_draws/" + score, variants.fit_draws, {variants.fit_draws.size()}, "1");
  if (variants.waterfall.empty()) return;
  json names = json::array();
  std::vector<double> mean, sd, ci95;
  for (const WaterfallStep& step : variants.waterfall) {
    names.push_back(step.name);
    mean.push_back(step.score.mean);
    sd.push_back(step.score.sd);
    ci95.insert(ci95.end(), {step.score.ci95_low, step.score.ci95_high});
  }
  out.text("/waterfall/names", names.dump());
  out.dataset("/waterfall/" + score + "_mean", mean, {mean.size()}, "1");
  out.dataset("/waterfall/" + score + "_sd", sd, {sd.size()}, "1");
  out.dataset("/waterfall/" + score + "_ci95", ci95, {mean.size(), 2}, "1");
}

/// One column over all folds, in the order of /folds.
void write_costs(h5::Writer& out, const RunRecord& run) {
  const Conductance& device = run.config.model.conductance;
  const auto write = [&](const std::string& group, Ledger FoldResult::*cost) {
    const auto column = [&](const std::string& name, auto value, std::string_view unit) {
      std::vector<decltype(value(Ledger{}))> values;
      for (const FoldRecord& fold : run.folds) values.push_back(value(fold.result.*cost));
      out.dataset("/cost/" + group + "/" + name, values, {values.size()}, unit);
    };
    for_each_cost(device, column);
  };
  write("training", &FoldResult::training);
  write("test", &FoldResult::test);
}

/// One row per epoch of a sub-network of a fold.
void write_learning(h5::Writer& out, const RunRecord& run) {
  const auto column = [&](const char* name, auto value) {
    std::vector<std::int64_t> values;
    for (const FoldRecord& fold : run.folds)
      for (const LearningPoint& point : fold.result.learning) values.push_back(value(fold, point));
    out.dataset(std::string("/learning/") + name, values, {values.size()}, "1");
  };
  using Fold = FoldRecord;
  using Point = LearningPoint;
  column("partition", [](const Fold& fold, const Point&) { return fold.partition; });
  column("fold", [](const Fold& fold, const Point&) { return fold.fold; });
  column("subnetwork", [](const Fold&, const Point& point) { return point.subnetwork; });
  column("epoch", [](const Fold&, const Point& point) { return point.epoch; });
  column("samples", [](const Fold&, const Point& point) { return point.samples; });
  column("errors", [](const Fold&, const Point& point) { return point.errors; });
  column("updates", [](const Fold&, const Point& point) { return point.updates; });
}

void write_history(h5::Writer& out, const std::string& name, const std::vector<Weights>& epochs) {
  if (epochs.empty()) return;
  std::vector<double> values;
  for (const Weights& w : epochs) values.insert(values.end(), w.data(), w.data() + w.size());
  const auto shape = shape_of(epochs.front());
  out.compressed(name, values, {epochs.size(), shape[0], shape[1]}, "1");
}

void write_final(h5::Writer& out, const FoldRecord& all, const Conductance& device) {
  const FoldResult& result = all.result;
  const std::vector<std::size_t> n{all.y_true.size()};
  out.dataset("/final/y_true", wide(all.y_true), n, "1");
  out.dataset("/final/y_pred", wide(all.y_pred), n, "1");
  write_weights(out, "/final/weights", "/final/conductance_S", result.weights, device);
  write_cost(out, "/final/training/", result.training, device);
  write_network(out, "/final", result);
}

void write_fold(h5::Writer& out, const FoldRecord& fold, const Conductance& device,
                std::size_t n_classes) {
  const auto name =
      "/folds/" + std::to_string(fold.partition) + "_" + std::to_string(fold.fold) + "/";
  const std::vector<std::size_t> n_test{fold.y_true.size()};
  out.dataset(name + "test_index", wide(fold.test_index), n_test, "1");
  out.dataset(name + "y_true", wide(fold.y_true), n_test, "1");
  out.dataset(name + "y_pred", wide(fold.y_pred), n_test, "1");
  out.dataset(name + "confusion", fold.confusion, {n_classes, n_classes}, "1");
  out.dataset(name + "accuracy", fold.accuracy, "1");
  out.dataset(name + "f1_macro", fold.f1_macro, "1");
  const FoldResult& result = fold.result;
  write_weights(out, name + "weights", name + "conductance_S", result.weights, device);
  out.dataset(name + "input_spikes", result.test.input_spikes, "1");
  out.dataset(name + "simulated_ms", result.test.simulated_ms, "ms");
  out.dataset(name + "energy_J", read_energy_J(result.test, device), "J");
  write_history(out, name + "weights_history", result.weights_history);
  write_network(out, name.substr(0, name.size() - 1), result);
}

void write_control_summary(h5::Writer& out, const ControlSummary& s) {
  out.dataset("/summary/return_mean", s.returns.mean, "1");
  out.dataset("/summary/return_sd", s.returns.sd, "1");
  out.dataset("/summary/return_ci95", std::vector{s.returns.ci95_low, s.returns.ci95_high}, {2},
              "1");
  out.dataset("/summary/return_worst", s.return_worst, "1");
  out.dataset("/summary/seeds_solved", std::int64_t{s.seeds_solved}, "1");
  out.dataset("/summary/episodes_to_solve", s.episodes_to_solve, "1");
  out.dataset("/summary/input_spikes_per_decision", s.input_spikes_per_decision, "1");
  out.dataset("/summary/simulated_ms_per_decision", s.simulated_ms_per_decision, "ms");
  out.dataset("/summary/energy_J_per_decision", s.energy_J_per_decision, "J");
  out.dataset("/summary/training_energy_J", s.training_energy_J, "J");
}

void write_seed(h5::Writer& out, const ControlRun& run, bool first_spike,
                const Conductance& device) {
  const auto name = "/seeds/" + std::to_string(run.seed) + "/";
  out.dataset(name + "training/returns", run.training, {run.training.size()}, "1");
  out.dataset(name + "training/episodes_to_solve", run.episodes_to_solve, "1");
  out.dataset(name + "evaluation/returns", run.evaluation, {run.evaluation.size()}, "1");
  write_cost(out, name + "training/", run.training_cost, device);
  write_cost(out, name + "evaluation/", run.evaluation_cost, device);
  write_weights(out, name + "weights_before", name + "conductance_before_S", run.before, device);
  write_weights(out, name + "weights", name + "conductance_S", run.after, device);
  const Trajectory& t = run.trajectory;
  const auto steps = t.action.size();
  out.dataset(name + "trajectory/state", t.state, {steps, t.state.size() / steps}, "1");
  out.dataset(name + "trajectory/action", t.action, {steps}, "1");
  out.dataset(name + "trajectory/" + (first_spike ? "first_spike_ms" : "score"), t.output,
              {steps, t.output.size() / steps}, first_spike ? "ms" : "1");
}

}  // namespace

void write_result(const std::filesystem::path& path, const RunRecord& run, const Origin& origin) {
  h5::Writer out(path);
  write_header(out, to_json(run.config), run.config.model, run.config.seed, origin);
  out.text("/class_names", json(run.class_names).dump());
  write_encoder(out, run);
  write_summary(out, run);
  write_variants(out, run.variants, "accuracy");
  write_costs(out, run);
  write_learning(out, run);
  for (const FoldRecord& fold : run.folds)
    write_fold(out, fold, run.config.model.conductance, run.class_names.size());
  if (run.final_network) write_final(out, *run.final_network, run.config.model.conductance);
  out.commit();
}

void write_result(const std::filesystem::path& path, const ControlRecord& record,
                  const Origin& origin) {
  const ControlConfig& config = record.config;
  h5::Writer out(path);
  write_header(out, to_json(config), config.model, config.seed, origin);
  const EnvironmentEntry& environment = control_task(config.task);
  out.text("/encoder/feature_names", json(environment.state_names).dump());
  out.text("/action_names", json(environment.action_names).dump());
  write_control_summary(out, record.summary);
  write_variants(out, record.variants, "return");
  const bool first_spike = decides_by_first_spike(config.learner, config.code);
  for (const ControlRun& run : record.runs)
    write_seed(out, run, first_spike, config.model.conductance);
  out.commit();
}

}  // namespace memplast
