#include "acp142/fec_code.hpp"

#include <algorithm>
#include <array>

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
  std::uint16_t value() const { return field().power[log_]; }
  unsigned log() const { return log_; }

 private:
  unsigned log_ = 0;
};

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
  // What is left of the parity symbols without the sources that are there.
  std::vector<Bytes> rests;
  for (const auto& symbol : parities) {
    auto& rest = rests.emplace_back(symbol_octets);
    add_scaled(rest, symbol.octets, 1);
    for (const auto& source : sources) add_scaled(rest, source.octets, coefficient(symbol.place, source.place));
  }
  // The inverse of a Cauchy matrix in closed form. With x the points of the rows and y the columns:
  // inverse[j][i] = prod(x_i+y_k) prod(x_k+y_j) / ((x_i+y_j) prod'(x_i+x_k) prod'(y_j+y_k)), prod' without itself.
  std::vector<Product> of_row(size), of_column(size);
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t k = 0; k < size; ++k) {
      of_row[i].times(point(parities[i].place) ^ missing[k]);
      of_column[i].times(point(parities[k].place) ^ missing[i]);
      if (k == i) continue;
      of_row[i].over(point(parities[i].place) ^ point(parities[k].place));
      of_column[i].over(missing[i] ^ missing[k]);
    }
  std::vector<Bytes> found(size, Bytes(symbol_octets));
  for (std::size_t j = 0; j < size; ++j)
    for (std::size_t i = 0; i < size; ++i) {
      auto factor = of_row[i];
      factor.over(point(parities[i].place) ^ missing[j]);
      add_scaled(found[j], rests[i], field().power[factor.log() + of_column[j].log()]);
    }
  return found;
}

}  // namespace longwire::acp142::fec
