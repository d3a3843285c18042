#include "lib/io/csv.hpp"
#include "lib/io/file.hpp"
#include "models/rules/nc.hpp"
#include "models/rules/stdp.hpp"
#include "tests/catch.hpp"
#include "tests/cli/program.hpp"

using namespace memplast;
using namespace memplast::test;

namespace {

// The spike times of one golden pair as the two files that replay reads.
void write_trains(const TempFolder& folder, int pair) {
  const auto spikes = read_csv(golden("nest/single/spikes.csv"));
  std::string pre = "t_ms\n", post = "t_ms\n";
  for (const auto& row : spikes.rows)
    if (row[0] == std::to_string(pair)) (row[1] == "pre" ? pre : post) += row[2] + "\n";
  folder.file("pre.csv", pre);
  folder.file("post.csv", post);
}

std::vector<double> golden_weights(const std::string& model, int pair, const std::string& w0) {
  const auto table = read_csv(golden("nest/single/weights_" + model + ".csv"));
  std::vector<double> out;
  for (std::size_t r = 0; r < table.rows.size(); ++r)
    if (table.rows[r][0] == std::to_string(pair) && table.rows[r][1] == w0)
      out.push_back(table.number(r, table.column("weight")));
  return out;
}

}  // namespace

TEST_CASE("replay meets golden traces from outside", "[cli][replay][golden]") {
  const TempFolder folder;
  const int pair = 0;
  write_trains(folder, pair);
  const auto check = [&](const std::string& model, std::vector<std::string> options) {
    std::vector<std::string> words{"replay",
                                   "--pre",
                                   folder / "pre.csv",
                                   "--post",
                                   folder / "post.csv",
                                   "--delay-ms",
                                   "1",
                                   "--w0",
                                   "0.5",
                                   "-o",
                                   folder / "trace.csv"};
    words.insert(words.end(), options.begin(), options.end());
    const auto outcome = program(words);
    INFO(outcome.err);
    REQUIRE(outcome.exit_code == 0);
    const auto w = read_csv(folder / "trace.csv").numbers("w");
    const auto expected = golden_weights(model, pair, "0.5");
    REQUIRE(w.size() == expected.size());
    REQUIRE(w.size() > 5);
    for (std::size_t k = 0; k < w.size(); ++k) CHECK(std::abs(w[k] - expected[k]) < 1e-12);
  };
  check("nc", {"--rule", "nc"});
  check("ppx", {"--rule", "ppx", "--pairing", "nearest_symmetric"});
  check("nn_restr_add",
        {"--rule", "stdp", "--pairing", "nearest_restricted", "--initial-pre-ms", "0",
         "--rule-param", "tau_plus_ms=16.8", "--rule-param", "tau_minus_ms=33.7"});
  check("stdp_mult",
        {"--rule", "stdp", "--pairing", "all_to_all", "--rule-param", "mu_plus=1", "--rule-param",
         "mu_minus=1", "--rule-param", "tau_plus_ms=16.8", "--rule-param", "tau_minus_ms=33.7"});
}

TEST_CASE("replay takes an empty train and spikes given twice", "[cli][replay]") {
  const TempFolder folder;
  const auto pre = folder.file("pre.csv", "t_ms\n10\n10\n");
  const auto none = folder.file("none.csv", "t_ms\n");
  const auto post = folder.file("post.csv", "t_ms\n4\n");
  const auto replay = [&](const std::string& post_file) {
    return parse_csv(program({"replay", "--rule", "nc", "--pre", pre, "--post", post_file}).out,
                     "out")
        .numbers("w");
  };
  CHECK(replay(none) == std::vector{0.5, 0.5});
  const NcMemristor<> nc;
  const double once = 0.5 + nc.dw(-5.0, 0.5), twice = once + nc.dw(-5.0, once);
  const auto w = replay(post);
  CHECK(w[0] == Approx(once).margin(1e-15));
  CHECK(w[1] == Approx(twice).margin(1e-15));
}

TEST_CASE("replay refuses spike trains it cannot read", "[cli][replay]") {
  const TempFolder folder;
  const auto good = folder.file("good.csv", "t_ms\n1\n2\n");
  const auto refused = [&](const std::string& text, const std::string& what) {
    const auto bad = folder.file("bad.csv", text);
    check_refused(program({"replay", "--rule", "nc", "--pre", bad, "--post", good}), what);
  };
  refused("", "bad.csv: expected a header line, got an empty file");
  refused("t_s\n1\n", "expected a column 't_ms', got the columns t_s");
  refused("t_ms\n1\nnan\n", "bad.csv:3, column t_ms: expected a finite number, got 'nan'");
  refused("t_ms\n5\n4\n", "bad.csv:3, column t_ms: expected a time not before the one above it");
  refused("t_ms,x\n5\n", "bad.csv:2: expected 2 cells as in the header, got 1");
  check_refused(program({"replay", "--rule", "nc", "--pre", folder.path(), "--post", good}),
                "expected a file, got a folder");
  check_refused(program({"replay", "--rule", "nc", "--pre", good, "--post", good, "--w0", "1.5"}),
                "--w0: expected a finite number in [0, 1], got '1.5'");
  check_refused(
      program({"replay", "--rule", "nc", "--pre", good, "--post", good, "--pairing", "some"}),
      "--pairing: expected one of nearest_symmetric");
}
