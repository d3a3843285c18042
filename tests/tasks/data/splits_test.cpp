#include "tasks/data/splits.hpp"

#include <algorithm>

#include "lib/base/error.hpp"
#include "tests/catch.hpp"

using namespace memplast;

TEST_CASE("folds are a partition with class shares and sizes within one sample",
          "[tasks][splits]") {
  std::vector<int> y(212, 0);
  y.resize(569, 1);
  const auto folds = stratified_folds(y, 5, 3);
  std::vector<int> all;
  for (const auto& fold : folds) {
    CHECK(std::is_sorted(fold.begin(), fold.end()));
    CHECK((fold.size() == 113 || fold.size() == 114));
    const auto first = std::count_if(fold.begin(), fold.end(), [&](int i) { return y[i] == 0; });
    CHECK((first == 42 || first == 43));
    all.insert(all.end(), fold.begin(), fold.end());
    CHECK(complement(fold, 569).size() == 569 - fold.size());
  }
  std::sort(all.begin(), all.end());
  REQUIRE(all.size() == 569);
  for (int i = 0; i < 569; ++i) CHECK(all[i] == i);
}

TEST_CASE("a seed is a partition, another seed another one", "[tasks][splits]") {
  std::vector<int> y(60, 0);
  y.resize(120, 1);
  CHECK(stratified_folds(y, 5, 1) == stratified_folds(y, 5, 1));
  CHECK(stratified_folds(y, 5, 1) != stratified_folds(y, 5, 2));
}

TEST_CASE("more folds than samples in a class are refused", "[tasks][splits]") {
  CHECK_THROWS_WITH(stratified_folds({0, 0, 0, 1, 1}, 3, 0),
                    Catch::Contains("folds: expected at most the size of the smallest class, 2"));
}
