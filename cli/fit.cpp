#include <cmath>
#include <iostream>
#include <memory>

#include "../export/figure.hpp"
#include "../export/window_figure.hpp"
#include "../lib/file.hpp"
#include "commands.hpp"
#include "options.hpp"
#include "output.hpp"

namespace memplast::cli {
namespace {

struct FitCommand {
  std::string data;
  std::string model;
  std::string output;
  std::string plot;
  RangeOptions range;
  std::vector<std::string> fix;
  FitOptions options;
  bool json = false;
};

std::string_view word(Standing standing) {
  switch (standing) {
    case Standing::fitted:
      return "fitted";
    case Standing::fixed:
      return "fixed";
    case Standing::at_bound:
      return "at its bound";
    case Standing::undetermined:
      return "not determined by the data";
  }
  return "";
}

void warn_about(const WindowFit& fit, const WindowData& data) {
  if (data.range_from == RangeFrom::data)
    warn("THE CONDUCTANCE RANGE WAS READ OFF THE DATA (" + rounded(data.conductance.G_min) +
         " to " + rounded(data.conductance.G_max) +
         " S). Unless the device was driven from end to end, amplitudes are biased by tens of "
         "percent. Give --g-min-S and --g-max-S.");
  if (data.range_from == RangeFrom::nowhere)
    warn("the file is in weights and states no conductance range; the model file gets " +
         rounded(data.conductance.G_min) + " to " + rounded(data.conductance.G_max) +
         " S as an illustration");
  if (!fit.converged) warn("the fit did not converge; do not trust its numbers");
  std::vector<std::string> undetermined;
  for (const auto& param : fit.params)
    if (param.standing == Standing::undetermined) undetermined.push_back(param.key);
  if (!undetermined.empty())
    warn("the data do not determine " + join(undetermined) +
         "; measure on both sides of dt = 0 and from several states, or keep some with --fix");
}

void print_fit(const WindowFit& fit, const WindowData& data) {
  std::cout << "rule '" << rule_name(fit.rule) << "' fitted to " << data.file << '\n';
  std::vector<std::vector<std::string>> rows{
      {"parameter", "unit", "estimate", "± std error", "95 % CI"}};
  for (const auto& p : fit.params) {
    const bool fitted = p.standing == Standing::fitted;
    rows.push_back(
        {p.key, p.unit == "1" ? "" : p.unit, rounded(p.value, 6),
         fitted ? "± " + rounded(p.std_error, 2) : std::string(word(p.standing)),
         fitted ? "[" + rounded(p.ci95_low, 5) + ", " + rounded(p.ci95_high, 5) + "]" : ""});
  }
  print_table(rows);
  const auto& device = data.conductance;
  std::cout << "G range " << to_text(device.G_min) << " to " << to_text(device.G_max) << " S\n"
            << "n = " << fit.n << ", rmse = " << rounded(fit.rmse)
            << " (in w), r2 = " << rounded(fit.r2, 6);
  if (data.has_sigma) std::cout << ", reduced chi2 = " << rounded(fit.chi2_reduced);
  std::cout << ", AIC = " << rounded(fit.aic, 6) << ", BIC = " << rounded(fit.bic, 6) << '\n';
}

void run(FitCommand& c) {
  for (const auto& text : c.fix) c.options.fixed.insert(parse_assignment(text, "--fix"));
  if (!c.output.empty()) require_writable(c.output);
  if (!c.plot.empty()) require_figure(c.plot);
  const auto data = read_window(c.data, c.range);
  const auto fit = fit_window(c.model, data, c.options);
  const auto model = to_json(model_from_fit(fit, data));
  warn_about(fit, data);
  if (!c.output.empty()) write_text(c.output, model.dump(2) + "\n");
  if (!c.plot.empty()) draw_fit(c.plot, fit, data);
  if (c.json)
    print_json(model);
  else
    print_fit(fit, data);
}

}  // namespace

void add_fit(CLI::App& app) {
  auto c = std::make_shared<FitCommand>();
  auto* command = add_command(app, "fit", "Fit a plasticity rule to a measured window", c->json);
  command
      ->add_option("data", c->data,
                   "CSV with columns dt_ms; w or G0_S; dw or dG_S; and sigma or sigma_S if known")
      ->required()
      ->type_name("DATA.csv");
  command->add_option("--model", c->model, "rule to fit, see `memplast models`")->required();
  command->add_option("-o,--output", c->output, "model file to write")->type_name("MODEL.json");
  add_number(command, "--g-min-S", c->range.G_min, "lowest conductance of the device");
  add_number(command, "--g-max-S", c->range.G_max, "highest conductance of the device");
  command->add_flag("--estimate-range", c->range.estimate_from_data,
                    "take the range from the data (biases amplitudes)");
  command->add_option("--fix", c->fix, "keep a parameter: name=value, name with its unit")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  command->add_option("--plot", c->plot, "figure to draw: data, fit and residuals")
      ->type_name("FILE.svg|.pdf|.png");
  add_number(command, "--seed", c->options.seed, "seed of the starting points");
  command->callback([c] { run(*c); });
}

}  // namespace memplast::cli
