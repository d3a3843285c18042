#pragma once
#include <string>
#include <vector>

#include "table.hpp"

namespace memplast {

/// What was read of one cell whose state was left alone.
struct CellReads {
  std::string device;     ///< "" if there is only one
  std::vector<double> t;  ///< s since its first read; empty if not known
  std::vector<double> G;  ///< S; one value if it is the slope of a read I-V
  double offset = 0.0;    ///< A at 0 V of a read I-V
};

struct ReadData {
  std::vector<CellReads> cells;
  bool has_times = false;
  bool is_slope = false;  ///< from read I-Vs
  double V_read = 0.1;    ///< V; the largest of a read I-V
  double r2 = 1.0;        ///< of the straight lines through read I-Vs, median
  std::size_t reads = 0;
  std::string file;                     ///< name without folders
  std::string sha256;                   ///< of the file
  std::vector<std::string> notices;     ///< what was understood that the file does not say
  std::vector<std::string> suspicions;  ///< what may be wrong
};

/// Reads of cells, in one of two forms:
///
/// - rows with a conductance, a resistance (G = 1 / R) or a current (G = I / `read_voltage`), and
///   `t_s`, `device` or both;
/// - read I-Vs, rows with voltage and current that go one way only (is_read_iv) for each
///   `device`: G is the slope of the straight line through them, I = offset + G V. A voltage that
///   stays makes rows of the first form of them.
///
/// Throws InputError naming file, line and column.
ReadData to_reads(const Measurement& measurement, const TableOptions& options);

}  // namespace memplast
