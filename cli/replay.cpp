#include "../lib/engine/replay.hpp"

#include <algorithm>
#include <iostream>
#include <memory>

#include "../lib/io/csv.hpp"
#include "../lib/io/file.hpp"
#include "command_line.hpp"
#include "commands.hpp"
#include "output.hpp"
#include "rule_choice.hpp"

namespace memplast::cli {
namespace {

struct ReplayCommand {
  RuleChoice rule;
  std::string pairing;
  std::string pre, post;
  double delay = 1.0;
  double w0 = 0.5;
  std::optional<double> initial_pre;
  std::string output;
  bool json = false;
};

/// The ascending times in the column t_ms; a train may be empty.
std::vector<double> read_train(const std::string& path) {
  const auto table = read_csv(path, Rows::optional);
  auto times = table.numbers("t_ms");
  const auto drop = std::is_sorted_until(times.begin(), times.end());
  if (drop != times.end())
    throw InputError(
        {.where = table.place(static_cast<std::size_t>(drop - times.begin()), table.column("t_ms")),
         .expected = "a time not before the one above it",
         .got = to_text(*drop)});
  return times;
}

void run(const ReplayCommand& c) {
  if (!c.output.empty()) require_writable(c.output);
  const auto model = c.rule.load("--rule");
  ReplaySettings settings{
      .pairing = model.pairing, .delay_ms = c.delay, .w0 = c.w0, .initial_pre_ms = c.initial_pre};
  if (!c.pairing.empty()) settings.pairing = pairing_from(c.pairing, "--pairing");
  const auto pre = read_train(c.pre), post = read_train(c.post);
  const auto w =
      std::visit([&](const auto& rule) { return replay(rule, pre, post, settings); }, model.rule);

  std::string csv = "t_pre_ms,w\n";
  for (std::size_t k = 0; k < pre.size(); ++k)
    csv += to_text(pre[k]) + "," + to_text_17(w[k]) + "\n";
  if (!c.output.empty()) write_text(c.output, csv);
  if (c.json)
    print_json({{"t_pre_ms", pre}, {"w", w}});
  else if (c.output.empty())
    std::cout << csv;
}

}  // namespace

void add_replay(CommandLine& app) {
  auto c = std::make_shared<ReplayCommand>();
  const auto command = app.add(
      "replay", "One synapse under given spikes: the weight each pre spike transmits", c->json);
  command.option("--rule", c->rule.spec, "shipped rule or model file").required();
  add_rule_param(command, c->rule);
  command.option("--pairing", c->pairing, "scheme; that of the model file if not given")
      .type_name("NAME");
  command.option("--pre", c->pre, "CSV of pre spikes, column t_ms").required().type_name("FILE");
  command.option("--post", c->post, "CSV of post spikes, column t_ms").required().type_name("FILE");
  command.number("--delay-ms", c->delay, "dendritic delay", 0.0, 1e6);
  command.number("--w0", c->w0, "weight at the start", 0.0, 1.0);
  command.number("--initial-pre-ms", c->initial_pre,
                 "time of a pre spike before the data, seen by nearest_symmetric and "
                 "nearest_restricted alone");
  command.option("-o,--output", c->output, "CSV to write instead of standard output")
      .type_name("FILE");
  command.action([c] { run(*c); });
}

}  // namespace memplast::cli
