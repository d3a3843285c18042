#include "random.hpp"

#include <Random123/philox.h>

#include <bit>
#include <cmath>
#include <numbers>

namespace memplast {

Stream::Stream(std::uint64_t seed, Purpose purpose, std::uint64_t index)
    : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
      counter_{0, static_cast<std::uint32_t>(purpose), static_cast<std::uint32_t>(index),
               static_cast<std::uint32_t>(index >> 32)} {}

std::uint64_t Stream::bits() {
  if (used_ == 4) {
    const r123::Philox4x32::ctr_type counter{{counter_[0], counter_[1], counter_[2], counter_[3]}};
    const r123::Philox4x32::key_type key{{key_[0], key_[1]}};
    const auto block = r123::Philox4x32{}(counter, key);
    std::copy(block.begin(), block.end(), block_.begin());
    ++counter_[0];
    used_ = 0;
  }
  const std::uint64_t low = block_[used_], high = block_[used_ + 1];
  used_ += 2;
  return high << 32 | low;
}

double Stream::uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

double Stream::exponential() { return -std::log1p(-uniform()); }

double Stream::normal() {
  const double radius = std::sqrt(2.0 * exponential());
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

std::uint64_t Stream::below(std::uint64_t n) {
  const std::uint64_t rejected = -n % n;  // 2^64 mod n
  std::uint64_t x = bits();
  while (x < rejected) x = bits();
  return x % n;
}

std::uint64_t derive_seed(std::uint64_t seed, Purpose purpose, std::uint64_t index) {
  return Stream(seed, purpose, index).bits();
}

std::uint64_t derive_seed(std::uint64_t seed, Purpose purpose, std::span<const double> content) {
  for (const double x : content)
    seed = derive_seed(seed, purpose, std::bit_cast<std::uint64_t>(x + 0.0));  // -0 is 0
  return seed;
}

}  // namespace memplast
