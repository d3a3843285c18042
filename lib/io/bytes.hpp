#pragma once
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "../base/error.hpp"
#include "../numeric/weights.hpp"

namespace memplast {

/// `T` or `const T`: lets one list of a record's fields serve for writing and reading.
template <class T, class Record>
concept MaybeConst = std::is_same_v<std::remove_const_t<T>, Record>;

/// Appends values to `bytes` as the processor holds them; a ByteReader gives them back.
///
/// A record that is more than plain numbers says its fields once, for both:
///
///   void transfer(auto& archive, MaybeConst<Record> auto& r) { archive(r.name, r.values); }
class ByteWriter {
 public:
  std::string bytes;

  template <class... T>
  void operator()(const T&... values) {
    (put(values), ...);
  }

 private:
  template <class T>
  void put(const T& value) {
    if constexpr (std::is_trivially_copyable_v<T>)
      bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    else
      transfer(*this, value);
  }
  template <class T>
  void put(const std::vector<T>& values) {
    put(values.size());
    for (const T& value : values) put(value);
  }
  void put(const std::string& text) {
    put(text.size());
    bytes.append(text);
  }
  void put(const Weights& w) {
    put(w.rows());
    put(w.cols());
    bytes.append(reinterpret_cast<const char*>(w.data()), sizeof(double) * w.size());
  }
};

/// Reads what a ByteWriter wrote; throws InputError naming `where` if there is too little.
class ByteReader {
 public:
  ByteReader(std::string_view bytes, std::string where) : rest_(bytes), where_(std::move(where)) {}

  template <class... T>
  void operator()(T&... values) {
    (get(values), ...);
  }

 private:
  void take(void* to, std::size_t n) {
    if (n > rest_.size())
      throw InputError({.where = where_, .expected = "a whole record", .got = "a shorter one"});
    if (n > 0) std::memcpy(to, rest_.data(), n);
    rest_.remove_prefix(n);
  }
  template <class T>
  void get(T& value) {
    if constexpr (std::is_trivially_copyable_v<T>)
      take(&value, sizeof value);
    else
      transfer(*this, value);
  }
  template <class T>
  void get(std::vector<T>& values) {
    std::size_t n = 0;
    get(n);
    values.clear();
    for (; n > 0; --n) get(values.emplace_back());
  }
  void get(std::string& text) {
    std::size_t n = 0;
    get(n);
    if (n > rest_.size()) take(nullptr, n);  // too little
    text.resize(n);
    take(text.data(), n);
  }
  void get(Weights& w) {
    Eigen::Index rows = 0, cols = 0;
    get(rows);
    get(cols);
    w.resize(rows, cols);
    take(w.data(), sizeof(double) * static_cast<std::size_t>(w.size()));
  }

  std::string_view rest_;
  std::string where_;
};

}  // namespace memplast
