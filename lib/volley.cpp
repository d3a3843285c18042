#include "volley.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "error.hpp"
#include "fast_exp.hpp"

namespace memplast {
namespace {

constexpr double tolerance_ms = 1e-10;

// V(s) = first exp(-first_rate s) - second exp(-second_rate s), s >= 0
struct TwoExponentials {
  double first, second, first_rate, second_rate;

  // No -V'(s) is larger.
  double fastest_fall() const {
    return std::max(first * first_rate, 0.0) + std::max(-second * second_rate, 0.0);
  }
  // Whether state_exp may be used up to s.
  bool is_mild(double s) const { return s * std::max(first_rate, second_rate) < 700.0; }

  // The s <= longest at which V meets the line level - fall_rate s from below, or infinity; V must
  // not fall faster than the line. Halley's steps, halving the bracket whenever one leaves it; a
  // step d leaves an error of d^3 [V''^2/(4 gap'^2) - V^(3)/(6 gap')], which ends the search.
  double meets_line(double level, double fall_rate, double longest) const {
    double s = 0.0, a = first, b = second, gap = a - b - level;
    double low = 0.0, high = longest;
    bool gap_closes = false;  // by `high`, that is known
    while (high - low > tolerance_ms) {
      const double slope = b * second_rate - a * first_rate + fall_rate;
      const double bend = a * first_rate * first_rate - b * second_rate * second_rate;
      const double twist =
          b * second_rate * second_rate * second_rate - a * first_rate * first_rate * first_rate;
      const double step = -2.0 * gap * slope / (2.0 * slope * slope - gap * bend);
      const double error = std::abs(step * step * step) *
                           (0.25 * bend * bend + std::abs(twist) * slope / 6.0) / (slope * slope);
      const bool inside = s + step > low && s + step < high;
      if (inside && error < tolerance_ms) return s + step;
      s = inside ? s + step : gap_closes ? 0.5 * (low + high) : high;
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
  std::vector<std::size_t> order(volley.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](auto a, auto b) { return volley.t_ms[a] < volley.t_ms[b]; });
  Volley sorted;
  for (const auto i : order) {
    sorted.pre.push_back(volley.pre[i]);
    sorted.t_ms.push_back(volley.t_ms[i]);
    sorted.membrane.push_back(std::exp((volley.t_ms[i] - end_ms_) * membrane_rate_));
    sorted.synapse.push_back(std::exp((volley.t_ms[i] - end_ms_) * synapse_rate_));
  }
  volley = std::move(sorted);
}

double VolleyNeurons::value(const Potential& p, double t) const {
  const double s = t - end_ms_;
  return k_ *
         (p.membrane * std::exp(-s * membrane_rate_) - p.synapse * std::exp(-s * synapse_rate_));
}

double VolleyNeurons::slope(const Potential& p, double t) const {
  const double s = t - end_ms_;
  return k_ * (p.synapse * synapse_rate_ * std::exp(-s * synapse_rate_) -
               p.membrane * membrane_rate_ * std::exp(-s * membrane_rate_));
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
  const auto search_interval = [&](const Potential& p, double from, double to, FirstSpike& spike) {
    from = std::max(from, threshold.opens_ms);
    to = std::min(to, threshold.closes_ms);
    if (!(from <= to)) return false;
    const bool bends = from < threshold.falls_ms && threshold.falls_ms < to;
    if (!bends) return search(p, from, to, threshold, spike);
    return search(p, from, threshold.falls_ms, threshold, spike) ||
           search(p, threshold.falls_ms, to, threshold, spike);
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
    const auto search_all = [&](double from, double to) {
      for (std::size_t j = 0; j < n; ++j)
        fired[j] = fired[j] || search_interval(potential[j], from, to, out[first + j]);
    };
    std::fill_n(out.begin() + static_cast<std::ptrdiff_t>(first), n, FirstSpike{});
    add(volley, 0, first_open, w, first, n, potential);
    for (std::size_t i = first_open; i < volley.size(); ++i) {
      search_all(i > 0 ? volley.t_ms[i - 1] : 0.0, volley.t_ms[i]);
      add(volley, i, i + 1, w, first, n, potential);
    }
    search_all(volley.size() > 0 ? volley.t_ms.back() : 0.0, threshold.closes_ms);
  }
}

// Adds the spikes from `begin` to `end` to the potentials of n post neurons from `first` on.
void VolleyNeurons::add(const Volley& volley, std::size_t begin, std::size_t end, const Weights& w,
                        std::size_t first, std::size_t n, std::array<Potential, block>& potential) {
  const auto add_to = [&]<std::size_t... j>(std::index_sequence<j...>) {
    std::array<Potential, sizeof...(j)> sum{potential[j]...};
    const double* const columns = w.data() + first;
    for (std::size_t i = begin; i < end; ++i) {
      const double* const row = columns + volley.pre[i] * w.cols();
      ((sum[j].membrane += row[j] * volley.membrane[i]), ...);
      ((sum[j].synapse += row[j] * volley.synapse[i]), ...);
    }
    ((potential[j] = sum[j]), ...);
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

bool VolleyNeurons::search(const Potential& p, double from, double to, const Threshold& threshold,
                           FirstSpike& out) const {
  const auto fire = [&](double t) {
    out = {t, value(p, t)};
    return true;
  };
  const auto gap = [&](double t) { return value(p, t) - threshold.at(t); };

  const double V_from = value(p, from);
  out.V_mV = std::max(out.V_mV, V_from);
  if (V_from >= threshold.at(from)) return fire(from);

  const bool falls = from >= threshold.falls_ms;
  if (p.membrane <= 0.0 || p.synapse <= 0.0) return falls && gap(to) >= 0.0 && fire(to);
  if (!falls) {
    const double top = std::min(peak_time(p), to);
    if (top <= from) return false;
    out.V_mV = std::max(out.V_mV, value(p, top));
    return out.V_mV >= threshold.level_mV && fire(solve_rising(p, from, top, threshold));
  }

  // gap(t) = V(t) - falling line. As a rule V cannot fall as fast as the line: the gap grows.
  const double fall_rate = threshold.level_mV / threshold.fall_ms;
  const TwoExponentials V{.first = k_ * p.membrane * std::exp((end_ms_ - from) * membrane_rate_),
                          .second = k_ * p.synapse * std::exp((end_ms_ - from) * synapse_rate_),
                          .first_rate = membrane_rate_,
                          .second_rate = synapse_rate_};
  if (V.fastest_fall() < fall_rate && V.is_mild(to - from)) {
    const double t = from + V.meets_line(threshold.at(from), fall_rate, to - from);
    if (t > to) return false;
    out = {t, threshold.at(t)};
    return true;
  }
  // Concave up to the inflection of V, convex after it.
  const double bend = std::clamp(inflection_time(p), from, to);
  if (bend > from) {
    if (gap(bend) >= 0.0) return fire(solve_rising(p, from, bend, threshold));
    double rising = from, sinking = bend;  // brackets the highest gap of the concave part
    if (slope(p, rising) + fall_rate > 0.0 && slope(p, sinking) + fall_rate < 0.0) {
      while (sinking - rising > tolerance_ms) {
        const double middle = 0.5 * (rising + sinking);
        (slope(p, middle) + fall_rate > 0.0 ? rising : sinking) = middle;
      }
      if (gap(rising) >= 0.0) return fire(solve_rising(p, from, rising, threshold));
    }
  }
  return gap(to) >= 0.0 && fire(solve_rising(p, bend, to, threshold));
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
