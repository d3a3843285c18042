#include "device_array.hpp"

#include <cmath>

namespace memplast {
namespace {

constexpr int stuck_stream = 1;  // indices of the streams of one seed's devices
constexpr int limits_stream = 2;
constexpr int drift_stream = 3;

/// A factor of mean 1 and relative standard deviation `spread`.
double log_normal(Stream& stream, double spread) {
  const double s = std::sqrt(std::log1p(spread * spread));
  return std::exp(s * stream.normal() - 0.5 * s * s);
}

}  // namespace

DeviceArray::DeviceArray(const Variability& variability, const Conductance& nominal, int n_pre,
                         int n_post, std::uint64_t seed, const PulseRule* pulses)
    : v_(variability),
      pulses_(pulses),
      G_ratio_(nominal.G_min / (nominal.G_max - nominal.G_min)),
      gain_(Weights::Ones(n_pre, n_post)),
      offset_(Weights::Zero(n_pre, n_post)),
      cycle_(seed, Purpose::cycle),
      rounding_(seed, Purpose::level),
      noise_(seed, Purpose::read) {
  const auto each = [&](auto&& draw) {
    for (int i = 0; i < n_pre; ++i)
      for (int j = 0; j < n_post; ++j) draw(i, j);
  };
  if (v_.dtod > 0.0) {
    Stream device(seed, Purpose::device);
    const auto draw = [&](double) { return std::max(0.0, 1.0 + v_.dtod * device.normal()); };
    gain_plus_ = gain_.unaryExpr(draw);
    gain_minus_ = gain_.unaryExpr(draw);
  }
  if (v_.G_min_dtod > 0.0 || v_.G_max_dtod > 0.0) {
    Stream limits(seed, Purpose::device, limits_stream);
    each([&](int i, int j) {
      const double G_min = nominal.G_min * log_normal(limits, v_.G_min_dtod);
      const double G_max = std::max(G_min, nominal.G_max * log_normal(limits, v_.G_max_dtod));
      gain_(i, j) = nominal.weight(G_max) - nominal.weight(G_min);
      offset_(i, j) = nominal.weight(G_min);
    });
  }
  if (v_.stuck_low + v_.stuck_high + v_.stuck_random > 0.0) {
    Stream stuck(seed, Purpose::device, stuck_stream);
    each([&](int i, int j) {
      const double lot = stuck.uniform(), anywhere = stuck.uniform();
      const double low = v_.stuck_low, high = low + v_.stuck_high;
      if (lot >= high + v_.stuck_random) return;
      const double w = lot < low ? 0.0 : lot < high ? 1.0 : anywhere;
      offset_(i, j) = expected(i, j, w);
      gain_(i, j) = 0.0;
    });
  }
  if (v_.drift_time > 0.0) {
    Stream drift(seed, Purpose::device, drift_stream);
    nu_ = gain_.unaryExpr([&](double) { return v_.drift_nu + v_.drift_nu_dtod * drift.normal(); });
  }
}

double DeviceArray::to_level(double w) {
  if (v_.levels == 0) return w;
  const double step = 1.0 / (v_.levels - 1);
  const double chance = v_.stochastic_rounding != 0 ? rounding_.uniform() : 0.5;
  return clipped(std::floor(w / step + chance) * step);
}

double DeviceArray::share_of_pulse(double w, double dw) const {
  if (!pulses_) return 1.0;
  return std::abs(dw) / (dw > 0.0 ? pulses_->D_plus(w) : pulses_->D_minus(w));
}

double DeviceArray::program(int i, int j, double w, double dw) {
  if (dw == 0.0) return w;
  const double share = v_.ctoc_w > 0.0 ? share_of_pulse(w, dw) : 0.0;
  if (v_.dtod > 0.0) dw *= dw > 0.0 ? gain_plus_(i, j) : gain_minus_(i, j);
  if (v_.ctoc > 0.0) dw *= 1.0 + v_.ctoc * cycle_.normal();
  if (v_.ctoc_w > 0.0) dw += v_.ctoc_w * std::sqrt(share) * cycle_.normal();
  if (std::abs(dw) < v_.write_threshold) return w;
  return to_level(clipped(w + dw));
}

double DeviceArray::read(int i, int j, double w) {
  const double mean = expected(i, j, w);
  if (v_.read_noise == 0.0) return mean;
  return mean + (mean + G_ratio_) * v_.read_noise * noise_.normal();
}

void DeviceArray::settle(Weights& w) {
  for (auto& state : w.reshaped()) state = to_level(state);
}

void DeviceArray::age() {
  if (nu_.size() == 0) return;
  const double passed = 1.0 + v_.drift_time / v_.drift_t0;
  for (int i = 0; i < nu_.rows(); ++i)
    for (int j = 0; j < nu_.cols(); ++j) {
      const double kept = std::pow(passed, -nu_(i, j));
      gain_(i, j) *= kept;
      offset_(i, j) = (offset_(i, j) + G_ratio_) * kept - G_ratio_;
    }
}

Weights DeviceArray::transmitted(const Weights& w) const { return gain_.cwiseProduct(w) + offset_; }

}  // namespace memplast
