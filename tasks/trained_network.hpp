#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "../lib/io/h5.hpp"
#include "fold.hpp"

namespace memplast {

/// A text of a result file that holds a JSON list of texts: /class_names, feature_names.
std::vector<std::string> names_in(const h5::Reader& results, const std::string& dataset);

/// Writes the rows and constants of a network as the group `network` below `group`; its weights
/// stand beside it.
void write_network(h5::Writer& out, const std::string& group, const FoldResult& result);

/// A trained network of a result file, on ideal devices that transmit its weights.
struct Predictor {
  std::string name;  ///< "0_0", "final"
  std::vector<std::string> feature_names, class_names;
  Conductance range;
  std::optional<Eigen::RowVectorXd> median;  ///< [feature] where a value is missing, if imputed
  std::unique_ptr<Classifier> classifier;
};

/// What a network says of one sample, and what it took.
struct Prediction {
  int y;
  std::vector<double> scores;  ///< [class], as the classifier's score_name() says
  Ledger spent;
};

/// `name`: "final", or a fold; empty for `final` if it is there, else the first fold. Throws
/// InputError if there is none such, or if the file is no classification of schema 2 or damaged.
Predictor read_predictor(const h5::Reader& results, const std::string& name);

/// Each row of x [sample, feature] by itself. A NaN is a missing value; only a predictor that has
/// medians takes one.
std::vector<Prediction> predict(const Predictor& predictor, Samples x);

}  // namespace memplast
