#include "result_file.hpp"

#include "../lib/h5.hpp"
#include "../lib/version.hpp"

namespace memplast {
namespace {

constexpr std::uint64_t schema = 1;

std::vector<std::int64_t> wide(const std::vector<int>& values) {
  return {values.begin(), values.end()};
}

std::vector<std::size_t> shape_of(const Weights& w) {
  return {static_cast<std::size_t>(w.rows()), static_cast<std::size_t>(w.cols())};
}

std::vector<double> values_of(const Weights& w) { return {w.data(), w.data() + w.size()}; }

void write_header(h5::Writer& out, const json& config, const ModelFile& model, std::uint64_t seed,
                  const std::string& command_line, const std::string& created_utc) {
  out.attribute("/", "schema", schema);
  out.attribute("/", "memplast_version", version());
  out.attribute("/", "command_line", command_line);
  out.attribute("/", "config_json", config.dump());
  out.attribute("/", "seed", seed);
  out.attribute("/", "created_utc", created_utc);
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
  for (const InputRow& row : run.rows) {
    subnetwork.push_back(row.subnetwork);
    feature.push_back(row.field.feature);
    field.push_back(row.field.index);
    centre.push_back(row.field.centre);
    sigma.push_back(row.field.sigma);
  }
  const std::vector<std::size_t> shape{run.rows.size()};
  out.text("/encoder/feature_names", json(run.feature_names).dump());
  out.dataset("/encoder/subnetwork", subnetwork, shape, "1");
  out.dataset("/encoder/feature", feature, shape, "1");
  out.dataset("/encoder/field", field, shape, "1");
  out.dataset("/encoder/centre", centre, shape, "1");
  out.dataset("/encoder/sigma", sigma, shape, "1");
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
  out.dataset("/summary/input_spikes_per_sample", run.input_spikes_per_sample, "1");
  out.dataset("/summary/simulated_ms_per_sample", run.simulated_ms_per_sample, "ms");
  out.dataset("/summary/energy_J_per_sample", run.energy_J_per_sample, "J");
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
  write_weights(out, name + "weights", name + "conductance_S", fold.weights, device);
  out.dataset(name + "input_spikes", fold.cost.input_spikes, "1");
  out.dataset(name + "simulated_ms", fold.cost.simulated_ms, "ms");
  out.dataset(name + "energy_J", fold.energy_J, "J");
}

void write_control_summary(h5::Writer& out, const ControlSummary& s) {
  out.dataset("/summary/return_mean", s.return_mean, "1");
  out.dataset("/summary/return_sd", s.return_sd, "1");
  out.dataset("/summary/return_worst", s.return_worst, "1");
  out.dataset("/summary/seeds_solved", std::int64_t{s.seeds_solved}, "1");
  out.dataset("/summary/episodes_to_solve", s.episodes_to_solve, "1");
  out.dataset("/summary/input_spikes_per_decision", s.input_spikes_per_decision, "1");
  out.dataset("/summary/simulated_ms_per_decision", s.simulated_ms_per_decision, "ms");
  out.dataset("/summary/energy_J_per_decision", s.energy_J_per_decision, "J");
  out.dataset("/summary/training_energy_J", s.training_energy_J, "J");
}

void write_cost(h5::Writer& out, const std::string& name, const ControlCost& cost,
                const Conductance& device) {
  out.dataset(name + "decisions", cost.decisions, "1");
  out.dataset(name + "input_spikes", cost.input_spikes, "1");
  out.dataset(name + "reads", cost.reads, "1");
  out.dataset(name + "writes", cost.writes, "1");
  out.dataset(name + "simulated_ms", cost.simulated_ms, "ms");
  out.dataset(name + "read_energy_J", read_energy_J(cost, device), "J");
  out.dataset(name + "write_energy_J", write_energy_J(cost, device), "J");
}

void write_seed(h5::Writer& out, const ControlRun& run, const Conductance& device) {
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
  out.dataset(name + "trajectory/first_spike_ms", t.first_spike_ms,
              {steps, t.first_spike_ms.size() / steps}, "ms");
}

}  // namespace

void write_result(const std::filesystem::path& path, const RunRecord& run,
                  const std::string& command_line, const std::string& created_utc) {
  h5::Writer out(path);
  write_header(out, to_json(run.config), run.config.model, run.config.seed, command_line,
               created_utc);
  out.text("/class_names", json(run.class_names).dump());
  write_encoder(out, run);
  write_summary(out, run);
  for (const FoldRecord& fold : run.folds)
    write_fold(out, fold, run.config.model.conductance, run.class_names.size());
  out.commit();
}

void write_result(const std::filesystem::path& path, const ControlRecord& record,
                  const std::string& command_line, const std::string& created_utc) {
  const ControlConfig& config = record.config;
  h5::Writer out(path);
  write_header(out, to_json(config), config.model, config.seed, command_line, created_utc);
  out.text("/encoder/feature_names", json(CartPole::state_names).dump());
  out.text("/action_names", json(CartPole::action_names).dump());
  write_control_summary(out, record.summary);
  for (const ControlRun& run : record.runs) write_seed(out, run, config.model.conductance);
  out.commit();
}

}  // namespace memplast
