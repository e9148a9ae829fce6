#include "crypto/secret.hpp"

#include "crypto/constant_time.hpp"

#include <mbedtls/platform_util.h>

namespace longwire::crypto {

void wipe(std::span<std::uint8_t> octets) {
  if (!octets.empty()) mbedtls_platform_zeroize(octets.data(), octets.size());
}

bool equal_in_constant_time(ByteView a, ByteView b) {
  if (a.size() != b.size()) return false;
  std::uint32_t differ = 0;
  for (std::size_t i = 0; i < a.size(); ++i) differ |= static_cast<std::uint32_t>(a[i] ^ b[i]);
  return ct::is_zero(differ) != 0;
}

}  // namespace longwire::crypto
