#pragma once
#include <array>
#include <string>
#include <string_view>

#include "../lib/engine/pairing.hpp"
#include "device/conductance.hpp"
#include "device/mapping.hpp"
#include "device/variability.hpp"
#include "rule.hpp"

namespace memplast {

struct ModelFile;

/// How a wanted step of a weight is brought about. A pulse is a pair of spikes whose lag sets its
/// strength; the wanted step is what it makes in a device of state `w_work`.
enum class Programming {
  ideal,   ///< exactly the step, whatever the rule says
  scaled,  ///< the device's change times a factor: a three-factor rule, no device does it by itself
  timing,  ///< one pulse, its lag chosen on the device's own window
  pulses,  ///< a whole number of equal pulses, rounded by lot so that its mean is right
  verified  ///< pulse, read, again, the last pulse by lot so that the mean step is right
};
inline constexpr std::array<std::string_view, 5> programming_names{"ideal", "scaled", "timing",
                                                                   "pulses", "verified"};

constexpr std::string_view to_string(Programming programming) {
  return programming_names[static_cast<std::size_t>(programming)];
}

/// What synapses are made of: the value that a model file holds, and how it is used.
struct Device {
  RulePtr rule;
  Pairing pairing = Pairing::nearest_symmetric;
  Conductance range = {};
  Variability spread = {};

  Mapping mapping = Mapping::single;
  double w_max = 1.0;  ///< weights are in [0, w_max] on single devices, else in [-w_max, w_max]

  Programming programming = Programming::ideal;
  bool accumulate = false;  ///< small steps wait, as numbers, until one pulse is due
  double w_work = 0.5;      ///< the state in which steps are what they are said to be
  double pulse_w = 0.0;     ///< step of one pulse there; 0: as strong as the rule makes it
};

Device device_of(const ModelFile& model);

/// Throws InputError naming `where` if w_max or w_work are out of range, or if steps are to wait
/// for a pulse where there is none to wait for (ideal, scaled, timing).
void require_usable(const Device& device, const std::string& where);

}  // namespace memplast
