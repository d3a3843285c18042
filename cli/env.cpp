#include <iostream>
#include <map>
#include <memory>

#include "../lib/io/csv.hpp"
#include "../lib/io/file.hpp"
#include "../tasks/environments/environment.hpp"
#include "command_line.hpp"
#include "commands.hpp"
#include "output.hpp"

namespace memplast::cli {
namespace {

struct EnvCommand {
  std::string environment;
  std::string state;
  std::string actions;
  std::map<std::string, Value> constants;  ///< by key
  std::string output;
  bool json = false;
};

/// "0.1,0,-0.02,0": as many numbers as the state has.
std::vector<double> parse_state(const EnvironmentEntry& environment, const std::string& text) {
  std::vector<double> state;
  const std::size_t n = environment.state_names.size();
  const std::string expected =
      std::to_string(n) + " numbers " +
      join({environment.state_names.begin(), environment.state_names.end()}, ",");
  std::size_t from = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const auto comma = text.find(',', from);
    const bool last = i + 1 == n;
    const auto number = to_number(trim(std::string_view(text).substr(from, comma - from)));
    if (!number || (comma == std::string::npos) != last)
      throw InputError({.where = "--state", .expected = expected, .got = "'" + text + "'"});
    state.push_back(*number);
    from = comma + 1;
  }
  return state;
}

/// The column `action` of a table, each one of the environment's.
std::vector<int> read_actions(const EnvironmentEntry& environment, const std::string& path) {
  const auto table = read_csv(path, Rows::optional);
  const auto column = table.column("action");
  std::vector<int> actions;
  for (std::size_t r = 0; r < table.rows.size(); ++r)
    actions.push_back(parse_number<int>(table.rows[r][column], table.place(r, column), 0,
                                        environment.n_actions() - 1));
  return actions;
}

Parameters constants_of(const EnvironmentEntry& environment, const EnvCommand& c) {
  Parameters out = environment.constants;
  for (const auto& [key, value] : c.constants) {
    if (out.has(key)) {
      out.set(key, value, flag_of(key));
      continue;
    }
    std::vector<std::string> having;
    for (const EnvironmentEntry& other : environments())
      if (other.constants.has(key)) having.emplace_back(other.name);
    throw InputError({.where = flag_of(key),
                      .expected = "the environment " + join(having, " or "),
                      .got = c.environment});
  }
  return out;
}

/// The given state, then one row per action.
void run(const EnvCommand& c) {
  if (!c.output.empty()) require_writable(c.output);
  const EnvironmentEntry& entry = environment_named(c.environment, "environment");
  const auto environment = entry.make(constants_of(entry, c));
  environment->set_state(parse_state(entry, c.state));
  std::string csv = "step,action," +
                    join({entry.state_names.begin(), entry.state_names.end()}, ",") +
                    ",reward,terminated\n";
  json rows = json::array();
  int step = 0;
  const auto record = [&](int action, const Transition& transition) {
    csv += std::to_string(step) + "," + std::to_string(action);
    for (const double x : environment->state()) csv += "," + to_text_17(x);
    const std::string reward = to_text(transition.reward);
    csv += "," + reward + (reward.find_first_of(".e") == std::string::npos ? ".0" : "") + "," +
           (transition.terminated ? "1" : "0") + "\n";
    if (c.json)
      rows.push_back({{"step", step},
                      {"action", action},
                      {"state", environment->state()},
                      {"reward", transition.reward},
                      {"terminated", transition.terminated}});
    ++step;
  };
  record(-1, {});
  for (const int action : read_actions(entry, c.actions)) record(action, environment->step(action));

  if (!c.output.empty()) write_text(c.output, csv);
  if (c.json)
    print_json({{"environment", entry.name}, {"trajectory", rows}});
  else if (c.output.empty())
    std::cout << csv;
}

/// One option per constant of any environment.
void add_constants(const Command& command, EnvCommand& c) {
  for (const EnvironmentEntry& entry : environments())
    for (const ParamRow& row : entry.constants.table()) {
      if (command.find(flag_of(row.key()))) continue;
      command.row(row, [&c, key = row.key()](const Value& value) { c.constants[key] = value; });
    }
}

}  // namespace

void add_env(CommandLine& app) {
  auto c = std::make_shared<EnvCommand>();
  const auto command = app.add("env", "Steps a control task through given actions", c->json);
  std::vector<std::string> names;
  for (const EnvironmentEntry& entry : environments()) names.emplace_back(entry.name);
  command.option("environment", c->environment, join(names, " | ")).required();
  command.option("--state", c->state, "state at the start: x,x_dot,theta,theta_dot for cartpole")
      .required()
      .type_name("NUMBERS");
  command.option("--actions", c->actions, "CSV of actions, column action")
      .required()
      .type_name("FILE");
  command.option("-o,--output", c->output, "CSV to write instead of standard output")
      .type_name("FILE");
  add_constants(command, *c);
  command.action([c] { run(*c); });
}

}  // namespace memplast::cli
