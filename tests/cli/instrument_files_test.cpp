#include <cmath>
#include <filesystem>

#include "lib/io/json.hpp"
#include "tests/catch.hpp"
#include "tests/cli/program.hpp"

using namespace memplast;
using namespace memplast::test;
using Catch::Contains;

namespace {

/// Numbers agree within 1 %, as digits of a file may be fewer.
bool is_near(const json& got, const json& wanted) {
  if (wanted.is_array()) {
    if (!got.is_array() || got.size() != wanted.size()) return false;
    for (std::size_t i = 0; i < wanted.size(); ++i)
      if (!is_near(got[i], wanted[i])) return false;
    return true;
  }
  if (wanted.is_string()) return got == wanted;
  if (!got.is_number()) return false;
  const double a = got.get<double>(), b = wanted.get<double>();
  return std::abs(a - b) <= std::max(1e-15, 0.01 * std::max(std::abs(a), std::abs(b)));
}

}  // namespace

TEST_CASE("files of instruments are read as what they are, or refused for their true reason",
          "[cli][validate][instruments]") {
  const auto folder = golden("instrument_files");
  const json cases = read_json(folder / "manifest.json");
  REQUIRE(cases.size() >= 45);
  for (const json& one : cases) {
    std::vector<std::string> words{"validate", (folder / one["file"].text()).string(), "--json"};
    for (const json& word : one["args"]) words.push_back(word.text());
    CAPTURE(one["file"].text(), one["about"].text());
    const auto printed = program(words);
    const json& expected = one["expect"];
    if (expected.contains("exit")) {
      CHECK(printed.exit_code == 2);
      CHECK(printed.out.empty());
      for (const json& word : expected["message_has"])
        CHECK_THAT(printed.err, Contains(word.text()));
      continue;
    }
    CAPTURE(printed.err);
    REQUIRE(printed.exit_code == 0);
    const json got = json::parse(printed.out);
    for (const auto& [key, wanted] : expected.items()) {
      CAPTURE(key, got.contains(key) ? got[key].dump() : "nothing", wanted.dump());
      if (key == "dw_max")
        CHECK(got[key].get<double>() <= wanted.get<double>());
      else
        CHECK((got.contains(key) && is_near(got[key], wanted)));
    }
  }
}
