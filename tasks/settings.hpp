#pragma once
#include <string>
#include <string_view>
#include <tuple>
#include <variant>

#include "../lib/base/params.hpp"
#include "../lib/engine/lif.hpp"

namespace memplast {

// The settings of the learning protocols: one struct per pair of protocol and encoder, each with
// one table. Flags, config files, --help and result files all unfold these tables.

/// Receptive fields over scaled features (FeatureScaler). Field k of n has its centre at
/// (k + phase)/(n - 1) and sigma = field_width/(n - 1).
struct FieldSettings {
  int n_fields = 8;
  double field_width = 0.85;
  double cut = 0.2;
  double z_range = 2.5;
  double phase_spread = 0.0;
  int n_fields_spread = 0;
  int pca_axes = 0;

  static constexpr auto params() {
    using P = FieldSettings;
    return std::tuple{
        Param<P, int>{"n_fields", "1", "receptive fields per feature", &P::n_fields, 3, 100},
        Param<P, double>{"field_width", "1", "sigma in field spacings", &P::field_width, 0.05, 10},
        Param<P, double>{"cut", "1", "activation below which a field is silent", &P::cut, 0, 0.99},
        Param<P, double>{"z_range", "1", "deviations from mean to edge", &P::z_range, 0.1, 100},
        Param<P, double>{"phase_spread", "1",
                         "random shift of the fields of a sub-network, in spacings",
                         &P::phase_spread, 0, 1},
        Param<P, int>{"n_fields_spread", "1", "sub-networks cycle through n_fields +- this",
                      &P::n_fields_spread, 0, 10},
        Param<P, int>{"pca_axes", "1", "principal axes appended as features", &P::pca_axes, 0,
                      1000}};
  }
};

/// Error-gated, teacher-timed learning: an ensemble of sub-networks, each trained on a bag.
struct TeacherSettings {
  int subnetworks = 5;
  int epochs = 30;
  double bag = 0.8;
  double w0 = 0.45;
  double w0_spread = 0.05;
  double eta_start = 0.01;
  double eta_end = 0.001;
  double balance = 1.0;

  static constexpr auto params() {
    using P = TeacherSettings;
    return std::tuple{
        Param<P, int>{"subnetworks", "1", "independent networks that decide together",
                      &P::subnetworks, 1, 1000},
        Param<P, int>{"epochs", "1", "passes over the training samples", &P::epochs, 0, 100000},
        Param<P, double>{"bag", "1", "share of the training samples per sub-network", &P::bag, 0.01,
                         1},
        Param<P, double>{"w0", "1", "working weight: start, and where steps are set", &P::w0, 0.01,
                         0.99},
        Param<P, double>{"w0_spread", "1", "half width of the uniform start", &P::w0_spread, 0,
                         0.5},
        Param<P, double>{"eta_start", "1", "step of the first epoch", &P::eta_start, 1e-6, 0.5},
        Param<P, double>{"eta_end", "1", "step of the last epoch", &P::eta_end, 1e-7, 0.5},
        Param<P, double>{"balance", "1", "potentiation over depression step", &P::balance, 0.05,
                         20}};
  }
};

struct TeacherTimedTemporal : FieldSettings, TeacherSettings {
  static constexpr std::string_view protocol = "teacher_timed", encoder = "temporal";
  double T = 5.0;
  double ramp = 1.0;
  double tau_m = 20.0;
  double tau_syn = 5.0;
  double margin = 0.08;
  int mirrored = 0;

  static constexpr auto params() {
    using P = TeacherTimedTemporal;
    return std::tuple_cat(
        FieldSettings::params(), TeacherSettings::params(),
        std::tuple{
            Param<P, double>{"T", "ms", "duration of a volley", &P::T, 0.01, 1000},
            Param<P, double>{"ramp", "ms", "fall of the threshold after it", &P::ramp, 0.01, 1000},
            Param<P, double>{"tau_m", "ms", "membrane time constant", &P::tau_m, 0.1, 1e4},
            Param<P, double>{"tau_syn", "ms", "synaptic time constant", &P::tau_syn, 0.1, 1e4},
            Param<P, double>{"margin", "ms", "lead by which the right neuron must win", &P::margin,
                             0, 1000},
            Param<P, int>{"mirrored", "1",
                          "learning volleys run backwards (1): the strongest input comes last",
                          &P::mirrored, 0, 1}});
  }
};

struct TeacherTimedPoisson : FieldSettings, TeacherSettings {
  static constexpr std::string_view protocol = "teacher_timed", encoder = "poisson";
  double rate_high = 200.0;
  double rate_low = 0.0;
  double train = 100.0;
  double burst = 10.0;
  double test = 500.0;
  double tau_m = 50.0;
  double tau_syn = 5.0;
  double t_ref = 2.0;
  double threshold = 0.2;
  double margin = 0.06;

  static constexpr auto params() {
    using P = TeacherTimedPoisson;
    return std::tuple_cat(
        FieldSettings::params(), TeacherSettings::params(),
        std::tuple{
            Param<P, double>{"rate_high", "Hz", "rate at full activation", &P::rate_high, 0, 1e4},
            Param<P, double>{"rate_low", "Hz", "rate of a silent field", &P::rate_low, 0, 1e4},
            Param<P, double>{"train", "ms", "a decision during training", &P::train, 1, 1e5},
            Param<P, double>{"burst", "ms", "input of a learning trial", &P::burst, 0.1, 1e5},
            Param<P, double>{"test", "ms", "a decision during the test", &P::test, 1, 1e5},
            Param<P, double>{"tau_m", "ms", "membrane time constant", &P::tau_m, 0.1, 1e4},
            Param<P, double>{"tau_syn", "ms", "synaptic time constant", &P::tau_syn, 0.1, 1e4},
            Param<P, double>{"t_ref", "ms", "refractory period", &P::t_ref, 0, 1e3},
            Param<P, double>{"threshold", "1", "V_th over the mean drive at w = 1", &P::threshold,
                             0.001, 10},
            Param<P, double>{"margin", "1", "relative lead by which the right neuron must win",
                             &P::margin, 0, 10}});
  }
};

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
  static constexpr std::string_view protocol = "own_class", encoder = "temporal";
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
  static constexpr std::string_view protocol = "own_class", encoder = "poisson";
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

using Settings =
    std::variant<TeacherTimedTemporal, TeacherTimedPoisson, OwnClassTemporal, OwnClassPoisson>;

std::string_view protocol_of(const Settings& settings);
std::string_view encoder_of(const Settings& settings);

/// The shipped settings for a task, protocol and encoder; `rule`, a rule's name, decides over
/// some of teacher_timed's. How they were found: docs/protocols.md. `n_features` decides
/// for data of one's own. Throws InputError for an unknown protocol or encoder.
Settings preset(std::string_view task, std::string_view protocol, std::string_view encoder,
                std::string_view rule, int n_features);

}  // namespace memplast
