// A measured window in, conductances to program out; docs/cpp.md explains it.
#include <filesystem>
#include <iostream>
#include <memplast/memplast.hpp>

int main(int argc, char* argv[]) try {
  const std::string window = argc > 1 ? argv[1] : "nc_window.csv";

  // Fit the rule of the nanocomposite memristor.
  const auto measured = memplast::read_window(window);
  const auto fit = memplast::fit_window("nc", measured);
  for (const auto& p : fit.params) std::cout << p.key << ' ' << p.value << '\n';

  // Train networks with it: five folds of Iris on two threads.
  const auto iris = memplast::load_shipped_dataset("iris");
  memplast::RunConfig config;
  config.model = memplast::model_from_fit(fit, measured);
  config.settings = memplast::preset("iris", "teacher_timed", "temporal", "nc", 4);
  config.partitions = 1;
  const auto run = memplast::run_classification(config, iris, 2);
  std::cout << "accuracy " << run.accuracy.mean << " +- " << run.accuracy.sd << '\n';

  // Keep the whole run, and the conductances of its first fold.
  memplast::write_result("iris.h5", run, {});
  const auto map = memplast::read_conductance_map("iris.h5", "");
  const auto text = memplast::to_csv(memplast::lay_out(map, memplast::Mapping::single));
  memplast::write_text("map.csv", text);
  std::cout << map.n_pre << " x " << map.n_post << " devices, SHA-256 of map.csv "
            << memplast::sha256(text) << '\n';
} catch (const memplast::InputError& error) {
  std::cerr << error.what() << '\n';  // says where, what was expected, and what was found
  return 2;
}
