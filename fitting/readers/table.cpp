#include "table.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <set>

#include "../../lib/base/error.hpp"
#include "../../lib/base/text.hpp"
#include "../../lib/io/file.hpp"
#include "endurance.hpp"
#include "plain_text.hpp"

namespace memplast {
namespace {

/// Units that a prefix may stand before, and ours for each.
struct Spelling {
  std::string_view theirs, ours;
};
constexpr std::array<Spelling, 20> base_units{
    {{"S", "S"},        {"A", "A"},       {"V", "V"},      {"s", "s"},       {"Ohm", "Ohm"},
     {"\u03A9", "Ohm"}, {"ohm", "Ohm"},   {"ohms", "Ohm"}, {"Ohms", "Ohm"},  {"OHM", "Ohm"},
     {"siemens", "S"},  {"Siemens", "S"}, {"mho", "S"},    {"amps", "A"},    {"Amps", "A"},
     {"volts", "V"},    {"Volts", "V"},   {"sec", "s"},    {"seconds", "s"}, {"Sec", "s"}}};

struct Prefix {
  std::string_view name;
  double factor;
};
constexpr std::array<Prefix, 9> prefixes{{{"f", 1e-15},
                                          {"p", 1e-12},
                                          {"n", 1e-9},
                                          {"u", 1e-6},
                                          {"µ", 1e-6},
                                          {"m", 1e-3},
                                          {"k", 1e3},
                                          {"M", 1e6},
                                          {"G", 1e9}}};

struct Unit {
  std::string_view base;
  double factor;
};

std::optional<Unit> parse_unit(std::string_view text) {
  for (const auto& [theirs, ours] : base_units) {
    if (text == theirs) return Unit{ours, 1.0};
    if (!text.ends_with(theirs)) continue;
    const auto front = text.substr(0, text.size() - theirs.size());
    for (const auto& prefix : prefixes)
      if (prefix.name == front) return Unit{ours, prefix.factor};
  }
  return std::nullopt;
}

constexpr bool is_percent(std::string_view unit) { return unit == "%"; }

/// Each number of a column times a factor; empty cells stay.
void scale(CsvTable& table, std::size_t column, double factor) {
  if (factor == 1.0) return;
  for (std::size_t r = 0; r < table.rows.size(); ++r)
    if (!table.rows[r][column].empty())
      table.rows[r][column] = to_text(table.number(r, column) * factor);
}

void rename(CsvTable& table, const std::string& ours, const std::string& theirs) {
  const std::size_t column = table.column(theirs);
  if (ours != theirs && table.has(ours))
    throw InputError({.where = "renamed column " + ours,
                      .expected = "a name that the file does not have yet",
                      .got = "the column '" + ours + "'"});
  const auto wanted = unit_in(ours), given = unit_in(theirs);
  table.header[column] = ours;
  if (is_percent(given) && wanted.empty()) return scale(table, column, 0.01);
  if (given.empty() || given == wanted || !parse_unit(given)) return;
  const auto factor = unit_factor(given, wanted);
  if (!factor)
    throw InputError(
        {.where = "renamed column " + ours,
         .expected = wanted.empty() ? "a column without a unit" : "a unit of " + wanted,
         .got = "'" + theirs + "' in " + given});
  scale(table, column, *factor);
}

bool all_numbers(const std::vector<std::string>& cells) {
  return !cells.empty() && std::all_of(cells.begin(), cells.end(), [](const auto& cell) {
    return to_number(cell).has_value();
  });
}

/// What quantities are called, and their unit.
struct QuantityNames {
  std::string_view unit;
  std::vector<std::string_view> whole;  ///< names, without a number at their end
  std::string_view part;                ///< a word that a name may hold
};

const QuantityNames& names_of(Quantity quantity) {
  static const std::array<QuantityNames, 5> all{
      {{"s", {"t", "time", "timestamp", "elapsed", "x_value"}, "time"},
       {"V",
        {"v", "u", "av", "bv", "va", "vd", "bias", "v_bl", "potential", "vf", "vm"},
        "voltage"},
       {"A", {"i", "ai", "bi", "ia", "id", "im"}, "current"},
       {"Ohm", {"r"}, "resistance"},
       {"S", {"g"}, "conductance"}}};
  return all[static_cast<std::size_t>(quantity)];
}

/// A name with its unit, index and place left out: "v" of "Smu1.V[1][1]" and "V1".
std::string bare_name(std::string_view column) {
  std::string name = stem(column);
  while (name.ends_with("]")) name.resize(std::min(name.rfind('['), name.size() - 1));
  name.resize(name.find_last_not_of("0123456789 #") + 1);
  const auto point = name.find_last_of('.');
  if (point != std::string::npos && point + 1 < name.size()) name.erase(0, point + 1);
  return name;
}

/// Whether a column says what was set, not what was measured.
bool is_setting(std::string_view name) {
  for (const auto* word : {"applied", "set", "program", "nominal", "source", "target", "limit",
                           "compliance", "range", "lrs", "hrs"})
    if (name.find(word) != std::string_view::npos) return true;
  return false;
}

/// "AnodeV", "V_DS": the letter of a quantity at an end of a name.
bool has_letter(std::string_view column, std::string_view unit) {
  const std::string_view letter = unit == "A" ? "I" : unit == "V" ? "V" : "";
  if (letter.empty() || column.size() < 3) return false;
  const char before = column[column.size() - 2];
  return column.starts_with(std::string(letter) + "_") ||
         (column.ends_with(letter) && std::islower(static_cast<unsigned char>(before)) != 0);
}

/// How much speaks for a column to hold a quantity; 0: nothing.
int evidence(const std::string& column, const QuantityNames& known) {
  const auto unit = unit_in(column);
  if (is_percent(unit) || (!unit.empty() && !unit_factor(unit, known.unit))) return 0;
  const auto name = bare_name(column);
  int out = 0;
  if (std::find(known.whole.begin(), known.whole.end(), name) != known.whole.end() ||
      name.find(known.part) != std::string::npos)
    out = 4;
  else if (has_letter(column.substr(0, column.find_first_of(" (")), known.unit))
    out = 2;
  if (out == 0) return 0;
  return std::max(1, out + (unit.empty() ? 0 : 1) - (is_setting(name) ? 3 : 0));
}

/// Whether a voltage stays within half of itself: that of reads, not of a sweep.
bool hardly_moves(const CsvTable& table) {
  const auto V = numbers_of(table, *find_quantity(table, Quantity::voltage), Quantity::voltage);
  const auto [low, high] = std::minmax_element(V.begin(), V.end());
  return *high - *low <= 0.5 * std::max(std::abs(*low), std::abs(*high));
}

/// What the columns of a window are called, in lower case; a capital Delta is as it is.
void name_window_columns(CsvTable& table, std::vector<std::string>& notices) {
  struct Known {
    std::string_view ours, unit;
    std::vector<std::string_view> names;
  };
  static const std::vector<Known> all{
      {"dt",
       "ms",
       {"dt", "\u0394t", "delta t", "delta_t", "deltat", "spike timing", "t_post - t_pre"}},
      {"dw", "", {"dw", "\u0394w", "delta w", "delta_w", "deltaw", "weight change", "\u0394w/w"}},
      {"dG", "S", {"dg", "\u0394g", "delta g", "delta_g", "deltag", "conductance change"}},
      {"G0", "S", {"g0", "g_0", "g before", "initial conductance"}},
      {"w", "", {"w", "w0", "w before", "weight"}}};
  const auto is_called = [&](const std::string& column, const Known& known) {
    return std::find(known.names.begin(), known.names.end(), stem(column)) != known.names.end();
  };
  const bool has_dt = std::any_of(table.header.begin(), table.header.end(), [&](const auto& c) {
    return is_called(c, all.front()) && (unit_in(c).empty() || unit_factor(unit_in(c), "s"));
  });
  if (!has_dt) return;
  for (const Known& known : all)
    for (const std::string& theirs : std::vector(table.header)) {
      const auto unit = unit_in(theirs);
      const auto ours =
          std::string(known.ours) + (known.unit.empty() ? "" : "_") + std::string(known.unit);
      if (theirs == ours || !is_called(theirs, known) || table.has(ours)) continue;
      const bool fits = known.unit.empty() ? unit.empty() || is_percent(unit)
                                           : unit_factor(unit, known.unit).has_value();
      if (!fits) continue;
      rename(table, ours, theirs);
      notices.push_back("column '" + theirs + "' is " + ours);
    }
}

/// A column of words for two directions becomes `polarity`, and so does the sign of the voltage of
/// pulses; resistances of pulses become conductances.
void name_pulse_columns(CsvTable& table, std::vector<std::string>& notices) {
  static const std::set<std::string> words{"set",  "reset",        "ltp",        "ltd", "up",
                                           "down", "potentiation", "depression", "pot", "dep"};
  for (std::size_t c = 0; c < table.header.size() && !table.has("polarity"); ++c) {
    const bool all = std::all_of(table.rows.begin(), table.rows.end(), [&](const auto& row) {
      return words.contains(lower_case(row[c]));
    });
    if (!all) continue;
    notices.push_back("column '" + table.header[c] + "' is polarity");
    table.header[c] = "polarity";
  }
}

std::vector<double> numbers_in(const CsvTable& table, std::size_t column) {
  std::vector<double> out;
  for (const auto& row : table.rows)
    if (const auto value = to_number(row[column])) out.push_back(*value);
  return out;
}

/// Whether neighbours differ by much of the whole range: reads, not states that pulses move.
bool has_no_trend(const std::vector<double>& x) {
  if (x.size() < 20) return false;
  const auto [low, high] = std::minmax_element(x.begin(), x.end());
  double steps = 0.0;
  for (std::size_t i = 1; i < x.size(); ++i) steps += std::abs(x[i] - x[i - 1]);
  return *high > *low && steps > 0.2 * (*high - *low) * static_cast<double>(x.size() - 1);
}

MeasurementKind kind_of(const CsvTable& table) {
  const auto has = [&](Quantity quantity) { return find_quantity(table, quantity).has_value(); };
  const bool has_dt = std::any_of(table.header.begin(), table.header.end(),
                                  [](const auto& c) { return c == "dt" || c.starts_with("dt_"); });
  if (has_dt) return MeasurementKind::window;
  if (is_endurance(table)) return MeasurementKind::endurance;
  if (table.has("polarity") || table.has("pulse")) return MeasurementKind::pulses;
  const bool has_G = has(Quantity::conductance) || has(Quantity::resistance);
  if (has(Quantity::voltage) && has(Quantity::current) && !(has_G && hardly_moves(table)))
    return MeasurementKind::sweep;
  const bool is_read = has_G || (has(Quantity::current) && !has(Quantity::voltage));
  if (is_read && (has(Quantity::time) || table.has("device"))) return MeasurementKind::reads;
  if (has_G && table.header.size() == 1 && has_no_trend(numbers_in(table, 0)))
    return MeasurementKind::reads;
  return MeasurementKind::pulses;
}

/// Kinds that are known by name and that there is no model for.
void refuse_unknown_kinds(const CsvTable& table) {
  for (const auto& column : table.header) {
    const auto name = lower_case(column);
    if (name.find("ppf") != std::string::npos || name.find("paired") != std::string::npos)
      throw InputError({.where = table.source + ", header",
                        .expected = "a window, pulses, a sweep, reads or endurance",
                        .got = "'" + column +
                               "': paired-pulse facilitation (PPF), for which there "
                               "is no model yet"});
  }
}

/// Leaves out rows without a number where the kind needs one.
void leave_out_missing(Measurement& out) {
  CsvTable& table = out.table;
  std::vector<std::size_t> needed;
  const auto need = [&](Quantity quantity) {
    if (const auto c = find_quantity(table, quantity)) needed.push_back(*c);
  };
  if (out.kind == MeasurementKind::sweep) {
    need(Quantity::voltage);
    need(Quantity::current);
  } else if (out.kind == MeasurementKind::window) {
    for (std::size_t c = 0; c < table.header.size(); ++c)
      if (table.header[c] == "dt_ms" || table.header[c] == "dw" || table.header[c] == "dG_S")
        needed.push_back(c);
  } else if (out.kind == MeasurementKind::reads) {
    for (const auto q : {Quantity::conductance, Quantity::resistance, Quantity::current})
      if (needed.empty()) need(q);
  } else if (out.kind == MeasurementKind::pulses && table.has("polarity")) {
    need(Quantity::conductance);
  }
  const std::size_t before = table.rows.size();
  std::size_t kept = 0;
  for (std::size_t r = 0; r < before; ++r) {
    const bool missing = std::any_of(needed.begin(), needed.end(),
                                     [&](std::size_t c) { return table.rows[r][c].empty(); });
    if (missing) continue;
    if (kept != r) {
      table.rows[kept] = std::move(table.rows[r]);
      table.lines[kept] = table.lines[r];
    }
    ++kept;
  }
  if (kept == before) return;
  table.rows.resize(kept);
  table.lines.resize(kept);
  out.notices.push_back(std::to_string(before - kept) + " rows without a reading left out");
  if (kept == 0)
    throw InputError({.where = table.source, .expected = "a row with a reading", .got = "none"});
}

/// Of the pairs of sweeps side by side those of a terminal that is held: its voltage stays, or its
/// current is that of another one turned round.
std::vector<bool> held_pairs(const CsvTable& table, const std::vector<std::size_t>& V,
                             const std::vector<std::size_t>& I) {
  std::vector<std::vector<double>> volts, amps;
  for (const auto c : V) volts.push_back(numbers_in(table, c));
  for (const auto c : I) amps.push_back(numbers_in(table, c));
  const auto span = [](const std::vector<double>& x) {
    if (x.empty()) return 0.0;
    const auto [low, high] = std::minmax_element(x.begin(), x.end());
    return *high - *low;
  };
  double widest = 0.0;
  for (const auto& x : volts) widest = std::max(widest, span(x));
  std::vector<bool> held(I.size(), false);
  for (std::size_t k = 0; k < I.size(); ++k) {
    if (V.size() == I.size()) held[k] = span(volts[k]) < 0.01 * widest;
    for (std::size_t other = 0; other < k && !held[k]; ++other) {
      if (held[other]) continue;
      const auto &a = amps[other], &b = amps[k];
      double sum = 0.0, size = 0.0;
      for (std::size_t r = 0; r < std::min(a.size(), b.size()); ++r) {
        sum += std::abs(a[r] + b[r]);
        size += std::abs(a[r]);
      }
      held[k] = a.size() == b.size() && size > 0.0 && sum < 0.2 * size;
    }
  }
  return held;
}

/// Sweeps side by side, V1, I1, V2, I2 or V, I of cycle 1, I of cycle 2: one below the other, each
/// a device of its own; what a terminal that is held showed is left out.
void stack_pairs(Measurement& out) {
  const CsvTable& table = out.table;
  if (table.has("device")) return;
  const auto columns_of = [&](Quantity quantity) {
    const auto& known = names_of(quantity);
    const auto best = find_quantity(table, quantity);
    std::vector<std::size_t> all;
    const int most = best ? evidence(table.header[*best], known) : 0;
    for (std::size_t c = 0; c < table.header.size(); ++c) {
      const auto unit = unit_in(table.header[c]);
      const bool same = most > 0 ? evidence(table.header[c], known) == most
                                 : !unit.empty() && unit_factor(unit, known.unit).has_value();
      if (same) all.push_back(c);
    }
    if (all.size() <= 1 && best && quantity == Quantity::current) {
      // "Cycle 1 (A), Cycle 2 (A)": the same name with another number, in amperes.
      all.clear();
      for (std::size_t c = 0; c < table.header.size(); ++c) {
        const auto unit = unit_in(table.header[c]);
        if (!unit.empty() && unit_factor(unit, "A") &&
            bare_name(table.header[c]) == bare_name(table.header[*best]))
          all.push_back(c);
      }
    }
    return all;
  };
  auto V = columns_of(Quantity::voltage), I = columns_of(Quantity::current);
  if (I.size() < 2 || (V.size() != 1 && V.size() != I.size())) return;
  const auto held = held_pairs(table, V, I);
  std::vector<std::size_t> kept;
  for (std::size_t k = 0; k < I.size(); ++k) {
    if (!held[k])
      kept.push_back(k);
    else
      out.notices.push_back("column '" + table.header[I[k]] +
                            "' left out: of a terminal that was held");
  }
  if (kept.empty()) return;
  const auto t = find_quantity(table, Quantity::time);
  CsvTable stacked;
  stacked.source = table.source;
  stacked.notes = table.notes;
  stacked.header = {"device", table.header[V[V.size() == 1 ? 0 : kept.front()]],
                    table.header[I[kept.front()]]};
  if (t) stacked.header.push_back(table.header[*t]);
  for (const std::size_t k : kept)
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
      const auto& row = table.rows[r];
      const auto& voltage = row[V[V.size() == 1 ? 0 : k]];
      if (voltage.empty() || row[I[k]].empty()) continue;
      stacked.rows.push_back({table.header[I[k]], voltage, row[I[k]]});
      if (t) stacked.rows.back().push_back(row[*t]);
      stacked.lines.push_back(table.lines[r]);
    }
  if (kept.size() > 1)
    out.notices.push_back(std::to_string(kept.size()) + " sweeps side by side, '" +
                          table.header[I[kept.front()]] + "' to '" + table.header[I[kept.back()]] +
                          "'");
  out.table = std::move(stacked);
}

/// A headerless table is taken for pulses only if nothing speaks against it.
void require_pulses(const CsvTable& table) {
  const auto refuse = [&](const std::string& got) {
    throw InputError({.where = table.source,
                      .expected = "a header, or columns that can only be states after pulses",
                      .got = got,
                      .mend = "Name all columns."});
  };
  for (std::size_t c = 0; c < table.header.size(); ++c) {
    const auto x = numbers_in(table, c);
    if (x.size() < 3) continue;
    const auto [low, high] = std::minmax_element(x.begin(), x.end());
    if (*low < 0.0 && *high > 0.0) refuse(table.header[c] + ", which takes both signs");
    bool rises = true, even = true;
    for (std::size_t i = 1; i < x.size(); ++i) {
      rises = rises && x[i] > x[i - 1];
      even = even && std::abs((x[i] - x[i - 1]) - (x[1] - x[0])) <= 1e-6 * std::abs(x[1] - x[0]);
    }
    // Branches of pulses have like ranges; a time and what was read have not.
    if (c == 0 && table.header.size() == 2 && rises && !even) {
      const auto y = numbers_in(table, 1);
      if (y.empty()) continue;
      const auto [bottom, top] = std::minmax_element(y.begin(), y.end());
      const double span = std::max(*high, *top) - std::min(*low, *bottom);
      if (std::max(std::abs(*high - *top), std::abs(*low - *bottom)) > 0.3 * span)
        refuse(table.header[c] + ", which rises like a time");
    }

    if (has_no_trend(x)) refuse(table.header[c] + " without a trend: reads?");
  }
}

/// Pulse numbers that were digitised from a figure, 0.04, 1.23, 2.1, become those of the rows.
void count_digitised_pulses(CsvTable& table, std::vector<std::string>& notices) {
  for (std::size_t c = 0; c < table.header.size() && table.header.size() > 1; ++c) {
    const auto name = stem(table.header[c]);
    if (!name.starts_with("pulse") && name != "n" && name != "number") continue;
    const auto x = numbers_in(table, c);
    const bool fractions =
        std::any_of(x.begin(), x.end(), [](double v) { return v != std::floor(v); });
    if (!fractions || x.size() < 5 || x.size() != table.rows.size() ||
        !std::is_sorted(x.begin(), x.end()))
      continue;
    for (std::size_t r = 0; r < table.rows.size(); ++r) table.rows[r][c] = std::to_string(r);
    notices.push_back("'" + table.header[c] + "' has fractions: the rows are counted");
  }
}

/// The sign of the voltage of pulses becomes their polarity, resistances become conductances.
void take_pulse_columns(CsvTable& table, std::vector<std::string>& notices) {
  if (const auto R = find_quantity(table, Quantity::resistance);
      R && !find_quantity(table, Quantity::conductance)) {
    const double factor = unit_factor(unit_in(table.header[*R]), "Ohm").value_or(1.0);
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
      const double ohms = table.number(r, *R) * factor;
      if (!(ohms > 0.0))
        throw InputError({.where = table.place(r, *R),
                          .expected = "a resistance above 0",
                          .got = table.rows[r][*R]});
      table.rows[r][*R] = to_text(1.0 / ohms);
    }
    notices.push_back("conductances are 1 / '" + table.header[*R] + "'");
    table.header[*R] = "G_S";
  }
  const auto V = find_quantity(table, Quantity::voltage);
  if (!V || table.has("polarity") || !find_quantity(table, Quantity::conductance)) return;
  const auto volts = numbers_of(table, *V, Quantity::voltage);
  const bool up = std::any_of(volts.begin(), volts.end(), [](double x) { return x > 0.0; });
  const bool down = std::any_of(volts.begin(), volts.end(), [](double x) { return x < 0.0; });
  const bool none = std::any_of(volts.begin(), volts.end(), [](double x) { return x == 0.0; });
  if (!up || !down || none) return;
  notices.push_back("the sign of '" + table.header[*V] + "' is the polarity");
  for (std::size_t r = 0; r < table.rows.size(); ++r)
    table.rows[r][*V] = volts[r] > 0.0 ? "1" : "-1";
  table.header[*V] = "polarity";
}

}  // namespace

std::string lower_case(std::string_view text) {
  std::string out(trim(text));
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

std::string stem(std::string_view column) {
  const auto unit = unit_in(column);
  auto end = column.size();
  if (!unit.empty()) end = column.find_last_of("_([/");
  return lower_case(column.substr(0, end));
}

std::optional<std::size_t> find_quantity(const CsvTable& table, Quantity quantity) {
  const auto& known = names_of(quantity);
  std::optional<std::size_t> best, only;
  int most = 0;
  for (std::size_t c = 0; c < table.header.size(); ++c) {
    const auto unit = unit_in(table.header[c]);
    if (!unit.empty() && unit_factor(unit, known.unit)) only = c;
    const int speaks = evidence(table.header[c], known);
    if (speaks > most) {
      most = speaks;
      best = c;
    }
  }
  if (best) return best;
  // One column in volts and one in amperes is enough, whatever they are called; or several of the
  // same name, "Cycle 1 (A)" and "Cycle 2 (A)".
  const bool by_unit = quantity == Quantity::voltage || quantity == Quantity::current;
  if (!by_unit || !only) return std::nullopt;
  std::optional<std::size_t> first;
  for (std::size_t c = 0; c < table.header.size(); ++c) {
    const auto unit = unit_in(table.header[c]);
    if (unit.empty() || !unit_factor(unit, known.unit)) continue;
    if (bare_name(table.header[c]) != bare_name(table.header[*only])) return std::nullopt;
    if (!first) first = c;
  }
  return first;
}

std::vector<double> numbers_of(const CsvTable& table, std::size_t column, Quantity quantity) {
  const double factor =
      unit_factor(unit_in(table.header[column]), names_of(quantity).unit).value_or(1.0);
  std::vector<double> out;
  out.reserve(table.rows.size());
  for (std::size_t r = 0; r < table.rows.size(); ++r)
    out.push_back(table.number(r, column) * factor);
  return out;
}

std::optional<double> unit_factor(std::string_view from, std::string_view to) {
  const auto a = parse_unit(from), b = parse_unit(to);
  if (!a || !b || a->base != b->base) return std::nullopt;
  return a->factor / b->factor;
}

std::string unit_in(std::string_view column) {
  for (const auto& [open, close] : {std::pair{'(', ')'}, std::pair{'[', ']'}}) {
    const auto start = column.rfind(open);
    if (start == std::string_view::npos || !column.ends_with(close)) continue;
    const auto unit = trim(column.substr(start + 1, column.size() - start - 2));
    const bool is_index =
        !unit.empty() && unit.find_first_not_of("0123456789") == std::string::npos;
    if (!is_index) return std::string(unit);
  }
  const auto mark = column.find_last_of("_/");
  if (mark == std::string_view::npos) return "";
  // "V_S", "I_S": at the source, not in siemens.
  if (column == "V_S" || column == "I_S" || column == "v_s" || column == "i_s") return "";
  const auto unit = trim(column.substr(mark + 1));
  return parse_unit(unit) ? std::string(unit) : "";
}

std::optional<double> noted_number(const CsvTable& table, const std::string& key) {
  const auto note = table.notes.find(key);
  if (note == table.notes.end()) return std::nullopt;
  if (const auto value = to_number(note->second)) return value;
  throw InputError({.where = table.source + ", comment " + key,
                    .expected = "a number of siemens",
                    .got = "'" + note->second + "'"});
}

Measurement parse_measurement(std::string_view text, const std::string& source,
                              const TableOptions& options) {
  Measurement out;
  out.sha256 = sha256(text);
  const auto plain = plain_text(text, source, !options.columns.empty(), out.notices);
  auto columns = options.columns;
  if (const auto first = first_cells(plain); columns.empty() && all_numbers(first)) {
    out.headerless = true;
    for (std::size_t i = 1; i <= first.size(); ++i)
      columns.push_back("column " + std::to_string(i));
    out.notices.push_back("no header: the first line is all numbers");
  }
  out.table = parse_csv(plain, source, Rows::required, columns);
  for (const auto& [ours, theirs] : options.renamed) rename(out.table, ours, theirs);
  refuse_unknown_kinds(out.table);
  name_window_columns(out.table, out.notices);
  name_pulse_columns(out.table, out.notices);
  out.kind = kind_of(out.table);
  leave_out_missing(out);
  if (out.kind == MeasurementKind::sweep) stack_pairs(out);
  if (out.kind == MeasurementKind::pulses) {
    if (out.headerless) require_pulses(out.table);
    count_digitised_pulses(out.table, out.notices);
    take_pulse_columns(out.table, out.notices);
  }
  return out;
}

Measurement read_measurement(const std::filesystem::path& path, const TableOptions& options) {
  return parse_measurement(read_text(path), path.string(), options);
}

}  // namespace memplast
