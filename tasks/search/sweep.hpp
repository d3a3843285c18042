#pragma once
#include <filesystem>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "../classification.hpp"
#include "../control.hpp"

namespace memplast::h5 {
class Reader;
}

namespace memplast {

/// One point of a sweep: a run, and how it differs from the others.
struct SweepPoint {
  json varied;  ///< {"rule": "nc", "dtod": 0.1}: options of run
  std::variant<RunConfig, ControlConfig> config;
  std::shared_ptr<const Dataset> data = {};  ///< of a classification
  Demonstrations recorded = {};              ///< of an imitation
};

/// The points of a design, in order: {"vary": {OPTION: VALUES, ...}, "design": "grid" or "random",
/// "points": n, "design_seed": s, other options of all points...}, each an object of varied
/// options.
///
/// VALUES is a list, or a range {"from", "to", "n", "log", "whole"} of n values; an object in a
/// list sets several options at once, under an OPTION of any name but "rule". A grid has every
/// combination, the last option changing fastest; a random design draws `points` of them, from a
/// range uniformly (its logarithm if "log"). Throws InputError naming `where`.
std::vector<json> design_points(const json& design, const std::string& where);

/// What a sweep keeps of each unit of a run, a fold or a seed.
struct Measure {
  std::string name, unit;
};
/// accuracy, f1_macro, return, episodes_to_solve, tested; training/samples ... test/write_energy_J.
const std::vector<Measure>& sweep_measures();

/// What a sweep file holds.
struct SweepRecord {
  struct Point {
    json varied, config;     ///< the whole configuration, as in a result file
    std::string score;       ///< the measure that judges it: accuracy or return
    int units;               ///< folds x partitions, or seeds
    double test_over_train;  ///< by which units overlap (summarise); seeds do not
  };
  json design;
  std::vector<Point> points;
  /// [unit][measure], units in the order of points. Empty: not run, as in a shard; NaN: no measure
  /// of this task.
  std::vector<std::vector<double>> units;

  bool is_whole() const;
  /// Of each point, over its units.
  std::vector<Summary> scores() const;
};

/// A record without measures.
SweepRecord planned_sweep(const json& design, const std::vector<SweepPoint>& points);

/// Runs unit `unit` of all, counted through the points.
std::vector<double> run_sweep_unit(const std::vector<SweepPoint>& points, int unit);

/// Writes a sweep as an HDF5 file (docs/results.md), whole or not at all; its bytes are a function
/// of the record.
void write_sweep(const std::filesystem::path& path, const SweepRecord& record);
bool is_sweep(const h5::Reader& file);
SweepRecord read_sweep(const h5::Reader& file);

/// The units of several shards together. Throws InputError if they are not of one sweep or not all.
SweepRecord merge_sweeps(const std::vector<std::string>& shards);

}  // namespace memplast
