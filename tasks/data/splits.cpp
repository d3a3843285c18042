#include "splits.hpp"

#include <algorithm>

#include "../../lib/base/error.hpp"
#include "../../lib/numeric/random.hpp"

namespace memplast {

std::vector<std::vector<int>> stratified_folds(const std::vector<int>& y, int folds,
                                               std::uint64_t seed) {
  std::vector<std::vector<int>> test(static_cast<std::size_t>(folds));
  const int n_classes = *std::max_element(y.begin(), y.end()) + 1;
  std::size_t next = 0;
  for (int c = 0; c < n_classes; ++c) {
    std::vector<int> members;
    for (int i = 0; i < static_cast<int>(y.size()); ++i)
      if (y[i] == c) members.push_back(i);
    if (static_cast<int>(members.size()) < folds)
      throw InputError(
          {.where = "folds",
           .expected = "at most the size of the smallest class, " + std::to_string(members.size()),
           .got = std::to_string(folds)});
    Stream(seed, Purpose::partition, static_cast<std::uint64_t>(c)).shuffle(std::span(members));
    for (const int i : members) test[next++ % test.size()].push_back(i);
  }
  for (auto& fold : test) std::sort(fold.begin(), fold.end());
  return test;
}

std::vector<int> complement(const std::vector<int>& test, int n) {
  std::vector<int> out;
  for (int i = 0; i < n; ++i)
    if (!std::binary_search(test.begin(), test.end(), i)) out.push_back(i);
  return out;
}

}  // namespace memplast
