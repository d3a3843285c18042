#include "lib/io/json.hpp"

#include "tests/catch.hpp"
#include "tests/support.hpp"

using namespace memplast;
using Catch::Contains;
using Catch::Equals;

TEST_CASE("json: objects keep the order in which they were written", "[lib][json]") {
  CHECK(parse_json(R"({"b": 1, "a": 2})", "x").dump() == R"({"b":1,"a":2})");
}

TEST_CASE("json: a syntax error has its line and column", "[lib][json]") {
  CHECK_THROWS_WITH(parse_json("{\n  \"a\": 1,\n  \"b\": }", "m.json"),
                    Equals("m.json:3:8: expected valid JSON, got a syntax error."));
  CHECK_THROWS_WITH(parse_json("]", "m.json"), Contains("m.json:1:1:"));
  CHECK_THROWS_WITH(parse_json("", "m.json"), Contains("m.json") && Contains("an empty text"));
  for (const auto* bad : {"{", "[1, 2", "{\"a\": NaN}", "{} x", "{\"a\": 1e999}", "\"\xff\""}) {
    INFO(bad);
    CHECK_THROWS_AS(parse_json(bad, "m.json"), InputError);
  }
}

TEST_CASE("json: an unknown key is refused with the known ones", "[lib][json]") {
  const auto object = parse_json(R"({"a": 1, "c": 2})", "x");
  CHECK_NOTHROW(require_keys(object, {"a", "b", "c"}, "m.json"));
  CHECK_THROWS_WITH(require_keys(object, {"a", "b"}, "m.json"),
                    Equals("m.json/c: expected one of the keys a, b, got the unknown key 'c'."));
  CHECK_THROWS_WITH(require_keys(json::array(), {"a"}, "m.json"),
                    Equals("m.json: expected an object, got array."));
}

TEST_CASE("json: a value of the wrong kind is refused with its place", "[lib][json]") {
  const auto object = parse_json(R"({"x": 1.5, "t": "y", "n": null})", "m.json");
  CHECK(number_at(object, "x", "m.json") == 1.5);
  CHECK(text_at(object, "t", "m.json") == "y");
  CHECK_THROWS_WITH(number_at(object, "t", "m.json"),
                    Equals("m.json/t: expected a number, got \"y\"."));
  CHECK_THROWS_WITH(number_at(object, "n", "m.json"), Contains("got null"));
  CHECK_THROWS_WITH(number_at(object, "z", "m.json"),
                    Equals("m.json/z: expected a number, got nothing."));
  CHECK_THROWS_WITH(text_at(object, "x", "m.json"), Equals("m.json/x: expected a text, got 1.5."));
  CHECK_THROWS_WITH(text_at(object, "z", "m.json"), Contains("got nothing"));
}

TEST_CASE("json: a file's messages name the file", "[lib][json]") {
  const test::TempFolder folder;
  const auto path = folder.file("bad.json", "{\n}}");
  CHECK_THROWS_WITH(read_json(path), Contains("bad.json:2:2: expected valid JSON"));
  CHECK(read_json(folder.file("good.json", "[1]")) == json::array({1}));
}
