#include <iostream>
#include <memory>

#include "../lib/io/file.hpp"
#include "../tasks/search/tuning.hpp"
#include "commands.hpp"
#include "output.hpp"
#include "run_command.hpp"
#include "scores.hpp"

namespace memplast::cli {
namespace {

struct TuneCommand : RunCommand {
  std::vector<std::string> vary;  ///< "key=lower:upper"
  int trials = 20;
  int inner_folds = 4;

  TuneCommand() { plan["partitions"] = std::int64_t{1}; }
};

Variation parse_variation(const std::string& text) {
  const auto equals = text.find('='), colon = text.find(':');
  if (equals == std::string::npos || colon == std::string::npos || colon < equals)
    throw InputError({.where = "--vary", .expected = "SETTING=LOWER:UPPER", .got = text});
  const Variation out{
      .key = text.substr(0, equals),
      .lower = parse_number<double>(text.substr(equals + 1, colon - equals - 1), "--vary"),
      .upper = parse_number<double>(text.substr(colon + 1), "--vary")};
  if (out.lower > out.upper)
    throw InputError({.where = "--vary", .expected = "LOWER of at most UPPER", .got = text});
  return out;
}

/// The varied settings of a trial.
json varied(const Parameters& settings, const std::vector<Variation>& vary) {
  const json all = memplast::to_json(settings);
  json out = json::object();
  for (const Variation& v : vary) out[v.key] = all[v.key];
  return out;
}

json to_json(const TuneConfig& config, const Tuned& tuned) {
  json trials = json::array();
  for (std::size_t k = 0; k < tuned.trials.size(); ++k)
    trials.push_back({{"settings", varied(tuned.trials[k], config.vary)},
                      {"inner_accuracy", tuned.accuracy[k]}});
  return {{"nested_accuracy", summary_json(tuned.nested)},
          {"chosen", tuned.chosen},
          {"best", tuned.best},
          {"trials", trials}};
}

void run(const TuneCommand& c) {
  if (!c.output.empty()) require_writable(c.output);
  auto [run_config, data] = load_classification(c);
  TuneConfig config{
      .run = run_config, .vary = {}, .trials = c.trials, .inner_folds = c.inner_folds};
  for (const auto& text : c.vary) config.vary.push_back(parse_variation(text));
  if (config.vary.empty())
    config.vary =
        default_variations(run_config.settings, static_cast<int>(data.feature_names.size()));
  const Tuned tuned =
      tune(config, data, c.thread_count(), c.quiet ? Progress{} : progress("searches"));
  run_config.settings = tuned.trials[tuned.best];
  if (!c.output.empty()) write_text(c.output, memplast::to_json(run_config).dump(2) + "\n");
  if (c.json) return print_json(to_json(config, tuned));
  print_table({summary_row("nested accuracy", tuned.nested, accuracy_score)});
  std::cout << "best of " << c.trials << " trials, " << rounded(100 * tuned.accuracy[tuned.best])
            << " % in the inner folds (an optimistic number: it was chosen for it)\n";
  std::vector<std::vector<std::string>> rows;
  const json before = varied(tuned.trials[0], config.vary);
  const json after = varied(tuned.trials[tuned.best], config.vary);
  for (const auto& [key, value] : after.items())
    rows.push_back({"  " + key, value.dump(), "was " + before[key].dump()});
  print_table(rows);
}

}  // namespace

void add_tune(CommandLine& app) {
  auto c = std::make_shared<TuneCommand>();
  const auto command =
      app.add("tune", "Search for settings, and say honestly what tuned settings reach", c->json);
  command
      .option("task", c->task, join(shipped_datasets(), " | ") + " | " + std::string(own_data_task))
      .required();
  command.number("--trials", c->trials, "settings to try; the first is the shipped one", 1, 100000);
  command.number("--inner-folds", c->inner_folds, "folds of the training samples", 2, 1000);
  command
      .option("--vary", c->vary,
              "a setting and its range; may be repeated; default: what usually matters")
      .type_name("SETTING=LOWER:UPPER")
      .one_at_a_time();
  command.option("-o,--output", c->output, "configuration for `memplast run --config`")
      .type_name("FILE");
  add_work_options(command, *c);
  add_learning_options(command, *c);
  command.action([c] { run(*c); });
}

}  // namespace memplast::cli
