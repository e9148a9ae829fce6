#include "acp142/fec_code.hpp"

#include <algorithm>
#include <array>
#include <bit>

namespace longwire::acp142::fec {
namespace {

constexpr unsigned polynomial = 0x1100B;  // x^16 + x^12 + x^3 + x + 1, primitive
constexpr unsigned order = 0xFFFF;        // of the multiplicative group; 2 generates it

struct Field {
  Field() : log(order + 1U), power(2U * order) {
    unsigned value = 1;
    for (unsigned i = 0; i < order; ++i) {
      log[value] = static_cast<std::uint16_t>(i);
      power[i] = power[i + order] = static_cast<std::uint16_t>(value);
      value <<= 1;
      if (value > order) value ^= polynomial;
    }
  }
  std::uint16_t multiply(unsigned a, unsigned b) const {
    return a == 0 || b == 0 ? std::uint16_t{0} : power[log[a] + log[b]];
  }

  std::vector<std::uint16_t> log;
  std::vector<std::uint16_t> power;
};

const Field& field() {
  static const Field tables;
  return tables;
}

unsigned point(std::size_t row) { return static_cast<unsigned>(most_columns + row); }

// Sums of logarithms: products of many factors without a multiplication table.
class Product {
 public:
  void times(std::size_t factor) { log_ = (log_ + field().log[factor]) % order; }
  void over(std::size_t factor) { log_ = (log_ + order - field().log[factor]) % order; }
  unsigned log() const { return log_; }

 private:
  unsigned log_ = 0;
};

// The inverse of a Cauchy matrix in closed form. With x the points of the rows and y the columns:
// inverse[j][i] = prod(x_i+y_k) prod(x_k+y_j) / ((x_i+y_j) prod'(x_i+x_k) prod'(y_j+y_k)), prod' without itself.
class CauchyInverse {
 public:
  CauchyInverse(const std::vector<Symbol>& parities, const std::vector<std::size_t>& missing)
      : missing_(missing), of_row_(missing.size()), of_column_(missing.size()) {
    for (const auto& symbol : parities) points_.push_back(point(symbol.place));
    for (std::size_t i = 0; i < missing.size(); ++i)
      for (std::size_t k = 0; k < missing.size(); ++k) {
        of_row_[i].times(points_[i] ^ missing[k]);
        of_column_[i].times(points_[k] ^ missing[i]);
        if (k == i) continue;
        of_row_[i].over(points_[i] ^ points_[k]);
        of_column_[i].over(missing[i] ^ missing[k]);
      }
  }
  std::uint16_t at(std::size_t j, std::size_t i) const {
    auto factor = of_row_[i];
    factor.over(points_[i] ^ missing_[j]);
    return field().power[factor.log() + of_column_[j].log()];
  }

 private:
  const std::vector<std::size_t>& missing_;
  std::vector<std::size_t> points_;
  std::vector<Product> of_row_, of_column_;
};

// ---- one symbol into many sums: what decoding does k x k times

using Four = std::uint64_t;        // words of GF(2^16) side by side
using Fours = std::vector<Four>;   // a symbol, with zeros up to the next whole Four
constexpr std::size_t piece = 32;  // Fours handled at a time: their multiples stay in the fastest cache

std::size_t fours_in(std::size_t octets) { return (octets + 7) / 8; }

Four doubled(Four four) {
  constexpr Four each = 0x0001'0001'0001'0001;
  return (four & each * 0x7FFF) << 1 ^ (four >> 15 & each) * (polynomial & order);
}

Fours fours_of(ByteView octets, std::size_t symbol_octets) {
  Fours fours(fours_in(symbol_octets));
  octets = octets.first(std::min(octets.size(), symbol_octets));
  for (std::size_t i = 0; i < octets.size(); ++i) fours[i / 8] |= Four{octets[i]} << (56 - i % 8 * 8);
  return fours;
}

Bytes octets_of(const Fours& fours, std::size_t symbol_octets) {
  Bytes octets(symbol_octets);
  for (std::size_t i = 0; i < symbol_octets; ++i)
    octets[i] = static_cast<std::uint8_t>(fours[i / 8] >> (56 - i % 8 * 8));
  return octets;
}

// A piece times each value of each four bits of a factor. The sum of four of them is any multiple, and is made of
// whole machine words, where a table of products would be asked for each word of 16 bits.
class Multiples {
 public:
  void of(const Four* fours, std::size_t count) {
    count_ = count;
    std::copy_n(fours, count, at_[0][1].begin());
    for (std::size_t four = 0; four < 4; ++four)
      for (std::size_t value = 1; value < 16; ++value) make(four, value);
  }
  void add(Four* to, unsigned factor) const {
    const auto& a = at_[0][factor & 15];
    const auto& b = at_[1][factor >> 4 & 15];
    const auto& c = at_[2][factor >> 8 & 15];
    const auto& d = at_[3][factor >> 12];
    for (std::size_t i = 0; i < count_; ++i) to[i] ^= a[i] ^ b[i] ^ c[i] ^ d[i];
  }

 private:
  using Piece = std::array<Four, piece>;

  void make(std::size_t four, std::size_t value) {
    if (four == 0 && value == 1) return;
    const auto highest = std::bit_floor(value);
    auto& made = at_[four][value];
    if (value != highest) {
      const auto &a = at_[four][highest], &b = at_[four][value ^ highest];
      for (std::size_t i = 0; i < count_; ++i) made[i] = a[i] ^ b[i];
      return;
    }
    const auto& half = value == 1 ? at_[four - 1][8] : at_[four][value / 2];
    for (std::size_t i = 0; i < count_; ++i) made[i] = doubled(half[i]);
  }

  std::size_t count_ = 0;
  std::array<std::array<Piece, 16>, 4> at_{};
};

// sums[i] += factors[i] * from
void add_scaled_to_all(std::vector<Fours>& sums, const Fours& from, const std::vector<std::uint16_t>& factors,
                       Multiples& multiples) {
  for (std::size_t begin = 0; begin < from.size(); begin += piece) {
    multiples.of(from.data() + begin, std::min(piece, from.size() - begin));
    for (std::size_t i = 0; i < sums.size(); ++i) multiples.add(sums[i].data() + begin, factors[i]);
  }
}

}  // namespace

std::uint16_t coefficient(std::size_t row, std::size_t column) {
  return field().power[(order - field().log[point(row) ^ column]) % order];
}

void add_scaled(Bytes& to, ByteView from, std::uint16_t factor) {
  // The product of a word is the sum of the products of its octets: two small tables do.
  std::array<std::uint16_t, 256> high{};
  std::array<std::uint16_t, 256> low{};
  for (unsigned bit = 1; bit < 256; bit <<= 1) {
    low[bit] = field().multiply(factor, bit);
    high[bit] = field().multiply(factor, bit << 8);
    for (unsigned rest = 1; rest < bit; ++rest) {
      low[bit | rest] = low[bit] ^ low[rest];
      high[bit | rest] = high[bit] ^ high[rest];
    }
  }
  const auto* in = from.data();
  auto* out = to.data();
  const auto octets = std::min(from.size(), to.size());
  const auto even = octets & ~std::size_t{1};
  for (std::size_t i = 0; i < even; i += 2) {
    const unsigned product = high[in[i]] ^ low[in[i + 1]];
    out[i] = static_cast<std::uint8_t>(out[i] ^ product >> 8);
    out[i + 1] = static_cast<std::uint8_t>(out[i + 1] ^ product);
  }
  if (even == octets) return;
  const unsigned product = high[in[even]];
  out[even] = static_cast<std::uint8_t>(out[even] ^ product >> 8);
  if (even + 1 < to.size()) out[even + 1] = static_cast<std::uint8_t>(out[even + 1] ^ product);
}

Bytes parity(const std::vector<Symbol>& sources, std::size_t symbol_octets, std::size_t row) {
  Bytes sum(symbol_octets);
  for (const auto& source : sources) add_scaled(sum, source.octets, coefficient(row, source.place));
  return sum;
}

std::vector<Bytes> recover(const std::vector<Symbol>& sources, const std::vector<Symbol>& parities,
                           const std::vector<std::size_t>& missing, std::size_t symbol_octets) {
  const auto size = missing.size();
  if (size == 0) return {};
  std::vector<std::uint16_t> factors(size);
  Multiples multiples;
  // What is left of the parity symbols without the sources that are there.
  std::vector<Fours> rests;
  rests.reserve(size);
  for (const auto& symbol : parities) rests.push_back(fours_of(symbol.octets, symbol_octets));
  for (const auto& source : sources) {
    for (std::size_t i = 0; i < size; ++i) factors[i] = coefficient(parities[i].place, source.place);
    add_scaled_to_all(rests, fours_of(source.octets, symbol_octets), factors, multiples);
  }
  const CauchyInverse inverse(parities, missing);
  std::vector<Fours> found(size, Fours(fours_in(symbol_octets)));
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j < size; ++j) factors[j] = inverse.at(j, i);
    add_scaled_to_all(found, rests[i], factors, multiples);
  }
  std::vector<Bytes> out;
  out.reserve(size);
  for (const auto& fours : found) out.push_back(octets_of(fours, symbol_octets));
  return out;
}

}  // namespace longwire::acp142::fec
