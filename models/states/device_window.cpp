#include "device_window.hpp"

namespace memplast {

std::vector<DeviceWindowPoint> device_window(const DeviceFile& device, const VoltagePulse& pre,
                                             const VoltagePulse& post,
                                             const std::vector<double>& dt_ms,
                                             const std::vector<double>& w) {
  const auto pre_course = pre.course(), post_course = post.course();
  const auto& range = device.conductance;
  std::vector<DeviceWindowPoint> out;
  for (const double before : w) {
    const double x = state_at(device.device, range.siemens(before), range.V_read);
    const double G = conductance_at(device.device, x, range.V_read);
    for (const double dt : dt_ms) {
      const auto course = superpose(pre_course, 0.0, post_course, 1e-3 * dt);
      const double after = follow(device.device, x, course).back();
      const double change = conductance_at(device.device, after, range.V_read) - G;
      out.push_back({dt, before, change / (range.G_max - range.G_min)});
    }
  }
  return out;
}

}  // namespace memplast
