#pragma once
#include <array>
#include <string>
#include <string_view>

namespace memplast {

/// Which pre and post spikes of a synapse form pairs. Times are those at the synapse: a post spike
/// counts at t_post + d (the whole delay d is dendritic). After Morrison et al. 2008,
/// doi:10.1007/s00422-008-0233-1, figure 7, with the corners as in NEST 3.5.
///
/// Every scheme is a function of the spike times of the two neurons alone, so a synapse stores
/// nothing but its weight:
///  - nearest_symmetric: a post spike pairs with the latest pre before it, a pre spike with the
///    latest post before it;
///  - nearest_pre_centered: a post spike pairs with every pre since the neuron's previous post,
///    a pre spike with the latest post before it;
///  - nearest_restricted: as nearest_symmetric, but only the first post after a pre, and only the
///    first pre after a post, form a pair;
///  - all_to_all: every pre with every post; the changes of one event are summed at the weight
///    before it and clipped once;
///  - first_spike: the first pre spike and the first post spike only (one trial, one pair).
enum class Pairing {
  nearest_symmetric,
  nearest_pre_centered,
  nearest_restricted,
  all_to_all,
  first_spike
};

inline constexpr std::array<std::string_view, 5> pairing_names{
    "nearest_symmetric", "nearest_pre_centered", "nearest_restricted", "all_to_all", "first_spike"};

std::string_view to_string(Pairing pairing);
/// Throws InputError naming `where` and listing the schemes if `name` is none of them.
Pairing pairing_from(std::string_view name, const std::string& where);

}  // namespace memplast
