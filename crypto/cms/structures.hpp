// Readers and writers that the structures of this folder share.
#pragma once

#include "crypto/cms/sequence.hpp"
#include "crypto/cms/signed_data.hpp"

namespace longwire::crypto::cms {

Result<KeyId> read_issuer_and_serial(const ber::Document& doc, std::size_t index);
// Errors: those of a structure that is broken; an unknown version is told in `problem`.
Result<SignerInfo> read_signer_info(const ber::Document& doc, std::size_t index);

struct CertificateSet {
  std::vector<CertificatePtr> certificates;
  std::vector<std::string> unread;  // error names
};
// CertificateSet (RFC 5652 10.2.3). Error: too_many_certificates.
Result<CertificateSet> read_certificate_set(const ber::Document& doc, std::size_t index);

// EncapsulatedContentInfo (RFC 5652 5.2). pkcs7_value: as in SignedData.
struct Encapsulated {
  std::string type;
  std::optional<Bytes> content, pkcs7_value;
};
Result<Encapsulated> read_encapsulated(const ber::Document& doc, std::size_t index);

// EncryptedContentInfo (RFC 5652 6.1).
struct EncryptedContent {
  std::string type;
  Algorithm cipher;
  std::optional<Bytes> octets;
};
Result<EncryptedContent> read_encrypted_content(const ber::Document& doc, std::size_t index);

// issuerAndSerialNumber, or [0] subjectKeyIdentifier where asked for and there: a SignerIdentifier, and the
// RecipientIdentifier of key transport.
void put_key_id(ber::Writer& out, const Certificate& certificate, bool by_key_id);

}  // namespace longwire::crypto::cms
