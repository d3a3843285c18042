#include <filesystem>
#include <regex>

#include "lib/io/file.hpp"
#include "tests/catch.hpp"
#include "tests/support.hpp"

using namespace memplast;

namespace {

const auto root = test::dataset("").parent_path().parent_path();

}  // namespace

TEST_CASE("docs: the examples in C++ are those that are built and run", "[docs]") {
  const auto [page, file] =
      GENERATE(table<std::string, std::string>({{"custom_rule.md", "main.cpp"},
                                                {"custom_learner.md", "own_learner.cpp"},
                                                {"cpp.md", "measured_to_map.cpp"}}));
  CHECK_THAT(read_text(root / "docs" / page),
             Catch::Contains("```cpp\n" + read_text(root / "tests/consumer" / file) + "```"));
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
