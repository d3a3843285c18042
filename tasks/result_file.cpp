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
  out.dataset(name + "weights", values_of(fold.weights), shape_of(fold.weights), "1");
  const Weights siemens = fold.weights.unaryExpr([&](double w) { return device.siemens(w); });
  out.dataset(name + "conductance_S", values_of(siemens), shape_of(siemens), "S");
  out.dataset(name + "input_spikes", fold.cost.input_spikes, "1");
  out.dataset(name + "simulated_ms", fold.cost.simulated_ms, "ms");
  out.dataset(name + "energy_J", fold.energy_J, "J");
}

}  // namespace

void write_result(const std::filesystem::path& path, const RunRecord& run,
                  const std::string& command_line, const std::string& created_utc) {
  h5::Writer out(path);
  out.attribute("/", "schema", schema);
  out.attribute("/", "memplast_version", version());
  out.attribute("/", "command_line", command_line);
  out.attribute("/", "config_json", to_json(run.config).dump());
  out.attribute("/", "seed", run.config.seed);
  out.attribute("/", "created_utc", created_utc);
  out.text("/model", to_json(run.config.model).dump(2));
  out.text("/class_names", json(run.class_names).dump());
  write_encoder(out, run);
  write_summary(out, run);
  for (const FoldRecord& fold : run.folds)
    write_fold(out, fold, run.config.model.conductance, run.class_names.size());
  out.commit();
}

}  // namespace memplast
