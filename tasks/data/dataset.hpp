#pragma once
#include <string>
#include <vector>

#include "../../lib/io/csv.hpp"
#include "../../lib/numeric/weights.hpp"

namespace memplast {

/// A labelled data set; class c is class_names[c], in order of first appearance.
struct Dataset {
  std::vector<std::string> feature_names;
  std::vector<std::string> class_names;
  Samples x;
  std::vector<int> y;

  int size() const { return static_cast<int>(y.size()); }
  int n_classes() const { return static_cast<int>(class_names.size()); }
  /// The rows of x at `index`.
  Samples samples(const std::vector<int>& index) const;
  std::vector<int> labels(const std::vector<int>& index) const;
};

/// What becomes of a cell that is empty, NA, NaN or ?: refused, or a NaN in x.
enum class Missing { refused, kept };

/// Every column but `label_column` is a feature. Throws InputError for text in a number, no feature
/// at all, fewer than two classes, or more than 20.
Dataset dataset_from(const CsvTable& table, const std::string& label_column = "class",
                     Missing missing = Missing::refused);

/// The columns `names` in this order, whatever other columns there are. Throws InputError for a
/// missing one and for text in a number.
Samples features_from(const CsvTable& table, const std::vector<std::string>& names,
                      Missing missing = Missing::refused);

/// "iris", "breast_cancer", "digits": the data sets that ship (datasets/README.md).
const std::vector<std::string>& shipped_datasets();
Dataset load_shipped_dataset(const std::string& name);

}  // namespace memplast
