#include "lib/numeric/random.hpp"
#include "tests/catch.hpp"

#include <algorithm>
#include <cmath>
#include <set>

using namespace memplast;

namespace {

using Block = std::array<std::uint32_t, 4>;

// Philox4x32-10 as the paper writes it, apart from the library that Stream uses.
Block philox(Block c, std::array<std::uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t a = std::uint64_t{0xD2511F53} * c[0], b = std::uint64_t{0xCD9E8D57} * c[2];
    c = {static_cast<std::uint32_t>(b >> 32) ^ c[1] ^ key[0], static_cast<std::uint32_t>(b),
         static_cast<std::uint32_t>(a >> 32) ^ c[3] ^ key[1], static_cast<std::uint32_t>(a)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return c;
}

std::uint64_t joined(std::uint32_t low, std::uint32_t high) {
  return std::uint64_t{high} << 32 | low;
}

}  // namespace

TEST_CASE("random: Philox4x32-10 gives the published answers", "[lib][random]") {
  // Known-answer vectors that Random123 ships (Salmon et al. 2011).
  CHECK(philox({0, 0, 0, 0}, {0, 0}) == Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8});
  constexpr std::uint32_t f = 0xffffffff;
  CHECK(philox({f, f, f, f}, {f, f}) == Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd});
  CHECK(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}) ==
        Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1});

  Stream zero(0, Purpose{0}, 0);
  CHECK(zero.bits() == 0xe169c58d6627e8d5);
  CHECK(zero.bits() == 0x9b00dbd8bc57ac4c);
}

TEST_CASE("random: a stream is Philox of (position, purpose, index) keyed by the seed",
          "[lib][random]") {
  const std::uint64_t seed = 0x0123456789abcdef, index = 0xfedcba9876543210;
  Stream stream(seed, Purpose::spikes, index);
  for (std::uint32_t position = 0; position < 5; ++position) {
    const Block block =
        philox({position, static_cast<std::uint32_t>(Purpose::spikes),
                static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32)},
               {static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)});
    CHECK(stream.bits() == joined(block[0], block[1]));
    CHECK(stream.bits() == joined(block[2], block[3]));
  }
}

TEST_CASE("random: uniform, exponential and normal have their moments", "[lib][random]") {
  constexpr int n = 200'000;
  Stream random(7, Purpose::noise);
  double u = 0, uu = 0, e = 0, g = 0, gg = 0, lowest = 1, highest = 0;
  for (int i = 0; i < n; ++i) {
    const double x = random.uniform(), z = random.normal();
    u += x, uu += x * x, e += random.exponential(), g += z, gg += z * z;
    lowest = std::min(lowest, x), highest = std::max(highest, x);
  }
  CHECK(lowest >= 0.0);
  CHECK(highest < 1.0);
  // Four standard errors of each mean.
  const double se = 4.0 / std::sqrt(n);
  CHECK(std::abs(u / n - 0.5) < se * std::sqrt(1.0 / 12));
  CHECK(std::abs(uu / n - 1.0 / 3) < se * std::sqrt(4.0 / 45));
  CHECK(std::abs(e / n - 1.0) < se);
  CHECK(std::abs(g / n) < se);
  CHECK(std::abs(gg / n - 1.0) < se * std::sqrt(2.0));
}

TEST_CASE("random: uniform fills 100 bins evenly", "[lib][random]") {
  constexpr int n = 100'000, bins = 100;
  Stream random(3, Purpose::order);
  std::array<int, bins> count{};
  for (int i = 0; i < n; ++i) ++count[static_cast<std::size_t>(random.uniform() * bins)];
  double chi2 = 0.0;
  for (const int k : count) chi2 += std::pow(k - n / bins, 2) / (n / bins);
  CHECK(chi2 < 161.0);  // chi2 with 99 degrees of freedom exceeds it with probability 1e-4
  CHECK(chi2 > 54.0);   // and stays below this one as rarely
}

TEST_CASE("random: below(n) takes every value, none beyond", "[lib][random]") {
  Stream random(4, Purpose::order);
  std::array<int, 7> count{};
  for (int i = 0; i < 70'000; ++i) ++count.at(random.below(7));
  for (const int k : count) CHECK(std::abs(k - 10'000) < 4 * 93);  // sd = sqrt(n p (1-p)) = 92.6
  CHECK(Stream(4, Purpose::order).below(1) == 0);
}

TEST_CASE("random: streams do not depend on each other", "[lib][random]") {
  // Seed, purpose and index each give other numbers, uncorrelated with the first stream's.
  const Stream other = GENERATE(
      Stream(2, Purpose::spikes, 5), Stream(1, Purpose::noise, 5), Stream(1, Purpose::spikes, 6),
      Stream(1, Purpose::spikes, 1ull << 32), Stream(1ull << 32, Purpose::spikes, 5));
  Stream a(1, Purpose::spikes, 5), b = other;
  constexpr int n = 20'000;
  double sum = 0.0;
  int equal = 0;
  for (int i = 0; i < n; ++i) {
    const double x = a.uniform(), y = b.uniform();
    equal += x == y;
    sum += (x - 0.5) * (y - 0.5);
  }
  CHECK(equal == 0);
  CHECK(std::abs(sum / n * 12) < 4.0 / std::sqrt(n));
}

TEST_CASE("random: the same stream gives the same numbers whatever others do", "[lib][random]") {
  Stream a(1, Purpose::spikes, 5), b(1, Purpose::spikes, 5), busy(1, Purpose::spikes, 6);
  for (int i = 0; i < 100; ++i) {
    for (int k = 0; k < i % 3; ++k) busy.bits();
    CHECK(a.bits() == b.bits());
  }
}

TEST_CASE("random: a permutation holds every number once, each place evenly", "[lib][random]") {
  Stream random(9, Purpose::order);
  std::array<int, 5> first{};
  for (int i = 0; i < 10'000; ++i) {
    auto order = random.permutation(5);
    ++first.at(static_cast<std::size_t>(order[0]));
    std::sort(order.begin(), order.end());
    REQUIRE(order == std::vector{0, 1, 2, 3, 4});
  }
  for (const int k : first) CHECK(std::abs(k - 2000) < 4 * 40);
  CHECK(random.permutation(0).empty());
}

TEST_CASE("random: derived seeds differ and repeat", "[lib][random]") {
  std::set<std::uint64_t> seeds;
  for (std::uint64_t seed = 0; seed < 10; ++seed)
    for (std::uint64_t index = 0; index < 10; ++index)
      for (const auto purpose : {Purpose::fold, Purpose::subnetwork})
        seeds.insert(derive_seed(seed, purpose, index));
  CHECK(seeds.size() == 200);
  CHECK(derive_seed(3, Purpose::fold, 2) == Stream(3, Purpose::fold, 2).bits());
}
