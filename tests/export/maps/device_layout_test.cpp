#include "export/maps/device_layout.hpp"

#include "lib/base/error.hpp"
#include "tests/catch.hpp"

using namespace memplast;
using Catch::Contains;

namespace {

/// 2 inputs, 3 outputs, G from 10 to 20 S so that numbers can be read by eye: G = 10 + 10 w.
ConductanceMap small_map() {
  ConductanceMap map;
  map.n_pre = 2;
  map.n_post = 3;
  map.w = {0.0, 0.25, 1.0, 0.5, 0.75, 0.125};
  map.device = {.G_min = 10, .G_max = 20};
  for (const double w : map.w) map.conductance.push_back(map.device.siemens(w));
  map.subnetwork = map.feature = map.field = {0, 0};
  map.feature_names = {"x"};
  map.class_names = {"a", "b", "c"};
  return map;
}

using Row = std::vector<double>;
Row row(const DeviceLayout& d, std::size_t r) {
  return {d.conductance.begin() + static_cast<std::ptrdiff_t>(r * d.n_columns()),
          d.conductance.begin() + static_cast<std::ptrdiff_t>((r + 1) * d.n_columns())};
}

}  // namespace

TEST_CASE("devices: each mapping by hand", "[export][devices]") {
  CHECK(row(lay_out(small_map(), Mapping::single), 0) == Row{10, 12.5, 20});
  // w and 1 - w of the range.
  CHECK(row(lay_out(small_map(), Mapping::differential), 0) == Row{10, 20, 12.5, 17.5, 20, 10});
  // s = -1, -0.5, 1 and 0, 0.5, -0.75: one device of each pair stays at G_min.
  const auto uni = lay_out(small_map(), Mapping::unidirectional);
  CHECK(row(uni, 0) == Row{10, 20, 10, 15, 20, 10});
  CHECK(row(uni, 1) == Row{10, 10, 15, 10, 10, 17.5});
  const auto offset = lay_out(small_map(), Mapping::offset);
  CHECK(row(offset, 0) == Row{10, 12.5, 20, 15});
  CHECK(offset.role.back() == Role::reference);
  CHECK(offset.post == std::vector<std::int64_t>{0, 1, 2, -1});
}

TEST_CASE("devices: the weights they carry are the map's, in every mapping and tile",
          "[export][devices]") {
  const auto mapping =
      GENERATE(Mapping::single, Mapping::differential, Mapping::unidirectional, Mapping::offset);
  const auto tile = GENERATE(TileSize{}, TileSize{3, 2}, TileSize{1, 4}, TileSize{8, 8});
  // Every number is a short binary fraction: no rounding.
  CHECK(weights_of(lay_out(small_map(), mapping, tile)) == small_map().w);
}

TEST_CASE("devices: with an offset each tile has its own reference, its last column in use",
          "[export][devices]") {
  const auto d = lay_out(small_map(), Mapping::offset, {.rows = 2, .columns = 3});
  // plus 0, plus 1, reference | plus 2, reference, padding
  CHECK(d.role == std::vector<Role>{Role::plus, Role::plus, Role::reference, Role::plus,
                                    Role::reference, Role::padding});
  CHECK(d.post == std::vector<std::int64_t>{0, 1, -1, 2, -1, -1});
}

TEST_CASE("devices: a tile too narrow for a pair or a reference is refused", "[export][devices]") {
  CHECK_THROWS_WITH(lay_out(small_map(), Mapping::differential, {4, 3}),
                    Contains("an even number"));
  CHECK_THROWS_WITH(lay_out(small_map(), Mapping::offset, {4, 1}), Contains("at least 2 columns"));
}

TEST_CASE("devices: quantised to the nearest level, the error reported", "[export][devices]") {
  auto d = lay_out(small_map(), Mapping::single);
  const auto error = quantise(d, uniform_levels(d.map.device, 3));  // 10, 15, 20
  // 12.5 and 17.5 are as near to both: the lower. 11.25 is nearest to 10.
  CHECK(d.conductance == Row{10, 10, 20, 15, 15, 10});
  CHECK(error.max_S == 2.5);
  CHECK(error.rms_S == Approx(std::sqrt((2.5 * 2.5 * 2 + 1.25 * 1.25) / 6)));
  CHECK(error.max_w == 0.25);
  CHECK(d.map.metadata["levels"] == 3);
  // A list need not reach the ends of the range, nor be in order.
  quantise(d, {14.0, 12.0});
  CHECK(d.conductance == Row{12, 12, 14, 14, 14, 12});
}

TEST_CASE("devices: rounding never moves a device by more than half a level", "[export][devices]") {
  auto map = small_map();
  for (std::size_t i = 0; i < map.w.size(); ++i) map.w[i] = 0.137 * static_cast<double>(i + 1);
  for (std::size_t i = 0; i < map.w.size(); ++i) map.conductance[i] = map.device.siemens(map.w[i]);
  const int levels = GENERATE(2, 7, 64);
  for (const auto mapping : {Mapping::single, Mapping::differential, Mapping::unidirectional}) {
    auto d = lay_out(map, mapping);
    CHECK(quantise(d, uniform_levels(d.map.device, levels)).max_S <=
          0.5 * 10.0 / (levels - 1) + 1e-12);  // rounding of the levels themselves
  }
}
