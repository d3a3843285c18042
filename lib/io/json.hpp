#pragma once
#include <bit>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <initializer_list>
#include <iosfwd>
#include <memory>
#include <ranges>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "../base/parameters.hpp"

namespace memplast {

/// A JSON value: null, a boolean, a number, a text, an array, or an object that keeps the order in
/// which its keys were written.
///
/// A list in braces is an object if all its members are pairs that begin with a text, else an
/// array: json{{"tau_ms", 20.0}, {"w", {0.1, 0.5}}}. nlohmann/json reads and writes the text
/// (json.cpp); to include it in every file that has something to say would double what they cost
/// the compiler.
///
/// What is asked of a value of another kind throws std::domain_error.
class json {
 public:
  json() noexcept;  ///< null
  json(const json& other);
  json(json&& other) noexcept;
  json& operator=(json other) noexcept;
  ~json();

  json(std::nullptr_t) noexcept : json() {}
  template <std::same_as<bool> T>
  json(T value) noexcept : json(Kind::boolean, value ? 1 : 0) {}
  template <std::integral T>
  requires(!std::same_as<T, bool>) json(T value)
  noexcept : json(value < T{} ? Kind::negative : Kind::whole, static_cast<std::uint64_t>(value)) {}
  template <std::floating_point T>
  json(T value) noexcept
      : json(Kind::real, std::bit_cast<std::uint64_t>(static_cast<double>(value))) {}
  json(std::string value);
  json(std::string_view value) : json(std::string(value)) {}
  json(const char* value) : json(std::string(value)) {}
  json(std::initializer_list<json> list);
  /// An array of whatever values are made of.
  template <std::ranges::input_range R>
  requires(!std::same_as<std::remove_cvref_t<R>, json> &&
           !std::convertible_to<const R&, std::string_view>) json(const R& values)
      : json(array()) {
    for (const auto& value : values) push_back(static_cast<std::ranges::range_value_t<R>>(value));
  }

  static json array(std::initializer_list<json> list = {});
  static json object();
  /// Throws std::invalid_argument if `text` is not JSON; see parse_json.
  static json parse(const std::string& text);
  /// Without line breaks, or indented. Throws std::invalid_argument for a text that is not UTF-8.
  std::string dump(int indent = -1) const;
  /// The same for people: what is not UTF-8 is replaced.
  std::string shown(int indent = -1) const;
  /// The same with \u1234 for what is not ASCII.
  std::string ascii() const;

  bool is_null() const;
  bool is_boolean() const;
  bool is_number() const;
  bool is_number_float() const;
  bool is_number_unsigned() const;  ///< a whole number of at least 0
  bool is_string() const;
  bool is_array() const;
  bool is_object() const;
  const char* type_name() const;

  /// A number, a boolean, a text, or a vector of them.
  template <class T>
  T get() const {
    if constexpr (std::same_as<T, json>) {
      return *this;
    } else if constexpr (std::same_as<T, bool>) {
      return truth();
    } else if constexpr (std::floating_point<T>) {
      return static_cast<T>(real());
    } else if constexpr (std::integral<T>) {
      return static_cast<T>(integer());
    } else if constexpr (std::same_as<T, std::string>) {
      return text();
    } else {
      T out;
      for (const json& value : *this) out.push_back(value.get<typename T::value_type>());
      return out;
    }
  }
  template <class T>
  requires(std::is_arithmetic_v<T> || std::same_as<T, std::string>) operator T() const {
    return get<T>();
  }
  const std::string& text() const;

  std::size_t size() const;  ///< of an array or object; 0 of null, else 1
  bool empty() const { return size() == 0; }

  /// The members of an array or the values of an object; a single value is its own only member.
  const json* begin() const;
  const json* end() const { return begin() + size(); }
  const json& front() const;
  const json& back() const;
  json& back();
  /// Turns null into an array.
  void push_back(json value);

  /// The value of a key; end() if there is none.
  const json* find(std::string_view key) const;
  bool contains(std::string_view key) const { return find(key) != end(); }
  const json& at(std::string_view key) const;
  /// The value of a key of an object, or `otherwise`.
  template <class T>
  T value(std::string_view key, const T& otherwise) const {
    const json* const found = member(key);
    return found == end() ? otherwise : found->get<T>();
  }
  std::string value(std::string_view key, const char* otherwise) const {
    return value(key, std::string(otherwise));
  }

  const json& operator[](std::string_view key) const { return at(key); }
  const json& operator[](const char* key) const { return at(key); }
  const json& operator[](const std::string& key) const { return at(key); }
  json& operator[](
      std::string_view key);  ///< adds the key if there is none; null becomes an object
  json& operator[](const char* key) { return (*this)[std::string_view(key)]; }
  json& operator[](const std::string& key) { return (*this)[std::string_view(key)]; }
  template <std::integral I>
  const json& operator[](I index) const {
    return element(static_cast<std::size_t>(index));
  }
  template <std::integral I>
  json& operator[](I index) {
    return const_cast<json&>(element(static_cast<std::size_t>(index)));
  }
  void erase(std::string_view key);
  template <std::integral I>
  void erase(I index) {
    erase_element(static_cast<std::size_t>(index));
  }
  /// Sets all keys of another object.
  void update(const json& other);

  /// The keys and values of an object, for `for (const auto& [key, value] : j.items())`.
  class Items {
   public:
    class Iterator {
     public:
      Iterator(const std::string* key, const json* value) : key_(key), value_(value) {}
      std::pair<const std::string&, const json&> operator*() const { return {*key_, *value_}; }
      Iterator& operator++();
      bool operator==(const Iterator& other) const { return key_ == other.key_; }

     private:
      const std::string* key_;
      const json* value_;
    };
    Items(const std::string* keys, const json* values, std::size_t size)
        : keys_(keys), values_(values), size_(size) {}
    Iterator begin() const { return {keys_, values_}; }
    Iterator end() const { return {keys_ + size_, nullptr}; }

   private:
    const std::string* keys_;
    const json* values_;
    std::size_t size_;
  };
  Items items() const;

  /// Numbers are compared by value, objects without regard to the order of their keys.
  bool equals(const json& other) const;
  friend bool operator==(const json& a, const json& b) { return a.equals(b); }
  template <class T>
  requires(!std::same_as<T, json> && std::constructible_from<json, const T&>) friend bool
  operator==(const json& a, const T& b) {
    return a.equals(json(b));
  }
  /// Of numbers.
  friend auto operator<=>(const json& a, const json& b) {
    return a.get<double>() <=> b.get<double>();
  }
  template <class T>
  requires std::is_arithmetic_v<T>
  friend auto operator<=>(const json& a, T b) { return a.get<double>() <=> static_cast<double>(b); }
  friend std::ostream& operator<<(std::ostream& out, const json& value);

 private:
  enum class Kind : unsigned char { null, boolean, negative, whole, real, text, array, object };
  struct Parts;  ///< of a text, an array or an object
  json(Kind kind, std::uint64_t bits) noexcept;
  bool truth() const;
  double real() const;
  std::uint64_t integer() const;
  void require(bool is_so, const char* wanted) const;
  const json* member(std::string_view key) const;  ///< find(), of an object only
  const json& element(std::size_t index) const;
  void erase_element(std::size_t index);

  Kind kind_ = Kind::null;
  std::uint64_t bits_ = 0;  ///< of a boolean or a number
  std::unique_ptr<Parts> parts_;
};

inline json::Items::Iterator& json::Items::Iterator::operator++() {
  ++key_;
  ++value_;
  return *this;
}

/// Parses `text`; an InputError names `where` and the line and column of a syntax error.
json parse_json(const std::string& text, const std::string& where);
json read_json(const std::filesystem::path& path);

/// Where two values first differ, as "/params/w0"; empty if nowhere.
std::string first_difference(const json& a, const json& b);

/// Refuses any key of `object` that is not in `known`, and any value that is not an object.
void require_keys(const json& object, const std::vector<std::string>& known,
                  const std::string& where);

/// The finite number, whole number or text at `object[key]`; an InputError names the place if it
/// is missing or of another kind.
double number_at(const json& object, const std::string& key, const std::string& where);
std::string text_at(const json& object, const std::string& key, const std::string& where);

/// {"A_plus": ..., "mu_plus_ms": ...}: every parameter, by key.
json to_json(const Parameters& parameters);

/// Sets each key of `object`; the others stay. An InputError names the place of one that is unknown
/// or not as the table wants it.
void set_all(Parameters& parameters, const json& object, const std::string& where);
/// The same, and refuses an object in which a key is missing: the reverse of to_json.
void set_every(Parameters& parameters, const json& object, const std::string& where);

// The same for a record.
template <class P>
json params_to_json(const P& record) {
  return to_json(Parameters(record));
}
template <class P>
P params_from_json(const json& object, const std::string& where) {
  Parameters parameters{P{}};
  set_every(parameters, object, where);
  return parameters.as<P>();
}

}  // namespace memplast
