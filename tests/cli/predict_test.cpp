#include "lib/io/csv.hpp"
#include "lib/io/file.hpp"
#include "lib/io/h5.hpp"
#include "lib/io/json.hpp"
#include "tests/catch.hpp"
#include "tests/cli/program.hpp"
#include "tests/export/sample_results.hpp"

using namespace memplast;
using namespace memplast::test;
using Catch::Contains;
using Words = std::vector<std::string>;

namespace {

Words lines_of(const std::filesystem::path& file) {
  Words out{""};
  for (const char c : read_text(file))
    if (c == '\n')
      out.emplace_back();
    else
      out.back() += c;
  out.pop_back();
  return out;
}

void run_task(const std::string& task, const std::filesystem::path& output, Words more) {
  Words words{"run", task, "--folds", "2", "--partitions", "1", "--quiet", "-o", output};
  words.insert(words.end(), more.begin(), more.end());
  const auto outcome = program(words);
  INFO(outcome.err);
  REQUIRE(outcome.exit_code == 0);
}

/// The lines of the predictions, header first.
Words predict(const std::filesystem::path& results, const std::filesystem::path& data,
              const std::filesystem::path& output, const Words& more = {}) {
  Words words{"predict", results, data, "-o", output};
  words.insert(words.end(), more.begin(), more.end());
  const auto outcome = program(words);
  INFO(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  return lines_of(output);
}

}  // namespace

TEST_CASE("predict: decides as the network did, in any order and alone", "[cli][predict]") {
  const std::string learner = GENERATE("teacher_timed", "own_class"),
                    code = GENERATE("temporal", "poisson");
  CAPTURE(learner, code);
  const TempFolder folder;
  const auto results = folder / "r.h5", out = folder / "p.csv";
  run_task("iris", results, {"--learner", learner, "--encoder", code, "--epochs", "1", "--final"});
  const h5::Reader file(results);
  const auto names = json::parse(file.text("/class_names"));
  const auto classes = [&] {
    const auto table = read_csv(out);
    std::vector<std::int64_t> said;
    for (const auto& row : table.rows)
      said.push_back(std::find(names.begin(), names.end(), row[table.column("class")]) -
                     names.begin());
    return said;
  };

  const auto all = predict(results, dataset("iris.csv"), out);
  CHECK(classes() == file.integers("/final/y_pred").values);

  // The samples of a test, by the network of their fold, and what all of them took.
  predict(results, dataset("iris.csv"), out, {"--fold", "0_1"});
  const auto said = classes();
  const auto test = file.integers("/folds/0_1/test_index").values,
             y_pred = file.integers("/folds/0_1/y_pred").values;
  const auto table = read_csv(out);
  std::int64_t spikes = 0;
  double energy = 0.0;
  for (std::size_t i = 0; i < test.size(); ++i) {
    const auto row = static_cast<std::size_t>(test[i]);
    CHECK(said[row] == y_pred[i]);
    spikes += std::stoll(table.rows[row][table.column("input_spikes")]);
    energy += table.number(row, table.column("read_energy_J"));
  }
  CHECK(spikes == file.integers("/folds/0_1/input_spikes").values.front());
  CHECK(energy == Approx(file.doubles("/folds/0_1/energy_J").values.front()));

  // Columns in another order as well.
  auto data = read_csv(dataset("iris.csv"));
  const auto written = [&](const std::vector<std::size_t>& rows) {
    std::string text;
    for (std::size_t c = data.header.size(); c-- > 0;) text += data.header[c] + (c ? "," : "\n");
    for (const auto r : rows)
      for (std::size_t c = data.header.size(); c-- > 0;) text += data.rows[r][c] + (c ? "," : "\n");
    return folder.file("some.csv", text);
  };
  std::vector<std::size_t> backwards;
  for (std::size_t r = data.rows.size(); r-- > 0;) backwards.push_back(r);
  auto turned = predict(results, written(backwards), out);
  std::reverse(turned.begin() + 1, turned.end());
  CHECK(turned == all);
  for (const std::size_t r : {0, 77, 149})
    CHECK(predict(results, written({r}), out) == Words{all[0], all[r + 1]});
}

TEST_CASE("predict: numpy finds every prediction from the files alone", "[cli][predict][python]") {
  if (test::run("/usr/bin/python3", {"-c", "import h5py, numpy"}).exit_code != 0) {
    WARN("skipped: there is no python3 with numpy and h5py");
    return;
  }
  const std::string task = GENERATE("iris", "breast_cancer", "digits");
  const TempFolder folder;
  run_task(task, folder / "r.h5", {"--epochs", "3", "--final"});
  const auto script = dataset("").parent_path().parent_path() / "tests/predictions_by_hand.py";
  for (const std::string name : {"final", "0_1"}) {
    predict(folder / "r.h5", dataset(task + ".csv"), folder / "p.csv", {"--fold", name});
    const auto outcome =
        test::run("/usr/bin/python3", {script, folder / "r.h5", dataset(task + ".csv"),
                                       name == "final" ? name : "folds/" + name, folder / "p.csv"});
    INFO(task << " " << outcome.out << outcome.err);
    CHECK(outcome.exit_code == 0);
  }
}

TEST_CASE("predict: without --final it takes the first fold, and says what it ignores",
          "[cli][predict]") {
  const TempFolder folder;
  run_task("iris", folder / "r.h5", {"--epochs", "1"});
  const auto outcome =
      program({"predict", folder / "r.h5", dataset("iris.csv"), "-o", folder / "p.csv", "--json"});
  const auto said = json::parse(outcome.out);
  CHECK(said["network"] == "0_0");
  CHECK(said["rows"] == 150);
  CHECK(said["ignored_columns"] == json::array({"class"}));
  CHECK_THAT(program({"predict", folder / "r.h5", dataset("iris.csv"), "-o", folder / "p.csv"}).out,
             Contains("150 rows, by the network 0_0") && Contains("ignored columns: class"));
}

TEST_CASE("predict: a missing value becomes the median of the training samples", "[cli][predict]") {
  const TempFolder folder;
  const auto data = folder.file("d.csv",
                                "a,b,class\n0,1,x\n0.1,1.2,x\n0.2,?,x\n0.3,1.1,x\n0,1,\"y, or\"\n"
                                "5,6,\"y, or\"\n5.1,6.2,\"y, or\"\n4.9,6.1,\"y, or\"\n");
  run_task("classify", folder / "r.h5", {"--data", data, "--impute", "--final", "--epochs", "1"});
  // Of b: 1 1 1.1 1.2 6 6.1 6.2
  const auto gap = predict(folder / "r.h5", folder.file("gap.csv", "b,a\n,0.2\n"), folder / "p"),
             full =
                 predict(folder / "r.h5", folder.file("full.csv", "a,b\n0.2,1.2\n"), folder / "p");
  CHECK(gap == full);
  CHECK_THAT(gap.front(), Contains("\"first_spike_ms_y, or\""));
}

TEST_CASE("predict: bad input is one line, exit code 2, and no file", "[cli][predict]") {
  const TempFolder folder;
  const auto results = folder / "r.h5", out = folder / "p.csv";
  run_task("iris", results, {"--epochs", "1"});
  write_results(folder / "old.h5");
  const std::string header = "petal_width_cm,sepal_length_cm,sepal_width_cm,petal_length_cm\n";
  const auto refused = [&](const std::filesystem::path& file, const std::string& csv,
                           const std::string& what, const Words& more = {}) {
    Words words{"predict", file, folder.file("d.csv", csv), "-o", out};
    words.insert(words.end(), more.begin(), more.end());
    check_refused(program(words), what);
    CHECK_FALSE(std::filesystem::exists(out));
  };
  refused(results, "sepal_length_cm,petal_length_cm,petal_width_cm\n1,2,3\n",
          "d.csv, header: expected a column 'sepal_width_cm'");
  refused(results, header + "1,2,3,4\n1,2,three,4\n",
          "d.csv:3, column sepal_width_cm: expected a finite number, got 'three'");
  refused(results, header + "1,2,,4\n", "d.csv:2, column sepal_width_cm: expected a number");
  refused(results, header, "expected at least one row of data");
  refused(results, header + "1,2,3,4\n", "expected one of the networks 0_0, 0_1, got '7_0'",
          {"--fold", "7_0"});
  refused(folder / "old.h5", header + "1,2,3,4\n", "as files of schema 2 have it, got none");
  refused(folder / "none.h5", header + "1,2,3,4\n",
          "none.h5: expected an HDF5 file, got no such file");
}
