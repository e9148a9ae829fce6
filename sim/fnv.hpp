// FNV-1a, 64 bits: names a trace or a body. Not for security.
#pragma once

#include "base/bytes.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace longwire::sim {

class Fnv1a {
 public:
  void add(std::string_view text) {
    for (const char c : text) add_octet(static_cast<std::uint8_t>(c));
  }
  void add(ByteView octets) {
    for (const auto octet : octets) add_octet(octet);
  }
  std::uint64_t value() const { return state_; }

 private:
  void add_octet(std::uint8_t octet) { state_ = (state_ ^ octet) * 0x100000001B3ULL; }

  std::uint64_t state_ = 0xCBF29CE484222325ULL;
};

template <class T>
std::uint64_t fnv1a(const T& input) {
  Fnv1a hash;
  hash.add(input);
  return hash.value();
}

std::string hex64(std::uint64_t value);

}  // namespace longwire::sim
