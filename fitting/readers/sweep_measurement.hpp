#pragma once
#include <string>
#include <vector>

#include "../../models/states/voltage.hpp"
#include "table.hpp"

namespace memplast {

/// One device under one voltage course, as measured.
struct SweepTrace {
  std::string device;                ///< "" if there is only one
  VoltageCourse course;              ///< [s, V], times rising
  std::vector<double> I;             ///< A, at the knots of the course
  std::vector<std::size_t> trusted;  ///< points that the compliance of the instrument left alone
};

/// Sweeps of voltage that switch a device.
struct SweepData {
  std::vector<SweepTrace> traces;
  double I_max = 0.0;                   ///< A, largest magnitude among the trusted points
  double V_read = 0.1;                  ///< V, at which conductances are stated
  std::string file;                     ///< name without folders
  std::string sha256;                   ///< of the file
  std::vector<std::string> notices;     ///< what was understood that the file does not say
  std::vector<std::string> suspicions;  ///< what may be wrong
};

/// Reads a sweep: columns `t_s`, `V_V`, `I_A` or other names of a time, a voltage and a current
/// (find_quantity), and `device` if there are several. Without times rows are `options.step` apart
/// (1 s, with a suspicion, since rates then count per row). A trace ends where the device changes
/// or the time falls; all cycles of a device are one trace, since its state goes on.
///
/// Points at which the current stays within 0.5 % of its largest magnitude, of one polarity, while
/// the voltage moves on (five at least) are limited by compliance: the voltage on the device is not
/// known there, and they are not trusted.
///
/// Throws InputError naming file, line and column: a cell that is no finite number, two rows of one
/// time, fewer than 10 points, no current at all.
SweepData to_sweep(const Measurement& measurement, const TableOptions& options);

/// Whether a measurement has voltages and currents, but the voltage of every device (and `cycle`,
/// if there is such a column) goes one way only, or stays: then nothing can be said about
/// switching, and the currents are reads (fitting/readers/read_measurement.hpp).
bool is_read_iv(const Measurement& measurement);

}  // namespace memplast
