#include "learner.hpp"

#include <algorithm>
#include <bit>
#include <stdexcept>

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

const Constant& TrainedNetwork::constant(std::string_view name,
                                         const std::vector<std::size_t>& shape) const {
  const auto found = std::find_if(constants.begin(), constants.end(),
                                  [&](const Constant& c) { return c.name == name; });
  const auto refuse = [&](const std::string& expected, const std::string& got) {
    throw InputError({.where = "network/" + std::string(name), .expected = expected, .got = got});
  };
  const auto text = [](const std::vector<std::size_t>& of) {
    std::string out = "the shape [";
    for (const auto n : of) out += (out.back() == '[' ? "" : ", ") + std::to_string(n);
    return out + "]";
  };
  if (found == constants.end()) refuse("a constant of the network", "none");
  if (found->shape != shape) refuse(text(shape), text(found->shape));
  std::size_t size = 1;
  for (const auto n : shape) size *= n;
  if (found->numbers.size() + found->integers.size() != size)
    refuse(std::to_string(size) + " values", "others");
  return *found;
}

std::span<const double> TrainedNetwork::numbers(std::string_view name,
                                                const std::vector<std::size_t>& shape) const {
  const Constant& c = constant(name, shape);
  if (!c.integers.empty())
    throw InputError(
        {.where = "network/" + std::string(name), .expected = "numbers", .got = "whole numbers"});
  return c.numbers;
}

std::vector<std::uint64_t> TrainedNetwork::seeds(std::string_view name, std::size_t n) const {
  std::vector<std::uint64_t> out;
  for (const auto seed : constant(name, {n}).integers)
    out.push_back(std::bit_cast<std::uint64_t>(seed));
  if (out.size() != n)
    throw InputError(
        {.where = "network/" + std::string(name), .expected = "whole numbers", .got = "others"});
  return out;
}

Constant constant(std::string name, double value, std::string unit, std::string meaning) {
  return {.name = std::move(name),
          .shape = {},
          .numbers = {value},
          .unit = std::move(unit),
          .meaning = std::move(meaning)};
}

Constant constant(std::string name, std::vector<double> values, std::string unit,
                  std::string meaning) {
  const auto n = values.size();
  return {.name = std::move(name),
          .shape = {n},
          .numbers = std::move(values),
          .unit = std::move(unit),
          .meaning = std::move(meaning)};
}

Constant constant_seeds(std::string name, const std::vector<std::uint64_t>& seeds,
                        std::string meaning) {
  Constant out{.name = std::move(name),
               .shape = {seeds.size()},
               .numbers = {},
               .unit = "1",
               .meaning = std::move(meaning)};
  for (const auto seed : seeds) out.integers.push_back(std::bit_cast<std::int64_t>(seed));
  return out;
}

void Classifier::restore(const TrainedNetwork&, int) {
  throw std::logic_error("a learner that cannot be restored");
}

TrainedNetwork network_of(const Classifier& classifier) {
  const auto blocks = classifier.blocks();
  TrainedNetwork out{classifier.constants(), {}, stacked_weights(blocks)};
  for (const Block& block : blocks)
    out.rows.insert(out.rows.end(), block.rows.begin(), block.rows.end());
  return out;
}

Weights stacked_weights(const std::vector<Block>& blocks) {
  Weights out;
  for (const Block& block : blocks) stack(out, block.synapses->transmitted());
  return out;
}

void require_single_devices(const Device& device, std::string_view learner) {
  if (device.mapping == Mapping::single) return;
  throw InputError({.where = "mapping",
                    .expected = "single: " + std::string(learner) + " learns by pairs of spikes",
                    .got = std::string(mapping_names[static_cast<std::size_t>(device.mapping)])});
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
