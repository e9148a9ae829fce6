// Key derivation of the key agreements: ANSI X9.63 (RFC 5753 7), X9.42 (RFC 2631 2.1.2), HKDF (RFC 8418 2.2).
#pragma once

#include "crypto/hash.hpp"
#include "crypto/secret.hpp"

#include <optional>
#include <string_view>

namespace longwire::crypto {

// wrap_algorithm: the AlgorithmIdentifier of the key wrap as it stands in the message, octet for octet.
Bytes ecc_cms_shared_info(ByteView wrap_algorithm, std::optional<ByteView> ukm, std::size_t kek_octets);
Secret x963_kdf(Digest digest, ByteView z, ByteView shared_info, std::size_t octets);
// wrap_oid: dotted. Always SHA-1.
Secret x942_kdf(ByteView zz, std::string_view wrap_oid, std::optional<ByteView> ukm, std::size_t octets);
Secret hkdf(Digest digest, ByteView salt, ByteView z, ByteView info, std::size_t octets);

}  // namespace longwire::crypto
