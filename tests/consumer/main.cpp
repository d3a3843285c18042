// A rule of one's own in memplast; docs/custom_rule.md explains it.
#include <memplast/learners/teacher_timed.hpp>
#include <memplast/lib/engine/replay.hpp>
#include <memplast/models/rules/erased.hpp>
#include <memplast/tasks/data/dataset.hpp>
#include <memplast/tasks/data/metrics.hpp>
#include <memplast/tasks/data/splits.hpp>

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
  const auto learner = memplast::teacher_timed(
      memplast::TeacherTimedTemporal{},
      {.device = {.rule = erase(mine)}, .n_classes = iris.n_classes(), .run_seed = 1, .seed = 1});
  memplast::Training training;
  learner->fit(iris.samples(train), iris.labels(train), training);
  memplast::Ledger spent;
  const auto learnt = learner->decide(iris.samples(test), spent);
  const auto confusion = memplast::confusion_matrix(iris.labels(test), learnt.y, iris.n_classes());
  std::cout << "accuracy " << memplast::accuracy(confusion, iris.n_classes()) << '\n';
}
