/// Mutation test of the commands that read results and maps: info, export, retest, predict and
/// report.
///
/// fuzz_results CASES SEED [RESULTS.h5 ...]: gives CASES mutants of the given result files, of one
/// made by hand, of a sweep, of model files, and of maps as JSON, CSV and HDF5 to every command
/// that takes them, with options drawn by chance: 2 to 6 commands each. They run in a process of
/// their own, with 60 s of a processor and 8 GB. A mutant may be refused, by one clear line and
/// without an output file, or accepted; then no text of it may have become markup of the report or
/// a command to the terminal. Prints how many were refused by all commands, and for each wrong
/// outcome the case, which can be repeated: fuzz_results +CASE SEED ... leaves the mutant in
/// fuzz_results.mutant.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "export/maps/map_file.hpp"
#include "lib/io/apart.hpp"
#include "lib/io/file.hpp"
#include "lib/numeric/random.hpp"
#include "tasks/search/sweep.hpp"
#include "tests/export/sample_results.hpp"

using namespace memplast;

namespace {

enum class Kind { results, map, model };
struct Sample {
  Kind kind;
  std::string bytes;
};

const std::string script = "<script>injected</script>", image = "\\\"><img src=x onerror=injected>";

/// What is mutated: small files of every kind, with markup in their texts.
std::vector<Sample> make_samples(const std::filesystem::path& folder,
                                 const std::vector<std::string>& files) {
  const auto results = folder / "sample.h5", map = folder / "sample_map.h5";
  write_text(folder / "new.csv",
             "sepal_length_cm,sepal_width_cm,petal_length_cm,petal_width_cm\n6,3,4,1.5\n");
  test::write_results(
      results,
      [&](h5::Writer& file) {
        file.text("/waterfall/names", "[\"" + script + "\"]");
        file.dataset("/waterfall/accuracy_mean", std::vector<double>{0.9}, {1}, "1");
        file.dataset("/waterfall/accuracy_ci95", std::vector<double>{0.8, 1.0}, {1, 2}, "1");
      },
      {.config = "{\"task\": \"" + image + "\", \"encoder\": \"" + script + "\"}",
       .classes = "[\"" + script + "\", \"" + image + "\", \"c\"]",
       .features = "[\"" + script + "\", \"" + image + "\"]",
       .command_line = script});
  const auto devices =
      lay_out(read_conductance_map(results, ""), Mapping::differential, {.rows = 4, .columns = 4});
  write_h5(devices, map);
  std::vector<Sample> samples{
      {Kind::results, read_text(results)},
      {Kind::map, read_text(map)},
      {Kind::map, to_json(devices).dump()},
      {Kind::map, to_csv(devices)},
      {Kind::model, to_json(load_model("nc")).dump()},
      {Kind::model, to_json(load_model("pulse_table")).dump()},
  };
  const auto sweep = folder / "sample_sweep.h5";
  SweepRecord record{.design = {{"vary", {{script, {1, 2}}}}}, .points = {}, .units = {}};
  for (const int value : {1, 2}) {
    record.points.push_back({{{script, value}}, {{"task", image}}, "accuracy", 2, 0.25});
    record.units.insert(record.units.end(), 2, std::vector<double>(sweep_measures().size(), 0.5));
  }
  write_sweep(sweep, record);
  samples.push_back({Kind::results, read_text(sweep)});
  for (const auto& file : files) samples.push_back({Kind::results, read_text(file)});
  return samples;
}

std::string mutated(std::string bytes, Stream& random) {
  const auto place = [&] { return static_cast<std::size_t>(random.below(bytes.size() + 1)); };
  for (auto changes = 1 + random.below(6); changes > 0; --changes) {
    const auto at = place();
    const auto length = static_cast<std::size_t>(random.below(16));
    switch (random.below(8)) {
      case 0:
      case 1:
      case 2:
        if (at < bytes.size()) bytes[at] = static_cast<char>(random.below(256));
        break;
      case 3:
        if (at < bytes.size()) bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.below(8)));
        break;
      case 4:
        bytes.erase(at, length);
        break;
      case 5:
        bytes.insert(at, bytes.substr(place(), length));
        break;
      case 6:
        if (random.below(8) == 0) bytes.resize(at);
        break;
      default: {
        const auto digit = bytes.find_first_of("0123456789", at);
        if (digit != std::string::npos) bytes[digit] = "0123456789.-+e,\""[random.below(16)];
      }
    }
  }
  return bytes;
}

/// What a command said: the file it wrote, or its output.
class Words {
 public:
  explicit Words(const std::filesystem::path& path) : path_(path) {}
  /// Has what is printed to `fd` from now on, and forgets what was.
  void take(int fd) const {
    const int file = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    ::dup2(file, fd);
    ::close(file);
  }
  std::string text() const { return read_text(path_); }

 private:
  std::filesystem::path path_;
};

/// Throws std::logic_error for what no command may do with a damaged file.
class Commands {
 public:
  explicit Commands(const std::filesystem::path& folder) : folder_(folder) {}

  /// Whether the command accepts its input.
  bool run(std::vector<std::string> words) {
    const Words out(folder_ / "out"), err(folder_ / "err");
    out.take(STDOUT_FILENO);
    err.take(STDERR_FILENO);
    words.insert(words.begin(), "memplast");
    std::vector<char*> arguments;
    for (auto& word : words) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const int code = cli::program(static_cast<int>(words.size()), arguments.data());
    std::cout.flush();
    require_plain(out.text());
    require_clear(err.text(), code);
    return code == 0;
  }
  /// A file that a command writes; it must be there if it was accepted, and only then.
  std::string output(const std::string& name) const { return folder_ / name; }
  bool run_to(const std::string& name, std::vector<std::string> words) {
    const auto path = output(name);
    std::filesystem::remove(path);
    words.insert(words.end(), {"-o", path});
    const bool accepted = run(std::move(words));
    require(accepted == std::filesystem::exists(path), "a partial or a missing file");
    if (accepted && name.ends_with(".html")) require_harmless(read_text(path));
    return accepted;
  }

 private:
  static void require(bool ok, const std::string& what) {
    if (!ok) throw std::logic_error(what);
  }
  /// No text of the file may command a terminal.
  static void require_plain(const std::string& text) {
    for (const char c : text)
      require(static_cast<unsigned char>(c) >= 0x20 || c == '\n', "a control character is printed");
  }
  static void require_harmless(const std::string& page) {
    for (const auto* markup : {"<script", "<img", "onerror=injected>"})
      require(page.find(markup) == std::string::npos, "a text of the file became markup");
  }
  /// One line that says what is wrong, without the words of a library.
  static void require_clear(const std::string& err, int code) {
    require_plain(err);
    require(code == 0 || code == 1 || code == 2, "exit code " + std::to_string(code));
    if (code == 0) return;
    const auto line =
        err.substr(err.find("error: ") == std::string::npos ? 0 : err.find("error: "));
    require(line.starts_with("error: ") && line.ends_with('\n') &&
                std::count(line.begin(), line.end(), '\n') == 1,
            "not one line: " + err);
    for (const auto* unclear : {"std::", "json.exception", "vector::", "basic_string"})
      require(line.find(unclear) == std::string::npos, "unclear: " + line);
  }

  std::filesystem::path folder_;
};

/// All that the program does with a file; whether any of it was accepted.
bool use(Kind kind, const std::filesystem::path& path, const std::filesystem::path& folder,
         Stream& random) {
  Commands commands(folder);
  const std::string file = path, results = folder / "sample.h5";
  bool accepted = false;
  const auto note = [&](bool one) { accepted = accepted || one; };
  if (kind == Kind::map) {
    note(commands.run({"retest", results, "--map", file}));
    note(commands.run_to("programming", {"export", results, "--format", "programming",
                                         "--start-map", file, "--mapping", "differential"}));
    return accepted;
  }
  const auto pick = [&](const auto& choices) { return choices[random.below(std::size(choices))]; };
  constexpr const char* infos[]{"--json", "--digest", "--config"};
  constexpr const char* formats[]{"csv", "npy", "json", "h5", "nest", "verilog-a", "programming"};
  constexpr const char* mappings[]{"single", "differential", "unidirectional", "offset"};
  note(commands.run({"info", file}));
  note(commands.run({"info", file, pick(infos)}));
  note(commands.run_to("page.html", {"report", file}));
  if (kind == Kind::model) return accepted;
  note(commands.run_to("map",
                       {"export", file, "--format", pick(formats), "--mapping", pick(mappings)}));
  note(commands.run_to("map", {"export", file, "--format", "spice", "--wire-ohm", "1"}));
  note(commands.run({"retest", file, "--map", folder / "sample_map.h5"}));
  note(commands.run_to("predictions", {"predict", file, folder / "new.csv"}));
  return accepted;
}

/// 0 accepted, 1 refused, 2 a wrong outcome; anything else a crash.
int outcome_of(Kind kind, const std::filesystem::path& path, const std::filesystem::path& folder,
               Stream& random) {
  const int terminal = ::dup(STDERR_FILENO);
  try {
    return use(kind, path, folder, random) ? 0 : 1;
  } catch (const std::exception& error) {
    ::dup2(terminal, STDERR_FILENO);
    std::cerr << error.what() << '\n';
    return 2;
  }
}

/// Whether a signal came because time was up.
bool is_timeout(int signal) { return signal == SIGALRM || signal == SIGXCPU || signal == SIGKILL; }

std::string run_apart(Kind kind, const std::filesystem::path& path,
                      const std::filesystem::path& folder, Stream& random) {
  const pid_t child = ::fork();
  if (child == 0) {
    const rlimit memory{8UL << 30, 8UL << 30};
#ifndef __SANITIZE_ADDRESS__  // which reserves terabytes
    ::setrlimit(RLIMIT_AS, &memory);
#else
    static_cast<void>(memory);
#endif
    const rlimit time{60, 60};  // of a processor: a busy machine is no hang
    ::setrlimit(RLIMIT_CPU, &time);
    ::alarm(600);
    ::_exit(outcome_of(kind, path, folder, random));
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) return is_timeout(WTERMSIG(status)) ? "hang" : "crash";
  switch (WEXITSTATUS(status)) {
    case 0:
      return "accepted";
    case 1:
      return "refused";
    default:
      return "wrong";
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string count = argc > 1 ? argv[1] : "100000";
  const bool repeat = count.starts_with('+');
  const long first = repeat ? std::atol(count.c_str() + 1) : 0;
  const long last = repeat ? first + 1 : std::atol(count.c_str());
  const auto seed = static_cast<std::uint64_t>(argc > 2 ? std::atol(argv[2]) : 1);
  const auto folder =
      std::filesystem::temp_directory_path() / ("fuzz_results." + std::to_string(::getpid()));
  std::filesystem::create_directories(folder);
  Fork::most_s = 1;  // many mutants have the HDF5 library go round in circles
  const auto samples = make_samples(folder, {argv + std::min(argc, 3), argv + argc});
  std::map<std::string, long> outcomes;
  for (long k = first; k < last; ++k) {
    Stream random(seed, Purpose::noise, static_cast<std::uint64_t>(k));
    const auto& sample = samples[random.below(samples.size())];
    const auto path = repeat ? std::filesystem::path("fuzz_results.mutant") : folder / "mutant";
    std::ofstream(path, std::ios::binary) << mutated(sample.bytes, random);
    const auto outcome = run_apart(sample.kind, path, folder, random);
    ++outcomes[outcome];
    if (outcome != "accepted" && outcome != "refused")
      std::cout << "case " << k << ": " << outcome << std::endl;
  }
  std::filesystem::remove_all(folder);
  for (const auto& [outcome, n] : outcomes) std::cout << outcome << ": " << n << '\n';
  return outcomes.contains("crash") || outcomes.contains("hang") || outcomes.contains("wrong");
}
