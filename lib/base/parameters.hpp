#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "params.hpp"

namespace memplast {

// Parameter tables for code that has forgotten whose they are: what a Param says of each type of
// record, as rows of one type.

/// What a parameter may be.
enum class Kind {
  real,
  whole,
  flag,
  choice,  ///< one of ParamRow::choices
  text,
};

/// The value of a parameter: real, whole (a seed needs all 64 bits), flag, or choice and text.
using Value = std::variant<double, std::int64_t, std::uint64_t, bool, std::string>;

/// "0.5", "true", "nc".
std::string value_text(const Value& value);

struct Interval {
  double lower;
  double upper;
};

struct ParamRow {
  std::string_view name;
  std::string_view unit;  ///< "1" if it has none
  std::string_view meaning;
  Kind kind;
  double lower;  ///< of a number
  double upper;
  std::span<const std::string_view> choices;
  bool fitted;                       ///< whether a fit may move it
  std::optional<Interval> searched;  ///< what a search varies unless it is told otherwise

  std::size_t offset;  ///< of the field in its record
  Value (*get)(const void* field);
  void (*set)(void* field, const Value& value);  ///< a value of the kind that get() gives

  /// The name with its unit, as files and flags spell it: `tau_plus_ms`, `A_plus`.
  std::string key() const;
};

/// The rows of a type of record; they stay where they are.
using ParamTable = std::span<const ParamRow>;

/// The row whose key() is `key`, or null.
const ParamRow* find_row(ParamTable table, std::string_view key);
std::vector<std::string> keys_of(ParamTable table);

/// `value` as the row keeps it: a whole number may be given for a real one, and a real one without
/// fraction for a whole one. Throws InputError naming `where` for another kind, bounds or choice.
Value checked(const ParamRow& row, const Value& value, const std::string& where);

namespace detail {

/// A record's field, as far as a table needs to know its type.
struct Field {
  Kind kind;
  std::span<const std::string_view> choices;
  Value (*get)(const void* field);
  void (*set)(void* field, const Value& value);
};

/// Fields of the types double, int, std::int64_t, std::uint64_t, bool and std::string.
template <class V>
Field field_of();

/// An enum with a function names_of(V), the name of its k-th value at place k.
template <class V>
requires std::is_enum_v<V> Field enum_field() {
  return {
      Kind::choice, names_of(V{}),
      [](const void* field) -> Value {
        return std::string(names_of(V{})[static_cast<std::size_t>(*static_cast<const V*>(field))]);
      },
      [](void* field, const Value& value) {
        const auto names = names_of(V{});
        for (std::size_t k = 0; k < names.size(); ++k)
          if (names[k] == std::get<std::string>(value)) *static_cast<V*>(field) = static_cast<V>(k);
      }};
}

}  // namespace detail

/// The table of a type of record, made from P::params() when it is first asked for.
template <class P>
ParamTable table_of() {
  static const std::vector<ParamRow> rows = [] {
    std::vector<ParamRow> out;
    const P sample{};
    for_each_param<P>([&](const auto& param) {
      using V = std::remove_cvref_t<decltype(sample.*param.member)>;
      detail::Field field;
      if constexpr (std::is_enum_v<V>)
        field = detail::enum_field<V>();
      else
        field = detail::field_of<V>();
      const auto offset = reinterpret_cast<const char*>(&(sample.*param.member)) -
                          reinterpret_cast<const char*>(&sample);
      out.push_back({param.name, param.unit, param.meaning, field.kind, param.lower, param.upper,
                     field.choices, param.fitted == Fitted::yes, std::nullopt,
                     static_cast<std::size_t>(offset), field.get, field.set});
    });
    return out;
  }();
  return rows;
}

/// A record of any type as a value: its table and what its fields hold.
class Parameters {
 public:
  Parameters() = default;  ///< of no table
  /// With the values of a record.
  template <class P>
  requires requires { P::params(); }
  explicit Parameters(const P& record) : Parameters(table_of<P>(), &record) {}

  /// The rows of each part and their values, one after the other. Throws std::logic_error if a key
  /// stands in two of them.
  static Parameters joined(const std::vector<Parameters>& parts);

  ParamTable table() const { return table_; }
  /// Whether they are those of a type of record.
  template <class P>
  bool is() const {
    return table_.data() == table_of<P>().data();
  }
  bool has(std::string_view key) const { return find_row(table_, key) != nullptr; }
  const Value& get(std::string_view key) const;
  const Value& get(const ParamRow& row) const;
  /// Of a number or a flag.
  double number(std::string_view key) const;
  /// Throws InputError naming `where` for an unknown key, and as checked() does.
  void set(std::string_view key, const Value& value, const std::string& where);

  /// A record whose rows are all among these.
  template <class P>
  P as() const {
    P record{};
    write(table_of<P>(), &record);
    return record;
  }

  friend bool operator==(const Parameters& a, const Parameters& b) {
    return keys_of(a.table_) == keys_of(b.table_) && a.values_ == b.values_;
  }

 private:
  Parameters(ParamTable table, const void* record);
  void write(ParamTable table, void* record) const;

  std::shared_ptr<const std::vector<ParamRow>> joined_;  ///< keeps the rows of several tables
  ParamTable table_;
  std::vector<Value> values_;  ///< in the order of the table
};

}  // namespace memplast
