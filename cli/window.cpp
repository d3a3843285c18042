#include <iostream>
#include <memory>
#include <optional>

#include "../export/figures/window_figure.hpp"
#include "../lib/io/file.hpp"
#include "command_line.hpp"
#include "commands.hpp"
#include "output.hpp"
#include "rule_choice.hpp"
#include "window_device.hpp"

namespace memplast::cli {
namespace {

struct WindowCommand {
  RuleChoice model;
  std::vector<std::string> w;
  std::optional<double> dt_max;
  std::optional<double> dt_step;
  std::vector<std::string> outputs;
  DeviceWindowCommand device;
  bool json = false;
};

struct Row {
  double dt, w, dw, dG;
};

/// The rule on a grid of dt, without dt = 0 where the rule pairs no such spikes.
std::vector<Row> sample(const ModelFile& model, const std::vector<double>& states, double dt_max,
                        double dt_step) {
  std::vector<Row> rows;
  const double range = model.conductance.G_max - model.conductance.G_min;
  const auto steps = static_cast<int>(dt_max / dt_step + 1e-9);
  std::visit(
      [&]<class R>(const R& rule) {
        for (const double w : states)
          for (int k = -steps; k <= steps; ++k) {
            if (k == 0 && !R::pairs_at_zero) continue;
            const double dt = k * dt_step, dw = rule.dw(dt, w);
            rows.push_back({dt, w, dw, dw * range});
          }
      },
      model.rule);
  return rows;
}

std::string csv(const std::vector<Row>& rows, const Conductance& device) {
  std::string text = "# G_min_S = " + to_text(device.G_min) +
                     "\n# G_max_S = " + to_text(device.G_max) + "\ndt_ms,w,dw,dG_S\n";
  for (const auto& row : rows)
    text += to_text(row.dt) + "," + to_text(row.w) + "," + to_text(row.dw) + "," + to_text(row.dG) +
            "\n";
  return text;
}

json columns(const std::vector<Row>& rows, const ModelFile& model) {
  json out{{"model", to_json(model)}};
  for (const auto& row : rows) {
    out["dt_ms"].push_back(row.dt);
    out["w"].push_back(row.w);
    out["dw"].push_back(row.dw);
    out["dG_S"].push_back(row.dG);
  }
  return out;
}

void run(const WindowCommand& c) {
  std::vector<double> states;
  for (const auto& text : c.w) states.push_back(parse_number<double>(text, "--w", 0.0, 1.0));
  if (c.device.device.empty() == c.model.spec.empty())
    throw InputError({.where = "memplast window",
                      .expected = "a rule, or a device with --device",
                      .got = c.model.spec.empty() ? "neither" : "both"});
  if (!c.device.device.empty()) {
    auto command = c.device;
    command.params = c.model.params;
    command.w = states;
    command.dt_max = c.dt_max;
    command.dt_step = c.dt_step;
    command.outputs = c.outputs;
    command.json = c.json;
    return tell_device_window(command);
  }
  if (c.outputs.size() > 1)
    throw InputError({.where = "--output",
                      .expected = "one file for the window of a rule",
                      .got = std::to_string(c.outputs.size())});
  const auto model = c.model.load("model");
  const std::string output = c.outputs.empty() ? "" : c.outputs.front();
  const double dt_max = c.dt_max.value_or(100.0);
  if (states.empty()) states = {0.5};

  const auto rows = sample(model, states, dt_max, c.dt_step.value_or(1.0));
  const bool to_csv = std::filesystem::path(output).extension() == ".csv";
  if (!output.empty() && to_csv) write_text(output, csv(rows, model.conductance));
  if (!output.empty() && !to_csv) draw_window(output, model, states, dt_max);
  if (c.json)
    print_json(columns(rows, model));
  else if (output.empty())
    std::cout << csv(rows, model.conductance);
}

}  // namespace

void add_window(CommandLine& app) {
  auto c = std::make_shared<WindowCommand>();
  const auto command = app.add(
      "window",
      "What a rule does: the change of a weight over the spike interval; or, with --device, what "
      "pulses do to a device, as a rule",
      c->json);
  command.option("model", c->model.spec, "shipped rule or model file");
  add_rule_param(command, c->model);
  command.option("--w", c->w, "weights before the pair, in [0, 1]; 0.5, of a device five")
      .type_name("NUMBER ...");
  command.number("--dt-max-ms", c->dt_max,
                 "largest interval; 100, of a device as far as the pulses meet", 1e-9, 1e9);
  command.number("--dt-step-ms", c->dt_step, "step of the grid; 1, of a device a 50th", 1e-9, 1e9);
  command.option("--device", c->device.device, "state model, or model file that holds one");
  command
      .option("--pre-pulse", c->device.pre_pulse,
              "what a pre spike puts on its terminal: rectangular, triangular, biphasic, "
              "bitriangular or exponential, with amplitude, width and tail")
      .type_name("SHAPE:1V,20ms[,TAIL]");
  command
      .option("--post-pulse", c->device.post_pulse,
              "the same for a post spike; as the pre pulse. The device feels post - pre")
      .type_name("SHAPE:1V,20ms[,TAIL]");
  command.option("--as-rule", c->device.rule,
                 "rule to make of a device's window: a name, table, or auto (the best formula, "
                 "the table if none follows)");
  command
      .option("-o,--output", c->outputs,
              "file to write instead of standard output: .csv, or a figure .svg, .pdf, .png; "
              "of a device also the rule, .json, and several files")
      .type_name("FILE")
      .one_at_a_time();
  command.action([c] { run(*c); });
}

}  // namespace memplast::cli
