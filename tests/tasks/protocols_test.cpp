#include <catch2/catch.hpp>

#include "models/rules/all.hpp"
#include "tasks/own_class.hpp"
#include "tasks/teacher_timed.hpp"

using namespace memplast;

namespace {

// Three classes in two features, `spread` apart from overlapping; every third sample is tested.
FoldData clusters(double spread, bool shuffled_labels = false) {
  Stream stream(1, Purpose::noise);
  const double centre[3][2] = {{0, 0}, {4, 1}, {2, 5}};
  FoldData fold;
  fold.n_classes = 3;
  fold.run_seed = 1;
  fold.fold_seed = 2;
  fold.x_train.resize(120, 2);
  fold.x_test.resize(60, 2);
  for (int i = 0; i < 180; ++i) {
    const int c = i % 3;
    const Eigen::RowVector2d x{centre[c][0] + spread * stream.normal(),
                               centre[c][1] + spread * stream.normal()};
    if (i < 120) {
      fold.x_train.row(i) = x;
      fold.y_train.push_back(c);
    } else {
      fold.x_test.row(i - 120) = x;
    }
  }
  if (shuffled_labels) stream.shuffle(std::span(fold.y_train));
  return fold;
}

double share_right(const FoldResult& result) {
  int right = 0;
  for (int i = 0; i < 60; ++i) right += result.y_pred[i] == i % 3;
  return right / 60.0;
}

// Small settings of each kind, so that a test takes a moment.
template <class S>
S small() {
  S s;
  if constexpr (requires { s.subnetworks; }) s.subnetworks = 2;
  if constexpr (std::is_same_v<S, TeacherTimedPoisson>) {
    s.epochs = 4;
    s.test = 200;
  }
  return s;
}

template <class S, PairRule R>
FoldResult run(const S& s, const R& rule, const FoldData& fold) {
  if constexpr (std::is_same_v<S, TeacherTimedTemporal>)
    return TeacherTimedTemporalProtocol<R>(s, rule).run(fold);
  else if constexpr (std::is_same_v<S, TeacherTimedPoisson>)
    return TeacherTimedPoissonProtocol<R>(s, Pairing::nearest_symmetric, rule).run(fold);
  else if constexpr (std::is_same_v<S, OwnClassTemporal>)
    return OwnClassTemporalProtocol<R>(s, rule).run(fold);
  else
    return OwnClassPoissonProtocol<R>(s, Pairing::nearest_symmetric, rule).run(fold);
}

// A rule plugged in from outside: no table, no window and state apart.
const FunctionRule own_rule{[](double dt, double w) {
  return dt > 0 ? 0.02 * (1 - w) * std::exp(-dt / 15 * (1 + 0.2 * w))
                : -0.02 * w * std::exp(dt / 15 * (1 + 0.2 * w));
}};

}  // namespace

TEMPLATE_TEST_CASE("each protocol learns separable classes with each rule", "[tasks][protocols]",
                   TeacherTimedTemporal, TeacherTimedPoisson, OwnClassTemporal, OwnClassPoisson) {
  const auto fold = clusters(0.5);
  const auto s = small<TestType>();
  // Chance is 0.33 +- 0.06; own_class settles for less than teacher_timed.
  const double enough = s.protocol == "own_class" ? 0.75 : 0.9;
  CHECK(share_right(run(s, NcMemristor<>{}, fold)) > enough);
  CHECK(share_right(run(s, PpxMemristor<>{}, fold)) > enough);
  CHECK(share_right(run(s, StdpExponential<>{}, fold)) > enough);
  CHECK(share_right(run(s, own_rule, fold)) > enough);
}

TEMPLATE_TEST_CASE("with shuffled labels a protocol stays at chance", "[tasks][protocols]",
                   TeacherTimedTemporal, TeacherTimedPoisson, OwnClassTemporal, OwnClassPoisson) {
  // 60 tests at chance 1/3: sd 0.061; four of them each way.
  const double share = share_right(run(small<TestType>(), NcMemristor<>{}, clusters(0.5, true)));
  CHECK(share > 0.333 - 0.25);
  CHECK(share < 0.333 + 0.25);
}

TEMPLATE_TEST_CASE("without training nothing is learned and no weight moves", "[tasks][protocols]",
                   TeacherTimedTemporal, TeacherTimedPoisson, OwnClassTemporal, OwnClassPoisson) {
  auto s = small<TestType>();
  s.epochs = 0;
  s.w0_spread = 0.0;
  const auto result = run(s, NcMemristor<>{}, clusters(0.5));
  CHECK((result.weights.array() == s.w0).all());
}

TEMPLATE_TEST_CASE("the cost of inference counts what happened", "[tasks][protocols]",
                   TeacherTimedTemporal, TeacherTimedPoisson, OwnClassTemporal, OwnClassPoisson) {
  auto s = small<TestType>();
  if constexpr (requires { s.subnetworks; }) s.subnetworks = 1;
  const auto cost = run(s, NcMemristor<>{}, clusters(0.5)).test;
  CHECK(cost.input_spikes > 0);
  CHECK(cost.reads == 3 * cost.input_spikes);  // one device per class
  CHECK(cost.read_weight > 0.0);
  CHECK(cost.read_weight < static_cast<double>(cost.reads));
  CHECK(cost.simulated_ms > 0.0);
}
