#pragma once
#include <tuple>

#include "../lib/base/params.hpp"
#include "learner.hpp"

namespace memplast {

/// The seed's protocol: only the neuron of the sample's class may fire, and so learns.
struct OwnClassSettings {
  int n_fields = 10;
  double cut = 0.09;
  int epochs = 2;
  double w0 = 0.5;
  double w0_spread = 0.05;

  static constexpr auto params() {
    using P = OwnClassSettings;
    return std::tuple{
        Param<P, int>{"n_fields", "1", "receptive fields per feature", &P::n_fields, 3, 100},
        Param<P, double>{"cut", "1", "activation below which a field is silent", &P::cut, 0, 0.99},
        Param<P, int>{"epochs", "1", "passes over the training samples", &P::epochs, 0, 100000},
        Param<P, double>{"w0", "1", "mean of the start", &P::w0, 0.01, 0.99},
        Param<P, double>{"w0_spread", "1", "half width of the uniform start", &P::w0_spread, 0,
                         0.5}};
  }
};

struct OwnClassTemporal : OwnClassSettings {
  double T = 5.0;
  double tau_m = 20.0;
  double tau_syn = 5.0;
  double threshold = 0.7;

  static constexpr auto params() {
    using P = OwnClassTemporal;
    return std::tuple_cat(
        OwnClassSettings::params(),
        std::tuple{
            Param<P, double>{"T", "ms", "duration of a volley", &P::T, 0.01, 1000},
            Param<P, double>{"tau_m", "ms", "membrane time constant", &P::tau_m, 0.1, 1e4},
            Param<P, double>{"tau_syn", "ms", "synaptic time constant", &P::tau_syn, 0.1, 1e4},
            Param<P, double>{"threshold", "1",
                             "V_th over the mean potential after a volley at w = 1", &P::threshold,
                             0.001, 10}});
  }
};

struct OwnClassPoisson : OwnClassSettings, LifParameters {
  double rate_high = 200.0;
  double rate_low = 0.11;
  double sample = 500.0;

  static constexpr auto params() {
    using P = OwnClassPoisson;
    return std::tuple_cat(
        OwnClassSettings::params(), LifParameters::params(),
        std::tuple{
            Param<P, double>{"rate_high", "Hz", "rate at full activation", &P::rate_high, 0, 1e4},
            Param<P, double>{"rate_low", "Hz", "rate of a silent field", &P::rate_low, 0, 1e4},
            Param<P, double>{"sample", "ms", "presentation of a sample", &P::sample, 1, 1e5}});
  }
};

/// The seed's protocol (Sboev et al. 2021, doi:10.3390/math9243237): a sample is shown while only
/// the neuron of its class may fire, so only that neuron's synapses learn, by its own spikes.
/// Receptive fields are the seed's (GaussianReceptiveFields::between) on the range of the training
/// samples. Throws InputError if the device's weights are signed.
///
/// Latency-coded samples on the volley engine: the own neuron's first spike pairs with each spike
/// of the volley; the first neuron to fire decides.
std::unique_ptr<Classifier> own_class(const OwnClassTemporal& settings, const Context& context,
                                      const VolleyCode& code = temporal_code());
/// Rate-coded samples on the grid engine: during training the other neurons get I_e = -1000 pA, and
/// V_m is reset before each sample; a sample is a trial, with pairs of its own spikes alone. The
/// class whose neuron fires nearest to its own mean rate over the training samples of its class
/// decides.
std::unique_ptr<Classifier> own_class(const OwnClassPoisson& settings, const Context& context,
                                      const TrainCode& code = poisson_code());

}  // namespace memplast
