// Comparisons and choices without branches on secrets. A mask is 0 (no) or all ones (yes).
#pragma once

#include <cstdint>

namespace longwire::crypto::ct {

using Mask = std::uint32_t;

// Keeps the compiler from seeing that a mask has two values only, and from making a branch of it.
inline Mask hidden(Mask mask) {
  volatile Mask copy = mask;
  return copy;
}
inline Mask is_zero(std::uint32_t v) { return hidden(((v | (0U - v)) >> 31) - 1U); }
inline Mask is_equal(std::uint32_t a, std::uint32_t b) { return is_zero(a ^ b); }
// a < b, both below 2^31
inline Mask is_below(std::uint32_t a, std::uint32_t b) { return hidden(0U - ((a - b) >> 31)); }
inline std::uint8_t choose(Mask mask, std::uint8_t yes, std::uint8_t no) {
  return static_cast<std::uint8_t>((yes & mask) | (no & ~mask));
}

}  // namespace longwire::crypto::ct
