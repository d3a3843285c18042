#include "parameters.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace memplast {
namespace {

std::string kind_words(const ParamRow& row) {
  switch (row.kind) {
    case Kind::flag:
      return "true or false";
    case Kind::choice:
      return "one of " + join({row.choices.begin(), row.choices.end()});
    case Kind::text:
      return "a text";
    default:
      return std::string(row.kind == Kind::whole ? "a whole number" : "a number") + " in [" +
             to_text(row.lower) + ", " + to_text(row.upper) + "]" +
             (row.unit == "1" ? "" : " " + std::string(row.unit));
  }
}

double as_number(const Value& value) {
  return std::visit(
      []<class V>(const V& v) -> double {
        if constexpr (std::is_arithmetic_v<V>)
          return static_cast<double>(v);
        else
          throw std::domain_error("a text where a number is asked for");
      },
      value);
}

template <class V, class Stored>
constexpr detail::Field field(Kind kind) {
  return {kind,
          {},
          [](const void* at) -> Value { return Stored(*static_cast<const V*>(at)); },
          [](void* at, const Value& value) {
            *static_cast<V*>(at) = static_cast<V>(std::get<Stored>(value));
          }};
}

}  // namespace

namespace detail {

template <>
Field field_of<double>() {
  return field<double, double>(Kind::real);
}
template <>
Field field_of<int>() {
  return field<int, std::int64_t>(Kind::whole);
}
template <>
Field field_of<std::int64_t>() {
  return field<std::int64_t, std::int64_t>(Kind::whole);
}
template <>
Field field_of<std::uint64_t>() {
  return field<std::uint64_t, std::uint64_t>(Kind::whole);
}
template <>
Field field_of<bool>() {
  return field<bool, bool>(Kind::flag);
}
template <>
Field field_of<std::string>() {
  return field<std::string, std::string>(Kind::text);
}

}  // namespace detail

std::string value_text(const Value& value) {
  return std::visit(
      []<class V>(const V& v) -> std::string {
        if constexpr (std::is_same_v<V, double>)
          return to_text(v);
        else if constexpr (std::is_same_v<V, bool>)
          return v ? "true" : "false";
        else if constexpr (std::is_same_v<V, std::string>)
          return v;
        else
          return std::to_string(v);
      },
      value);
}

std::string ParamRow::key() const {
  return unit == "1" ? std::string(name) : std::string(name) + "_" + std::string(unit);
}

const ParamRow* find_row(ParamTable table, std::string_view key) {
  const auto at = std::find_if(table.begin(), table.end(),
                               [&](const ParamRow& row) { return row.key() == key; });
  return at == table.end() ? nullptr : &*at;
}

std::vector<std::string> keys_of(ParamTable table) {
  std::vector<std::string> keys;
  for (const auto& row : table) keys.push_back(row.key());
  return keys;
}

Value checked(const ParamRow& row, const Value& value, const std::string& where) {
  const auto refuse = [&] {
    const auto* const text = std::get_if<std::string>(&value);
    return InputError({.where = where,
                       .expected = kind_words(row),
                       .got = text ? "'" + *text + "'" : value_text(value),
                       .mend = std::string("It is the ").append(row.meaning) + "."});
  };
  if (row.kind == Kind::flag) {
    if (!std::holds_alternative<bool>(value)) throw refuse();
    return value;
  }
  if (row.kind == Kind::choice || row.kind == Kind::text) {
    const auto* const text = std::get_if<std::string>(&value);
    if (text == nullptr) throw refuse();
    if (row.kind == Kind::choice &&
        std::find(row.choices.begin(), row.choices.end(), *text) == row.choices.end())
      throw refuse();
    return value;
  }
  if (std::holds_alternative<bool>(value) || std::holds_alternative<std::string>(value))
    throw refuse();
  const double x = as_number(value);
  if (!(x >= row.lower && x <= row.upper)) throw refuse();
  if (row.kind == Kind::real) return x;
  if (std::holds_alternative<double>(value)) {
    if (x != std::floor(x) || std::abs(x) > 9e15) throw refuse();
    return static_cast<std::int64_t>(x);
  }
  return value;
}

Parameters::Parameters(ParamTable table, const void* record) : table_(table) {
  for (const auto& row : table)
    values_.push_back(row.get(static_cast<const char*>(record) + row.offset));
}

void Parameters::write(ParamTable table, void* record) const {
  for (const ParamRow& row : table) {
    const auto* const mine = table.data() == table_.data() ? &row : find_row(table_, row.key());
    if (mine == nullptr || mine->kind != row.kind)
      throw std::logic_error("parameters are asked for as another type of record");
    row.set(static_cast<char*>(record) + row.offset, get(*mine));
  }
}

Parameters Parameters::joined(const std::vector<Parameters>& parts) {
  std::vector<ParamRow> rows;
  Parameters out;
  for (const Parameters& part : parts) {
    for (const ParamRow& row : part.table_) {
      if (find_row(rows, row.key()) != nullptr)
        throw std::logic_error("two parameters with the key " + row.key());
      rows.push_back(row);
    }
    out.values_.insert(out.values_.end(), part.values_.begin(), part.values_.end());
  }
  out.joined_ = std::make_shared<const std::vector<ParamRow>>(std::move(rows));
  out.table_ = *out.joined_;
  return out;
}

const Value& Parameters::get(const ParamRow& row) const {
  return values_.at(static_cast<std::size_t>(&row - table_.data()));
}

const Value& Parameters::get(std::string_view key) const {
  const auto* const row = find_row(table_, key);
  if (row == nullptr) throw std::out_of_range("no parameter " + std::string(key));
  return get(*row);
}

double Parameters::number(std::string_view key) const { return as_number(get(key)); }

void Parameters::set(std::string_view key, const Value& value, const std::string& where) {
  const auto* const row = find_row(table_, key);
  if (row == nullptr)
    throw InputError({.where = where,
                      .expected = "one of " + join(keys_of(table_)),
                      .got = "the unknown key '" + std::string(key) + "'"});
  auto& mine = values_[static_cast<std::size_t>(row - table_.data())];
  Value next = checked(*row, value, where);
  // Whole numbers with and without a sign: as the record has them.
  if (auto* whole = std::get_if<std::int64_t>(&next);
      whole && std::holds_alternative<std::uint64_t>(mine))
    next = static_cast<std::uint64_t>(*whole);
  else if (auto* natural = std::get_if<std::uint64_t>(&next);
           natural && std::holds_alternative<std::int64_t>(mine))
    next = static_cast<std::int64_t>(*natural);
  mine = std::move(next);
}

}  // namespace memplast
