#pragma once
#include <cstddef>

namespace memplast {

/// Asks the system to keep these bytes in large pages (2 MB on x86-64) as far as they fill them and
/// it can; what lies there is moved and keeps its value. The rows of a large matrix in random order
/// otherwise wait for address translation, and prefetching ends with every 4 kB.
void prefer_huge_pages(void* begin, std::size_t bytes);

}  // namespace memplast
