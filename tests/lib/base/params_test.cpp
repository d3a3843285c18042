#include "lib/base/params.hpp"

#include "lib/io/json.hpp"
#include "tests/catch.hpp"

using namespace memplast;
using Catch::Contains;
using Catch::Equals;

namespace {

struct Lamp {
  double power = 5.0;
  double glow = 0.5;
  int count = 2;

  static constexpr auto params() {
    return std::tuple{Param<Lamp, double>{"power", "W", "electric power", &Lamp::power, 0.1, 100},
                      Param<Lamp, double>{"glow", "1", "share of light", &Lamp::glow, 0, 1},
                      Param<Lamp, int>{"count", "1", "number of lamps", &Lamp::count, 1, 9}};
  }
};

}  // namespace

TEST_CASE("params: a key carries its unit unless dimensionless", "[lib][params]") {
  CHECK(param_keys<Lamp>() == std::vector<std::string>{"power_W", "glow", "count"});
  CHECK(param_count<Lamp>() == 3);
}

TEST_CASE("params: set by key, bounds included", "[lib][params]") {
  Lamp lamp;
  CHECK(set_param(lamp, "power_W", 100.0, "x"));
  CHECK(set_param(lamp, "count", 9.0, "x"));
  CHECK(lamp.power == 100.0);
  CHECK(lamp.count == 9);
  CHECK_FALSE(set_param(lamp, "power", 1.0, "x"));
}

TEST_CASE("params: out of bounds, NaN and fractions are refused and change nothing",
          "[lib][params]") {
  Lamp lamp;
  CHECK_THROWS_WITH(
      set_param(lamp, "power_W", -9.3, "run.json/power_W"),
      Equals("run.json/power_W: expected a number in [0.1, 100] W, got -9.3. It is the electric "
             "power."));
  CHECK_THROWS_AS(set_param(lamp, "power_W", std::nan(""), "x"), InputError);
  CHECK_THROWS_WITH(set_param(lamp, "count", 1.5, "x"), Contains("a whole number in [1, 9], got"));
  CHECK_THROWS_AS(set_param(lamp, "count", 10, "x"), InputError);
  CHECK(lamp.power == 5.0);
  CHECK(lamp.count == 2);
}

TEST_CASE("params: JSON and back", "[lib][params]") {
  const json object = params_to_json(Lamp{.power = 0.3, .glow = 0.1, .count = 7});
  CHECK(object.dump() == R"({"power_W":0.3,"glow":0.1,"count":7})");
  const auto lamp = params_from_json<Lamp>(object, "x");
  CHECK(lamp.power == 0.3);
  CHECK(lamp.glow == 0.1);
  CHECK(lamp.count == 7);
}
