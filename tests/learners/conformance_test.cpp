// What every learning system must do, whatever it is: unfolds over learners().
#include "learners/learner.hpp"
#include "lib/base/parallel.hpp"
#include "models/model_file.hpp"
#include "models/rules/erased.hpp"
#include "tasks/environments/cartpole.hpp"
#include "tests/catch.hpp"

using namespace memplast;

namespace {

// Three classes in two features; every third sample is tested.
struct Data {
  Samples x_train{120, 2}, x_test{60, 2};
  std::vector<int> y_train, y_test;
};
Data clusters(bool shuffled_labels = false) {
  Stream stream(1, Purpose::noise);
  const double centre[3][2] = {{0, 0}, {4, 1}, {2, 5}};
  Data out;
  for (int i = 0; i < 180; ++i) {
    const int c = i % 3;
    const Eigen::RowVector2d x{centre[c][0] + 0.5 * stream.normal(),
                               centre[c][1] + 0.5 * stream.normal()};
    if (i < 120) {
      out.x_train.row(i) = x;
      out.y_train.push_back(c);
    } else {
      out.x_test.row(i - 120) = x;
      out.y_test.push_back(c);
    }
  }
  if (shuffled_labels) stream.shuffle(std::span(out.y_train));
  return out;
}

// Small, so that a test takes a moment.
Parameters small(const LearnerEntry& entry) {
  Parameters out = entry.settings;
  for (const auto& [key, value] : {std::pair<const char*, std::int64_t>{"subnetworks", 2},
                                   {"epochs", 4},
                                   {"test_ms", 200},
                                   {"sample_ms", 200},
                                   {"episodes", 12}})
    if (out.has(key)) out.set(key, Value(value), "test");
  return out;
}

Device device(const Variability& spread = {}) {
  Device out = device_of(load_model("nc"));
  out.spread = spread;
  out.programming = Programming::scaled;
  return out;
}

Context context(const Device& device, std::uint64_t seed = 7) {
  return {.device = device, .n_classes = 3, .run_seed = 5, .seed = seed};
}

struct Outcome {
  Decisions said;
  Weights weights;
  Ledger training, test;
};

Outcome learn(const LearnerEntry& entry, const Parameters& settings, const Context& given,
              const Data& data) {
  const auto learner = entry.classifier(settings, given);
  Training training;
  Outcome out;
  learner->fit(data.x_train, data.y_train, training);
  out.said = learner->decide(data.x_test, out.test);
  out.weights = stacked_weights(learner->blocks());
  out.training = training.spent;
  return out;
}

double share_right(const std::vector<int>& said, const std::vector<int>& y) {
  double right = 0.0;
  for (std::size_t i = 0; i < y.size(); ++i) right += said[i] == y[i];
  return right / static_cast<double>(y.size());
}

std::vector<const LearnerEntry*> classifiers() {
  std::vector<const LearnerEntry*> out;
  for (const LearnerEntry& entry : learners())
    if (entry.classifier != nullptr) out.push_back(&entry);
  return out;
}
std::vector<const LearnerEntry*> controllers() {
  std::vector<const LearnerEntry*> out;
  for (const LearnerEntry& entry : learners())
    if (entry.controller != nullptr) out.push_back(&entry);
  return out;
}

const Variability uneven{.dtod = 0.1, .ctoc = 0.1, .levels = 64, .read_noise = 0.02};

}  // namespace

TEST_CASE("the list: each learner is complete and found by its name", "[learners][conformance]") {
  REQUIRE(learners().size() >= 5);
  for (const LearnerEntry& entry : learners()) {
    CAPTURE(entry.name, entry.code);
    CHECK((entry.classifier != nullptr) != (entry.controller != nullptr));
    CHECK(entry.source.starts_with("doi:10."));
    CHECK(!entry.about.empty());
    CHECK(!entry.settings.table().empty());
    CHECK(&learner_entry(entry.name, entry.code, "test") == &entry);
  }
  CHECK_THROWS_AS(learner_entry("teacher", "temporal", "test"), InputError);
  CHECK_THROWS_AS(learner_entry("teacher_timed", "morse", "test"), InputError);
}

TEST_CASE("a classifier learns, and not from shuffled labels", "[learners][conformance]") {
  const auto* entry = GENERATE(from_range(classifiers()));
  CAPTURE(entry->name, entry->code);
  const auto data = clusters();
  // Chance is 0.33 +- 0.06.
  CHECK(share_right(learn(*entry, small(*entry), context(device()), data).said.y, data.y_test) >
        0.75);
  const double by_chance = share_right(
      learn(*entry, small(*entry), context(device()), clusters(true)).said.y, data.y_test);
  CHECK(by_chance > 0.333 - 0.25);
  CHECK(by_chance < 0.333 + 0.25);
}

TEST_CASE("a classifier learns with each rule, one from outside included",
          "[learners][conformance]") {
  const auto* entry = GENERATE(from_range(classifiers()));
  CAPTURE(entry->name, entry->code);
  // No table, no window and state apart.
  const FunctionRule own_rule{[](double dt, double w) {
    return dt > 0 ? 0.02 * (1 - w) * std::exp(-dt / 15 * (1 + 0.2 * w))
                  : -0.02 * w * std::exp(dt / 15 * (1 + 0.2 * w));
  }};
  const auto data = clusters();
  for (const RulePtr& rule :
       {device_of(load_model("ppx")).rule, device_of(load_model("stdp")).rule, erase(own_rule)}) {
    auto given = device();
    given.rule = rule;
    // Chance is 0.33 +- 0.06.
    CHECK(share_right(learn(*entry, small(*entry), context(given), data).said.y, data.y_test) >
          0.75);
  }
}

TEST_CASE("the pairing of a device is honoured where there is more than one pair",
          "[learners][conformance]") {
  const auto* entry = GENERATE(from_range(classifiers()));
  CAPTURE(entry->name, entry->code);
  const auto data = clusters();
  const auto weights = [&](Pairing pairing) {
    auto given = device();
    given.pairing = pairing;
    return learn(*entry, small(*entry), context(given), data).weights;
  };
  const auto nearest = weights(Pairing::nearest_symmetric);
  for (const auto pairing : {Pairing::first_spike, Pairing::all_to_all}) {
    // A burst has many spikes of an input, a sample many of its neuron; a volley has one of each,
    // so that every scheme sees the same pairs.
    if (entry->code == "poisson")
      CHECK(weights(pairing) != nearest);
    else
      CHECK(weights(pairing) == nearest);
  }
}

TEST_CASE("a classifier is a function of its seed, on any number of threads",
          "[learners][conformance]") {
  const auto* entry = GENERATE(from_range(classifiers()));
  CAPTURE(entry->name, entry->code);
  const auto data = clusters();
  const auto all = [&](int threads) {
    std::vector<Outcome> out(4);
    in_parallel(4, threads, [&](int k) {
      out[static_cast<std::size_t>(k)] = learn(
          *entry, small(*entry), context(device(uneven), static_cast<std::uint64_t>(k)), data);
    });
    return out;
  };
  const auto one = all(1), two = all(2), four = all(4);
  for (std::size_t k = 0; k < 4; ++k)
    for (const auto* more : {&two, &four}) {
      CHECK((*more)[k].weights == one[k].weights);
      CHECK((*more)[k].said.y == one[k].said.y);
      CHECK((*more)[k].said.scores == one[k].said.scores);
      CHECK((*more)[k].training.write_weight == one[k].training.write_weight);
    }
  CHECK(one[0].weights != one[1].weights);
}

TEST_CASE("what a classifier says of a row depends on no other row", "[learners][conformance]") {
  const auto* entry = GENERATE(from_range(classifiers()));
  CAPTURE(entry->name, entry->code);
  const auto data = clusters();
  const auto learner = entry->classifier(small(*entry), context(device()));
  Training training;
  Ledger spent;
  learner->fit(data.x_train, data.y_train, training);
  const auto together = learner->decide(data.x_test, spent);
  const auto backwards = learner->decide(data.x_test.colwise().reverse(), spent);
  for (int i = 0; i < 60; ++i) {
    const auto alone = learner->decide(data.x_test.row(i), spent);
    CHECK(alone.y.front() == together.y[static_cast<std::size_t>(i)]);
    CHECK(alone.scores.row(0) == together.scores.row(i));
    CHECK(backwards.scores.row(59 - i) == together.scores.row(i));
  }
}

TEST_CASE("without epochs no weight moves and nothing is written", "[learners][conformance]") {
  const auto* entry = GENERATE(from_range(classifiers()));
  CAPTURE(entry->name, entry->code);
  auto settings = small(*entry);
  settings.set("epochs", Value(std::int64_t{0}), "test");
  settings.set("w0_spread", Value(0.0), "test");
  const auto out = learn(*entry, settings, context(device()), clusters());
  CHECK((out.weights.array() == settings.number("w0")).all());
  CHECK(out.training.writes == 0);
  CHECK(out.training.write_weight == 0.0);
}

TEST_CASE("a learner's ledger adds up", "[learners][conformance]") {
  const auto* entry = GENERATE(from_range(classifiers()));
  CAPTURE(entry->name, entry->code);
  auto settings = small(*entry);
  if (settings.has("subnetworks")) settings.set("subnetworks", Value(std::int64_t{1}), "test");
  const auto data = clusters();
  const auto out = learn(*entry, settings, context(device()), data);
  CHECK(out.test.samples == 60);
  CHECK(out.test.reads == 3 * out.test.input_spikes);  // one device per class
  CHECK(out.test.writes == 0);
  CHECK(out.test.read_weight > 0.0);
  CHECK(out.test.read_weight < static_cast<double>(out.test.reads));
  CHECK(out.test.neuron_updates % (3 * 60) == 0);
  CHECK(out.test.simulated_ms > 0.0);
  CHECK(out.training.writes > 0);
  CHECK(out.training.write_weight < static_cast<double>(out.training.writes));
  CHECK(out.training.output_spikes > 0);
}

TEST_CASE("stuck devices transmit what they did before learning", "[learners][conformance]") {
  const auto* entry = GENERATE(from_range(classifiers()));
  CAPTURE(entry->name, entry->code);
  const Variability stuck{.stuck_low = 0.2, .stuck_high = 0.2};
  auto untrained = small(*entry);
  untrained.set("epochs", Value(std::int64_t{0}), "test");
  const auto before = learn(*entry, untrained, context(device(stuck)), clusters()).weights;
  const auto after = learn(*entry, small(*entry), context(device(stuck)), clusters()).weights;
  const auto extreme = before.array() == 0.0 || before.array() == 1.0;
  const double share = static_cast<double>(extreme.count()) / static_cast<double>(before.size());
  CHECK(share > 0.2);
  CHECK(share < 0.6);
  CHECK((!extreme || after.array() == before.array()).all());
  CHECK(after != before);
}

TEST_CASE("a map read back decides the same", "[learners][conformance]") {
  const auto* entry = GENERATE(from_range(classifiers()));
  CAPTURE(entry->name, entry->code);
  const auto data = clusters();
  const auto trained = learn(*entry, small(*entry), context(device()), data);
  auto untrained = small(*entry);
  untrained.set("epochs", Value(std::int64_t{0}), "test");
  auto given = context(device());
  given.start = trained.weights;
  const auto again = learn(*entry, untrained, given, data);
  CHECK(again.said.y == trained.said.y);
  CHECK(again.said.scores == trained.said.scores);
}

TEST_CASE("a network restored from its constants decides and costs the same",
          "[learners][conformance]") {
  const auto* entry = GENERATE(from_range(classifiers()));
  const bool is_uneven = GENERATE(false, true);
  CAPTURE(entry->name, entry->code, is_uneven);
  const auto data = clusters();
  auto settings = small(*entry);
  if (settings.has("pca_axes")) settings.set("pca_axes", Value(std::int64_t{1}), "test");
  const auto given = context(device(is_uneven ? uneven : Variability{}));
  const auto trained = entry->classifier(settings, given);
  Training training;
  trained->fit(data.x_train, data.y_train, training);
  const TrainedNetwork network = network_of(*trained);
  CHECK(network.rows.size() == static_cast<std::size_t>(network.weights.rows()));
  for (const Constant& c : network.constants) {
    CAPTURE(c.name);
    CHECK(!c.unit.empty());
    CHECK(!c.meaning.empty());
  }

  // Nothing else comes from training: other seeds, and devices become ideal.
  auto other = given;
  other.seed = 99;
  const auto restored = entry->classifier(settings, other);
  restored->restore(network, 2);
  CHECK(stacked_weights(restored->blocks()) == network.weights);
  Ledger spent, spent_again;
  const auto said = trained->decide(data.x_test, spent);
  const auto again = restored->decide(data.x_test, spent_again);
  CHECK(spent_again.input_spikes == spent.input_spikes);
  CHECK(spent_again.simulated_ms == spent.simulated_ms);
  if (!is_uneven) {
    CHECK(again.y == said.y);
    CHECK(again.scores == said.scores);
    CHECK(spent_again.read_weight == spent.read_weight);
    CHECK(spent_again.output_spikes == spent.output_spikes);
  }

  // What does not fit is refused.
  auto damaged = network;
  damaged.weights.conservativeResize(network.weights.rows() - 1, Eigen::NoChange);
  CHECK_THROWS_AS(restored->restore(damaged, 2), InputError);
  damaged = network;
  std::erase_if(damaged.constants, [](const Constant& c) { return c.name == "cut"; });
  CHECK_THROWS_AS(restored->restore(damaged, 2), InputError);
  damaged = network;
  damaged.rows.back().field.feature = 3;
  CHECK_THROWS_AS(restored->restore(damaged, 2), InputError);
}

TEST_CASE("a learner by pairs of spikes refuses signed weights", "[learners][conformance]") {
  const auto* entry = GENERATE(from_range(classifiers()));
  CAPTURE(entry->name, entry->code);
  Device pairs = device();
  pairs.mapping = Mapping::differential;
  CHECK_THROWS_AS(entry->classifier(small(*entry), context(pairs)), InputError);
}

TEST_CASE("a controller is a function of its seed, and learns nothing in no episode",
          "[learners][conformance]") {
  const auto* entry = GENERATE(from_range(controllers()));
  CAPTURE(entry->name, entry->code);
  const ControlProblem problem{
      2, {CartPole::state_scale.begin(), CartPole::state_scale.end()}, {5, 5, 8, 8}, 500.0};
  struct Controlled {
    Weights before, after;
    Ledger spent;
    std::vector<double> returns;
  };
  const auto run = [&](std::uint64_t seed, int episodes, const Variability& spread) {
    auto given = context(device(spread), seed);
    given.n_classes = 2;
    const auto learner = entry->controller(small(*entry), problem, given);
    Controlled out;
    out.before = stacked_weights(learner->blocks());
    learner->count_in(out.spent);
    CartPole pole;
    for (int episode = 0; episode < episodes; ++episode) {
      Stream start(seed, Purpose::episode, static_cast<std::uint64_t>(episode));
      pole.reset(start);
      learner->begin(pole.state());
      out.returns.push_back(run_episode(
          pole, [&](const CartPole::State&) { return learner->act(); },
          [&](int, const Transition& t) { learner->observe(pole.state(), t.terminated); }));
      learner->end(out.returns.back());
    }
    learner->finish();
    out.after = stacked_weights(learner->blocks());
    return out;
  };
  const auto a = run(1, 40, uneven), b = run(1, 40, uneven), c = run(2, 40, uneven);
  CHECK(a.returns == b.returns);
  CHECK(a.after == b.after);
  CHECK(a.returns != c.returns);
  CHECK(a.after != a.before);
  CHECK(a.spent.writes > 0);
  CHECK(a.spent.reads == 3 * a.spent.input_spikes);  // two actions and danger
  const auto none = run(1, 0, {});
  CHECK(none.after == none.before);
  CHECK(none.spent.writes == 0);
}
