#pragma once
#include <string_view>
#include <tuple>
#include <vector>

#include "../../lib/base/params.hpp"

namespace memplast {

/// How far real devices depart from their rule. All zero: ideal devices.
///
/// What a pair of spikes asks of device k, dw, becomes
///
///   w <- clip(w + dw (1 + dtod d_k) (1 + ctoc n) + ctoc_w sqrt(p) n'),
///
/// nothing if abs(change) < write_threshold, with d_k drawn once per device and polarity, n and n'
/// anew for each write, all N(0, 1). p is the share of a programming pulse that dw is (1 for a rule
/// that is not made of pulses): the noise of a whole pulse is made of its parts', which are
/// independent. Then w goes to one of `levels` equidistant values, up or down by lot such that the
/// mean is right (or to the nearest). A read of it gives
///
///   G = [G_min_k + w (G_max_k - G_min_k)] (1 + drift_time/drift_t0)^-nu_k (1 + read_noise n)
///
/// with the limits and nu_k of that device, and a stuck device always gives the same state. Each
/// spread is a relative standard deviation; that of the limits is log-normal.
struct Variability {
  double dtod = 0.0;
  double ctoc = 0.0;
  double ctoc_w = 0.0;
  double write_threshold = 0.0;
  int levels = 0;
  int stochastic_rounding = 1;
  double G_min_dtod = 0.0;
  double G_max_dtod = 0.0;
  double stuck_low = 0.0;
  double stuck_high = 0.0;
  double stuck_random = 0.0;
  double read_noise = 0.0;
  double drift_nu = 0.0;
  double drift_nu_dtod = 0.0;
  double drift_t0 = 1.0;
  double drift_time = 0.0;

  bool operator==(const Variability&) const = default;

  static constexpr auto params() {
    using P = Variability;
    return std::tuple{
        Param<P, double>{"dtod", "1", "device-to-device spread of a change (relative sd)", &P::dtod,
                         0, 10},
        Param<P, double>{"ctoc", "1", "cycle-to-cycle noise of a change (relative sd)", &P::ctoc, 0,
                         10},
        Param<P, double>{"ctoc_w", "1", "noise of a pair, or of a whole pulse (sd of w)",
                         &P::ctoc_w, 0, 1},
        Param<P, double>{"write_threshold", "1", "smaller changes of w are not made",
                         &P::write_threshold, 0, 1},
        Param<P, int>{"levels", "1", "states that a device can take; 0: any", &P::levels, 0,
                      1 << 24},
        Param<P, int>{"stochastic_rounding", "1", "to a level by lot (1) or to the nearest (0)",
                      &P::stochastic_rounding, 0, 1},
        Param<P, double>{"G_min_dtod", "1", "device-to-device spread of G_min (relative sd)",
                         &P::G_min_dtod, 0, 10},
        Param<P, double>{"G_max_dtod", "1", "device-to-device spread of G_max (relative sd)",
                         &P::G_max_dtod, 0, 10},
        Param<P, double>{"stuck_low", "1", "share of devices stuck at G_min", &P::stuck_low, 0, 1},
        Param<P, double>{"stuck_high", "1", "share of devices stuck at G_max", &P::stuck_high, 0,
                         1},
        Param<P, double>{"stuck_random", "1", "share of devices stuck anywhere between",
                         &P::stuck_random, 0, 1},
        Param<P, double>{"read_noise", "1", "noise of one read (relative sd)", &P::read_noise, 0,
                         10},
        Param<P, double>{"drift_nu", "1", "exponent of drift", &P::drift_nu, -1, 10},
        Param<P, double>{"drift_nu_dtod", "1", "device-to-device spread of it (sd)",
                         &P::drift_nu_dtod, 0, 10},
        Param<P, double>{"drift_t0", "s", "time from which on drift is seen", &P::drift_t0, 1e-12,
                         1e12},
        Param<P, double>{"drift_time", "s", "time between training and test", &P::drift_time, 0,
                         1e12}};
  }

  /// What is switched on together when it is switched on piece by piece, by key.
  struct Piece {
    std::string_view name;
    std::vector<std::string_view> keys;
  };
  static std::vector<Piece> pieces() {
    return {{"levels", {"levels", "stochastic_rounding", "write_threshold"}},
            {"range", {"G_min_dtod", "G_max_dtod"}},
            {"device to device", {"dtod"}},
            {"cycle to cycle", {"ctoc", "ctoc_w"}},
            {"stuck devices", {"stuck_low", "stuck_high", "stuck_random"}},
            {"read noise", {"read_noise"}},
            {"drift", {"drift_nu", "drift_nu_dtod", "drift_t0_s", "drift_time_s"}}};
  }

  /// Whether devices do exactly what the rule says.
  bool is_ideal() const {
    const bool drifts = drift_time > 0.0 && (drift_nu != 0.0 || drift_nu_dtod > 0.0);
    return dtod == 0.0 && ctoc == 0.0 && ctoc_w == 0.0 && write_threshold == 0.0 && levels == 0 &&
           G_min_dtod == 0.0 && G_max_dtod == 0.0 && stuck_low == 0.0 && stuck_high == 0.0 &&
           stuck_random == 0.0 && read_noise == 0.0 && !drifts;
  }
};

}  // namespace memplast
