#include "metrics.hpp"

#include <numeric>

namespace memplast {

std::vector<std::int64_t> confusion_matrix(const std::vector<int>& y_true,
                                           const std::vector<int>& y_pred, int n_classes) {
  std::vector<std::int64_t> counts(static_cast<std::size_t>(n_classes * n_classes), 0);
  for (std::size_t i = 0; i < y_true.size(); ++i) ++counts[y_true[i] * n_classes + y_pred[i]];
  return counts;
}

double accuracy(const std::vector<std::int64_t>& confusion, int n_classes) {
  std::int64_t right = 0;
  for (int c = 0; c < n_classes; ++c) right += confusion[c * n_classes + c];
  const auto all = std::accumulate(confusion.begin(), confusion.end(), std::int64_t{0});
  return static_cast<double>(right) / static_cast<double>(all);
}

double f1_macro(const std::vector<std::int64_t>& confusion, int n_classes) {
  double sum = 0.0;
  for (int c = 0; c < n_classes; ++c) {
    std::int64_t present = 0, predicted = 0;
    for (int k = 0; k < n_classes; ++k) {
      present += confusion[c * n_classes + k];
      predicted += confusion[k * n_classes + c];
    }
    const auto both = present + predicted;  // 2 TP + FN + FP
    if (both > 0)
      sum += 2.0 * static_cast<double>(confusion[c * n_classes + c]) / static_cast<double>(both);
  }
  return sum / n_classes;
}

}  // namespace memplast
