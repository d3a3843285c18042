#include "control_settings.hpp"

#include <array>

#include "../lib/base/named.hpp"

namespace memplast {
namespace {

constexpr std::array<std::string_view, 4> sham_names{"none", "no_learning", "shuffled_reward",
                                                     "random_actions"};

}  // namespace

std::string_view to_string(Sham sham) { return sham_names[static_cast<std::size_t>(sham)]; }

Programming modulation_from(std::string_view name, const std::string& where) {
  for (const auto known : {Programming::scaled, Programming::timing, Programming::pulses})
    if (to_string(known) == name) return known;
  throw InputError({.where = where,
                    .expected = "one of scaled, timing, pulses",
                    .got = "'" + std::string(name) + "'"});
}
Sham sham_from(std::string_view name, const std::string& where) {
  return enum_from<Sham>(sham_names, name, where);
}

ControlSettings control_preset(std::string_view protocol, std::string_view encoder) {
  const bool temporal = encoder == ImitationTemporal::encoder;
  if (!temporal && encoder != ImitationPoisson::encoder)
    throw InputError({.where = "--encoder",
                      .expected = "temporal or poisson",
                      .got = "'" + std::string(encoder) + "'"});
  if (protocol == ImitationTemporal::protocol)
    return temporal ? ControlSettings(ImitationTemporal{}) : ControlSettings(ImitationPoisson{});
  if (protocol == OnlineSettings::protocol) {
    if (temporal) return OnlineSettings{};
    throw InputError({.where = "--encoder",
                      .expected = "temporal, by which the protocol online decides",
                      .got = "'" + std::string(encoder) + "'"});
  }
  throw InputError({.where = "--protocol",
                    .expected = "imitation or online for a control task",
                    .got = "'" + std::string(protocol) + "'"});
}

}  // namespace memplast
