#include "voltage_pulse.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "../../lib/base/error.hpp"
#include "../../lib/base/text.hpp"

namespace memplast {
namespace {

constexpr std::array<std::string_view, 5> shape_names{"rectangular", "triangular", "biphasic",
                                                      "bitriangular", "exponential"};
constexpr double tails = 15.0;  // exp(-15) = 3e-7
constexpr int chords_per_tail = 50;

struct Scale {
  std::string_view unit;
  double factor;
};
constexpr std::array<Scale, 3> volts{{{"mV", 1e-3}, {"kV", 1e3}, {"V", 1.0}}};
constexpr std::array<Scale, 6> seconds{
    {{"ms", 1e-3}, {"us", 1e-6}, {"µs", 1e-6}, {"ns", 1e-9}, {"ps", 1e-12}, {"s", 1.0}}};

/// The number of "20ms" in the unit of the scales whose factor is 1.
template <std::size_t N>
double quantity(std::string_view text, const std::array<Scale, N>& scales, const std::string& what,
                const std::string& where) {
  for (const auto& [unit, factor] : scales)
    if (text.ends_with(unit))
      if (const auto x = to_number(trim(text.substr(0, text.size() - unit.size()))))
        return *x * factor;
  throw InputError({.where = where,
                    .expected = what + " with its unit (" + std::string(scales.back().unit) +
                                ", with a prefix or without)",
                    .got = "'" + std::string(text) + "'"});
}

/// The voltage of a course at t, just before (side -1) or after (1) a jump there; 0 outside of it.
double voltage_at(const VoltageCourse& course, double t, int side) {
  const auto earlier = [side](const VoltageKnot& knot, double at) {
    return side < 0 ? knot.t < at : knot.t <= at;
  };
  const auto next = std::partition_point(course.begin(), course.end(),
                                         [&](const auto& knot) { return earlier(knot, t); });
  if (next == course.begin() || next == course.end()) return 0.0;
  const auto& [t_0, V_0] = *(next - 1);
  const auto& [t_1, V_1] = *next;
  return V_0 + (V_1 - V_0) * (t - t_0) / (t_1 - t_0);
}

VoltageCourse shifted(VoltageCourse course, double by) {
  for (auto& knot : course) knot.t += by;
  return course;
}

}  // namespace

double VoltagePulse::duration() const {
  return shape == Shape::exponential ? width + tails * tail : width;
}

VoltageCourse VoltagePulse::course() const {
  const double A = amplitude;
  switch (shape) {
    case Shape::rectangular:
      return {{0.0, 0.0}, {0.0, A}, {width, A}, {width, 0.0}};
    case Shape::triangular:
      return {{0.0, 0.0}, {0.5 * width, A}, {width, 0.0}};
    case Shape::biphasic:
      return {{0.0, 0.0}, {0.0, A}, {0.5 * width, A}, {0.5 * width, -A}, {width, -A}, {width, 0.0}};
    case Shape::bitriangular:
      return {{0.0, 0.0}, {0.25 * width, A}, {0.5 * width, 0.0}, {0.75 * width, -A}, {width, 0.0}};
    case Shape::exponential:
      break;
  }
  VoltageCourse out{{0.0, 0.0}, {0.0, A}, {width, A}};
  for (int k = 0; k <= static_cast<int>(tails) * chords_per_tail; ++k) {
    const double t = static_cast<double>(k) / chords_per_tail;
    out.push_back({width + t * tail, -0.5 * A * std::exp(-t)});
  }
  out.push_back({out.back().t, 0.0});
  return out;
}

VoltagePulse parse_voltage_pulse(std::string_view text, const std::string& where) {
  VoltagePulse pulse;
  const auto colon = std::min(text.find(':'), text.size());
  const auto shape = std::find(shape_names.begin(), shape_names.end(), trim(text.substr(0, colon)));
  if (shape == shape_names.end() || colon == text.size())
    throw InputError({.where = where,
                      .expected = "SHAPE:AMPLITUDE,WIDTH[,TAIL] with SHAPE one of " +
                                  join({shape_names.begin(), shape_names.end()}),
                      .got = "'" + std::string(text) + "'",
                      .mend = "For example bitriangular:1V,20ms."});
  pulse.shape = static_cast<VoltagePulse::Shape>(shape - shape_names.begin());
  std::vector<std::string_view> parts;
  for (auto rest = text.substr(colon + 1);;) {
    const auto comma = rest.find(',');
    parts.push_back(trim(rest.substr(0, comma)));
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  const bool has_tail = pulse.shape == VoltagePulse::Shape::exponential;
  if (parts.size() != (has_tail ? 3U : 2U))
    throw InputError(
        {.where = where,
         .expected = std::string(*shape) + ":AMPLITUDE,WIDTH" + (has_tail ? ",TAIL" : ""),
         .got = "'" + std::string(text) + "'"});
  pulse.amplitude = quantity(parts[0], volts, "an amplitude", where);
  pulse.width = quantity(parts[1], seconds, "a width", where);
  if (has_tail) pulse.tail = quantity(parts[2], seconds, "a tail", where);
  if (!(pulse.width > 0.0) || (has_tail && !(pulse.tail > 0.0)) || pulse.amplitude == 0.0)
    throw InputError({.where = where,
                      .expected = "an amplitude other than 0 and times above 0",
                      .got = "'" + std::string(text) + "'"});
  return pulse;
}

std::string to_string(const VoltagePulse& pulse) {
  std::string out(shape_names[static_cast<std::size_t>(pulse.shape)]);
  out += ":" + to_text(pulse.amplitude) + "V," + to_text(pulse.width) + "s";
  if (pulse.shape == VoltagePulse::Shape::exponential) out += "," + to_text(pulse.tail) + "s";
  return out;
}

VoltageCourse superpose(const VoltageCourse& pre, double t_pre, const VoltageCourse& post,
                        double t_post) {
  const VoltageCourse on_pre = shifted(pre, t_pre), on_post = shifted(post, t_post);
  std::vector<double> times;
  for (const auto* course : {&on_pre, &on_post})
    for (const auto& knot : *course) times.push_back(knot.t);
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  VoltageCourse out;
  for (const double t : times) {
    const double before = voltage_at(on_post, t, -1) - voltage_at(on_pre, t, -1);
    const double after = voltage_at(on_post, t, 1) - voltage_at(on_pre, t, 1);
    out.push_back({t, before});
    if (after != before) out.push_back({t, after});
  }
  return out;
}

}  // namespace memplast
