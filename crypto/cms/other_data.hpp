// The plain kinds of CMS content that old mail and tests have: Data, DigestedData and EncryptedData (RFC 5652 4, 7, 8).
// Read only.
#pragma once

#include "crypto/cms/enveloped_data.hpp"

namespace longwire::crypto::cms {

// content: what [0] of the ContentInfo holds.
Result<Bytes> decode_data(ByteView ber);

struct DigestedData {
  int version = 0;
  std::string digest_oid;
  std::string content_type;
  std::optional<Bytes> content;  // unset: detached
  Bytes digest;
};
Result<DigestedData> decode_digested_data(ByteView ber);
// "good", "bad_digest", "unsupported_algorithm", "no_content". Anybody can make a digest: it proves nothing of who.
std::string_view check_digest(const DigestedData& data, std::optional<ByteView> detached);

struct EncryptedData {
  int version = 0;
  std::string content_type, cipher_oid;
  Bytes cipher_parameters;
  std::optional<Bytes> encrypted_content;
  Attributes unprotected_attributes;
};
Result<EncryptedData> decode_encrypted_data(ByteView ber);
// Errors: unsupported_algorithm, cipher_not_allowed, decryption_failed.
Result<Secret> decrypt(const EncryptedData& data, const Secret& key, bool legacy);

}  // namespace longwire::crypto::cms
