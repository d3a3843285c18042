#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "lib/io/file.hpp"
#include "lib/numeric/random.hpp"
#include "tasks/result_file.hpp"
#include "tests/catch.hpp"
#include "tests/cli/program.hpp"

using namespace memplast;
using namespace memplast::test;
using Catch::Contains;
using std::chrono::steady_clock;

namespace {

/// A run of the program in the background, its standard error in a file.
class Running {
 public:
  Running(const std::vector<std::string>& arguments, const std::filesystem::path& err)
      : child_(::fork()) {
    if (child_ < 0) throw std::runtime_error("cannot start the program");
    if (child_ > 0) return;
    std::vector<char*> argv{const_cast<char*>(MEMPLAST_PROGRAM)};
    for (const auto& word : arguments) argv.push_back(const_cast<char*>(word.c_str()));
    argv.push_back(nullptr);
    ::dup2(::open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
    ::dup2(::open("/dev/null", O_WRONLY), STDOUT_FILENO);
    ::execv(MEMPLAST_PROGRAM, argv.data());
    ::_exit(127);
  }
  void send(int signal) const { ::kill(child_, signal); }
  /// The exit code, or minus the signal that ended it.
  int wait() const {
    int status = 0;
    ::waitpid(child_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

 private:
  pid_t child_;
};

std::vector<std::string> words(std::vector<std::string> first,
                               const std::vector<std::string>& more) {
  first.insert(first.end(), more.begin(), more.end());
  return first;
}

/// Whether a file holds just these bytes; not for Catch to print.
bool same(const std::filesystem::path& file, const std::string& bytes) {
  return read_text(file) == bytes;
}

/// Files made at any time are the same.
void stop_the_clock() { ::setenv("SOURCE_DATE_EPOCH", "1790000000", 1); }

/// A run of 40 short folds, and what it gives if nothing interrupts it.
struct Example {
  TempFolder folder;
  std::filesystem::path output = folder / "run.h5", checkpoint = folder / "run.h5.checkpoint",
                        err = folder / "err";
  std::vector<std::string> command{"run",           "iris", "--partitions", "8",
                                   "--subnetworks", "1",    "--epochs",     "15",
                                   "--margin-ms",   "1",    "-o",           output};
  std::string expected;
  std::chrono::duration<double> took{};

  Example() {
    stop_the_clock();
    const auto start = steady_clock::now();
    REQUIRE(program(command).exit_code == 0);
    took = steady_clock::now() - start;
    expected = read_text(output);
    std::filesystem::remove(output);
  }
  Outcome resume(const std::vector<std::string>& more = {}) const {
    return program(words(words(command, {"--resume"}), more));
  }
  /// Begins the run and stops it when some folds are finished.
  int interrupt(int signal) const {
    const Running running(command, err);
    while (!std::filesystem::exists(checkpoint) || std::filesystem::file_size(checkpoint) < 10'000)
      std::this_thread::sleep_for(std::chrono::microseconds(100));
    running.send(signal);
    return running.wait();
  }
};

}  // namespace

TEST_CASE("a run killed at 50 random moments leaves the old file and goes on to the same bytes",
          "[cli][resume]") {
  const Example run;
  Stream random(1, Purpose::noise);
  int resumed = 0;
  for (int kill = 0; kill < 50; ++kill) {
    write_text(run.output, "an old result");
    const Running running(run.command, run.err);
    std::this_thread::sleep_for(random.uniform() * run.took);
    running.send(SIGKILL);
    running.wait();
    if (std::filesystem::exists(run.checkpoint)) {
      if (!same(run.output, run.expected)) CHECK(read_text(run.output) == "an old result");
      const auto again = run.resume();
      INFO(again.err);
      REQUIRE(again.exit_code == 0);
      ++resumed;
    } else if (!same(run.output, run.expected)) {  // it had not begun
      CHECK(read_text(run.output) == "an old result");
      continue;
    }
    REQUIRE(same(run.output, run.expected));
    CHECK_FALSE(std::filesystem::exists(run.checkpoint));
  }
  CHECK(resumed > 5);  // or the moments show nothing; as a rule it is most of them
}

TEST_CASE("Ctrl-C keeps what is finished and says how to go on", "[cli][resume]") {
  const Example run;
  const auto [signal, exit_code] = GENERATE(table<int, int>({{SIGINT, 130}, {SIGTERM, 143}}));
  CHECK(run.interrupt(signal) == exit_code);
  CHECK_FALSE(std::filesystem::exists(run.output));
  const auto err = read_text(run.err);
  const auto last_line = err.substr(err.rfind('\n', err.size() - 2) + 1);
  CHECK_THAT(last_line, Contains("interrupted: ") &&
                            Contains(" of 40 are finished and kept in " + run.checkpoint.string() +
                                     "; resumed (--resume), the run goes on\n"));

  const auto kept = read_text(run.checkpoint);
  check_refused(program(run.command), "finished units. Resume it (--resume), or delete it");
  CHECK(same(run.checkpoint, kept));
  const auto again = run.resume({"--threads", "3"});
  CHECK(again.exit_code == 0);
  CHECK_THAT(again.err, Contains(" of 40 folds were done before") && Contains("40 of 40 folds"));
  CHECK(same(run.output, run.expected));
  CHECK_FALSE(std::filesystem::exists(run.checkpoint));
}

TEST_CASE("run --resume refuses what is not a checkpoint of this configuration", "[cli][resume]") {
  const Example run;
  check_refused(run.resume(), "expected the checkpoint of an interrupted run, got no such file");
  check_refused(program({"run", "iris", "--resume"}), "--resume: expected a result file, -o");
  run.interrupt(SIGINT);
  const auto kept = read_text(run.checkpoint);
  check_refused(run.resume({"--seed", "2"}), "got one that differs in /seed");
  check_refused(run.resume({"--tau-m-ms", "21"}), "differs in /settings/tau_m_ms");

  const auto header_bytes = kept.rfind("created_utc");  // a part of it
  for (std::size_t at = 0; at < header_bytes; at += header_bytes / 20) {
    auto damaged = kept;
    damaged[at] = static_cast<char>(damaged[at] ^ 4);
    write_text(run.checkpoint, damaged);
    CAPTURE(at);
    check_refused(run.resume(), "got a damaged one. Delete it to start from the beginning");
  }
  write_text(run.checkpoint, "");
  check_refused(run.resume(), "got a damaged one");
  CHECK_FALSE(std::filesystem::exists(run.output));

  const auto check_goes_on = [&](const std::string& bytes) {
    write_text(run.checkpoint, bytes);
    REQUIRE(run.resume().exit_code == 0);
    CHECK(same(run.output, run.expected));
  };
  for (const std::size_t cut : {1, 100, 2500})  // a record that was being written
    check_goes_on(kept.substr(0, kept.size() - cut));
  const auto records = header_bytes + 500;
  for (std::size_t at = records; at < kept.size(); at += (kept.size() - records) / 10) {
    auto damaged = kept;  // as a power cut may leave it: wrong in any record, or without its bytes
    damaged[at] = static_cast<char>(damaged[at] ^ 4);
    check_goes_on(damaged);
    std::fill(damaged.begin() + static_cast<std::ptrdiff_t>(at), damaged.end(), '\0');
    check_goes_on(damaged);
  }
}

TEST_CASE("a checkpoint without finished units does not stand in the way", "[cli][resume]") {
  const TempFolder folder;
  const auto path = folder / "c";
  { const Checkpoint begun(path, "{}", {"first", ""}, Checkpoint::Start::anew); }
  Checkpoint checkpoint(path, "{}", {"second", ""}, Checkpoint::Start::anew);
  CHECK_THROWS_WITH(Checkpoint(path, "{}", {}, Checkpoint::Start::resume), Contains("still going"));
  checkpoint.remove();
  CHECK(folder.names().empty());
}

TEST_CASE("every kind of run goes on to the same bytes, on any number of threads",
          "[tasks][resume]") {
  const TempFolder folder;
  const auto whole = folder / "whole.h5", resumed = folder / "resumed.h5", log = folder / "log";
  const Origin origin{"memplast run", "2026-01-01T00:00:00Z"};
  // `run` as a whole, and interrupted after each two units.
  const auto check = [&](const std::string& work, const auto& run) {
    write_result(whole, run(Execution(1)), origin);
    int interruptions = 0;
    for (bool finished = false; !finished;) {
      Checkpoint checkpoint(
          log, work, origin,
          interruptions > 0 ? Checkpoint::Start::resume : Checkpoint::Start::anew);
      std::atomic<int> now = 0, start = -1;
      Execution execution(1 + interruptions % 3, [&](int done, int) {
        if (start < 0) start = done;
        now = done;
      });
      execution.checkpoint = &checkpoint;
      execution.should_stop = [&] { return now - start >= 2; };
      try {
        write_result(resumed, run(execution), checkpoint.origin());
        checkpoint.remove();
        finished = true;
      } catch (const Interrupted&) {
        ++interruptions;
      }
    }
    CHECK(interruptions > 0);
    CHECK(same(resumed, read_text(whole)));
  };

  const auto data = load_shipped_dataset("iris");
  for (const auto& [protocol, encoder] :
       {std::pair{"teacher_timed", "temporal"}, std::pair{"teacher_timed", "poisson"},
        std::pair{"own_class", "temporal"}, std::pair{"own_class", "poisson"}}) {
    CAPTURE(protocol, encoder);
    RunConfig config;
    config.model = load_model("nc");
    config.learner = protocol;
    config.code = encoder;
    config.settings = preset("iris", protocol, encoder, "nc", 4);
    config.folds = 4;
    config.partitions = 1;
    config.weights_history = true;
    config.final_network = true;
    config.settings.set("epochs", 1.0, "test");
    config.model.variability.levels = 16;
    config.waterfall = std::string(encoder) == "temporal";
    check(to_json(config).dump(),
          [&](const Execution& execution) { return run_classification(config, data, execution); });
  }
  for (const std::string protocol : {"imitation", "online"}) {
    CAPTURE(protocol);
    ControlConfig config;
    config.model = load_model("nc");
    config.learner = protocol;
    config.settings = control_preset(config.task, protocol, "temporal");
    config.seeds = 5;
    config.settings.set("evaluation_episodes", 2.0, "test");
    config.settings.set(config.is_imitation() ? "states" : "episodes",
                        config.is_imitation() ? 100.0 : 3.0, "test");
    check(to_json(config).dump(),
          [&](const Execution& execution) { return run_control(config, {}, execution); });
  }
}
