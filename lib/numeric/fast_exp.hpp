#pragma once
#include <bit>
#include <cmath>
#include <cstdint>

namespace memplast {

/// exp(x) within 2 ulp for |x| <= 700, in straight-line arithmetic: a loop of them vectorises, and
/// every vector width gives the same bits. Other types (a ceres::Jet) take their own exp.
///
/// x = n ln 2 + r, abs(r) <= ln(2)/2, exp(x) = 2^n exp(r); exp(r) = 1 + r + r^2 p(r), p of degree 9
/// through Chebyshev's nodes (relative error below 1.6e-17).
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
  // In Estrin's order: a short chain, so that many of them are in flight at once.
  const double r2 = r * r, r4 = r2 * r2;
  const double low = (0x1.0000000000001p-1 + 0x1.5555555555556p-3 * r) +
                     (0x1.5555555553d68p-5 + 0x1.11111111109b5p-7 * r) * r2;
  const double high = (0x1.6c16c17889ef9p-10 + 0x1.a01a01a7c2f03p-13 * r) +
                      (0x1.a019b914985a9p-16 + 0x1.71de0db2f585ep-19 * r) * r2;
  const double highest = 0x1.28917c8be7ad6p-22 + 0x1.af389ed28db09p-26 * r;
  const double p = 1.0 + (r + r2 * (low + r4 * (high + r4 * highest)));
  const auto exponent = std::bit_cast<std::uint64_t>(shifted) << 52;
  return std::bit_cast<double>(std::bit_cast<std::uint64_t>(p) + exponent);
}

/// The same in single precision, for |x| <= 80: p of degree 4, relative error below 1e-8.
template <>
[[gnu::always_inline]] inline float state_exp<float>(const float& x) {
  constexpr float log2_e = 0x1.715476p0f;
  constexpr float ln2_high = 0x1.62e4p-1f, ln2_low = 0x1.7f7d1cp-20f;
  constexpr float shifter = 0x1.8p23f;
  const float shifted = x * log2_e + shifter;
  const float n = shifted - shifter;
  const float r = (x - n * ln2_high) - n * ln2_low;
  const float r2 = r * r;
  const float low = (0x1p-1f + 0x1.5554dep-3f * r) + (0x1.55551ap-5f + 0x1.120b62p-7f * r) * r2;
  const float p = 1.0f + (r + r2 * (low + r2 * r2 * 0x1.6d10fep-10f));
  const auto exponent = std::bit_cast<std::uint32_t>(shifted) << 23;
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(p) + exponent);
}

/// exp(x), x <= 0, in the same arithmetic; from -80 on it stays at exp(-80) = 1.8e-35.
template <class T>
[[gnu::always_inline]] inline T decay_exp(const T& x) {
  return state_exp<T>(x > -80.0 ? x : T(-80.0));
}

}  // namespace memplast
