// Names of content in the store's duplicate table: 64 bits over octets, for what comes twice under
// different P_MUL ids or through two SMTP connections. Not for anything an enemy may choose freely.
#pragma once

#include "acp142/entity.hpp"
#include "base/bytes.hpp"

#include <cstring>

namespace longwire::engine {

class ContentHash {
 public:
  ContentHash& add(ByteView octets) {
    while (octets.size() >= sizeof(std::uint64_t)) {
      std::uint64_t word = 0;
      std::memcpy(&word, octets.data(), sizeof word);
      mix(word);
      octets = octets.subspan(sizeof word);
    }
    // The length keeps "ab" + "c" apart from "a" + "bc".
    std::uint64_t tail = static_cast<std::uint64_t>(octets.size()) << 56;
    for (const auto octet : octets) tail = tail << 8 ^ octet;
    mix(tail);
    return *this;
  }
  ContentHash& add(std::string_view text) { return add(as_bytes(text)); }

  // A place in the table beside the keys of P_MUL messages; a clash needs 64 equal bits.
  acp142::ReceptionKey key() const {
    return {PmulId{static_cast<std::uint32_t>(state_ >> 32)}, static_cast<std::uint32_t>(state_)};
  }

 private:
  void mix(std::uint64_t word) {
    state_ = (state_ ^ word) * 0x9E3779B97F4A7C15ULL;
    state_ ^= state_ >> 29;
    state_ *= 0xBF58476D1CE4E5B9ULL;
    state_ ^= state_ >> 32;
  }
  std::uint64_t state_ = 0xCBF29CE484222325ULL;
};

}  // namespace longwire::engine
