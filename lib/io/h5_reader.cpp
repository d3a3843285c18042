#include <algorithm>
#include <functional>

#include "../base/error.hpp"
#include "../base/text.hpp"
#include "apart.hpp"
#include "h5.hpp"

namespace memplast::h5 {
namespace {

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
  // A damaged header may ask for any amount of memory.
  hssize_t most = 200'000'000;
  const Handle creation(H5Dget_create_plist(set.get()), H5Pclose);
  hsize_t file_bytes = 0;
  H5Fget_filesize(file, &file_bytes);
  if (H5Pget_layout(creation.get()) != H5D_CHUNKED)  // chunks may be compressed
    most = std::min(most, static_cast<hssize_t>(
                              file_bytes / std::max<std::size_t>(1, H5Tget_size(stored.get()))));
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

// How they go from process to process (apart.hpp).
template <class E>
requires std::is_same_v<std::remove_const_t<E>, Entry>
auto fields(E& e) { return std::tie(e.path, e.is_group, e.type, e.shape, e.attributes); }

template <class A>
requires std::is_same_v<std::remove_const_t<A>, Array<double>> ||
    std::is_same_v<std::remove_const_t<A>, Array<std::int64_t>>
auto fields(A& a) { return std::tie(a.values, a.shape); }

/// The same methods as the Reader's, where the library may do what it likes.
class Reader::File {
 public:
  explicit File(const std::filesystem::path& path);

  bool has(const std::string& name) const;
  bool has_attribute(const std::string& object, const std::string& name) const;
  Array<double> doubles(const std::string& name) const;
  Array<std::int64_t> integers(const std::string& name) const;
  std::string text(const std::string& name) const;
  std::string text_attribute(const std::string& object, const std::string& name) const;
  std::vector<std::pair<std::string, std::string>> attributes(const std::string& object) const;
  std::vector<std::string> children(const std::string& group) const;
  std::vector<Entry> entries() const;

 private:
  std::string path_;
  Handle file_;
};

Reader::File::File(const std::filesystem::path& path) : path_(path.string()) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // failures become exceptions of ours
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

bool Reader::File::has(const std::string& name) const {
  // H5Lexists wants every group on the way to exist.
  for (std::size_t slash = name.find('/', 1);; slash = name.find('/', slash + 1)) {
    if (H5Lexists(file_.get(), name.substr(0, slash).c_str(), H5P_DEFAULT) <= 0) return false;
    if (slash == std::string::npos) return true;
  }
}

bool Reader::File::has_attribute(const std::string& object, const std::string& name) const {
  return H5Aexists_by_name(file_.get(), object.c_str(), name.c_str(), H5P_DEFAULT) > 0;
}

Array<double> Reader::File::doubles(const std::string& name) const {
  return read_array<double>(file_.get(), path_, name, H5T_NATIVE_DOUBLE, H5T_FLOAT);
}

Array<std::int64_t> Reader::File::integers(const std::string& name) const {
  return read_array<std::int64_t>(file_.get(), path_, name, H5T_NATIVE_INT64, H5T_INTEGER);
}

std::string Reader::File::text(const std::string& name) const {
  const Handle set(H5Dopen2(file_.get(), name.c_str(), H5P_DEFAULT), H5Dclose);
  const Handle type(set ? H5Dget_type(set.get()) : -1, H5Tclose);
  if (!set || H5Tget_class(type.get()) != H5T_STRING)
    throw InputError({.where = path_ + ":" + name, .expected = "a text", .got = "something else"});
  const Handle space(H5Dget_space(set.get()), H5Sclose);
  if (H5Sget_simple_extent_npoints(space.get()) != 1)
    throw InputError({.where = path_ + ":" + name, .expected = "one text", .got = "several"});
  return read_string(type.get(), [&](hid_t t, void* p) {
    return H5Dread(set.get(), t, H5S_ALL, H5S_ALL, H5P_DEFAULT, p);
  });
}

std::string Reader::File::text_attribute(const std::string& object, const std::string& name) const {
  if (!has_attribute(object, name))
    throw InputError({.where = path_ + ":" + object,
                      .expected = "an attribute '" + name + "'",
                      .got = "none",
                      .mend = "Is it a file that memplast wrote?"});
  return attribute_text(open_attribute(file_.get(), object, name).get());
}

std::vector<std::pair<std::string, std::string>> Reader::File::attributes(
    const std::string& object) const {
  const Handle handle(H5Oopen(file_.get(), object.c_str(), H5P_DEFAULT), H5Oclose);
  return handle ? attributes_of(handle.get()) : std::vector<std::pair<std::string, std::string>>{};
}

std::vector<std::string> Reader::File::children(const std::string& group) const {
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

std::vector<Entry> Reader::File::entries() const {
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

Reader::Reader(const std::filesystem::path& path)
    : path_(path.string()),
      file_(std::make_shared<Apart<File>>(
          Complaint{.where = path.string(),
                    .expected = "an HDF5 file",
                    .got = "a damaged one, which the HDF5 library does not get through"},
          path.string())) {}

bool Reader::has(const std::string& name) const { return file_->call<&File::has>(name); }
bool Reader::has_attribute(const std::string& object, const std::string& name) const {
  return file_->call<&File::has_attribute>(object, name);
}
Array<double> Reader::doubles(const std::string& name) const {
  return file_->call<&File::doubles>(name);
}
Array<std::int64_t> Reader::integers(const std::string& name) const {
  return file_->call<&File::integers>(name);
}
std::string Reader::text(const std::string& name) const { return file_->call<&File::text>(name); }
std::string Reader::text_attribute(const std::string& object, const std::string& name) const {
  return file_->call<&File::text_attribute>(object, name);
}
std::vector<std::pair<std::string, std::string>> Reader::attributes(
    const std::string& object) const {
  return file_->call<&File::attributes>(object);
}
std::vector<std::string> Reader::children(const std::string& group) const {
  return file_->call<&File::children>(group);
}
std::vector<Entry> Reader::entries() const { return file_->call<&File::entries>(); }

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

}  // namespace memplast::h5
