#include "trained_fold.hpp"

#include <algorithm>

#include "splits.hpp"
#include "teacher_timed.hpp"

namespace memplast {
namespace {

/// The classifier that teacher_timed with temporal encoding trains (teacher_timed.hpp), with
/// weights given instead of learned.
class Classifier {
 public:
  struct Member {
    GaussianReceptiveFields fields;
    Weights w;
    Threshold threshold;
  };

  Classifier(const TrainedFold& fold, const Weights& w)
      : s_(settings_of(fold.config)),
        neuron_(LifParameters::with_time_constants(s_.tau_m, s_.tau_syn)),
        neurons_(neuron_, s_.T),
        scaler_(fold.data.x_train, s_.z_range, s_.pca_axes) {
    const Samples train = scaler_.transform(fold.data.x_train);
    Eigen::Index row = 0;
    for (int k = 0; k < s_.subnetworks; ++k) {
      const auto fields = subnetwork_fields(s_, scaler_.n_features(), k, fold.data.run_seed);
      const int n = fields.size();
      if (row + n <= w.rows())
        members_.push_back(
            {fields, w.middleRows(row, n),
             Threshold::ramp(neurons_.mean_full_drive(encode(train, fields), n), s_.T, s_.ramp)});
      row += n;
    }
    if (row != w.rows() || w.cols() != fold.data.n_classes)
      throw InputError(
          {.where = "weights",
           .expected = std::to_string(row) + " x " + std::to_string(fold.data.n_classes),
           .got = std::to_string(w.rows()) + " x " + std::to_string(w.cols())});
  }

  const TeacherTimedTemporal& settings() const { return s_; }
  const LifParameters& neuron() const { return neuron_; }
  const Member& member(std::size_t k) const { return members_[k]; }

  /// The volleys that samples are for one sub-network.
  std::vector<Volley> show(const Samples& x, const Member& member) const {
    return encode(scaler_.transform(x), member.fields);
  }
  std::vector<FirstSpike> respond(const Member& member, const Volley& volley) const {
    std::vector<FirstSpike> spikes(static_cast<std::size_t>(member.w.cols()));
    neurons_.first_spikes(volley, member.w, member.threshold, spikes);
    return spikes;
  }

 private:
  static TeacherTimedTemporal settings_of(const RunConfig& config) {
    if (const auto* s = std::get_if<TeacherTimedTemporal>(&config.settings)) return *s;
    throw InputError({.where = "the run",
                      .expected = "protocol teacher_timed, encoding temporal",
                      .got = std::string(protocol_of(config.settings)) + ", " +
                             std::string(encoder_of(config.settings))});
  }
  std::vector<Volley> encode(const Samples& u, const GaussianReceptiveFields& fields) const {
    std::vector<Volley> volleys;
    std::vector<double> g(static_cast<std::size_t>(fields.size()));
    for (int i = 0; i < u.rows(); ++i) {
      fields.activate({u.row(i).data(), static_cast<std::size_t>(u.cols())}, g);
      volleys.push_back(TemporalEncoder{s_.T}.encode(g, fields.cut, neurons_));
    }
    return volleys;
  }

  TeacherTimedTemporal s_;
  LifParameters neuron_;
  VolleyNeurons neurons_;
  FeatureScaler scaler_;
  std::vector<Member> members_;
};

std::vector<int> indices(const h5::Reader& results, const std::string& name, int below) {
  std::vector<int> out;
  for (const auto value : results.integers(name).values) {
    if (value < 0 || value >= below)
      throw InputError({.where = results.path() + ":" + name,
                        .expected = "indices below " + std::to_string(below),
                        .got = std::to_string(value)});
    out.push_back(static_cast<int>(value));
  }
  return out;
}

}  // namespace

RunConfig run_config_from(const json& config, const std::string& where) {
  if (!config.is_object())
    throw InputError({.where = where, .expected = "an object", .got = config.type_name()});
  RunConfig out;
  out.task = text_at(config, "task", where);
  out.model = model_from_json(config.value("rule", json()), where + "/rule");
  constexpr int n_features = 1;  // what it would decide stands in the configuration
  out.settings = preset(out.task, text_at(config, "protocol", where),
                        text_at(config, "encoder", where), n_features);
  const json settings = config.value("settings", json::object());
  std::visit(
      [&](auto& s) {
        for (const auto& key : param_keys<std::decay_t<decltype(s)>>())
          if (settings.contains(key))
            set_param(s, key, number_at(settings, key, where + "/settings"),
                      where + "/settings/" + key);
      },
      out.settings);
  const json seed = config.value("seed", json());
  if (!seed.is_number_unsigned())
    throw InputError(
        {.where = where + "/seed", .expected = "a whole number of at least 0", .got = seed.dump()});
  out.seed = seed.get<std::uint64_t>();
  return out;
}

TrainedFold read_trained_fold(const h5::Reader& results, const std::string& fold) {
  const std::string where = results.path() + ":@config_json", group = "/folds/" + fold + "/";
  if (!results.has("/folds/" + fold) || fold.empty())
    throw InputError({.where = results.path(),
                      .expected = "a classification with the fold '" + fold + "'",
                      .got = "none"});
  TrainedFold out;
  out.config =
      run_config_from(parse_json(results.text_attribute("/", "config_json"), where), where);
  if (out.config.task == own_data_task)
    throw InputError({.where = results.path(),
                      .expected = "a run on one of " + join(shipped_datasets()),
                      .got = "one on other data"});
  const Dataset data = load_shipped_dataset(out.config.task);
  out.test_index = indices(results, group + "test_index", data.size());
  out.y_pred = indices(results, group + "y_pred", data.n_classes());
  if (out.test_index.empty() || out.y_pred.size() != out.test_index.size())
    throw InputError({.where = results.path() + ":" + group + "y_pred",
                      .expected = "one class per test sample",
                      .got = std::to_string(out.y_pred.size())});
  auto sorted = out.test_index;
  std::sort(sorted.begin(), sorted.end());
  const auto train = complement(sorted, data.size());
  if (train.empty())
    throw InputError({.where = results.path() + ":" + group + "test_index",
                      .expected = "samples left to train on",
                      .got = "none"});
  out.y_test = data.labels(out.test_index);
  out.data = {.x_train = data.samples(train),
              .x_test = data.samples(out.test_index),
              .y_train = data.labels(train),
              .n_classes = data.n_classes(),
              .run_seed = out.config.seed,
              .fold_seed = 0};  // decides about training alone
  const auto weights = results.doubles(group + "weights");
  if (weights.shape.size() != 2)
    throw InputError({.where = results.path() + ":" + group + "weights",
                      .expected = "the shape [pre, post]",
                      .got = std::to_string(weights.shape.size()) + " dimensions"});
  out.weights =
      Eigen::Map<const Weights>(weights.values.data(), static_cast<Eigen::Index>(weights.shape[0]),
                                static_cast<Eigen::Index>(weights.shape[1]));
  return out;
}

std::vector<int> test_again(const TrainedFold& fold, const Weights& weights) {
  const Classifier classifier(fold, weights);
  const auto n_classes = static_cast<std::size_t>(fold.data.n_classes);
  // Sub-networks decide by the sum of their latencies.
  std::vector<std::vector<FirstSpike>> sum(
      fold.test_index.size(),
      std::vector<FirstSpike>(n_classes, FirstSpike{.t_ms = 0.0, .V_mV = 0.0}));
  for (int k = 0; k < classifier.settings().subnetworks; ++k) {
    const auto& member = classifier.member(static_cast<std::size_t>(k));
    const auto volleys = classifier.show(fold.data.x_test, member);
    for (std::size_t i = 0; i < volleys.size(); ++i) {
      const auto spikes = classifier.respond(member, volleys[i]);
      for (std::size_t c = 0; c < n_classes; ++c) {
        sum[i][c].t_ms += spikes[c].t_ms;
        sum[i][c].V_mV += spikes[c].V_mV;
      }
    }
  }
  std::vector<int> y_pred;
  for (const auto& spikes : sum) y_pred.push_back(first_to_spike(spikes));
  return y_pred;
}

SampleTrace trace_sample(const TrainedFold& fold, int sample) {
  const Classifier classifier(fold, fold.weights);
  const auto& s = classifier.settings();
  const auto& member = classifier.member(0);
  const auto volley = classifier.show(fold.data.x_test.row(sample), member).front();
  SampleTrace out{.pre = volley.pre,
                  .t_ms = volley.t_ms,
                  .spikes = classifier.respond(member, volley),
                  .grid_ms = {},
                  .V_mV = std::vector<std::vector<double>>(fold.data.n_classes),
                  .threshold_mV = {}};
  constexpr int steps = 240;
  for (int k = 0; k <= steps; ++k) {
    const double t = (s.T + s.ramp) * k / steps;
    out.grid_ms.push_back(t);
    out.threshold_mV.push_back(t < member.threshold.opens_ms
                                   ? std::numeric_limits<double>::infinity()
                                   : member.threshold.at(t));
    for (std::size_t c = 0; c < out.V_mV.size(); ++c) {
      double V = 0.0;
      for (std::size_t i = 0; i < volley.size() && volley.t_ms[i] <= t; ++i)
        V += member.w(volley.pre[i], static_cast<Eigen::Index>(c)) *
             classifier.neuron().psp(t - volley.t_ms[i], s.tau_syn);
      out.V_mV[c].push_back(V);
    }
  }
  return out;
}

}  // namespace memplast
