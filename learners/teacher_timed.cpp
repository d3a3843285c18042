#include "teacher_timed.hpp"

#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "../lib/base/error.hpp"
#include "../lib/coding/decoders.hpp"
#include "../lib/coding/scaler.hpp"
#include "../models/layers/grid_layer.hpp"
#include "../models/layers/volley_layer.hpp"

namespace memplast {

TeacherSchedule solve_schedule(const Rule& rule, const TeacherSettings& s, double lowest) {
  const auto size = [&](double sign, double lag) { return std::abs(rule.dw(sign * lag, s.w0)); };
  const bool multiplicative = rule.dw(lowest, 0.0) == 0.0 && rule.dw(-lowest, 0.0) == 0.0;
  const double minus = multiplicative ? s.eta_start * s.w0 : s.eta_start;
  const double plus = s.balance * minus;

  // Of both steps, that is within reach; a side that cannot change at all sets no bound.
  double share = 1.0;
  for (const auto& [sign, step] : {std::pair(+1.0, plus), std::pair(-1.0, minus)}) {
    const double reached = size(sign, rule.outermost_lag(sign, s.w0, step, lowest));
    if (reached > 0.0) share = std::min(share, reached / step);
  }

  const auto start_and_end = [&](double sign, double step, double& start, double& end) {
    start = rule.outermost_lag(sign, s.w0, share * step, lowest);
    const double reached = std::min(share * step, size(sign, start));
    end = rule.outermost_lag(sign, s.w0, reached * s.eta_end / s.eta_start, start);
  };
  TeacherSchedule out{};
  start_and_end(+1.0, plus, out.plus_start, out.plus_end);
  start_and_end(-1.0, minus, out.minus_start, out.minus_end);
  return out;
}

namespace {

// Gap between the teacher's spikes and the input [ms].
constexpr double teacher_gap_ms = 1.0;

/// One sub-network: how it is shown a sample, judged and taught, which its code decides.
class Member {
 public:
  Member(GaussianReceptiveFields own_fields, const Device& device, const Weights& start,
         std::uint64_t seed)
      : fields(std::move(own_fields)), synapses(device, start, seed) {}
  virtual ~Member() = default;

  /// How a training sample was decided: the strongest wrong class, whether that was an error, and
  /// whether the right one won by its margin.
  struct Verdict {
    int wrong;
    bool is_error, is_sure;
  };
  virtual Verdict judge(int sample, int epoch, int right) = 0;
  virtual void teach(int sample, int epoch, int right, int wrong, double progress) = 0;

  GaussianReceptiveFields fields;
  Synapses synapses;
};

/// The ensemble. `Net` is its sub-network: constructed with its settings, the schedule, what a
/// Member takes, the training samples and, if those are not at hand, the level of its threshold;
/// `Net::Answer` is what it says of a sample.
template <class Net, class Settings>
class TeacherTimed final : public Classifier {
 public:
  TeacherTimed(const Settings& settings, const Context& context, const typename Net::Code& code)
      : s_(settings),
        context_(context),
        code_(code),
        schedule_(solve_schedule(*context.device.rule, s_, Net::lowest_lag_ms(s_))) {
    require_single_devices(context.device, "teacher_timed");
  }

  void fit(const Samples& x, std::span<const int> y, Training& training) override {
    scaler_.emplace(x, s_.z_range, s_.pca_axes);
    const Samples u = scaler_->transform(x);
    Eigen::Index row = 0;
    for (int k = 0; k < s_.subnetworks; ++k) {
      const auto fields = subnetwork_fields(s_, scaler_->n_features(), k, context_.run_seed);
      const auto seed = derive_seed(context_.seed, Purpose::subnetwork, k);
      const Weights start = start_weights(context_, row, fields.size(), s_.w0, s_.w0_spread, seed);
      row += fields.size();
      members_.push_back(std::make_unique<Net>(
          s_, code_, schedule_,
          shares_inputs() ? context_.seed : derive_seed(context_.seed, Purpose::subnetwork, k),
          fields, context_.device, start, seed, u));
      train(k, *members_.back(), y, seed, training);
    }
  }

  Decisions decide(const Samples& x, Ledger& spent) override {
    const Samples u = scaler_->transform(x);
    std::vector<typename Net::Answer> answers(static_cast<std::size_t>(x.rows()));
    for (std::size_t k = 0; k < members_.size(); ++k) {
      members_[k]->synapses.count_in(spent);
      const auto counted = spent.input_spikes;
      members_[k]->respond(u, x, answers);
      if (k > 0 && shares_inputs()) spent.input_spikes = counted;  // the same input lines
    }
    spent.samples += x.rows();
    spent.simulated_ms += Net::decision_ms(s_) * static_cast<double>(x.rows());
    Decisions out{{}, Samples(x.rows(), context_.n_classes)};
    for (int i = 0; i < x.rows(); ++i)
      out.y.push_back(Net::decide(answers[static_cast<std::size_t>(i)],
                                  static_cast<double>(members_.size()), out.scores.row(i)));
    return out;
  }

  std::vector<Constant> constants() const override {
    auto out = scaler_constants(*scaler_);
    out.push_back(constant("cut", s_.cut, "1", "activation below which a field is silent"));
    std::vector<double> levels;
    for (const auto& member : members_) levels.push_back(member->level_mV());
    out.push_back(constant(Net::level_name, levels, "mV", Net::level_meaning));
    if constexpr (Net::draws_spikes) {
      std::vector<std::uint64_t> seeds;
      for (const auto& member : members_) seeds.push_back(member->input_seed());
      out.push_back(constant_seeds("input_seed", seeds, "of the spike trains of a sub-network"));
    } else {
      out.push_back(constant("C_m_pF", Net::lif(s_).C_m, "pF", "membrane capacitance"));
    }
    return out;
  }
  void restore(const TrainedNetwork& network, int n_features) override {
    scaler_ = scaler_of(network, n_features);
    const auto n = static_cast<std::size_t>(s_.subnetworks);
    const auto levels = network.numbers(Net::level_name, {n});
    std::vector<std::uint64_t> seeds(n);
    if constexpr (Net::draws_spikes) seeds = network.seeds("input_seed", n);
    Device ideal = context_.device;
    ideal.spread = {};
    members_.clear();
    for (auto& [fields, weights] :
         kept_blocks(network, s_.subnetworks, scaler_->n_features(), context_.n_classes)) {
      const auto k = members_.size();
      members_.push_back(std::make_unique<Net>(s_, code_, schedule_, seeds[k], std::move(fields),
                                               ideal, weights, 0, Samples(0, scaler_->n_features()),
                                               levels[k]));
    }
  }

  std::string_view score_name() const override { return Net::score_name; }
  SampleTrace trace(const Samples& row) override {
    members_.front()->synapses.count_nowhere();
    return members_.front()->trace(scaler_->transform(row), row);
  }
  std::vector<Block> blocks() const override {
    std::vector<Block> out;
    for (std::size_t k = 0; k < members_.size(); ++k) {
      out.push_back({"subnetwork_" + std::to_string(k), &members_[k]->synapses, {}});
      for (const auto& field : members_[k]->fields.fields)
        out.back().rows.push_back({static_cast<int>(k), field});
    }
    return out;
  }

 private:
  // Whether all sub-networks have the same fields, and so see the same spikes.
  bool shares_inputs() const { return s_.phase_spread == 0.0 && s_.n_fields_spread == 0; }

  void train(int k, Net& net, std::span<const int> y, std::uint64_t seed, Training& training) {
    net.synapses.count_in(training.spent);
    std::vector<Weights> history;
    const auto bag = draw_bag(static_cast<int>(y.size()), s_.bag, seed);
    for (int epoch = 0; epoch < s_.epochs; ++epoch) {
      const double progress = progress_of(epoch, s_.epochs);
      auto order = bag;
      Stream(seed, Purpose::order, epoch).shuffle(std::span(order));
      LearningPoint point{k, epoch, static_cast<int>(bag.size()), 0, 0};
      for (const int i : order) {
        const auto verdict = net.judge(i, epoch, y[i]);
        training.spent.samples += 1;
        point.errors += verdict.is_error;
        if (verdict.is_sure) continue;
        net.teach(i, epoch, y[i], verdict.wrong, progress);
        ++point.updates;
      }
      training.learning.push_back(point);
      if (context_.weights_history) history.push_back(net.synapses.transmitted());
      if (point.updates == 0) break;
    }
    training.append_history(history, s_.epochs);
    net.drop_training_samples();
    net.synapses.age();
  }

  Settings s_;
  Context context_;
  typename Net::Code code_;
  TeacherSchedule schedule_;
  std::optional<FeatureScaler> scaler_;
  std::vector<std::unique_ptr<Net>> members_;
};

// ------------------------------------------------------------------------------ latency codes

class VolleyNet final : public Member {
 public:
  using Settings = TeacherTimedTemporal;
  using Code = VolleyCode;
  static double lowest_lag_ms(const Settings& s) { return s.T / 2 + teacher_gap_ms; }
  static double decision_ms(const Settings& s) { return s.T + s.ramp; }

  VolleyNet(const Settings& s, const Code& code, const TeacherSchedule& schedule, std::uint64_t,
            GaussianReceptiveFields own_fields, const Device& device, const Weights& start,
            std::uint64_t seed, const Samples& u_train, std::optional<double> level_mV = {})
      : Member(std::move(own_fields), device, start, seed),
        s_(s),
        code_(code),
        schedule_(schedule),
        neurons_(lif(s), s.T),
        shown_(encode(u_train)),
        layer_(
            lif(s), s.T,
            Threshold::ramp(level_mV ? *level_mV : neurons_.mean_full_drive(shown_, fields.size()),
                            s.T, s.ramp),
            synapses) {}

  static constexpr const char* level_name = "threshold_mV";
  static constexpr const char* level_meaning =
      "threshold of a sub-network above rest at T, from where it falls in a straight line";
  double level_mV() const { return layer_.threshold().level_mV; }
  static constexpr bool draws_spikes = false;
  static LifParameters lif(const Settings& s) {
    return LifParameters::with_time_constants(s.tau_m, s.tau_syn);
  }

  Verdict judge(int sample, int, int right) override {
    const auto first = layer_.present(shown_[static_cast<std::size_t>(sample)]);
    synapses.ledger().simulated_ms += decision_ms(s_);
    spikes_.assign(first.begin(), first.end());
    const double t_right = spikes_[static_cast<std::size_t>(right)].t_ms;
    spikes_[static_cast<std::size_t>(right)].t_ms = std::numeric_limits<double>::infinity();
    const int wrong = first_to_spike(spikes_);
    const double t_wrong = spikes_[static_cast<std::size_t>(wrong)].t_ms;
    return {wrong, t_wrong <= t_right, t_wrong >= t_right + s_.margin};
  }

  void teach(int sample, int, int right, int wrong, double progress) override {
    const double t_right = schedule_.lag_plus(progress) + s_.T / 2;
    const double t_wrong = s_.T / 2 - schedule_.lag_minus(progress);
    const Volley& volley = shown_[static_cast<std::size_t>(sample)];
    layer_.teach(volley, wrong, t_wrong, s_.mirrored != 0);
    layer_.teach(volley, right, t_right, s_.mirrored != 0);
    Ledger& spent = synapses.ledger();
    spent.input_spikes += static_cast<std::int64_t>(volley.size());
    spent.simulated_ms += t_right - std::min(t_wrong, 0.0);
  }

  void drop_training_samples() { shown_ = {}; }

  static constexpr std::string_view score_name = "first_spike_ms";
  struct Answer {
    std::vector<FirstSpike> sum;  ///< [class]
  };
  void respond(const Samples& u, const Samples&, std::vector<Answer>& answers) {
    const auto volleys = encode(u);
    for (std::size_t i = 0; i < volleys.size(); ++i) {
      auto& sum = answers[i].sum;
      const auto spikes = layer_.present(volleys[i]);
      sum.resize(spikes.size(), FirstSpike{.t_ms = 0.0, .V_mV = 0.0});
      for (std::size_t c = 0; c < spikes.size(); ++c) {
        sum[c].t_ms += spikes[c].t_ms;
        sum[c].V_mV += spikes[c].V_mV;
      }
    }
  }
  static int decide(const Answer& answer, double n, auto scores) {
    for (std::size_t c = 0; c < answer.sum.size(); ++c)
      scores[static_cast<Eigen::Index>(c)] = answer.sum[c].t_ms / n;
    return first_to_spike(answer.sum);
  }
  SampleTrace trace(const Samples& u, const Samples&) { return layer_.trace(encode(u).front()); }

 private:
  std::vector<Volley> encode(const Samples& u) const {
    std::vector<Volley> volleys;
    std::vector<double> g(static_cast<std::size_t>(fields.size()));
    for (int i = 0; i < u.rows(); ++i) {
      fields.activate({u.row(i).data(), static_cast<std::size_t>(u.cols())}, g);
      volleys.push_back(code_.encode(g, fields.cut, s_.T, neurons_));
    }
    return volleys;
  }

  Settings s_;
  Code code_;
  TeacherSchedule schedule_;
  VolleyNeurons neurons_;
  std::vector<Volley> shown_;  // [training sample]
  VolleyLayer layer_;
  std::vector<FirstSpike> spikes_;  // scratch
};

// --------------------------------------------------------------------------------- rate codes

class TrainNet final : public Member {
 public:
  using Settings = TeacherTimedPoisson;
  using Code = TrainCode;
  static double lowest_lag_ms(const Settings& s) { return s.burst / 2 + teacher_gap_ms; }
  static double decision_ms(const Settings& s) { return s.test; }

  TrainNet(const Settings& s, const Code& code, const TeacherSchedule& schedule,
           std::uint64_t input_seed, GaussianReceptiveFields own_fields, const Device& device,
           const Weights& start, std::uint64_t seed, const Samples& u_train,
           std::optional<double> level_mV = {})
      : Member(std::move(own_fields), device, start, seed),
        s_(s),
        code_(code),
        schedule_(schedule),
        input_seed_(input_seed),
        seed_(seed),
        g_train_(activations(u_train, fields)),
        neuron_(lif(level_mV)),
        layer_(device.rule->grid_layer({neuron_, step_ms, delay}, synapses)) {}

  static constexpr const char* level_name = "V_th_mV";
  static constexpr const char* level_meaning = "threshold of a sub-network";
  double level_mV() const { return neuron_.V_th; }
  static constexpr bool draws_spikes = true;
  std::uint64_t input_seed() const { return input_seed_; }

  Verdict judge(int sample, int epoch, int right) override {
    auto score = present(g_train_, sample, s_.train, showing(epoch, sample, Purpose::presentation));
    synapses.ledger().simulated_ms += s_.train;
    const double right_score = score[static_cast<std::size_t>(right)];
    score[static_cast<std::size_t>(right)] = -1.0;  // scores of others are at least 0
    const int wrong = highest_rate(score);
    const double wrong_score = score[static_cast<std::size_t>(wrong)];
    return {wrong, wrong_score >= right_score,
            wrong_score <= right_score - s_.margin * std::max(1.0, right_score)};
  }

  void teach(int sample, int epoch, int right, int wrong, double progress) override {
    // Lags are to the middle of the burst; the spike after it meets each input's last spike, on
    // average a quarter of the burst before its end.
    const Step before = steps(std::max(schedule_.lag_minus(progress) - s_.burst / 2, step_ms));
    const Step after = steps(std::max(schedule_.lag_plus(progress) - s_.burst / 4, step_ms));
    const Step end = before + steps(s_.burst) + after;
    auto burst = show(g_train_, sample, s_.burst, showing(epoch, sample, Purpose::burst));
    for (Spike& spike : burst) spike.step += before;
    layer_->teach(burst, end, std::array{Spike{0, wrong}, Spike{end, right}});
    synapses.ledger().simulated_ms += static_cast<double>(end) * step_ms;
  }

  void drop_training_samples() { g_train_ = {}; }

  static constexpr std::string_view score_name = "spikes";
  struct Answer {
    std::vector<double> sum;  ///< [class] spikes, and share of the threshold at the end
  };
  void respond(const Samples& u, const Samples& x, std::vector<Answer>& answers) {
    const Samples g = activations(u, fields);
    for (int i = 0; i < g.rows(); ++i) {
      auto& sum = answers[static_cast<std::size_t>(i)].sum;
      const auto score = present(g, i, s_.test, test_showing(x, i));
      sum.resize(score.size(), 0.0);
      for (std::size_t c = 0; c < score.size(); ++c) sum[c] += score[c];
    }
  }
  static int decide(const Answer& answer, double, auto scores) {
    for (std::size_t c = 0; c < answer.sum.size(); ++c)
      scores[static_cast<Eigen::Index>(c)] = answer.sum[c];
    return highest_rate(answer.sum);
  }
  SampleTrace trace(const Samples& u, const Samples& x) {
    return layer_->trace(show(activations(u, fields), 0, s_.test, test_showing(x, 0)),
                         steps(s_.test));
  }

 private:
  static constexpr double step_ms = 0.1;
  static constexpr Step delay = 10;

  static Step steps(double ms) { return std::lround(ms / step_ms); }
  // Seeds of training's two showings per sample and epoch.
  std::uint64_t showing(int epoch, int sample, Purpose purpose) const {
    const auto n = (static_cast<std::uint64_t>(epoch) << 32 | static_cast<std::uint32_t>(sample));
    return derive_seed(seed_, purpose, n);
  }
  // Decided by the sample's numbers, not by its place.
  std::uint64_t test_showing(const Samples& x, int i) const {
    return derive_seed(input_seed_, Purpose::test_presentation,
                       std::span(x.row(i).data(), static_cast<std::size_t>(x.cols())));
  }
  std::vector<Spike> show(const Samples& g, int i, double ms, std::uint64_t seed) const {
    return code_.encode({g.row(i).data(), static_cast<std::size_t>(g.cols())},
                        {s_.rate_high, s_.rate_low}, steps(ms), step_ms, seed);
  }

  // Spike counts plus V/V_th at the end, by class.
  std::vector<double> present(const Samples& g, int i, double ms, std::uint64_t seed) {
    const auto& response = layer_->present(show(g, i, ms, seed), steps(ms));
    auto score = response.spikes;
    for (std::size_t c = 0; c < score.size(); ++c) score[c] += response.share_of_threshold[c];
    return score;
  }

  // V_th as a share of the mean depolarisation that the training rates give at w = 1:
  // mean over samples of sum_i r_i tau_syn tau_m / C_m.
  LifParameters lif(std::optional<double> V_th) const {
    LifParameters p;
    p.tau_m = s_.tau_m;
    p.tau_syn_ex = s_.tau_syn;
    p.t_ref = s_.t_ref;
    if (V_th) {
      p.V_th = *V_th;
      return p;
    }
    const double rates_Hz =
        s_.rate_low * static_cast<double>(g_train_.cols()) +
        (s_.rate_high - s_.rate_low) * g_train_.sum() / static_cast<double>(g_train_.rows());
    p.V_th = p.E_L + s_.threshold * 1e-3 * rates_Hz * p.tau_syn_ex * p.tau_m / p.C_m;
    return p;
  }

  Settings s_;
  Code code_;
  TeacherSchedule schedule_;
  std::uint64_t input_seed_, seed_;
  Samples g_train_;  // activations [training sample, field]
  LifParameters neuron_;
  std::unique_ptr<GridLayer> layer_;
};

}  // namespace

std::unique_ptr<Classifier> teacher_timed(const TeacherTimedTemporal& settings,
                                          const Context& context, const VolleyCode& code) {
  return std::make_unique<TeacherTimed<VolleyNet, TeacherTimedTemporal>>(settings, context, code);
}

std::unique_ptr<Classifier> teacher_timed(const TeacherTimedPoisson& settings,
                                          const Context& context, const TrainCode& code) {
  return std::make_unique<TeacherTimed<TrainNet, TeacherTimedPoisson>>(settings, context, code);
}

/// For the list in CMakeLists.txt.
std::vector<LearnerEntry> teacher_timed_entries() {
  std::vector<LearnerEntry> out;
  const std::string_view name = "teacher_timed", source = "doi:10.3390/math9243237";
  add_entries<TeacherTimedTemporal, VolleyCode>(
      out, name, volley_codes(),
      "a teacher times the output spikes of an error; first spikes decide", source, teacher_timed);
  add_entries<TeacherTimedPoisson, TrainCode>(
      out, name, train_codes(),
      "a teacher times the output spikes of an error; spike counts decide", source, teacher_timed);
  return out;
}

}  // namespace memplast
