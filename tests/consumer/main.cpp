// A rule of one's own in memplast; docs/custom_rule.md explains it.
#include <memplast/lib/engine/replay.hpp>
#include <memplast/tasks/data/dataset.hpp>
#include <memplast/tasks/data/metrics.hpp>
#include <memplast/tasks/data/splits.hpp>
#include <memplast/tasks/teacher_timed.hpp>

#include <cmath>
#include <iostream>
#include <vector>

int main() {
  // Exponential windows, softly bounded.
  const memplast::FunctionRule mine{[](double dt, double w) {
    return dt > 0 ? 0.1 * (1 - w) * std::exp(-dt / 20) : -0.1 * w * std::exp(dt / 20);
  }};

  // One synapse under given spikes.
  const std::vector<double> pre{10, 40, 70}, post{15, 45};
  const memplast::ReplaySettings settings{.delay_ms = 1, .w0 = 0.5};
  for (const double w : memplast::replay(mine, pre, post, settings)) std::cout << w << '\n';

  // A network that learns one fold of Iris.
  const auto iris = memplast::load_shipped_dataset("iris");
  const auto test = memplast::stratified_folds(iris.y, 5, 0).front();
  const auto train = memplast::complement(test, iris.size());
  const memplast::FoldData fold{.x_train = iris.samples(train),
                                .x_test = iris.samples(test),
                                .y_train = iris.labels(train),
                                .n_classes = iris.n_classes(),
                                .run_seed = 1,
                                .fold_seed = 1};
  const memplast::TeacherTimedTemporalProtocol protocol(memplast::TeacherTimedTemporal{}, mine);
  const auto learnt = protocol.run(fold);
  const auto confusion =
      memplast::confusion_matrix(iris.labels(test), learnt.y_pred, iris.n_classes());
  std::cout << "accuracy " << memplast::accuracy(confusion, iris.n_classes()) << '\n';
}
