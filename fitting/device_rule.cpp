#include "device_rule.hpp"

#include "../lib/base/text.hpp"
#include "../lib/io/file.hpp"

namespace memplast {

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

}  // namespace memplast
