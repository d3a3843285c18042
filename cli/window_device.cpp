#include "window_device.hpp"

#include <algorithm>
#include <cmath>
#include <iostream>

#include "../export/figures/figure.hpp"
#include "../export/figures/window_figure.hpp"
#include "../fitting/device_rule.hpp"
#include "../fitting/model_choice.hpp"
#include "../lib/io/file.hpp"
#include "command_line.hpp"
#include "output.hpp"

namespace memplast::cli {
namespace {

constexpr double faithful = 0.98;  // r2 from which on a formula stands for a computed window

bool ends_in(const std::string& path, std::string_view extension) {
  return std::filesystem::path(path).extension() == extension;
}

/// Lags on a grid that ends where the pulses no longer meet.
std::vector<double> lags(const DeviceWindowCommand& c, const VoltagePulse& pre,
                         const VoltagePulse& post) {
  const double reach = 1e3 * std::max(pre.duration(), post.duration());
  const double dt_max = c.dt_max.value_or(reach);
  const double step = c.dt_step.value_or(dt_max / 50.0);
  const auto n = static_cast<int>(dt_max / step + 1e-9);
  std::vector<double> out;
  for (int k = -n; k <= n; ++k) out.push_back(k * step);
  return out;
}

/// Refuses a window in which nothing happens; warns of one that runs the wrong way.
void judge(const std::vector<DeviceWindowPoint>& window, const DeviceWindowCommand& c) {
  double largest = 0.0, hebbian = 0.0;
  for (const auto& p : window) {
    largest = std::max(largest, std::abs(p.dw));
    hebbian += p.dt * p.dw;
  }
  if (largest < 1e-9)
    throw InputError({.where = "--pre-pulse " + c.pre_pulse + " --post-pulse " + c.post_pulse,
                      .expected = "pulses that move the device",
                      .got = "a change of w of at most " + to_text(largest),
                      .mend = "Raise the amplitude above the thresholds, or the width."});
  double alone = 0.0;  // where the pulses no longer meet
  for (const auto& p : window)
    if (p.dt == window.front().dt || p.dt == window.back().dt)
      alone = std::max(alone, std::abs(p.dw));
  if (alone > 0.05 * largest)
    warn("at the largest lag, " + rounded(window.back().dt) + " ms, dw is still " + rounded(alone) +
         ", and the rule takes 0 beyond: pulses that move the device alone want a lower amplitude, "
         "others a larger --dt-max-ms");
  if (hebbian < 0.0)
    warn("the window depresses where post follows pre; negative amplitudes turn it round");
}

/// The rule that stands for a window, as a model file, and why.
struct Choice {
  ModelFile model;
  std::string reason;
};

Choice choose(const DeviceWindowCommand& c, const std::vector<DeviceWindowPoint>& window,
              const DeviceFile& device, const std::string& name) {
  const auto data = to_window(window, device, name);
  std::vector<std::string> names;
  if (c.rule == "auto")
    names = shipped_rules();
  else if (c.rule != TableRule::name)
    names = {c.rule};
  Choice out;
  if (!names.empty()) {
    // A computed window has no noise and so no outliers.
    const auto fits = fit_each(names, {.loss = Loss::none}, [&](const auto& rule, const auto& how) {
      return fit_window(rule, data, how);
    });
    const auto best = std::max_element(fits.begin(), fits.end(),
                                       [](const auto& a, const auto& b) { return a.r2 < b.r2; });
    out.model = model_from_fit(*best, data);
    out.reason = std::string(rule_name(best->rule)) +
                 " follows the window with r2 = " + rounded(best->r2, 5);
    if (c.rule != "auto" || best->r2 >= faithful) return out;
    out.reason = "no formula follows the window (the best: " + out.reason + "): the table does";
  } else {
    out.reason = "the table, as asked for";
  }
  out.model.rule = table_of(window);
  out.model.conductance = device.conductance;
  out.model.fit = json::object();
  return out;
}

void print(const std::vector<DeviceWindowPoint>& window, const Choice& choice) {
  const auto by_dw = [](const auto& a, const auto& b) { return a.dw < b.dw; };
  const auto [low, high] = std::minmax_element(window.begin(), window.end(), by_dw);
  print_table({{"largest potentiation", "dw = " + rounded(high->dw) + " at dt = " +
                                            rounded(high->dt) + " ms, w = " + rounded(high->w)},
               {"largest depression", "dw = " + rounded(low->dw) + " at dt = " + rounded(low->dt) +
                                          " ms, w = " + rounded(low->w)},
               {"rule", choice.reason}});
}

}  // namespace

void tell_device_window(const DeviceWindowCommand& command) {
  auto c = command;
  if (c.post_pulse.empty()) c.post_pulse = c.pre_pulse;
  if (c.w.empty()) c.w = {0.1, 0.3, 0.5, 0.7, 0.9};
  std::sort(c.w.begin(), c.w.end());
  c.w.erase(std::unique(c.w.begin(), c.w.end()), c.w.end());
  const auto pre = parse_voltage_pulse(c.pre_pulse, "--pre-pulse");
  const auto post = parse_voltage_pulse(c.post_pulse, "--post-pulse");
  for (const auto& path : c.outputs)
    ends_in(path, ".csv") || ends_in(path, ".json") ? require_writable(path) : require_figure(path);
  auto rules = shipped_rules();
  rules.insert(rules.end(), {"auto", std::string(TableRule::name)});
  if (std::find(rules.begin(), rules.end(), c.rule) == rules.end())
    throw InputError(
        {.where = "--as-rule", .expected = "one of " + join(rules), .got = "'" + c.rule + "'"});
  auto device = load_device(c.device);
  for (const auto& text : c.params) {
    const auto [key, value] = parse_assignment(text, "--rule-param");
    set_device_param(device.device, key, value, "--rule-param " + key);
  }
  if (!c.params.empty()) {
    const auto range = make_device(device.device, device.conductance.V_read, "").conductance;
    device.conductance.G_min = range.G_min;
    device.conductance.G_max = range.G_max;
    require_range(device.conductance, "--rule-param");
  }

  const auto window = device_window(device, pre, post, lags(c, pre, post), c.w);
  judge(window, c);
  const std::string name = "window of " + std::string(state_model_name(device.device));
  auto choice = choose(c, window, device, name);
  auto& model = choice.model;
  model.conductance.V_write = std::max(std::abs(pre.amplitude), std::abs(post.amplitude));
  model.conductance.t_write = std::max(pre.width, post.width);
  model.variability = device.variability;
  model.fit["window"] = to_json(device, pre, post);
  model.source = std::string(rule_name(model.rule)) + " of the " + name + " under " + c.pre_pulse +
                 " (pre) and " + c.post_pulse + " (post); device: " + device.source;

  const double dt_max = window.back().dt;
  for (const auto& path : c.outputs) {
    if (ends_in(path, ".csv"))
      write_text(path, window_csv(window, device.conductance));
    else if (ends_in(path, ".json"))
      write_text(path, to_json(model).dump(2) + "\n");
    else
      draw_window(path, model, c.w, dt_max);
  }
  if (c.json) {
    json out{{"model", to_json(model)}};
    for (const auto& p : window) {
      out["dt_ms"].push_back(p.dt);
      out["w"].push_back(p.w);
      out["dw"].push_back(p.dw);
      out["dG_S"].push_back(p.dw * (device.conductance.G_max - device.conductance.G_min));
    }
    print_json(out);
  } else if (c.outputs.empty()) {
    std::cout << window_csv(window, device.conductance);
  } else {
    print(window, choice);
  }
}

}  // namespace memplast::cli
