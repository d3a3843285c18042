#pragma once
#include <hdf5.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "file.hpp"

namespace memplast {
template <class Object>
class Apart;
}

namespace memplast::h5 {

/// Owns one HDF5 identifier and closes it with the function that belongs to its kind.
class Handle {
 public:
  Handle() = default;
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  ~Handle() { reset(); }
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  hid_t get() const { return id_; }
  explicit operator bool() const { return id_ >= 0; }
  void reset() {
    if (id_ >= 0) close_(std::exchange(id_, -1));
  }

 private:
  hid_t id_ = -1;
  herr_t (*close_)(hid_t) = nullptr;
};

/// An array as it stands in a file: row-major values and their shape.
template <class T>
struct Array {
  std::vector<T> values;
  std::vector<std::size_t> shape;
};

/// Writes one HDF5 file, whole or not at all (see AtomicFile). Object times are off and the storage
/// contiguous, so the same content gives the same bytes.
class Writer {
 public:
  explicit Writer(const std::filesystem::path& path);

  void group(const std::string& name);
  /// Row-major values of the given shape; `unit` becomes the attribute `units` ("1" if none).
  /// Groups on the way are created.
  void dataset(const std::string& name, const std::vector<double>& values,
               const std::vector<std::size_t>& shape, std::string_view unit);
  void dataset(const std::string& name, const std::vector<std::int64_t>& values,
               const std::vector<std::size_t>& shape, std::string_view unit);
  void dataset(const std::string& name, double value, std::string_view unit);
  /// The same as the first, deflated in chunks of one entry of the first dimension.
  void compressed(const std::string& name, const std::vector<double>& values,
                  const std::vector<std::size_t>& shape, std::string_view unit);
  void dataset(const std::string& name, std::int64_t value, std::string_view unit);
  void text(const std::string& name, std::string_view value);
  void attribute(const std::string& object, const std::string& name, std::string_view value);
  void attribute(const std::string& object, const std::string& name, std::uint64_t value);
  void attribute(const std::string& object, const std::string& name, double value);

  /// Closes, syncs and renames; nothing can be written afterwards.
  void commit();

 private:
  AtomicFile target_;
  Handle file_;
};

/// One object of a file as `info` lists it.
struct Entry {
  std::string path;
  bool is_group = false;
  std::string type;  ///< "float64", "int64", "text"; empty for a group
  std::vector<std::size_t> shape;
  std::vector<std::pair<std::string, std::string>> attributes;  ///< name, value as text; by name
};

/// Reads one HDF5 file. A file that is missing, truncated or no HDF5 is an InputError, and so is
/// one that the HDF5 library does not survive or get through: damaged files make it write where it
/// should not (1.10.8), so it reads in a process of its own, which hands over the values that are
/// asked for (apart.hpp). For one thread at a time.
class Reader {
 public:
  explicit Reader(const std::filesystem::path& path);

  const std::string& path() const { return path_; }
  bool has(const std::string& name) const;
  bool has_attribute(const std::string& object, const std::string& name) const;
  Array<double> doubles(const std::string& name) const;
  Array<std::int64_t> integers(const std::string& name) const;
  std::string text(const std::string& name) const;
  std::string text_attribute(const std::string& object, const std::string& name) const;
  /// The attributes of an object, by name, as text.
  std::vector<std::pair<std::string, std::string>> attributes(const std::string& object) const;
  /// The names directly below a group, in order of name.
  std::vector<std::string> children(const std::string& group) const;
  /// Every object below the root, the root first, in order of path.
  std::vector<Entry> entries() const;

  /// SHA-256 of everything in the file (paths, types, shapes, values, attributes) but the root's
  /// `created_utc` and `command_line`, and /baselines, which others add (bench/baselines.py): equal
  /// digests mean equal results.
  std::string digest() const;

 private:
  class File;
  std::string path_;
  std::shared_ptr<const Apart<File>> file_;
};

/// Whether a text is that of an HDF5 file.
inline bool is_hdf5(std::string_view bytes) { return bytes.starts_with("\x89HDF\r\n\x1a\n"); }

}  // namespace memplast::h5
