#pragma once
#include <string>
#include <vector>

#include "measurement.hpp"

namespace memplast {

/// The states of one device after pulses of one polarity, one after the other.
struct Ramp {
  bool up;                    ///< potentiating pulses
  std::string device;         ///< "" if there is only one
  int cycle;                  ///< from 1
  std::vector<double> pulse;  ///< number of the pulse, rising
  std::vector<double> w;      ///< state after it; may leave [0, 1] by noise
};

/// A pulse measurement, in weights.
struct PulseData {
  std::vector<Ramp> ramps;
  Conductance conductance;
  RangeFrom range_from = RangeFrom::nowhere;
  bool in_siemens = false;           ///< else arbitrary units, and the conductance is illustrative
  double low = 0.0;                  ///< the value that is w = 0, in the unit of the file or S
  double high = 1.0;                 ///< w = 1
  std::string file;                  ///< name without folders
  std::string sha256;                ///< of the file
  std::vector<std::string> notices;  ///< what was understood that the file does not say
  std::vector<std::string> suspicions;  ///< what may be wrong
};

/// Reads pulse measurements, in one of these forms:
///
/// - columns `pulse` and `polarity` (1 / -1, up / down, set / reset, ltp / ltd), a value, and
///   `cycle`, `device` if there are several; a ramp ends where polarity, cycle or device change or
///   the number of the pulse falls;
/// - two columns of values, one up and one down (named so, or without header);
/// - one or more columns of values, in siemens or currents, or of the same name with a number
/// (rmp1,
///   rmp2 ...): each a series of pulses that may end before the others. A series is cut into ramps,
///   up or down by their own trend, where it turns round by more than four tenths of its range; a
///   way back within two pulses is none of pulses. Columns named dev1, dev2 (device, cell, sample,
///   chip) or differently are devices. Rows of a file without header that has more columns than
///   rows are such series too.
///
/// In both, a column that counts the pulses (by its name, or 1, 2, 3 ...) is understood as such; a
/// ramp ends where it starts anew.
///
/// A value is `G_S` (any prefix), `I_A` or another column of currents with `read_voltage`
/// (G = I / V), or `state`, or unnamed: states in arbitrary units.
///
/// The range that becomes w in [0, 1] is that of the options, else of the comments G_min_S and
/// G_max_S, else that between the ends of the ramps: each end is a straight line through the
/// nearest twentieth of a ramp (three points at least), averaged over the ramps of a polarity.
///
/// Throws InputError naming file, line and column.
PulseData to_pulses(const Measurement& measurement, const TableOptions& options);
PulseData read_pulses(const std::filesystem::path& path, const TableOptions& options = {});
PulseData parse_pulses(std::string_view text, const std::string& source,
                       const TableOptions& options = {});

}  // namespace memplast
