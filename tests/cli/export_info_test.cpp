#include <catch2/catch.hpp>

#include "lib/file.hpp"
#include "lib/json.hpp"
#include "tests/cli/program.hpp"
#include "tests/export/sample_results.hpp"

using namespace memplast;
using namespace memplast::test;
using Catch::Contains;
using Words = std::vector<std::string>;

TEST_CASE("export: writes each format and says what it wrote", "[cli][export]") {
  const TempFolder folder;
  write_results(folder / "r.h5");
  const std::string format = GENERATE("csv", "npy", "json", "h5");
  const auto output = folder / ("map." + format);
  const auto outcome = program(
      {"export", folder / "r.h5", "--format", format, "--fold", "0_1", "-o", output, "--json"});
  INFO(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  const auto said = json::parse(outcome.out);
  CHECK(said["shape"] == json::array({2, 3}));
  CHECK(said["fold"] == "0_1");
  CHECK(said["lowest_S"].get<double>() == Approx(8e-6));
  CHECK(folder.names() == Words{"map." + format, "r.h5"});
}

TEST_CASE("export: bad usage is one line, exit code 2, and no file", "[cli][export]") {
  const TempFolder folder;
  write_results(folder / "r.h5");
  const auto whole = read_text(folder / "r.h5");
  const auto cut = folder.file("cut.h5", whole.substr(0, whole.size() - 100));
  const auto text = folder.file("text.h5", "hello");
  const std::string out = folder / "map.csv";
  const auto refused = [&](const std::string& file, const std::string& format,
                           const std::string& fold, const std::string& what) {
    check_refused(program({"export", file, "--format", format, "--fold", fold, "-o", out}), what);
  };
  refused(folder / "r.h5", "mat", "0_0", "--format: expected one of csv, npy, json, h5, got 'mat'");
  refused(folder / "r.h5", "csv", "5_0", "expected one of 0_0, 0_1, got '5_0'");
  refused(cut, "csv", "0_0", "cut.h5: expected an HDF5 file, got a truncated or damaged one");
  refused(text, "csv", "0_0", "text.h5: expected an HDF5 file, got another kind of file");
  refused(folder / "none.h5", "csv", "0_0", "got no such file");
  refused(folder.path(), "csv", "0_0", "got a folder");
  check_refused(program({"export", folder / "r.h5", "--format", "csv", "-o", folder.path()}),
                "expected a file to write, got a folder");
  CHECK(program({"export", folder / "r.h5", "--format", "csv", "-o", folder / "no/m"}).exit_code ==
        1);
  CHECK(folder.names() == Words{"cut.h5", "r.h5", "text.h5"});
}

TEST_CASE("info: shows a result file's content, one fold for all", "[cli][info]") {
  const TempFolder folder;
  write_results(folder / "r.h5");
  const auto shown = program({"info", folder / "r.h5"}).out;
  CHECK_THAT(shown, Contains("schema = 1\n") && Contains("seed = 7\n"));
  CHECK_THAT(shown, Contains("/summary/accuracy_mean") && Contains("= 0.96\n"));
  CHECK_THAT(shown, Contains("/folds/0_0/conductance_S") && Contains("float64 [2, 3]"));
  CHECK_THAT(shown, !Contains("/folds/0_1/") && Contains("and 1 more folds, up to /folds/0_1"));

  const auto object = json::parse(program({"info", folder / "r.h5", "--json"}).out);
  CHECK(object["attributes"]["seed"] == "7");
  CHECK(object["digest"] == h5::Reader(folder / "r.h5").digest());
}

TEST_CASE("info: prints the digest or the configuration alone", "[cli][info]") {
  const TempFolder folder;
  write_results(folder / "r.h5");
  CHECK(program({"info", folder / "r.h5", "--digest"}).out ==
        h5::Reader(folder / "r.h5").digest() + "\n");
  CHECK(json::parse(program({"info", folder / "r.h5", "--config"}).out)["task"] == "iris");
}

TEST_CASE("info: shows a model file with units and standard errors", "[cli][info]") {
  const TempFolder folder;
  auto model = load_model("nc");
  model.fit = {{"std_error", {{"tau_plus_ms", 0.125}}}};
  const auto text = to_json(model).dump();
  const auto path = folder.file("m.json", text);
  const auto shown = program({"info", path}).out;
  CHECK_THAT(shown, Contains("rule nc, pairing nearest_symmetric"));
  CHECK_THAT(shown, Contains("+- 0.12  ms"));
  CHECK_THAT(shown, Contains("range 1e-06 to 0.0001 S"));
  CHECK(program({"info", path, "--digest"}).out == sha256(text) + "\n");
  CHECK(json::parse(program({"info", path, "--json"}).out)["model"] == to_json(model));
}

TEST_CASE("info: what is neither is refused in one line", "[cli][info]") {
  const TempFolder folder;
  write_results(folder / "r.h5");
  const auto whole = read_text(folder / "r.h5");
  check_refused(program({"info", folder.file("c.h5", whole.substr(0, 3000))}), "got a truncated");
  check_refused(program({"info", folder.file("t.txt", "hello")}), "got another kind of file");
  check_refused(program({"info", folder.file("e.json", "")}), "got an empty file");
  check_refused(program({"info", folder.file("b.json", "{\"model\": ")}), "expected valid JSON");
  check_refused(program({"info", folder.path()}), "got a folder");
  check_refused(program({"info", folder / "none"}), "got no such file");
  check_refused(
      program({"info", folder.file("m.json", to_json(load_model("nc")).dump()), "--config"}),
      "expected a result file, got a model file");
}

TEST_CASE("export: NumPy and h5py read the maps as they are meant", "[cli][export][python]") {
  const auto python = [](const std::string& code, const Words& files) {
    Words words{"python3", "-c", code};
    words.insert(words.end(), files.begin(), files.end());
    return test::run("/usr/bin/env", words);
  };
  if (python("import h5py, numpy", {}).exit_code != 0) {
    WARN("skipped: there is no python3 with numpy and h5py");
    return;
  }
  const TempFolder folder;
  write_results(folder / "r.h5");
  for (const std::string format : {"npy", "h5"})
    REQUIRE(program({"export", folder / "r.h5", "--format", format, "-o", folder / ("m." + format)})
                .exit_code == 0);
  const auto outcome = python(R"(
import sys, h5py, numpy
results, npy, h5 = sys.argv[1:]
G = numpy.load(npy)
assert G.shape == (2, 3) and G.dtype == numpy.float64 and G.flags.c_contiguous
# G_min + w (G_max - G_min) of the first fold, written by hand
w = 0.1 + 0.03 * numpy.arange(6).reshape(2, 3)
assert numpy.allclose(G, 1e-6 + w * 1e-5, rtol=1e-14, atol=0)
with h5py.File(h5) as f, h5py.File(results) as r:
    assert (f["conductance_S"][:] == G).all() and f["conductance_S"].attrs["unit"] == "S"
    assert (r["folds/0_0/conductance_S"][:] == G).all() and f.attrs["rule"] == "nc"
)",
                              {folder / "r.h5", folder / "m.npy", folder / "m.h5"});
  INFO(outcome.err);
  CHECK(outcome.exit_code == 0);
}
