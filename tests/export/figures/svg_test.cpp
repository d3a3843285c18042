#include "export/figures/svg.hpp"

#include "export/figures/plot.hpp"
#include "tests/catch.hpp"

using namespace memplast;
using Catch::Contains;

TEST_CASE("svg: no text can leave its element or its attribute", "[export][report]") {
  CHECK(escaped("a < b & \"c\" > 'd'") == "a &lt; b &amp; &quot;c&quot; &gt; &#39;d&#39;");
  CHECK(escaped("Δw, 10 µS, 𝄞") == "Δw, 10 µS, 𝄞");
  CHECK(escaped(std::string("a\nb\0c\x1b", 6)) == "a b c ");
  // Lone and cut bytes, overlong '<', a surrogate, beyond U+10FFFF: each byte is replaced.
  const std::string mark = "\xEF\xBF\xBD";
  CHECK(escaped("\x80") == mark);
  CHECK(escaped("a\xC3") == "a" + mark);
  CHECK(escaped("\xC0\xBC") == mark + mark);
  CHECK(escaped("\xED\xA0\x80") == mark + mark + mark);
  CHECK(escaped("\xF4\x90\x80\x80") == mark + mark + mark + mark);
}

TEST_CASE("svg: numbers are short and always numbers", "[export][report]") {
  CHECK(pixels(1.0) == "1");
  CHECK(pixels(-0.001) == "0");
  CHECK(pixels(12.345) == "12.35");
  CHECK(pixels(-3.5) == "-3.5");
  CHECK(pixels(1.0 / 0.0) == "0");
}

TEST_CASE("svg: a file has its own colours, a page names them", "[export][report]") {
  CHECK_THAT(figure_style(true), Contains("var(--s0)") && !Contains("$"));
  CHECK_THAT(figure_style(false), Contains("#0067a5") && !Contains("var(") && !Contains("$"));
  CHECK(sequential_colour(0.0) == "#440154");
  CHECK(sequential_colour(1.0) == "#fde725");
  CHECK(sequential_colour(0.5) == "#21918c");
}

TEST_CASE("plot: ticks are round and within the axis", "[export][report]") {
  CHECK(ticks({0.0, 1.0, ""}, 5) ==
        std::vector<double>{0.0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0});
  CHECK(ticks({-7.0, 12.0, ""}, 4) == std::vector<double>{-5.0, 0.0, 5.0, 10.0});
  CHECK(ticks({3.0, 3.0, ""}).empty());
}

TEST_CASE("plot: values land where the axes say", "[export][report]") {
  Svg svg(100, 100);
  const Plot plot(svg, {10, 20}, {90, 80}, {0.0, 4.0, "x"}, {-1.0, 1.0, "y"});
  CHECK(plot.x(1.0) == 30.0);
  CHECK(plot.y(0.0) == 50.0);
  CHECK(plot.y(1.0) == 20.0);
  CHECK(plot.x(1e9) <= 92.0);  // what is beyond an axis stays at its edge
  const auto same = Axis::around({2.0, 2.0}, "");
  CHECK(same.high > same.low);
}
