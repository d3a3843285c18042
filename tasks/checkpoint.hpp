#pragma once
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "../lib/base/parallel.hpp"
#include "../lib/base/progress.hpp"
#include "../lib/io/bytes.hpp"

namespace memplast {

/// What a result file says of the run that made it, and of nothing else.
struct Origin {
  std::string command_line;
  std::string created_utc;
};

/// The finished units of long work, in a file, so that the work can go on after an interruption.
///
/// A log: a first record says which work it is, then comes one record per finished unit. Each holds
/// its length and SHA-256 hashes; what follows the first one that is cut short or damaged is done
/// again. Records are written at once, so they survive the death of the program, and synced once a
/// second, so a power cut costs no more than the last second's.
class Checkpoint {
 public:
  enum class Start {
    anew,   ///< refuses to take the place of a log with finished units
    resume  ///< goes on with the log there is
  };

  /// Opens the log at `path`. `work` (JSON) decides all results; a log to resume must be of the
  /// same work, and keeps the origin it was started with. Throws InputError if there is no log to
  /// resume, if it is damaged, of other work, or in use.
  Checkpoint(std::filesystem::path path, const std::string& work, const Origin& origin,
             Start start);
  ~Checkpoint();
  Checkpoint(const Checkpoint&) = delete;
  Checkpoint& operator=(const Checkpoint&) = delete;

  const std::filesystem::path& path() const { return path_; }
  const Origin& origin() const { return origin_; }
  /// What a unit that was finished when the log was opened left; null for another.
  const std::string* find(std::int64_t unit) const;
  int n_found() const { return static_cast<int>(found_.size()); }

  /// Keeps what a finished unit left. For one thread at a time.
  void add(std::int64_t unit, std::string_view bytes);
  /// Deletes the log: the results are in place.
  void remove();

 private:
  void open();

  std::filesystem::path path_;
  Origin origin_;
  std::map<std::int64_t, std::string> found_;
  int fd_ = -1;
  std::chrono::steady_clock::time_point synced_;
};

/// How long work is carried out; none of it changes a result.
struct Execution {
  // NOLINTNEXTLINE(google-explicit-constructor): a number of threads is what most callers want.
  Execution(int n_threads = 1, Progress report = {})
      : threads(n_threads), progress(std::move(report)) {}

  int threads;
  Progress progress;
  std::function<bool()> should_stop = {};  ///< asked before each unit, by any thread
  Checkpoint* checkpoint = nullptr;
};

/// `total` independent units of work, in one loop or several after each other.
class Units {
 public:
  Units(const Execution& execution, int total);

  /// results[i] = run(i) for the next results.size() units, or what the checkpoint has of them.
  /// Throws Interrupted once the units in hand are finished, or leave by Interrupted, if the work
  /// should stop.
  template <class Result, class Run>
  void run(std::vector<Result>& results, Run&& run) {
    const int first = first_, n = static_cast<int>(results.size());
    first_ += n;
    in_parallel(n, execution_.threads, [&](int i) {
      if (recall(first + i, results[i]) || stops()) return;
      try {
        results[i] = run(i);
      } catch (const Interrupted&) {
        return stop();
      }
      finish(first + i, results[i]);
    });
    require_finished();
  }

 private:
  template <class Result>
  bool recall(int unit, Result& result) const {
    const Checkpoint* checkpoint = execution_.checkpoint;
    const std::string* bytes = checkpoint ? checkpoint->find(unit) : nullptr;
    if (bytes) ByteReader(*bytes, checkpoint->path().string())(result);
    return bytes != nullptr;
  }
  template <class Result>
  void finish(int unit, const Result& result) {
    ByteWriter writer;
    if (execution_.checkpoint) writer(result);
    count(unit, writer.bytes);
  }
  bool stops();
  void stop();
  void count(int unit, const std::string& bytes);
  void require_finished() const;

  const Execution& execution_;
  int total_;
  int first_ = 0;
  int done_ = 0;
  bool stopped_ = false;
  std::mutex mutex_;
};

}  // namespace memplast
