// The erasure code of coded P_MUL: systematic Cauchy Reed-Solomon over GF(2^16), docs/coded-p_mul.md.
//
// A block has k source symbols (columns 0..k-1) and as many parity symbols (rows) as are asked for.
// Any k of them give the sources: every square part of a Cauchy matrix can be inverted.
#pragma once

#include "base/bytes.hpp"

#include <cstdint>
#include <vector>

namespace longwire::acp142::fec {

inline constexpr std::size_t most_columns = 0x8000;
inline constexpr std::size_t most_rows = 0x8000;

// Coefficient of a column in a row: the inverse of (0x8000 + row) XOR column, never 0.
std::uint16_t coefficient(std::size_t row, std::size_t column);

// to += factor * from, 16-bit big-endian words; `from` may be shorter (zeros follow), `to` is even.
void add_scaled(Bytes& to, ByteView from, std::uint16_t factor);

// One source symbol of a block; a short one is padded with zeros.
struct Symbol {
  std::size_t place = 0;  // column of a source, row of a parity symbol
  ByteView octets;
};

// The parity symbol `row` of all k sources of a block. symbol_octets is even.
Bytes parity(const std::vector<Symbol>& sources, std::size_t symbol_octets, std::size_t row);

// The sources `missing` (columns, different) of a block from the others and from as many different
// parity symbols, in the order of `missing`.
std::vector<Bytes> recover(const std::vector<Symbol>& sources, const std::vector<Symbol>& parities,
                           const std::vector<std::size_t>& missing, std::size_t symbol_octets);

}  // namespace longwire::acp142::fec
