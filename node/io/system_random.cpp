#include "node/io/system_random.hpp"

#include "crypto/secret.hpp"

#include <sys/random.h>

#include <cerrno>
#include <system_error>

namespace longwire::io {

namespace {

// NIST SP 800-90A 8.6.7: entropy of the security strength (256 bits) and a nonce of half of it; getrandom gives up to
// 256 octets in one piece once the kernel is seeded.
constexpr std::size_t seed_octets = 64;

}  // namespace

std::unique_ptr<crypto::Random> system_random() {
  crypto::Secret seed(seed_octets);
  std::size_t have = 0;
  while (have < seed_octets) {
    const auto got = ::getrandom(seed.writable().data() + have, seed_octets - have, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) throw std::system_error(errno, std::generic_category(), "getrandom");
    have += static_cast<std::size_t>(got);
  }
  return std::make_unique<crypto::Drbg>(seed.view());
}

}  // namespace longwire::io
