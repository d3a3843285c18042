#include "fitting/readers/pulse_measurement.hpp"

#include <cmath>

#include "lib/numeric/random.hpp"
#include "tests/catch.hpp"

using namespace memplast;
using Catch::Contains;

namespace {

/// The message that reading `text` ends with.
std::string refusal(const std::string& text, const TableOptions& options = {}) {
  try {
    parse_pulses(text, "data.csv", options);
  } catch (const InputError& error) {
    return error.what();
  }
  return "nothing was refused";
}

/// The states of a ramp as the file has them.
std::vector<double> values(const PulseData& data, std::size_t ramp) {
  std::vector<double> out;
  for (const double w : data.ramps[ramp].w) out.push_back(data.low + w * (data.high - data.low));
  return out;
}

}  // namespace

TEST_CASE("units: what one is in another", "[fitting][table]") {
  CHECK(unit_factor("uS", "S") == 1e-6);
  CHECK(unit_factor("µS", "S") == 1e-6);
  CHECK(unit_factor("mS", "uS") == Approx(1e3));
  CHECK(unit_factor("s", "ms") == Approx(1e3));
  CHECK(unit_factor("ns", "ms") == Approx(1e-6));
  CHECK(unit_factor("kV", "V") == 1e3);
  CHECK_FALSE(unit_factor("A", "S"));
  CHECK_FALSE(unit_factor("m", "S"));
  CHECK_FALSE(unit_factor("", "S"));
  CHECK(unit_in("Delta G (uS)") == "uS");
  CHECK(unit_in("I [nA]") == "nA");
  CHECK(unit_in("G_S") == "S");
  CHECK(unit_in("my_column") == "");
}

TEST_CASE("pulses: rows of pulse, polarity and conductance", "[fitting][pulse]") {
  const auto data = parse_pulses(
      "pulse;polarity;G_uS;cycle\n1;up;2;1\n2;up;4;1\n4;up;6;1\n1;-1;5;1\n2;-1;2;1\n"
      "1;SET;2;2\n2;SET;4;2\n",
      "folder/data.csv", {.range = {.G_min = 1e-6, .G_max = 1.1e-5}});
  REQUIRE(data.ramps.size() == 3);
  CHECK(data.ramps[0].up);
  CHECK(data.ramps[0].pulse == std::vector<double>{1, 2, 4});
  CHECK(data.ramps[0].w[1] == Approx(0.3));  // (4 - 1) / (11 - 1)
  CHECK_FALSE(data.ramps[1].up);
  CHECK(data.ramps[2].cycle == 2);
  CHECK(data.in_siemens);
  CHECK(data.range_from == RangeFrom::options);
  CHECK(data.conductance.G_max == 1.1e-5);
  CHECK(data.file == "data.csv");
}

TEST_CASE("pulses: what made and what read them becomes the device's", "[fitting][pulse]") {
  const auto data = parse_pulses(
      "pulse,polarity,I_uA,amplitude_V,width_us\n1,up,2,1.2,3\n2,up,4,1.2,3\n"
      "3,up,6,1.2,3\n1,down,6,-0.9,5\n2,down,4,-0.9,5\n3,down,2,-0.9,5\n",
      "data.csv", {.read_voltage = 0.2});
  CHECK(data.conductance.V_read == 0.2);
  CHECK(data.conductance.V_write == Approx(std::sqrt((1.2 * 1.2 + 0.9 * 0.9) / 2)));
  CHECK(data.conductance.t_write == Approx(4e-6));
  CHECK(data.suspicions.empty());
  CHECK_THROWS_WITH(
      parse_pulses("pulse,polarity,G_S,width_V\n1,up,1e-6,1\n2,up,2e-6,1\n", "data.csv"),
      Contains("data.csv, header: expected width_s, got 'width_V'"));
}

TEST_CASE("pulses: two branches, named or without header", "[fitting][pulse]") {
  for (const std::string text : {"LTP,LTD\n-1,1\n0,0.5\n1,-1\n", "0,1\n0.2,0.5\n1,0\n",
                                 "\xEF\xBB\xBF"
                                 "0\t1\r\n0.2\t0.5\r\n1\t0\r\n",
                                 "down,up\n1,-1\n0.5,0\n-1,1\n", "1,0\n0.5,0.2\n0,1\n"}) {
    INFO(text);
    const auto data = parse_pulses(text, "data.csv");
    REQUIRE(data.ramps.size() == 2);
    CHECK(data.ramps[0].up);
    CHECK_FALSE(data.ramps[1].up);
    CHECK(values(data, 0)[2] == Approx(1.0));
    CHECK(values(data, 1)[1] == Approx(0.5));
    CHECK_FALSE(data.in_siemens);
  }
  // Without names, what takes both signs may as well be times and changes, or voltages.
  CHECK_THROWS_WITH(parse_pulses("-1,1\n0,0.5\n1,-1\n", "data.csv"), Contains("both signs"));
}

TEST_CASE("pulses: ramps as columns, of different lengths", "[fitting][pulse]") {
  const std::string text = "rmp1,rmp2,rmp3\n1e-5,1.1e-5,9e-5\n3e-5,2e-5,5e-5\n9e-5,8e-5,\n";
  const auto data = parse_pulses(text, "data.csv", {.read_voltage = 0.1});
  REQUIRE(data.ramps.size() == 3);
  CHECK(data.ramps[0].up);
  CHECK_FALSE(data.ramps[2].up);
  CHECK(data.ramps[1].cycle == 2);
  CHECK(data.ramps[2].w.size() == 2);
  CHECK(values(data, 0)[1] == Approx(3e-4));  // 3e-5 A / 0.1 V
  CHECK(data.in_siemens);
  CHECK_THAT(data.notices.front(),
             Contains("3 columns 'rmp1'") && Contains("2 ramps up and 1 down"));

  const auto plain = parse_pulses(text, "data.csv");
  CHECK_FALSE(plain.in_siemens);
  CHECK_THAT(plain.suspicions.front(), Contains("the read voltage"));
}

TEST_CASE("pulses: names and units of the file are mapped to ours", "[fitting][pulse]") {
  const auto data =
      parse_pulses("n,dir,Cond. (mS)\n1,up,1\n2,up,2\n3,up,3\n", "data.csv",
                   {.renamed = {{"pulse", "n"}, {"polarity", "dir"}, {"G_S", "Cond. (mS)"}}});
  CHECK(values(data, 0)[1] == Approx(2e-3));
  const auto bare =
      parse_pulses("1,1,5\n2,1,7\n3,1,9\n", "data.csv", {.columns = {"pulse", "polarity", "G_uS"}});
  CHECK(values(bare, 0)[2] == Approx(9e-6));
}

TEST_CASE("pulses: the range is that between straightened ends of the ramps", "[fitting][pulse]") {
  // Ends are read off a line through three points; that of 0, 1, 2 starts at 0 exactly, and noise
  // of +-d around it moves it by less than 2 d.
  const auto data = parse_pulses("up,down\n0,10\n1,8\n2,6\n8,4\n9,2\n10,0\n", "data.csv");
  CHECK(data.low == Approx(0.0).margin(1e-12));
  CHECK(data.high == Approx(10.0));
  CHECK(data.range_from == RangeFrom::data);
}

TEST_CASE("pulses: names of columns may be numbers", "[fitting][pulse]") {
  const auto read = parse_measurement("pulse,1,2\n0,1e-6,2e-6\n1,3e-6,3e-6\n2,4e-6,5e-6\n", "x");
  CHECK_FALSE(read.headerless);
  CHECK(read.table.header == std::vector<std::string>{"pulse", "1", "2"});
  CHECK(read.table.rows.size() == 3);
}

TEST_CASE("pulses: a bad file names file, line and column", "[fitting][pulse]") {
  const std::string head = "pulse,polarity,G_S\n";
  CHECK_THAT(refusal(head + "1,sideways,1e-6\n"),
             Contains("data.csv:2, column polarity") && Contains("'sideways'"));
  CHECK_THAT(refusal(head + "1.5,up,1e-6\n"), Contains("column pulse: expected a whole number"));
  CHECK_THAT(refusal(head + "1e30,up,1e-6\n"), Contains("column pulse: expected a whole number"));
  CHECK_THAT(refusal(head + "1,up,1e-6\n1,up,2e-6\n"), Contains("data.csv:3") && Contains("cycle"));
  CHECK_THAT(refusal(head + "1,up,\n"), Contains("expected a row with a reading"));
  CHECK_THAT(refusal(head + "1,up,1\n2,up,1\n3,up,1\n"),
             Contains("ramps that lead from one state"));
  CHECK_THAT(refusal("pulse,polarity,I_A\n1,up,1e-6\n"), Contains("Give the read voltage"));
  CHECK_THAT(refusal("pulse,polarity\n1,up\n"), Contains("one column of values"));
  CHECK_THAT(refusal("up,down\n1,2\n,3\n4,5\n"), Contains("data.csv:3, column up"));
  CHECK_THAT(refusal("up,down\n1,2\n1,\n"), Contains("column down: expected at least two values"));
  CHECK_THAT(refusal("a,b\n1,2\n"),
             Contains("the columns a, b") && Contains("Name those that are one"));
  CHECK_THAT(refusal("G1_S,G2_S\n1,2\n2,3\n", {.read_voltage = 0.1}),
             Contains("expected currents"));
  CHECK_THAT(refusal("up,down\n1,2\n2,1\n", {.range = {.G_min = 1.0}}),
             Contains("states without a unit"));
  CHECK_THAT(refusal(head, {.renamed = {{"G_S", "I (nA)"}}}), Contains("at least one row"));
  CHECK_THAT(refusal("pulse,polarity,I (nA)\n1,up,1\n", {.renamed = {{"G_S", "I (nA)"}}}),
             Contains("a unit of S") && Contains("in nA"));
  CHECK_THAT(refusal(""), Contains("got an empty file"));
  CHECK_THAT(refusal("18433,0.5,-2e-6\n18433,0.6,-3e-6\n18433,0.7,-4e-6\n"),
             Contains("its columns are of different kinds, got one up to 18433, one up to 4e-06") &&
                 Contains("Name all columns"));
  CHECK_THAT(refusal("0.1,1e-6\n0.2,2e-6\n0.3,3e-6\n"), Contains("of different kinds"));
}

TEST_CASE("pulses: what looks wrong is said", "[fitting][pulse]") {
  const auto said = [](const std::string& text) {
    std::string all;
    for (const auto& s : parse_pulses(text, "data.csv").suspicions) all += s + "\n";
    return all;
  };
  CHECK_THAT(said("pulse,polarity,state\n1,down,0\n2,down,0.5\n3,down,1\n"),
             Contains("1 of 1 ramps run against their polarity"));
  CHECK_THAT(said("up,down\n0,40\n20,30\n40,20\n60,10\n80,0\n"),
             Contains("percent") && Contains("not one cycle"));
  CHECK_THAT(said("pulse,polarity,G_S\n1,up,5\n2,up,7\n3,up,9\n"), Contains("above 1 S"));
  CHECK(said("up,down\n0,1\n0.5,0.5\n1,0\n").empty());
  CHECK_THAT(said("pulse,polarity,state,amplitude_V\n1,up,0,1\n2,up,0.5,1.1\n3,up,1,1.2\n"),
             Contains("pulses up differ in amplitude, from 1 to 1.2 V"));
}

TEST_CASE("pulses: one long column is cut where it turns round", "[fitting][pulses]") {
  // Three cycles of 40 pulses up and 40 down, with noise of 2 % of the range.
  Stream random(3, Purpose::noise);
  std::string text = "Pulse number;Conductance (nS)\r\n";
  for (int k = 0; k < 240; ++k) {
    const int n = k % 80;
    const double w = (n < 40 ? n + 1 : 79 - n) / 40.0 + 0.02 * random.normal();
    auto value = to_text(std::round(1e3 * (100.0 + 50.0 * w)) / 1e3);
    if (const auto point = value.find('.'); point != std::string::npos) value[point] = ',';
    text += std::to_string(k + 1) + ";" + value + "\r\n";
  }
  const auto data = parse_pulses(text, "mine.csv");
  REQUIRE(data.ramps.size() == 6);
  for (std::size_t r = 0; r < 6; ++r) {
    CHECK(data.ramps[r].up == (r % 2 == 0));
    CHECK(data.ramps[r].w.size() == 40);
    CHECK(data.ramps[r].cycle == static_cast<int>(r / 2) + 1);
    CHECK(data.ramps[r].pulse.front() == 40.0 * static_cast<double>(r) + 1.0);
  }
  CHECK(data.low == Approx(100e-9).epsilon(0.02));
  CHECK(data.high == Approx(150e-9).epsilon(0.02));
  CHECK_THAT(join(data.notices), Contains("decimal commas") && Contains("counts the pulses") &&
                                     Contains("3 ramps up and 3 down"));
}

TEST_CASE("pulses: depression alone, again and again, is one polarity", "[fitting][pulses]") {
  std::string sawtooth = "G_uS\n", restarted = "n,G_uS\n", lying;
  for (int k = 0; k < 90; ++k) {
    const auto value = to_text(10.0 - 0.2 * (k % 30) + 0.01 * (k % 7));
    sawtooth += value + "\n";
    restarted += std::to_string(k % 30 + 1) + "," + value + "\n";
  }
  for (const auto& text : {sawtooth, restarted}) {
    const auto data = parse_pulses(text, "mine.csv");
    REQUIRE(data.ramps.size() == 3);
    for (const auto& ramp : data.ramps) {
      CHECK_FALSE(ramp.up);
      CHECK(ramp.w.size() == 30);
    }
  }
  // The same without a header, each ramp a row.
  for (int r = 0; r < 3; ++r)
    for (int k = 0; k < 60; ++k)
      lying += to_text(10.0 - 0.1 * k + 0.01 * r) + (k < 59 ? "," : "\n");
  const auto data = parse_pulses(lying, "mine.csv");
  REQUIRE(data.ramps.size() == 3);
  CHECK(data.ramps[1].w.size() == 60);
  CHECK_FALSE(data.ramps[1].up);
}

TEST_CASE("pulses: columns of devices, and columns that are no states", "[fitting][pulses]") {
  const auto data =
      parse_pulses("n,dev1 (uS),dev2 (uS)\n1,20,10\n2,40,30\n3,60,55\n4,80,75\n", "mine.csv");
  REQUIRE(data.ramps.size() == 2);
  CHECK(data.ramps[0].device == "dev1 (uS)");
  CHECK(data.ramps[1].device == "dev2 (uS)");
  CHECK(data.ramps[0].pulse.size() == 4);
  CHECK_THROWS_WITH(parse_pulses("1,1e5,1e4\n10,1e5,1e4\n100,1e5,1e4\n", "mine.csv"),
                    Contains("Name all columns: cycle,HRS,LRS"));
}
