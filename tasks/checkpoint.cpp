#include "checkpoint.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>

#include "../lib/base/version.hpp"
#include "../lib/io/file.hpp"
#include "../lib/io/json.hpp"

namespace memplast {
namespace {

constexpr std::string_view magic = "memplast checkpoint 1\n";
constexpr std::int64_t header = -1;  // the unit of the record that says which work it is

/// What stands before the bytes of a record; with a hash of its own, so that none of it needs to
/// make sense.
struct Frame {
  std::int64_t unit;
  std::uint64_t length;
  char bytes_sha256[64];
  char frame_sha256[64];
};
static_assert(sizeof(Frame) == 144);

std::string frame_hash(const Frame& frame) {
  return sha256({reinterpret_cast<const char*>(&frame), offsetof(Frame, frame_sha256)});
}

std::string record(std::int64_t unit, std::string_view bytes) {
  Frame frame{.unit = unit, .length = bytes.size(), .bytes_sha256 = {}, .frame_sha256 = {}};
  sha256(bytes).copy(frame.bytes_sha256, sizeof frame.bytes_sha256);
  frame_hash(frame).copy(frame.frame_sha256, sizeof frame.frame_sha256);
  std::string out(reinterpret_cast<const char*>(&frame), sizeof frame);
  return out.append(bytes);
}

struct Log {
  std::map<std::int64_t, std::string> records;
  std::size_t whole_bytes = 0;  // without what a kill cut short or a power cut left
};

Log read_log(const std::filesystem::path& path) {
  const std::string text = read_text(path);
  const auto require = [&](bool ok) {
    if (!ok)
      throw InputError({.where = path.string(),
                        .expected = "the checkpoint of an interrupted run",
                        .got = "a damaged one",
                        .mend = "Delete it to start from the beginning."});
  };
  require(text.starts_with(magic));
  Log log;
  std::string_view rest = std::string_view(text).substr(magic.size());
  Frame frame;
  for (; rest.size() >= sizeof frame; log.whole_bytes = text.size() - rest.size()) {
    std::memcpy(&frame, rest.data(), sizeof frame);
    if (frame_hash(frame) != std::string_view(frame.frame_sha256, 64)) break;
    rest.remove_prefix(sizeof frame);
    if (rest.size() < frame.length) break;
    const std::string_view bytes = rest.substr(0, frame.length);
    if (sha256(bytes) != std::string_view(frame.bytes_sha256, 64)) break;
    log.records[frame.unit] = bytes;
    rest.remove_prefix(bytes.size());
  }
  require(log.records.contains(header));
  return log;
}

/// Where `work` differs from that of a checkpoint, or its program from this one; empty if nowhere.
std::string difference(const std::string& work, const json& about) {
  if (about.at("memplast_version") != version()) return "the version of memplast";
  return first_difference(json::parse(work), about.at("work"));
}

}  // namespace

Checkpoint::Checkpoint(std::filesystem::path path, const std::string& work, const Origin& origin,
                       Start start)
    : path_(std::move(path)), origin_(origin) {
  const auto refuse = [&](const std::string& expected, const std::string& got,
                          const std::string& mend) {
    throw InputError({.where = path_.string(), .expected = expected, .got = got, .mend = mend});
  };
  Log log;
  if (std::filesystem::exists(path_)) {
    open();
    log = read_log(path_);
  }
  if (start == Start::resume) {
    if (log.records.empty())
      refuse("the checkpoint of an interrupted run", "no such file",
             "Unless resumed, the run starts from the beginning.");
    const json about = json::parse(log.records.extract(header).mapped());
    if (const auto other = difference(work, about); !other.empty())
      refuse("a checkpoint of this configuration", "one that differs in " + other,
             "Give the options of the interrupted run, or delete the file to start again.");
    origin_ = {about.at("command_line"), about.at("created_utc")};
    found_ = std::move(log.records);
    if (::ftruncate(fd_, static_cast<off_t>(log.whole_bytes)) != 0)
      throw IoError(path_.string(), "cannot be written");
    return;
  }
  if (log.records.size() > 1)
    refuse("no checkpoint of an interrupted run",
           "one with " + std::to_string(log.records.size() - 1) + " finished units",
           "Resume it, or delete it to start again.");
  AtomicFile file(path_);
  std::ofstream out(file.temporary(), std::ios::binary);
  out << magic
      << record(header, json{{"memplast_version", version()},
                             {"work", json::parse(work)},
                             {"command_line", origin_.command_line},
                             {"created_utc", origin_.created_utc}}
                            .dump());
  out.close();
  if (!out) throw IoError(path_.string(), "cannot be written");
  file.commit();
  open();
}

Checkpoint::~Checkpoint() {
  if (fd_ >= 0) ::close(fd_);
}

void Checkpoint::open() {
  if (fd_ >= 0) ::close(fd_);
  fd_ = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  if (fd_ < 0) throw IoError(path_.string(), "cannot be opened");
  if (::flock(fd_, LOCK_EX | LOCK_NB) != 0)
    throw InputError({.where = path_.string(),
                      .expected = "the checkpoint of an interrupted run",
                      .got = "that of one which is still going"});
  synced_ = std::chrono::steady_clock::now();
}

const std::string* Checkpoint::find(std::int64_t unit) const {
  const auto it = found_.find(unit);
  return it == found_.end() ? nullptr : &it->second;
}

void Checkpoint::add(std::int64_t unit, std::string_view bytes) {
  const std::string whole = record(unit, bytes);
  for (std::string_view rest = whole; !rest.empty();) {
    const auto written = ::write(fd_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) throw IoError(path_.string(), "cannot be written");
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
  const auto now = std::chrono::steady_clock::now();
  if (now - synced_ < std::chrono::seconds(1)) return;
  if (::fdatasync(fd_) != 0) throw IoError(path_.string(), "cannot be synced");
  synced_ = now;
}

void Checkpoint::remove() { std::filesystem::remove(path_); }

Units::Units(const Execution& execution, int total) : execution_(execution), total_(total) {
  if (execution_.checkpoint) done_ = execution_.checkpoint->n_found();
  if (execution_.progress) execution_.progress(done_, total_);
}

bool Units::stops() {
  if (!execution_.should_stop || !execution_.should_stop()) return false;
  stop();
  return true;
}

void Units::stop() {
  const std::lock_guard lock(mutex_);
  stopped_ = true;
}

void Units::count(int unit, const std::string& bytes) {
  const std::lock_guard lock(mutex_);
  if (execution_.checkpoint) execution_.checkpoint->add(unit, bytes);
  ++done_;
  if (execution_.progress) execution_.progress(done_, total_);
}

void Units::require_finished() const {
  if (!stopped_) return;
  const std::string counts = std::to_string(done_) + " of " + std::to_string(total_);
  if (!execution_.checkpoint) throw Interrupted(counts + " were finished");
  throw Interrupted(counts + " are finished and kept in " + execution_.checkpoint->path().string() +
                    "; resumed, the run goes on");
}

}  // namespace memplast
