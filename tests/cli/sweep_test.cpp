#include "tasks/search/sweep.hpp"
#include "lib/io/file.hpp"
#include "lib/io/h5.hpp"
#include "tests/catch.hpp"
#include "tests/cli/program.hpp"

using namespace memplast;
using namespace memplast::test;
using Catch::Contains;

namespace {

const std::string small_design = R"({
  "task": "iris", "partitions": 1, "subnetworks": 1, "epochs": 3,
  "vary": {"rule": ["nc", "stdp"], "eta_start": {"from": 0.001, "to": 0.1, "n": 3, "log": true}}})";

/// Whether two files hold the same bytes; not for Catch to print.
bool same(const std::filesystem::path& one, const std::filesystem::path& other) {
  return read_text(one) == read_text(other);
}

std::vector<json> points_of(const std::string& design) {
  return design_points(json::parse(design), "d:");
}

}  // namespace

TEST_CASE("a grid has every combination, the last option changing fastest", "[tasks][sweep]") {
  const auto points = points_of(
      R"({"vary": {"a": ["x", {"b": 1}], "c": {"from": 1, "to": 100, "n": 3, "log": true}}})");
  REQUIRE(points.size() == 6);
  CHECK(points[1] == json::parse(R"({"a": "x", "c": 10.0})"));
  CHECK(points[5] == json::parse(R"({"a": {"b": 1}, "c": 100.0})"));
  const auto whole = points_of(R"({"vary": {"c": {"from": 1, "to": 4, "n": 3, "whole": true}}})");
  CHECK(whole[1]["c"].dump() == "3");  // 2.5 away from zero
}

TEST_CASE("a random design is a function of its seed, within its ranges", "[tasks][sweep]") {
  const std::string design =
      R"("design": "random", "points": 200, "vary": {"a": [1, 2], "b": {"from": 0.01, "to": 100,
         "log": true}})";
  const auto points = points_of("{" + design + "}");
  REQUIRE(points.size() == 200);
  int low = 0, ones = 0;
  for (const auto& point : points) {
    const double b = point["b"];
    CHECK((b >= 0.01 && b <= 100.0));
    low += b < 1.0;
    ones += point["a"] == 1;
  }
  CHECK(std::abs(low - 100) < 30);  // half of the decades; four standard deviations
  CHECK(std::abs(ones - 100) < 30);
  CHECK(points_of("{\"design_seed\": 1, " + design + "}") == points);
  CHECK(points_of("{\"design_seed\": 2, " + design + "}") != points);
}

TEST_CASE("a sweep gives what run gives at each point", "[cli][sweep]") {
  const TempFolder folder;
  const auto output = folder / "sweep.h5";
  const auto outcome =
      program({"sweep", folder.file("s.json", small_design), "-o", output, "--json"});
  INFO(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  const auto point = json::parse(outcome.out)["points"][4];
  const auto run = program(
      {"run", "iris", "--partitions", "1", "--subnetworks", "1", "--epochs", "3", "--rule", "stdp",
       "--eta-start", to_text(point["varied"]["eta_start"]), "--json", "-o", folder / "run.h5"});
  CHECK(point["accuracy"] == json::parse(run.out)["summary"]["accuracy"]);
  const h5::Reader sweep(output), one(folder / "run.h5");
  const auto energy = sweep.doubles("/units/training/write_energy_J").values;
  CHECK(std::vector(energy.begin() + 20, energy.begin() + 25) ==
        one.doubles("/cost/training/write_energy_J").values);
  CHECK_THAT(program({"info", output}).out, Contains("stdp  0.1") && Contains("accuracy"));
  CHECK(program({"info", output, "--config"}).out == json::parse(small_design).dump(2) + "\n");
}

TEST_CASE("a control task sweeps too, beside a classification", "[cli][sweep]") {
  const TempFolder folder;
  const auto outcome = program({"sweep", folder.file("s.json", R"({"vary": {"what": [
         {"task": "iris", "partitions": 1, "subnetworks": 1},
         {"task": "cartpole", "seeds": 2, "states": 100, "evaluation_episodes": 2}]}})"),
                                "--json", "-o", folder / "sweep.h5"});
  INFO(outcome.err);
  const auto points = json::parse(outcome.out)["points"];
  CHECK(points[0]["accuracy"]["n"] == 5);
  CHECK(points[1]["return"]["n"] == 2);
}

TEST_CASE("shards, threads and interruptions change no byte of a sweep", "[cli][sweep]") {
  const TempFolder folder;
  const auto design = folder.file("s.json", small_design);
  const auto whole = folder / "whole.h5", again = folder / "again.h5";
  const auto sweep = [&](const std::filesystem::path& output, std::vector<std::string> more = {}) {
    more.insert(more.begin(), {"sweep", design, "-o", output});
    return program(more).exit_code;
  };
  REQUIRE(sweep(whole, {"--threads", "1"}) == 0);
  REQUIRE(sweep(again, {"--threads", "3"}) == 0);
  CHECK(same(again, whole));

  std::vector<std::string> shards;
  for (const std::string shard : {"1/3", "2/3", "3/3"}) {
    shards.push_back(folder / ("shard" + shard.substr(0, 1) + ".h5"));
    REQUIRE(sweep(shards.back(), {"--shard", shard}) == 0);
  }
  const auto merge = [&](const std::vector<std::string>& files) {
    std::vector<std::string> words{"merge", "-o", again};
    words.insert(words.end(), files.begin(), files.end());
    return program(words);
  };
  std::filesystem::remove(again);
  CHECK(merge({shards[2], shards[0], shards[1]}).exit_code == 0);
  CHECK(same(again, whole));
  check_refused(merge({shards[0], shards[1]}), "expected all 30 units, got all but 10");
  check_refused(merge({shards[0], shards[0]}), "got unit 0 again");
  const auto other = folder / "other.h5";
  REQUIRE(program({"sweep", folder.file("o.json", R"({"task": "iris", "partitions": 1,
                   "subnetworks": 1, "vary": {"seed": [1, 2]}})"),
                   "-o", other})
              .exit_code == 0);
  check_refused(merge({shards[0], other}), "expected a shard of the sweep of");
  check_refused(merge({design}), "expected an HDF5 file");

  // The checkpoint of an interrupted sweep: that of a run of the same work, cut short.
  SweepRecord record = read_sweep(h5::Reader(whole));
  json work{{"design", record.design}, {"shard", ""}, {"points", json::array()}};
  for (const auto& point : record.points) work["points"].push_back(point.config);
  {
    Checkpoint checkpoint(folder / "resumed.h5.checkpoint", work.dump(), {},
                          Checkpoint::Start::anew);
    for (const int unit : {3, 4, 17}) {
      ByteWriter bytes;
      bytes(record.units[static_cast<std::size_t>(unit)]);
      checkpoint.add(unit, bytes.bytes);
    }
  }
  CHECK(sweep(folder / "resumed.h5") == 2);
  CHECK(sweep(folder / "resumed.h5", {"--resume", "--shard", "1/2"}) == 2);
  CHECK(sweep(folder / "resumed.h5", {"--resume"}) == 0);
  CHECK(same(folder / "resumed.h5", whole));
}

TEST_CASE("sweep refuses a bad design in one line that says where", "[cli][sweep]") {
  const TempFolder folder;
  const auto refused = [&](const std::string& design, const std::string& what) {
    check_refused(program({"sweep", folder.file("s.json", design), "-o", folder / "sweep.h5"}),
                  what);
  };
  refused("[]", "s.json:/vary: expected an object of options and their values, got nothing");
  refused(R"({"task": "iris"})", "/vary: expected an object");
  refused(R"({"task": "iris", "vary": {"seed": []}})", "/vary/seed: expected a list of values");
  refused(R"({"task": "iris", "vary": {"seed": 3}})", "/vary/seed: expected a list of values");
  refused(R"({"task": "iris", "seed": 1, "vary": {"seed": [1]}})",
          "/seed: expected an option that is not varied");
  refused(R"({"task": "iris", "vary": {"colour": [1]}})", "/vary/colour: expected one of the keys");
  refused(R"({"task": "iris", "waterfall": true, "vary": {"seed": [1]}})",
          "/waterfall: expected one of the keys");
  refused(R"({"task": "iris", "vary": {"seed": ["x"]}})", "/vary/seed: expected a whole number");
  refused(R"({"task": "wine", "vary": {"seed": [1]}})", "expected one of iris");
  refused(R"({"task": "iris", "vary": {"encoder": ["poisson"], "T_ms": [3]}})",
          R"(s.json: {"encoder":"poisson","T_ms":3}: --T-ms: expected a setting of)");
  refused(R"({"task": "iris", "vary": {"dtod": {"from": 0, "to": 1}}})",
          "/vary/dtod/n: expected a whole number, got nothing");
  refused(R"({"task": "iris", "vary": {"dtod": {"from": 0, "to": 1, "n": 3, "log": true}}})",
          "expected ends above zero");
  refused(R"({"task": "iris", "design": "latin", "vary": {"seed": [1]}})",
          "/design: expected grid or random");
  refused(R"({"task": "iris", "design": "random", "vary": {"seed": [1]}})",
          "/points: expected a number, got nothing");
  refused(R"({"task": "iris", "points": 3, "vary": {"seed": [1]}})",
          "/points: expected \"design\"");
  refused(R"({"task": "iris", "vary": {"seed": {"from": 1, "to": 9, "n": 1000},
              "dtod": {"from": 0, "to": 1, "n": 1000}}})",
          "expected at most 100000 points");
  check_refused(program({"sweep", folder.file("s.json", small_design), "-o", folder / "s.h5",
                         "--shard", "4/3"}),
                "--shard: expected a whole number in [1, 3], got '4'");
  CHECK(folder.names() == std::vector<std::string>{"s.json"});
}
