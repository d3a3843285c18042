#include "huge_pages.hpp"

#include <sys/mman.h>

#include <cstdint>

namespace memplast {

void prefer_huge_pages([[maybe_unused]] void* begin, [[maybe_unused]] std::size_t bytes) {
#ifdef MADV_HUGEPAGE
  constexpr std::uintptr_t page = 1 << 21;
  const auto address = reinterpret_cast<std::uintptr_t>(begin);
  const std::uintptr_t first = (address + page - 1) / page * page,
                       end = (address + bytes) / page * page;
  if (first >= end) return;
  auto* const pages = reinterpret_cast<void*>(first);
  constexpr int collapse = 25;  // MADV_COLLAPSE of Linux 6.1, which glibc 2.36 does not name
  // A system that cannot may say so: nothing but speed is lost.
  madvise(pages, end - first, MADV_HUGEPAGE);
  madvise(pages, end - first, collapse);
#endif
}

}  // namespace memplast
