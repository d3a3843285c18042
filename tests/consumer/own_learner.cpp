// A learning system of one's own on any device; docs/custom_learner.md explains it.
#include <cmath>
#include <iostream>
#include <memplast/memplast.hpp>

using namespace memplast;

struct DeltaSettings {
  int epochs = 30;
  double eta = 0.3;

  static constexpr auto params() {
    using P = DeltaSettings;
    return std::tuple{
        Param<P, int>{"epochs", "1", "passes over the training samples", &P::epochs, 0, 100000},
        Param<P, double>{"eta", "1", "step per unit of error", &P::eta, 1e-6, 10}};
  }
};

/// The delta rule (Widrow and Hoff 1960): y = softmax(x W), dW = eta x^T (target - y).
class Delta final : public Classifier {
 public:
  Delta(const DeltaSettings& settings, const Context& context) : s_(settings), context_(context) {}

  void fit(const Samples& x, std::span<const int> y, Training& training) override {
    scaler_.emplace(x, 2.5, 0);
    const Samples u = inputs(x);
    synapses_.emplace(context_.device, Weights::Zero(u.cols(), context_.n_classes), context_.seed);
    synapses_->count_in(training.spent);
    for (int epoch = 0; epoch < s_.epochs; ++epoch) {
      int errors = 0;
      for (const int i : Stream(context_.seed, Purpose::order, epoch).permutation(int(y.size()))) {
        Eigen::RowVectorXd error = -output(u.row(i));
        Eigen::Index said;
        error.minCoeff(&said);
        errors += said != y[i];
        error[y[i]] += 1.0;
        synapses_->step(s_.eta * u.row(i).transpose() * error);  // the devices decide what happens
      }
      training.learning.push_back({0, epoch, int(y.size()), errors, int(y.size())});
    }
    synapses_->age();
  }

  Decisions decide(const Samples& x, Ledger& spent) override {
    synapses_->count_in(spent);
    const Samples u = inputs(x);
    Decisions out{{}, Samples(x.rows(), context_.n_classes)};
    for (Eigen::Index i = 0; i < u.rows(); ++i) {
      Eigen::Index said;
      out.scores.row(i) = output(u.row(i));
      out.scores.row(i).maxCoeff(&said);
      out.y.push_back(int(said));
    }
    return out;
  }

  std::string_view score_name() const override { return "probability"; }
  SampleTrace trace(const Samples&) override { return {}; }  // no spikes to show
  std::vector<Block> blocks() const override { return {{"output", &*synapses_, {}}}; }

 private:
  // The scaled features, and a constant for the bias.
  Samples inputs(const Samples& x) const {
    Samples u = scaler_->transform(x);
    u.conservativeResize(Eigen::NoChange, u.cols() + 1);
    u.rightCols(1).setOnes();
    return u;
  }
  Eigen::RowVectorXd output(const Eigen::RowVectorXd& u) {
    synapses_->read();
    const Eigen::RowVectorXd a = u * synapses_->seen();
    const Eigen::RowVectorXd e = (a.array() - a.maxCoeff()).exp();
    return e / e.sum();
  }

  DeltaSettings s_;
  Context context_;
  std::optional<FeatureScaler> scaler_;
  std::optional<Synapses> synapses_;
};

int main() {
  const auto iris = load_shipped_dataset("iris");
  const auto test = stratified_folds(iris.y, 5, 0).front();
  const auto train = complement(test, iris.size());

  Device device = device_of(load_model("nc"));
  device.mapping = Mapping::differential;  // signed weights: two devices each
  device.w_max = 8.0;
  for (const auto programming : {Programming::ideal, Programming::pulses, Programming::verified}) {
    device.programming = programming;
    device.pulse_w = 0.01;
    Delta learner(DeltaSettings{},
                  {.device = device, .n_classes = iris.n_classes(), .run_seed = 1, .seed = 1});
    Training training;
    learner.fit(iris.samples(train), iris.labels(train), training);
    Ledger spent;
    const auto said = learner.decide(iris.samples(test), spent);
    const auto confusion = confusion_matrix(iris.labels(test), said.y, iris.n_classes());
    std::cout << to_string(programming) << ": accuracy " << accuracy(confusion, iris.n_classes())
              << ", " << training.spent.writes << " writes, "
              << write_energy_J(training.spent, device.range) << " J\n";
  }
}
