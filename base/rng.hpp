// A small seeded generator (splitmix64), handed to cores so that a seed repeats a run.
// Not for keys or tokens.
#pragma once

#include <cstdint>

namespace longwire {

class Rng {
 public:
  explicit Rng(std::uint64_t seed) : state_(seed) {}

  std::uint64_t next() {
    state_ += 0x9E3779B97F4A7C15ULL;
    std::uint64_t z = state_;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ z >> 27) * 0x94D049BB133111EBULL;
    return z ^ z >> 31;
  }
  // 0 <= result < n; n > 0. The bias is below n / 2^64.
  std::uint64_t below(std::uint64_t n) { return next() % n; }
  // 0 <= result < 1
  double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
  bool chance(double p) { return uniform() < p; }

 private:
  std::uint64_t state_;
};

}  // namespace longwire
