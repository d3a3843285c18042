#include "ensemble.hpp"

#include <algorithm>
#include <cmath>

#include "../lib/base/error.hpp"

namespace memplast {

GaussianReceptiveFields subnetwork_fields(const FieldSettings& s, int n_features, int subnetwork,
                                          std::uint64_t seed) {
  const int cycle = 2 * s.n_fields_spread + 1;
  const int n = std::max(3, s.n_fields + subnetwork % cycle - s.n_fields_spread);
  Stream stream(seed, Purpose::fields, static_cast<std::uint64_t>(subnetwork));
  GaussianReceptiveFields out;
  out.cut = s.cut;
  for (int f = 0; f < n_features; ++f) {
    const double phase = s.phase_spread * stream.uniform(-0.5, 0.5);
    for (int k = 0; k < n; ++k)
      out.fields.push_back({.feature = f,
                            .index = k,
                            .centre = (k + phase) / (n - 1),
                            .sigma = s.field_width / (n - 1)});
  }
  return out;
}

std::vector<Constant> scaler_constants(const FeatureScaler& scaler) {
  const FeatureScaler::Constants& c = scaler.constants();
  const Samples axes = c.axes;  // row-major
  const auto values = [](const auto& v) {
    return std::vector<double>(v.data(), v.data() + v.size());
  };
  return {constant("mean", values(c.mean), "1", "mean of a feature, in the feature's own unit"),
          constant("sd", values(c.sd), "1", "standard deviation of a feature, or 1"),
          constant("z_range", c.z_range, "1", "deviations from the mean to the edge"),
          {.name = "axes",
           .shape = {values(c.mean).size(), values(c.axis_sd).size()},
           .numbers = values(axes),
           .unit = "1",
           .meaning = "principal axes of the scaled features [feature, axis]"},
          constant("axis_sd", values(c.axis_sd), "1", "standard deviation along an axis, or 1")};
}

FeatureScaler scaler_of(const TrainedNetwork& network, int n_features) {
  const auto n = static_cast<std::size_t>(n_features);
  std::size_t n_axes = 0;
  for (const Constant& c : network.constants)
    if (c.name == "axis_sd") n_axes = c.numbers.size();
  const auto row = [&](std::string_view name, std::size_t size) {
    const auto values = network.numbers(name, {size});
    return Eigen::RowVectorXd(
        Eigen::Map<const Eigen::RowVectorXd>(values.data(), static_cast<Eigen::Index>(size)));
  };
  const auto axes = network.numbers("axes", {n, n_axes});
  return FeatureScaler({network.number("z_range"), row("mean", n), row("sd", n),
                        Eigen::Map<const Samples>(axes.data(), static_cast<Eigen::Index>(n),
                                                  static_cast<Eigen::Index>(n_axes)),
                        row("axis_sd", n_axes)});
}

std::vector<KeptBlock> kept_blocks(const TrainedNetwork& network, int n, int n_features,
                                   int n_classes) {
  const auto require = [](bool ok, const std::string& expected) {
    if (!ok) throw InputError({.where = "network", .expected = expected, .got = "another network"});
  };
  require(network.weights.rows() == static_cast<Eigen::Index>(network.rows.size()) &&
              network.weights.cols() == n_classes,
          "a weight for each input and class");
  std::vector<KeptBlock> out(static_cast<std::size_t>(n));
  for (const InputRow& row : network.rows) {
    require(row.subnetwork >= 0 && row.subnetwork < n && row.field.feature >= 0 &&
                row.field.feature < n_features,
            std::to_string(n) + " sub-networks of " + std::to_string(n_features) + " features");
    out[static_cast<std::size_t>(row.subnetwork)].fields.fields.push_back(row.field);
  }
  Eigen::Index first = 0;
  for (KeptBlock& block : out) {
    require(block.fields.size() > 0, std::to_string(n) + " sub-networks");
    block.fields.cut = network.number("cut");
    block.weights = network.weights.middleRows(first, block.fields.size());
    first += block.fields.size();
  }
  return out;
}

std::vector<int> draw_bag(int n, double share, std::uint64_t seed) {
  auto order = Stream(seed, Purpose::bag).permutation(n);
  order.resize(
      static_cast<std::size_t>(std::clamp(static_cast<int>(std::lround(share * n)), 1, n)));
  return order;
}

Samples activations(const Samples& u, const GaussianReceptiveFields& fields) {
  Samples g(u.rows(), fields.size());
  for (int i = 0; i < u.rows(); ++i)
    fields.activate({u.row(i).data(), static_cast<std::size_t>(u.cols())},
                    {g.row(i).data(), static_cast<std::size_t>(g.cols())});
  return g;
}

}  // namespace memplast
