#include "device.hpp"

#include "../lib/base/error.hpp"
#include "../lib/base/named.hpp"
#include "model_file.hpp"

namespace memplast {

Mapping mapping_from(std::string_view name, const std::string& where) {
  return enum_from<Mapping>(mapping_names, name, where);
}

Device device_of(const ModelFile& model) {
  return {.rule = std::visit([](const auto& rule) { return erase(rule); }, model.rule),
          .pairing = model.pairing,
          .range = model.conductance,
          .spread = model.variability};
}

void require_usable(const Device& device, const std::string& where) {
  if (!(device.w_max > 0.0))
    throw InputError({.where = where, .expected = "w_max > 0", .got = to_text(device.w_max)});
  if (!(device.w_work > 0.0 && device.w_work < 1.0))
    throw InputError(
        {.where = where, .expected = "w_work between 0 and 1", .got = to_text(device.w_work)});
  const bool waits =
      device.programming == Programming::pulses || device.programming == Programming::verified;
  if (device.accumulate && !waits)
    throw InputError({.where = where,
                      .expected = "pulses or verified, for steps to accumulate",
                      .got = std::string(to_string(device.programming))});
}

}  // namespace memplast
