#include "h5.hpp"

#include "../base/error.hpp"

namespace memplast::h5 {
namespace {

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

}  // namespace

Writer::Writer(const std::filesystem::path& path) : target_(path) {
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // failures become exceptions of ours
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
  attribute(name, "units", unit);
}

void Writer::dataset(const std::string& name, const std::vector<std::int64_t>& values,
                     const std::vector<std::size_t>& shape, std::string_view unit) {
  write_values(file_.get(), name, H5T_NATIVE_INT64, values, shape);
  attribute(name, "units", unit);
}

void Writer::compressed(const std::string& name, const std::vector<double>& values,
                        const std::vector<std::size_t>& shape, std::string_view unit) {
  std::vector<hsize_t> chunk(shape.begin(), shape.end());
  chunk.front() = 1;
  write_values(file_.get(), name, H5T_NATIVE_DOUBLE, values, shape, chunk);
  attribute(name, "units", unit);
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
  attribute(name, "units", "1");
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

}  // namespace memplast::h5
