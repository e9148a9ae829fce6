// EnvelopedData (RFC 5652 6) and AuthEnvelopedData (RFC 5083, RFC 5084).
#pragma once

#include "crypto/cipher.hpp"
#include "crypto/cms/signed_data.hpp"

#include <optional>
#include <string>
#include <vector>

namespace longwire::crypto::cms {

struct RecipientInfo {
  enum class Kind : std::uint8_t { key_transport, key_agreement, kek, unsupported } kind = Kind::unsupported;
  std::string_view problem;  // unsupported: "unsupported_version", "unsupported_recipient"
  int version = -1;          // -1: of a kind we do not read
  std::vector<KeyId> ids;    // one; key agreement: one for each encrypted key
  std::vector<Bytes> encrypted_keys;
  std::string algorithm;       // OID
  Bytes algorithm_parameters;  // complete BER
  // key agreement
  std::string originator_algorithm;             // OID of an originatorKey,
  Bytes originator_parameters, originator_key;  // its parameters as complete BER, the octets of its BIT STRING
  std::optional<KeyId> originator;              // or a certificate
  std::optional<Bytes> ukm;
  Bytes kek_id;
};
struct EnvelopedData {
  bool authenticated = false;
  int version = 0;
  std::vector<RecipientInfo> recipients;
  std::vector<CertificatePtr> originator_certificates;
  std::string content_type, cipher_oid;
  Bytes cipher_parameters;
  std::optional<Bytes> encrypted_content;
  Attributes authenticated_attributes;  // AuthEnvelopedData
  Bytes mac;
  Attributes unprotected_attributes;
};
// Errors: those of ber::Document, bad_cms, unsupported_version, too_many_recipients.
Result<EnvelopedData> decode_enveloped_data(ByteView ber, bool authenticated);

struct OwnKey {
  CertificatePtr certificate;
  const PrivateKey* key = nullptr;
};
struct DecryptOptions {
  std::vector<OwnKey> keys;
  std::vector<std::pair<Bytes, Secret>> keks;  // pre-placed group keys: identifier, key
  std::vector<CertificatePtr> known;           // where an originator named by certificate may be found
  bool legacy = false;                         // 3DES
};
struct Opened {
  Secret content;
  std::string content_type;
  bool authenticated = false;
  CertificatePtr by;  // the certificate whose key opened it; null: a KEK
};
// Errors: no_recipient (no key of ours fits), cipher_not_allowed, unsupported_algorithm; and decryption_failed for
// every fault of key, padding, tag or length alike, without a further word (no padding oracle). Of AuthEnvelopedData,
// before any key is used: wrong_content_type, missing_attribute, duplicate_attribute, bad_attribute (RFC 5083 2.1).
Result<Opened> decrypt(const EnvelopedData& data, const DecryptOptions& options, Random& random);

struct RecipientSpec {
  CertificatePtr certificate;  // RSA: key transport; EC and DH: key agreement
  bool oaep = false;
  bool by_key_id = false;
  std::optional<Digest> kdf;  // ECDH; unset: by the curve. SHA-1 only for peers that have nothing else
  std::optional<Bytes> ukm;
  Bytes kek_id;  // kek recipient: identifier, and
  const Secret* kek = nullptr;
};
struct EncryptOptions {
  Cipher cipher = Cipher::aes128_cbc;  // GCM makes an AuthEnvelopedData
  std::string content_type{oid::data};
  // One ephemeral key for all recipients of one domain (RFC 5652 6.2.2): about 80 octets less for each further one.
  bool shared_ephemeral = true;
  std::vector<Attribute> authenticated_attributes;  // GCM: a label, ...; OpenSSL 3.0 reads messages without any only
};
// The EnvelopedData or AuthEnvelopedData SEQUENCE, bare. Errors: no_recipient, too_many_recipients, wrong_usage,
// unsupported_key, cipher_not_allowed (3DES is not written), bad_ukm (RFC 2631 2.1.2: 64 octets).
Result<Bytes> encrypt(ByteView content, const std::vector<RecipientSpec>& recipients, const EncryptOptions& options,
                      Random& random);

}  // namespace longwire::crypto::cms
