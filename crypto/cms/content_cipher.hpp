// The content encryption of EnvelopedData, AuthEnvelopedData and EncryptedData, when its key is known.
#pragma once

#include "crypto/cipher.hpp"
#include "crypto/cms/enveloped_data.hpp"

#include <optional>
#include <string_view>

namespace longwire::crypto::cms {

// The one error of every decryption that fails (security.md 12, duty 1).
Error decryption_failed();

// The cipher of a content, if this structure may have it. Errors: unsupported_algorithm, cipher_not_allowed.
Result<Cipher> content_cipher(std::string_view oid, bool authenticated, bool legacy);

// parameters: complete BER of the IV (RFC 3565 4.1). nullopt: anything wrong.
std::optional<Secret> open_cbc(Cipher cipher, ByteView parameters, ByteView octets, ByteView key);
// GCMParameters (RFC 5084 3.2) and the tag, with the authenticated attributes as received, then sorted.
std::optional<Secret> open_gcm(const EnvelopedData& data, Cipher cipher, ByteView key);

struct SealedContent {
  Bytes cipher_parameters, octets;
  Bytes mac;  // GCM
};
SealedContent seal(Cipher cipher, ByteView key, ByteView attributes, ByteView content, Random& random);

}  // namespace longwire::crypto::cms
