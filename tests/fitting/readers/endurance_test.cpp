#include "fitting/readers/endurance.hpp"

#include <cmath>

#include "lib/base/error.hpp"
#include "tests/catch.hpp"

using namespace memplast;
using Catch::Contains;

TEST_CASE("endurance: courses of two states over the cycles", "[fitting][endurance]") {
  // On: 1e-4 S, 2 % less by a decade of 1 + cycle; off: 1e-5 S throughout.
  std::string text = "Cycle,R_HRS (kOhm),R_LRS (kOhm)\n";
  for (int decade = 0; decade <= 6; ++decade) {
    const double cycle = std::pow(10.0, decade) - 1.0;
    text += to_text(cycle) + ",100," + to_text(10.0 * std::exp(0.02 * decade)) + "\n";
  }
  const auto measurement = parse_measurement(text, "mine.csv");
  REQUIRE(measurement.kind == MeasurementKind::endurance);
  const auto fit = fit_endurance(to_endurance(measurement, {}));
  CHECK(fit.on.median == Approx(1e-4 * std::exp(-0.06)));
  CHECK(fit.on.slope == Approx(-0.02));
  CHECK(fit.off.slope == Approx(0.0).margin(1e-12));
  CHECK(fit.first_ratio == Approx(10.0));
  CHECK(fit.last_ratio == Approx(10.0 * std::exp(-0.12)));
  CHECK(fit.cycles == Approx(999999.0));
  CHECK(fit.overlaps == 0);
}

TEST_CASE("endurance: one row for each state, currents at a voltage", "[fitting][endurance]") {
  const std::string text =
      "cycle,state,I_uA\n1,HRS,1\n1,LRS,10\n2,off,1.1\n2,on,8\n3,HRS,0.9\n3,LRS,12\n";
  const auto measurement = parse_measurement(text, "mine.csv");
  REQUIRE(measurement.kind == MeasurementKind::endurance);
  const auto data = to_endurance(measurement, {.read_voltage = 0.1});
  const auto fit = fit_endurance(data);
  CHECK(fit.on.median == Approx(1e-4));
  CHECK(fit.off.median == Approx(1e-5));
  Variability variability;
  Conductance conductance;
  json record;
  put_endurance(variability, conductance, record, fit, data);
  CHECK(conductance.G_max == Approx(1e-4));
  CHECK(variability.ctoc == Approx(fit.on.spread * 1e-4 / 9e-5));
  CHECK_THROWS_WITH(to_endurance(measurement, {}), Contains("the read voltage"));
}

TEST_CASE("endurance: what cannot be is refused, what looks wrong is said",
          "[fitting][endurance]") {
  const auto read = [](const std::string& text) {
    return to_endurance(parse_measurement(text, "mine.csv"), {});
  };
  CHECK_THROWS_WITH(read("n,HRS,LRS\n1,1e5,1e4\n2,0,1e4\n3,1e5,1e4\n"),
                    Contains("mine.csv:3, column HRS"));
  CHECK_THROWS_WITH(read("n,HRS,LRS\n1,1e5,1e4\n"), Contains("three cycles"));
  CHECK_THROWS_WITH(read("cycle,state,R_Ohm\n1,HRS,1e5\n1,LRS,-1\n"), Contains("mine.csv:3"));
  const auto exchanged = read("n,HRS,LRS\n1,1e4,1e5\n2,1e4,1e5\n3,1e4,1e5\n");
  REQUIRE(exchanged.suspicions.size() == 1);
  CHECK_THAT(exchanged.suspicions[0], Contains("exchanged"));
}
