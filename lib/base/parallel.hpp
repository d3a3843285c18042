#pragma once
#include <functional>

namespace memplast {

/// Runs job(0) ... job(n-1) on a few threads. The first exception stops the others and is rethrown.
void in_parallel(int n, int threads, const std::function<void(int)>& job);

}  // namespace memplast
