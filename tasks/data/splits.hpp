#pragma once
#include <cstdint>
#include <vector>

namespace memplast {

/// Which samples are tested in each fold, ascending.
///
/// Stratified: the samples of each class are shuffled (seeded) and dealt to the folds in turn, each
/// class starting where the one before it stopped, so class shares and fold sizes differ by at most
/// one sample. Throws InputError unless every class has at least `folds` samples.
std::vector<std::vector<int>> stratified_folds(const std::vector<int>& y, int folds,
                                               std::uint64_t seed);

/// All of 0 ... n-1 that is not in `test` (ascending).
std::vector<int> complement(const std::vector<int>& test, int n);

}  // namespace memplast
