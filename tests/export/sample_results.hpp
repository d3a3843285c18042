#pragma once
#include <filesystem>

#include "lib/io/h5.hpp"
#include "models/model_file.hpp"

namespace memplast::test {

/// The texts in a result file; they may be what an enemy would write.
struct SampleNames {
  std::string config = R"({"task": "iris", "encoder": "poisson", "seed": 7})";
  std::string classes = R"(["a", "b, or not", "c"])";
  std::string features = R"(["length_cm", "width \"w\""])";
  std::string command_line = "memplast run";
};
/// A result file of schema 1 made by hand: 2 inputs, 3 classes, 2 folds, every value distinct.
/// `change` may add to it.
template <class Change>
void write_results(const std::filesystem::path& path, const Change& change,
                   const SampleNames& names = {}) {
  using Doubles = std::vector<double>;
  using Integers = std::vector<std::int64_t>;
  auto model = load_model("nc");
  model.conductance.G_min = 1e-6;
  model.conductance.G_max = 1.1e-5;

  h5::Writer file(path);
  file.attribute("/", "schema", std::uint64_t{1});
  file.attribute("/", "memplast_version", "0.1.0");
  file.attribute("/", "command_line", names.command_line);
  file.attribute("/", "created_utc", "2026-01-01T00:00:00Z");
  file.attribute("/", "config_json", names.config);
  file.attribute("/", "seed", std::uint64_t{7});
  file.text("/model", to_json(model).dump());
  file.text("/class_names", names.classes);
  file.text("/encoder/feature_names", names.features);
  file.dataset("/encoder/subnetwork", Integers{0, 1}, {2}, "1");
  file.dataset("/encoder/feature", Integers{1, 0}, {2}, "1");
  file.dataset("/encoder/field", Integers{4, 5}, {2}, "1");
  for (const std::string score : {"accuracy", "f1_macro"}) {
    file.dataset("/summary/" + score + "_mean", 0.96, "1");
    file.dataset("/summary/" + score + "_sd", 0.02, "1");
    file.dataset("/summary/" + score + "_ci95", Doubles{0.93, 0.99}, {2}, "1");
  }
  file.dataset("/summary/energy_J_per_sample", 2.5e-11, "J");
  file.dataset("/summary/n", std::int64_t{2}, "1");
  for (const auto* fold : {"0_0", "0_1"}) {
    const std::string group = std::string("/folds/") + fold + "/";
    const double first = fold[2] == '0' ? 0.1 : 0.7;
    Doubles w, siemens;
    for (int i = 0; i < 6; ++i) {
      w.push_back(first + i * 0.03);
      siemens.push_back(model.conductance.siemens(w.back()));
    }
    file.dataset(group + "weights", w, {2, 3}, "1");
    file.dataset(group + "conductance_S", siemens, {2, 3}, "S");
    file.dataset(group + "accuracy", fold[2] == '0' ? 0.94 : 0.98, "1");
    file.dataset(group + "confusion", Integers{1, 0, 0, 0, 1, 1, 0, 0, 2}, {3, 3}, "1");
    file.dataset(group + "y_true", Integers{0, 1, 2, 2, 1}, {5}, "1");
  }
  change(file);
  file.commit();
}
inline void write_results(const std::filesystem::path& path) {
  write_results(path, [](h5::Writer&) {});
}

}  // namespace memplast::test
