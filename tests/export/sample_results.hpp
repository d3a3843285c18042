#pragma once
#include <filesystem>

#include "lib/h5.hpp"
#include "models/model_file.hpp"

namespace memplast::test {

/// A result file of schema 1 made by hand: 2 inputs, 3 classes, 2 folds, every value distinct.
/// `change` may add to it.
template <class Change>
void write_results(const std::filesystem::path& path, const Change& change) {
  using Doubles = std::vector<double>;
  using Integers = std::vector<std::int64_t>;
  auto model = load_model("nc");
  model.conductance.G_min = 1e-6;
  model.conductance.G_max = 1.1e-5;

  h5::Writer file(path);
  file.attribute("/", "schema", std::uint64_t{1});
  file.attribute("/", "memplast_version", "0.1.0");
  file.attribute("/", "command_line", "memplast run");
  file.attribute("/", "created_utc", "2026-01-01T00:00:00Z");
  file.attribute("/", "config_json", R"({"task": "iris", "seed": 7})");
  file.attribute("/", "seed", std::uint64_t{7});
  file.text("/model", to_json(model).dump());
  file.text("/class_names", R"(["a", "b, or not", "c"])");
  file.text("/encoder/feature_names", R"(["length_cm", "width \"w\""])");
  file.dataset("/encoder/subnetwork", Integers{0, 1}, {2}, "1");
  file.dataset("/encoder/feature", Integers{1, 0}, {2}, "1");
  file.dataset("/encoder/field", Integers{4, 5}, {2}, "1");
  file.dataset("/summary/accuracy_mean", 0.96, "1");
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
    file.dataset(group + "y_true", Integers{0, 1, 2, 2, 1}, {5}, "1");
  }
  change(file);
  file.commit();
}
inline void write_results(const std::filesystem::path& path) {
  write_results(path, [](h5::Writer&) {});
}

}  // namespace memplast::test
