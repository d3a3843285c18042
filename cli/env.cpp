#include <iostream>
#include <memory>
#include <optional>

#include "../lib/io/csv.hpp"
#include "../lib/io/file.hpp"
#include "../tasks/environments/cartpole.hpp"
#include "../tasks/environments/classic_control.hpp"
#include "command_line.hpp"
#include "commands.hpp"
#include "output.hpp"

namespace memplast::cli {
namespace {

struct EnvCommand {
  std::string environment;
  std::string state;
  std::string actions;
  CartPole::Physics cartpole;
  std::string output;
  bool json = false;
};

/// "0.1,0,-0.02,0": as many numbers as the state has.
template <Environment E>
typename E::State parse_state(const std::string& text) {
  typename E::State state;
  const std::string expected = std::to_string(state.size()) + " numbers " +
                               join({E::state_names.begin(), E::state_names.end()}, ",");
  std::size_t from = 0;
  for (std::size_t i = 0; i < state.size(); ++i) {
    const auto comma = text.find(',', from);
    const bool last = i + 1 == state.size();
    const auto number = to_number(trim(std::string_view(text).substr(from, comma - from)));
    if (!number || (comma == std::string::npos) != last)
      throw InputError({.where = "--state", .expected = expected, .got = "'" + text + "'"});
    state[i] = *number;
    from = comma + 1;
  }
  return state;
}

/// The column `action` of a table, each one of the environment's.
template <Environment E>
std::vector<int> read_actions(const std::string& path) {
  const auto table = read_csv(path, Rows::optional);
  const auto column = table.column("action");
  std::vector<int> actions;
  for (std::size_t r = 0; r < table.rows.size(); ++r)
    actions.push_back(parse_number<int>(table.rows[r][column], table.place(r, column), 0,
                                        static_cast<double>(E::action_names.size() - 1)));
  return actions;
}

/// The given state, then one row per action.
template <Environment E>
void run(const EnvCommand& c, E environment) {
  environment.set_state(parse_state<E>(c.state));
  std::string csv = "step,action," + join({E::state_names.begin(), E::state_names.end()}, ",") +
                    ",reward,terminated\n";
  json rows = json::array();
  int step = 0;
  const auto record = [&](int action, const Transition& transition) {
    csv += std::to_string(step) + "," + std::to_string(action);
    for (const double x : environment.state()) csv += "," + to_text_17(x);
    const std::string reward = to_text(transition.reward);
    csv += "," + reward + (reward.find_first_of(".e") == std::string::npos ? ".0" : "") + "," +
           (transition.terminated ? "1" : "0") + "\n";
    if (c.json)
      rows.push_back({{"step", step},
                      {"action", action},
                      {"state", environment.state()},
                      {"reward", transition.reward},
                      {"terminated", transition.terminated}});
    ++step;
  };
  record(-1, {});
  for (const int action : read_actions<E>(c.actions)) record(action, environment.step(action));

  if (!c.output.empty()) write_text(c.output, csv);
  if (c.json)
    print_json({{"environment", E::name}, {"trajectory", rows}});
  else if (c.output.empty())
    std::cout << csv;
}

const std::vector<std::string> environments{std::string(Acrobot::name), std::string(CartPole::name),
                                            std::string(MountainCar::name)};

void run(const Command& command, const EnvCommand& c) {
  if (!c.output.empty()) require_writable(c.output);
  if (c.environment == CartPole::name) return run(c, CartPole({c.cartpole}));
  for_each_param<CartPole::Physics>([&](const auto& param) {
    const auto flag = flag_of(param.key());
    if (command.given(flag))
      throw InputError({.where = flag,
                        .expected = "the environment " + std::string(CartPole::name),
                        .got = c.environment});
  });
  if (c.environment == Acrobot::name) return run(c, Acrobot());
  if (c.environment == MountainCar::name) return run(c, MountainCar());
  throw InputError({.where = "environment",
                    .expected = "one of " + join(environments),
                    .got = "'" + c.environment + "'"});
}

}  // namespace

void add_env(CommandLine& app) {
  auto c = std::make_shared<EnvCommand>();
  const auto command = app.add("env", "Steps a control task through given actions", c->json);
  command.option("environment", c->environment, join(environments, " | ")).required();
  command.option("--state", c->state, "state at the start: x,x_dot,theta,theta_dot for cartpole")
      .required()
      .type_name("NUMBERS");
  command.option("--actions", c->actions, "CSV of actions, column action")
      .required()
      .type_name("FILE");
  command.option("-o,--output", c->output, "CSV to write instead of standard output")
      .type_name("FILE");
  command.params(c->cartpole);
  command.action([c, command] { run(command, *c); });
}

}  // namespace memplast::cli
