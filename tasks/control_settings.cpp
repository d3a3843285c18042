#include "control_settings.hpp"

#include <array>
#include <utility>

namespace memplast {
namespace {

constexpr std::array modulations{std::pair{Modulation::scaled, "scaled"},
                                 std::pair{Modulation::timing, "timing"},
                                 std::pair{Modulation::pulses, "pulses"}};
constexpr std::array shams{std::pair{Sham::none, "none"},
                           std::pair{Sham::no_learning, "no_learning"},
                           std::pair{Sham::shuffled_reward, "shuffled_reward"},
                           std::pair{Sham::random_actions, "random_actions"}};

template <class Names, class Value>
std::string_view name_of(const Names& names, Value value) {
  for (const auto& [known, name] : names)
    if (known == value) return name;
  return "";
}

template <class Names>
auto value_of(const Names& names, std::string_view text, const std::string& where) {
  std::vector<std::string> all;
  for (const auto& [value, name] : names) {
    if (name == text) return value;
    all.emplace_back(name);
  }
  throw InputError(
      {.where = where, .expected = "one of " + join(all), .got = "'" + std::string(text) + "'"});
}

}  // namespace

std::string_view to_string(Modulation modulation) { return name_of(modulations, modulation); }
std::string_view to_string(Sham sham) { return name_of(shams, sham); }

Modulation modulation_from(std::string_view name, const std::string& where) {
  return value_of(modulations, name, where);
}
Sham sham_from(std::string_view name, const std::string& where) {
  return value_of(shams, name, where);
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
