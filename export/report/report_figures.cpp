#include "report_figures.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "../../fitting/window_fit.hpp"
#include "../../lib/coding/code.hpp"
#include "../../tasks/control_settings.hpp"
#include "../../tasks/environments/cartpole.hpp"
#include "../figures/plot.hpp"

namespace memplast {
namespace {

std::string percent(double x) { return rounded(100.0 * x, 3) + " %"; }

std::string series(std::size_t k) { return "s" + std::to_string(k % 6); }

/// The first `n` characters, with an ellipsis if that is not all.
std::string shortened(const std::string& text, std::size_t n) {
  std::size_t length = 0, at = 0;
  for (; at < text.size(); ++at)
    if ((text[at] & 0xC0) != 0x80 && ++length > n) break;
  return at == text.size() ? text : text.substr(0, at) + "…";
}

/// The same without its middle: "principal axis 12" remains one among several.
std::string without_middle(const std::string& text, std::size_t n) {
  constexpr std::size_t end = 4;
  if (n < 2 * end || shortened(text, n + 1) == text) return shortened(text, n);
  std::size_t from = text.size() - end;
  while (from > 0 && (text[from] & 0xC0) == 0x80) --from;  // not within a character
  return shortened(text, n - end) + text.substr(from);
}

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// --- accuracy ------------------------------------------------------------------------------------

Figure fold_figure(const ReportedRun& run, const std::string& prefix) {
  Svg svg(360, 230);
  const auto& folds = run.folds;
  auto all = folds.accuracy;
  all.push_back(std::clamp(run.accuracy.ci95_low, 0.0, 1.0));
  all.push_back(std::clamp(run.accuracy.ci95_high, 0.0, 1.0));
  const auto [first, last] = std::minmax_element(folds.partition.begin(), folds.partition.end());
  Plot plot(svg, {52, 12}, {350, 190}, {*first - 0.5, *last + 0.5, "partition", true},
            Axis::around(all, "accuracy"));
  const std::vector<double> ends{*first - 0.5, *last + 0.5};
  const auto level = [&](double y) { return std::vector<double>(2, y); };
  plot.band(ends, level(std::clamp(run.accuracy.ci95_low, 0.0, 1.0)),
            level(std::clamp(run.accuracy.ci95_high, 0.0, 1.0)), "band s0");
  plot.line(ends, level(run.accuracy.mean), "line s0");
  int of_partition = 0;
  for (std::size_t i = 0; i < folds.accuracy.size(); ++i) {
    of_partition = i > 0 && folds.partition[i] == folds.partition[i - 1] ? of_partition + 1 : 0;
    const double shift = 0.12 * (of_partition % 5 - 2);  // so that equal ones stay visible
    svg.circle(plot.at(folds.partition[i] + shift, folds.accuracy[i]), 2.6, "faint s1");
  }
  return {prefix + "-folds", "Accuracy of every fold",
          "Each dot is a fold; line and band: mean " + percent(run.accuracy.mean) +
              " and its 95 % interval, " + percent(std::max(run.accuracy.ci95_low, 0.0)) + " to " +
              percent(std::min(run.accuracy.ci95_high, 1.0)) + " (corrected resampled t), over " +
              std::to_string(folds.accuracy.size()) + " folds; sd " + percent(run.accuracy.sd) +
              ".",
          std::move(svg)};
}

Figure confusion_figure(const ReportedRun& run, const std::string& prefix) {
  const std::size_t n = run.class_names.size();
  const double cell = std::min(56.0, 250.0 / static_cast<double>(n)), left = 96, top = 24;
  const double side = cell * static_cast<double>(n);
  Svg svg(360, top + side + 62);
  double hits = 0.0, total = 0.0;
  for (std::size_t t = 0; t < n; ++t) {
    const auto row = run.confusion.begin() + static_cast<std::ptrdiff_t>(t * n);
    const double sum = std::accumulate(row, row + static_cast<std::ptrdiff_t>(n), 0.0);
    hits += row[static_cast<std::ptrdiff_t>(t)];
    total += sum;
    const double y = top + cell * static_cast<double>(t);
    svg.text({left - 6, y + cell / 2 + 4}, shortened(run.class_names[t], 12), "end", "small");
    for (std::size_t p = 0; p < n; ++p) {
      const double count = row[static_cast<std::ptrdiff_t>(p)], share = sum > 0 ? count / sum : 0.0;
      const double x = left + cell * static_cast<double>(p);
      svg.rect({x, y}, cell - 1, cell - 1, "cell");
      if (count > 0)
        svg.raw("<rect x=\"" + pixels(x) + "\" y=\"" + pixels(y) + "\" width=\"" +
                pixels(cell - 1) + "\" height=\"" + pixels(cell - 1) +
                "\" class=\"bar s0\" fill-opacity=\"" + pixels(0.08 + 0.92 * share) + "\"/>");
      const bool dark = share > 0.5;
      const std::string size = cell < 30 ? "tiny" : "small";
      svg.text({x + cell / 2, y + cell / 2 + 3.5},
               cell < 30 ? rounded(100 * share, share < 0.995 ? 2 : 3) : rounded(count, 6),
               "middle", dark ? size + " inverse" : size);
    }
  }
  for (std::size_t p = 0; p < n; ++p)
    svg.text({left + cell * (static_cast<double>(p) + 0.5), top + side + 14},
             shortened(run.class_names[p], static_cast<std::size_t>(cell / 5.5)), "middle",
             "small");
  svg.text({left + side / 2, top + side + 34}, "decided as", "middle");
  svg.text({left - 6, top - 8}, "true class", "end");
  return {prefix + "-confusion", "Confusion matrix",
          "Test samples of all folds by true class (rows) and decision (columns), " +
              std::string(cell < 30 ? "in percent of the row" : "counted") + "; " +
              percent(total > 0 ? hits / total : 0.0) + " stand on the diagonal.",
          std::move(svg)};
}

// --- weights -------------------------------------------------------------------------------------

/// Cells of one colour as one path: far fewer bytes than a rectangle each.
class HeatCells {
 public:
  void add(Point corner, double width, double height, double x) {
    const auto k = static_cast<std::size_t>(std::clamp(x, 0.0, 1.0) * (paths_.size() - 1) + 0.5);
    paths_[k] += 'M' + pixels(corner.x) + ' ' + pixels(corner.y) + 'h' + pixels(width) + 'v' +
                 pixels(height) + "h-" + pixels(width) + 'z';
  }
  void draw(Svg& svg) const {
    for (std::size_t k = 0; k < paths_.size(); ++k)
      if (!paths_[k].empty())
        svg.raw("<path d=\"" + paths_[k] + "\" fill=\"" +
                sequential_colour(static_cast<double>(k) / (paths_.size() - 1)) + "\"/>");
  }

 private:
  std::array<std::string, 33> paths_;
};

Figure map_figure(const ReportedRun& run, const std::string& prefix) {
  const ConductanceMap& map = *run.map;
  // One panel per feature of the first sub-network: fields across, classes down.
  std::vector<std::vector<std::size_t>> rows(map.feature_names.size());
  std::int64_t subnetworks = 0;
  for (std::size_t pre = 0; pre < map.n_pre; ++pre) {
    subnetworks = std::max(subnetworks, map.subnetwork[pre] + 1);
    if (map.subnetwork[pre] == map.subnetwork.front())
      rows[static_cast<std::size_t>(map.feature[pre])].push_back(pre);
  }
  std::erase_if(rows, [](const auto& fields) { return fields.empty(); });
  for (auto& fields : rows)
    std::stable_sort(fields.begin(), fields.end(),
                     [&](auto a, auto b) { return map.field[a] < map.field[b]; });
  const double columns = rows.size() > 12 ? 4 : 2, gap = 10, left = 4;
  const double panel = (360 - 2 * left - gap * (columns - 1)) / columns;
  const double cell = std::clamp(54.0 / static_cast<double>(map.n_post), 5.0, 16.0);
  const double height = 15 + cell * static_cast<double>(map.n_post) + 8;
  const double lines = std::ceil(static_cast<double>(rows.size()) / columns);
  Svg svg(360, lines * height + 44);
  const auto [low, high] = std::minmax_element(map.conductance.begin(), map.conductance.end());
  const double range = *high > *low ? *high - *low : 1.0;
  HeatCells cells;
  for (std::size_t f = 0; f < rows.size(); ++f) {
    const double x0 = left + (panel + gap) * std::fmod(static_cast<double>(f), columns);
    const double y0 = height * std::floor(static_cast<double>(f) / columns) + 15;
    svg.text({x0, y0 - 4},
             without_middle(map.feature_names[static_cast<std::size_t>(map.feature[rows[f][0]])],
                            static_cast<std::size_t>(panel / 5.8)),
             "start", columns > 2 ? "tiny" : "small");
    const double width = panel / static_cast<double>(rows[f].size());
    for (std::size_t k = 0; k < rows[f].size(); ++k)
      for (std::size_t post = 0; post < map.n_post; ++post)
        cells.add({x0 + width * static_cast<double>(k), y0 + cell * static_cast<double>(post)},
                  width, cell, (map.conductance[rows[f][k] * map.n_post + post] - *low) / range);
  }
  cells.draw(svg);
  const double y = lines * height + 12;
  for (int k = 0; k < 32; ++k) svg.swatch({130 + 4.0 * k, y}, 4.2, 9, sequential_colour(k / 31.0));
  svg.text({124, y + 8}, rounded(*low * 1e6, 3) + " µS", "end", "small");
  svg.text({264, y + 8}, rounded(*high * 1e6, 3) + " µS", "start", "small");
  std::vector<std::string> classes;
  for (const auto& name : map.class_names) classes.push_back(name);
  return {
      prefix + "-map", "Conductances, by receptive field",
      "Fold " + metadata_text(map.metadata["fold"]) + ", sub-network 1 of " +
          std::to_string(subnetworks) +
          ". One panel per feature: its receptive fields from low to high across, the classes " +
          join(classes) + " from top to bottom.",
      std::move(svg)};
}

Figure histogram_figure(const ReportedRun& run, const std::string& prefix) {
  constexpr std::size_t bins = 40;
  std::vector<double> share(bins, 0.0);
  double inside = 0.0;
  for (const double w : run.weights) {
    share[std::min(bins - 1, static_cast<std::size_t>(std::clamp(w, 0.0, 1.0) * bins))] +=
        1.0 / static_cast<double>(run.weights.size());
    inside += w > 0.0 && w < 1.0 ? 1.0 / static_cast<double>(run.weights.size()) : 0.0;
  }
  Svg svg(360, 230);
  const auto& device = run.model.conductance;
  const double most = *std::max_element(share.begin(), share.end());
  Plot plot(svg, {52, 12}, {350, 190},
            {0.0, 1.0,
             "weight w: " + rounded(device.G_min * 1e6, 3) + " µS at 0, " +
                 rounded(device.G_max * 1e6, 3) + " µS at 1"},
            {0.0, 1.05 * most, "share of devices"});
  for (std::size_t k = 0; k < bins; ++k) {
    const double x = static_cast<double>(k) / bins;
    const auto corner = plot.at(x, share[k]);
    svg.rect({corner.x + 0.4, corner.y}, plot.x(x + 1.0 / bins) - corner.x - 0.8,
             plot.y(0) - corner.y, "bar s0");
  }
  return {prefix + "-weights", "Weights after training",
          std::to_string(run.weights.size()) + " devices of all " +
              (run.is_control() ? "seeds" : "folds") + "; median w " +
              rounded(median(run.weights), 3) + ", " + percent(inside) +
              " strictly between the limits.",
          std::move(svg)};
}

// --- windows -------------------------------------------------------------------------------------

/// The fit that a model file records; nothing if it has none, or of another kind.
std::optional<WindowFit> recorded_fit(const ModelFile& model) {
  if (!model.fit.is_object() || !model.fit.contains("covariance") ||
      !model.fit.contains("std_error") || !model.fit.value("n", json()).is_number())
    return {};
  WindowFit fit;
  fit.rule = model.rule;
  fit.n = model.fit["n"].get<int>();
  const json& free = model.fit["std_error"];
  const json& covariance = model.fit["covariance"];
  if (!free.is_object() || !covariance.is_array() || covariance.size() != free.size()) return {};
  for_each_value(model.rule, [&](const auto& param, double value) {
    const bool fixed = !free.contains(param.key());
    fit.params.push_back({.key = param.key(),
                          .unit = std::string(param.unit),
                          .value = value,
                          .standing = fixed ? Standing::fixed : Standing::fitted,
                          .std_error = 0.0,
                          .ci95_low = 0.0,
                          .ci95_high = 0.0});
    fit.free_params += fixed ? 0 : 1;
  });
  for (const json& row : covariance) {
    if (!row.is_array() || row.size() != free.size()) return {};
    auto& values = fit.covariance.emplace_back();
    for (const json& c : row)
      values.push_back(c.is_number() ? c.get<double>() : std::numeric_limits<double>::quiet_NaN());
  }
  if (static_cast<std::size_t>(fit.free_params) != free.size() || fit.n <= fit.free_params)
    return {};
  return fit;
}

double change(const AnyRule& rule, double dt, double w) {
  return std::visit([&](const auto& r) { return static_cast<double>(r.dw(dt, w)); }, rule);
}

/// The lag beyond which less than 1 % of the largest change is left, within 500 ms.
double reach_of(const AnyRule& rule) {
  double peak = 0.0, reach = 20.0;
  for (int dt = -500; dt <= 500; ++dt) peak = std::max(peak, std::abs(change(rule, dt, 0.5)));
  for (int dt = -500; dt <= 500; ++dt)
    if (std::abs(change(rule, dt, 0.5)) > 0.01 * peak)
      reach = std::max(reach, static_cast<double>(std::abs(dt)));
  return reach;
}

}  // namespace

Figure window_figure(const ModelFile& model, const std::optional<WindowData>& data,
                     const std::string& prefix) {
  double reach = reach_of(model.rule);
  std::vector<double> states{0.1, 0.5, 0.9};
  if (data) {
    reach = 0.0;
    for (const auto& p : data->points) reach = std::max(reach, std::abs(p.dt));
    std::vector<double> w;
    for (const auto& p : data->points) w.push_back(p.w);
    std::sort(w.begin(), w.end());
    states = {w.front(), w[w.size() / 2], w.back()};
    states.erase(std::unique(states.begin(), states.end()), states.end());
  }
  const auto fit = recorded_fit(model);
  struct Branch {
    std::size_t state;
    std::vector<double> dt, dw, low, high;
  };
  std::vector<Branch> branches;
  std::vector<double> seen{0.0};
  for (std::size_t s = 0; s < states.size(); ++s)
    for (const double side : {-1.0, 1.0}) {
      Branch b{.state = s, .dt = {}, .dw = {}, .low = {}, .high = {}};
      std::vector<WindowPoint> points;
      for (int k = 0; k <= 60; ++k) {
        b.dt.push_back(side * std::max(reach * k / 60.0, 1e-6));
        b.dw.push_back(change(model.rule, b.dt.back(), states[s]));
        points.push_back({b.dt.back(), states[s], 0.0, 1.0});
      }
      const auto half = fit ? confidence_band(*fit, points) : std::vector<double>(61, 0.0);
      for (std::size_t k = 0; k < half.size(); ++k) {
        b.low.push_back(b.dw[k] - half[k]);
        b.high.push_back(b.dw[k] + half[k]);
      }
      seen.insert(seen.end(), b.low.begin(), b.low.end());
      seen.insert(seen.end(), b.high.begin(), b.high.end());
      branches.push_back(std::move(b));
    }
  std::size_t shown = 0, every = 1;
  if (data) {
    every = 1 + data->points.size() / 1500;  // more dots than that only hide each other
    for (const auto& p : data->points) seen.push_back(p.dw);
  }
  Svg svg(360, 250);
  Plot plot(svg, {58, 26}, {350, 208}, {-reach, reach, "t_post - t_pre (ms)"},
            Axis::around(seen, "change of weight, Δw"));
  plot.line({-reach, reach}, {0, 0}, "axis");
  if (data)
    for (std::size_t i = 0; i < data->points.size(); i += every, ++shown) {
      const auto& p = data->points[i];
      std::size_t nearest = 0;
      for (std::size_t s = 0; s < states.size(); ++s)
        if (std::abs(states[s] - p.w) < std::abs(states[nearest] - p.w)) nearest = s;
      svg.circle(plot.at(p.dt, p.dw), 1.5, "faint " + series(nearest));
    }
  for (const auto& b : branches) {
    if (fit) plot.band(b.dt, b.low, b.high, "band " + series(b.state));
    plot.line(b.dt, b.dw, "line " + series(b.state));
  }
  for (std::size_t s = 0; s < states.size(); ++s) {
    const double x = 66 + 96.0 * static_cast<double>(s);
    svg.line({x, 12}, {x + 18, 12}, "line " + series(s));
    svg.text({x + 23, 16}, "w = " + rounded(states[s], 2), "start", "small");
  }
  std::string caption = "The change that a pair of spikes makes, by the rule " +
                        std::string(rule_name(model.rule)) + ", at weights " +
                        rounded(states.front(), 2) + " to " + rounded(states.back(), 2) + ".";
  if (fit) caption += " Band: 95 % confidence of the fit to " + std::to_string(fit->n) + " points.";
  if (data)
    caption += " Dots: " + std::to_string(shown) + " of " + std::to_string(data->points.size()) +
               " measured points (" + data->file + "), in the colour of the nearest weight.";
  return {prefix + "-window", "Plasticity window", caption, std::move(svg)};
}

namespace {

// --- one sample ----------------------------------------------------------------------------------

Figure sample_figure(const ReportedRun& run, const std::string& prefix) {
  const SampleTrace& trace = run.sample->trace;
  const double end = trace.grid_ms.back();
  int n_pre = 1;
  for (const int pre : trace.pre) n_pre = std::max(n_pre, pre + 1);
  Svg svg(360, 330);
  Plot raster(svg, {52, 22}, {350, 130}, {0.0, end, ""},
              {-1.0, static_cast<double>(n_pre), "input"});
  for (std::size_t i = 0; i < trace.pre.size(); ++i)
    svg.circle(raster.at(trace.t_ms[i], trace.pre[i]), trace.pre.size() > 500 ? 1.0 : 2.0,
               "dot s0");
  std::vector<double> seen{0.0};
  for (const auto& V : trace.V_mV) seen.insert(seen.end(), V.begin(), V.end());
  Axis level = Axis::around(seen, "V above rest (mV)");
  level.high *= 1.15;
  Plot potential(svg, {52, 150}, {350, 290}, {0.0, end, "time (ms)"}, level);
  std::vector<Point> threshold;
  for (std::size_t k = 0; k < trace.grid_ms.size(); ++k)
    if (trace.threshold_mV[k] <= level.high)
      threshold.push_back(potential.at(trace.grid_ms[k], trace.threshold_mV[k]));
  svg.polyline(threshold, "dash");
  const std::size_t shown = std::min<std::size_t>(trace.V_mV.size(), 6);
  for (std::size_t c = 0; c < shown; ++c) {
    potential.line(trace.grid_ms, trace.V_mV[c], "line " + series(c));
    for (std::size_t k = 0; k < trace.post.size(); ++k)
      if (trace.post[k] == static_cast<int>(c))
        svg.circle(potential.at(trace.post_t_ms[k], trace.spikes[c].V_mV), 3.2, "dot " + series(c));
    const double x = 58 + 98.0 * static_cast<double>(c % 3),
                 y = 9 + 9.0 * static_cast<double>(c / 3);
    svg.line({x, y}, {x + 14, y}, "line " + series(c));
    svg.text({x + 18, y + 3}, shortened(run.class_names[c], 13), "start", "tiny");
  }
  const bool trains = std::any_of(train_codes().begin(), train_codes().end(),
                                  [&](const TrainCode& code) { return code.name == run.encoder; });
  const bool falls = trace.threshold_mV.front() > trace.threshold_mV.back();
  std::string caption = "A test sample of the class " +
                        run.class_names[static_cast<std::size_t>(run.sample->true_class)] +
                        ", shown again to the first sub-network of the first fold. Above: its " +
                        std::to_string(trace.pre.size()) + " input spikes" +
                        (trains ? " in the first " + rounded(end, 4) + " ms" : "") +
                        ". Below: the potentials of the classes and the threshold (dashed)" +
                        (falls ? ", which falls after the volley" : "") +
                        "; dots: " + (trains ? "output spikes, the first" : "first spikes");
  for (std::size_t c = 0; c < shown; ++c)
    caption += (c == 0 ? ", " : "; ") + run.class_names[c] + " " +
               (std::isfinite(trace.spikes[c].t_ms) ? rounded(trace.spikes[c].t_ms, 4) + " ms"
                                                    : std::string("none"));
  return {prefix + "-sample", "One sample, spike by spike", caption + ".", std::move(svg)};
}

Figure epochs_figure(const ReportedRun& run, const std::string& prefix) {
  const LearningCurve& curve = *run.learning;
  std::vector<double> epoch;
  for (std::size_t e = 0; e < curve.mean.size(); ++e) epoch.push_back(static_cast<double>(e + 1));
  Svg svg(360, 230);
  auto seen = curve.high;
  seen.push_back(0.0);
  Plot plot(svg, {52, 12}, {350, 190}, {0.5, epoch.back() + 0.5, "epoch"},
            Axis::around(seen, "share of wrong decisions"));
  plot.band(epoch, curve.low, curve.high, "band s0");
  plot.line(epoch, curve.mean, "line s0");
  for (std::size_t e = 0; e < epoch.size(); ++e)
    svg.circle(plot.at(epoch[e], curve.mean[e]), 2.2, "dot s0");
  return {prefix + "-epochs", "Learning curve",
          "Training samples that were decided wrongly when they were shown, by epoch: mean and "
          "10 to 90 % of all sub-networks of all folds, " +
              percent(curve.mean.front()) + " in the first epoch, " + percent(curve.mean.back()) +
              " in the last.",
          std::move(svg)};
}

// --- waterfall and baselines ---------------------------------------------------------------------

/// A score, the most that it can be, and how it is written.
struct ScoreKind {
  std::string name;
  double most;
  std::string (*text)(double);
};
const ScoreKind accuracy_score{"accuracy", 1.0, percent};
const ScoreKind return_score{"return", std::numeric_limits<double>::infinity(),
                             [](double x) { return rounded(x, 4); }};

/// Rows with a mean and an interval; `names` stand above each row.
Figure interval_figure(const std::string& id, const std::string& title, const std::string& caption,
                       const ScoreKind& score, const std::vector<std::string>& names,
                       const std::vector<double>& mean, const std::vector<double>& low,
                       const std::vector<double>& high,
                       const std::vector<std::vector<double>>& points = {}) {
  const double row = 32;
  const double bottom = 8 + row * static_cast<double>(names.size());
  Svg svg(360, bottom + 40);
  std::vector<double> seen;
  for (const auto* values : {&mean, &low, &high})
    for (const double x : *values) seen.push_back(std::clamp(x, 0.0, score.most));
  for (const auto& list : points) seen.insert(seen.end(), list.begin(), list.end());
  Plot plot(svg, {12, 4}, {346, bottom}, Axis::around(seen, score.name), {0.0, 0.0, ""});
  for (std::size_t i = 0; i < names.size(); ++i) {
    const double y = 28 + row * static_cast<double>(i);
    svg.text({16, y - 9}, shortened(names[i], 46), "start", "small");
    svg.text({346, y - 9}, score.text(mean[i]), "end", "small");
    if (i < points.size())
      for (const double x : points[i]) svg.circle({plot.x(x), y}, 2.2, "faint " + series(i));
    svg.line({plot.x(std::clamp(low[i], 0.0, score.most)), y},
             {plot.x(std::clamp(high[i], 0.0, score.most)), y}, "thick " + series(i));
    svg.rect({plot.x(mean[i]) - 3.5, y - 3.5}, 7, 7, "bar " + series(i));
  }
  return {id, title, caption, std::move(svg)};
}

Figure waterfall_figure(const ReportedRun& run, const std::string& prefix) {
  const Waterfall& steps = *run.waterfall;
  const ScoreKind& score = run.is_control() ? return_score : accuracy_score;
  return interval_figure(prefix + "-waterfall", "What each non-ideality costs",
                         "Mean " + score.name +
                             " and its 95 % interval as one non-ideality after the other is "
                             "switched on, from top to bottom: " +
                             score.text(steps.mean.front()) + " at first, " +
                             score.text(steps.mean.back()) + " with all.",
                         score, steps.names, steps.mean, steps.low, steps.high);
}

// A difference of accuracies in percentage points.
std::string points(double difference) {
  return (difference < 0.0 ? "" : "+") + rounded(100.0 * difference, 3) + " points";
}

Figure baseline_figure(const ReportedRun& run, const std::string& prefix) {
  std::vector<std::string> names{"this network"};
  std::vector<double> mean{run.accuracy.mean}, low{run.accuracy.ci95_low},
      high{run.accuracy.ci95_high};
  std::string differences;
  for (const auto& b : run.baselines) {
    names.push_back(b.name);
    if (b.difference)
      differences += (differences.empty() ? " This network minus " : "; ") + b.name +
                     ", paired: " + points(b.difference->mean) + " (95 % interval " +
                     points(b.difference->low) + " to " + points(b.difference->high) + ")";
    for (auto* values : {&mean, &low, &high}) values->push_back(b.accuracy);
  }
  return interval_figure(prefix + "-baselines", "Other methods on the same folds",
                         "Mean accuracy; the interval of this network is the 95 % interval." +
                             differences + (differences.empty() ? "" : "."),
                         accuracy_score, names, mean, low, high);
}

// --- control -------------------------------------------------------------------------------------

Figure learning_figure(const ReportedRun& run, const std::string& prefix) {
  const ControlTask& task = *control_task(run.task, run.file + ":@config_json/task").task;
  // Means of blocks of episodes, at most 120 of them.
  std::size_t episodes = 0;
  for (const auto& seed : run.seeds) episodes = std::max(episodes, seed.training.size());
  const std::size_t block = std::max<std::size_t>(1, (episodes + 119) / 120);
  std::vector<double> x, mean, low, high, seen{0.0, task.full_return};
  for (std::size_t first = 0; first < episodes; first += block) {
    std::vector<double> of_seeds;
    for (const auto& seed : run.seeds) {
      double sum = 0.0, n = 0.0;
      for (std::size_t e = first; e < std::min(first + block, seed.training.size()); ++e) {
        sum += seed.training[e];
        n += 1.0;
      }
      if (n > 0.0) of_seeds.push_back(sum / n);
    }
    if (of_seeds.empty()) break;
    const auto [least, most] = std::minmax_element(of_seeds.begin(), of_seeds.end());
    x.push_back(static_cast<double>(first) + 0.5 * static_cast<double>(block + 1));
    low.push_back(*least);
    high.push_back(*most);
    mean.push_back(std::accumulate(of_seeds.begin(), of_seeds.end(), 0.0) /
                   static_cast<double>(of_seeds.size()));
  }
  seen.insert(seen.end(), high.begin(), high.end());
  Svg svg(360, 230);
  const double last = static_cast<double>(std::max<std::size_t>(episodes, 2));
  Plot plot(svg, {52, 12}, {350, 190}, {1.0, last, "episode"}, Axis::around(seen, "return"));
  plot.line({1.0, last}, {task.solved_return, task.solved_return}, "dash");
  plot.band(x, low, high, "band s0");
  plot.line(x, mean, "line s0");
  return {prefix + "-learning", "Learning curve",
          "Return by training episode, in blocks of " + std::to_string(block) +
              ": mean and range over " + std::to_string(run.seeds.size()) +
              " seeds. Dashed: " + rounded(task.solved_return, 4) +
              ", which counts as solved. Tested after training: " + rounded(run.return_mean, 4) +
              " ± " + rounded(run.return_sd, 3) + " (mean ± sd over seeds).",
          std::move(svg)};
}

/// CartPole: the cart and the pole of the first tested episode, moved by CSS keyframes.
Figure pole_figure(const ReportedRun& run, const std::string& prefix) {
  const ControlSeed& seed = run.seeds.front();
  const std::size_t steps = seed.state.size() / seed.variables;
  const std::size_t every = 1 + steps / 250;
  Svg svg(360, 200);
  constexpr double per_metre = 66, rail = 160, middle = 180, length = 92;
  std::string cart, pole;
  for (std::size_t k = 0; k < steps; k += every) {
    const double part =
        100.0 * static_cast<double>(k) / static_cast<double>(std::max<std::size_t>(steps - 1, 1));
    const double x = std::clamp(seed.state[k * seed.variables], -2.6, 2.6);
    const double degrees = seed.state[k * seed.variables + 2] * 180.0 / 3.14159265358979;
    cart += pixels(part) + "%{transform:translate(" + pixels(per_metre * x) + "px,0)}";
    pole += pixels(part) + "%{transform:rotate(" + pixels(degrees) + "deg)}";
  }
  const double seconds = 0.02 * static_cast<double>(steps);  // tau of CartPole-v1
  const std::string id = prefix + "-pole";
  const auto style = [&](const std::string& part, const std::string& frames) {
    return "@keyframes " + id + "-" + part + "{" + frames + "}#" + id + "-" + part +
           "{animation:" + id + "-" + part + " " + pixels(seconds) + "s linear infinite}";
  };
  svg.raw("<style>" + style("cart", cart) + style("arm", pole) +
          "@media (prefers-reduced-motion:reduce){.moving{animation:none!important}}</style>");
  svg.line({middle - 2.4 * per_metre, rail + 11}, {middle + 2.4 * per_metre, rail + 11}, "axis");
  for (const double end : {-2.4, 0.0, 2.4}) {
    svg.line({middle + end * per_metre, rail + 6}, {middle + end * per_metre, rail + 16}, "axis");
    svg.text({middle + end * per_metre, rail + 30}, rounded(end, 2) + " m", "middle", "small");
  }
  svg.raw("<g transform=\"translate(180 160)\"><g class=\"moving\" id=\"" + id + "-cart\">");
  svg.rect({-22, -10}, 44, 20, "bar s0");
  svg.raw("<g class=\"moving\" id=\"" + id + "-arm\">");
  svg.rect({-3, -length}, 6, length, "bar s1");
  svg.raw("</g>");
  svg.circle({0, 0}, 3, "dot s4");
  svg.raw("</g></g>");
  return {id, "The trained pole",
          "The first tested episode of seed " + seed.seed +
              ", in real time: " + std::to_string(steps) + " steps of 20 ms.",
          std::move(svg)};
}

}  // namespace

std::optional<Figure> comparison_figure(const std::vector<ReportedRun>& runs) {
  std::vector<std::string> names;
  std::vector<double> mean, low, high;
  std::vector<std::vector<double>> folds;
  for (const auto& run : runs) {
    if (run.is_control()) continue;
    names.push_back(run.label() + " (" + run.file + ")");
    mean.push_back(run.accuracy.mean);
    low.push_back(run.accuracy.ci95_low);
    high.push_back(run.accuracy.ci95_high);
    folds.push_back(run.folds.accuracy);
  }
  if (names.empty()) return {};
  return interval_figure(
      "comparison", "Accuracy of the runs",
      "Square and bar: mean and 95 % interval (corrected resampled t); dots: folds.",
      accuracy_score, names, mean, low, high, folds);
}

std::string point_name(const SweepRecord::Point& point) {
  std::string out;
  for (const auto& [key, value] : point.varied.items())
    out += (out.empty() ? "" : ", ") + key + " " + metadata_text(value);
  return out;
}

std::vector<Figure> design_figures(const SweepRecord& sweep, const std::string& prefix) {
  constexpr std::size_t most = 40;
  const auto scores = sweep.scores();
  std::vector<Figure> out;
  for (const auto* score : {&accuracy_score, &return_score}) {
    std::vector<std::size_t> shown;
    for (std::size_t p = 0; p < scores.size(); ++p)
      if (sweep.points[p].score == score->name && std::isfinite(scores[p].mean)) shown.push_back(p);
    const std::size_t n = shown.size();
    if (n == 0) continue;
    std::stable_sort(shown.begin(), shown.end(),
                     [&](std::size_t a, std::size_t b) { return scores[a].mean > scores[b].mean; });
    if (n > most) shown.resize(most);
    std::sort(shown.begin(), shown.end());
    std::vector<std::string> names;
    std::vector<double> mean, low, high;
    for (const auto p : shown) {
      const Summary& s = scores[p];
      names.push_back(point_name(sweep.points[p]));
      mean.push_back(s.mean);
      low.push_back(std::isfinite(s.ci95_low) ? s.ci95_low : s.mean);
      high.push_back(std::isfinite(s.ci95_high) ? s.ci95_high : s.mean);
    }
    out.push_back(interval_figure(
        prefix + "-" + score->name, "Points of the design",
        "Mean " + score->name + " and its 95 % interval, in the order of the design" +
            (n > most ? ": the best " + std::to_string(most) + " of " + std::to_string(n) : "") +
            ".",
        *score, names, mean, low, high));
  }
  return out;
}

std::vector<Figure> figures_of(const ReportedRun& run, const std::vector<WindowData>& data,
                               const std::string& prefix) {
  std::vector<Figure> out;
  if (run.is_control()) {
    if (!run.seeds.front().training.empty()) out.push_back(learning_figure(run, prefix));
    if (run.task == CartPole::name && run.seeds.front().variables >= 4 &&
        !run.seeds.front().state.empty())
      out.push_back(pole_figure(run, prefix));
  } else {
    out.push_back(fold_figure(run, prefix));
    out.push_back(confusion_figure(run, prefix));
    if (run.learning && !run.learning->mean.empty()) out.push_back(epochs_figure(run, prefix));
  }
  if (!run.weights.empty()) out.push_back(histogram_figure(run, prefix));
  std::optional<WindowData> fitted;
  const json& fit = run.model.fit;
  for (const auto& d : data)
    if (fit.is_object() && fit.value("data_sha256", json()) == json(d.sha256)) fitted = d;
  out.push_back(window_figure(run.model, fitted, prefix));
  if (run.sample) out.push_back(sample_figure(run, prefix));
  if (run.waterfall) out.push_back(waterfall_figure(run, prefix));
  if (!run.baselines.empty()) out.push_back(baseline_figure(run, prefix));
  // At the end of its row or page: it may be many times as high as the others.
  if (run.map) out.push_back(map_figure(run, prefix));
  return out;
}

}  // namespace memplast
