#include "fitting/readers/sweep_measurement.hpp"

#include <cmath>

#include "fitting/read_fit.hpp"
#include "lib/base/error.hpp"
#include "lib/base/text.hpp"
#include "lib/numeric/random.hpp"
#include "tests/catch.hpp"

using namespace memplast;
using Catch::Contains;

namespace {

Measurement parsed(const std::string& text, const TableOptions& options = {}) {
  return parse_measurement(text, "s.csv", options);
}

SweepData sweep(const std::string& text, const TableOptions& options = {}) {
  return to_sweep(parsed(text, options), options);
}

/// A triangle of 20 points through a resistor of 1 kOhm, current limited at `limit`.
std::string triangle(const std::string& header, const std::string& separator, bool has_time,
                     double limit = 1.0) {
  std::string text = header;
  for (int k = 0; k < 20; ++k) {
    const double V = k < 10 ? 0.1 * k : 0.1 * (20 - k);
    const double I = std::min(V / 1e3, limit);
    if (has_time) text += to_text(0.5 * k) + separator;
    text += to_text(V) + separator + to_text(I) + "\n";
  }
  return text;
}

}  // namespace

TEST_CASE("sweep: recognised by its columns, whatever they are called", "[fitting][sweep]") {
  const auto text =
      GENERATE(as<std::string>{}, "t_s,V_V,I_A\n", "Time (s),Voltage (V),Current (A)\n",
               "Time,AV,AI\n", "t/s,V1/V,I1/A\n", "time_s,bias,current_A\n");
  INFO(text);
  const auto measurement = parsed(triangle(text, ",", true));
  CHECK(measurement.kind == MeasurementKind::sweep);
  CHECK(!is_read_iv(measurement));
  const auto data = to_sweep(measurement, {});
  REQUIRE(data.traces.size() == 1);
  CHECK(data.traces[0].course[3].t == 1.5);
  CHECK(data.traces[0].course[3].V == Approx(0.3));
  CHECK(data.traces[0].I[3] == Approx(3e-4));
  CHECK(data.traces[0].trusted.size() == 20);
  CHECK(data.suspicions.empty());
}

TEST_CASE("sweep: units are converted, preambles skipped, times made up", "[fitting][sweep]") {
  const auto units = sweep(triangle("t_ms;V_mV;I_uA\n", ";", true));
  CHECK(units.traces[0].course[3].t == Approx(1.5e-3));
  CHECK(units.traces[0].course[3].V == Approx(0.3e-3));
  CHECK(units.I_max == Approx(1e-9));

  const auto preamble =
      sweep(triangle("Setup title, IV sweep\nDevice,12,B\nCompliance\n\nTime,V,I\n", ",", true));
  CHECK(preamble.traces[0].course.size() == 20);
  CHECK_THAT(preamble.notices.at(0), Contains("3 lines before the header"));

  const auto untimed = sweep(triangle("V_V\tI_A\n", "\t", false));
  CHECK(untimed.traces[0].course[3].t == 3.0);
  CHECK_THAT(untimed.suspicions.at(0), Contains("the usual time step"));
  const auto stepped = sweep(triangle("V_V\tI_A\n", "\t", false), {.step = 1e-3});
  CHECK(stepped.traces[0].course[3].t == Approx(3e-3));
  CHECK(stepped.suspicions.empty());
}

TEST_CASE("sweep: points at the limit of the current are not trusted", "[fitting][sweep]") {
  const auto data = sweep(triangle("t_s,V_V,I_A\n", ",", true, 0.55e-3));
  CHECK(data.traces[0].trusted.size() == 11);  // those of 0 to 0.5 V, twice but for 0
  CHECK(data.I_max == Approx(0.5e-3));
  CHECK_THAT(data.suspicions.at(0), Contains("9 points are limited by compliance"));
}

TEST_CASE("sweep: devices and starts of the time make courses of their own", "[fitting][sweep]") {
  std::string text = "device,t_s,V_V,I_A\n";
  for (const auto* device : {"a", "b", "b"})
    for (int k = 0; k < 10; ++k)
      text += std::string(device) + "," + to_text(k) + "," + to_text(k % 5) + "," +
              to_text(1e-6 * (k % 5)) + "\n";
  const auto data = sweep(text);
  REQUIRE(data.traces.size() == 3);
  CHECK(data.traces[2].device == "b");
  CHECK_THAT(data.notices.at(0), Contains("starts anew 1 times"));
}

TEST_CASE("sweep: a terminal that is held is no device", "[fitting][sweep]") {
  const auto rows = [](const std::string& header, auto&& row) {
    std::string text = header;
    for (int k = 0; k < 20; ++k) {
      const double V = 0.1 * (k < 10 ? k : 20 - k);
      text += row(to_text(V), to_text(1e-6 * V + 1e-8 * k), to_text(-1e-6 * V - 1e-8 * k));
    }
    return parsed(text);
  };
  for (const std::string header : {"V1,I1,V2,I2\n", "AnodeV,AnodeI,CathodeV,CathodeI\n"}) {
    const auto held = rows(header, [](const auto& V, const auto& I, const auto& back) {
      return V + "," + I + ",0," + back + "\n";
    });
    CHECK(held.table.rows.size() == 20);
    const auto first = rows(header, [](const auto& V, const auto& I, const auto& back) {
      return "0," + back + "," + V + "," + I + "\n";
    });
    CHECK(first.table.rows.size() == 20);
    CHECK(to_sweep(first, {}).traces.at(0).course.at(5).V == Approx(0.5));
  }
  const auto shared = rows("V,I1,I2\n", [](const auto& V, const auto& I, const auto& back) {
    return V + "," + I + "," + back + "\n";
  });
  CHECK(shared.table.rows.size() == 20);
  const auto two = rows("V1,I1,V2,I2\n", [](const auto& V, const auto& I, const auto&) {
    return V + "," + I + "," + V + "," + I + "\n";
  });
  CHECK(to_sweep(two, {}).traces.size() == 2);
}

TEST_CASE("sweep: two columns with decimal commas", "[fitting][sweep]") {
  const auto data = parsed("V (V);I (A)\n0,5;1,25\n1,5;2,5\n0,5;1,0\n");
  CHECK(data.kind == MeasurementKind::sweep);
  CHECK(numbers_of(data.table, 0, Quantity::voltage) == std::vector{0.5, 1.5, 0.5});
  CHECK(numbers_of(data.table, 1, Quantity::current) == std::vector{1.25, 2.5, 1.0});
}

TEST_CASE("sweep: wrong files are refused with the place", "[fitting][sweep]") {
  CHECK_THROWS_WITH(sweep(triangle("t_s,V_V,I_A\n", ",", true) + "9.5,1,1\n"),
                    Contains("s.csv:22, column t_s"));
  CHECK_THROWS_WITH(sweep("t_s,V_V,I_A\n0,1,x\n"), Contains("s.csv:2, column I_A"));
  CHECK_THROWS_WITH(sweep("t_s,V_V,I_A\n0,0,0\n1,1,1\n2,0,0\n"), Contains("at least 10 points"));
  // A row of numbers before the header is no preamble, nor is one that is too long.
  CHECK_THROWS_AS(parsed("1,2\nt_s,V_V,I_A\n0,1,1\n1,2,2\n"), InputError);
  CHECK_THROWS_AS(parsed("t_s,V_V,I_A\n0,1,1,1\n1,1,1\n2,2,2\n"), InputError);
}

TEST_CASE("reads: conductances beside a voltage that stays are no sweep", "[fitting][reads]") {
  const std::string head = "t_s,R_Ohm,G_S,I_A,V_V\n";
  CHECK(parsed(head + "0,1e4,1e-4,1e-6,0.0101\n1,1e4,1e-4,1e-6,0.0099\n2,1e4,1e-4,1e-6,0.01\n")
            .kind == MeasurementKind::reads);
  CHECK(parsed(head + "0,1e4,1e-4,1e-6,0.01\n1,1e4,1e-4,1e-5,0.1\n2,1e4,1e-4,5e-6,0.05\n").kind ==
        MeasurementKind::sweep);
}

TEST_CASE("reads: planted noise, drift and spread come back", "[fitting][reads]") {
  // Forty cells of 1 uS to 100 uS, 500 reads each a second apart.
  Stream random(3, Purpose::noise);
  std::string text = "device,t_s,G_uS\n";
  for (int cell = 0; cell < 40; ++cell) {
    const double G = 30.0 * std::exp(0.3 * random.normal());
    const double nu = 0.05 + 0.01 * random.normal();
    for (int k = 0; k < 500; ++k)
      text += std::to_string(cell) + "," + std::to_string(k) + "," +
              to_text(G * std::pow(1.0 + k, -nu) * (1.0 + 0.02 * random.normal())) + "\n";
  }
  const auto measurement = parsed(text);
  CHECK(measurement.kind == MeasurementKind::reads);
  const auto fit = fit_reads(to_reads(measurement, {}));
  // 20,000 reads know their noise to 0.5 %; 40 cells a spread to 11 %, its mean to 16 % of it.
  CHECK(fit.read_noise == Approx(0.02).epsilon(0.05));
  CHECK(fit.autocorrelation == Approx(0.0).margin(0.03));
  CHECK(fit.white_share == Approx(1.0).margin(0.05));
  CHECK(fit.drift_nu == Approx(0.05).margin(0.006));
  CHECK(fit.drift_nu_dtod == Approx(0.01).epsilon(0.5));
  CHECK(fit.spread == Approx(0.3).epsilon(0.35));
  CHECK(fit.is_log_normal);
  CHECK(fit.variability.read_noise == fit.read_noise);
  CHECK(fit.variability.drift_nu == fit.drift_nu);
  CHECK(fit.variability.G_max_dtod == fit.spread);
}

TEST_CASE("reads: correlated noise is told from white noise", "[fitting][reads]") {
  // Half of the variance decays over ten reads.
  Stream random(5, Purpose::noise);
  std::string text = "t_s,R_Ohm\n";
  double slow = 0.0;
  for (int k = 0; k < 5000; ++k) {
    slow = 0.9 * slow + std::sqrt(1.0 - 0.81) * 0.01 * random.normal();
    text += std::to_string(k) + "," + to_text(1e4 / (1.0 + slow + 0.01 * random.normal())) + "\n";
  }
  const auto fit = fit_reads(to_reads(parsed(text), {}));
  CHECK(fit.read_noise == Approx(std::sqrt(2.0) * 0.01).epsilon(0.05));
  CHECK(fit.white_share == Approx(0.5).margin(0.08));
  CHECK(fit.variability.drift_nu == 0.0);  // there is none
  CHECK(std::isnan(fit.spread));
}

TEST_CASE("reads: a read I-V gives slopes without its offset", "[fitting][reads]") {
  std::string text;
  for (const double G : {10e-6, 20e-6, 30e-6, 1e-6})
    for (int k = 0; k <= 10; ++k)
      text +=
          to_text(G * 1e6) + "," + to_text(0.02 * k * G - 2e-6) + "," + to_text(0.02 * k) + "\n";
  const TableOptions options{.columns = {"device", "I_A", "V_V"}};
  const auto measurement = parsed(text, options);
  CHECK(is_read_iv(measurement));
  const auto data = to_reads(measurement, options);
  CHECK_THAT(data.suspicions.at(0), Contains("offset of the instrument"));
  const auto fit = fit_reads(data);
  CHECK(fit.offset == Approx(-2e-6));
  CHECK(fit.G_median == Approx(20e-6));
  CHECK(fit.left_out == 1);
  CHECK(fit.spread == Approx(0.5));  // 10, 20, 30: sd 10 of 20
  CHECK(std::isnan(fit.read_noise));
  const auto held = parsed("t_s,V_V,I_A\n0,0.2,2e-6\n1,0.2,4e-6\n");  // one voltage: reads in time
  CHECK(is_read_iv(held));
  CHECK(to_reads(held, {}).cells.at(0).G.at(1) == Approx(20e-6));
  CHECK_THROWS_WITH(to_reads(parsed("t_s,I_A\n0,1\n1,1\n"), {}), Contains("the read voltage"));
  CHECK_THROWS_WITH(to_reads(parsed("t_s,R_Ohm\n0,1\n1,0\n"), {}), Contains("other than 0"));
  const auto sorted = to_reads(parsed("t_s,G_S\n2,3\n1,1\n"), {});
  CHECK(sorted.cells.at(0).G == std::vector{1.0, 3.0});
  CHECK(sorted.cells.at(0).t == std::vector{0.0, 1.0});
}
