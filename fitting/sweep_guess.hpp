#pragma once
#include <cstdint>
#include <vector>

#include "../lib/numeric/random.hpp"
#include "../models/states/state_model.hpp"
#include "readers/sweep_measurement.hpp"

namespace memplast {

/// Averages over neighbouring points of a trace.
struct OutlinePoint {
  double t, V, I;
};

/// What sweeps show without any model; guesses are made from it.
struct SweepShape {
  std::vector<std::vector<OutlinePoint>> traces;
  double V_max = 0.0;     ///< largest magnitude
  double polarity = 1.0;  ///< 1 if the conductance rises at positive voltages, else -1
};

SweepShape shape_of(const SweepData& data);

/// A model with constants that are likely to have made a sweep, and where each trace starts.
template <class M>
struct SweepGuess {
  M model;
  std::vector<double> x_start;
};

/// A random guess, the `index`-th of `seed`; the fields of `kept` that are not NaN keep their
/// value.
///
/// Currents of the ends are drawn near those seen; with them each measured current is a state x.
/// Thresholds and exponents are drawn 20 times, and for each direction of x those kept whose motion
/// matches the changes of x best, its rate being found by linear least squares: no equation is
/// integrated.
template <class M>
SweepGuess<M> guess(const SweepShape& shape, const M& kept, std::uint64_t seed, int index);

extern template SweepGuess<BiolekDrift<>> guess(const SweepShape&, const BiolekDrift<>&,
                                                std::uint64_t, int);
extern template SweepGuess<JoglekarDrift<>> guess(const SweepShape&, const JoglekarDrift<>&,
                                                  std::uint64_t, int);
extern template SweepGuess<Vteam<>> guess(const SweepShape&, const Vteam<>&, std::uint64_t, int);
extern template SweepGuess<Yakopcic<>> guess(const SweepShape&, const Yakopcic<>&, std::uint64_t,
                                             int);

}  // namespace memplast
