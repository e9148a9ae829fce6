// Content ciphers (RFC 3565, RFC 5084) and AES key wrap (RFC 3394).
#pragma once

#include "base/result.hpp"
#include "crypto/random.hpp"
#include "crypto/secret.hpp"

#include <optional>
#include <string_view>

namespace longwire::crypto {

enum class Cipher : std::uint8_t {
  aes128_cbc,
  aes192_cbc,
  aes256_cbc,
  aes128_gcm,
  aes192_gcm,
  aes256_gcm,
  des_ede3_cbc
};

std::size_t key_size(Cipher cipher);
bool is_gcm(Cipher cipher);
std::string_view oid_of(Cipher cipher);
std::optional<Cipher> cipher_of_oid(std::string_view oid);

// CBC with the padding of RFC 5652 6.3. iv: one block. decrypt: nullopt for any wrong length or padding, in a time
// that does not tell which octet was wrong.
Bytes cbc_encrypt(Cipher cipher, ByteView key, ByteView iv, ByteView plain);
std::optional<Secret> cbc_decrypt(Cipher cipher, ByteView key, ByteView iv, ByteView octets);

struct Sealed {
  Bytes octets;
  Bytes tag;  // 16
};
Sealed gcm_encrypt(Cipher cipher, ByteView key, ByteView nonce, ByteView aad, ByteView plain);
// Nothing comes out unless the whole tag (12 to 16 octets) is right.
std::optional<Secret> gcm_decrypt(Cipher cipher, ByteView key, ByteView nonce, ByteView aad, ByteView octets,
                                  ByteView tag);

// kek: 16, 24 or 32 octets; key: a multiple of 8, at least 16. unwrap: nullopt if the integrity check fails.
Bytes wrap_key(ByteView kek, ByteView key);
std::optional<Secret> unwrap_key(ByteView kek, ByteView wrapped);
std::string_view wrap_oid(std::size_t kek_octets);
std::optional<std::size_t> kek_size_of_oid(std::string_view oid);

}  // namespace longwire::crypto
