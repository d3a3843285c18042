#include <filesystem>
#include <regex>

#include "lib/io/file.hpp"
#include "lib/io/json.hpp"
#include "tests/catch.hpp"
#include "tests/cli/program.hpp"
#include "tests/export/sample_results.hpp"

using namespace memplast;
using namespace memplast::test;
using Catch::Contains;
using Words = std::vector<std::string>;

namespace {

/// Markup wherever a result file holds a text.
void write_hostile_results(const std::filesystem::path& path) {
  const std::string tag = "<script>window.injected=1</script>";
  const std::string image = "'\\\"><img src=x onerror=window.injected=1>";
  write_results(
      path,
      [&](h5::Writer& file) {
        file.text("/waterfall/names", "[\"" + tag + "\", \"" + image + "\"]");
        file.dataset("/waterfall/accuracy_mean", std::vector<double>{0.9, 0.8}, {2}, "1");
        file.dataset("/waterfall/accuracy_ci95", std::vector<double>{0.85, 0.95, 0.7, 0.9}, {2, 2},
                     "1");
        const std::string other = "/baselines/<svg onload=window.injected=1>/";
        file.dataset(other + "accuracy_mean", 0.7, "1");
        file.dataset(other + "difference_mean", 0.015, "1");
        file.dataset(other + "difference_ci95", std::vector<double>{-0.005, 0.035}, {2}, "1");
      },
      {.config = "{\"task\": \"</title>" + tag + "\", \"encoder\": \"" + image +
                 "\", \"protocol\": \"" + tag + "\"}",
       .classes = "[\"" + tag + "\", \"" + image + "\", \"]]>\"]",
       .features = "[\"" + tag + "\", \"" + image + "\"]",
       .command_line = "</pre>" + tag});
}

/// Two runs that say something, a control task, and an enemy's file.
Words write_runs(const TempFolder& folder) {
  const auto make = [&](Words words, const std::string& name) {
    words.insert(words.end(), {"-o", folder / name});
    const auto outcome = program(words);
    INFO(outcome.err);
    REQUIRE(outcome.exit_code == 0);
  };
  make({"fit", dataset("nc_window.csv"), "--model", "nc"}, "nc.json");
  make({"run", "iris", "--rule", folder / "nc.json", "--partitions", "2"}, "iris.h5");
  make({"run", "iris", "--rule", "ppx", "--protocol", "own_class", "--partitions", "1"}, "own.h5");
  make({"run", "cartpole", "--protocol", "online", "--episodes", "60", "--seeds", "2"}, "pole.h5");
  write_hostile_results(folder / "enemy.h5");
  return {folder / "iris.h5", folder / "own.h5", folder / "pole.h5", folder / "enemy.h5",
          folder / "nc.json"};
}

Words with(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

}  // namespace

TEST_CASE("report: one page with a figure of everything that a run has", "[cli][report]") {
  const TempFolder folder;
  const auto files = write_runs(folder);
  const auto page_path = folder / "report.html";
  const auto outcome =
      program(with(with({"report"}, files), {"--data", dataset("nc_window.csv"), "-o", page_path,
                                             "--figures", folder / "figures", "--json"}));
  INFO(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  const auto page = read_text(page_path);
  const auto said = json::parse(outcome.out);
  CHECK(said["runs"] == 4);
  CHECK(said["bytes"] == page.size());
  CHECK(page.size() < 500'000);
  for (const std::string id :
       {"comparison", "model-1-window", "run-1-folds", "run-1-confusion", "run-1-epochs",
        "run-1-map", "run-1-weights", "run-1-window", "run-1-sample", "run-3-learning",
        "run-3-pole", "run-4-waterfall", "run-4-baselines"}) {
    CHECK_THAT(page, Contains("<figure id=\"" + id + "\""));
    CHECK(std::filesystem::exists(folder.path() / "figures" / (id + ".svg")));
  }
  // The fit's data are those of the file that was given: 600 points.
  CHECK_THAT(page, Contains("Band: 95 % confidence of the fit to 600 points."));
  CHECK_THAT(page, Contains("600 measured points (nc_window.csv)"));
  CHECK_THAT(page, Contains("paired: +1.5 points (95 % interval -0.5 points to +3.5 points)"));
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path() / "figures"), {}) %
            said["figure_files"].get<int>() ==
        0);
}

TEST_CASE("report: the numbers of a hand-made file", "[cli][report]") {
  const TempFolder folder;
  write_results(folder / "r.h5");
  REQUIRE(program({"report", folder / "r.h5", "-o", folder / "r.html"}).exit_code == 0);
  const auto page = read_text(folder / "r.html");
  CHECK_THAT(page, Contains("mean 96 % and its 95 % interval, 93 % to 99 %"));
  // Twice the confusion 1 0 0 / 0 1 1 / 0 0 2: 8 of 10 on the diagonal.
  CHECK_THAT(page, Contains("80 % stand on the diagonal"));
  CHECK_THAT(page, Contains("<td class=\"number\">2.5e-11</td>"));
  // w = 0.1, 0.13 ... 0.25 and 0.7 ... 0.85: the upper median is 0.7.
  CHECK_THAT(page, Contains("12 devices of all folds; median w 0.7, 100 % strictly between"));
}

TEST_CASE("report: no text of a file becomes markup, in the page or in a figure", "[cli][report]") {
  const TempFolder folder;
  write_hostile_results(folder / "enemy.h5");
  const auto outcome = program(
      {"report", folder / "enemy.h5", "-o", folder / "r.html", "--figures", folder / "figures"});
  INFO(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  std::string all = read_text(folder / "r.html");
  for (const auto& entry : std::filesystem::directory_iterator(folder.path() / "figures"))
    if (entry.path().extension() == ".svg") all += read_text(entry.path());
  CHECK_THAT(all, Contains("&lt;script&gt;window.injected"));
  CHECK_THAT(all, !Contains("<script") && !Contains("<img") && !Contains("<svg onload"));
  CHECK_THAT(all, !Contains("src=\"") && !Contains("href=\"http"));
}

TEST_CASE("report: Chromium finds nothing wrong", "[cli][report][browser]") {
  const TempFolder folder;
  const auto page = folder / "report.html";
  REQUIRE(program(with(with({"report"}, write_runs(folder)),
                       {"--data", dataset("nc_window.csv"), "-o", page}))
              .exit_code == 0);
  const auto script = dataset("").parent_path().parent_path() / "tests/report_in_browser.py";
  const auto outcome = test::run("/usr/bin/env", {"python3", script, page});
  if (outcome.exit_code == 77 || outcome.exit_code == 127) {
    WARN("skipped: there is no chromium, or no python3");
    return;
  }
  INFO(outcome.out << outcome.err);
  CHECK(outcome.exit_code == 0);
}

TEST_CASE("report: a sweep is a figure and a table of its points", "[cli][report][sweep]") {
  const TempFolder folder;
  const auto sweep = folder / "sweep.h5", page_path = folder / "report.html";
  const auto made = program({"sweep", folder.file("s.json", R"({"vary": {"what": [
         {"task": "iris", "partitions": 1, "subnetworks": 1},
         {"task": "iris", "partitions": 1, "subnetworks": 1, "rule": "ppx"},
         {"task": "cartpole", "seeds": 2, "states": 100, "evaluation_episodes": 2}]}})"),
                             "--json", "-o", sweep});
  INFO(made.err);
  const auto points = json::parse(made.out)["points"];
  const auto outcome = program({"report", sweep, "-o", page_path, "--json"});
  INFO(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  CHECK(json::parse(outcome.out)["sweeps"] == 1);
  const auto page = read_text(page_path);
  CHECK_THAT(page, Contains("<figure id=\"sweep-1-accuracy\"") &&
                       Contains("<figure id=\"sweep-1-return\""));
  for (const auto& point : points)
    for (const std::string score : {"accuracy", "return"}) {
      if (!point.contains(score)) continue;
      const double mean = point[score]["mean"].get<double>();
      CHECK_THAT(page,
                 Contains("<td class=\"number\">" +
                          (score == "return" ? rounded(mean, 4) : rounded(100 * mean, 4) + " %")));
    }
  const auto shard = folder / "shard.h5";
  program({"sweep", folder / "s.json", "--shard", "1/2", "-o", shard});
  check_refused(program({"report", shard, "-o", folder / "no.html"}), "memplast merge puts");
  CHECK_FALSE(std::filesystem::exists(folder / "no.html"));
}

TEST_CASE("report: what is no result is refused, and nothing is written", "[cli][report]") {
  const TempFolder folder;
  write_results(folder / "r.h5");
  const auto refused = [&](const std::string& file, const std::string& what) {
    check_refused(program({"report", folder / "r.h5", file, "-o", folder / "r.html"}), what);
  };
  refused(folder.file("t.txt", "hello"), "t.txt:1:1: expected valid JSON");
  refused(folder / "none.h5", "got no such file");
  const auto whole = read_text(folder / "r.h5");
  refused(folder.file("cut.h5", whole.substr(0, whole.size() / 2)), "got a truncated or damaged");
  write_results(folder / "nan.h5", [](h5::Writer& file) {
    file.text("/waterfall/names", R"(["a"])");
    file.dataset("/waterfall/accuracy_mean", std::vector<double>{0.0 / 0.0}, {1}, "1");
  });
  refused(folder / "nan.h5", "/waterfall/accuracy_mean: expected finite numbers");
  CHECK(folder.names() == Words{"cut.h5", "nan.h5", "r.h5", "t.txt"});
}
