#include "export/maps/map_file.hpp"

#include <cstring>
#include <filesystem>

#include "lib/base/error.hpp"
#include "lib/base/text.hpp"
#include "tests/catch.hpp"
#include "tests/export/sample_results.hpp"
#include "tests/support.hpp"

using namespace memplast;
using Catch::Contains;
using Catch::StartsWith;

namespace {

// G of the first fold, by hand: G_min + w (G_max - G_min), w = 0.1 + 0.03 (3 pre + post).
double expected_siemens(int pre, int post) { return 1e-6 + (0.1 + 0.03 * (3 * pre + post)) * 1e-5; }

DeviceLayout sample_devices() {
  const test::TempFolder folder;
  test::write_results(folder / "r.h5");
  return lay_out(read_conductance_map(folder / "r.h5", ""), Mapping::single);
}

}  // namespace

TEST_CASE("map file: CSV, read by hand", "[export]") {
  const auto devices = sample_devices();
  const auto& map = devices.map;
  const std::string text = to_csv(devices);
  CHECK_THAT(text, StartsWith("# rule = nc\n# G_min_S = 1e-06\n# G_max_S = 1.1e-05\n"
                              "# fold = 0_0\n# seed = 7\n# source_sha256 = "));
  std::vector<std::string> lines;
  for (std::size_t at = text.find("pre,"); at < text.size(); at = text.find('\n', at) + 1)
    lines.push_back(text.substr(at, text.find('\n', at) - at));
  REQUIRE(lines.size() == 7);
  CHECK(lines[0] == "pre,post,role,row,column,w,G_S,subnetwork,feature,field,class");
  // Devices in order of pre, then post.
  CHECK(lines[1] ==
        "0,0,plus,0,0,0.1," + to_text(map.conductance[0]) + ",0,\"width \"\"w\"\"\",4,a");
  CHECK(lines[2] == "0,1,plus,0,1,0.13," + to_text(map.conductance[1]) +
                        ",0,\"width \"\"w\"\"\",4,\"b, or not\"");
  CHECK(lines[4] == "1,0,plus,1,0,0.19," + to_text(map.conductance[3]) + ",1,length_cm,5,a");
  CHECK_THAT(lines[6], StartsWith("1,2,plus,1,2,0.25,"));
}

TEST_CASE("map file: NPY, read by a minimal parser of its own", "[export]") {
  const auto devices = sample_devices();
  const std::string bytes = to_npy(devices);
  REQUIRE(bytes.substr(0, 8) == std::string("\x93NUMPY\x01\x00", 8));
  const auto header_size = static_cast<std::size_t>(static_cast<unsigned char>(bytes[8]) +
                                                    256 * static_cast<unsigned char>(bytes[9]));
  CHECK((10 + header_size) % 64 == 0);
  const std::string header = bytes.substr(10, header_size);
  CHECK_THAT(header, StartsWith("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }"));
  CHECK(header.back() == '\n');
  REQUIRE(bytes.size() == 10 + header_size + 6 * sizeof(double));
  double values[2][3];
  std::memcpy(values, bytes.data() + 10 + header_size, sizeof values);
  for (int pre = 0; pre < 2; ++pre)
    for (int post = 0; post < 3; ++post)
      CHECK(values[pre][post] == Approx(expected_siemens(pre, post)).epsilon(1e-14));
  CHECK(values[1][0] == devices.at(1, 0));
}

TEST_CASE("map file: JSON, row by pre", "[export]") {
  const auto devices = sample_devices();
  const auto& map = devices.map;
  const auto object = json::parse(to_json(devices).dump());
  REQUIRE(object["conductance_S"].size() == 2);
  REQUIRE(object["conductance_S"][0].size() == 3);
  CHECK(object["conductance_S"][1][0].get<double>() == map.conductance[3]);
  CHECK(object["conductance_S"][0][2].get<double>() == map.conductance[2]);
  CHECK(object["w"][1][2].get<double>() == map.w[5]);
  CHECK(object["G_max_S"] == 1.1e-5);
  CHECK(object["class_names"][2] == "c");
  CHECK(object["pre"]["field"][1] == 5);
}

TEST_CASE("map file: HDF5, read by the plain C library", "[export]") {
  const test::TempFolder folder;
  const auto devices = sample_devices();
  const auto& map = devices.map;
  const auto path = folder / "map.h5";
  write_h5(devices, path);
  const h5::Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  const h5::Handle set(H5Dopen2(file.get(), "/conductance_S", H5P_DEFAULT), H5Dclose);
  const h5::Handle space(H5Dget_space(set.get()), H5Sclose);
  hsize_t dims[2] = {};
  REQUIRE(H5Sget_simple_extent_dims(space.get(), dims, nullptr) == 2);
  CHECK(dims[0] == 2);
  CHECK(dims[1] == 3);
  double values[2][3];
  REQUIRE(H5Dread(set.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
  CHECK(values[1][0] == map.conductance[3]);
  CHECK(values[0][2] == map.conductance[2]);
  const h5::Reader reader(path);
  CHECK(reader.text_attribute("/conductance_S", "units") == "S");
  CHECK(reader.text_attribute("/", "rule") == "nc");
  CHECK(reader.integers("/pre/field").values == map.field);
}

TEST_CASE("map file: tiles are blocks of the array, padded at G_min", "[export]") {
  const test::TempFolder folder;
  test::write_results(folder / "r.h5");
  // 2 x 3 in tiles of 2 x 2: one row of two tiles, the last column is padding.
  const auto devices = lay_out(read_conductance_map(folder / "r.h5", ""), Mapping::single,
                               {.rows = 2, .columns = 2});
  const auto object = json::parse(to_json(devices).dump());
  const auto& G = object["conductance_S"];
  REQUIRE(G.size() == 1);
  REQUIRE(G[0].size() == 2);
  CHECK(G[0][0][1][0].get<double>() == Approx(expected_siemens(1, 0)).epsilon(1e-14));
  CHECK(G[0][1][1][0].get<double>() == Approx(expected_siemens(1, 2)).epsilon(1e-14));
  CHECK(G[0][1][1][1].get<double>() == 1e-6);
  CHECK(object["column_post"] == json({0, 1, 2, -1}));
  CHECK(object["column_role"][3] == "padding");
  CHECK(to_npy(devices).find("'shape': (1, 2, 2, 2), }") != std::string::npos);
}

TEST_CASE("map file: CSV, JSON and HDF5 read back as the same devices", "[export]") {
  const test::TempFolder folder;
  test::write_results(folder / "r.h5");
  const auto mapping =
      GENERATE(Mapping::single, Mapping::differential, Mapping::unidirectional, Mapping::offset);
  const auto tile = GENERATE(TileSize{}, TileSize{2, 4});
  auto devices = lay_out(read_conductance_map(folder / "r.h5", ""), mapping, tile);
  quantise(devices, uniform_levels(devices.map.device, 16));
  write_h5(devices, folder / "m.h5");
  const auto csv = folder.file("m.csv", to_csv(devices));
  const auto json_file = folder.file("m.json", to_json(devices).dump());
  for (const auto& path : {folder / "m.h5", json_file, csv}) {
    INFO(path);
    const auto read = read_device_layout(path);
    CHECK(read.mapping == mapping);
    CHECK(weights_of(read) == weights_of(devices));
    CHECK(read.map.w == devices.map.w);
    CHECK(read.map.metadata["source_sha256"] == devices.map.metadata["source_sha256"]);
    CHECK(read.map.metadata["fold"] == "0_0");
    if (path == csv) continue;  // which does not list padding
    CHECK(read.conductance == devices.conductance);
    CHECK(read.pre == devices.pre);
    CHECK(read.post == devices.post);
  }
}

TEST_CASE("map file: what does not fit together is refused with its place", "[export]") {
  const test::TempFolder folder;
  const auto devices = sample_devices();
  const auto changed = [&](const auto& change) {
    auto object = to_json(devices);
    change(object);
    return folder.file("m.json", object.dump());
  };
  const auto refused = [](const std::filesystem::path& path, const std::string& what) {
    CHECK_THROWS_WITH(read_device_layout(path), Contains(what));
  };
  refused(changed([](json& m) { m["conductance_S"][1].erase(0); }),
          "/conductance_S: expected 6 devices, got 5");
  refused(changed([](json& m) { m["conductance_S"][1][0] = -1e-6; }), "siemens of at least 0");
  refused(changed([](json& m) { m["conductance_S"][1][0] = "x"; }), "lists of numbers, got string");
  refused(changed([](json& m) { m["row_pre"][1] = 7; }), "/row_pre: expected the indices 0, 1");
  refused(changed([](json& m) { m["mapping"] = "both"; }), "/mapping: expected one of single");
  refused(changed([](json& m) { m["mapping"] = "differential"; }), "minus to the right of each");
  refused(changed([](json& m) { m["mapping"] = "offset"; }), "expected a reference to the right");
  refused(changed([](json& m) { m["G_max_S"] = 0.0; }), "G_m");
  refused(changed([](json& m) { m.erase("w"); }), "/w: expected a list, got nothing");
  refused(folder.file("m.npy", to_npy(devices)), "got NPY, which holds no mapping");
  std::string text = to_csv(devices);
  refused(folder.file("no_notes.csv", text.substr(text.find("\npre,") + 1)),
          "G_min_S: expected a number, got nothing");
  refused(folder.file("short.csv", text.substr(0, text.rfind("1,2,plus"))), "expected 2 x 3");
  refused(folder.file("big.csv", text.replace(text.rfind("1,2,plus,1,2"), 12, "1,2,plus,9,2")),
          "column row: expected an index, got 9");
}

TEST_CASE("each format of a map writes a file", "[export]") {
  const test::TempFolder folder;
  const DeviceLayout devices = sample_devices();
  REQUIRE(map_formats().size() >= 6);
  for (const MapFormat& format : map_formats()) {
    INFO(format.name);
    const auto path = folder / std::string(format.name);
    format.write(devices, path);
    CHECK(std::filesystem::file_size(path) > 100);
  }
}
