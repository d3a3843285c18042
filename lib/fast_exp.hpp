#pragma once
#include <bit>
#include <cmath>
#include <cstdint>

namespace memplast {

/// exp(x) within 2 ulp for |x| <= 700, in straight-line arithmetic: a loop of them vectorises, and
/// every vector width gives the same bits. Other types (a ceres::Jet) take their own exp.
///
/// x = n ln 2 + r, abs(r) <= ln(2)/2, exp(x) = 2^n exp(r), exp(r) by its Taylor sum to r^13 (the
/// rest is below 5e-18).
template <class T>
inline T state_exp(const T& x) {
  using std::exp;
  return exp(x);
}

template <>
[[gnu::always_inline]] inline double state_exp<double>(const double& x) {
  constexpr double log2_e = 0x1.71547652b82fep0;
  constexpr double ln2_high = 0x1.62e42fee00000p-1, ln2_low = 0x1.a39ef35793c76p-33;
  constexpr double shifter = 0x1.8p52;  // adding it leaves a whole number in the low bits
  const double shifted = x * log2_e + shifter;
  const double n = shifted - shifter;
  const double r = (x - n * ln2_high) - n * ln2_low;
  double p = 1.0 / 6227020800.0;
  p = p * r + 1.0 / 479001600.0;
  p = p * r + 1.0 / 39916800.0;
  p = p * r + 1.0 / 3628800.0;
  p = p * r + 1.0 / 362880.0;
  p = p * r + 1.0 / 40320.0;
  p = p * r + 1.0 / 5040.0;
  p = p * r + 1.0 / 720.0;
  p = p * r + 1.0 / 120.0;
  p = p * r + 1.0 / 24.0;
  p = p * r + 1.0 / 6.0;
  p = p * r + 0.5;
  p = p * r + 1.0;
  p = p * r + 1.0;
  const auto exponent = std::bit_cast<std::uint64_t>(shifted) << 52;
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(p) + exponent);
}

}  // namespace memplast
