#pragma once
#include <array>
#include <string>
#include <string_view>

namespace memplast {

/// How devices carry a weight w in [0, 1] on the range DG = G_max - G_min; s = 2 w - 1.
///
///   single           G = G_min + w DG
///   differential     G_plus = G_min + w DG, G_minus = G_max - w DG: their difference is s DG
///   unidirectional   G_plus = G_min + max(s, 0) DG, G_minus = G_min + max(-s, 0) DG: the same
///                    difference, one device of each pair at G_min
///   offset           single devices and a reference column at (G_min + G_max)/2: the difference
///                    is s DG/2
///
/// The pairs and the reference carry s, the weight about its middle: subtracting the same current
/// from every column changes no comparison between them.
enum class Mapping { single, differential, unidirectional, offset };
inline constexpr std::array<std::string_view, 4> mapping_names{"single", "differential",
                                                               "unidirectional", "offset"};
/// Throws InputError naming `where` and listing the mappings if `name` is none of them.
Mapping mapping_from(std::string_view name, const std::string& where);

/// Whether a weight takes two devices.
constexpr bool has_pairs(Mapping mapping) {
  return mapping == Mapping::differential || mapping == Mapping::unidirectional;
}

}  // namespace memplast
