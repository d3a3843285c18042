#include "own_class.hpp"

namespace memplast {

SeedEncoding encode_as_seed(const FoldData& fold, const OwnClassSettings& settings) {
  const Eigen::RowVectorXd min = fold.x_train.colwise().minCoeff();
  const Eigen::RowVectorXd max = fold.x_train.colwise().maxCoeff();
  const auto n = static_cast<std::size_t>(min.size());
  SeedEncoding out;
  out.fields = GaussianReceptiveFields::between({min.data(), n}, {max.data(), n}, settings.n_fields,
                                                settings.cut);
  const auto activations = [&](const Samples& x) {
    Samples g(x.rows(), out.fields.size());
    for (int i = 0; i < x.rows(); ++i)
      out.fields.activate({x.row(i).data(), n},
                          {g.row(i).data(), static_cast<std::size_t>(g.cols())});
    return g;
  };
  out.train = activations(fold.x_train);
  out.test = activations(fold.x_test);
  return out;
}

}  // namespace memplast
