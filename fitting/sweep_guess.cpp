#include "sweep_guess.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace memplast {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double unknown = std::numeric_limits<double>::infinity();

/// Averages over a 200th of a trace, I weighted by V so that I / V is a local conductance.
std::vector<OutlinePoint> outline(const SweepTrace& trace) {
  std::vector<OutlinePoint> out;
  const std::size_t n = trace.trusted.size(), width = std::max<std::size_t>(1, n / 200);
  for (std::size_t first = 0; first < n; first += width) {
    const std::size_t end = std::min(n, first + width);
    double t = 0.0, V = 0.0, VI = 0.0, VV = 0.0;
    for (std::size_t k = first; k < end; ++k) {
      const auto& knot = trace.course[trace.trusted[k]];
      t += knot.t;
      V += knot.V;
      VI += knot.V * trace.I[trace.trusted[k]];
      VV += knot.V * knot.V;
    }
    const auto count = static_cast<double>(end - first);
    out.push_back({t / count, V / count, VV > 0.0 ? V / count * VI / VV : 0.0});
  }
  return out;
}

/// The value below which a share of the values lies; NaN of none.
double quantile(std::vector<double> values, double share) {
  if (values.empty()) return nan;
  const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
  std::nth_element(values.begin(), values.begin() + at, values.end());
  return values[static_cast<std::size_t>(at)];
}

/// I / scale(V) of all points with a voltage that is not small.
template <class Scale>
std::vector<double> ratios(const SweepShape& shape, const Scale& scale) {
  std::vector<double> out;
  for (const auto& trace : shape.traces)
    for (const auto& p : trace)
      if (std::abs(p.V) > 0.2 * shape.V_max) out.push_back(p.I / scale(p.V));
  return out;
}

/// Between low and high, evenly in the logarithm.
double between(Stream& random, double low, double high) {
  return low * std::pow(high / low, random.uniform());
}

/// In every other guess x is taken to have moved through a part of its range only, whose ends are
/// then far beyond what was seen.
bool moved_little(Stream& random) { return random.uniform() < 0.5; }

/// Resistances of the ends, from the conductances seen.
template <class M>
void draw_currents(M& m, const SweepShape& shape, Stream& random) {
  const auto G = ratios(shape, [](double V) { return V; });
  const double most = std::max(quantile(G, 0.99), 1e-15);
  const double least = std::clamp(quantile(G, 0.03), 1e-6 * most, most);
  const bool little = moved_little(random);
  m.R_on = between(random, little ? 0.02 : 0.7, 1.05) / most;
  m.R_off = std::max(between(random, 0.8, little ? 50.0 : 2.0) / least, 1.2 * m.R_on);
}

/// Scales of the current for a curvature.
void draw_currents(Yakopcic<>& m, const SweepShape& shape, Stream& random) {
  m.b = std::clamp(between(random, 0.2, 8.0) / shape.V_max, 1e-3, 50.0);
  const auto scales = ratios(shape, [&](double V) { return std::sinh(m.b * V); });
  const double far = moved_little(random) ? 30.0 : 1.6;
  m.a_1 = std::max(quantile(scales, 0.99), 1e-15) * between(random, 1.0, far);
  m.a_2 = m.a_1 * between(random, 0.7, 1.4);
}

/// How x moves, but for rates: linear ion drift.
template <class M>
void draw_motion(M& m, const SweepShape& shape, Stream& random) {
  m.p = between(random, 1.0, 6.0);
  m.k = shape.polarity;
}

void draw_motion(Vteam<>& m, const SweepShape& shape, Stream& random) {
  m.v_on = shape.polarity * shape.V_max * between(random, 0.1, 0.9);
  m.v_off = -shape.polarity * shape.V_max * between(random, 0.1, 0.9);
  m.alpha_on = between(random, 1.0, 6.0);
  m.alpha_off = between(random, 1.0, 6.0);
}

void draw_motion(Yakopcic<>& m, const SweepShape& shape, Stream& random) {
  m.V_p = shape.V_max * between(random, 0.1, 0.9);
  m.V_n = shape.V_max * between(random, 0.1, 0.9);
  m.x_p = between(random, 0.15, 0.8);
  m.x_n = between(random, 0.15, 0.8);
  m.alpha_p = between(random, 0.5, 8.0);
  m.alpha_n = between(random, 0.5, 8.0);
  m.eta = shape.polarity;
}

/// Parameters that matter in one direction of x only, at voltages of one sign (0: of both). The
/// rate of x is linear in the first.
template <class M>
struct Direction {
  double sign;
  std::vector<double M::*> members;
};

template <class M>
std::vector<Direction<M>> directions_of(const M&) {
  return {{0.0, {&M::k, &M::p}}};
}
std::vector<Direction<Vteam<>>> directions_of(const Vteam<>& m) {
  using M = Vteam<>;
  return {{m.v_on > 0.0 ? 1.0 : -1.0, {&M::k_on, &M::v_on, &M::alpha_on}},
          {m.v_off > 0.0 ? 1.0 : -1.0, {&M::k_off, &M::v_off, &M::alpha_off}}};
}
std::vector<Direction<Yakopcic<>>> directions_of(const Yakopcic<>& m) {
  using M = Yakopcic<>;
  const auto up = {&M::x_p, &M::alpha_p}, down = {&M::x_n, &M::alpha_n};  // of x
  std::vector<Direction<M>> out{{1.0, {&M::A_p, &M::V_p}}, {-1.0, {&M::A_n, &M::V_n}}};
  auto& positive = out[0].members;
  auto& negative = out[1].members;
  positive.insert(positive.end(), m.eta > 0.0 ? up : down);
  negative.insert(negative.end(), m.eta > 0.0 ? down : up);
  return out;
}

/// The state in [0, 1] that makes a current.
template <class M>
double state_of(const M& m, double V, double I) {
  double low = 0.0, high = 1.0;
  for (int halvings = 0; halvings < 20; ++halvings) {
    const double middle = 0.5 * (low + high);
    (m.I(middle, V) / V < I / V ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

/// The course of x that the currents show; where the voltage is too small to tell, that of before.
template <class M>
std::vector<double> states(const M& m, const std::vector<OutlinePoint>& trace, double V_max) {
  std::vector<double> x;
  double last = nan;
  for (const auto& p : trace) {
    if (std::abs(p.V) > 0.1 * V_max) last = state_of(m, p.V, p.I);
    x.push_back(last);
  }
  const auto first = std::find_if(x.begin(), x.end(), [](double at) { return !std::isnan(at); });
  std::fill(x.begin(), first, first == x.end() ? 0.5 : *first);
  return x;
}

/// Sets the rate of a direction such that the model moves x as the data do, by least squares over
/// changes of x, and returns the sum of squares that is left.
template <class M>
double set_rate(M& m, const Direction<M>& direction, const SweepShape& shape,
                const std::vector<std::vector<double>>& x) {
  const auto rate = direction.members.front();
  M unit = m;
  for (const auto& other : directions_of(m)) unit.*other.members.front() = 0.0;
  unit.*rate = m.*rate < 0.0 ? -1.0 : 1.0;
  double uu = 0.0, ux = 0.0, xx = 0.0, whole = 0.0;
  for (std::size_t k = 0; k < shape.traces.size(); ++k) {
    const auto& trace = shape.traces[k];
    whole += trace.back().t - trace.front().t;
    const std::size_t stride = std::max<std::size_t>(1, trace.size() / 100);
    for (std::size_t i = stride; i < trace.size(); i += stride) {
      if (trace[i - stride / 2].V * direction.sign < 0.0) continue;
      double u = 0.0;
      for (std::size_t j = i - stride; j < i; ++j)
        u += 0.5 * (trace[j + 1].t - trace[j].t) *
             (unit.dx_dt(x[k][j], trace[j].V) + unit.dx_dt(x[k][j + 1], trace[j + 1].V));
      const double moved = x[k][i] - x[k][i - stride];
      uu += u * u;
      ux += u * moved;
      xx += moved * moved;
    }
  }
  const double found = uu > 0.0 ? std::max(ux / uu, 1e-3 / whole) : 1.0 / whole;
  m.*rate = unit.*rate * found;
  return xx - 2.0 * found * ux + found * found * uu;
}

/// Puts the parameters of `kept` that are finite into m.
template <class M>
void keep(M& m, const M& kept) {
  for_each_param<M>([&](const auto& param) {
    if (const double value = kept.*param.member; std::isfinite(value)) m.*param.member = value;
  });
}

}  // namespace

SweepShape shape_of(const SweepData& data) {
  SweepShape shape;
  for (const auto& trace : data.traces) shape.traces.push_back(outline(trace));
  for (const auto& trace : shape.traces)
    for (const auto& p : trace) shape.V_max = std::max(shape.V_max, std::abs(p.V));
  double rise = 0.0;  // of the conductance along with the voltage
  for (const auto& trace : shape.traces)
    for (std::size_t i = 1; i < trace.size(); ++i) {
      const auto &a = trace[i - 1], &b = trace[i];
      if (std::min(std::abs(a.V), std::abs(b.V)) > 0.2 * shape.V_max && a.V * b.V > 0.0)
        rise += (b.I / b.V - a.I / a.V) * (a.V + b.V);
    }
  if (rise < 0.0) shape.polarity = -1.0;
  return shape;
}

template <class M>
SweepGuess<M> guess(const SweepShape& shape, const M& kept, std::uint64_t seed, int index) {
  Stream random(seed, Purpose::start, static_cast<std::uint64_t>(index));
  M m;
  draw_currents(m, shape, random);
  draw_motion(m, shape, random);
  keep(m, kept);
  std::vector<std::vector<double>> x;
  for (const auto& trace : shape.traces) x.push_back(states(m, trace, shape.V_max));

  std::vector<double> least(directions_of(m).size(), unknown);
  SweepGuess<M> out{m, {}};
  for (int draw = 0; draw < 20; ++draw) {
    M trial = m;
    draw_motion(trial, shape, random);
    keep(trial, kept);
    const auto directions = directions_of(trial);
    for (std::size_t d = 0; d < directions.size(); ++d) {
      const double misfit = set_rate(trial, directions[d], shape, x);
      if (!(misfit < least[d])) continue;
      least[d] = misfit;
      for (const auto member : directions[d].members) out.model.*member = trial.*member;
    }
  }
  keep(out.model, kept);
  for (const auto& trace : x)
    out.x_start.push_back(trace.empty() ? 0.5 : std::clamp(trace.front(), 0.02, 0.98));
  return out;
}

template SweepGuess<BiolekDrift<>> guess(const SweepShape&, const BiolekDrift<>&, std::uint64_t,
                                         int);
template SweepGuess<JoglekarDrift<>> guess(const SweepShape&, const JoglekarDrift<>&, std::uint64_t,
                                           int);
template SweepGuess<Vteam<>> guess(const SweepShape&, const Vteam<>&, std::uint64_t, int);
template SweepGuess<Yakopcic<>> guess(const SweepShape&, const Yakopcic<>&, std::uint64_t, int);

}  // namespace memplast
