#include "lib/io/file.hpp"
#include "lib/io/json.hpp"
#include "tests/catch.hpp"
#include "tests/cli/program.hpp"
#include "tests/export/sample_results.hpp"

using namespace memplast;
using namespace memplast::test;
using Catch::Contains;
using Words = std::vector<std::string>;

TEST_CASE("export: writes each format and says what it wrote", "[cli][export]") {
  const TempFolder folder;
  write_results(folder / "r.h5");
  const std::string format = GENERATE("csv", "npy", "json", "h5", "spice", "nest", "verilog-a");
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
  refused(folder / "r.h5", "mat", "0_0",
          "--format: expected one of csv, npy, json, h5, nest, verilog-a, spice, programming, got "
          "'mat'");
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

TEST_CASE("info: shows a result file as a tree, one fold for all", "[cli][info]") {
  const TempFolder folder;
  write_results(folder / "r.h5");
  const auto shown = program({"info", folder / "r.h5"}).out;
  CHECK_THAT(shown, Contains("schema = 1\n") && Contains("seed = 7\n"));
  CHECK_THAT(shown, Contains("├─ class_names") && Contains("text  ") &&
                        Contains("[\"a\", \"b, or not\", \"c\"]\n"));
  CHECK_THAT(shown, Contains("│  └─ 0_0") && Contains("and 1 more\n") && !Contains("0_1"));
  // G = 1e-6 + w 1e-5 of w = 0.1 ... 0.25.
  CHECK_THAT(shown, Contains("│     ├─ conductance_S") && Contains("float64 [2, 3]  S  ") &&
                        Contains("2e-06 ... 3.5e-06, mean 2.75e-06\n"));
  CHECK_THAT(shown, Contains("└─ summary") && Contains("   ├─ accuracy_ci95") &&
                        Contains("= [0.93,0.99]\n"));
  CHECK_THAT(shown,
             Contains("   ├─ energy_J_per_sample") && Contains("J  ") && Contains("= 2.5e-11\n"));

  const auto object = json::parse(program({"info", folder / "r.h5", "--json"}).out);
  CHECK(object["attributes"]["seed"] == "7");
  CHECK(object["digest"] == h5::Reader(folder / "r.h5").digest());
}

TEST_CASE("info: names and texts in a file cannot command a terminal", "[cli][info]") {
  const TempFolder folder;
  write_results(folder / "r.h5",
                [](h5::Writer& file) { file.dataset("/summary/\x1b[2Jgone", 1.0, "\x1b[31m"); },
                {.classes = "[\"\x1b]0;title\"]", .command_line = "\x1b[5m\nseed = 8"});
  const auto shown = program({"info", folder / "r.h5"}).out;
  CHECK(shown.find('\x1b') == std::string::npos);
  CHECK_THAT(shown, Contains("command_line =  [5m seed = 8\n") && Contains(" [2Jgone"));
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

TEST_CASE("export: maps to devices, tiles and levels as asked", "[cli][export]") {
  const TempFolder folder;
  write_results(folder / "r.h5");
  const auto outcome =
      program({"export", folder / "r.h5", "--format", "json", "--mapping", "differential", "--tile",
               "4x4", "--levels", "11", "-o", folder / "m.json", "--json"});
  INFO(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  const auto said = json::parse(outcome.out);
  CHECK(said["shape"] == json::array({4, 8}));
  CHECK(said["quantisation"]["levels"] == 11);
  // w = 0.1, 0.13, 0.16, ...: at most 0.05 from a multiple of 0.1.
  CHECK(said["quantisation"]["max_w"].get<double>() == Approx(0.04));
  const auto map = read_json(folder / "m.json");
  CHECK(map["mapping"] == "differential");
  CHECK(map["tile_rows"] == 4);
  CHECK(map["levels"] == 11);
  // pre 1, post 0: w = 0.19 becomes 0.2 and 0.8 of the range.
  CHECK(map["conductance_S"][0][0][1][0].get<double>() == Approx(3e-6));
  CHECK(map["conductance_S"][0][0][1][1].get<double>() == Approx(9e-6));
  CHECK(folder.names() == Words{"m.json", "r.h5"});
}

TEST_CASE("export: rounds to the conductances that a list names", "[cli][export]") {
  const TempFolder folder;
  write_results(folder / "r.h5");
  const auto list = folder.file("levels.csv", "G_S\n2e-6\n3.0e-6\n");
  REQUIRE(program({"export", folder / "r.h5", "--format", "json", "--levels-from", list, "-o",
                   folder / "m.json"})
              .exit_code == 0);
  const auto map = read_json(folder / "m.json");
  CHECK(map["conductance_S"] == json({{2e-6, 2e-6, 3e-6}, {3e-6, 3e-6, 3e-6}}));
}

TEST_CASE("export: options that do not fit are refused, and nothing is written", "[cli][export]") {
  const TempFolder folder;
  write_results(folder / "r.h5");
  const auto refused = [&](const Words& options, const std::string& what) {
    Words words{"export", folder / "r.h5", "-o", folder / "m"};
    words.insert(words.end(), options.begin(), options.end());
    check_refused(program(words), what);
  };
  refused({"--format", "csv", "--mapping", "triple"}, "--mapping: expected one of single, diff");
  refused({"--format", "csv", "--tile", "8"}, "--tile: expected ROWSxCOLUMNS, got '8'");
  refused({"--format", "csv", "--tile", "0x4"}, "--tile: expected a whole number in [1, 65536]");
  refused({"--format", "csv", "--mapping", "differential", "--tile", "4x3"}, "an even number");
  refused({"--format", "spice", "--tile", "4x4"}, "--tile: expected one of the formats csv");
  refused({"--format", "csv", "--verify"}, "--verify: expected the format spice");
  refused({"--format", "csv", "--levels", "1"}, "--levels: expected at least 2");
  refused({"--format", "csv", "--levels-from", folder.file("l.csv", "G_S\n-1\n")},
          "l.csv:2, column G_S: expected a conductance of at least 0 S, got -1");
  CHECK(folder.names() == Words{"l.csv", "r.h5"});
}

TEST_CASE("export: ngspice agrees with the netlist's own currents", "[cli][export][spice]") {
  const TempFolder folder;
  write_results(folder / "r.h5");
  if (test::run("/usr/bin/env", {"ngspice", "--version"}).exit_code != 0) {
    WARN("skipped: there is no ngspice");
    return;
  }
  const std::string wire = GENERATE("0", "5");
  const auto outcome = program({"export", folder / "r.h5", "--format", "spice", "--wire-ohm", wire,
                                "--verify", "-o", folder / "m.cir", "--json"});
  INFO(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  const auto said = json::parse(outcome.out);
  CHECK(said["largest_deviation"].get<double>() < 1e-9);
  // V_read = 0.1 V, w = 0.1 and 0.19 in the first column; 5 Ohm takes less than 1e-3 of it.
  CHECK(said["column_currents_A"][0].get<double>() ==
        Approx(0.1 * (2e-6 + 2.9e-6)).epsilon(wire == "0" ? 1e-12 : 1e-3));
}

TEST_CASE("export: a map of a state model is a circuit of memristors", "[cli][export][spice]") {
  const TempFolder folder;
  const auto device = folder / "d.json", results = folder / "r.h5";
  const auto export_to = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"export", results, "--format", "spice", "-o", folder / "m.cir"});
    return program(more);
  };
  // Its range is that of the hand-made map: 1e-6 to 1.1e-5 S.
  folder.file("d.json", R"({"memplast_model": 1, "model": "vteam", "params": {
      "R_on_Ohm": 90909.0909, "R_off_Ohm": 1e6, "k_on_per_s": 10, "k_off_per_s": 10, "v_on_V": 0.5,
      "v_off_V": -0.5, "alpha_on": 3, "alpha_off": 3, "p": 10}})");
  write_results(results);
  const auto outcome = export_to({"--device", device, "--row-pulse", "triangular:1V,50ms"});
  INFO(outcome.err);
  REQUIRE(outcome.exit_code == 0);
  const auto netlist = read_text(folder / "m.cir");
  CHECK_THAT(netlist, Contains("\nX1_2 row1 col2 memristor x0=") &&
                          Contains("\nVrow0 row0 0 PWL(0 0 0.025 1 0.05 0)\n"));
  check_refused(export_to({"--row-pulse", "triangular:1V,50ms"}), "the format spice with --device");
  check_refused(export_to({"--device", "vteam"}), "conductances of the map");
  check_refused(export_to({"--device", device, "--verify", "--wire-ohm", "2"}), "ideal wires");
  if (test::run("/usr/bin/env", {"ngspice", "--version"}).exit_code != 0) {
    WARN("skipped: there is no ngspice");
    return;
  }
  const auto verified =
      export_to({"--device", device, "--row-pulse", "triangular:1V,50ms", "--verify", "--json"});
  INFO(verified.err);
  REQUIRE(verified.exit_code == 0);
  CHECK(json::parse(verified.out)["largest_deviation"].get<double>() < 1e-4);
}

TEST_CASE("retest: a fold tested again through its map", "[cli][export][retest]") {
  const TempFolder folder;
  const std::string results = folder / "r.h5", map = folder / "m.json";
  REQUIRE(program({"run", "iris", "--rule", "nc", "--partitions", "1", "-o", results}).exit_code ==
          0);
  const auto exported = [&](const Words& options) {
    Words words{"export", results, "--format", "json", "--fold", "0_2", "-o", map};
    words.insert(words.end(), options.begin(), options.end());
    REQUIRE(program(words).exit_code == 0);
    const auto outcome = program({"retest", results, "--map", map, "--json"});
    INFO(outcome.err);
    REQUIRE(outcome.exit_code == 0);
    return json::parse(outcome.out);
  };
  // Unrounded devices carry the weights that were trained, to the last bits of w.
  for (const std::string mapping : {"single", "differential", "offset"}) {
    const auto said = exported({"--mapping", mapping});
    CHECK(said["accuracy_through_map"] == said["accuracy_trained"]);
    CHECK(said["folds"][0]["fold"] == "0_2");
  }
  // With all devices alike every neuron fires at once, and the first is one of three classes.
  const auto alike = folder.file("alike.csv", "G_S\n5e-5\n");
  CHECK(exported({"--levels-from", alike})["accuracy_through_map"].get<double>() ==
        Approx(1.0 / 3.0));

  write_results(folder / "other.h5");
  check_refused(program({"retest", folder / "other.h5", "--map", map}),
                "expected a map exported from");
}

TEST_CASE("export: the PyNEST code connects what NEST would be given", "[cli][export][python]") {
  const TempFolder folder;
  write_results(folder / "r.h5");
  REQUIRE(
      program({"export", folder / "r.h5", "--format", "nest", "-o", folder / "m.py"}).exit_code ==
      0);
  // A stand-in for PyNEST that keeps what it is told.
  const auto outcome = test::run("/usr/bin/env", {"python3", "-c", R"(
import sys
sys.path.insert(0, sys.argv[1])
sys.dont_write_bytecode = True
import m
class Nest:
    calls = []
    def Create(self, model, n, params=None):
        return (model, n)
    def Connect(self, *what):
        self.calls.append(what)
nest = Nest()
pre, post = m.build(nest, pA_per_weight=2.0)
assert pre == ("parrot_neuron", 2) and post == ("iaf_psc_exp", 3)
(a, b, rule, synapses), = nest.calls
# NEST wants the weights of all_to_all as [post][pre].
W = synapses["weight"]
assert (a, b, rule) == (pre, post, "all_to_all") and len(W) == 3 and len(W[0]) == 2
assert abs(W[2][1] - 2 * 0.25) < 1e-12 and abs(W[0][1] - 2 * 0.19) < 1e-12
assert m.class_names[1] == "b, or not"
)",
                                                  folder.path()});
  INFO(outcome.err);
  CHECK((outcome.exit_code == 0 || outcome.exit_code == 127));  // 127: no python3
}

TEST_CASE("export: NumPy and h5py read the maps as they are meant", "[cli][export][python]") {
  const auto python = [](const std::string& code, const Words& files) {
    Words words{"-c", code};
    words.insert(words.end(), files.begin(), files.end());
    return test::run("/usr/bin/python3", words);  // Debian's, which has Debian's packages
  };
  if (python("import h5py, numpy", {}).exit_code != 0) {
    WARN("skipped: there is no python3 with numpy and h5py");
    return;
  }
  const TempFolder folder;
  write_results(folder / "r.h5");
  for (const std::string format : {"npy", "h5", "json", "csv"})
    REQUIRE(program({"export", folder / "r.h5", "--format", format, "-o", folder / ("m." + format)})
                .exit_code == 0);
  const auto outcome = python(
      R"(
import csv, json, sys, h5py, numpy
results, npy, h5, json_file, csv_file = sys.argv[1:]
G = numpy.load(npy)
assert G.shape == (2, 3) and G.dtype == numpy.float64 and G.flags.c_contiguous
# G_min + w (G_max - G_min) of the first fold, written by hand
w = 0.1 + 0.03 * numpy.arange(6).reshape(2, 3)
assert numpy.allclose(G, 1e-6 + w * 1e-5, rtol=1e-14, atol=0)
with h5py.File(h5) as f, h5py.File(results) as r:
    assert (f["conductance_S"][:] == G).all() and f["conductance_S"].attrs["units"] == "S"
    assert (r["folds/0_0/conductance_S"][:] == G).all() and f.attrs["rule"] == "nc"
assert (numpy.array(json.load(open(json_file))["conductance_S"]) == G).all()
devices = csv.DictReader(line for line in open(csv_file) if not line.startswith("#"))
by_place = {(int(d["pre"]), int(d["post"])): float(d["G_S"]) for d in devices}
assert len(by_place) == 6 and all(G[place] == siemens for place, siemens in by_place.items())
)",
      {folder / "r.h5", folder / "m.npy", folder / "m.h5", folder / "m.json", folder / "m.csv"});
  INFO(outcome.err);
  CHECK(outcome.exit_code == 0);
}
