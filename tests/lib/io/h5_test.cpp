#include "lib/io/h5.hpp"

#include "lib/base/error.hpp"
#include "lib/io/file.hpp"
#include "lib/numeric/random.hpp"
#include "tests/catch.hpp"
#include "tests/support.hpp"

using namespace memplast;
using Catch::Contains;
using Values = std::vector<double>;
using Shape = std::vector<std::size_t>;

namespace {

/// Distinct values and one of each kind of object; `change` alters the content before the commit.
template <class Change>
void write_sample(const std::filesystem::path& path, const Change& change) {
  h5::Writer file(path);
  file.attribute("/", "schema", std::uint64_t{1});
  file.attribute("/", "created_utc", "2026-01-01T00:00:00Z");
  file.attribute("/", "command_line", "memplast run");
  file.dataset("/folds/0_0/weights", Values{1, 2, 3, 4, 5, 6}, Shape{2, 3}, "1");
  file.dataset("/folds/0_0/y", std::vector<std::int64_t>{7, 8}, {2}, "1");
  file.dataset("/summary/mean", 0.5, "1");
  file.text("/model", "{}");
  change(file);
  file.commit();
}
void write_sample(const std::filesystem::path& path) {
  write_sample(path, [](h5::Writer&) {});
}

}  // namespace

TEST_CASE("h5: a 2x3 matrix lies row by row, as the plain C library sees it", "[lib][h5]") {
  const test::TempFolder folder;
  const auto path = folder / "a.h5";
  write_sample(path);

  const h5::Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  const h5::Handle set(H5Dopen2(file.get(), "/folds/0_0/weights", H5P_DEFAULT), H5Dclose);
  const h5::Handle space(H5Dget_space(set.get()), H5Sclose);
  hsize_t dims[2] = {};
  REQUIRE(H5Sget_simple_extent_dims(space.get(), dims, nullptr) == 2);
  CHECK(dims[0] == 2);
  CHECK(dims[1] == 3);
  double m[2][3] = {};
  REQUIRE(H5Dread(set.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, m) >= 0);
  CHECK(m[0][1] == 2.0);
  CHECK(m[1][0] == 4.0);
  CHECK(m[1][2] == 6.0);

  const h5::Handle unit(H5Aopen(set.get(), "units", H5P_DEFAULT), H5Aclose);
  const h5::Handle type(H5Aget_type(unit.get()), H5Tclose);
  CHECK(H5Tget_class(type.get()) == H5T_STRING);
  REQUIRE(H5Tis_variable_str(type.get()) > 0);
  char* text = nullptr;
  REQUIRE(H5Aread(unit.get(), type.get(), &text) >= 0);
  CHECK(std::string(text) == "1");
  H5free_memory(text);
}

TEST_CASE("h5: everything written is read back", "[lib][h5]") {
  const test::TempFolder folder;
  write_sample(folder / "a.h5", [](h5::Writer& file) {
    file.group("/empty");
    file.dataset("/n", std::int64_t{-3}, "sample");
    file.dataset("/none", Values{}, Shape{0, 4}, "V");
    file.text("/nothing", "");
    file.attribute("/model", "x", 0.1);
  });
  const h5::Reader file(folder / "a.h5");
  CHECK(file.has("/folds/0_0/weights"));
  CHECK_FALSE(file.has("/folds/1_0/weights"));
  CHECK(file.doubles("/folds/0_0/weights").values == Values{1, 2, 3, 4, 5, 6});
  CHECK(file.doubles("/folds/0_0/weights").shape == Shape{2, 3});
  CHECK(file.integers("/folds/0_0/y").values == std::vector<std::int64_t>{7, 8});
  CHECK(file.doubles("/summary/mean").values == Values{0.5});
  CHECK(file.doubles("/summary/mean").shape.empty());
  CHECK(file.integers("/n").values == std::vector<std::int64_t>{-3});
  CHECK(file.doubles("/none").shape == Shape{0, 4});
  CHECK(file.text("/model") == "{}");
  CHECK(file.text("/nothing").empty());
  CHECK(file.has_attribute("/model", "units"));
  CHECK_FALSE(file.has_attribute("/model", "colour"));
  CHECK(file.text_attribute("/", "schema") == "1");
  CHECK(file.text_attribute("/model", "x") == "0.1");
  CHECK(file.text_attribute("/n", "units") == "sample");
  CHECK(file.children("/") ==
        std::vector<std::string>{"empty", "folds", "model", "n", "none", "nothing", "summary"});
}

TEST_CASE("h5: a text may be longer than HDF5's small attributes", "[lib][h5]") {
  const test::TempFolder folder;
  const std::string text(200'000, 'x');
  write_sample(folder / "a.h5", [&](h5::Writer& file) {
    file.attribute("/", "config_json", text);
    file.text("/long", text);
  });
  const h5::Reader file(folder / "a.h5");
  CHECK(file.text_attribute("/", "config_json") == text);
  CHECK(file.text("/long") == text);
}

TEST_CASE("h5: the list of entries has every object with its type, shape and attributes",
          "[lib][h5]") {
  const test::TempFolder folder;
  write_sample(folder / "a.h5");
  const auto entries = h5::Reader(folder / "a.h5").entries();
  std::vector<std::string> paths;
  for (const auto& entry : entries) paths.push_back(entry.path);
  CHECK(paths == std::vector<std::string>{"/", "/folds", "/folds/0_0", "/folds/0_0/weights",
                                          "/folds/0_0/y", "/model", "/summary", "/summary/mean"});
  CHECK(entries[0].is_group);
  CHECK(entries[0].attributes.size() == 3);
  CHECK(entries[3].type == "float64");
  CHECK(entries[3].shape == Shape{2, 3});
  CHECK(entries[3].attributes == std::vector<std::pair<std::string, std::string>>{{"units", "1"}});
  CHECK(entries[4].type == "int64");
  CHECK(entries[5].type == "text");
}

TEST_CASE("h5: equal content gives an equal digest, and equal bytes", "[lib][h5]") {
  const test::TempFolder folder;
  write_sample(folder / "a.h5");
  write_sample(folder / "b.h5");
  CHECK(read_text(folder / "a.h5") == read_text(folder / "b.h5"));
  CHECK(h5::Reader(folder / "a.h5").digest() == h5::Reader(folder / "b.h5").digest());
}

TEST_CASE("h5: the digest leaves out when and by which command, and nothing else", "[lib][h5]") {
  const test::TempFolder folder;
  const auto digest = [&](const auto& write) {
    const auto path = folder / "x.h5";
    h5::Writer file(path);
    write(file);
    file.commit();
    return h5::Reader(path).digest();
  };
  const auto base = digest([](h5::Writer& f) {
    f.attribute("/", "seed", std::uint64_t{1});
    f.attribute("/", "created_utc", "then");
    f.attribute("/", "command_line", "so");
    f.dataset("/g/x", Values{1, 2, 3, 4, 5, 6}, Shape{2, 3}, "S");
    f.text("/t", "a");
  });
  const auto varied = [&](std::uint64_t seed, const std::string& created, const std::string& name,
                          const Values& values, const Shape& shape, const std::string& unit,
                          const std::string& text) {
    return digest([&](h5::Writer& f) {
      f.attribute("/", "seed", seed);
      f.attribute("/", "created_utc", created);
      f.attribute("/", "command_line", created);
      f.dataset(name, values, shape, unit);
      f.text("/t", text);
    });
  };
  const Values x{1, 2, 3, 4, 5, 6};
  CHECK(varied(1, "now", "/g/x", x, {2, 3}, "S", "a") == base);
  CHECK(varied(2, "now", "/g/x", x, {2, 3}, "S", "a") != base);
  CHECK(varied(1, "now", "/g/y", x, {2, 3}, "S", "a") != base);
  CHECK(varied(1, "now", "/g/x", {1, 2, 3, 4, 5, 6.000000000000001}, {2, 3}, "S", "a") != base);
  CHECK(varied(1, "now", "/g/x", x, {3, 2}, "S", "a") != base);
  CHECK(varied(1, "now", "/g/x", x, {2, 3}, "nS", "a") != base);
  CHECK(varied(1, "now", "/g/x", x, {2, 3}, "S", "b") != base);
}

TEST_CASE("h5: a file that is missing, a folder, no HDF5 or cut short is bad input", "[lib][h5]") {
  const test::TempFolder folder;
  CHECK_THROWS_AS(h5::Reader(folder / "none.h5"), InputError);
  CHECK_THROWS_WITH(h5::Reader(folder / "none.h5"), Contains("got no such file"));
  CHECK_THROWS_WITH(h5::Reader(folder.path()), Contains("got a folder"));
  CHECK_THROWS_WITH(h5::Reader(folder.file("t.h5", "hello")), Contains("got another kind of file"));
  CHECK_THROWS_WITH(h5::Reader(folder.file("e.h5", "")), Contains("got another kind of file"));

  write_sample(folder / "a.h5");
  const auto whole = read_text(folder / "a.h5");
  for (int part = 1; part < 16; ++part) {
    const auto cut = folder.file("cut.h5", whole.substr(0, whole.size() * part / 16));
    CHECK_THROWS_AS(h5::Reader(cut), InputError);
  }
  CHECK_THROWS_WITH(h5::Reader(folder.file("cut.h5", whole.substr(0, whole.size() - 1))),
                    Contains("got a truncated or damaged one"));
}

TEST_CASE("h5: a damaged file gives values or is refused, whatever the library does with it",
          "[lib][h5]") {
  const test::TempFolder folder;
  write_sample(folder / "a.h5");
  const auto whole = read_text(folder / "a.h5");
  Stream random(1, Purpose::noise);
  int refused = 0;
  for (int k = 0; k < 200; ++k) {
    auto bytes = whole;
    for (int changes = 0; changes < 4; ++changes)
      bytes[random.below(bytes.size())] = static_cast<char>(random.below(256));
    try {
      const h5::Reader file(folder.file("damaged.h5", bytes));
      file.digest();
    } catch (const InputError&) {
      ++refused;
    }
  }
  CHECK(refused > 10);  // or the changes damage nothing
}

TEST_CASE("h5: asking for what is not there is refused with its place", "[lib][h5]") {
  const test::TempFolder folder;
  write_sample(folder / "a.h5");
  const h5::Reader file(folder / "a.h5");
  CHECK_THROWS_WITH(file.doubles("/nothing"), Contains("a.h5:/nothing: expected a data set"));
  CHECK_THROWS_WITH(file.doubles("/folds/0_0/y"), Contains("expected real numbers, got int64"));
  CHECK_THROWS_WITH(file.integers("/summary/mean"),
                    Contains("expected whole numbers, got float64"));
  CHECK_THROWS_WITH(file.text("/summary/mean"), Contains("expected a text"));
  CHECK_THROWS_WITH(file.text_attribute("/", "seed"), Contains("expected an attribute 'seed'"));
}

TEST_CASE("h5: a writer that is not committed leaves nothing behind", "[lib][h5]") {
  const test::TempFolder folder;
  {
    h5::Writer file(folder / "a.h5");
    file.dataset("/x", 1.0, "1");
  }
  CHECK(folder.names().empty());
  CHECK_THROWS_AS(h5::Writer(folder / "no/a.h5"), IoError);
  CHECK_THROWS_AS(h5::Writer(folder.path()), InputError);
}

TEST_CASE("h5: values that do not fill the shape are refused", "[lib][h5]") {
  const test::TempFolder folder;
  h5::Writer file(folder / "a.h5");
  CHECK_THROWS_AS(file.dataset("/x", Values{1, 2, 3}, Shape{2, 2}, "1"), IoError);
}
