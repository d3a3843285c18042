#pragma once
#include <functional>

namespace memplast {

/// How long work reports that `done` of `total` steps are finished; may be empty. The library never
/// prints.
using Progress = std::function<void(int done, int total)>;

}  // namespace memplast
