#pragma once
#include <filesystem>
#include <string>
#include <string_view>

namespace memplast {

/// The whole content of a regular file. A path that is missing or a folder is an InputError, a file
/// that cannot be read an IoError.
std::string read_text(const std::filesystem::path& path);

/// Checks, before long work starts, that `path` can be written: its folder exists and is writable,
/// and it is not itself a folder.
void require_writable(const std::filesystem::path& path);

/// A file that appears whole or not at all: written under a temporary name in the same folder, then
/// flushed, synced and renamed over `path` by commit(). Without commit() the destructor removes it.
class AtomicFile {
 public:
  explicit AtomicFile(std::filesystem::path path);
  ~AtomicFile();
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;

  const std::filesystem::path& temporary() const { return temporary_; }
  void commit();

 private:
  std::filesystem::path path_;
  std::filesystem::path temporary_;
};

void write_text(const std::filesystem::path& path, std::string_view text);

/// SHA-256 of `bytes`, 64 lower-case hexadecimal digits.
std::string sha256(std::string_view bytes);

}  // namespace memplast
