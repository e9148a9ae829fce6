// Half octets, of which the PDUs of STANAG 5066 are made.
#pragma once

#include <cstdint>

namespace longwire::s5066 {

constexpr std::uint8_t nibbles(unsigned high, unsigned low) {
  return static_cast<std::uint8_t>((high & 15U) << 4 | (low & 15U));
}
constexpr std::uint8_t high_nibble(std::uint8_t octet) { return octet >> 4; }
constexpr std::uint8_t low_nibble(std::uint8_t octet) { return octet & 15U; }
constexpr bool has_bit(std::uint8_t octet, unsigned bit) { return (octet >> bit & 1U) != 0; }
constexpr std::uint8_t bit_if(bool set, unsigned bit) { return static_cast<std::uint8_t>(set ? 1U << bit : 0U); }

}  // namespace longwire::s5066
