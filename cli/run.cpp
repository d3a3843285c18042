#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <thread>

#include "../lib/io/file.hpp"
#include "../tasks/classification.hpp"
#include "../tasks/control_settings.hpp"
#include "../tasks/data/dataset.hpp"
#include "../tasks/settings.hpp"
#include "commands.hpp"
#include "run_command.hpp"

namespace memplast::cli {
namespace {

void add_once(std::vector<std::string>& names, std::string_view name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
}

/// The settings of each learner with each of its codes.
std::vector<Parameters> all_settings() {
  std::vector<Parameters> out;
  for (const LearnerEntry& entry : learners())
    if (entry.classifier != nullptr) out.push_back(entry.settings);
  for (const auto& task : control_tasks())
    for (const auto& [learner, code] : control_learners())
      out.push_back(control_preset(task, learner, code));
  return out;
}

/// One option per setting of any learner and code; which of them apply is known only after all
/// options are read.
void add_settings(const Command& command, RunCommand& c) {
  for (const Parameters& settings : all_settings())
    for (const auto& key : keys_of(settings.table())) {
      if (command.find(flag_of(key))) continue;
      command
          .option(
              flag_of(key), [&c, key](const std::string& text) { c.settings[key] = text; }, "")
          .type_name("NUMBER");
    }
}

/// Of the rows of a run's plan those that only `run` offers, not searches and sweeps.
bool is_extra(const ParamRow& row) {
  constexpr std::array keys{"weights_history", "final", "waterfall", "from_fit_covariance"};
  return std::find(keys.begin(), keys.end(), row.key()) != keys.end();
}

/// One option per row of a record's table that passes, unless another record has it already.
template <class P>
void add_plan(const Command& command, RunCommand& c, bool extras) {
  const Parameters usual{P{}};
  for (const ParamRow& row : usual.table()) {
    const std::string key = row.key();
    if (is_extra(row) != extras || command.find(flag_of(key))) continue;
    const auto option = command.row(row, [&c, key](const Value& value) { c.plan[key] = value; });
    const auto given = c.plan.find(key);
    if (row.kind != Kind::flag)
      option.default_text(value_text(given == c.plan.end() ? usual.get(row) : given->second));
  }
}

/// The flags of rows that one kind of task has and the other has not.
std::vector<std::string> flags_of(ParamTable table, ParamTable but) {
  std::vector<std::string> out;
  for (const ParamRow& row : table)
    if (find_row(but, row.key()) == nullptr) out.push_back(flag_of(row.key()));
  return out;
}

const std::vector<std::string> of_imitation{"--trajectory", "--trajectory-sha256"};
const std::vector<std::string> of_controllers{"--modulation", "--sham"};

std::vector<std::string> of_classification() {
  auto out = flags_of(table_of<RunConfig>(), table_of<ControlConfig>());
  for (auto& flag : flags_of(table_of<DataSource>(), {})) out.push_back(std::move(flag));
  return out;
}
std::vector<std::string> of_control() {
  auto out = flags_of(table_of<ControlConfig>(), table_of<RunConfig>());
  out.insert(out.end(), of_imitation.begin(), of_imitation.end());
  out.insert(out.end(), of_controllers.begin(), of_controllers.end());
  return out;
}

/// Before --help: the settings of the task and learner that are named, with their defaults there,
/// and no option that does not apply.
void show_what_applies(const Command& command, const RunCommand& given) {
  RunCommand c = given;
  if (c.task.empty()) c.task = RunConfig{}.task;
  const auto hide = [&](const std::string& flag) {
    if (const auto option = command.find(flag)) option->group("");
  };
  if (!given.task.empty())
    for (const auto& flag : c.is_control() ? of_classification() : of_control()) hide(flag);
  if (c.is_control())
    for (const auto& flag : c.learner() == imitation ? of_controllers : of_imitation) hide(flag);
  for (const Parameters& settings : all_settings())
    for (const auto& key : keys_of(settings.table())) hide(flag_of(key));

  const bool has_file = !c.planned<DataSource>().file.empty();
  const bool has_shipped_data = !has_file && !c.is_control() && c.task != own_data_task;
  const auto n_features = has_shipped_data ? load_shipped_dataset(c.task).x.cols()
                          : !has_file      ? 1
                                           : load_classification(c).second.x.cols();
  const Parameters settings =
      c.is_control() ? control_preset(c.task, c.learner(), c.encoder, learner_flags)
                     : preset(c.task, c.learner(), c.encoder, rule_name(c.model().rule),
                              static_cast<int>(n_features), learner_flags);
  const std::string whose = c.learner() + ", " + c.encoder + ", " + c.task;
  for (const ParamRow& row : settings.table())
    command.find(flag_of(row.key()))
        ->meaning(std::string(row.meaning) +
                  (row.unit == "1" ? "" : " [" + std::string(row.unit) + "]"))
        .default_text(value_text(settings.get(row)))
        .group("Settings of " + whose);
  command.find("--learner")->default_text(c.learner());
  command.footer("Settings are those of " + whose +
                 "; --help beside another task, --learner or --encoder shows its own.");
}

/// One option per row of the table of Variability.
void add_variability(const Command& command, RunCommand& c) {
  for (const ParamRow& row : table_of<Variability>())
    command.row(row, [&c, key = row.key()](const Value& value) { c.variability[key] = value; })
        .group("Devices that are not ideal (docs/devices.md)");
  command.flag("--ideal", c.ideal, "leave out what the model file says of its variability")
      .group("Devices that are not ideal (docs/devices.md)");
}

void run(const Command& command, const RunCommand& c) {
  refuse_others(command, c);
  if (!c.output.empty()) require_writable(c.output);
  if (c.is_control())
    run_control_task(c);
  else
    run_classification_task(c);
}

}  // namespace

bool RunCommand::is_control() const {
  const auto known = control_tasks();
  return std::find(known.begin(), known.end(), task) != known.end();
}

std::string RunCommand::learner() const {
  if (!protocol.empty()) return protocol;
  if (!is_control()) return RunConfig{}.learner;
  const bool has_expert = control_task(task).task->demonstrate != nullptr;
  for (const auto& [name, code] : control_learners())
    if ((name == imitation) == has_expert && code == encoder) return name;
  return ControlConfig{}.learner;
}

int WorkOptions::thread_count() const {
  return threads > 0 ? threads
                     : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

ModelFile RunCommand::model() const {
  auto model = rule.load("--rule");
  if (ideal) model.variability = {};
  Parameters spread(model.variability);
  for (const auto& [key, value] : variability) spread.set(key, value, flag_of(key));
  model.variability = spread.as<Variability>();
  require_shares(model.variability, "the devices");
  return model;
}

void set_by_user(Parameters& settings, std::string_view protocol, const RunCommand& c) {
  for (const auto& [key, text] : c.settings) {
    const auto flag = flag_of(key);
    const double value = parse_number<double>(text, flag);
    if (!settings.has(key))
      throw InputError({.where = flag,
                        .expected = "a setting of " + std::string(protocol) + " with " + c.encoder +
                                    " encoding: " + join(keys_of(settings.table())),
                        .got = "one of another protocol or encoder"});
    settings.set(key, value, flag);
  }
}

void refuse_others(const Command& command, const RunCommand& c) {
  const bool is_control = c.is_control();
  for (const auto& flag : is_control ? of_classification() : of_control())
    if (command.given(flag))
      throw InputError(
          {.where = flag,
           .expected = is_control ? "an option of a control task" : "an option of a classification",
           .got = "one that does not apply to " + c.task});
}

std::string read_as_meant(const std::string& file, std::string& sha256) {
  auto text = read_text(file);
  const auto hash = memplast::sha256(text);
  if (!sha256.empty() && sha256 != hash)
    throw InputError(
        {.where = file, .expected = "the file with SHA-256 " + sha256, .got = "one with " + hash});
  sha256 = hash;
  return text;
}

std::string utc_now() {
  const char* given = std::getenv("SOURCE_DATE_EPOCH");  // reproducible-builds.org
  const std::time_t now =
      given ? parse_number<std::time_t>(given, "SOURCE_DATE_EPOCH", 0) : std::time(nullptr);
  std::tm utc{};
  ::gmtime_r(&now, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text;
}

void add_work_options(const Command& command, WorkOptions& c) {
  command.number("--threads", c.threads, "threads, 0 for all processors; changes no bit", 0, 4096);
  command.flag("--quiet", c.quiet, "no progress on standard error");
}

void add_resume(const Command& command, WorkOptions& c) {
  command.flag("--resume", c.resume,
               "go on with interrupted work, from FILE.checkpoint; gives the same bytes");
}

void add_learning_options(const Command& command, RunCommand& c) {
  command.option("--rule", c.rule.spec, "shipped rule or model file");
  add_rule_param(command, c.rule);
  std::vector<std::string> codes;
  for (const VolleyCode& code : volley_codes()) codes.emplace_back(code.name);
  for (const TrainCode& code : train_codes()) codes.emplace_back(code.name);
  command.option("--encoder", c.encoder, join(codes, " or "));
  std::vector<std::string> classifiers, controllers;
  for (const LearnerEntry& entry : learners())
    if (entry.classifier != nullptr) add_once(classifiers, entry.name);
  for (const auto& [name, code] : control_learners()) add_once(controllers, name);
  std::sort(controllers.begin(), controllers.end());
  command.option("--learner,--protocol", c.protocol,
                 join(classifiers, " or ") + "; for a control task " + join(controllers, " or "));
  add_plan<RunConfig>(command, c, false);
  add_plan<DataSource>(command, c, false);
  command.find("--data")->type_name("FILE");
  command.find("--data-sha256")->type_name("HEX");
  add_variability(command, c);
  add_settings(command, c);
  command.before_help([command, &c] { show_what_applies(command, c); });
}

void add_task_options(const Command& command, RunCommand& c) {
  command
      .option("task", c.task,
              join(shipped_datasets(), " | ") + " | " + std::string(own_data_task) + " | " +
                  join(control_tasks(), " | "))
      .required();
  command.option("--modulation", c.modulation, "online: scaled (three-factor), timing or pulses");
  command.option("--sham", c.sham,
                 "online, instead of learning: no_learning, shuffled_reward, random_actions");
  command
      .option("--trajectory", c.trajectory,
              "imitation: CSV of states and actions to learn from instead of the expert")
      .type_name("FILE");
  command
      .option("--trajectory-sha256", c.trajectory_sha256,
              "hash that file must have, as configurations hold it")
      .type_name("HEX");
  add_learning_options(command, c);
  add_plan<ControlConfig>(command, c, false);
}

void add_run(CommandLine& app, const std::string& command_line) {
  auto c = std::make_shared<RunCommand>();
  c->command_line = command_line;
  const auto command =
      app.add("run", "Train and test a spiking network with a rule's synapses", c->json);
  command.option("-o,--output", c->output, "HDF5 file for the results").type_name("FILE");
  add_resume(command, *c);
  add_work_options(command, *c);
  add_plan<RunConfig>(command, *c, true);
  add_task_options(command, *c);
  command.action([c, command] { run(command, *c); });
}

}  // namespace memplast::cli
