// Random: where keys, nonces, padding and blinding come from. Chance is an argument here as everywhere, so that a run
// in the simulator repeats; node/io and node/main seed it from the operating system.
#pragma once

#include "base/bytes.hpp"

#include <memory>
#include <span>

namespace longwire::crypto {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;
};

inline Bytes random_octets(Random& random, std::size_t count) {
  Bytes out(count);
  random.fill(out);
  return out;
}

// HMAC_DRBG with SHA-256 (NIST SP 800-90A). The same seed gives the same octets.
class Drbg : public Random {
 public:
  explicit Drbg(ByteView seed);  // real use: 48 octets or more of operating system entropy
  ~Drbg() override;
  void fill(std::span<std::uint8_t> out) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace longwire::crypto
