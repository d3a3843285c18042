#pragma once
#include <functional>

namespace memplast {

/// How long work reports that `done` of `total` steps are finished: once before it starts, where
/// `done` is what an earlier run left, then after each step. May be empty. The library never
/// prints.
using Progress = std::function<void(int done, int total)>;

}  // namespace memplast
