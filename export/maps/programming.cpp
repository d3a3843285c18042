#include "programming.hpp"

#include <algorithm>
#include <cmath>

#include "../../lib/numeric/random.hpp"

namespace memplast {
namespace {

double step(const AnyRule& rule, double lag_ms, double w) {
  return std::visit([&](const auto& r) { return static_cast<double>(r.dw(lag_ms, w)); }, rule);
}

/// The lags of pulses of one polarity, from the strongest on, each half as strong as the one
/// before; a pulse model has one strength.
std::vector<double> lags_of(const AnyRule& rule, int polarity) {
  if (const auto* pulse = std::get_if<PulseRule>(&rule))
    return {polarity * 0.5 * std::max(pulse->window().window, 1e-6)};
  constexpr double spacing_ms = 0.25, longest_ms = 500.0, middle = 0.5;
  double peak = 0.0, at = 0.0;
  for (double lag = spacing_ms; lag <= longest_ms; lag += spacing_ms)
    if (const double size = polarity * step(rule, polarity * lag, middle); size > peak) {
      peak = size;
      at = lag;
    }
  std::vector<double> lags;
  double share = 1.0;
  for (double lag = at; peak > 0.0 && lag <= longest_ms && lags.size() < 8; lag += spacing_ms)
    if (polarity * step(rule, polarity * lag, middle) <= share * peak) {
      lags.push_back(polarity * lag);
      share *= 0.5;
    }
  return lags;
}

/// The pulses that a rule offers.
struct Pulses {
  const AnyRule& rule;
  std::vector<double> up, down;

  explicit Pulses(const AnyRule& r) : rule(r), up(lags_of(r, 1)), down(lags_of(r, -1)) {}
  const std::vector<double>& towards(double w, double target) const {
    return target > w ? up : down;
  }
  double after(double lag_ms, double w) const { return clipped(w + step(rule, lag_ms, w)); }
};

/// Adds trains to `program` until no pulse brings it nearer.
void plan(DeviceProgram& program, const Pulses& pulses, int most) {
  double w = program.start_w;
  int left = most;
  const std::size_t strengths = std::max(pulses.up.size(), pulses.down.size());
  for (std::size_t k = 0; k < strengths; ++k) {
    for (int turn = 0; turn < 2; ++turn) {  // one way, and back if that went too far
      const auto& lags = pulses.towards(w, program.target_w);
      if (k >= lags.size()) continue;
      int count = 0;
      for (; left > 0; --left, ++count) {
        const double next = pulses.after(lags[k], w);
        if (!(std::abs(next - program.target_w) < std::abs(w - program.target_w))) break;
        w = next;
      }
      if (count > 0) program.trains.push_back({lags[k] > 0 ? 1 : -1, count, lags[k]});
    }
  }
  program.planned_w = w;
}

/// A device whose pulses and reads are noisy.
class NoisyDevice {
 public:
  NoisyDevice(const Pulses& pulses, const DeviceNoise& noise, const Conductance& device, double w,
              std::uint64_t seed)
      : pulses_(pulses),
        noise_(noise),
        device_(device),
        w_(w),
        cycle_(seed, Purpose::cycle),
        read_(seed, Purpose::read) {}

  double w() const { return w_; }
  void pulse(double lag_ms) {
    const double dw = step(pulses_.rule, lag_ms, w_);
    w_ = clipped(w_ + dw * (1.0 + noise_.step_relative * cycle_.normal()) +
                 noise_.step_w * cycle_.normal());
  }
  /// The mean of `n` reads.
  double read(int n) {
    double sum = 0.0;
    for (int k = 0; k < n; ++k)
      sum += device_.weight(device_.siemens(w_) * (1.0 + noise_.read_relative * read_.normal())) +
             noise_.read_w * read_.normal();
    return sum / n;
  }

 private:
  const Pulses& pulses_;
  DeviceNoise noise_;
  Conductance device_;
  double w_;
  Stream cycle_, read_;
};

/// Reads, and gives the pulse that should bring it nearest, until it is near enough.
void verify(DeviceProgram& program, NoisyDevice& device, const Pulses& pulses,
            const ProgrammingOptions& options) {
  program.verified_pulses = 0;
  for (; program.verified_pulses < options.most_pulses; ++program.verified_pulses) {
    const double seen = device.read(options.reads);
    if (std::abs(seen - program.target_w) <= options.tolerance_w) break;
    const auto& lags = pulses.towards(seen, program.target_w);
    if (lags.empty()) break;
    const auto distance = [&](double lag) {
      return std::abs(pulses.after(lag, clipped(seen)) - program.target_w);
    };
    device.pulse(*std::min_element(lags.begin(), lags.end(),
                                   [&](double a, double b) { return distance(a) < distance(b); }));
  }
  program.verified_w = device.w();
}

}  // namespace

DeviceNoise noise_of(const ModelFile& model) {
  const auto recorded = [&](const char* key) {
    const json value = model.fit.is_object() ? model.fit.value(key, json()) : json();
    return value.is_number() ? std::max(value.get<double>(), 0.0) : 0.0;
  };
  const Variability& v = model.variability;
  DeviceNoise noise{v.ctoc_w, v.ctoc, 0.0, v.read_noise};
  if (v.ctoc == 0.0 && v.ctoc_w == 0.0) noise.step_w = recorded("step_noise");
  if (v.read_noise == 0.0) noise.read_w = recorded("read_noise");
  return noise;
}

std::vector<DeviceProgram> plan_programming(const DeviceLayout& devices, const ModelFile& model,
                                            const ProgrammingOptions& options) {
  const Pulses pulses(model.rule);
  const DeviceNoise noise = noise_of(model);
  const Conductance& range = model.conductance;
  if (options.start_w.size() != 1 && options.start_w.size() != devices.conductance.size())
    throw InputError({.where = "--start",
                      .expected = std::to_string(devices.conductance.size()) + " devices",
                      .got = std::to_string(options.start_w.size())});
  std::vector<DeviceProgram> out;
  for (std::size_t r = 0; r < devices.n_rows(); ++r)
    for (std::size_t c = 0; c < devices.n_columns(); ++c) {
      if (!devices.carries(r, c)) continue;
      const std::size_t i = r * devices.n_columns() + c;
      const double target = range.weight(devices.at(r, c));
      constexpr double rounding = 1e-9;
      if (target < -rounding || target > 1.0 + rounding)
        throw InputError({.where = "the map",
                          .expected = "conductances in the device's range, " +
                                      to_text(range.G_min) + " to " + to_text(range.G_max) + " S",
                          .got = to_text(devices.at(r, c)) + " S"});
      DeviceProgram program{.row = r,
                            .column = c,
                            .target_w = clipped(target),
                            .start_w = options.start_w[options.start_w.size() == 1 ? 0 : i],
                            .trains = {},
                            .planned_w = 0.0,
                            .blind_w = 0.0,
                            .verified_w = 0.0,
                            .verified_pulses = 0};
      plan(program, pulses, options.most_pulses);
      const auto& lags = pulses.towards(program.start_w, program.target_w);
      const bool stuck = std::none_of(lags.begin(), lags.end(), [&](double lag) {
        return pulses.after(lag, program.start_w) != program.start_w;
      });
      if (stuck && std::abs(program.target_w - program.start_w) > options.tolerance_w)
        throw InputError({.where = "--start-w",
                          .expected = "a state that a pulse changes",
                          .got = to_text(program.start_w),
                          .mend = "The rule " + std::string(rule_name(model.rule)) +
                                  " makes no step from there."});
      const auto seed = derive_seed(options.seed, Purpose::device, i);
      NoisyDevice blind(pulses, noise, range, program.start_w, seed);
      for (const auto& train : program.trains)
        for (int k = 0; k < train.count; ++k) blind.pulse(train.lag_ms);
      program.blind_w = blind.w();
      NoisyDevice verified(pulses, noise, range, program.start_w, seed);
      verify(program, verified, pulses, options);
      out.push_back(std::move(program));
    }
  return out;
}

Residual residual(const std::vector<DeviceProgram>& programs, double DeviceProgram::*reached) {
  std::vector<double> distances;
  for (const auto& p : programs) distances.push_back(std::abs(p.*reached - p.target_w));
  std::sort(distances.begin(), distances.end());
  return {distances[distances.size() / 2], distances.back()};
}

std::string programming_csv(const std::vector<DeviceProgram>& programs, const DeviceLayout& devices,
                            const ModelFile& model) {
  std::string out;
  const auto note = [&](const std::string& key, const std::string& value) {
    out += "# " + key + " = " + value + '\n';
  };
  for (const auto& [key, value] : devices.map.metadata.items()) note(key, metadata_text(value));
  note("device_rule", std::string(rule_name(model.rule)));
  const auto residuals = [&](const std::string& name, double DeviceProgram::*reached) {
    const auto r = residual(programs, reached);
    note("residual_" + name + "_median_w", to_text(r.median));
    note("residual_" + name + "_max_w", to_text(r.largest));
  };
  residuals("planned", &DeviceProgram::planned_w);
  residuals("blind", &DeviceProgram::blind_w);
  residuals("verified", &DeviceProgram::verified_w);
  out +=
      "row,column,target_G_S,target_w,start_w,train,polarity,count,amplitude_V,width_s,lag_ms,"
      "planned_w,blind_w,verified_w,verified_pulses\n";
  const bool has_lags = !std::holds_alternative<PulseRule>(model.rule);
  for (const auto& p : programs)
    for (std::size_t k = 0; k < p.trains.size(); ++k) {
      const auto& train = p.trains[k];
      out += join({std::to_string(p.row), std::to_string(p.column),
                   to_text(devices.at(p.row, p.column)), to_text(p.target_w), to_text(p.start_w),
                   std::to_string(k), std::to_string(train.polarity), std::to_string(train.count),
                   to_text(train.polarity * model.conductance.V_write),
                   to_text(model.conductance.t_write), has_lags ? to_text(train.lag_ms) : "",
                   to_text(p.planned_w), to_text(p.blind_w), to_text(p.verified_w),
                   std::to_string(p.verified_pulses)},
                  ",") +
             '\n';
    }
  return out;
}

}  // namespace memplast
