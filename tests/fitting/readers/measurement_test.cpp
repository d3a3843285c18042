#include "fitting/readers/measurement.hpp"

#include "tests/catch.hpp"
#include "tests/support.hpp"

using namespace memplast;
using Catch::Contains;

namespace {

const std::string in_siemens =
    "# G_min_S = 1e-6\n# G_max_S = 1.1e-5\n"
    "dt_ms,G0_S,dG_S,sigma_S\n"
    "10,6e-6,1e-6,2e-7\n"
    "-10,1e-6,-5e-7,1e-7\n";

/// The message that reading `text` ends with.
std::string refusal(const std::string& text, const RangeOptions& range = {}) {
  try {
    parse_window(text, "data.csv", range);
  } catch (const InputError& error) {
    return error.what();
  }
  return "nothing was refused";
}

}  // namespace

TEST_CASE("a window in siemens becomes weights by the range in its comments", "[fitting]") {
  const auto data = parse_window(in_siemens, "folder/data.csv");
  REQUIRE(data.points.size() == 2);
  // w = (6 - 1) / (11 - 1), dw = 1 / 10, sigma = 0.2 / 10
  CHECK(data.points[0].w == Approx(0.5));
  CHECK(data.points[0].dw == Approx(0.1));
  CHECK(data.points[0].sigma == Approx(0.02));
  CHECK(data.points[1].w == Approx(0.0).margin(1e-15));
  CHECK(data.has_sigma);
  CHECK(data.range_from == RangeFrom::notes);
  CHECK(data.file == "data.csv");
}

TEST_CASE("the range of the options outranks that of the comments", "[fitting]") {
  const auto data = parse_window(in_siemens, "data.csv", {.G_max = 2.1e-5});
  CHECK(data.points[0].w == Approx(0.25));
  CHECK(data.range_from == RangeFrom::options);
}

TEST_CASE("a window in weights needs no range", "[fitting]") {
  const auto data = parse_window("dt_ms;w;dw;sigma\n5;0.25;0.1;0.01\n", "data.csv");
  CHECK(data.points[0].w == 0.25);
  CHECK(data.points[0].dw == 0.1);
  CHECK(data.points[0].sigma == 0.01);
  CHECK(data.range_from == RangeFrom::nowhere);
}

TEST_CASE("the range is read off the data only when asked for", "[fitting]") {
  const std::string text = "dt_ms,G0_S,dG_S\n5,2e-6,1e-6\n-5,8e-6,-1e-6\n";
  CHECK_THAT(refusal(text), Contains("G_min and G_max") && Contains("or have it estimated"));
  const auto data = parse_window(text, "data.csv", {.estimate_from_data = true});
  CHECK(data.range_from == RangeFrom::data);
  CHECK(data.conductance.G_min == 2e-6);
  CHECK(data.conductance.G_max == 8e-6);
}

TEST_CASE("a window in another unit is converted, one without a unit asked for it", "[fitting]") {
  CHECK(parse_window("dt_s,w,dw\n0.01,0.5,0.1\n", "data.csv").points.at(0).dt == Approx(10.0));
  CHECK(parse_window("\u0394t (ms),\u0394w (%),w\n1,10,0.5\n", "data.csv").points.at(0).dw ==
        Approx(0.1));
  const RangeOptions range{.G_min = 0.0, .G_max = 1e-4};
  const auto micro = parse_window("dt_us,G0_uS,dG_nS\n1000,50,100\n", "data.csv", range);
  CHECK(micro.points.at(0).dt == Approx(1.0));
  CHECK(micro.points.at(0).w == Approx(0.5));
  CHECK(micro.points.at(0).dw == Approx(1e-3));
  CHECK(parse_window("dt_ms,dw\n1,0.1\n", "data.csv", {.state_w = 0.25}).points.at(0).w == 0.25);
  CHECK_THAT(refusal("dt_ms,dw\n1,0.1\n"), Contains("Give the one state of all pairs"));
  CHECK_THAT(refusal("dt_ms,w,dw,sigma_S\n1,0.5,0.1,1\n"),
             Contains("'sigma' as the deviation of 'dw'"));
  CHECK_THAT(refusal("dt_ms,G0_S,dG_S\n1,2e-6,40\n", {.G_min = 1e-6, .G_max = 1e-5}),
             Contains("data.csv:2, column dG_S") && Contains("unit"));
}

TEST_CASE("a bad window names file, line and column", "[fitting]") {
  CHECK_THAT(refusal(""), Contains("data.csv: expected a header line"));
  CHECK_THAT(refusal("dt_ms,w,dw\n"), Contains("data.csv: expected at least one row"));
  CHECK_THAT(refusal("dt_ms,w\n1,0.5\n"), Contains("'dw' or 'dG_S'") && Contains("dt_ms, w"));
  CHECK_THAT(refusal("dt_ms,w,dw\n1,0.5,0.1\n1,0.5,high\n"),
             Contains("data.csv:3, column dw") && Contains("'high'"));
  CHECK_THAT(refusal("dt_ms,w,dw\n1,0.5,nan\n"), Contains("expected a row with a reading"));
  CHECK_THAT(refusal("dt_ms,w,dw\n1,inf,0.1\n"), Contains("data.csv:2, column w"));
  CHECK_THAT(refusal("dt_ms,w,dw\n1,0.5,0.1,7\n"), Contains("data.csv:2: expected 3 cells"));
  CHECK_THAT(refusal("dt_ms,w,dw\n1,1.2,0.1\n"), Contains("a weight in [0, 1], got 1.2"));
  CHECK_THAT(refusal("dt_ms,w,dw,sigma\n1,0.5,0.1,0\n"),
             Contains("column sigma: expected a positive standard deviation, got 0"));
  CHECK_THAT(refusal("dt_ms,w,dw,sigma\n1,0.5,0.1,-1\n"), Contains("got -1"));
}

TEST_CASE("a bad conductance range is refused", "[fitting]") {
  CHECK_THAT(refusal(in_siemens, {.G_min = 2e-5, .G_max = 1e-5}),
             Contains("G_min_S below G_max_S"));
  CHECK_THAT(refusal(in_siemens, {.G_min = -1e-6}), Contains("G_min_S: expected a number in [0,"));
  CHECK_THAT(refusal(in_siemens, {.G_max = 5e-6}),
             Contains("data.csv:4, column G0_S: expected a state in [1e-06, 5e-06] S"));
  CHECK_THAT(refusal("# G_min_S = 1 uS\n# G_max_S = 1\ndt_ms,G0_S,dG_S\n1,1,1\n"),
             Contains("comment G_min_S: expected a number of siemens, got '1 uS'"));
  CHECK_THAT(refusal("# G_min_S = 1e-6\ndt_ms,G0_S,dG_S\n1,1,1\n"), Contains("got G_min only"));
}
