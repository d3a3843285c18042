#include "file.hpp"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>

#include "../base/error.hpp"

namespace memplast {
namespace {

std::string last_error() { return std::strerror(errno); }

std::filesystem::path folder_of(const std::filesystem::path& path) {
  return path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
}

void sync(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) throw IoError(path.string(), "cannot be opened to sync it, " + last_error());
  const bool synced = ::fsync(fd) == 0;
  const std::string why = last_error();
  ::close(fd);
  if (!synced) throw IoError(path.string(), "cannot be synced, " + why);
}

}  // namespace

std::string read_text(const std::filesystem::path& path) {
  std::error_code ignored;
  const auto status = std::filesystem::status(path, ignored);
  if (!std::filesystem::exists(status))
    throw InputError({.where = path.string(), .expected = "a file", .got = "no such file"});
  if (std::filesystem::is_directory(status))
    throw InputError({.where = path.string(), .expected = "a file", .got = "a folder"});
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (in.peek() != std::ifstream::traits_type::eof()) text << in.rdbuf();
  if (in.bad() || !in.is_open()) throw IoError(path.string(), "cannot be read, " + last_error());
  return std::move(text).str();
}

void require_writable(const std::filesystem::path& path) {
  std::error_code ignored;
  if (path.empty())
    throw InputError({.where = "-o", .expected = "a file name", .got = "an empty text"});
  if (std::filesystem::is_directory(path, ignored))
    throw InputError({.where = path.string(), .expected = "a file to write", .got = "a folder"});
  const auto folder = folder_of(path);
  if (!std::filesystem::is_directory(folder, ignored))
    throw IoError(path.string(), "cannot be written, there is no folder " + folder.string());
  if (::access(folder.c_str(), W_OK) != 0)
    throw IoError(path.string(), "cannot be written, " + last_error());
}

AtomicFile::AtomicFile(std::filesystem::path path) : path_(std::move(path)) {
  require_writable(path_);
  std::string name = (folder_of(path_) / ".").string();
  name += path_.filename().string() + ".XXXXXX";
  const int fd = ::mkstemp(name.data());
  if (fd < 0) throw IoError(path_.string(), "cannot be written, " + last_error());
  ::fchmod(fd, 0644);
  ::close(fd);
  temporary_ = name;
}

AtomicFile::~AtomicFile() {
  std::error_code ignored;
  if (!temporary_.empty()) std::filesystem::remove(temporary_, ignored);
}

void AtomicFile::commit() {
  sync(temporary_);
  if (std::rename(temporary_.c_str(), path_.c_str()) != 0)
    throw IoError(path_.string(), "cannot be written, " + last_error());
  temporary_.clear();
  sync(folder_of(path_));
}

void write_text(const std::filesystem::path& path, std::string_view text) {
  AtomicFile file(path);
  std::ofstream out(file.temporary(), std::ios::binary);
  out << text;
  out.close();
  if (!out) throw IoError(path.string(), "cannot be written, " + last_error());
  file.commit();
}

std::string sha256(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash;
  unsigned int n = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), hash.data(), &n, EVP_sha256(), nullptr) != 1)
    throw IoError("SHA-256", "the cryptographic library refused");
  std::string out;
  for (unsigned int i = 0; i < n; ++i) {
    constexpr std::string_view digits = "0123456789abcdef";
    out += digits[hash[i] >> 4];
    out += digits[hash[i] & 15];
  }
  return out;
}

}  // namespace memplast
