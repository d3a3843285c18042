#include "fold.hpp"

#include <algorithm>

namespace memplast {

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

}  // namespace memplast
