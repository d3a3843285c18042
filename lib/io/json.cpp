#include "json.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>
#include <stdexcept>

#include "file.hpp"

namespace memplast {
namespace {

using Foreign = nlohmann::ordered_json;

constexpr int most_levels = 1000;  // more could exhaust the stack

json from_foreign(const Foreign& value, int levels = most_levels) {
  if (levels == 0) throw std::invalid_argument("nested too deeply");
  switch (value.type()) {
    case Foreign::value_t::boolean:
      return value.get<bool>();
    case Foreign::value_t::number_integer:
      return value.get<std::int64_t>();
    case Foreign::value_t::number_unsigned:
      return value.get<std::uint64_t>();
    case Foreign::value_t::number_float:
      return value.get<double>();
    case Foreign::value_t::string:
      return value.get<std::string>();
    case Foreign::value_t::array: {
      json out = json::array();
      for (const auto& item : value) out.push_back(from_foreign(item, levels - 1));
      return out;
    }
    case Foreign::value_t::object: {
      json out = json::object();
      for (const auto& [key, item] : value.items()) out[key] = from_foreign(item, levels - 1);
      return out;
    }
    default:
      return nullptr;
  }
}

Foreign to_foreign(const json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_string()) return value.text();
  if (value.is_number_float()) return value.get<double>();
  if (value.is_number_unsigned()) return value.get<std::uint64_t>();
  if (value.is_number()) return value.get<std::int64_t>();
  Foreign out;
  if (value.is_array()) {
    out = Foreign::array();
    for (const json& item : value) out.push_back(to_foreign(item));
  } else if (value.is_object()) {
    out = Foreign::object();
    for (const auto& [key, item] : value.items()) out[key] = to_foreign(item);
  }
  return out;
}

std::string written(const json& value, int indent, Foreign::error_handler_t invalid) {
  try {
    return to_foreign(value).dump(indent, ' ', false, invalid);
  } catch (const Foreign::type_error& error) {
    throw std::invalid_argument(error.what());
  }
}

}  // namespace

struct json::Parts {
  std::string text;
  std::vector<std::string> keys;
  std::vector<json> members;  ///< of an array, or the values of an object
};

json::json() noexcept = default;
json::~json() = default;
json::json(Kind kind, std::uint64_t bits) noexcept : kind_(kind), bits_(bits) {}

json::json(const json& other)
    : kind_(other.kind_),
      bits_(other.bits_),
      parts_(other.parts_ ? std::make_unique<Parts>(*other.parts_) : nullptr) {}

json::json(json&& other) noexcept
    : kind_(std::exchange(other.kind_, Kind::null)),
      bits_(other.bits_),
      parts_(std::move(other.parts_)) {}

json& json::operator=(json other) noexcept {
  std::swap(kind_, other.kind_);
  std::swap(bits_, other.bits_);
  std::swap(parts_, other.parts_);
  return *this;
}

json::json(std::string value) : kind_(Kind::text), parts_(std::make_unique<Parts>()) {
  parts_->text = std::move(value);
}

json::json(std::initializer_list<json> list) : json(array(list)) {
  const auto is_member = [](const json& item) {
    return item.is_array() && item.size() == 2 && item.front().is_string();
  };
  if (!std::all_of(list.begin(), list.end(), is_member)) return;
  json members = object();
  for (const json& item : list) members[item.front().text()] = item.back();
  *this = std::move(members);
}

json json::array(std::initializer_list<json> list) {
  json out(Kind::array, 0);
  out.parts_ = std::make_unique<Parts>();
  out.parts_->members = list;
  return out;
}

json json::object() {
  json out(Kind::object, 0);
  out.parts_ = std::make_unique<Parts>();
  return out;
}

json json::parse(const std::string& text) {
  try {
    return from_foreign(Foreign::parse(text));
  } catch (const Foreign::exception& error) {
    throw std::invalid_argument(error.what());
  }
}

std::string json::dump(int indent) const {
  return written(*this, indent, Foreign::error_handler_t::strict);
}

std::string json::ascii() const { return to_foreign(*this).dump(-1, ' ', true); }

std::string json::shown(int indent) const {
  return written(*this, indent, Foreign::error_handler_t::replace);
}

bool json::is_null() const { return kind_ == Kind::null; }
bool json::is_boolean() const { return kind_ == Kind::boolean; }
bool json::is_number() const {
  return kind_ == Kind::negative || kind_ == Kind::whole || kind_ == Kind::real;
}
bool json::is_number_float() const { return kind_ == Kind::real; }
bool json::is_number_unsigned() const { return kind_ == Kind::whole; }
bool json::is_string() const { return kind_ == Kind::text; }
bool json::is_array() const { return kind_ == Kind::array; }
bool json::is_object() const { return kind_ == Kind::object; }

const char* json::type_name() const {
  switch (kind_) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return "boolean";
    case Kind::text:
      return "string";
    case Kind::array:
      return "array";
    case Kind::object:
      return "object";
    default:
      return "number";
  }
}

void json::require(bool is_so, const char* wanted) const {
  if (!is_so)
    throw std::domain_error(std::string("a JSON value of the kind ") + type_name() + ", not " +
                            wanted);
}

bool json::truth() const {
  require(is_boolean(), "true or false");
  return bits_ != 0;
}

double json::real() const {
  if (kind_ == Kind::negative) return static_cast<double>(static_cast<std::int64_t>(bits_));
  if (kind_ == Kind::whole) return static_cast<double>(bits_);
  require(kind_ == Kind::real, "a number");
  return std::bit_cast<double>(bits_);
}

std::uint64_t json::integer() const {
  if (kind_ == Kind::real) return static_cast<std::uint64_t>(static_cast<std::int64_t>(real()));
  require(is_number(), "a number");
  return bits_;
}

const std::string& json::text() const {
  require(is_string(), "a text");
  return parts_->text;
}

std::size_t json::size() const {
  if (is_array() || is_object()) return parts_->members.size();
  return is_null() ? 0 : 1;
}

const json* json::begin() const {
  return is_array() || is_object() ? parts_->members.data() : this;
}

const json& json::front() const { return element(0); }
const json& json::back() const { return element(size() - 1); }
json& json::back() { return const_cast<json&>(element(size() - 1)); }

void json::push_back(json value) {
  if (is_null()) *this = array();
  require(is_array(), "an array");
  parts_->members.push_back(std::move(value));
}

const json* json::find(std::string_view key) const {
  if (!is_object()) return end();
  return begin() +
         (std::find(parts_->keys.begin(), parts_->keys.end(), key) - parts_->keys.begin());
}

const json* json::member(std::string_view key) const {
  require(is_object(), "an object");
  return find(key);
}

const json& json::at(std::string_view key) const {
  const json* const found = member(key);
  if (found == end()) throw std::domain_error("a JSON object without " + std::string(key));
  return *found;
}

json& json::operator[](std::string_view key) {
  if (is_null()) *this = object();
  if (const json* const found = member(key); found != end()) return const_cast<json&>(*found);
  parts_->keys.emplace_back(key);
  return parts_->members.emplace_back();
}

const json& json::element(std::size_t index) const {
  require(is_array(), "an array");
  if (index >= size()) throw std::domain_error("a JSON array of " + std::to_string(size()));
  return parts_->members[index];
}

void json::erase(std::string_view key) {
  const auto at = member(key) - begin();
  if (at == std::ssize(parts_->members)) return;
  parts_->keys.erase(parts_->keys.begin() + at);
  parts_->members.erase(parts_->members.begin() + at);
}

void json::erase_element(std::size_t index) {
  parts_->members.erase(parts_->members.begin() + (&element(index) - begin()));
}

void json::update(const json& other) {
  for (const auto& [key, value] : other.items()) (*this)[key] = value;
}

json::Items json::items() const {
  if (is_null()) return {nullptr, nullptr, 0};
  require(is_object(), "an object");
  return {parts_->keys.data(), parts_->members.data(), parts_->members.size()};
}

bool json::equals(const json& other) const {
  if (is_number() && other.is_number())
    return kind_ == other.kind_ && kind_ != Kind::real ? bits_ == other.bits_
                                                       : real() == other.real();
  if (kind_ != other.kind_) return false;
  if (is_boolean()) return bits_ == other.bits_;
  if (is_null()) return true;
  if (is_object() && size() == other.size())
    return std::all_of(parts_->keys.begin(), parts_->keys.end(), [&](const std::string& key) {
      const json* const there = other.find(key);
      return there != other.end() && there->equals(at(key));
    });
  return parts_->text == other.parts_->text && parts_->members == other.parts_->members;
}

std::ostream& operator<<(std::ostream& out, const json& value) { return out << value.shown(); }

std::string first_difference(const json& a, const json& b) {
  if (a.is_object() && b.is_object()) {
    for (const auto& [key, value] : a.items()) {
      const json* const there = b.find(key);
      if (there == b.end()) return "/" + key;
      if (!(value == *there)) return "/" + key + first_difference(value, *there);
    }
    for (const auto& [key, value] : b.items())
      if (!a.contains(key)) return "/" + key;
  } else if (a.is_array() && b.is_array()) {
    for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i)
      if (!(a[i] == b[i])) return "/" + std::to_string(i) + first_difference(a[i], b[i]);
    if (a.size() != b.size()) return "/" + std::to_string(std::min(a.size(), b.size()));
  }
  return "";
}

json parse_json(const std::string& text, const std::string& where) {
  try {
    return from_foreign(Foreign::parse(text));
  } catch (const Foreign::parse_error& error) {
    const auto end = std::min<std::size_t>(error.byte ? error.byte - 1 : 0, text.size());
    const auto line = 1 + std::count(text.begin(), text.begin() + end, '\n');
    const auto line_start = text.rfind('\n', end ? end - 1 : 0);
    const auto column = end - (line_start == std::string::npos ? 0 : line_start + 1) + 1;
    throw InputError({.where = where + ":" + std::to_string(line) + ":" + std::to_string(column),
                      .expected = "valid JSON",
                      .got = text.empty() ? "an empty text" : "a syntax error"});
  } catch (const Foreign::out_of_range&) {
    throw InputError(
        {.where = where, .expected = "numbers that a double can hold", .got = "a larger one"});
  } catch (const std::invalid_argument& error) {
    throw InputError({.where = where, .expected = "plain JSON", .got = error.what()});
  }
}

json read_json(const std::filesystem::path& path) {
  return parse_json(read_text(path), path.string());
}

void require_keys(const json& object, const std::vector<std::string>& known,
                  const std::string& where) {
  if (!object.is_object())
    throw InputError({.where = where, .expected = "an object", .got = object.type_name()});
  for (const auto& [key, value] : object.items())
    if (std::find(known.begin(), known.end(), key) == known.end())
      throw InputError({.where = where + "/" + key,
                        .expected = "one of the keys " + join(known),
                        .got = "the unknown key '" + key + "'"});
}

double number_at(const json& object, const std::string& key, const std::string& where) {
  const auto it = object.find(key);
  if (it == object.end())
    throw InputError({.where = where + "/" + key, .expected = "a number", .got = "nothing"});
  if (!it->is_number())
    throw InputError({.where = where + "/" + key, .expected = "a number", .got = it->shown()});
  return it->get<double>();
}

std::string text_at(const json& object, const std::string& key, const std::string& where) {
  const auto it = object.find(key);
  if (it == object.end())
    throw InputError({.where = where + "/" + key, .expected = "a text", .got = "nothing"});
  if (!it->is_string())
    throw InputError({.where = where + "/" + key, .expected = "a text", .got = it->shown()});
  return it->get<std::string>();
}

json to_json(const Parameters& parameters) {
  json out = json::object();
  for (const auto& row : parameters.table())
    out[row.key()] = std::visit([](const auto& value) { return json(value); }, parameters.get(row));
  return out;
}

namespace {

/// What a table makes a parameter of; a number that is no seed is read as any number is.
Value value_at(const json& object, const ParamRow& row, const std::string& where) {
  const std::string key = row.key();
  if (row.kind == Kind::choice || row.kind == Kind::text) return text_at(object, key, where);
  if (row.kind == Kind::flag) {
    const auto it = object.find(key);
    if (it == object.end() || !it->is_boolean())
      throw InputError({.where = where + "/" + key,
                        .expected = "true or false",
                        .got = it == object.end() ? "nothing" : it->shown()});
    return it->get<bool>();
  }
  const double number = number_at(object, key, where);
  if (row.kind == Kind::whole && object[key].is_number_unsigned() && number > 9e15)
    return object[key].get<std::uint64_t>();
  return number;
}

}  // namespace

void set_all(Parameters& parameters, const json& object, const std::string& where) {
  require_keys(object, keys_of(parameters.table()), where);
  for (const auto& row : parameters.table())
    if (const std::string key = row.key(); object.contains(key))
      parameters.set(key, value_at(object, row, where), where + "/" + key);
}

void set_every(Parameters& parameters, const json& object, const std::string& where) {
  require_keys(object, keys_of(parameters.table()), where);
  for (const auto& row : parameters.table())
    parameters.set(row.key(), value_at(object, row, where), where + "/" + row.key());
}

}  // namespace memplast
