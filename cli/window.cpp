#include <iostream>
#include <memory>

#include "../export/window_figure.hpp"
#include "../lib/file.hpp"
#include "commands.hpp"
#include "options.hpp"
#include "output.hpp"
#include "rule_choice.hpp"

namespace memplast::cli {
namespace {

struct WindowCommand {
  RuleChoice model;
  std::vector<std::string> w{"0.5"};
  double dt_max = 100.0;
  double dt_step = 1.0;
  std::string output;
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
  const auto model = c.model.load("model");
  std::vector<double> states;
  for (const auto& text : c.w) states.push_back(parse_number<double>(text, "--w", 0.0, 1.0));

  const auto rows = sample(model, states, c.dt_max, c.dt_step);
  const bool to_csv = std::filesystem::path(c.output).extension() == ".csv";
  if (!c.output.empty() && to_csv) write_text(c.output, csv(rows, model.conductance));
  if (!c.output.empty() && !to_csv) draw_window(c.output, model, states, c.dt_max);
  if (c.json)
    print_json(columns(rows, model));
  else if (c.output.empty())
    std::cout << csv(rows, model.conductance);
}

}  // namespace

void add_window(CLI::App& app) {
  auto c = std::make_shared<WindowCommand>();
  auto* command = add_command(
      app, "window", "What a rule does: the change of a weight over the spike interval", c->json);
  command->add_option("model", c->model.spec, "shipped rule or model file")->required();
  add_rule_param(command, c->model);
  command->add_option("--w", c->w, "weights before the pair, in [0, 1]")->type_name("NUMBER ...");
  add_number(command, "--dt-max-ms", c->dt_max, "largest interval", 1e-3, 1e6);
  add_number(command, "--dt-step-ms", c->dt_step, "step of the grid", 1e-3, 1e6);
  command
      ->add_option("-o,--output", c->output,
                   "file to write instead of standard output: .csv, or a figure .svg, .pdf, .png")
      ->type_name("FILE");
  command->callback([c] { run(*c); });
}

}  // namespace memplast::cli
