// Bits of octets as an HF line carries them: the least significant bit of each octet first (Annex D).
#pragma once

#include "base/bytes.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace longwire::sim {

inline bool bit_at(ByteView octets, std::size_t bit) { return (octets[bit / 8] >> bit % 8 & 1) != 0; }
inline void flip_bit(Bytes& octets, std::size_t bit) {
  octets[bit / 8] = static_cast<std::uint8_t>(octets[bit / 8] ^ 1U << bit % 8);
}

// A string of bits that grows at its end.
class BitString {
 public:
  std::size_t size() const { return bits_; }
  const Bytes& octets() const { return octets_; }  // the last one filled with zeros
  Bytes& octets() { return octets_; }

  void push(bool bit) {
    if (bits_ % 8 == 0) octets_.push_back(0);
    if (bit) octets_.back() = static_cast<std::uint8_t>(octets_.back() | 1U << bits_ % 8);
    ++bits_;
  }
  // The lowest `count` bits (at most 8) of an octet.
  void push(std::uint8_t octet, std::size_t count) {
    if (count == 0) return;
    const auto masked = static_cast<unsigned>(octet) & ((1U << count) - 1);
    const auto used = bits_ % 8;
    if (used == 0) octets_.push_back(0);
    octets_.back() = static_cast<std::uint8_t>(octets_.back() | masked << used);
    if (used + count > 8) octets_.push_back(static_cast<std::uint8_t>(masked >> (8 - used)));
    bits_ += count;
  }
  // `count` bits of `from`, beginning with bit `first`.
  void append(ByteView from, std::size_t first, std::size_t count) {
    for (std::size_t done = 0; done < count; done += 8) {
      const auto bit = first + done;
      const auto n = std::min<std::size_t>(8, count - done);
      unsigned window = from[bit / 8];
      if (bit % 8 + n > 8) window |= static_cast<unsigned>(from[bit / 8 + 1]) << 8;
      push(static_cast<std::uint8_t>(window >> bit % 8), n);
    }
  }
  // Whole octets leave from the front.
  Bytes take_octets() {
    const auto whole = bits_ / 8;
    Bytes out(octets_.begin(), octets_.begin() + static_cast<std::ptrdiff_t>(whole));
    octets_.erase(octets_.begin(), octets_.begin() + static_cast<std::ptrdiff_t>(whole));
    bits_ -= whole * 8;
    return out;
  }
  // And so does what is left, with zeros behind it.
  Bytes take_rest() {
    bits_ = 0;
    return std::exchange(octets_, {});
  }

 private:
  Bytes octets_;
  std::size_t bits_ = 0;
};

}  // namespace longwire::sim
