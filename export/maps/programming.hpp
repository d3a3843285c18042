#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "device_layout.hpp"

namespace memplast {

/// Equal pulses in a row. For a pulse model a pulse is one of its pulses; for a window it is a pair
/// of spikes `lag_ms` apart, t_post - t_pre, whose lag sets how strong it is.
struct PulseTrain {
  int polarity;  ///< 1 potentiates, -1 depresses
  int count;
  double lag_ms;
};

/// What a real device does besides its rule; each term is normal, anew for each pulse or read.
struct DeviceNoise {
  double step_w = 0.0;         ///< sd of the change of w that a pulse makes
  double step_relative = 0.0;  ///< the same, over the change
  double read_w = 0.0;         ///< sd of w as read once
  double read_relative = 0.0;  ///< the same, of the conductance
};
/// Of steps and of reads, each from the variability of a model file and, where that says nothing,
/// from the record of its fit.
DeviceNoise noise_of(const ModelFile& model);

struct ProgrammingOptions {
  std::vector<double> start_w = {0.0};  ///< one for all, or [row, column]
  double tolerance_w = 1.0 / 128.0;     ///< write-verify ends this near: a quarter of 32 levels
  int reads = 32;                       ///< averaged for each verification
  int most_pulses = 5000;               ///< of one device with write-verify
  std::uint64_t seed = 1;
};

/// How one device gets to its conductance.
struct DeviceProgram {
  std::size_t row, column;
  double target_w, start_w;
  std::vector<PulseTrain> trains;
  double planned_w;     ///< where the rule says that the trains end
  double blind_w;       ///< where a noisy device ends that is given the trains
  double verified_w;    ///< where it ends if it is read after each pulse, and the next one chosen
  int verified_pulses;  ///< how many that takes
};

/// Plans the pulses that take every device of a layout that carries something from its start to its
/// conductance, and simulates them back.
///
/// Trains go from strong to weak pulses; a train goes on as long as it gets nearer. Throws
/// InputError if a conductance is outside the model's range, or if a device cannot leave its start
/// (a change in proportion to w, from w = 0).
std::vector<DeviceProgram> plan_programming(const DeviceLayout& devices, const ModelFile& model,
                                            const ProgrammingOptions& options);

/// Median and largest distance from the target, in weights.
struct Residual {
  double median, largest;
};
Residual residual(const std::vector<DeviceProgram>& programs, double DeviceProgram::*reached);

/// `# key = value` lines with the metadata and the residuals, then one line per train:
/// row,column,target_G_S,target_w,start_w,train,polarity,count,amplitude_V,width_s,lag_ms,
/// planned_w,blind_w,verified_w,verified_pulses; lag_ms is empty for a pulse model.
std::string programming_csv(const std::vector<DeviceProgram>& programs, const DeviceLayout& devices,
                            const ModelFile& model);

}  // namespace memplast
