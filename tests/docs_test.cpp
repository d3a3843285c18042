#include <filesystem>
#include <regex>

#include "lib/io/file.hpp"
#include "tests/catch.hpp"
#include "tests/support.hpp"

using namespace memplast;

namespace {

const auto root = test::dataset("").parent_path().parent_path();

}  // namespace

TEST_CASE("docs: the example of a custom rule is the one that is built and run", "[docs]") {
  CHECK_THAT(read_text(root / "docs/custom_rule.md"),
             Catch::Contains("```cpp\n" + read_text(root / "tests/consumer/main.cpp") + "```"));
}

TEST_CASE("docs: every link to a file leads somewhere", "[docs]") {
  const std::regex link(R"(\]\(([^):# ]+)\))");
  for (const auto* folder : {".", "docs", "datasets"})
    for (const auto& entry : std::filesystem::directory_iterator(root / folder)) {
      if (entry.path().extension() != ".md") continue;
      const auto text = read_text(entry.path());
      for (std::sregex_iterator it(text.begin(), text.end(), link), end; it != end; ++it) {
        INFO(entry.path() << ": " << (*it)[1]);
        CHECK(std::filesystem::exists(entry.path().parent_path() / (*it)[1].str()));
      }
    }
}
