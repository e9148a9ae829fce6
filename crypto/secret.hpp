// Secret: octets that are wiped when they go (security.md 12, duty 10).
#pragma once

#include "base/bytes.hpp"

#include <span>
#include <utility>

namespace longwire::crypto {

void wipe(std::span<std::uint8_t> octets);  // not optimized away
// The same octets, in a time that does not tell where they differ. Different lengths: false.
bool equal_in_constant_time(ByteView a, ByteView b);

class Secret {
 public:
  Secret() = default;
  explicit Secret(Bytes octets) : octets_(std::move(octets)) {}
  explicit Secret(std::size_t count) : octets_(count) {}
  Secret(Secret&& other) noexcept : octets_(std::exchange(other.octets_, {})) {}
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      wipe(octets_);
      octets_ = std::exchange(other.octets_, {});
    }
    return *this;
  }
  ~Secret() { wipe(octets_); }

  ByteView view() const { return octets_; }
  std::span<std::uint8_t> writable() { return octets_; }
  std::size_t size() const { return octets_.size(); }
  // Wipes the octets from `count` on; the rest stays where it is. count <= size()
  void shorten(std::size_t count) {
    wipe(writable().subspan(count));
    octets_.resize(count);
  }
  Secret copy() const { return Secret(octets_); }

 private:
  Bytes octets_;
};

}  // namespace longwire::crypto
