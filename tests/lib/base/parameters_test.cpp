#include "lib/base/parameters.hpp"

#include <array>
#include <tuple>

#include "lib/io/json.hpp"
#include "tests/catch.hpp"

using namespace memplast;
using Catch::Contains;
using Catch::Equals;

namespace {

enum class Colour { red, green };
constexpr std::array<std::string_view, 2> colour_names{"red", "green"};
std::span<const std::string_view> names_of(Colour) { return colour_names; }

struct Base {
  double tau = 20.0;
  static constexpr auto params() {
    return std::tuple{Param<Base, double>{"tau", "ms", "time constant", &Base::tau, 0.1, 200}};
  }
};
struct Other {
  int epochs = 30;
};

/// A record of every kind of field, some of them in a second base.
struct Settings : Base, Other {
  std::uint64_t seed = 1;
  bool mirrored = false;
  Colour colour = Colour::red;
  std::string file;

  static constexpr auto params() {
    using P = Settings;
    return std::tuple_cat(
        Base::params(),
        std::tuple{Param<Other, int>{"epochs", "1", "passes", &Other::epochs, 0, 100, Fitted::no},
                   Param<P, std::uint64_t>{"seed", "1", "seed of everything", &P::seed, 0, 1.9e19},
                   Param<P, bool>{"mirrored", "1", "backwards", &P::mirrored, 0, 1},
                   Param<P, Colour>{"colour", "1", "of the lamp", &P::colour, 0, 1},
                   Param<P, std::string>{"file", "1", "data", &P::file, 0, 0}});
  }
};

struct Train {
  double rate = 50.0;
  static constexpr auto params() {
    return std::tuple{Param<Train, double>{"rate", "Hz", "of a train", &Train::rate, 0, 1e4}};
  }
};

}  // namespace

TEST_CASE("a table says of each field what its record does", "[lib][parameters]") {
  const auto table = table_of<Settings>();
  CHECK(keys_of(table) ==
        std::vector<std::string>{"tau_ms", "epochs", "seed", "mirrored", "colour", "file"});
  CHECK(find_row(table, "tau_ms")->kind == Kind::real);
  CHECK(find_row(table, "tau_ms")->fitted);
  CHECK_FALSE(find_row(table, "epochs")->fitted);
  CHECK(find_row(table, "epochs")->kind == Kind::whole);
  CHECK(find_row(table, "mirrored")->kind == Kind::flag);
  CHECK(find_row(table, "colour")->choices.size() == 2);
  CHECK(find_row(table, "file")->kind == Kind::text);
  CHECK(find_row(table, "tau") == nullptr);
}

TEST_CASE("parameters hold what the record holds, and make one of it", "[lib][parameters]") {
  Settings settings;
  settings.tau = 5.5;
  settings.epochs = 7;
  settings.seed = 18446744073709551615U;
  settings.colour = Colour::green;
  Parameters parameters(settings);
  CHECK(parameters.number("tau_ms") == 5.5);
  CHECK(std::get<std::string>(parameters.get("colour")) == "green");
  parameters.set("epochs", 8.0, "x");
  parameters.set("file", "a.csv", "x");
  parameters.set("mirrored", true, "x");
  const auto again = parameters.as<Settings>();
  CHECK(again.tau == 5.5);
  CHECK(again.epochs == 8);
  CHECK(again.seed == 18446744073709551615U);
  CHECK(again.mirrored);
  CHECK(again.colour == Colour::green);
  CHECK(again.file == "a.csv");
  CHECK(parameters == Parameters(again));
  CHECK_FALSE(parameters == Parameters(settings));
  CHECK(parameters.as<Base>().tau == 5.5);  // its rows are among these
  CHECK(parameters.is<Settings>());
  CHECK_FALSE(parameters.is<Base>());
  CHECK_THROWS_AS(Parameters(Base{}).as<Settings>(), std::logic_error);
}

TEST_CASE("parameters of several records stand in one table", "[lib][parameters]") {
  Train train;
  train.rate = 7.0;
  const std::vector parts{Parameters(Settings{}), Parameters(train)};
  Parameters both = Parameters::joined(parts);
  both.set("epochs", 9.0, "x");
  CHECK(both.table().size() == parts[0].table().size() + 1);
  CHECK(both.number("rate_Hz") == 7.0);
  CHECK(both.as<Settings>().epochs == 9);
  CHECK(both.as<Train>().rate == 7.0);
  const Parameters copy = both;
  both.set("rate_Hz", 8.0, "x");
  CHECK(copy.as<Train>().rate == 7.0);
  CHECK_FALSE(both == copy);
  both.set("rate_Hz", 7.0, "x");
  CHECK(both == copy);
  CHECK_THROWS_AS(Parameters::joined({parts[0], parts[0]}), std::logic_error);
}

TEST_CASE("what a table does not allow is refused with its place", "[lib][parameters]") {
  Parameters p{Settings{}};
  CHECK_THROWS_WITH(p.set("tau_ms", 300.0, "x/tau_ms"),
                    Equals("x/tau_ms: expected a number in [0.1, 200] ms, got 300. It is the "
                           "time constant."));
  CHECK_THROWS_WITH(p.set("epochs", 1.5, "x"), Contains("a whole number in [0, 100], got 1.5"));
  CHECK_THROWS_WITH(p.set("colour", "blue", "x"), Contains("one of red, green, got 'blue'"));
  CHECK_THROWS_WITH(p.set("mirrored", 1.0, "x"), Contains("true or false, got 1"));
  CHECK_THROWS_WITH(p.set("tau_ms", "long", "x"), Contains("got 'long'"));
  CHECK_THROWS_WITH(p.set("seed", -1.0, "x"), Contains("a whole number in [0,"));
  CHECK_THROWS_WITH(p.set("tau", 1.0, "x"), Contains("one of tau_ms, epochs"));
  CHECK(p == Parameters(Settings{}));
}

TEST_CASE("parameters and their JSON are each other's reverse", "[lib][parameters]") {
  Settings settings;
  settings.seed = 18446744073709551615U;
  settings.mirrored = true;
  settings.colour = Colour::green;
  settings.file = "b";
  const Parameters parameters(settings);
  const json object = to_json(parameters);
  CHECK(object.dump() == R"({"tau_ms":20.0,"epochs":30,"seed":18446744073709551615,)"
                         R"("mirrored":true,"colour":"green","file":"b"})");
  Parameters again{Settings{}};
  set_every(again, json::parse(object.dump()), "x");
  CHECK(again == parameters);

  Parameters some{Settings{}};
  set_all(some, {{"epochs", 3}}, "x");
  CHECK(some.as<Settings>().epochs == 3);
  CHECK(some.as<Settings>().tau == 20.0);
  CHECK_THROWS_WITH(set_all(some, {{"epoch", 3}}, "x"), Contains("x/epoch: expected one of the"));
  CHECK_THROWS_WITH(set_all(some, {{"epochs", "3"}}, "x"), Contains("x/epochs: expected a number"));
  CHECK_THROWS_WITH(set_all(some, {{"mirrored", 1}}, "x"), Contains("x/mirrored: expected true"));
  CHECK_THROWS_WITH(set_every(some, {{"epochs", 3}}, "x"), Contains("x/tau_ms: expected a number"));
}
