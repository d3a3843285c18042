#include "device_rule.hpp"

#include <algorithm>
#include <cmath>

#include "../lib/base/text.hpp"
#include "../lib/io/file.hpp"
#include "model_choice.hpp"

namespace memplast {
namespace {

constexpr double faithful = 0.98;  // r2 from which on a formula stands for a computed window

/// Lags on a grid that ends where the pulses no longer meet.
std::vector<double> lags(const DeviceRuleRequest& request, const VoltagePulse& pre,
                         const VoltagePulse& post) {
  const double reach = 1e3 * std::max(pre.duration(), post.duration());
  const double dt_max = request.dt_max_ms.value_or(reach);
  const double step = request.dt_step_ms.value_or(dt_max / 50.0);
  const auto n = static_cast<int>(dt_max / step + 1e-9);
  std::vector<double> out;
  for (int k = -n; k <= n; ++k) out.push_back(k * step);
  return out;
}

/// Refuses a window in which nothing happens; warns of one that runs the wrong way.
std::vector<std::string> judge(const std::vector<DeviceWindowPoint>& window,
                               const DeviceRuleRequest& request) {
  double largest = 0.0, hebbian = 0.0;
  for (const auto& p : window) {
    largest = std::max(largest, std::abs(p.dw));
    hebbian += p.dt * p.dw;
  }
  if (largest < 1e-9)
    throw InputError(
        {.where = "pre pulse " + request.pre_pulse + ", post pulse " + request.post_pulse,
         .expected = "pulses that move the device",
         .got = "a change of w of at most " + to_text(largest),
         .mend = "Raise the amplitude above the thresholds, or the width."});
  std::vector<std::string> warnings;
  double alone = 0.0;  // where the pulses no longer meet
  for (const auto& p : window)
    if (p.dt == window.front().dt || p.dt == window.back().dt)
      alone = std::max(alone, std::abs(p.dw));
  if (alone > 0.05 * largest)
    warnings.push_back(
        "at the largest lag, " + rounded(window.back().dt) + " ms, dw is still " + rounded(alone) +
        ", and the rule takes 0 beyond: pulses that move the device alone want a lower "
        "amplitude, others a wider range of lags");
  if (hebbian < 0.0)
    warnings.emplace_back(
        "the window depresses where post follows pre; negative amplitudes turn it round");
  return warnings;
}

/// Chooses the rule that stands for the window.
void choose(DeviceRule& out, const std::string& rule, const DeviceFile& device,
            const std::string& name) {
  const auto data = to_window(out.window, device, name);
  std::vector<std::string> names;
  if (rule == "auto")
    names = shipped_rules();
  else if (rule != TableRule::name)
    names = {rule};
  if (!names.empty()) {
    // A computed window has no noise and so no outliers.
    const auto fits = fit_each(names, {.loss = Loss::none}, [&](const auto& one, const auto& how) {
      return fit_window(one, data, how);
    });
    const auto best = std::max_element(fits.begin(), fits.end(),
                                       [](const auto& a, const auto& b) { return a.r2 < b.r2; });
    out.model = model_from_fit(*best, data);
    out.reason = std::string(rule_name(best->rule)) +
                 " follows the window with r2 = " + rounded(best->r2, 5);
    if (rule != "auto" || best->r2 >= faithful) return;
    out.reason = "no formula follows the window (the best: " + out.reason + "): the table does";
  } else {
    out.reason = "the table, as asked for";
  }
  out.model.rule = table_of(out.window);
  out.model.conductance = device.conductance;
  out.model.fit = json::object();
}

}  // namespace

WindowData to_window(const std::vector<DeviceWindowPoint>& window, const DeviceFile& device,
                     const std::string& name) {
  WindowData data;
  for (const auto& p : window) data.points.push_back({p.dt, p.w, p.dw, 1.0});
  data.conductance = device.conductance;
  data.range_from = RangeFrom::options;
  data.file = name;
  data.sha256 = sha256(window_csv(window, device.conductance));
  return data;
}

TableRule table_of(const std::vector<DeviceWindowPoint>& window) {
  TableRule table;
  for (const auto& p : window) {
    if (table.w.empty() || p.w != table.w.back()) {
      table.w.push_back(p.w);
      table.values.emplace_back();
    }
    if (table.w.size() == 1) table.dt_ms.push_back(p.dt);
    table.values.back().push_back(p.dw);
  }
  return table;
}

json to_json(const DeviceFile& device, const VoltagePulse& pre, const VoltagePulse& post) {
  return {
      {"device", to_json(device)}, {"pre_pulse", to_string(pre)}, {"post_pulse", to_string(post)}};
}

std::string window_csv(const std::vector<DeviceWindowPoint>& window, const Conductance& device) {
  std::string text = "# G_min_S = " + to_text(device.G_min) +
                     "\n# G_max_S = " + to_text(device.G_max) + "\ndt_ms,w,dw,dG_S\n";
  for (const auto& p : window)
    text += to_text(p.dt) + "," + to_text(p.w) + "," + to_text(p.dw) + "," +
            to_text(p.dw * (device.G_max - device.G_min)) + "\n";
  return text;
}

DeviceRule make_device_rule(const DeviceFile& device, const DeviceRuleRequest& wanted) {
  auto request = wanted;
  if (request.post_pulse.empty()) request.post_pulse = request.pre_pulse;
  auto& w = request.w;
  if (w.empty()) w = {0.1, 0.3, 0.5, 0.7, 0.9};
  std::sort(w.begin(), w.end());
  w.erase(std::unique(w.begin(), w.end()), w.end());
  const auto pre = parse_voltage_pulse(request.pre_pulse, "pre pulse");
  const auto post = parse_voltage_pulse(request.post_pulse, "post pulse");
  auto rules = shipped_rules();
  rules.insert(rules.end(), {"auto", std::string(TableRule::name)});
  if (std::find(rules.begin(), rules.end(), request.rule) == rules.end())
    throw InputError({.where = "window's rule",
                      .expected = "one of " + join(rules),
                      .got = "'" + request.rule + "'"});
  DeviceRule out;
  out.window = device_window(device, pre, post, lags(request, pre, post), w);
  out.warnings = judge(out.window, request);
  const std::string name = "window of " + std::string(state_model_name(device.device));
  choose(out, request.rule, device, name);
  auto& model = out.model;
  model.conductance.V_write = std::max(std::abs(pre.amplitude), std::abs(post.amplitude));
  model.conductance.t_write = std::max(pre.width, post.width);
  model.variability = device.variability;
  model.fit["window"] = to_json(device, pre, post);
  model.source = std::string(rule_name(model.rule)) + " of the " + name + " under " +
                 request.pre_pulse + " (pre) and " + request.post_pulse +
                 " (post); device: " + device.source;
  return out;
}

}  // namespace memplast
