#include "export/conductance_map.hpp"

#include <catch2/catch.hpp>
#include <cstring>

#include "lib/error.hpp"
#include "lib/text.hpp"
#include "tests/export/sample_results.hpp"
#include "tests/support.hpp"

using namespace memplast;
using Catch::Contains;
using Catch::StartsWith;

namespace {

// G of the first fold, by hand: G_min + w (G_max - G_min), w = 0.1 + 0.03 (3 pre + post).
double expected_siemens(int pre, int post) { return 1e-6 + (0.1 + 0.03 * (3 * pre + post)) * 1e-5; }

ConductanceMap sample_map(const std::string& fold = "") {
  const test::TempFolder folder;
  test::write_results(folder / "r.h5");
  return read_conductance_map(folder / "r.h5", fold);
}

}  // namespace

TEST_CASE("map: read from a result file with its labels", "[export]") {
  const auto map = sample_map();
  CHECK(map.n_pre == 2);
  CHECK(map.n_post == 3);
  CHECK(map.conductance[5] == Approx(expected_siemens(1, 2)).epsilon(1e-14));
  CHECK(map.feature == std::vector<std::int64_t>{1, 0});
  CHECK(map.class_names[1] == "b, or not");
  CHECK(map.metadata["fold"] == "0_0");
  CHECK(map.metadata["rule"] == "nc");
  CHECK(map.metadata["seed"] == "7");
  CHECK(sample_map("0_1").w[0] == 0.7);
}

TEST_CASE("map: CSV, read by hand", "[export]") {
  const auto map = sample_map();
  const std::string text = to_csv(map);
  CHECK_THAT(text, StartsWith("# rule = nc\n# G_min_S = 1e-06\n# G_max_S = 1.1e-05\n"
                              "# fold = 0_0\n# seed = 7\n# source_sha256 = "));
  std::vector<std::string> lines;
  for (std::size_t at = text.find("pre,"); at < text.size(); at = text.find('\n', at) + 1)
    lines.push_back(text.substr(at, text.find('\n', at) - at));
  REQUIRE(lines.size() == 7);
  CHECK(lines[0] == "pre,post,w,G_S,subnetwork,feature,field,class");
  // Devices in order of pre, then post.
  CHECK(lines[1] == "0,0,0.1," + to_text(map.conductance[0]) + ",0,\"width \"\"w\"\"\",4,a");
  CHECK(lines[2] ==
        "0,1,0.13," + to_text(map.conductance[1]) + ",0,\"width \"\"w\"\"\",4,\"b, or not\"");
  CHECK(lines[4] == "1,0,0.19," + to_text(map.conductance[3]) + ",1,length_cm,5,a");
  CHECK_THAT(lines[6], StartsWith("1,2,0.25,"));
}

TEST_CASE("map: NPY, read by a minimal parser of its own", "[export]") {
  const auto map = sample_map();
  const std::string bytes = to_npy(map);
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
  CHECK(values[1][0] == map.conductance[3]);
}

TEST_CASE("map: JSON, row by pre", "[export]") {
  const auto map = sample_map();
  const auto object = nlohmann::json::parse(to_json(map).dump());
  REQUIRE(object["conductance_S"].size() == 2);
  REQUIRE(object["conductance_S"][0].size() == 3);
  CHECK(object["conductance_S"][1][0].get<double>() == map.conductance[3]);
  CHECK(object["conductance_S"][0][2].get<double>() == map.conductance[2]);
  CHECK(object["w"][1][2].get<double>() == map.w[5]);
  CHECK(object["G_max_S"] == 1.1e-5);
  CHECK(object["class_names"][2] == "c");
  CHECK(object["pre"]["field"][1] == 5);
}

TEST_CASE("map: HDF5, read by the plain C library", "[export]") {
  const test::TempFolder folder;
  const auto map = sample_map();
  const auto path = folder / "map.h5";
  write_map(map, MapFormat::h5, path);
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
  CHECK(reader.text_attribute("/conductance_S", "unit") == "S");
  CHECK(reader.text_attribute("/", "rule") == "nc");
  CHECK(reader.integers("/pre/field").values == map.field);
}

TEST_CASE("map: what is no result file, or has no such fold, is refused", "[export]") {
  const test::TempFolder folder;
  test::write_results(folder / "r.h5");
  CHECK_THROWS_WITH(read_conductance_map(folder / "r.h5", "9_9"),
                    Contains("r.h5:/folds: expected one of 0_0, 0_1, got '9_9'"));
  write_map(read_conductance_map(folder / "r.h5", ""), MapFormat::h5, folder / "map.h5");
  CHECK_THROWS_WITH(read_conductance_map(folder / "map.h5", ""),
                    Contains("expected a result file of memplast run, got another HDF5 file"));
  const auto whole = read_text(folder / "r.h5");
  CHECK_THROWS_WITH(
      read_conductance_map(folder.file("cut.h5", whole.substr(0, whole.size() / 2)), ""),
      Contains("cut.h5: expected an HDF5 file, got a truncated"));
}

TEST_CASE("map: shapes that do not fit each other are refused", "[export]") {
  const test::TempFolder folder;
  test::write_results(folder / "r.h5", [](h5::Writer& file) {
    file.dataset("/folds/bad/weights", std::vector<double>{1, 2}, {1, 2}, "1");
  });
  CHECK_THROWS_WITH(
      read_conductance_map(folder / "r.h5", "bad"),
      Contains("/folds/bad/weights: expected the shape [2, 3], got the shape [1, 2]"));
}

TEST_CASE("map: an unknown format lists the known", "[export]") {
  CHECK(map_format_from("npy", "x") == MapFormat::npy);
  CHECK_THROWS_WITH(map_format_from("mat", "--format"),
                    Contains("--format: expected one of csv, npy, json, h5, got 'mat'"));
}
