/// memplast._core: the C++ library as python/memplast uses it. One class per interface, none per
/// rule, learner or code: what these have of parameters comes from their tables, as JSON.
///
/// Long work runs on threads of its own without Python's lock (Background); nothing here forks.
#include <pybind11/numpy.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <future>
#include <list>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

#include "../fitting/device_rule.hpp"
#include "../fitting/model_choice.hpp"
#include "../fitting/pulse_fit.hpp"
#include "../fitting/readers/endurance.hpp"
#include "../fitting/sweep_fit.hpp"
#include "../fitting/variability_fit.hpp"
#include "../fitting/window_fit.hpp"
#include "../learners/ensemble.hpp"
#include "../lib/base/named.hpp"
#include "../lib/base/version.hpp"
#include "../lib/coding/code.hpp"
#include "../lib/engine/replay.hpp"
#include "../lib/io/file.hpp"
#include "../models/device_file.hpp"
#include "../tasks/classification.hpp"
#include "../tasks/control.hpp"
#include "../tasks/cost_table.hpp"
#include "../tasks/result_file.hpp"

namespace py = pybind11;
using namespace py::literals;

namespace memplast {
namespace {

// ------------------------------------------------------------------------------------- values

using Doubles = py::array_t<double, py::array::c_style | py::array::forcecast>;
using Indices = py::array_t<int, py::array::c_style | py::array::forcecast>;

/// A matrix as an array that owns it.
py::array_t<double> to_array(Weights w) {
  auto* const kept = new Weights(std::move(w));
  const py::capsule owner(kept, [](void* p) { delete static_cast<Weights*>(p); });
  return py::array_t<double>({kept->rows(), kept->cols()}, kept->data(), owner);
}

template <class T>
py::array_t<T> to_array(const std::vector<T>& values) {
  return py::array_t<T>(static_cast<py::ssize_t>(values.size()), values.data());
}

/// A matrix of `owner` as an array that keeps it alive; nobody writes to it.
py::array_t<double> view(const Weights& w, const py::object& owner) {
  py::array_t<double> out({w.rows(), w.cols()}, w.data(), owner);
  out.attr("setflags")("write"_a = false);
  return out;
}

Weights to_matrix(const Doubles& values, const std::string& where) {
  if (values.ndim() != 2)
    throw InputError({.where = where,
                      .expected = "an array of two dimensions",
                      .got = "one of " + std::to_string(values.ndim())});
  return Eigen::Map<const Weights>(values.data(), values.shape(0), values.shape(1));
}

template <class Array>
auto span_of(const Array& values) {
  return std::span(values.data(), static_cast<std::size_t>(values.size()));
}

template <class Array>
auto vector_of(const Array& values) {
  const auto all = span_of(values);
  return std::vector(all.begin(), all.end());
}

py::dict to_dict(const Ledger& ledger, const Conductance& device) {
  py::dict out;
  for_each_cost(
      device, [&](const char* name, const auto& value, const char*) { out[name] = value(ledger); });
  return out;
}

py::dict to_dict(const Summary& s) {
  return py::dict("mean"_a = s.mean, "sd"_a = s.sd,
                  "ci95"_a = py::make_tuple(s.ci95_low, s.ci95_high), "n"_a = s.n);
}

py::list to_list(ParamTable table) {
  py::list out;
  for (const ParamRow& row : table) {
    static constexpr const char* kinds[] = {"real", "whole", "flag", "choice", "text"};
    const std::vector<std::string> choices(row.choices.begin(), row.choices.end());
    out.append(py::dict("key"_a = row.key(), "unit"_a = row.unit, "meaning"_a = row.meaning,
                        "kind"_a = kinds[static_cast<int>(row.kind)], "lower"_a = row.lower,
                        "upper"_a = row.upper, "choices"_a = choices));
  }
  return out;
}

// ------------------------------------------------------------------------------- long calls

/// What work and its caller tell each other.
struct Job {
  std::atomic<bool> stop{false};
  std::atomic<int> done{-1}, total{0};

  /// For work in units.
  Execution execution(int threads) {
    Execution out(threads, [this](int finished, int all) {
      total = all;
      done = finished;
    });
    out.should_stop = [this] { return stop.load(); };
    return out;
  }
  void check() const {
    if (stop) throw Interrupted("stopped");
  }
};

/// Threads whose callers were interrupted and left: they stop after what they have in hand.
class Background {
 public:
  static Background& instance() {
    static auto* const all = new Background;  // outlives the interpreter
    return *all;
  }
  void leave(std::thread thread, std::shared_ptr<Job> job) {
    const std::lock_guard lock(mutex_);
    left_.emplace_back(std::move(thread), std::move(job));
  }
  /// Before the interpreter ends, and with it what the library keeps.
  void join() {
    std::list<std::pair<std::thread, std::shared_ptr<Job>>> left;
    {
      const std::lock_guard lock(mutex_);
      left.swap(left_);
    }
    if (::getpid() != owner_) {  // a fork has none of its parent's threads: nothing to join
      new auto(std::move(left));
      return;
    }
    for (auto& [thread, job] : left) thread.join();
  }

 private:
  std::mutex mutex_;
  std::list<std::pair<std::thread, std::shared_ptr<Job>>> left_;
  pid_t owner_ = ::getpid();
};

/// work(job) on a thread of its own, without Python's lock; the caller looks every 20 ms whether it
/// was interrupted, and tells `progress(done, total)` unless that is None. Then work is asked to
/// stop, and left to itself if it has not within a tenth of a second. It has no Python object and
/// owns what it needs.
template <class Work>
auto in_background(Work work, const py::object& progress = py::none()) {
  using Result = std::invoke_result_t<Work, Job&>;
  auto job = std::make_shared<Job>();
  std::packaged_task<Result()> task([job, work = std::move(work)]() mutable { return work(*job); });
  auto result = task.get_future();
  std::thread thread(std::move(task));
  const auto finished_within = [&](int ms) {
    const py::gil_scoped_release release;
    return result.wait_for(std::chrono::milliseconds(ms)) == std::future_status::ready;
  };
  int told = -1;
  try {
    while (!finished_within(20)) {
      if (PyErr_CheckSignals() != 0) throw py::error_already_set();
      if (const int done = job->done; !progress.is_none() && done > told)
        progress(told = done, job->total.load());
    }
    if (const int done = job->done; !progress.is_none() && done > told)
      progress(done, job->total.load());
  } catch (...) {
    job->stop = true;
    if (finished_within(100))
      thread.join();
    else
      Background::instance().leave(std::move(thread), job);
    throw;
  }
  thread.join();
  return result.get();
}

// -------------------------------------------------------------------------------------- rules

/// A model file, and its rule for many pairs a call.
struct BoundRule {
  explicit BoundRule(ModelFile file) : model(std::move(file)), rule(device_of(model).rule) {}
  static BoundRule load(const std::string& spec) { return BoundRule(load_model(spec)); }

  py::array_t<double> changes(const Doubles& dt_ms, const Doubles& w) const {
    if (dt_ms.size() != w.size())
      throw InputError({.where = "w",
                        .expected = std::to_string(dt_ms.size()) + " values, one per dt_ms",
                        .got = std::to_string(w.size())});
    std::vector<double> dw(static_cast<std::size_t>(w.size()));
    rule->changes(span_of(dt_ms), span_of(w), dw);
    return to_array(dw);
  }

  ModelFile model;
  RulePtr rule;
};

ModelFile model_of(const std::string& text) {
  return model_from_json(parse_json(text, "rule"), "rule");
}

void require_ascending(std::span<const double> t_ms, const char* where) {
  for (std::size_t k = 0; k < t_ms.size(); ++k)
    if (!std::isfinite(t_ms[k]) || (k > 0 && t_ms[k] < t_ms[k - 1]))
      throw InputError({.where = std::string(where) + "[" + std::to_string(k) + "]",
                        .expected = "finite times [ms], none before the one before it",
                        .got = to_text(t_ms[k])});
}

py::array_t<double> replay_train(const BoundRule& rule, const Doubles& pre_ms,
                                 const Doubles& post_ms, const std::optional<std::string>& pairing,
                                 double delay_ms, double w0, std::optional<double> initial_pre_ms) {
  require_ascending(span_of(pre_ms), "pre_ms");
  require_ascending(span_of(post_ms), "post_ms");
  if (!(w0 >= 0.0 && w0 <= 1.0))
    throw InputError({.where = "w0", .expected = "a number in [0, 1]", .got = to_text(w0)});
  if (!(delay_ms >= 0.0 && delay_ms <= 1e6))
    throw InputError(
        {.where = "delay_ms", .expected = "a number in [0, 1e6] ms", .got = to_text(delay_ms)});
  const ReplaySettings settings{
      .pairing = pairing ? pairing_from(*pairing, "pairing") : rule.model.pairing,
      .delay_ms = delay_ms,
      .w0 = w0,
      .initial_pre_ms = initial_pre_ms};
  auto pre = vector_of(pre_ms), post = vector_of(post_ms);
  return to_array(in_background([model = rule.model, pre, post, settings](Job&) {
    return std::visit([&](const auto& r) { return replay(r, pre, post, settings); }, model.rule);
  }));
}

// ----------------------------------------------------------------------------------- synapses

/// A block of synapses that counts in a ledger of its own.
class BoundSynapses {
 public:
  BoundSynapses(const BoundRule& rule, const Doubles& start, std::uint64_t seed,
                const std::string& mapping, double w_max, const std::string& programming,
                bool accumulate, double w_work, double pulse_w) {
    Device device = device_of(rule.model);
    device.mapping = mapping_from(mapping, "mapping");
    device.w_max = w_max;
    device.programming = enum_from<Programming>(programming_names, programming, "programming");
    device.accumulate = accumulate;
    device.w_work = w_work;
    device.pulse_w = pulse_w;
    require_usable(device, "Synapses");
    const Weights w = to_matrix(start, "start");
    if (w.size() == 0 || !w.allFinite())
      throw InputError({.where = "start",
                        .expected = "finite weights [pre, post], at least one",
                        .got = w.size() == 0 ? "none" : "others"});
    synapses_.emplace(device, w, seed);
    synapses_->count_in(ledger_);
  }
  BoundSynapses(const BoundSynapses&) = delete;
  BoundSynapses& operator=(const BoundSynapses&) = delete;

  Synapses& synapses() { return *synapses_; }
  py::tuple shape() const { return py::make_tuple(synapses_->n_pre(), synapses_->n_post()); }
  py::dict ledger() const { return to_dict(ledger_, synapses_->device().range); }

  void pair(int post, double t_post_ms, const Indices& pre, const Doubles& t_pre_ms, int times,
            double factor) {
    if (synapses_->device().mapping != Mapping::single)
      throw InputError({.where = "pair",
                        .expected = "the mapping single: pairs of spikes change one device",
                        .got = std::string(
                            mapping_names[static_cast<std::size_t>(synapses_->device().mapping)])});
    require_place(post, synapses_->n_post(), "post");
    require_pre(pre);
    require_size(t_pre_ms, pre.size(), "t_pre_ms");
    require_finite(t_post_ms, "t_post_ms");
    require_finite(factor, "factor");
    if (times < 0)
      throw InputError({.where = "times", .expected = "at least 0", .got = std::to_string(times)});
    synapses_->pair(post, t_post_ms, span_of(pre), span_of(t_pre_ms), times, factor);
  }
  void step(const Doubles& dW) { synapses_->step(whole(dW, "dW")); }
  void step_some(int post, const Indices& pre, const Doubles& dW) {
    require_place(post, synapses_->n_post(), "post");
    require_pre(pre);
    require_size(dW, pre.size(), "dW");
    synapses_->step(post, span_of(pre), span_of(dW));
  }
  void program(const Doubles& target) { synapses_->program(whole(target, "target")); }
  py::array_t<double> read(const std::optional<Indices>& pre) {
    if (pre) {
      require_pre(*pre);
      synapses_->read(span_of(*pre));
    } else {
      synapses_->read();
    }
    return to_array(synapses_->seen());
  }

 private:
  static void require_place(int i, int n, const std::string& where) {
    if (i < 0 || i >= n)
      throw InputError({.where = where,
                        .expected = "a number of a neuron, 0 to " + std::to_string(n - 1),
                        .got = std::to_string(i)});
  }
  void require_pre(const Indices& pre) const {
    std::set<int> seen;
    for (const int i : span_of(pre)) {
      require_place(i, synapses_->n_pre(), "pre");
      if (!seen.insert(i).second)
        throw InputError(
            {.where = "pre", .expected = "no neuron twice", .got = std::to_string(i) + " again"});
    }
  }
  static void require_size(const Doubles& values, py::ssize_t n, const std::string& where) {
    if (values.size() != n)
      throw InputError({.where = where,
                        .expected = std::to_string(n) + " numbers, one per pre",
                        .got = std::to_string(values.size())});
    for (const double x : span_of(values)) require_finite(x, where);
  }
  static void require_finite(double x, const std::string& where) {
    if (!std::isfinite(x))
      throw InputError({.where = where, .expected = "a finite number", .got = to_text(x)});
  }
  Weights whole(const Doubles& values, const std::string& where) const {
    Weights w = to_matrix(values, where);
    if (w.rows() != synapses_->n_pre() || w.cols() != synapses_->n_post() || !w.allFinite())
      throw InputError({.where = where,
                        .expected = "finite numbers [" + std::to_string(synapses_->n_pre()) + ", " +
                                    std::to_string(synapses_->n_post()) + "]",
                        .got = w.allFinite() ? "[" + std::to_string(w.rows()) + ", " +
                                                   std::to_string(w.cols()) + "]"
                                             : "others"});
    return w;
  }

  Ledger ledger_;
  std::optional<Synapses> synapses_;
};

// --------------------------------------------------------------------------------------- fits

/// What was measured and what the fit says of it, a column each.
using Curves = std::vector<std::pair<std::string, std::vector<double>>>;

/// A fit that has forgotten of what kind it is.
struct Fitted {
  std::string kind;
  json file;
  FitRecord record;
  std::string loss;
  json ranking;
  std::vector<std::string> notices, warnings;
  Curves curves;
};

struct FitRequest {
  std::string model;
  FitOptions options;
  Intervals intervals;
};

Curves curves_of(const WindowFit& fit, const WindowData& data) {
  std::vector<double> dt, w, dw, at;
  for (const WindowPoint& p : data.points) {
    dt.push_back(p.dt);
    w.push_back(p.w);
    dw.push_back(p.dw);
    at.push_back(std::visit([&](const auto& rule) { return rule.dw(p.dt, p.w); }, fit.rule));
  }
  return {{"dt_ms", dt}, {"w", w}, {"dw", dw}, {"fit", at}};
}

Curves curves_of(const PulseFit& fit, const PulseData& data) {
  std::vector<double> ramp, up, pulse, w, at;
  for (std::size_t r = 0; r < data.ramps.size(); ++r)
    for (std::size_t k = 0; k < data.ramps[r].w.size(); ++k) {
      ramp.push_back(static_cast<double>(r));
      up.push_back(data.ramps[r].up ? 1.0 : 0.0);
      pulse.push_back(data.ramps[r].pulse[k]);
      w.push_back(data.ramps[r].w[k]);
      at.push_back(fit.ramps[r].w[k]);
    }
  return {{"ramp", ramp}, {"up", up}, {"pulse", pulse}, {"w", w}, {"fit", at}};
}

Curves curves_of(const SweepFit& fit, const SweepData& data) {
  std::vector<double> trace, t, V, I, at;
  for (std::size_t r = 0; r < data.traces.size(); ++r)
    for (std::size_t k = 0; k < data.traces[r].I.size(); ++k) {
      trace.push_back(static_cast<double>(r));
      t.push_back(data.traces[r].course[k].t);
      V.push_back(data.traces[r].course[k].V);
      I.push_back(data.traces[r].I[k]);
      at.push_back(fit.traces[r].I[k]);
    }
  return {{"trace", trace}, {"t_s", t}, {"V_V", V}, {"I_A", I}, {"fit", at}};
}

std::vector<std::string> warnings_of(const FitRecord& fit) {
  std::vector<std::string> out, undetermined;
  if (!fit.converged) out.emplace_back("the fit did not converge; do not trust its numbers");
  for (const auto& param : fit.params)
    if (param.standing == Standing::undetermined) undetermined.push_back(param.key);
  if (!undetermined.empty()) out.push_back("the data do not determine " + join(undetermined));
  return out;
}

std::string range_of(const Conductance& range) {
  return rounded(range.G_min) + " to " + rounded(range.G_max) + " S";
}

void add_warnings(std::vector<std::string>& out, const WindowData& data) {
  if (data.range_from == RangeFrom::data)
    out.push_back("the conductance range was read off the data (" + range_of(data.conductance) +
                  "): unless the device was driven from end to end, amplitudes are biased");
  if (data.range_from == RangeFrom::nowhere)
    out.push_back("the data are in weights; the range " + range_of(data.conductance) +
                  " is an illustration");
  for (const auto& text : suspicions(data)) out.push_back(text);
}

void add_warnings(std::vector<std::string>& out, const PulseData& data) {
  out.insert(out.end(), data.suspicions.begin(), data.suspicions.end());
  if (data.in_siemens && data.range_from == RangeFrom::data)
    out.push_back("w = 0 and 1 are the ends of the ramps, " + range_of(data.conductance));
  if (!data.in_siemens)
    out.push_back("the states have no unit; the range " + range_of(data.conductance) +
                  " is an illustration");
}

void add_warnings(std::vector<std::string>& out, const SweepData& data) {
  out.insert(out.end(), data.suspicions.begin(), data.suspicions.end());
}

template <class Data, class FitOne>
Fitted fit_to(const Data& data, const char* kind, const std::vector<std::string>& known,
              const FitRequest& request, const FitOne& fit_one) {
  const auto names = request.model == "auto" ? known : std::vector{request.model};
  if (names.size() > 1 && !request.options.fixed.empty())
    throw InputError({.where = "fix",
                      .expected = "one model, whose parameter it is",
                      .got = "the model auto, which is all"});
  const auto best = fit_best(names, request.options, request.intervals, fit_one);
  auto file = model_from_fit(best.fit, data);
  if constexpr (requires { fit_variability(best.fit, data); })
    file.variability = fit_variability(best.fit, data).variability;
  Fitted out{.kind = kind,
             .file = to_json(file),
             .record = best.fit,
             .loss = std::string(to_string(best.fit.loss)),
             .ranking = ranking_to_json(best.ranked, names, best.all),
             .notices = {},
             .warnings = warnings_of(best.fit),
             .curves = curves_of(best.fit, data)};
  if (names.size() > 1) out.file["fit"]["ranking"] = out.ranking;
  if constexpr (requires { data.notices; }) out.notices = data.notices;
  add_warnings(out.warnings, data);
  return out;
}

Fitted fit_measurement(const Measurement& measurement, const TableOptions& table,
                       const FitRequest& request, const Job& job) {
  // A fit goes on to its end, but no other one begins after it.
  const auto with = [&](auto fit, const auto& data) {
    return [&job, fit, &data](const auto& name, const auto& options) {
      job.check();
      return fit(name, data, options);
    };
  };
  if (measurement.kind == MeasurementKind::window) {
    const auto data = to_window(measurement, table.range);
    return fit_to(data, "window", shipped_rules(), request, with(fit_window, data));
  }
  if (measurement.kind == MeasurementKind::reads ||
      measurement.kind == MeasurementKind::endurance || is_read_iv(measurement))
    throw InputError(
        {.where = measurement.table.source,
         .expected = "a window, pulses or a sweep",
         .got = "reads, of which no equation is fitted",
         .mend = "The program's `memplast fit` puts what they say into a model file."});
  if (measurement.kind == MeasurementKind::sweep) {
    const auto data = to_sweep(measurement, table);
    return fit_to(data, "sweep", shipped_state_models(), request, with(fit_sweep, data));
  }
  const auto data = to_pulses(measurement, table);
  return fit_to(data, "pulses", shipped_pulse_models(), request, with(fit_pulses, data));
}

std::string_view word(Standing standing) {
  static constexpr std::string_view words[] = {"fitted", "fixed", "at_bound", "undetermined"};
  return words[static_cast<int>(standing)];
}

py::dict to_dict(const Fitted& fit) {
  const FitRecord& record = fit.record;
  py::list params;
  for (const FittedParam& p : record.params)
    params.append(py::dict("key"_a = p.key, "unit"_a = p.unit, "value"_a = p.value,
                           "standing"_a = word(p.standing), "stderr"_a = p.std_error,
                           "ci95"_a = py::make_tuple(p.ci95_low, p.ci95_high), "poor"_a = p.poor,
                           "profiled"_a = p.profiled));
  py::dict curves;
  for (const auto& [name, values] : fit.curves) curves[py::str(name)] = to_array(values);
  return py::dict("kind"_a = fit.kind, "model_file"_a = fit.file.dump(), "params"_a = params,
                  "covariance"_a = record.covariance, "n"_a = record.n,
                  "free_params"_a = record.free_params, "rmse"_a = record.rmse, "r2"_a = record.r2,
                  "chi2_reduced"_a = record.chi2_reduced, "aic"_a = record.aic,
                  "aicc"_a = record.aicc, "bic"_a = record.bic, "cv_error"_a = record.cv_error,
                  "loss"_a = fit.loss, "outliers"_a = record.outliers,
                  "converged"_a = record.converged, "ranking"_a = fit.ranking.dump(),
                  "notices"_a = fit.notices, "warnings"_a = fit.warnings, "curves"_a = curves);
}

/// `text` is that of a table whose name is `source`; without it `source` is a file.
py::dict fit(const std::string& source, const std::optional<std::string>& text,
             const std::string& model, const std::map<std::string, double>& fix,
             const std::string& loss, const std::string& intervals, int folds, std::uint64_t seed,
             const std::vector<std::string>& columns,
             const std::vector<std::pair<std::string, std::string>>& renamed,
             std::optional<double> read_voltage_V, std::optional<double> step_s,
             std::optional<double> g_min_S, std::optional<double> g_max_S, bool estimate_range) {
  if (folds < 0)
    throw InputError({.where = "folds", .expected = "at least 0", .got = std::to_string(folds)});
  const TableOptions table{
      .columns = columns,
      .renamed = renamed,
      .read_voltage = read_voltage_V,
      .step = step_s,
      .range = {.G_min = g_min_S, .G_max = g_max_S, .estimate_from_data = estimate_range}};
  const FitRequest request{
      .model = model,
      .options = {.fixed = fix,
                  .seed = seed,
                  .loss = enum_from<Loss>(loss_names, loss, "loss"),
                  .folds = folds},
      .intervals = enum_from<Intervals>(interval_names, intervals, "intervals")};
  return to_dict(in_background([=](Job& job) {
    const auto measurement =
        text ? parse_measurement(*text, source, table) : read_measurement(source, table);
    return fit_measurement(measurement, table, request, job);
  }));
}

/// The rule that pulses make of a device, as a model file, and what to know of it.
py::dict device_rule(const std::string& device, const DeviceRuleRequest& request) {
  const auto made = in_background([=](Job&) {
    const auto file = load_device(device);
    return make_device_rule(file, request);
  });
  return py::dict("model_file"_a = to_json(made.model).dump(), "reason"_a = made.reason,
                  "warnings"_a = made.warnings);
}

// ----------------------------------------------------------------------------------- networks

/// A trained network as a value. It decides as a restored one does: on ideal devices that transmit
/// its weights, each sample by itself.
struct Network {
  std::string learner, code;
  ModelFile model;
  Parameters settings;
  int n_features, n_classes;
  TrainedNetwork trained;

  std::unique_ptr<Classifier> restored() const {
    const LearnerEntry& entry = classifier_named(learner, code);
    auto out = entry.classifier(settings, {.device = device_of(model), .n_classes = n_classes});
    out->restore(trained, n_features);
    return out;
  }
};
using NetworkPtr = std::shared_ptr<Network>;

NetworkPtr train(const BoundRule& rule, const std::string& learner, const std::string& code,
                 const std::string& settings, const Doubles& x, const Indices& y, int n_classes,
                 std::uint64_t seed) {
  RunConfig config{.model = rule.model, .learner = learner, .code = code};
  Samples samples = to_matrix(x, "X");
  config.settings = preset(own_data_task, learner, code, rule_name(rule.model.rule),
                           static_cast<int>(samples.cols()), {"learner", "encoder"});
  set_all(config.settings, parse_json(settings, "settings"), "settings");
  return in_background([=, classes = vector_of(y), samples = std::move(samples)](Job&) {
    const auto made = classifier_named(learner, code)
                          .classifier(config.settings, {.device = device_of(config.model),
                                                        .n_classes = n_classes,
                                                        .run_seed = seed,
                                                        .seed = seed});
    Training training;
    made->fit(samples, classes, training);
    auto trained = network_of(*made);
    return NetworkPtr(std::make_shared<Network>(
        Network{learner, code, config.model, config.settings, static_cast<int>(samples.cols()),
                n_classes, std::move(trained)}));
  });
}

py::tuple decide(const NetworkPtr& network, const Doubles& x, int threads) {
  Samples samples = to_matrix(x, "X");
  if (samples.cols() != network->n_features)
    throw InputError({.where = "X",
                      .expected = std::to_string(network->n_features) + " features",
                      .got = std::to_string(samples.cols())});
  struct Said {
    std::vector<int> y;
    Samples scores;
    Ledger spent;
  };
  auto said = in_background([network, samples = std::move(samples), threads](Job& job) {
    const int n = static_cast<int>(samples.rows());
    Said out{std::vector<int>(static_cast<std::size_t>(n)), Samples(n, network->n_classes), {}};
    constexpr int chunk = 64;  // rows between two looks at job.stop
    const int parts = std::max(1, std::min(threads, (n + chunk - 1) / chunk));
    std::vector<Ledger> spent(static_cast<std::size_t>(parts));
    in_parallel(parts, parts, [&](int part) {
      const auto classifier = network->restored();
      for (int first = part * chunk; first < n; first += parts * chunk) {
        job.check();
        const int rows = std::min(chunk, n - first);
        const auto d = classifier->decide(samples.middleRows(first, rows),
                                          spent[static_cast<std::size_t>(part)]);
        std::copy(d.y.begin(), d.y.end(), out.y.begin() + first);
        out.scores.middleRows(first, rows) = d.scores;
      }
    });
    for (const Ledger& ledger : spent) out.spent += ledger;
    return out;
  });
  return py::make_tuple(to_array(said.y), to_array(std::move(said.scores)),
                        to_dict(said.spent, network->model.conductance));
}

/// The features of a table, in the order of their names; a missing value is a NaN, if it may be.
py::array_t<double> features(const std::string& source, const std::optional<std::string>& text,
                             const std::vector<std::string>& names, bool may_miss) {
  const auto table = text ? parse_csv(*text, source) : read_csv(source);
  return to_array(features_from(table, names, may_miss ? Missing::kept : Missing::refused));
}

py::dict constants_of(const Network& network) {
  py::dict out;
  for (const Constant& c : network.trained.constants) {
    const py::object flat =
        c.integers.empty() ? py::object(to_array(c.numbers)) : py::object(to_array(c.integers));
    out[py::str(c.name)] = py::make_tuple(flat.attr("reshape")(c.shape), c.unit, c.meaning);
  }
  return out;
}

py::dict rows_of(const Network& network) {
  std::vector<std::int64_t> subnetwork, feature, field;
  std::vector<double> centre, sigma;
  for (const InputRow& row : network.trained.rows) {
    subnetwork.push_back(row.subnetwork);
    feature.push_back(row.field.feature);
    field.push_back(row.field.index);
    centre.push_back(row.field.centre);
    sigma.push_back(row.field.sigma);
  }
  return py::dict("subnetwork"_a = to_array(subnetwork), "feature"_a = to_array(feature),
                  "field"_a = to_array(field), "centre"_a = to_array(centre),
                  "sigma"_a = to_array(sigma));
}

/// The reverse of what the properties of a network say.
NetworkPtr make_network(const std::string& learner, const std::string& code,
                        const std::string& rule, const std::string& settings, int n_features,
                        int n_classes, const Doubles& weights, const py::dict& rows,
                        const py::dict& constants) {
  Network out{learner, code, model_of(rule), {}, n_features, n_classes, {}};
  out.settings = classifier_named(learner, code, {"learner", "encoder"}).settings;
  set_every(out.settings, parse_json(settings, "settings"), "settings");
  out.trained.weights = to_matrix(weights, "weights");
  const auto whole = [&](const char* name) {
    return vector_of(
        py::cast<py::array_t<std::int64_t, py::array::c_style | py::array::forcecast>>(rows[name]));
  };
  const auto real = [&](const char* name) { return vector_of(py::cast<Doubles>(rows[name])); };
  const auto subnetwork = whole("subnetwork"), feature = whole("feature"), field = whole("field");
  const auto centre = real("centre"), sigma = real("sigma");
  const auto n = subnetwork.size();
  const auto small = [](std::int64_t x) { return x >= 0 && x < 1'000'000; };
  bool fits = feature.size() == n && field.size() == n && centre.size() == n && sigma.size() == n &&
              out.trained.weights.rows() == static_cast<Eigen::Index>(n) &&
              out.trained.weights.allFinite();
  for (std::size_t i = 0; fits && i < n; ++i) {
    fits = small(subnetwork[i]) && small(feature[i]) && small(field[i]) &&
           std::isfinite(centre[i]) && std::isfinite(sigma[i]) && sigma[i] != 0.0;
    out.trained.rows.push_back(
        {static_cast<int>(subnetwork[i]),
         {static_cast<int>(feature[i]), static_cast<int>(field[i]), centre[i], sigma[i]}});
  }
  if (!fits)
    throw InputError({.where = "network",
                      .expected = "finite weights [row, class] and as many receptive fields",
                      .got = "others"});
  for (const auto& [name, value] : constants) {
    const auto parts = py::cast<py::tuple>(value);
    const auto values = py::cast<py::array>(parts[0]);
    Constant c{.name = py::cast<std::string>(name),
               .shape = {values.shape(), values.shape() + values.ndim()},
               .numbers = {},
               .unit = py::cast<std::string>(parts[1]),
               .meaning = py::cast<std::string>(parts[2])};
    if (values.dtype().kind() == 'i')
      c.integers = vector_of(
          py::cast<py::array_t<std::int64_t, py::array::c_style | py::array::forcecast>>(values));
    else
      c.numbers = vector_of(py::cast<Doubles>(values));
    out.trained.constants.push_back(std::move(c));
  }
  auto made = std::make_shared<Network>(std::move(out));
  made->restored();  // throws if it does not fit
  return made;
}

// --------------------------------------------------------------------------------------- runs

using RunPtr = std::shared_ptr<RunRecord>;

std::string file_as_meant(const std::string& file, std::string& sha256) {
  auto text = read_text(file);
  const auto hash = memplast::sha256(text);
  if (!sha256.empty() && sha256 != hash)
    throw InputError(
        {.where = file, .expected = "the file with SHA-256 " + sha256, .got = "one with " + hash});
  sha256 = hash;
  return text;
}

/// `table`: the data set of the task classify, if not in a file.
RunPtr run(const std::string& configuration, const std::optional<std::string>& table, int threads,
           const py::object& progress) {
  const json object = parse_json(configuration, "config");
  RunConfig config = run_config_from(object, "config");
  return in_background(
      [=](Job& job) mutable {
        Dataset data;
        if (config.task == own_data_task) {
          const auto text = table ? *table : file_as_meant(config.data.file, config.data.sha256);
          if (table) config.data.sha256 = sha256(text);
          data = dataset_from(parse_csv(text, config.data.file), config.data.label_column,
                              config.data.impute ? Missing::kept : Missing::refused);
          config.settings = preset(config.task, config.learner, config.code,
                                   rule_name(config.model.rule), static_cast<int>(data.x.cols()));
          if (object.contains("settings"))
            set_all(config.settings, object["settings"], "config/settings");
        } else {
          data = load_shipped_dataset(config.task);
        }
        return RunPtr(
            std::make_shared<RunRecord>(run_classification(config, data, job.execution(threads))));
      },
      progress);
}

const Conductance& range_of(const RunRecord& run) { return run.config.model.conductance; }

py::dict to_dict(const FoldRecord& fold, const RunRecord& run, const py::object& owner) {
  return py::dict(
      "partition"_a = fold.partition, "fold"_a = fold.fold,
      "test_index"_a = to_array(fold.test_index), "y_true"_a = to_array(fold.y_true),
      "y_pred"_a = to_array(fold.y_pred), "accuracy"_a = fold.accuracy,
      "f1_macro"_a = fold.f1_macro,
      "confusion"_a = py::object(to_array(fold.confusion))
                          .attr("reshape")(run.class_names.size(), run.class_names.size()),
      "weights"_a = view(fold.result.weights, owner),
      "training"_a = to_dict(fold.result.training, range_of(run)),
      "test"_a = to_dict(fold.result.test, range_of(run)));
}

const FoldRecord& fold_named(const RunRecord& run, const std::string& name) {
  std::vector<std::string> known;
  if (run.final_network) {
    if (name == "final" || name.empty()) return *run.final_network;
    known.emplace_back("final");
  }
  for (const FoldRecord& fold : run.folds) {
    known.push_back(std::to_string(fold.partition) + "_" + std::to_string(fold.fold));
    if (name.empty() || name == known.back()) return fold;
  }
  throw InputError(
      {.where = "network", .expected = "one of " + join(known), .got = "'" + name + "'"});
}

py::list folds_of(const py::object& self) {
  const auto& run = self.cast<const RunRecord&>();
  py::list out;
  for (const FoldRecord& fold : run.folds) out.append(to_dict(fold, run, self));
  return out;
}

NetworkPtr network_named(const RunRecord& run, const std::string& name) {
  const FoldResult& fold = fold_named(run, name).result;
  const RunConfig& c = run.config;
  return std::make_shared<Network>(Network{c.learner,
                                           c.code,
                                           c.model,
                                           c.settings,
                                           static_cast<int>(run.feature_names.size()),
                                           static_cast<int>(run.class_names.size()),
                                           {fold.constants, fold.rows, fold.weights}});
}

py::dict variants_of(const Variants& variants) {
  py::list waterfall;
  for (const WaterfallStep& step : variants.waterfall)
    waterfall.append(py::dict("name"_a = step.name, "score"_a = to_dict(step.score)));
  return py::dict("waterfall"_a = waterfall, "fit_draws"_a = variants.fit_draws);
}

using ControlPtr = std::shared_ptr<ControlRecord>;

ControlPtr run_control_task(const std::string& configuration, int threads,
                            const py::object& progress) {
  ControlConfig config = control_config_from(parse_json(configuration, "config"), "config");
  return in_background(
      [=](Job& job) mutable {
        Demonstrations recorded;
        if (!config.trajectory.empty())
          recorded = demonstrations_from(
              control_task(config.task),
              parse_csv(file_as_meant(config.trajectory, config.trajectory_sha256),
                        config.trajectory));
        return ControlPtr(
            std::make_shared<ControlRecord>(run_control(config, recorded, job.execution(threads))));
      },
      progress);
}

py::dict to_dict(const ControlSummary& s) {
  return py::dict("returns"_a = to_dict(s.returns), "return_worst"_a = s.return_worst,
                  "seeds_solved"_a = s.seeds_solved, "episodes_to_solve"_a = s.episodes_to_solve,
                  "input_spikes_per_decision"_a = s.input_spikes_per_decision,
                  "simulated_ms_per_decision"_a = s.simulated_ms_per_decision,
                  "energy_J_per_decision"_a = s.energy_J_per_decision,
                  "training_energy_J"_a = s.training_energy_J);
}

py::list seeds_of(const py::object& self) {
  py::list out;
  for (const ControlRun& run : self.cast<const ControlRecord&>().runs)
    out.append(py::dict("seed"_a = run.seed, "training"_a = to_array(run.training),
                        "evaluation"_a = to_array(run.evaluation),
                        "weights"_a = view(run.after, self)));
  return out;
}

// --------------------------------------------------------------------------------------- codes

/// Spikes of samples [sample, feature] with features in [0, 1]: for each sample the inputs that
/// fire and when [ms], in order of time.
py::list encode(const Doubles& u, const std::string& code, int n_fields, double field_width,
                double cut, double T_ms, double rate_high_Hz, double rate_low_Hz,
                std::uint64_t seed) {
  Parameters fields{FieldSettings{}};
  fields.set("n_fields", std::int64_t{n_fields}, "n_fields");
  fields.set("field_width", field_width, "field_width");
  fields.set("cut", cut, "cut");
  const Samples samples = to_matrix(u, "u");
  if (!(samples.array() >= 0.0).all() || !(samples.array() <= 1.0).all())
    throw InputError({.where = "u", .expected = "features in [0, 1]", .got = "others"});
  if (!(T_ms > 0.0 && T_ms <= 1e5))
    throw InputError(
        {.where = "T_ms", .expected = "a number in (0, 1e5] ms", .got = to_text(T_ms)});
  const auto receptive =
      subnetwork_fields(fields.as<FieldSettings>(), static_cast<int>(samples.cols()), 0, seed);
  const Samples g = activations(samples, receptive);
  std::vector<std::string> known;
  py::list out;
  const auto row = [&](Eigen::Index i) {
    return std::span(g.row(i).data(), static_cast<std::size_t>(g.cols()));
  };
  for (const VolleyCode& c : volley_codes()) {
    known.emplace_back(c.name);
    if (c.name != code) continue;
    const VolleyNeurons neurons(LifParameters{}, T_ms);
    for (Eigen::Index i = 0; i < g.rows(); ++i) {
      const Volley volley = c.encode(row(i), receptive.cut, T_ms, neurons);
      out.append(py::make_tuple(to_array(volley.pre), to_array(volley.t_ms)));
    }
    return out;
  }
  constexpr double step_ms = 0.1;
  for (const TrainCode& c : train_codes()) {
    known.emplace_back(c.name);
    if (c.name != code) continue;
    for (Eigen::Index i = 0; i < g.rows(); ++i) {
      // Decided by the sample's numbers, not by its place.
      const auto shown =
          derive_seed(seed, Purpose::test_presentation,
                      std::span(samples.row(i).data(), static_cast<std::size_t>(samples.cols())));
      std::vector<int> pre;
      std::vector<double> t_ms;
      for (const Spike& spike : c.encode(row(i), {rate_high_Hz, rate_low_Hz},
                                         std::lround(T_ms / step_ms), step_ms, shown)) {
        pre.push_back(spike.neuron);
        t_ms.push_back(static_cast<double>(spike.step) * step_ms);
      }
      out.append(py::make_tuple(to_array(pre), to_array(t_ms)));
    }
    return out;
  }
  throw InputError({.where = "code", .expected = "one of " + join(known), .got = "'" + code + "'"});
}

// ------------------------------------------------------------------------------------- learners

py::list classifiers() {
  py::list out;
  for (const LearnerEntry& entry : learners())
    if (entry.classifier != nullptr)
      out.append(py::dict("name"_a = entry.name, "code"_a = entry.code, "about"_a = entry.about,
                          "source"_a = entry.source,
                          "settings"_a = to_list(entry.settings.table())));
  return out;
}

// ------------------------------------------------------------------------------------- classes

void bind_rule(py::module_& m) {
  py::class_<BoundRule>(m, "Rule")
      .def(py::init(&BoundRule::load), "spec"_a)
      .def_property_readonly(
          "name", [](const BoundRule& r) { return std::string(rule_name(r.model.rule)); })
      .def_property_readonly("model_file",
                             [](const BoundRule& r) { return to_json(r.model).dump(); })
      .def("changes", &BoundRule::changes, "dt_ms"_a, "w"_a)
      .def(
          "reach_ms", [](const BoundRule& r, double sign) { return r.rule->reach_ms(sign); },
          "sign"_a);
  m.def("shipped_rules", [] {
    auto names = shipped_rules();
    for (auto& name : shipped_pulse_models()) names.push_back(std::move(name));
    return names;
  });
}

void bind_synapses(py::module_& m) {
  using S = BoundSynapses;
  py::class_<S>(m, "Synapses")
      .def(py::init<const BoundRule&, const Doubles&, std::uint64_t, const std::string&, double,
                    const std::string&, bool, double, double>(),
           "rule"_a, "start"_a, "seed"_a, "mapping"_a, "w_max"_a, "programming"_a, "accumulate"_a,
           "w_work"_a, "pulse_w"_a)
      .def_property_readonly("shape", &S::shape)
      .def_property_readonly("ledger", &S::ledger)
      .def("pair", &S::pair, "post"_a, "t_post_ms"_a, "pre"_a, "t_pre_ms"_a, "times"_a, "factor"_a)
      .def("step", &S::step, "dW"_a)
      .def("step_some", &S::step_some, "post"_a, "pre"_a, "dW"_a)
      .def("program", &S::program, "target"_a)
      .def("read", &S::read, "pre"_a)
      .def("age", [](S& s) { s.synapses().age(); })
      .def("transmitted", [](S& s) { return to_array(s.synapses().transmitted()); })
      .def("conductance_S", [](S& s) { return to_array(s.synapses().conductance_S()); })
      .def("conductance_minus_S", [](S& s) -> py::object {
        if (!has_pairs(s.synapses().device().mapping)) return py::none();
        return to_array(s.synapses().conductance_minus_S());
      });
}

void bind_network(py::module_& m) {
  py::class_<Network, NetworkPtr>(m, "Network")
      .def(py::init(&make_network), "learner"_a, "encoder"_a, "rule"_a, "settings"_a,
           "n_features"_a, "n_classes"_a, "weights"_a, "rows"_a, "constants"_a)
      .def_readonly("learner", &Network::learner)
      .def_readonly("encoder", &Network::code)
      .def_readonly("n_features", &Network::n_features)
      .def_readonly("n_classes", &Network::n_classes)
      .def_property_readonly("rule", [](const Network& n) { return to_json(n.model).dump(); })
      .def_property_readonly("settings",
                             [](const Network& n) { return to_json(n.settings).dump(); })
      .def_property_readonly("weights",
                             [](const py::object& self) {
                               return view(self.cast<const Network&>().trained.weights, self);
                             })
      .def_property_readonly("rows", rows_of)
      .def_property_readonly("constants", constants_of)
      .def_property_readonly(
          "score_name", [](const Network& n) { return std::string(n.restored()->score_name()); })
      .def("decide", decide, "x"_a, "threads"_a);
  m.def("train", train, "rule"_a, "learner"_a, "encoder"_a, "settings"_a, "x"_a, "y"_a,
        "n_classes"_a, "seed"_a);
  m.def("classifiers", classifiers);
  m.def("features", features, "source"_a, "text"_a, "names"_a, "may_miss"_a);
}

template <class Record>
void save(const Record& record, const std::string& path, const std::string& command_line,
          const std::string& created_utc) {
  require_writable(path);
  write_result(path, record, {.command_line = command_line, .created_utc = created_utc});
}

void bind_runs(py::module_& m) {
  const auto config = [](const auto& run) { return to_json(run.config).dump(); };
  const auto variants = [](const auto& run) { return variants_of(run.variants); };
  using R = RunRecord;
  py::class_<R, RunPtr>(m, "Run")
      .def_property_readonly("config", [=](const R& r) { return config(r); })
      .def_readonly("feature_names", &R::feature_names)
      .def_readonly("class_names", &R::class_names)
      .def_readonly("training_samples", &R::training_samples)
      .def_readonly("test_samples", &R::test_samples)
      .def_property_readonly("accuracy", [](const R& r) { return to_dict(r.accuracy); })
      .def_property_readonly("f1_macro", [](const R& r) { return to_dict(r.f1_macro); })
      .def_property_readonly("training",
                             [](const R& r) { return to_dict(r.training, range_of(r)); })
      .def_property_readonly("test", [](const R& r) { return to_dict(r.test, range_of(r)); })
      .def_property_readonly("variants", [=](const R& r) { return variants(r); })
      .def_property_readonly("folds", folds_of)
      .def("network", network_named, "name"_a)
      .def("save", save<R>, "path"_a, "command_line"_a, "created_utc"_a);

  using C = ControlRecord;
  py::class_<C, ControlPtr>(m, "ControlRun")
      .def_property_readonly("config", [=](const C& r) { return config(r); })
      .def_property_readonly("summary", [](const C& r) { return to_dict(r.summary); })
      .def_property_readonly("variants", [=](const C& r) { return variants(r); })
      .def_property_readonly("seeds", seeds_of)
      .def("save", save<C>, "path"_a, "command_line"_a, "created_utc"_a);

  m.def("run", &memplast::run, "config"_a, "table"_a, "threads"_a, "progress"_a);
  m.def("run_control", run_control_task, "config"_a, "threads"_a, "progress"_a);
  m.def("control_tasks", control_tasks);
}

/// InputError and IoError of the library as those of memplast._errors and Python.
void translate(std::exception_ptr thrown) {
  try {
    if (thrown) std::rethrow_exception(thrown);
  } catch (const InputError& e) {
    const Complaint& c = e.complaint;
    const auto type = py::module_::import("memplast._errors").attr("InputError");
    PyErr_SetObject(type.ptr(), type(c.where, c.expected, c.got, c.mend).ptr());
  } catch (const IoError& e) {
    PyErr_SetString(PyExc_OSError, e.what());
  } catch (const Interrupted& e) {
    PyErr_SetString(PyExc_KeyboardInterrupt, e.what());
  }
}

}  // namespace
}  // namespace memplast

PYBIND11_MODULE(_core, m) {
  using namespace memplast;
  py::register_exception_translator(translate);
  m.attr("__version__") = std::string(version());
  m.attr("takes_numpy_2") = PYBIND11_VERSION_HEX >= 0x020C0000;
  py::module_::import("atexit").attr("register")(py::cpp_function([] {
    const py::gil_scoped_release release;
    Background::instance().join();
  }));
  bind_rule(m);
  bind_synapses(m);
  bind_network(m);
  bind_runs(m);
  m.def("fit", &memplast::fit, "source"_a, "text"_a, "model"_a, "fix"_a, "loss"_a, "intervals"_a,
        "folds"_a, "seed"_a, "columns"_a, "renamed"_a, "read_voltage_V"_a, "step_s"_a, "g_min_S"_a,
        "g_max_S"_a, "estimate_range"_a);
  m.def(
      "device_rule",
      [](const std::string& device, const std::string& pre_pulse, const std::string& post_pulse,
         const std::vector<double>& w, std::optional<double> dt_max_ms,
         std::optional<double> dt_step_ms, const std::string& rule) {
        return device_rule(device, {pre_pulse, post_pulse, w, dt_max_ms, dt_step_ms, rule});
      },
      "device"_a, "pre_pulse"_a, "post_pulse"_a, "w"_a, "dt_max_ms"_a, "dt_step_ms"_a, "rule"_a);
  m.def("replay", replay_train, "rule"_a, "pre_ms"_a, "post_ms"_a, "pairing"_a, "delay_ms"_a,
        "w0"_a, "initial_pre_ms"_a);
  m.def("encode", encode, "u"_a, "code"_a, "n_fields"_a, "field_width"_a, "cut"_a, "T_ms"_a,
        "rate_high_Hz"_a, "rate_low_Hz"_a, "seed"_a);
}
