// SignedData (RFC 5652 5).
#pragma once

#include "crypto/cms/attributes.hpp"
#include "crypto/x509/path.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::crypto::cms {

// How signers and recipients are named.
struct KeyId {
  Bytes issuer, serial;  // issuerAndSerialNumber, or
  Bytes subject_key_id;  // this one when not empty
  bool fits(const Certificate& certificate) const;
};

struct SignerInfo {
  int version = 1;
  std::string_view problem;  // "unsupported_version": the rest could not be read. Empty: none
  KeyId id;
  std::string digest_oid, signature_oid;
  Bytes digest_parameters, signature_parameters;  // complete BER, empty = absent
  std::optional<Attributes> signed_attributes;
  Attributes unsigned_attributes;
  Bytes signature;
};
struct SignedData {
  int version = 1;
  std::vector<std::string> digest_oids;
  std::string content_type;
  std::optional<Bytes> content;  // unset: detached
  // PKCS#7 style content, which is no OCTET STRING: the digest covers its value octets, without tag and length
  // (RFC 5652 5.2.1). Unset otherwise.
  std::optional<Bytes> pkcs7_value;
  std::vector<CertificatePtr> certificates;
  std::vector<std::string> unread_certificates;  // error names of those we could not read
  std::vector<Bytes> crls;
  std::vector<SignerInfo> signers;
};

// The SEQUENCE inside ContentInfo (or bare, RFC 3854 3.4). An unknown version or algorithm spoils its signer only.
// Errors: those of ber::Document, bad_cms, unsupported_version, too_many_certificates, too_many_signers.
Result<SignedData> decode_signed_data(ByteView ber);

// Signatures over the signature of `parent`, from its unsigned attributes (RFC 5652 11.4). Errors: as above.
Result<std::vector<SignerInfo>> countersignatures(const SignerInfo& parent);

// What one signer's signature is worth.
struct SignerVerdict {
  // "good", or why not: "no_certificate", "bad_signature", "bad_digest", "missing_attribute", "duplicate_attribute",
  // "wrong_content_type", "unsupported_algorithm", "weak_key", "wrong_usage", "signing_certificate_mismatch",
  // "attributes_as_content", "bad_attribute" (a label or certificate name that cannot be read), "unsupported_version",
  // "no_content" (detached, and none given), "weak_digest" where weak ones are not accepted, and those of PathResult.
  std::string_view result = "no_certificate";
  std::string text;
  bool good() const { return result == "good"; }
  bool weak = false;           // MD5, SHA-1 or a key below 2048 bits: verified, but say so
  CertificatePtr certificate;  // of the signer, when found
  std::vector<CertificatePtr> chain;
  // What the signer signed, once the signature is mathematically right: what is below is worth no more than result.
  std::optional<Time> signing_time;
  std::optional<SecurityLabel> label;
  Bytes label_octets;  // as signed
  std::vector<SecurityLabel> equivalent_labels;
  std::optional<ReceiptRequest> receipt_request;
  Bytes content_identifier;
  Bytes signed_attributes_digest;   // for msgSigDigest
  Bytes smime_capabilities;         // complete BER
  Bytes encryption_key_preference;  // complete BER
  Bytes signature;
  std::vector<SignerVerdict> countersigners;
};
struct VerifyOptions {
  const TrustStore* trust = nullptr;  // nullptr: signatures only, no path ("-noverify")
  std::vector<CertificatePtr> known;  // where a signer's certificate may be found besides the message
  Time now;
  bool accept_weak = true;  // false: weak signatures are "weak_digest" / "weak_key"
};
struct SignatureVerdict {
  std::vector<SignerVerdict> signers;
  bool all_good = false;  // there is a signer, and every one is good by one signature or more
  bool any_good = false;
  // Labels of the good signers differ, or only some of the signers have one: deny (security.md 6.2).
  bool labels_disagree = false;
  std::optional<SecurityLabel> label;  // of the good signers
};
// detached: the content of a SignedData that holds none.
SignatureVerdict verify(const SignedData& data, std::optional<ByteView> detached, const VerifyOptions& options);

struct SignerSpec {
  CertificatePtr certificate;
  const PrivateKey* key = nullptr;
  std::optional<Digest> digest;       // unset: SHA-256, P-384: SHA-384, P-521: SHA-512
  bool pss = false;                   // RSA
  bool by_key_id = false;             // name the signer by subjectKeyIdentifier where the certificate has one
  bool minimal = false;               // contentType and messageDigest only, beside `attributes`
  std::vector<Attribute> attributes;  // further signed ones: label, receipt request, ... in place of ours of that type
  CertificatePtr encryption_certificate;  // to answer to, told unless minimal (RFC 8551 2.5.3)
};
struct SignOptions {
  std::string content_type{oid::data};
  bool detached = false;
  bool with_certificates = true;        // signer's certificate and `further`
  std::vector<CertificatePtr> further;  // chain below the root
  Time now;
};
// The SignedData SEQUENCE, bare. Errors: no_signer, unsupported_key, wrong_usage, weak_digest, labels_differ,
// receipt_requests_differ, duplicate_attribute, too_many_signers, too_many_certificates.
Result<Bytes> sign(ByteView content, const std::vector<SignerSpec>& signers, const SignOptions& options,
                   Random& random);

// SignedData without signers.
Bytes encode_certs_only(const std::vector<CertificatePtr>& certificates);

}  // namespace longwire::crypto::cms
