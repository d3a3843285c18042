#pragma once
#include <cstdint>
#include <vector>

namespace memplast {

/// Counts [true class][predicted class], row-major.
std::vector<std::int64_t> confusion_matrix(const std::vector<int>& y_true,
                                           const std::vector<int>& y_pred, int n_classes);

/// The share of samples on the diagonal.
double accuracy(const std::vector<std::int64_t>& confusion, int n_classes);

/// The unweighted mean over classes of F1 = 2 TP / (2 TP + FP + FN); a class that is neither
/// present nor predicted counts as 0.
double f1_macro(const std::vector<std::int64_t>& confusion, int n_classes);

}  // namespace memplast
