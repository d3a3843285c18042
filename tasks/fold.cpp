#include "fold.hpp"

#include <algorithm>
#include <string>

#include "../lib/numeric/vectorised.hpp"

namespace memplast {

void Cost::count_reads(const Weights& w, std::span<const int> pre) {
  reads += static_cast<std::int64_t>(pre.size()) * w.cols();
  const Eigen::Index n_post = w.cols();
  const auto row = [&](std::size_t i) { return w.data() + pre[i] * n_post; };
  // Four rows at a time, so that four additions are in flight.
  double a = 0.0, b = 0.0, c = 0.0, d = 0.0;
  std::size_t i = 0;
  for (; i + 4 <= pre.size(); i += 4) {
    const double *w_a = row(i), *w_b = row(i + 1), *w_c = row(i + 2), *w_d = row(i + 3);
    for (Eigen::Index j = 0; j < n_post; ++j) {
      MEMPLAST_ONE_BY_ONE;
      a += w_a[j];
      b += w_b[j];
      c += w_c[j];
      d += w_d[j];
    }
  }
  for (; i < pre.size(); ++i)
    for (Eigen::Index j = 0; j < n_post; ++j) a += row(i)[j];
  read_weight += (a + b) + (c + d);
}

Cost& Cost::operator+=(const Cost& other) {
  samples += other.samples;
  input_spikes += other.input_spikes;
  output_spikes += other.output_spikes;
  reads += other.reads;
  read_weight += other.read_weight;
  writes += other.writes;
  write_weight += other.write_weight;
  neuron_updates += other.neuron_updates;
  simulated_ms += other.simulated_ms;
  return *this;
}

double read_energy_J(const Cost& cost, const Conductance& device) {
  const double siemens = static_cast<double>(cost.reads) * device.G_min +
                         cost.read_weight * (device.G_max - device.G_min);
  return siemens * device.V_read * device.V_read * device.t_read;
}

double write_energy_J(const Cost& cost, const Conductance& device) {
  const double siemens = static_cast<double>(cost.writes) * device.G_min +
                         cost.write_weight * (device.G_max - device.G_min);
  return siemens * device.V_write * device.V_write * device.t_write;
}

Weights random_start(int n_pre, int n_post, double w0, double spread, std::uint64_t seed) {
  Stream stream(seed, Purpose::weights);
  Weights w(n_pre, n_post);
  for (int i = 0; i < n_pre; ++i)
    for (int j = 0; j < n_post; ++j)
      w(i, j) = std::clamp(stream.uniform(w0 - spread, w0 + spread), 0.0, 1.0);
  return w;
}

Weights start_weights(const FoldData& fold, Eigen::Index row, int n_pre, double w0, double spread,
                      std::uint64_t seed) {
  const Weights& given = fold.weights;
  if (given.size() == 0) return random_start(n_pre, fold.n_classes, w0, spread, seed);
  if (row + n_pre > given.rows() || given.cols() != fold.n_classes)
    throw InputError({.where = "weights",
                      .expected = "at least " + std::to_string(row + n_pre) + " x " +
                                  std::to_string(fold.n_classes),
                      .got = std::to_string(given.rows()) + " x " + std::to_string(given.cols())});
  return given.middleRows(row, n_pre);
}

}  // namespace memplast
