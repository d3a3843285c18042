#include "long_work.hpp"

#include <unistd.h>

#include <atomic>
#include <csignal>

#include "commands.hpp"
#include "output.hpp"

namespace memplast::cli {
namespace {

std::atomic<int> caught{0};
static_assert(std::atomic<int>::is_always_lock_free);

extern "C" void note_signal(int signal) {
  caught = signal;
  constexpr std::string_view words = "\nfinishing what is in hand; once more to stop at once\n";
  if (::isatty(STDERR_FILENO) != 0)
    static_cast<void>(::write(STDERR_FILENO, words.data(), words.size()));
}

/// The first SIGINT or SIGTERM is noted, a second one ends the program as it always did.
void note_signals() {
  struct sigaction action {};
  action.sa_handler = note_signal;
  action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
  for (const int signal : {SIGINT, SIGTERM}) ::sigaction(signal, &action, nullptr);
}

}  // namespace

int caught_signal() { return caught; }

LongWork::LongWork(const WorkOptions& c, const json& work, const std::string& units)
    : origin_{.command_line = c.command_line, .created_utc = utc_now()},
      execution_(c.thread_count(), c.quiet ? Progress{} : progress(units)) {
  if (c.output.empty()) {
    if (c.resume)
      throw InputError({.where = "--resume", .expected = "a result file, -o", .got = "none"});
    return;
  }
  checkpoint_.emplace(c.output + ".checkpoint", work.dump(), origin_,
                      c.resume ? Checkpoint::Start::resume : Checkpoint::Start::anew);
  execution_.checkpoint = &*checkpoint_;
  execution_.should_stop = [] { return caught_signal() != 0; };
  note_signals();
}

void LongWork::finish() {
  if (checkpoint_) checkpoint_->remove();
}

}  // namespace memplast::cli
