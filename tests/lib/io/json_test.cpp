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

TEST_CASE("json: braces make objects of pairs that begin with a text, else arrays", "[lib][json]") {
  const std::vector<double> numbers{1.0, 2.5};
  const json object{{"a", 1}, {"b", {1, 2}}, {"c", {{"d", nullptr}}}, {"e", numbers}, {"f", true}};
  CHECK(object.dump() == R"({"a":1,"b":[1,2],"c":{"d":null},"e":[1.0,2.5],"f":true})");
  CHECK(json({0, -1, 0.5}).dump() == "[0,-1,0.5]");
  CHECK(json(std::vector<std::string>{"x", "y"}).dump() == R"(["x","y"])");
  CHECK(json::object().dump() == "{}");
  CHECK(json().dump() == "null");
}

TEST_CASE("json: what is written is read again", "[lib][json]") {
  for (const std::string text :
       {R"({"b":1,"a":[true,null,"\u0001\"x",{}]})", "18446744073709551615", "-9223372036854775808",
        "0.1", "1e+300", "[[],[[]]]", R"("ä")"}) {
    INFO(text);
    const json value = json::parse(text);
    CHECK(json::parse(value.dump()) == value);
    CHECK(json::parse(value.dump(2)) == value);
    CHECK(json::parse(value.ascii()) == value);
  }
  CHECK(json("\xc3\xa4").dump() == "\"\xc3\xa4\"");
  CHECK(json("\xc3\xa4").ascii() == R"("\u00e4")");
}

TEST_CASE("json: a text that is not UTF-8 is refused, or shown without it", "[lib][json]") {
  CHECK_THROWS_AS(json("a\xff").dump(), std::invalid_argument);
  CHECK(json("a\xff").shown() == "\"a\xef\xbf\xbd\"");
}

TEST_CASE("json: keys are added, replaced and erased in place", "[lib][json]") {
  json object;
  object["x"] = 1;
  object["y"].push_back("a");
  object["x"] = 2;
  object.update({{"z", 3}, {"y", 4}});
  CHECK(object.dump() == R"({"x":2,"y":4,"z":3})");
  object.erase("y");
  object.erase("none");
  json list{1, 2, 3};
  list.erase(0);
  CHECK(list.dump() == "[2,3]");
  CHECK_THROWS_AS(list.erase(2), std::domain_error);
  CHECK(object.dump() == R"({"x":2,"z":3})");
  CHECK(object.value("z", 0) == 3);
  CHECK(object.value("none", std::string("else")) == "else");
  std::string seen;
  for (const auto& [key, value] : object.items()) seen += key + "=" + value.dump() + " ";
  CHECK(seen == "x=2 z=3 ");
}

TEST_CASE("json: values are compared, numbers by value", "[lib][json]") {
  const json object = json::parse(R"({"n": 1, "t": "a", "list": [1, 2.0]})");
  CHECK(object["n"] == 1.0);
  CHECK(object["t"] == "a");
  CHECK(object["list"] == json({1, 2}));
  CHECK(object["list"][1] > 1.5);
  CHECK_FALSE(object["n"] == "a");
  CHECK_FALSE(json(-1) == json(18446744073709551615U));
  CHECK(object == json({{"t", "a"}, {"list", {1, 2}}, {"n", 1}}));
}

TEST_CASE("json: what is not there, or of another kind, throws", "[lib][json]") {
  const json object{{"n", 1}, {"list", json::array()}};
  CHECK_THROWS_AS(object["none"], std::domain_error);
  CHECK_THROWS_AS(object["n"]["x"], std::domain_error);
  CHECK_THROWS_AS(object["list"][0], std::domain_error);
  CHECK_THROWS_AS(object["list"].front(), std::domain_error);
  CHECK_THROWS_AS(object["n"].get<std::string>(), std::domain_error);
  CHECK_THROWS_AS(object.get<double>(), std::domain_error);
  CHECK_THROWS_AS(json("x").push_back(1), std::domain_error);
}

TEST_CASE("json: the first difference has its place", "[lib][json]") {
  const json a{{"x", {{"y", {1, 2}}}}, {"z", 1}};
  CHECK(first_difference(a, a).empty());
  CHECK(first_difference(a, {{"x", {{"y", {1, 3}}}}, {"z", 1}}) == "/x/y/1");
  CHECK(first_difference(a, {{"x", {{"y", {1}}}}, {"z", 1}}) == "/x/y/1");
  CHECK(first_difference(a, {{"x", {{"y", {1, 2}}}}}) == "/z");
  CHECK(first_difference({{"x", {{"y", {1, 2}}}}}, a) == "/z");
}

TEST_CASE("json: a text nested without end is refused", "[lib][json]") {
  CHECK_NOTHROW(parse_json(std::string(900, '[') + std::string(900, ']'), "m.json"));
  CHECK_THROWS_AS(parse_json(std::string(200000, '[') + std::string(200000, ']'), "m.json"),
                  InputError);
}
