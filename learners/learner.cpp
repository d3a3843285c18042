#include "learner.hpp"

#include <algorithm>

#include "../lib/base/error.hpp"

namespace memplast {
namespace {

void stack(Weights& all, const Weights& w) {
  const auto before = all.rows();
  all.conservativeResize(before + w.rows(), w.cols());
  all.bottomRows(w.rows()) = w;
}

}  // namespace

void Training::append_history(const std::vector<Weights>& epochs, int n_epochs) {
  if (epochs.empty()) return;
  weights_history.resize(static_cast<std::size_t>(n_epochs));
  for (std::size_t e = 0; e < weights_history.size(); ++e)
    stack(weights_history[e], epochs[std::min(e, epochs.size() - 1)]);
}

Weights stacked_weights(const std::vector<Block>& blocks) {
  Weights out;
  for (const Block& block : blocks) stack(out, block.synapses->transmitted());
  return out;
}

Weights random_start(int n_pre, int n_post, double w0, double spread, std::uint64_t seed) {
  Stream stream(seed, Purpose::weights);
  Weights w(n_pre, n_post);
  for (int i = 0; i < n_pre; ++i)
    for (int j = 0; j < n_post; ++j)
      w(i, j) = std::clamp(stream.uniform(w0 - spread, w0 + spread), 0.0, 1.0);
  return w;
}

Weights start_weights(const Context& context, Eigen::Index row, int n_pre, double w0, double spread,
                      std::uint64_t seed) {
  const Weights& given = context.start;
  if (given.size() == 0) return random_start(n_pre, context.n_classes, w0, spread, seed);
  if (row + n_pre > given.rows() || given.cols() != context.n_classes)
    throw InputError({.where = "weights",
                      .expected = "at least " + std::to_string(row + n_pre) + " x " +
                                  std::to_string(context.n_classes),
                      .got = std::to_string(given.rows()) + " x " + std::to_string(given.cols())});
  return given.middleRows(row, n_pre);
}

}  // namespace memplast
