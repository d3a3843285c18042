#include <algorithm>
#include <cmath>
#include <iostream>
#include <memory>

#include "../export/figures/figure.hpp"
#include "../export/figures/pulse_figure.hpp"
#include "../export/figures/sweep_figure.hpp"
#include "../export/figures/window_figure.hpp"
#include "../fitting/model_choice.hpp"
#include "../fitting/variability_fit.hpp"
#include "../lib/base/named.hpp"
#include "../lib/io/file.hpp"
#include "command_line.hpp"
#include "commands.hpp"
#include "fit_reads.hpp"
#include "output.hpp"
#include "table_choice.hpp"

namespace memplast::cli {
namespace {

struct FitCommand {
  TableChoice table;
  std::string model = "auto";
  std::string output;
  std::string plot;
  std::vector<std::string> fix;
  std::string loss = std::string(to_string(Loss::automatic));
  FitOptions options{.folds = 10};
  std::string intervals_word = "auto";
  Intervals intervals = Intervals::automatic;
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

/// "[1.2, 3.4]"; an end that the data do not set is said in words.
std::string interval(const FittedParam& p) {
  const std::string low = std::isfinite(p.ci95_low) ? "[" + rounded(p.ci95_low, 5) : "(no limit",
                    high = std::isfinite(p.ci95_high) ? rounded(p.ci95_high, 5) + "]" : "no limit)";
  return low + ", " + high + (p.profiled ? " by profile" : "");
}

/// `advice`: what to measure to learn more.
void warn_about(const FitRecord& fit, const std::string& advice) {
  if (!fit.converged) warn("the fit did not converge; do not trust its numbers");
  std::vector<std::string> undetermined;
  for (const auto& param : fit.params)
    if (param.standing == Standing::undetermined) undetermined.push_back(param.key);
  if (!undetermined.empty())
    warn("the data do not determine " + join(undetermined) + "; " + advice +
         ", or keep some with --fix");
  for (const auto& p : fit.params)
    if (p.profiled && !(std::isfinite(p.ci95_low) && std::isfinite(p.ci95_high)))
      warn("the data set " +
           std::string(std::isfinite(p.ci95_low)    ? "a lower limit only"
                       : std::isfinite(p.ci95_high) ? "an upper limit only"
                                                    : "no limit") +
           " to " + p.key);
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
  warn_about(fit, "measure on both sides of dt = 0 and from several states");
}

void warn_about(const PulseFit& fit, const PulseData& data) {
  for (const auto& text : data.suspicions) warn(text);
  if (data.in_siemens && data.range_from == RangeFrom::data)
    warn("w = 0 and 1 are the ends of the ramps, " + rounded(data.low) + " and " +
         rounded(data.high) + " S; give --g-min-S and --g-max-S if the device reaches further");
  if (!data.in_siemens)
    warn("the states have no unit; the model file gets " + rounded(data.conductance.G_min) +
         " to " + rounded(data.conductance.G_max) + " S as an illustration");
  if (!fit.has_up || !fit.has_down)
    warn(fit.has_up
             ? "no depressing pulses were measured; the rule takes depression for the mirror "
               "image of potentiation"
             : "no potentiating pulses were measured; the rule takes potentiation for the "
               "mirror image of depression");
  warn_about(fit, "measure pulses of both polarities over a wider range of states");
}

void warn_about(const SweepFit& fit, const SweepData& data) {
  for (const auto& text : data.suspicions) warn(text);
  warn_about(fit,
             "measure sweeps of several amplitudes and speeds that switch the device both ways");
}

/// What rmse and errors are in.
std::string unit_of(const WindowData&) { return "in w"; }
std::string unit_of(const PulseData&) { return "in w"; }
std::string unit_of(const SweepData&) { return "in A"; }

template <class Fit>
std::string_view name_of(const Fit& fit) {
  return rule_name(fit.rule);
}
std::string_view name_of(const SweepFit& fit) { return state_model_name(fit.device); }

void print_range(const Conductance& device) {
  std::cout << "G range " << rounded(device.G_min, 6) << " to " << rounded(device.G_max, 6)
            << " S\n";
}

void print_more(const WindowFit&, const WindowData& data) { print_range(data.conductance); }

void print_more(const PulseFit& fit, const PulseData& data) {
  print_range(data.conductance);
  for (const auto& text : data.notices) std::cout << "understood: " << text << '\n';
  std::cout << data.ramps.size() << " ramps; neighbouring residuals correlate by "
            << rounded(fit.autocorrelation, 3);
  if (fit.autocorrelation > 0.0) std::cout << ", errors are widened for it";
  std::cout << "\nnoise (in w): of a read " << rounded(fit.read_noise, 3)
            << ", of the step of a pulse " << rounded(fit.step_noise, 3) << '\n';
}

void print_more(const SweepFit& fit, const SweepData& data) {
  for (const auto& text : data.notices) std::cout << "understood: " << text << '\n';
  print_range(make_device(fit.device, data.V_read, "").conductance);
  std::cout << data.traces.size() << " course" << (data.traces.size() > 1 ? "s" : "")
            << " of voltage, starting at x = ";
  for (std::size_t i = 0; i < std::min<std::size_t>(fit.traces.size(), 8); ++i)
    std::cout << (i > 0 ? ", " : "") << rounded(fit.traces[i].x_start, 3);
  std::cout << (fit.traces.size() > 8 ? ", ...\n" : "\n")
            << "as a rule: memplast window --device MODEL.json --pre-pulse bitriangular:1V,20ms\n";
}

template <class Fit, class Data>
void print_fit(const Fit& fit, const Data& data, const std::string& loss_reason) {
  std::cout << "'" << name_of(fit) << "' fitted to " << data.file << '\n';
  std::vector<std::vector<std::string>> rows{
      {"parameter", "unit", "estimate", "± std error", "95 % CI"}};
  for (const auto& p : fit.params) {
    const bool fitted = p.standing == Standing::fitted;
    rows.push_back({p.key, p.unit == "1" ? "" : p.unit, rounded(p.value, 6),
                    fitted ? "± " + rounded(p.std_error, 2) : std::string(word(p.standing)),
                    fitted ? interval(p) : ""});
  }
  print_table(rows);
  std::cout << "n = " << fit.n << ", rmse = " << rounded(fit.rmse) << " (" << unit_of(data)
            << "), r2 = " << rounded(fit.r2, 6);
  if (std::isfinite(fit.chi2_reduced))
    std::cout << ", reduced chi2 = " << rounded(fit.chi2_reduced);
  std::cout << "\nAICc = " << rounded(fit.aicc, 6) << ", AIC = " << rounded(fit.aic, 6)
            << ", BIC = " << rounded(fit.bic, 6);
  if (std::isfinite(fit.cv_error))
    std::cout << ", cross-validated error = " << rounded(fit.cv_error) << " (" << unit_of(data)
              << ")";
  std::cout << "\nloss: " << to_string(fit.loss) << loss_reason << ", outliers: " << fit.outliers
            << '\n';
  print_more(fit, data);
}

void print_ranking(const json& ranking) {
  std::vector<std::vector<std::string>> rows{
      {"model", "parameters", "AICc - best", "CV error", "r2", ""}};
  for (const auto& r : ranking)
    rows.push_back({r["model"], std::to_string(r["params"].get<int>()),
                    r["delta_aicc"].is_null() ? "" : rounded(r["delta_aicc"]),
                    r["cv_error"].is_null() ? "" : rounded(r["cv_error"]),
                    r["r2"].is_null() ? "" : rounded(r["r2"], 6),
                    rows.size() == 1         ? "best"
                    : r["indistinguishable"] ? "indistinguishable from the best"
                                             : ""});
  print_table(rows);
  std::cout << '\n';
}

/// Fits one model, or all `known` ones, with `fit(name, options)`; writes and prints the best.
template <class Data, class FitOne>
void fit_and_tell(const FitCommand& c, const Data& data, const std::vector<std::string>& known,
                  const FitOne& fit_one) {
  const auto names = c.model == "auto" ? known : std::vector{c.model};
  if (names.size() > 1 && !c.fix.empty())
    throw InputError(
        {.where = "--fix", .expected = "one model, whose parameter it is", .got = "--model auto"});
  const auto [fit, records, ranked] = fit_best(names, c.options, c.intervals, fit_one);
  auto file = model_from_fit(fit, data);
  VariabilityFit spread;
  if constexpr (requires { fit_variability(fit, data); }) spread = fit_variability(fit, data);
  file.variability = spread.variability;
  auto model = to_json(file);
  const auto ranking = ranking_to_json(ranked, names, records);
  if (names.size() > 1) model["fit"]["ranking"] = ranking;
  warn_about(fit, data);
  if (!c.output.empty()) write_text(c.output, model.dump(2) + "\n");
  if (!c.plot.empty()) draw_fit(c.plot, fit, data);
  if (c.json) {
    print_json(model);
  } else {
    if (names.size() > 1) print_ranking(ranking);
    print_fit(fit, data, c.options.loss == Loss::automatic ? " (chosen from the residuals)" : "");
    if (const auto found = to_json(spread.variability); !found.empty())
      std::cout << "variability, acted out by run: " << found.dump() << '\n';
    for (const auto& text : spread.remarks) std::cout << "variability: " << text << '\n';
  }
}

void run(FitCommand& c) {
  for (const auto& text : c.fix) c.options.fixed.insert(parse_assignment(text, "--fix"));
  c.options.loss = enum_from<Loss>(loss_names, c.loss, "--loss");
  c.intervals = enum_from<Intervals>(interval_names, c.intervals_word, "--intervals");
  if (!c.output.empty()) require_writable(c.output);
  if (!c.plot.empty()) require_figure(c.plot);
  const auto measurement = c.table.read();
  if (measurement.kind == MeasurementKind::window) {
    const auto data = to_window(measurement, c.table.options.range);
    fit_and_tell(c, data, shipped_rules(), [&](const auto& name, const auto& options) {
      return fit_window(name, data, options);
    });
  } else if (measurement.kind == MeasurementKind::reads ||
             measurement.kind == MeasurementKind::endurance || is_read_iv(measurement)) {
    for (const auto& [given, flag] :
         {std::pair{!c.fix.empty(), "--fix"}, {!c.plot.empty(), "--plot"}})
      if (given)
        throw InputError({.where = flag,
                          .expected = "a window, pulses or a sweep",
                          .got = "reads, of which no equation is fitted"});
    if (measurement.kind == MeasurementKind::endurance)
      return tell_endurance(to_endurance(measurement, c.table.options), c.model, c.output, c.json);
    tell_reads(to_reads(measurement, c.table.options), c.model, c.output, c.json);
  } else if (measurement.kind == MeasurementKind::sweep) {
    const auto data = to_sweep(measurement, c.table.options);
    fit_and_tell(c, data, shipped_state_models(), [&](const auto& name, const auto& options) {
      return fit_sweep(name, data, options);
    });
  } else {
    const auto data = to_pulses(measurement, c.table.options);
    fit_and_tell(c, data, shipped_pulse_models(), [&](const auto& name, const auto& options) {
      return fit_pulses(name, data, options);
    });
  }
}

}  // namespace

void add_fit(CommandLine& app) {
  auto c = std::make_shared<FitCommand>();
  const auto command =
      app.add("fit", "Fit a rule to a measured window or to pulses, a device to a sweep", c->json);
  add_table(command, c->table);
  command.option("--model", c->model,
                 "rule or device to fit, see `memplast models`; auto ranks all");
  command.option("-o,--output", c->output, "model file to write").type_name("MODEL.json");
  command.option("--fix", c->fix, "keep a parameter: name=value, name with its unit")
      .type_name("NAME=VALUE")
      .one_at_a_time();
  command.option("--loss", c->loss, "auto, none (least squares), huber, cauchy or tukey");
  command.option("--intervals", c->intervals_word,
                 "of poorly determined parameters: profile (likelihood), wald (from their "
                 "standard errors, as of all others), or auto (profile up to 2,500 points)");
  command.number("--folds", c->options.folds, "of the cross-validation; 0 for none", 0, 1000);
  command.option("--plot", c->plot, "figure to draw: data, fit with 95 % band, residuals")
      .type_name("FILE.svg|.pdf|.png");
  command.number("--seed", c->options.seed, "seed of the starting points and of the folds");
  command.action([c] { run(*c); });
}

}  // namespace memplast::cli
