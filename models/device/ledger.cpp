#include "ledger.hpp"

#include "../../lib/numeric/vectorised.hpp"

namespace memplast {

void Ledger::count_reads(const Weights& w, std::span<const int> pre) {
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

Ledger& Ledger::operator+=(const Ledger& other) {
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

double read_energy_J(const Ledger& cost, const Conductance& device) {
  const double siemens = static_cast<double>(cost.reads) * device.G_min +
                         cost.read_weight * (device.G_max - device.G_min);
  return siemens * device.V_read * device.V_read * device.t_read;
}

double write_energy_J(const Ledger& cost, const Conductance& device) {
  const double siemens = static_cast<double>(cost.writes) * device.G_min +
                         cost.write_weight * (device.G_max - device.G_min);
  return siemens * device.V_write * device.V_write * device.t_write;
}

}  // namespace memplast
