#pragma once
#include <tuple>

#include "ensemble.hpp"
#include "learner.hpp"

namespace memplast {

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

/// When the teacher's spikes come, so that one pair moves a working weight w0 by a small step: the
/// step falls from eta_start to eta_end over training as the spikes move outwards along the tails
/// of the device's own window.
///
///   dw(+lag_plus, w0) = balance eta_w,   dw(-lag_minus, w0) = -eta_w
///
/// eta_w = eta w0 for a rule whose changes vanish at w = 0 (multiplicative), else eta. A rule too
/// weak for either step at eta_start makes both smaller, and keeps the ratios balance and
/// eta_end/eta_start.
struct TeacherSchedule {
  double plus_start, plus_end, minus_start, minus_end;  ///< lags [ms]

  double lag_plus(double progress) const { return plus_start + progress * (plus_end - plus_start); }
  double lag_minus(double progress) const {
    return minus_start + progress * (minus_end - minus_start);
  }
};

/// Solves for the lags, none below `lowest` [ms].
TeacherSchedule solve_schedule(const Rule& rule, const TeacherSettings& s, double lowest);

/// Error-gated, teacher-timed plasticity with small annealed steps.
///
/// A sample is shown with plasticity off and decided upon. Only if the right neuron does not win by
/// a margin is it shown again, output spikes blocked, with two spikes forced by a teacher: one of
/// the right neuron after the input (every active synapse sees dt > 0) and one of the strongest
/// wrong neuron before it (every active synapse sees dt < 0). When they come is set by
/// TeacherSchedule; the weights change through the device rule alone, and spike memories are
/// cleared between trials. Throws InputError if the device's weights are signed.
///
/// Latency-coded samples on the volley engine: the first neuron to fire decides, by the mean over
/// sub-networks of its first spike.
std::unique_ptr<Classifier> teacher_timed(const TeacherTimedTemporal& settings,
                                          const Context& context,
                                          const VolleyCode& code = temporal_code());
/// Rate-coded samples on the grid engine: a decision counts spikes over `train` or `test` ms and
/// adds V/V_th at the end; sub-networks add their scores. A learning trial is a burst of input:
/// with nearest_symmetric, the teacher's spike after it pairs with the last spike of each input,
/// the one before it with every spike.
std::unique_ptr<Classifier> teacher_timed(const TeacherTimedPoisson& settings,
                                          const Context& context,
                                          const TrainCode& code = poisson_code());

}  // namespace memplast
