#include <iostream>
#include <map>
#include <memory>

#include "../lib/io/file.hpp"
#include "../lib/io/h5.hpp"
#include "../tasks/search/sweep.hpp"
#include "command_line.hpp"
#include "commands.hpp"
#include "long_work.hpp"
#include "output.hpp"
#include "ranks.hpp"
#include "sweep_table.hpp"

namespace memplast::cli {
namespace {

struct SweepCommand : WorkOptions {
  std::string design;
  std::string shard;
  bool json = false;
};

struct MergeCommand {
  std::vector<std::string> shards;
  std::string output;
  bool json = false;
};

/// Turns points into what `run` would make of their options; points share data sets.
class PointLoader {
 public:
  /// `fixed`: the options of all points.
  PointLoader(json fixed, std::string where) : fixed_(std::move(fixed)), where_(std::move(where)) {}

  SweepPoint load(const json& varied) {
    CommandLine app("", "", "");
    RunCommand c;
    const auto command = app.add("point", "");
    add_task_options(command, c);
    command.apply(varied, where_ + "/vary");
    command.apply(fixed_, where_);
    try {
      refuse_others(command, c);
      if (c.is_control()) {
        auto [config, recorded] = load_control(c);
        return {.varied = varied, .config = config, .recorded = recorded};
      }
      auto [config, data] = load_classification(c);
      const auto key = config.task + config.data.sha256 + config.data.label_column;
      auto& shared = data_[key];
      if (!shared) shared = std::make_shared<const Dataset>(std::move(data));
      return {.varied = varied, .config = config, .data = shared};
    } catch (const InputError& error) {
      auto complaint = error.complaint;
      complaint.where = where_ + " " + varied.dump() + ": " + complaint.where;
      throw InputError(complaint);
    }
  }

 private:
  json fixed_;
  std::string where_;
  std::map<std::string, std::shared_ptr<const Dataset>> data_;
};

std::vector<SweepPoint> load_points(const json& design, const std::string& where) {
  const auto all_varied = design_points(design, where);  // refuses what is no design
  json fixed = json::object();
  for (const auto& [key, value] : design.items())
    if (key != "vary" && key != "design" && key != "points" && key != "design_seed")
      fixed[key] = value;
  PointLoader loader(fixed, where);
  std::vector<SweepPoint> points;
  for (const json& varied : all_varied) points.push_back(loader.load(varied));
  return points;
}

/// The units of shard "i/n": i, i + n, i + 2n, ... counted from 1; all if there is no shard.
std::vector<int> units_of(const std::string& shard, int n_units) {
  int first = 1, step = 1;
  if (!shard.empty()) {
    const auto slash = shard.find('/');
    if (slash == std::string::npos)
      throw InputError({.where = "--shard", .expected = "I/N, as in 1/4", .got = shard});
    step = parse_number<int>(shard.substr(slash + 1), "--shard", 1, 1e6);
    first = parse_number<int>(shard.substr(0, slash), "--shard", 1, step);
  }
  std::vector<int> units;
  for (int u = first - 1; u < n_units; u += step) units.push_back(u);
  return units;
}

void show(const SweepRecord& record, bool as_json) {
  if (as_json) return print_json({{"points", points_json(record)}});
  print_table(points_table(record));
}

void run_sweep(const SweepCommand& c) {
  require_writable(c.output);
  const json design = read_json(c.design);
  const auto points = load_points(design, c.design + ":");
  SweepRecord record = planned_sweep(design, points);
  const auto units = units_of(c.shard, static_cast<int>(record.units.size()));

  Ranks ranks;
  const auto measure = [&](int k) {
    return run_sweep_unit(points, units[static_cast<std::size_t>(k)]);
  };
  if (ranks.is_helper()) return ranks.help(measure);

  json work{{"design", design}, {"shard", c.shard}, {"points", json::array()}};
  for (const auto& point : record.points) work["points"].push_back(point.config);
  LongWork long_work(c, work, "units");
  std::vector<std::vector<double>> measured(units.size());
  Execution execution = long_work.execution();
  execution.threads = ranks.threads(execution.threads);
  Units(execution, static_cast<int>(units.size())).run(measured, [&](int k) {
    return ranks.run(k, measure);
  });
  for (std::size_t k = 0; k < units.size(); ++k)
    record.units[static_cast<std::size_t>(units[k])] = std::move(measured[k]);
  write_sweep(c.output, record);
  long_work.finish();
  if (record.is_whole()) show(record, c.json);
}

void run_merge(const MergeCommand& c) {
  require_writable(c.output);
  const SweepRecord record = merge_sweeps(c.shards);
  write_sweep(c.output, record);
  show(record, c.json);
}

}  // namespace

std::vector<std::vector<std::string>> points_table(const SweepRecord& record) {
  std::vector<std::vector<std::string>> rows{{}};
  for (const auto& [key, value] : record.points.front().varied.items())
    rows[0].push_back(one_line(key, 40));
  rows[0].insert(rows[0].end(), {"", "mean +- sd", "95 % CI", "n"});
  const auto scores = record.scores();
  for (std::size_t p = 0; p < scores.size(); ++p) {
    const Summary& s = scores[p];
    const auto& name = record.points[p].score;
    const auto number = [&](double x) {
      return name == "accuracy" ? rounded(100.0 * x) + " %" : rounded(x);
    };
    auto& row = rows.emplace_back();
    for (const auto& [key, value] : record.points[p].varied.items())
      row.push_back(one_line(value.is_string() ? value.get<std::string>() : value.dump(), 40));
    row.insert(row.end(),
               {name, number(s.mean) + " +- " + number(s.sd),
                "[" + number(s.ci95_low) + ", " + number(s.ci95_high) + "]", std::to_string(s.n)});
  }
  return rows;
}

json points_json(const SweepRecord& record) {
  json out = json::array();
  const auto scores = record.scores();
  for (std::size_t p = 0; p < scores.size(); ++p) {
    const Summary& s = scores[p];
    out.push_back(
        {{"varied", record.points[p].varied},
         {record.points[p].score,
          {{"mean", s.mean}, {"sd", s.sd}, {"ci95", {s.ci95_low, s.ci95_high}}, {"n", s.n}}}});
  }
  return out;
}

void add_sweep(CommandLine& app) {
  auto c = std::make_shared<SweepCommand>();
  const auto command = app.add("sweep", "Run a design of many runs (docs/sweep.md)");
  command
      .option("design", c->design,
              "JSON: \"vary\" says which options of run take which values; any other is the "
              "same for all")
      .required()
      .type_name("FILE");
  command.option("-o,--output", c->output, "HDF5 file for the results")
      .required()
      .type_name("FILE");
  command.option("--shard", c->shard, "only each N-th unit of work, from the I-th; see merge")
      .type_name("I/N");
  add_work_options(command, *c);
  add_resume(command, *c);
  command.flag("--json", c->json, "print one JSON object");
  command.action([c] { run_sweep(*c); });
}

void add_merge(CommandLine& app) {
  auto c = std::make_shared<MergeCommand>();
  const auto command = app.add("merge", "Join the shards of a sweep");
  command.option("shards", c->shards, "files of sweep --shard").required().type_name("FILE...");
  command.option("-o,--output", c->output, "HDF5 file for the whole sweep")
      .required()
      .type_name("FILE");
  command.flag("--json", c->json, "print one JSON object");
  command.action([c] { run_merge(*c); });
}

}  // namespace memplast::cli
