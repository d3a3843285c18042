#include "lib/base/text.hpp"

#include <limits>

#include "lib/numeric/random.hpp"
#include "tests/catch.hpp"

using namespace memplast;

TEST_CASE("text: a number is written as short as it reads back exactly", "[lib][text]") {
  CHECK(to_text(0.1) == "0.1");
  CHECK(to_text(1e-6) == "1e-06");
  CHECK(to_text(-0.0) == "-0");
  CHECK(to_text_17(0.1) == "0.10000000000000001");

  Stream random(1, Purpose::noise);
  for (int i = 0; i < 1000; ++i) {
    const double x = random.normal() * std::pow(10.0, random.uniform(-300, 300));
    CHECK(to_number(to_text(x)) == x);
    CHECK(to_number(to_text_17(x)) == x);
  }
}

TEST_CASE("text: only a whole finite number is a number", "[lib][text]") {
  CHECK(to_number("+1.5") == 1.5);
  CHECK(to_number("-2e3") == -2000.0);
  CHECK(to_number(".5") == 0.5);
  for (const auto* bad : {"", "x", "1.5 ", " 1", "1,5", "1e", "nan", "inf", "-inf", "1e999", "0x10",
                          "+-1", "++1", "1.5.2"}) {
    INFO(bad);
    CHECK_FALSE(to_number(bad));
  }
}

TEST_CASE("text: trim takes blanks from both ends only", "[lib][text]") {
  CHECK(trim(" \t a b\r ") == "a b");
  CHECK(trim(" \t ").empty());
  CHECK(trim("").empty());
}

TEST_CASE("text: join puts the separator between words", "[lib][text]") {
  CHECK(join({}).empty());
  CHECK(join({"a"}) == "a");
  CHECK(join({"a", "b", "c"}) == "a, b, c");
  CHECK(join({"a", "b"}, "/") == "a/b");
}
