#include "sweep.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "../../lib/base/version.hpp"
#include "../../lib/io/h5.hpp"
#include "../cost_table.hpp"

namespace memplast {
namespace {

constexpr std::size_t most_points = 100'000;
constexpr std::int64_t most_units = 10'000'000;
constexpr double no_measure = std::numeric_limits<double>::quiet_NaN();

/// The values of a varied option: a list, or a range of which a share in [0, 1] is taken.
class Axis {
 public:
  Axis(const json& spec, const std::string& where) : where_(where) {
    if (spec.is_array() && !spec.empty()) {
      values_.assign(spec.begin(), spec.end());
      return;
    }
    if (!spec.is_object())
      throw InputError({.where = where,
                        .expected = "a list of values or a range {\"from\", \"to\", \"n\"}",
                        .got = spec.dump()});
    require_keys(spec, {"from", "to", "n", "log", "whole"}, where);
    from_ = number_at(spec, "from", where);
    to_ = number_at(spec, "to", where);
    log_ = flag(spec, "log");
    whole_ = flag(spec, "whole");
    if (log_ && !(from_ > 0.0 && to_ > 0.0))
      throw InputError({.where = where,
                        .expected = "ends above zero for \"log\"",
                        .got = to_text(std::min(from_, to_))});
    if (spec.contains("n")) n_ = whole_number(spec, "n", where, 2);
  }

  /// The values of a grid.
  std::vector<json> all() const {
    if (!values_.empty()) return values_;
    if (n_ == 0)
      throw InputError({.where = where_ + "/n", .expected = "a whole number", .got = "nothing"});
    std::vector<json> out;
    for (int k = 0; k < n_; ++k) out.push_back(at(static_cast<double>(k) / (n_ - 1)));
    return out;
  }
  json draw(Stream& random) const {
    return values_.empty() ? at(random.uniform()) : values_[random.below(values_.size())];
  }

  static int whole_number(const json& object, const std::string& key, const std::string& where,
                          int least) {
    const double x = number_at(object, key, where);
    if (x != std::floor(x) || x < least || x > most_points)
      throw InputError({.where = where + "/" + key,
                        .expected = "a whole number in [" + std::to_string(least) + ", " +
                                    std::to_string(most_points) + "]",
                        .got = to_text(x)});
    return static_cast<int>(x);
  }

 private:
  bool flag(const json& spec, const std::string& key) const {
    const auto it = spec.find(key);
    if (it != spec.end() && !it->is_boolean())
      throw InputError(
          {.where = where_ + "/" + key, .expected = "true or false", .got = it->dump()});
    return it != spec.end() && it->get<bool>();
  }
  json at(double share) const {
    const double x = log_ ? from_ * std::pow(to_ / from_, share) : from_ + (to_ - from_) * share;
    if (whole_) return std::llround(x);
    return share == 1.0 ? to_ : x;
  }

  std::string where_;
  std::vector<json> values_;
  double from_ = 0.0, to_ = 0.0;
  bool log_ = false, whole_ = false;
  int n_ = 0;
};

int n_units(const SweepPoint& point) {
  if (const auto* run = std::get_if<RunConfig>(&point.config)) return run->folds * run->partitions;
  return std::get<ControlConfig>(point.config).seeds;
}

double mean_of(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

std::vector<double> measures(const std::vector<double>& scores, const Ledger& training,
                             const Ledger& test, const Conductance& device) {
  std::vector<double> out = scores;
  for (const Ledger* cost : {&training, &test})
    for_each_cost(device, [&](const char*, auto value, std::string_view) {
      out.push_back(static_cast<double>(value(*cost)));
    });
  return out;
}

std::vector<double> run_unit(const RunConfig& config, const SweepPoint& point, int unit) {
  const FoldRecord fold = run_classification_unit(config, *point.data, unit);
  return measures({fold.accuracy, fold.f1_macro, no_measure, no_measure,
                   static_cast<double>(fold.y_true.size())},
                  fold.result.training, fold.result.test, config.model.conductance);
}

std::vector<double> run_unit(const ControlConfig& config, const SweepPoint& point, int unit) {
  const ControlRun run = run_control_unit(config, point.recorded, unit);
  return measures(
      {no_measure, no_measure, mean_of(run.evaluation), static_cast<double>(run.episodes_to_solve),
       static_cast<double>(run.evaluation_cost.samples)},
      run.training_cost, run.evaluation_cost, config.model.conductance);
}

}  // namespace

std::vector<json> design_points(const json& design, const std::string& where) {
  const auto vary = design.find("vary");
  if (vary == design.end() || !vary->is_object() || vary->empty())
    throw InputError({.where = where + "/vary",
                      .expected = "an object of options and their values",
                      .got = vary == design.end() ? "nothing" : vary->dump()});
  std::vector<std::pair<std::string, Axis>> axes;
  for (const auto& [key, spec] : vary->items()) {
    if (design.contains(key))
      throw InputError({.where = where + "/" + key,
                        .expected = "an option that is not varied",
                        .got = "one that is"});
    axes.emplace_back(key, Axis(spec, where + "/vary/" + key));
  }
  const std::string kind = design.contains("design") ? text_at(design, "design", where) : "grid";
  std::vector<json> points;
  if (kind == "random") {
    const int n = Axis::whole_number(design, "points", where, 1);
    const int seed =
        design.contains("design_seed") ? Axis::whole_number(design, "design_seed", where, 0) : 1;
    for (int k = 0; k < n; ++k) {
      Stream random(static_cast<std::uint64_t>(seed), Purpose::start,
                    static_cast<std::uint64_t>(k));
      json point = json::object();
      for (const auto& [key, axis] : axes) point[key] = axis.draw(random);
      points.push_back(std::move(point));
    }
    return points;
  }
  if (kind != "grid")
    throw InputError(
        {.where = where + "/design", .expected = "grid or random", .got = "'" + kind + "'"});
  for (const auto* key : {"points", "design_seed"})
    if (design.contains(key))
      throw InputError({.where = where + "/" + key,
                        .expected = "\"design\": \"random\" beside it",
                        .got = "a grid"});
  points.push_back(json::object());
  for (const auto& [key, axis] : axes) {
    std::vector<json> more;
    for (const auto& values = axis.all(); const json& point : points)
      for (const json& value : values) {
        if (more.size() == most_points)
          throw InputError({.where = where + "/vary",
                            .expected = "at most " + std::to_string(most_points) + " points",
                            .got = "more"});
        more.push_back(point);
        more.back()[key] = value;
      }
    points = std::move(more);
  }
  return points;
}

const std::vector<Measure>& sweep_measures() {
  static const std::vector<Measure> all = [] {
    std::vector<Measure> out{{"accuracy", "1"},
                             {"f1_macro", "1"},
                             {"return", "1"},
                             {"episodes_to_solve", "1"},
                             {"tested", "1"}};
    for (const std::string group : {"training/", "test/"})
      for_each_cost(Conductance(), [&](const char* name, auto, std::string_view unit) {
        out.push_back({group + name, std::string(unit)});
      });
    return out;
  }();
  return all;
}

/// Where a measure stands among all.
std::size_t measure_number(std::string_view name) {
  const auto& all = sweep_measures();
  const auto it =
      std::find_if(all.begin(), all.end(), [&](const auto& m) { return m.name == name; });
  return static_cast<std::size_t>(it - all.begin());
}

bool SweepRecord::is_whole() const {
  return std::none_of(units.begin(), units.end(), [](const auto& unit) { return unit.empty(); });
}

std::vector<Summary> SweepRecord::scores() const {
  std::vector<Summary> out;
  auto unit = units.begin();
  for (const Point& point : points) {
    std::vector<double> scores;
    for (int k = 0; k < point.units; ++k, ++unit)
      scores.push_back(unit->at(measure_number(point.score)));
    out.push_back(summarise(scores, point.test_over_train));
  }
  return out;
}

SweepRecord planned_sweep(const json& design, const std::vector<SweepPoint>& points) {
  SweepRecord out{.design = design, .points = {}, .units = {}};
  std::size_t n = 0;
  for (const SweepPoint& point : points) {
    const auto* run = std::get_if<RunConfig>(&point.config);
    out.points.push_back(
        {.varied = point.varied,
         .config = std::visit([](const auto& c) { return to_json(c); }, point.config),
         .score = run ? "accuracy" : "return",
         .units = n_units(point),
         .test_over_train = run ? 1.0 / (run->folds - 1) : 0.0});
    n += static_cast<std::size_t>(n_units(point));
  }
  out.units.resize(n);
  return out;
}

std::vector<double> run_sweep_unit(const std::vector<SweepPoint>& points, int unit) {
  for (const SweepPoint& point : points) {
    if (unit < n_units(point))
      return std::visit([&](const auto& c) { return run_unit(c, point, unit); }, point.config);
    unit -= n_units(point);
  }
  throw std::out_of_range("a unit of no point");
}

void write_sweep(const std::filesystem::path& path, const SweepRecord& record) {
  h5::Writer out(path);
  out.attribute("/", "schema", std::uint64_t{1});
  out.attribute("/", "kind", "sweep");
  out.attribute("/", "memplast_version", version());
  out.attribute("/", "config_json", record.design.dump());

  json varied = json::array(), configs = json::array(), scores = json::array();
  std::vector<std::int64_t> units;
  std::vector<double> overlap;
  for (const auto& point : record.points) {
    varied.push_back(point.varied);
    configs.push_back(point.config);
    scores.push_back(point.score);
    units.push_back(point.units);
    overlap.push_back(point.test_over_train);
  }
  const std::vector<std::size_t> n_points{record.points.size()};
  out.text("/points/varied", varied.dump());
  out.text("/points/config", configs.dump());
  out.text("/points/score", scores.dump());
  out.dataset("/points/units", units, n_points, "1");
  out.dataset("/points/test_over_train", overlap, n_points, "1");
  if (record.is_whole()) {
    std::vector<double> mean, sd, ci95;
    for (const Summary& s : record.scores()) {
      mean.push_back(s.mean);
      sd.push_back(s.sd);
      ci95.insert(ci95.end(), {s.ci95_low, s.ci95_high});
    }
    out.dataset("/points/score_mean", mean, n_points, "1");
    out.dataset("/points/score_sd", sd, n_points, "1");
    out.dataset("/points/score_ci95", ci95, {mean.size(), 2}, "1");
  }

  std::vector<std::int64_t> number;
  std::vector<std::vector<double>> columns(sweep_measures().size());
  for (std::size_t u = 0; u < record.units.size(); ++u) {
    if (record.units[u].empty()) continue;
    number.push_back(static_cast<std::int64_t>(u));
    for (std::size_t m = 0; m < columns.size(); ++m) columns[m].push_back(record.units[u].at(m));
  }
  out.dataset("/units/number", number, {number.size()}, "1");
  for (std::size_t m = 0; m < columns.size(); ++m)
    out.dataset("/units/" + sweep_measures()[m].name, columns[m], {number.size()},
                sweep_measures()[m].unit);
  out.commit();
}

bool is_sweep(const h5::Reader& file) {
  return file.has_attribute("/", "kind") && file.text_attribute("/", "kind") == "sweep";
}

SweepRecord read_sweep(const h5::Reader& file) {
  const auto require = [&](bool ok, const std::string& expected, const std::string& got) {
    if (!ok) throw InputError({.where = file.path(), .expected = expected, .got = got});
  };
  require(is_sweep(file), "a file of memplast sweep", "another kind of file");
  const auto parsed = [&](const std::string& text, const std::string& name) {
    return parse_json(text, file.path() + ":" + name);
  };
  SweepRecord out{.design = parsed(file.text_attribute("/", "config_json"), "@config_json"),
                  .points = {},
                  .units = {}};
  const json varied = parsed(file.text("/points/varied"), "/points/varied");
  const json configs = parsed(file.text("/points/config"), "/points/config");
  const json scores = parsed(file.text("/points/score"), "/points/score");
  const auto units = file.integers("/points/units").values;
  const auto overlap = file.doubles("/points/test_over_train").values;
  require(varied.is_array() && configs.is_array() && scores.is_array() &&
              varied.size() == configs.size() && scores.size() == configs.size() &&
              units.size() == configs.size() && overlap.size() == configs.size() && !units.empty(),
          "as many configurations as points", "other numbers");
  std::int64_t n = 0;
  for (std::size_t p = 0; p < units.size(); ++p) {
    require(scores[p] == "accuracy" || scores[p] == "return", "accuracy or return as a score",
            scores[p].dump());
    require(varied[p].is_object() && configs[p].is_object() && units[p] > 0 &&
                units[p] <= most_units - n,
            "points of at most " + std::to_string(most_units) + " units", "others");
    out.points.push_back({varied[p], configs[p], scores[p].get<std::string>(),
                          static_cast<int>(units[p]), overlap[p]});
    n += units[p];
  }
  out.units.resize(static_cast<std::size_t>(n));

  const auto number = file.integers("/units/number").values;
  for (const auto u : number) require(u >= 0 && u < n, "units of the points", std::to_string(u));
  for (const Measure& measure : sweep_measures()) {
    const auto column = file.doubles("/units/" + measure.name).values;
    require(column.size() == number.size(), std::to_string(number.size()) + " units",
            std::to_string(column.size()) + " of " + measure.name);
    for (std::size_t k = 0; k < column.size(); ++k)
      out.units[static_cast<std::size_t>(number[k])].push_back(column[k]);
  }
  for (const auto& unit : out.units)
    require(unit.empty() || unit.size() == sweep_measures().size(), "each unit once",
            "one several times");
  return out;
}

SweepRecord merge_sweeps(const std::vector<std::string>& shards) {
  SweepRecord out;
  for (const auto& path : shards) {
    SweepRecord shard = read_sweep(h5::Reader(path));
    if (out.points.empty()) {
      out = std::move(shard);
      continue;
    }
    const auto same = [](const auto& one, const auto& other) { return one.config == other.config; };
    if (shard.design != out.design || !std::equal(shard.points.begin(), shard.points.end(),
                                                  out.points.begin(), out.points.end(), same))
      throw InputError({.where = path,
                        .expected = "a shard of the sweep of " + shards.front(),
                        .got = "one of another"});
    for (std::size_t u = 0; u < out.units.size(); ++u) {
      if (shard.units[u].empty()) continue;
      if (!out.units[u].empty())
        throw InputError({.where = path,
                          .expected = "units that the other shards do not have",
                          .got = "unit " + std::to_string(u) + " again"});
      out.units[u] = std::move(shard.units[u]);
    }
  }
  const auto missing = std::count_if(out.units.begin(), out.units.end(),
                                     [](const auto& unit) { return unit.empty(); });
  if (missing > 0)
    throw InputError({.where = "the shards",
                      .expected = "all " + std::to_string(out.units.size()) + " units",
                      .got = "all but " + std::to_string(missing),
                      .mend = "Is a shard missing?"});
  return out;
}

}  // namespace memplast
