#include "lib/engine/pairing.hpp"

#include "lib/base/error.hpp"
#include "tests/catch.hpp"

using namespace memplast;
using Catch::Contains;

TEST_CASE("pairing: every name stands for its scheme", "[lib][pairing]") {
  for (const auto name : pairing_names) CHECK(to_string(pairing_from(name, "x")) == name);
  CHECK(pairing_from("nearest_restricted", "x") == Pairing::nearest_restricted);
}

TEST_CASE("pairing: an unknown name lists the schemes", "[lib][pairing]") {
  CHECK_THROWS_AS(pairing_from("nearest", "x"), InputError);
  CHECK_THROWS_WITH(pairing_from("nearest", "--pairing"),
                    Contains("--pairing: expected one of nearest_symmetric, ") &&
                        Contains("first_spike, got 'nearest'"));
}
