#pragma once
#include <string>
#include <vector>

#include "../../models/device_file.hpp"
#include "table.hpp"

namespace memplast {

/// The two states of a device that is switched again and again.
struct EnduranceData {
  std::vector<double> on_cycle, G_on;    ///< S after setting
  std::vector<double> off_cycle, G_off;  ///< S after resetting
  std::size_t devices = 1;               ///< that the rows are of
  double V_read = 0.1;                   ///< V, of currents
  std::string file;                      ///< name without folders
  std::string sha256;                    ///< of the file
  std::vector<std::string> notices;      ///< what was understood that the file does not say
  std::vector<std::string> suspicions;   ///< what may be wrong
};

/// Whether a table has a column for each of two states of resistance (HRS and LRS, R_on and R_off,
/// I_on and I_off, G_on and G_off), or a column `state` whose words are HRS and LRS, or on and off.
bool is_endurance(const CsvTable& table);

/// Reads such a table. A column with the number of the cycle is found by its name (cycle, n, ...);
/// without one rows are cycles. Throws InputError naming file, line and column.
EnduranceData to_endurance(const Measurement& measurement, const TableOptions& options);

/// One of the two states over the cycles.
struct StateCourse {
  double median = 0.0;  ///< S
  double spread = 0.0;  ///< sd of ln G about its course, from cycle to cycle
  double slope = 0.0;   ///< of ln G by a decade of cycles
  double slope_error = 0.0;
};

/// What endurance says: ln G = a + slope log10(cycle) + residual for each state, and how far apart
/// the states are.
struct EnduranceFit {
  StateCourse on, off;
  double first_ratio = 0.0, last_ratio = 0.0;  ///< G_on / G_off of the fitted courses
  double cycles = 0.0;                         ///< the last one
  std::size_t overlaps = 0;  ///< conductances of one state beyond the median of the other
};

EnduranceFit fit_endurance(const EnduranceData& data);

json to_json(const EnduranceFit& fit, const EnduranceData& data);

/// Puts it into a model file: G_min and G_max are the medians of the states, and `ctoc` the larger
/// of their spreads from cycle to cycle, as a share of that range, which is the change that was
/// made.
void put_endurance(Variability& variability, Conductance& conductance, json& record,
                   const EnduranceFit& fit, const EnduranceData& data);

}  // namespace memplast
