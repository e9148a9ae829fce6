// The erasure code: any k of n symbols give the sources, whatever their number, size and place.
#include "acp142/fec_code.hpp"
#include "base/rng.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

namespace longwire::acp142::fec {
namespace {

Bytes random_octets(Rng& rng, std::size_t size) {
  Bytes octets(size);
  for (auto& octet : octets) octet = static_cast<std::uint8_t>(rng.next());
  return octets;
}

// GF(2^16) multiplication bit by bit: shares nothing with the tables of the code.
unsigned multiply(unsigned a, unsigned b) {
  unsigned product = 0;
  for (; b != 0; b >>= 1) {
    if ((b & 1) != 0) product ^= a;
    a = (a & 0x8000) != 0 ? (a << 1 ^ 0x1100B) & 0xFFFF : a << 1;
  }
  return product;
}

TEST(FecCode, CoefficientsAreInversesOfTheDifferencesOfTheirPoints) {
  Rng rng(1);
  for (int i = 0; i < 2000; ++i) {
    const auto row = rng.below(most_rows), column = rng.below(most_columns);
    EXPECT_EQ(multiply(coefficient(row, column), static_cast<unsigned>((0x8000 + row) ^ column)), 1U);
  }
  EXPECT_EQ(multiply(coefficient(0, 0), 0x8000), 1U);
  EXPECT_EQ(multiply(coefficient(most_rows - 1, most_columns - 1), 0xFFFF ^ 0x7FFF), 1U);
}

TEST(FecCode, AddScaledIsTheProductOfEveryWord) {
  Rng rng(2);
  for (const std::size_t size : {0U, 1U, 2U, 3U, 7U, 64U}) {
    const auto from = random_octets(rng, size);
    const auto before = random_octets(rng, size + size % 2 + 2);
    const auto factor = static_cast<std::uint16_t>(rng.next());
    auto to = before;
    add_scaled(to, from, factor);
    auto padded = from;
    padded.resize(before.size());
    for (std::size_t i = 0; i < before.size(); i += 2) {
      const auto word = multiply(factor, static_cast<unsigned>(padded[i] << 8 | padded[i + 1]));
      EXPECT_EQ(to[i], before[i] ^ word >> 8);
      EXPECT_EQ(to[i + 1], before[i + 1] ^ (word & 0xFF));
    }
  }
}

// k sources, the last one short; `lost` of them are replaced by parity symbols of random rows.
void round_trip(Rng& rng, std::size_t k, std::size_t symbol_octets, std::size_t lost) {
  std::vector<Bytes> sources;
  for (std::size_t i = 0; i < k; ++i) sources.push_back(random_octets(rng, symbol_octets));
  sources.back().resize(1 + rng.below(symbol_octets));
  std::vector<Symbol> all;
  for (std::size_t i = 0; i < k; ++i) all.push_back({i, sources[i]});
  std::vector<std::size_t> order(k);
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t i = k; i > 1; --i) std::swap(order[i - 1], order[rng.below(i)]);
  const std::vector<std::size_t> missing(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(lost));
  std::vector<Symbol> there;
  for (std::size_t i = lost; i < k; ++i) there.push_back(all[order[i]]);
  std::vector<std::size_t> rows;
  while (rows.size() < lost) {
    const auto row = rng.below(rng.chance(0.1) ? most_rows : 4 * k);
    if (std::find(rows.begin(), rows.end(), row) == rows.end()) rows.push_back(row);
  }
  std::vector<Bytes> parities;
  for (const auto row : rows) parities.push_back(parity(all, symbol_octets, row));
  std::vector<Symbol> received;
  for (std::size_t i = 0; i < lost; ++i) received.push_back({rows[i], parities[i]});
  const auto found = recover(there, received, missing, symbol_octets);
  ASSERT_EQ(found.size(), lost);
  for (std::size_t i = 0; i < lost; ++i) {
    auto expected = sources[missing[i]];
    expected.resize(symbol_octets);
    ASSERT_EQ(found[i], expected) << "source " << missing[i] << " of " << k;
  }
}

TEST(FecCode, AnyKSymbolsGiveTheSources) {
  Rng rng(3);
  for (int i = 0; i < 300; ++i) {
    const auto k = 1 + rng.below(24);
    round_trip(rng, k, 2 * (1 + rng.below(20)), rng.below(k + 1));
  }
  for (const std::size_t k : {1U, 2U, 3U, 100U, 255U, 256U, 257U}) {
    round_trip(rng, k, 4, k);  // parity alone
    round_trip(rng, k, 4, 1);
    round_trip(rng, k, 4, k / 2);
  }
}

TEST(FecCode, ABlockOfTheLargestSize) {
  Rng rng(4);
  round_trip(rng, 1024, 2, 1024);
  round_trip(rng, 1024, 6, 100);
}

// A second implementation can check itself by these (docs/coded-p_mul.md).
TEST(FecCode, TheExampleOfTheDescription) {
  const Bytes a{0x01, 0x02, 0x03, 0x04}, b{0xFF, 0x00, 0x10}, c{0xAA, 0xBB, 0xCC, 0xDD};
  const std::vector<Symbol> sources{{0, a}, {1, b}, {2, c}};
  for (std::size_t row = 0; row < 2; ++row) {
    Bytes expected(4);
    for (std::size_t word = 0; word < 4; word += 2) {
      unsigned sum = 0;
      for (const auto& source : sources) {
        Bytes padded(source.octets.begin(), source.octets.end());
        padded.resize(4);
        sum ^= multiply(coefficient(row, source.place), static_cast<unsigned>(padded[word] << 8 | padded[word + 1]));
      }
      expected[word] = static_cast<std::uint8_t>(sum >> 8);
      expected[word + 1] = static_cast<std::uint8_t>(sum);
    }
    EXPECT_EQ(parity(sources, 4, row), expected);
  }
}

}  // namespace
}  // namespace longwire::acp142::fec
