#include "dataset.hpp"

#include <algorithm>
#include <cctype>
#include <limits>

#include "../../lib/base/error.hpp"
#include "../../lib/base/text.hpp"
#include "shipped_data.hpp"

namespace memplast {

namespace {

constexpr int most_classes = 20;

double value_at(const CsvTable& table, std::size_t row, std::size_t column, Missing missing,
                const std::string& mend) {
  std::string cell = table.rows[row][column];
  std::transform(cell.begin(), cell.end(), cell.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (!cell.empty() && cell != "na" && cell != "nan" && cell != "?")
    return table.number(row, column);
  if (missing == Missing::kept) return std::numeric_limits<double>::quiet_NaN();
  throw InputError({.where = table.place(row, column),
                    .expected = "a number",
                    .got = cell.empty() ? "nothing" : "'" + table.rows[row][column] + "'",
                    .mend = mend});
}

}  // namespace

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

Dataset dataset_from(const CsvTable& table, const std::string& label_column, Missing missing) {
  Dataset data;
  const std::size_t label = table.column(label_column);
  for (std::size_t c = 0; c < table.header.size(); ++c)
    if (c != label) data.feature_names.push_back(table.header[c]);
  if (data.feature_names.empty())
    throw InputError({.where = table.source,
                      .expected = "at least one column beside " + label_column,
                      .got = "none"});
  data.x.resize(static_cast<int>(table.rows.size()), static_cast<int>(data.feature_names.size()));
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    int feature = 0;
    for (std::size_t c = 0; c < table.header.size(); ++c)
      if (c != label)
        data.x(static_cast<int>(r), feature++) =
            value_at(table, r, c, missing,
                     "Fill it in, leave the row out, or have it imputed: the median of the "
                     "training samples.");
    const auto& name = table.rows[r][label];
    if (name.empty())
      throw InputError({.where = table.place(r, label), .expected = "a class", .got = "nothing"});
    auto it = std::find(data.class_names.begin(), data.class_names.end(), name);
    if (it == data.class_names.end()) it = data.class_names.insert(it, name);
    data.y.push_back(static_cast<int>(it - data.class_names.begin()));
  }
  if (data.n_classes() < 2)
    throw InputError({.where = table.source + ", column " + label_column,
                      .expected = "at least two classes",
                      .got = "only '" + data.class_names[0] + "'"});
  if (data.n_classes() > most_classes)
    throw InputError({.where = table.source + ", column " + label_column,
                      .expected = "at most " + std::to_string(most_classes) + " classes",
                      .got = std::to_string(data.n_classes()),
                      .mend = "Name the column of the classes."});
  return data;
}

Samples features_from(const CsvTable& table, const std::vector<std::string>& names,
                      Missing missing) {
  Samples x(static_cast<Eigen::Index>(table.rows.size()), static_cast<Eigen::Index>(names.size()));
  for (Eigen::Index f = 0; f < x.cols(); ++f) {
    const auto column = table.column(names[static_cast<std::size_t>(f)]);
    for (Eigen::Index r = 0; r < x.rows(); ++r)
      x(r, f) = value_at(table, static_cast<std::size_t>(r), column, missing,
                         "Fill it in or leave the row out.");
  }
  return x;
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
