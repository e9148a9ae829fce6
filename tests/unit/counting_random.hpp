// Chance that repeats: octets that count.
#pragma once

#include "crypto/random.hpp"

#include <cstdint>
#include <span>

namespace longwire::test {

class CountingRandom : public crypto::Random {
 public:
  explicit CountingRandom(std::uint8_t first = 1) : next_(first) {}
  void fill(std::span<std::uint8_t> out) override {
    for (auto& octet : out) octet = next_++;
  }

 private:
  std::uint8_t next_;
};

}  // namespace longwire::test
