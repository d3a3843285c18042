#include "programming.hpp"

#include <algorithm>
#include <cmath>

#include "../../lib/numeric/random.hpp"
#include "../../models/device/synapses.hpp"
#include "../../models/model_file.hpp"

namespace memplast {
namespace {

/// The pulses that a rule offers, each strength half of the one before; a pulse model has one.
class OfferedPulses {
 public:
  explicit OfferedPulses(const RulePtr& rule)
      : rule_(rule), programmer_(*rule, Programming::verified, middle, strongest) {}

  const std::vector<double>& up() const { return programmer_.ladder_ms(+1.0); }
  const std::vector<double>& down() const { return programmer_.ladder_ms(-1.0); }
  const std::vector<double>& towards(double w, double target) const {
    return target > w ? up() : down();
  }
  double step(double lag_ms, double w) const { return rule_->dw(lag_ms, w); }
  double after(double lag_ms, double w) const { return clipped(w + step(lag_ms, w)); }

 private:
  static constexpr double middle = 0.5, strongest = 0.0;  // of w; the base pulse
  RulePtr rule_;
  Programmer programmer_;
};

/// Adds trains to `program` until no pulse brings it nearer.
void plan(DeviceProgram& program, const OfferedPulses& pulses, int most) {
  double w = program.start_w;
  int left = most;
  const std::size_t strengths = std::max(pulses.up().size(), pulses.down().size());
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

/// The devices of a layout, as a run has them, and the read noise that a fit recorded.
class Simulated {
 public:
  Simulated(const ModelFile& model, const DeviceNoise& noise, const Weights& start,
            std::uint64_t seed)
      : devices_(noisy(model, noise), start, seed),
        read_w_(noise.read_w),
        read_(seed, Purpose::noise) {}

  void pulse(const DeviceProgram& at, double lag_ms) {
    const int row = static_cast<int>(at.row);
    constexpr double t_pre = 0.0;
    devices_.pair(static_cast<int>(at.column), lag_ms, {&row, 1}, {&t_pre, 1});
  }
  /// The mean of `n` reads.
  double read(const DeviceProgram& at, int n) {
    double sum = 0.0;
    for (int k = 0; k < n; ++k)
      sum += devices_.read(static_cast<int>(at.row), static_cast<int>(at.column)) +
             read_w_ * read_.normal();
    return sum / n;
  }
  /// What it transmits, without noise.
  double w(const DeviceProgram& at) const {
    return devices_.transmitted(static_cast<int>(at.row), static_cast<int>(at.column));
  }

 private:
  static Device noisy(const ModelFile& model, const DeviceNoise& noise) {
    Device out = device_of(model);
    out.spread.ctoc = noise.step_relative;
    out.spread.ctoc_w = noise.step_w;
    out.spread.read_noise = noise.read_relative;
    return out;
  }

  Synapses devices_;
  double read_w_;
  Stream read_;
};

/// Reads, and gives the pulse that should bring it nearest, until it is near enough.
void verify(DeviceProgram& program, Simulated& devices, const OfferedPulses& pulses,
            const ProgrammingOptions& options) {
  program.verified_pulses = 0;
  for (; program.verified_pulses < options.most_pulses; ++program.verified_pulses) {
    const double seen = devices.read(program, options.reads);
    if (std::abs(seen - program.target_w) <= options.tolerance_w) break;
    const auto& lags = pulses.towards(seen, program.target_w);
    if (lags.empty()) break;
    const auto distance = [&](double lag) {
      return std::abs(pulses.after(lag, clipped(seen)) - program.target_w);
    };
    devices.pulse(program, *std::min_element(lags.begin(), lags.end(), [&](double a, double b) {
                    return distance(a) < distance(b);
                  }));
  }
  program.verified_w = devices.w(program);
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
  const OfferedPulses pulses(device_of(model).rule);
  const DeviceNoise noise = noise_of(model);
  const Conductance& range = model.conductance;
  if (options.start_w.size() != 1 && options.start_w.size() != devices.conductance.size())
    throw InputError({.where = "start weights",
                      .expected = std::to_string(devices.conductance.size()) + " devices",
                      .got = std::to_string(options.start_w.size())});
  Weights start(devices.n_rows(), devices.n_columns());
  for (Eigen::Index k = 0; k < start.size(); ++k)
    start.data()[k] =
        options.start_w[options.start_w.size() == 1 ? 0 : static_cast<std::size_t>(k)];
  Simulated blind(model, noise, start, options.seed), verified(model, noise, start, options.seed);
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
        throw InputError({.where = "start weight",
                          .expected = "a state that a pulse changes",
                          .got = to_text(program.start_w),
                          .mend = "The rule " + std::string(rule_name(model.rule)) +
                                  " makes no step from there."});
      for (const auto& train : program.trains)
        for (int k = 0; k < train.count; ++k) blind.pulse(program, train.lag_ms);
      program.blind_w = blind.w(program);
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
