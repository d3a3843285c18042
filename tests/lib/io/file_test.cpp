#include "lib/io/file.hpp"

#include <fstream>
#include <stdexcept>

#include "lib/base/error.hpp"
#include "tests/catch.hpp"
#include "tests/support.hpp"

using namespace memplast;
using Catch::Contains;

TEST_CASE("file: SHA-256 of the standard's examples", "[lib][file]") {
  // FIPS 180-4, examples of one block and of none.
  CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("file: the README's checksums are those of the data sets", "[lib][file][datasets]") {
  const auto readme = read_text(test::dataset("README.md"));
  for (const auto* name : {"iris.csv", "breast_cancer.csv", "digits.csv"})
    CHECK_THAT(readme, Contains(sha256(read_text(test::dataset(name))) + "  " + name));
}

TEST_CASE("file: what is written is read back, byte for byte", "[lib][file]") {
  const test::TempFolder folder;
  const std::string text("a\0b\r\n\xff", 6);
  write_text(folder / "x", text);
  CHECK(read_text(folder / "x") == text);
  write_text(folder / "x", "");
  CHECK(read_text(folder / "x").empty());
}

TEST_CASE("file: a missing file and a folder are bad input", "[lib][file]") {
  const test::TempFolder folder;
  CHECK_THROWS_AS(read_text(folder / "none"), InputError);
  CHECK_THROWS_WITH(read_text(folder / "none"),
                    Contains("none: expected a file, got no such file"));
  CHECK_THROWS_AS(read_text(folder.path()), InputError);
  CHECK_THROWS_WITH(read_text(folder.path()), Contains("got a folder"));
}

TEST_CASE("file: what cannot be written is said before the work", "[lib][file]") {
  const test::TempFolder folder;
  CHECK_NOTHROW(require_writable(folder / "x"));
  CHECK_THROWS_AS(require_writable(""), InputError);
  CHECK_THROWS_AS(require_writable(folder.path()), InputError);
  CHECK_THROWS_AS(require_writable(folder / "none/x"), IoError);
  CHECK_THROWS_WITH(require_writable(folder / "none/x"), Contains("there is no folder"));
  CHECK_THROWS_AS(write_text("/proc/memplast", "x"), IoError);  // not even root may write there
}

TEST_CASE("file: an exception before the commit leaves the old file and nothing else",
          "[lib][file]") {
  const test::TempFolder folder;
  write_text(folder / "x", "old");
  try {
    AtomicFile file(folder / "x");
    std::ofstream(file.temporary()) << "half of the n";
    CHECK(folder.names().size() == 2);
    throw std::runtime_error("interrupted");
  } catch (const std::runtime_error&) {
  }
  CHECK(folder.names() == std::vector<std::string>{"x"});
  CHECK(read_text(folder / "x") == "old");
}

TEST_CASE("file: a commit puts the new file in place of the old", "[lib][file]") {
  const test::TempFolder folder;
  write_text(folder / "x", "old");
  AtomicFile file(folder / "x");
  std::ofstream(file.temporary()) << "new";
  CHECK(read_text(folder / "x") == "old");
  file.commit();
  CHECK(folder.names() == std::vector<std::string>{"x"});
  CHECK(read_text(folder / "x") == "new");
}
