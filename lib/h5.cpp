#include "h5.hpp"

#include <malloc.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <functional>
#include <mutex>

#include "error.hpp"
#include "text.hpp"

namespace memplast::h5 {
namespace {

// The library prints its own stack of errors unless told not to; we turn failures into ours.
void silence_library() {
  static std::once_flag once;
  std::call_once(once, [] { H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr); });
}

void require(bool ok, const std::string& where, const std::string& why) {
  if (!ok) throw IoError(where, why);
}

Handle link_creation() {
  Handle plist(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
  H5Pset_create_intermediate_group(plist.get(), 1);
  return plist;
}

Handle without_times(hid_t kind) {
  Handle plist(H5Pcreate(kind), H5Pclose);
  H5Pset_obj_track_times(plist.get(), false);
  return plist;
}

Handle space_of(const std::vector<std::size_t>& shape) {
  if (shape.empty()) return {H5Screate(H5S_SCALAR), H5Sclose};
  const std::vector<hsize_t> dims(shape.begin(), shape.end());
  return {H5Screate_simple(static_cast<int>(dims.size()), dims.data(), nullptr), H5Sclose};
}

// Of variable length: h5py then gives str, and an attribute may be longer than 64 kB.
Handle text_type() {
  Handle type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), H5T_VARIABLE);
  H5Tset_cset(type.get(), H5T_CSET_UTF8);
  return type;
}

void write_attribute(hid_t file, const std::string& object, const std::string& name, hid_t type,
                     const void* value) {
  const Handle space(H5Screate(H5S_SCALAR), H5Sclose);
  const Handle attribute(H5Acreate_by_name(file, object.c_str(), name.c_str(), type, space.get(),
                                           H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                         H5Aclose);
  require(attribute && H5Awrite(attribute.get(), type, value) >= 0, object + "@" + name,
          "the attribute cannot be written");
}

// `chunk`: the shape of the pieces that are deflated; empty: stored as they are.
Handle create_dataset(hid_t file, const std::string& name, hid_t type, hid_t space,
                      const std::vector<hsize_t>& chunk = {}) {
  const Handle links = link_creation(), creation = without_times(H5P_DATASET_CREATE);
  if (!chunk.empty()) {
    H5Pset_chunk(creation.get(), static_cast<int>(chunk.size()), chunk.data());
    H5Pset_shuffle(creation.get());
    H5Pset_deflate(creation.get(), 4);
  }
  Handle set(H5Dcreate2(file, name.c_str(), type, space, links.get(), creation.get(), H5P_DEFAULT),
             H5Dclose);
  require(static_cast<bool>(set), name, "the data set cannot be created");
  return set;
}

template <class T>
void write_values(hid_t file, const std::string& name, hid_t type, const std::vector<T>& values,
                  const std::vector<std::size_t>& shape, const std::vector<hsize_t>& chunk = {}) {
  const Handle space = space_of(shape);
  require(H5Sget_simple_extent_npoints(space.get()) == static_cast<hssize_t>(values.size()), name,
          "the values do not fill the shape");
  const Handle set = create_dataset(file, name, type, space.get(), chunk);
  const bool written = values.empty() ||
                       H5Dwrite(set.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()) >= 0;
  require(written, name, "the data set cannot be written");
}

std::vector<std::size_t> shape_of(hid_t space) {
  std::vector<hsize_t> dims(
      static_cast<std::size_t>(std::max(0, H5Sget_simple_extent_ndims(space))));
  H5Sget_simple_extent_dims(space, dims.data(), nullptr);
  return {dims.begin(), dims.end()};
}

std::string type_name(hid_t type) {
  const std::string bits = std::to_string(8 * H5Tget_size(type));
  switch (H5Tget_class(type)) {
    case H5T_FLOAT:
      return "float" + bits;
    case H5T_INTEGER:
      return (H5Tget_sign(type) == H5T_SGN_NONE ? "uint" : "int") + bits;
    case H5T_STRING:
      return "text";
    default:
      return "other";
  }
}

// The text in a fixed-size or variable-size string of one element.
template <class Read>
std::string read_string(hid_t stored, Read&& read) {
  if (H5Tis_variable_str(stored) > 0) {
    char* value = nullptr;
    const Handle type(H5Tcopy(stored), H5Tclose);
    if (read(type.get(), &value) < 0 || value == nullptr) return {};
    std::string out(value);
    H5free_memory(value);
    return out;
  }
  std::string out(H5Tget_size(stored), '\0');
  if (read(stored, out.data()) < 0) return {};
  return out.substr(0, out.find('\0'));
}

Handle open_attribute(hid_t file, const std::string& object, const std::string& name) {
  return {H5Aopen_by_name(file, object.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose};
}

std::string attribute_text(hid_t attribute) {
  const Handle type(H5Aget_type(attribute), H5Tclose);
  const Handle space(H5Aget_space(attribute), H5Sclose);
  if (H5Sget_simple_extent_npoints(space.get()) != 1) return "(array)";
  switch (H5Tget_class(type.get())) {
    case H5T_STRING:
      return read_string(type.get(), [&](hid_t t, void* p) { return H5Aread(attribute, t, p); });
    case H5T_INTEGER: {
      std::uint64_t value = 0;
      H5Aread(attribute, H5T_NATIVE_UINT64, &value);
      return std::to_string(value);
    }
    case H5T_FLOAT: {
      double value = 0;
      H5Aread(attribute, H5T_NATIVE_DOUBLE, &value);
      return to_text(value);
    }
    default:
      return "(other)";
  }
}

std::vector<std::pair<std::string, std::string>> attributes_of(hid_t object) {
  std::vector<std::pair<std::string, std::string>> out;
  H5Aiterate2(
      object, H5_INDEX_NAME, H5_ITER_INC, nullptr,
      [](hid_t where, const char* name, const H5A_info_t*, void* data) -> herr_t {
        const Handle attribute(H5Aopen(where, name, H5P_DEFAULT), H5Aclose);
        static_cast<std::vector<std::pair<std::string, std::string>>*>(data)->emplace_back(
            name, attribute_text(attribute.get()));
        return 0;
      },
      &out);
  return out;
}

}  // namespace

Writer::Writer(const std::filesystem::path& path) : target_(path) {
  silence_library();
  const Handle creation = without_times(H5P_FILE_CREATE);
  file_ = Handle(H5Fcreate(target_.temporary().c_str(), H5F_ACC_TRUNC, creation.get(), H5P_DEFAULT),
                 H5Fclose);
  require(static_cast<bool>(file_), path.string(), "the HDF5 file cannot be created");
}

void Writer::group(const std::string& name) {
  const Handle links = link_creation(), creation = without_times(H5P_GROUP_CREATE);
  const Handle group(
      H5Gcreate2(file_.get(), name.c_str(), links.get(), creation.get(), H5P_DEFAULT), H5Gclose);
  require(static_cast<bool>(group), name, "the group cannot be created");
}

void Writer::dataset(const std::string& name, const std::vector<double>& values,
                     const std::vector<std::size_t>& shape, std::string_view unit) {
  write_values(file_.get(), name, H5T_NATIVE_DOUBLE, values, shape);
  attribute(name, "unit", unit);
}

void Writer::dataset(const std::string& name, const std::vector<std::int64_t>& values,
                     const std::vector<std::size_t>& shape, std::string_view unit) {
  write_values(file_.get(), name, H5T_NATIVE_INT64, values, shape);
  attribute(name, "unit", unit);
}

void Writer::compressed(const std::string& name, const std::vector<double>& values,
                        const std::vector<std::size_t>& shape, std::string_view unit) {
  std::vector<hsize_t> chunk(shape.begin(), shape.end());
  chunk.front() = 1;
  write_values(file_.get(), name, H5T_NATIVE_DOUBLE, values, shape, chunk);
  attribute(name, "unit", unit);
}

void Writer::dataset(const std::string& name, double value, std::string_view unit) {
  dataset(name, std::vector<double>{value}, {}, unit);
}

void Writer::dataset(const std::string& name, std::int64_t value, std::string_view unit) {
  dataset(name, std::vector<std::int64_t>{value}, {}, unit);
}

void Writer::text(const std::string& name, std::string_view value) {
  const Handle type = text_type(), space(H5Screate(H5S_SCALAR), H5Sclose);
  const Handle set = create_dataset(file_.get(), name, type.get(), space.get());
  const std::string text(value);
  const char* const start = text.c_str();
  require(H5Dwrite(set.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, &start) >= 0, name,
          "the text cannot be written");
  attribute(name, "unit", "1");
}

void Writer::attribute(const std::string& object, const std::string& name, std::string_view value) {
  const std::string text(value);
  const char* const start = text.c_str();
  write_attribute(file_.get(), object, name, text_type().get(), &start);
}

void Writer::attribute(const std::string& object, const std::string& name, std::uint64_t value) {
  write_attribute(file_.get(), object, name, H5T_NATIVE_UINT64, &value);
}

void Writer::attribute(const std::string& object, const std::string& name, double value) {
  write_attribute(file_.get(), object, name, H5T_NATIVE_DOUBLE, &value);
}

void Writer::commit() {
  require(H5Fflush(file_.get(), H5F_SCOPE_GLOBAL) >= 0, target_.temporary().string(),
          "the HDF5 file cannot be flushed");
  file_.reset();
  target_.commit();
}

Reader::Reader(const std::filesystem::path& path) : path_(path.string()) {
  silence_library();
  std::error_code ignored;
  const auto refuse = [&](const std::string& got) {
    throw InputError({.where = path_, .expected = "an HDF5 file", .got = got});
  };
  if (!std::filesystem::exists(path, ignored)) refuse("no such file");
  if (std::filesystem::is_directory(path, ignored)) refuse("a folder");
  file_ = Handle(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  if (!file_)
    refuse(H5Fis_hdf5(path.c_str()) > 0 ? "a truncated or damaged one" : "another kind of file");
}

bool Reader::has(const std::string& name) const {
  // H5Lexists wants every group on the way to exist.
  for (std::size_t slash = name.find('/', 1);; slash = name.find('/', slash + 1)) {
    if (H5Lexists(file_.get(), name.substr(0, slash).c_str(), H5P_DEFAULT) <= 0) return false;
    if (slash == std::string::npos) return true;
  }
}

bool Reader::has_attribute(const std::string& object, const std::string& name) const {
  return H5Aexists_by_name(file_.get(), object.c_str(), name.c_str(), H5P_DEFAULT) > 0;
}

namespace {

template <class T>
Array<T> read_array(hid_t file, const std::string& path, const std::string& name, hid_t type,
                    H5T_class_t expected) {
  const Handle set(H5Dopen2(file, name.c_str(), H5P_DEFAULT), H5Dclose);
  if (!set)
    throw InputError({.where = path + ":" + name, .expected = "a data set", .got = "nothing"});
  const Handle stored(H5Dget_type(set.get()), H5Tclose);
  if (H5Tget_class(stored.get()) != expected)
    throw InputError({.where = path + ":" + name,
                      .expected = expected == H5T_FLOAT ? "real numbers" : "whole numbers",
                      .got = type_name(stored.get())});
  const Handle space(H5Dget_space(set.get()), H5Sclose);
  Array<T> out;
  out.shape = shape_of(space.get());
  const auto n = H5Sget_simple_extent_npoints(space.get());
  constexpr hssize_t most = 200'000'000;  // a damaged header may ask for any amount of memory
  if (n < 0 || n > most)
    throw InputError({.where = path + ":" + name,
                      .expected = "at most " + std::to_string(most) + " values",
                      .got = std::to_string(n)});
  out.values.resize(static_cast<std::size_t>(n));
  if (!out.values.empty() &&
      H5Dread(set.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, out.values.data()) < 0)
    throw InputError(
        {.where = path + ":" + name, .expected = "readable data", .got = "damaged data"});
  return out;
}

}  // namespace

Array<double> Reader::doubles(const std::string& name) const {
  return read_array<double>(file_.get(), path_, name, H5T_NATIVE_DOUBLE, H5T_FLOAT);
}

Array<std::int64_t> Reader::integers(const std::string& name) const {
  return read_array<std::int64_t>(file_.get(), path_, name, H5T_NATIVE_INT64, H5T_INTEGER);
}

std::string Reader::text(const std::string& name) const {
  const Handle set(H5Dopen2(file_.get(), name.c_str(), H5P_DEFAULT), H5Dclose);
  const Handle type(set ? H5Dget_type(set.get()) : -1, H5Tclose);
  if (!set || H5Tget_class(type.get()) != H5T_STRING)
    throw InputError({.where = path_ + ":" + name, .expected = "a text", .got = "something else"});
  return read_string(type.get(), [&](hid_t t, void* p) {
    return H5Dread(set.get(), t, H5S_ALL, H5S_ALL, H5P_DEFAULT, p);
  });
}

std::string Reader::text_attribute(const std::string& object, const std::string& name) const {
  if (!has_attribute(object, name))
    throw InputError({.where = path_ + ":" + object,
                      .expected = "an attribute '" + name + "'",
                      .got = "none",
                      .mend = "Is it a file that memplast wrote?"});
  return attribute_text(open_attribute(file_.get(), object, name).get());
}

std::vector<std::pair<std::string, std::string>> Reader::attributes(
    const std::string& object) const {
  const Handle handle(H5Oopen(file_.get(), object.c_str(), H5P_DEFAULT), H5Oclose);
  return handle ? attributes_of(handle.get()) : std::vector<std::pair<std::string, std::string>>{};
}

std::vector<std::string> Reader::children(const std::string& group) const {
  std::vector<std::string> names;
  H5Literate_by_name(
      file_.get(), group.c_str(), H5_INDEX_NAME, H5_ITER_INC, nullptr,
      [](hid_t, const char* name, const H5L_info_t*, void* data) -> herr_t {
        static_cast<std::vector<std::string>*>(data)->emplace_back(name);
        return 0;
      },
      &names, H5P_DEFAULT);
  return names;
}

std::vector<Entry> Reader::entries() const {
  std::vector<Entry> out;
  const std::function<void(const std::string&, int)> walk = [&](const std::string& path,
                                                                int depth) {
    const Handle object(H5Oopen(file_.get(), path.c_str(), H5P_DEFAULT), H5Oclose);
    if (!object)
      throw InputError(
          {.where = path_ + ":" + path, .expected = "an object", .got = "damaged data"});
    Entry entry{.path = path, .type = {}, .shape = {}, .attributes = attributes_of(object.get())};
    entry.is_group = H5Iget_type(object.get()) == H5I_GROUP;
    if (H5Iget_type(object.get()) == H5I_DATASET) {
      const Handle type(H5Dget_type(object.get()), H5Tclose);
      const Handle space(H5Dget_space(object.get()), H5Sclose);
      entry.type = type_name(type.get());
      entry.shape = shape_of(space.get());
    }
    out.push_back(entry);
    // A damaged file may hold a group that contains itself, be it under an empty name.
    constexpr std::size_t most = 100'000;
    if (depth > 64 || out.size() > most)
      throw InputError({.where = path_ + ":" + path.substr(0, 80),
                        .expected = "fewer objects, less deep",
                        .got = "a group within itself?"});
    if (entry.is_group)
      for (const auto& name : children(path))
        walk((path == "/" ? "" : path) + "/" + name, depth + 1);
  };
  walk("/", 0);
  return out;
}

std::string Reader::digest() const {
  std::string content;  // each piece is preceded by its length, so that pieces cannot run together
  const auto add = [&](std::string_view piece) {
    content += std::to_string(piece.size()) + ":";
    content += piece;
  };
  for (const auto& entry : entries()) {
    if (entry.path.starts_with("/baselines")) continue;
    add(entry.path);
    add(entry.type);
    for (const auto n : entry.shape) add(std::to_string(n));
    for (const auto& [name, value] : entry.attributes) {
      if (entry.path == "/" && (name == "created_utc" || name == "command_line")) continue;
      add(name);
      add(value);
    }
    const auto add_bytes = [&](const auto& array) {
      add({reinterpret_cast<const char*>(array.values.data()),
           array.values.size() * sizeof(array.values[0])});
    };
    if (entry.type.starts_with("float")) add_bytes(doubles(entry.path));
    if (entry.type.starts_with("int") || entry.type.starts_with("uint"))
      add_bytes(integers(entry.path));
    if (entry.type == "text") add(text(entry.path));
  }
  return sha256(content);
}

void require_sound(const std::filesystem::path& path) {
  const auto read_all_texts = [&] {
    const Reader file(path);
    for (const auto& entry : file.entries())
      if (entry.type == "text") file.text(entry.path);
  };
  constexpr unsigned seconds = 10;
  enum Outcome { sound, refused };
  const pid_t child = ::fork();
  if (child < 0) throw IoError(path.string(), "cannot be tried in a process of its own");
  if (child == 0) {
    ::alarm(seconds);
    // Every block of memory on pages of its own: what is written beyond one is noticed when it is
    // given back, if not at once.
    ::mallopt(M_MMAP_THRESHOLD, 0);
    ::mallopt(M_MMAP_MAX, 1 << 16);
    try {
      read_all_texts();
      ::_exit(sound);
    } catch (...) {
      ::_exit(refused);
    }
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (WIFSIGNALED(status))
    throw InputError({.where = path.string(),
                      .expected = "an HDF5 file",
                      .got = "a damaged one, which the HDF5 library does not survive"});
  if (WEXITSTATUS(status) == refused) read_all_texts();  // to say why
}

}  // namespace memplast::h5
