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

Parameters control_preset(std::string_view learner, std::string_view code,
                          const LearnerPlaces& where) {
  const auto refuse = [](const std::string& at, const char* expected, std::string_view got) {
    return InputError({.where = at, .expected = expected, .got = "'" + std::string(got) + "'"});
  };
  const bool temporal = code == ImitationTemporal::encoder;
  if (!temporal && code != ImitationPoisson::encoder)
    throw refuse(where.code, "temporal or poisson", code);
  if (learner == ImitationTemporal::protocol)
    return temporal ? Parameters(ImitationTemporal{}) : Parameters(ImitationPoisson{});
  if (learner != OnlineSettings::protocol)
    throw refuse(where.learner, "imitation or online for a control task", learner);
  if (!temporal) throw refuse(where.code, "temporal, by which online decides", code);
  return Parameters(OnlineSettings{});
}

}  // namespace memplast
