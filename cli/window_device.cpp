#include "window_device.hpp"

#include <algorithm>
#include <iostream>

#include "../export/figures/figure.hpp"
#include "../export/figures/window_figure.hpp"
#include "../fitting/device_rule.hpp"
#include "../lib/io/file.hpp"
#include "command_line.hpp"
#include "output.hpp"

namespace memplast::cli {
namespace {

bool ends_in(const std::string& path, std::string_view extension) {
  return std::filesystem::path(path).extension() == extension;
}

void print(const DeviceRule& made) {
  const auto& window = made.window;
  const auto by_dw = [](const auto& a, const auto& b) { return a.dw < b.dw; };
  const auto [low, high] = std::minmax_element(window.begin(), window.end(), by_dw);
  print_table({{"largest potentiation", "dw = " + rounded(high->dw) + " at dt = " +
                                            rounded(high->dt) + " ms, w = " + rounded(high->w)},
               {"largest depression", "dw = " + rounded(low->dw) + " at dt = " + rounded(low->dt) +
                                          " ms, w = " + rounded(low->w)},
               {"rule", made.reason}});
}

}  // namespace

void tell_device_window(const DeviceWindowCommand& c) {
  for (const auto& path : c.outputs)
    ends_in(path, ".csv") || ends_in(path, ".json") ? require_writable(path) : require_figure(path);
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

  const auto made = make_device_rule(device, {.pre_pulse = c.pre_pulse,
                                              .post_pulse = c.post_pulse,
                                              .w = c.w,
                                              .dt_max_ms = c.dt_max,
                                              .dt_step_ms = c.dt_step,
                                              .rule = c.rule});
  for (const auto& text : made.warnings) warn(text);
  const auto& window = made.window;
  std::vector<double> states;
  for (const auto& p : window)
    if (states.empty() || p.w != states.back()) states.push_back(p.w);
  for (const auto& path : c.outputs)
    if (ends_in(path, ".csv"))
      write_text(path, window_csv(window, device.conductance));
    else if (ends_in(path, ".json"))
      write_text(path, to_json(made.model).dump(2) + "\n");
    else
      draw_window(path, made.model, states, window.back().dt);
  if (c.json) {
    json out{{"model", to_json(made.model)}};
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
    print(made);
  }
}

}  // namespace memplast::cli
