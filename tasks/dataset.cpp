#include "dataset.hpp"

#include <algorithm>

#include "../lib/error.hpp"
#include "../lib/text.hpp"
#include "shipped_data.hpp"

namespace memplast {

Samples Dataset::samples(const std::vector<int>& index) const {
  Samples out(static_cast<Eigen::Index>(index.size()), x.cols());
  for (std::size_t i = 0; i < index.size(); ++i) out.row(static_cast<int>(i)) = x.row(index[i]);
  return out;
}

std::vector<int> Dataset::labels(const std::vector<int>& index) const {
  std::vector<int> out;
  for (const int i : index) out.push_back(y[i]);
  return out;
}

Dataset dataset_from(const CsvTable& table, const std::string& label_column) {
  Dataset data;
  const std::size_t label = table.column(label_column);
  for (std::size_t c = 0; c < table.header.size(); ++c)
    if (c != label) data.feature_names.push_back(table.header[c]);
  data.x.resize(static_cast<int>(table.rows.size()), static_cast<int>(data.feature_names.size()));
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    int feature = 0;
    for (std::size_t c = 0; c < table.header.size(); ++c)
      if (c != label) data.x(static_cast<int>(r), feature++) = table.number(r, c);
    const auto& name = table.rows[r][label];
    auto it = std::find(data.class_names.begin(), data.class_names.end(), name);
    if (it == data.class_names.end()) it = data.class_names.insert(it, name);
    data.y.push_back(static_cast<int>(it - data.class_names.begin()));
  }
  if (data.n_classes() < 2)
    throw InputError({.where = table.source + ", column " + label_column,
                      .expected = "at least two classes",
                      .got = "only '" + data.class_names[0] + "'"});
  return data;
}

const std::vector<std::string>& shipped_datasets() {
  static const std::vector<std::string> names{"iris", "breast_cancer", "digits"};
  return names;
}

Dataset load_shipped_dataset(const std::string& name) {
  const auto& known = shipped_datasets();
  if (std::find(known.begin(), known.end(), name) == known.end())
    throw InputError(
        {.where = "task", .expected = "one of " + join(known), .got = "'" + name + "'"});
  return dataset_from(parse_csv(shipped_data(name), name + ".csv"));
}

}  // namespace memplast
