#include "volley.hpp"

#include <algorithm>
#include <array>
#include <boost/sort/pdqsort/pdqsort.hpp>
#include <cmath>
#include <utility>

#include "../base/error.hpp"
#include "../numeric/fast_exp.hpp"
#include "../numeric/vectorised.hpp"

namespace memplast {
namespace {

constexpr double tolerance_ms = 1e-10;

// out[i] = exp((t[i] - end) rate), t <= end; no smaller than exp(-700).
MEMPLAST_VECTORISED void grow_until(double end, double rate, const double* t, std::size_t n,
                                    double* out) {
  for (std::size_t i = 0; i < n; ++i) out[i] = state_exp(std::max(-700.0, (t[i] - end) * rate));
}

// A step d of Halley's for the crossing of V(s) = a - b, a = first exp(-first_rate s) and b alike,
// and a line that falls; it leaves an error of d^3 [V''^2/(4 gap'^2) - V^(3)/(6 gap')].
struct HalleyStep {
  double step, error;
  [[gnu::always_inline]] HalleyStep(double a, double b, double gap, double first_rate,
                                    double second_rate, double fall_rate) {
    const double slope = b * second_rate - a * first_rate + fall_rate;
    const double bend = a * first_rate * first_rate - b * second_rate * second_rate;
    const double twist =
        b * second_rate * second_rate * second_rate - a * first_rate * first_rate * first_rate;
    step = -2.0 * gap * slope / (2.0 * slope * slope - gap * bend);
    error = std::abs(step * step * step) * (0.25 * bend * bend + std::abs(twist) * slope / 6.0) /
            (slope * slope);
  }
};

// V(s) = first exp(-first_rate s) - second exp(-second_rate s), s >= 0
struct TwoExponentials {
  double first, second, first_rate, second_rate;

  // Whether V gains on a line that falls at this rate, all the way to s: V falls more slowly, as a
  // rule, and state_exp may be used.
  bool gains_on_line(double fall_rate, double s) const {
    const double fastest_fall =
        std::max(first * first_rate, 0.0) + std::max(-second * second_rate, 0.0);
    return fastest_fall < fall_rate && is_mild(s);
  }
  // Whether state_exp may be used up to s.
  bool is_mild(double s) const { return s * std::max(first_rate, second_rate) < 700.0; }

  // The s <= longest at which V meets the line level - fall_rate s from below, or infinity; V -
  // line must only grow up to there. Halley's steps, halving the bracket whenever one leaves it.
  double meets_line(double level, double fall_rate, double longest) const {
    double s = 0.0, a = first, b = second, gap = a - b - level;
    double low = 0.0, high = longest;
    bool gap_closes = false;  // by `high`, that is known
    while (high - low > tolerance_ms) {
      const HalleyStep halley(a, b, gap, first_rate, second_rate, fall_rate);
      const double next = s + halley.step;
      const bool inside = next > low && next < high;
      if (inside && halley.error < tolerance_ms) return next;
      s = inside ? next : gap_closes ? 0.5 * (low + high) : high;
      a = first * state_exp(-s * first_rate);
      b = second * state_exp(-s * second_rate);
      gap = a - b - (level - fall_rate * s);
      if (gap < 0.0) {
        if (s == high) return std::numeric_limits<double>::infinity();
        low = s;
      } else {
        high = s;
        gap_closes = true;
      }
    }
    return high;
  }
};

// TwoExponentials::meets_line for n potentials of common rates, its first two steps, which do as a
// rule: s[j] has the bits of its result, or is not a number where it takes more. Limit: the latency
// of four divisions and an exponential, in vectors.
template <std::size_t n>
MEMPLAST_VECTORISED void meet_line_in_two_steps(double first_rate, double second_rate,
                                                const std::array<double, n>& first,
                                                const std::array<double, n>& second, double level,
                                                double fall_rate, double longest,
                                                std::array<double, n>& s) {
#pragma GCC ivdep
  for (std::size_t j = 0; j < n; ++j) {
    const HalleyStep one(first[j], second[j], first[j] - second[j] - level, first_rate, second_rate,
                         fall_rate);
    const bool inside = (one.step > 0.0) & (one.step < longest);
    const double s_one = inside ? one.step : longest;
    const double a = first[j] * state_exp(-s_one * first_rate);
    const double b = second[j] * state_exp(-s_one * second_rate);
    const double gap = a - b - (level - fall_rate * s_one);
    const HalleyStep two(a, b, gap, first_rate, second_rate, fall_rate);
    const double s_two = s_one + two.step;
    const double low = gap < 0.0 ? s_one : 0.0, high = gap < 0.0 ? longest : s_one;
    const bool is_one = inside & (one.error < tolerance_ms);
    const bool is_two = (s_two > low) & (s_two < high) & (two.error < tolerance_ms);
    const double otherwise = is_two ? s_two : std::numeric_limits<double>::quiet_NaN();
    s[j] = is_one ? one.step : otherwise;
  }
}

}  // namespace

VolleyNeurons::VolleyNeurons(const LifParameters& neuron, double end_ms, double pA_per_weight)
    : end_ms_(end_ms),
      membrane_rate_(1.0 / neuron.tau_m),
      synapse_rate_(1.0 / neuron.tau_syn_ex),
      k_(pA_per_weight / neuron.C_m / (synapse_rate_ - membrane_rate_)) {
  if (std::abs(neuron.tau_m / neuron.tau_syn_ex - 1.0) < 1e-3)
    throw InputError({.where = "tau_syn_ms",
                      .expected = "a value that differs from tau_m_ms by 0.1 % or more",
                      .got = to_text(neuron.tau_syn_ex)});
}

void VolleyNeurons::prepare(Volley& volley) const {
  struct Fired {
    double t_ms;
    int pre;
  };
  const std::size_t n = volley.size();
  std::vector<Fired> order(n);
  for (std::size_t i = 0; i < n; ++i) order[i] = {volley.t_ms[i], volley.pre[i]};
  boost::sort::pdqsort_branchless(order.begin(), order.end(), [](const Fired& a, const Fired& b) {
    return (a.t_ms < b.t_ms) | ((a.t_ms == b.t_ms) & (a.pre < b.pre));
  });
  for (std::size_t i = 0; i < n; ++i) {
    volley.t_ms[i] = order[i].t_ms;
    volley.pre[i] = order[i].pre;
  }
  volley.membrane.resize(n);
  volley.synapse.resize(n);
  grow_until(end_ms_, membrane_rate_, volley.t_ms.data(), n, volley.membrane.data());
  grow_until(end_ms_, synapse_rate_, volley.t_ms.data(), n, volley.synapse.data());
}

VolleyNeurons::Instant VolleyNeurons::instant(double t) const {
  if (t == end_ms_) return {t, 1.0, 1.0};
  const double s = t - end_ms_;
  return {t, std::exp(-s * membrane_rate_), std::exp(-s * synapse_rate_)};
}

// V' = 0; V rises before and falls after.
double VolleyNeurons::peak_time(const Potential& p) const {
  return end_ms_ + std::log(p.synapse * synapse_rate_ / (p.membrane * membrane_rate_)) /
                       (synapse_rate_ - membrane_rate_);
}

// V'' = 0; V is concave before and convex after.
double VolleyNeurons::inflection_time(const Potential& p) const {
  return peak_time(p) + std::log(synapse_rate_ / membrane_rate_) / (synapse_rate_ - membrane_rate_);
}

void VolleyNeurons::potentials_at_end(const Volley& volley, const Weights& w,
                                      std::span<double> V_mV) const {
  std::fill(V_mV.begin(), V_mV.end(), 0.0);
  for (std::size_t i = 0; i < volley.size(); ++i) {
    const double psp = k_ * (volley.membrane[i] - volley.synapse[i]);
    const double* const row = w.row(volley.pre[i]).data();
    for (std::size_t j = 0; j < V_mV.size(); ++j) V_mV[j] += row[j] * psp;
  }
}

double VolleyNeurons::mean_full_drive(std::span<const Volley> volleys, int n_pre) const {
  const Weights ones = Weights::Ones(n_pre, 1);
  double sum = 0.0, V = 0.0;
  for (const Volley& volley : volleys) {
    potentials_at_end(volley, ones, {&V, 1});
    sum += V;
  }
  return sum / static_cast<double>(volleys.size());
}

void VolleyNeurons::first_spikes(const Volley& volley, const Weights& w, const Threshold& threshold,
                                 std::span<FirstSpike> out) const {
  const Instant opens = instant(threshold.opens_ms), falls = instant(threshold.falls_ms),
                closes = threshold.closes_ms > threshold.falls_ms
                             ? Instant{threshold.closes_ms, 0.0, 0.0}  // its time is enough
                             : instant(threshold.closes_ms);
  // Within [from, to], as far as the threshold is open.
  const auto search_interval = [&](const Potential& p, Instant from, Instant to,
                                   FirstSpike& spike) {
    if (from.t < opens.t) from = opens;
    if (to.t > closes.t) to = closes;
    if (!(from.t <= to.t)) return false;
    const bool bends = from.t < falls.t && falls.t < to.t;
    if (!bends) return search(p, from, to, threshold, spike);
    return search(p, from, falls, threshold, spike) || search(p, falls, to, threshold, spike);
  };
  const auto instant_of = [&](std::size_t i) {
    return Instant{volley.t_ms[i], 1.0 / volley.membrane[i], 1.0 / volley.synapse[i]};
  };
  // Few post neurons at a time: their potentials stay in registers over the spikes. What comes
  // before the threshold opens is summed at once.
  const auto first_open = static_cast<std::size_t>(
      std::upper_bound(volley.t_ms.begin(), volley.t_ms.end(), threshold.opens_ms) -
      volley.t_ms.begin());
  for (std::size_t first = 0; first < out.size(); first += block) {
    const std::size_t n = std::min(block, out.size() - first);
    std::array<Potential, block> potential{};
    std::array<bool, block> fired{};
    const auto search_all = [&](const Instant& from, const Instant& to) {
      std::array<double, block> highest;
      const bool is_level = opens.t <= from.t && to.t <= falls.t && to.t <= closes.t;
      if (is_level) highest = look_ahead(potential, from, to, threshold.level_mV);
      for (std::size_t j = 0; j < n; ++j) {
        if (fired[j]) continue;
        FirstSpike& spike = out[first + j];
        if (is_level && !std::isnan(highest[j]))
          spike.V_mV = std::max(spike.V_mV, highest[j]);
        else
          fired[j] = search_interval(potential[j], from, to, spike);
      }
    };
    std::fill_n(out.begin() + static_cast<std::ptrdiff_t>(first), n, FirstSpike{});
    add(volley, 0, first_open, w, first, n, potential);
    Instant from = first_open > 0 ? instant_of(first_open - 1) : instant(0.0);
    for (std::size_t i = first_open; i < volley.size(); ++i) {
      const Instant to = instant_of(i);
      search_all(from, to);
      add(volley, i, i + 1, w, first, n, potential);
      from = to;
    }
    if (threshold.falls_ms <= opens.t && from.t <= opens.t && opens.t <= closes.t)
      search_ramp({potential.data(), n}, opens, closes, threshold, out.subspan(first, n));
    else
      search_all(from, closes);
  }
}

// The fall from `opens` to `closes`, after the whole volley, for some neurons at once.
void VolleyNeurons::search_ramp(std::span<const Potential> potential, const Instant& opens,
                                const Instant& closes, const Threshold& threshold,
                                std::span<FirstSpike> out) const {
  const double level = threshold.at(opens.t), fall_rate = threshold.level_mV / threshold.fall_ms,
               longest = closes.t - opens.t;
  std::array<double, block> first{}, second{}, s;
  for (std::size_t j = 0; j < out.size(); ++j) {
    first[j] = k_ * potential[j].membrane * opens.membrane;
    second[j] = k_ * potential[j].synapse * opens.synapse;
  }
  meet_line_in_two_steps(membrane_rate_, synapse_rate_, first, second, level, fall_rate, longest,
                         s);
  for (std::size_t j = 0; j < out.size(); ++j) {
    const Potential& p = potential[j];
    const TwoExponentials V{first[j], second[j], membrane_rate_, synapse_rate_};
    const bool meets = p.membrane > 0.0 && p.synapse > 0.0 && value(p, opens) < level &&
                       V.gains_on_line(fall_rate, longest) && !std::isnan(s[j]);
    if (meets)
      out[j] = {opens.t + s[j], threshold.at(opens.t + s[j])};
    else
      search(p, opens, closes, threshold, out[j]);
  }
}

// What search() would find from `from` to `to` under a level threshold where that is plain: V only
// falls, or only rises and not to the threshold. highest[j] is then the highest V; else not a
// number.
std::array<double, VolleyNeurons::block> VolleyNeurons::look_ahead(
    const std::array<Potential, block>& potential, const Instant& from, const Instant& to,
    double level_mV) const {
  std::array<double, block> highest;
  for (std::size_t j = 0; j < block; ++j) {
    const Potential& p = potential[j];
    const double V_from = value(p, from), V_to = value(p, to);
    const bool falls = slope(p, from) <= 0.0, rises = slope(p, to) > 0.0;
    const bool usual = (p.membrane > 0.0) & (p.synapse > 0.0) & (V_from < level_mV);
    const bool plain = usual & (falls | (rises & (V_to < level_mV)));
    const double top = falls | (V_from > V_to) ? V_from : V_to;
    highest[j] = plain ? top : std::numeric_limits<double>::quiet_NaN();
  }
  return highest;
}

// Adds the spikes from `begin` to `end` to the potentials of n post neurons from `first` on.
void VolleyNeurons::add(const Volley& volley, std::size_t begin, std::size_t end, const Weights& w,
                        std::size_t first, std::size_t n, std::array<Potential, block>& potential) {
  const auto add_to = [&]<std::size_t... j>(std::index_sequence<j...>) {
    const double* const columns = w.data() + first;
    const auto add_one = [&](auto& to, std::size_t i) {
      const double* const row = columns + volley.pre[i] * w.cols();
      ((to[j].membrane += row[j] * volley.membrane[i]), ...);
      ((to[j].synapse += row[j] * volley.synapse[i]), ...);
    };
    // Every fourth spike to a sum of its own, so that four additions are in flight.
    constexpr std::size_t parts = 4;
    std::size_t i = begin;
    if (end - begin < parts) {
      for (; i < end; ++i) add_one(potential, i);
      return;
    }
    std::array<std::array<Potential, sizeof...(j)>, parts> sum{};
    for (; i + parts <= end; i += parts)
      for (std::size_t k = 0; k < parts; ++k) add_one(sum[k], i + k);
    for (; i < end; ++i) add_one(sum[0], i);
    for (const auto& part : sum) {
      ((potential[j].membrane += part[j].membrane), ...);
      ((potential[j].synapse += part[j].synapse), ...);
    }
  };
  static_assert(block == 4);
  switch (n) {
    case 4:
      return add_to(std::make_index_sequence<4>());
    case 3:
      return add_to(std::make_index_sequence<3>());
    case 2:
      return add_to(std::make_index_sequence<2>());
    default:
      return add_to(std::make_index_sequence<1>());
  }
}

bool VolleyNeurons::search(const Potential& p, const Instant& from, const Instant& to,
                           const Threshold& threshold, FirstSpike& out) const {
  const auto fire = [&](double t) {
    out = {t, value(p, t)};
    return true;
  };
  const auto gap = [&](double t) { return value(p, t) - threshold.at(t); };

  const double V_from = value(p, from);
  out.V_mV = std::max(out.V_mV, V_from);
  if (V_from >= threshold.at(from.t)) return fire(from.t);

  const bool falls = from.t >= threshold.falls_ms;
  if (p.membrane <= 0.0 || p.synapse <= 0.0) return falls && gap(to.t) >= 0.0 && fire(to.t);
  const TwoExponentials V{.first = k_ * p.membrane * from.membrane,
                          .second = k_ * p.synapse * from.synapse,
                          .first_rate = membrane_rate_,
                          .second_rate = synapse_rate_};
  if (!falls) {
    if (slope(p, from) <= 0.0) return false;
    const Instant top = slope(p, to) > 0.0 ? to : instant(std::min(peak_time(p), to.t));
    const double V_top = value(p, top);
    out.V_mV = std::max(out.V_mV, V_top);
    if (V_top < threshold.level_mV) return false;
    if (!V.is_mild(top.t - from.t)) return fire(solve_rising(p, from.t, top.t, threshold));
    const double t = from.t + V.meets_line(threshold.level_mV, 0.0, top.t - from.t);
    out = {std::min(t, top.t), threshold.level_mV};
    return true;
  }

  // gap(t) = V(t) - falling line
  const double fall_rate = threshold.level_mV / threshold.fall_ms;
  if (V.gains_on_line(fall_rate, to.t - from.t)) {
    const double t = from.t + V.meets_line(threshold.at(from.t), fall_rate, to.t - from.t);
    if (t > to.t) return false;
    out = {t, threshold.at(t)};
    return true;
  }
  // Concave up to the inflection of V, convex after it.
  const double bend = std::clamp(inflection_time(p), from.t, to.t);
  if (bend > from.t) {
    if (gap(bend) >= 0.0) return fire(solve_rising(p, from.t, bend, threshold));
    double rising = from.t, sinking = bend;  // brackets the highest gap of the concave part
    if (slope(p, rising) + fall_rate > 0.0 && slope(p, sinking) + fall_rate < 0.0) {
      while (sinking - rising > tolerance_ms) {
        const double middle = 0.5 * (rising + sinking);
        (slope(p, middle) + fall_rate > 0.0 ? rising : sinking) = middle;
      }
      if (gap(rising) >= 0.0) return fire(solve_rising(p, from.t, rising, threshold));
    }
  }
  return gap(to.t) >= 0.0 && fire(solve_rising(p, bend, to.t, threshold));
}

// The crossing in [low, high]: below the threshold at low, not below at high, once in between.
// Newton's steps, halving the bracket whenever one leaves it.
double VolleyNeurons::solve_rising(const Potential& p, double low, double high,
                                   const Threshold& threshold) const {
  const double fall_rate = high > threshold.falls_ms ? threshold.level_mV / threshold.fall_ms : 0.0;
  double t = high;
  while (high - low > tolerance_ms) {
    const double gap = value(p, t) - threshold.at(t);
    (gap < 0.0 ? low : high) = t;
    const double newton = t - gap / (slope(p, t) + fall_rate);
    const bool inside = newton > low && newton < high;
    const double next = inside ? newton : 0.5 * (low + high);
    if (std::abs(next - t) < tolerance_ms) return next;
    t = next;
  }
  return high;
}

}  // namespace memplast
