// Certificate: an X.509 certificate read by our own reader (RFC 5280), since mbedTLS refuses some that are in use:
// X9.42 DH keys, unknown critical extensions that do not concern us, odd strings.
#pragma once

#include "base/result.hpp"
#include "base/security_label.hpp"
#include "base/time.hpp"
#include "crypto/keys.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace longwire::crypto {

namespace key_usage {  // bit n of RFC 5280 4.2.1.3 as 1 << n
inline constexpr std::uint16_t digital_signature = 1, non_repudiation = 2, key_encipherment = 4, key_agreement = 16,
                               cert_sign = 32, crl_sign = 64;
}

// Clearance (RFC 5755 4.4.6).
struct Clearance {
  std::string policy;
  std::vector<int> classes{1};  // bits set in classList
  std::vector<SecurityCategory> categories;
  friend bool operator==(const Clearance&, const Clearance&) = default;
};
Result<Clearance> decode_clearance(ByteView ber);
Bytes encode_clearance(const Clearance& clearance);

// nameConstraints (RFC 5280 4.2.1.10). Mail: an address, a host, or ".domain"; directory: BER of a Name; IP: address
// and mask.
struct NameTrees {
  std::vector<std::string> mail, dns;
  std::vector<Bytes> directory, ip;
  bool empty() const { return mail.empty() && dns.empty() && directory.empty() && ip.empty(); }
};
struct NameConstraints {
  NameTrees permitted, excluded;
};

struct Certificate {
  Bytes der;      // all of it
  Bytes tbs;      // the signed part
  Bytes issuer;   // Name, DER as it stands
  Bytes subject;  // Name
  Bytes serial;   // content octets of the INTEGER
  Time not_before, not_after;
  Bytes spki;
  std::optional<PublicKey> key;  // unset: an algorithm we do not have, or a key that fails its checks
  std::string_view key_problem;  // why it is unset: the error of PublicKey::from_spki
  std::string signature_oid;
  Bytes signature_parameters;  // complete BER, empty = absent
  Bytes signature;
  int version = 3;
  // Extensions.
  std::optional<std::uint16_t> usage;
  std::vector<std::string> extended_usage;  // OIDs
  bool is_ca = false;
  std::optional<int> path_length;
  Bytes subject_key_id, authority_key_id;  // empty = absent
  std::vector<std::string> addresses;      // rfc822Name, as written, and emailAddress of the subject (RFC 8550 3)
  std::vector<std::string> dns_names;
  std::vector<Bytes> ip_addresses;          // 4 or 16 octets each
  std::vector<std::string> x400_addresses;  // complete BER of each ORAddress, as octets
  std::vector<Clearance> clearances;        // subjectDirectoryAttributes
  std::optional<NameConstraints> name_constraints;
  std::vector<std::string> unknown_critical;  // OIDs

  // "CN=TEST Node CA,O=TEST Node,C=GB" (RFC 4514).
  std::string subject_text() const;
  std::string issuer_text() const;
  std::string serial_text() const;  // hex
  std::string fingerprint() const;  // SHA-256, hex, lower case
  // Without a keyUsage extension everything is allowed (RFC 8550 4.4.2).
  bool may_sign() const;                            // digitalSignature or nonRepudiation
  bool may_transport() const;                       // RSA and keyEncipherment
  bool may_agree() const;                           // EC or DH and keyAgreement
  bool for_mail() const;                            // no extendedKeyUsage, emailProtection or any (RFC 8550 4.4.4)
  bool names(std::string_view mail_address) const;  // domain without regard to case, local part too (RFC 8550 3)
  bool self_issued() const;                         // issuer and subject are the same name (RFC 5280 6.1)
};
using CertificatePtr = std::shared_ptr<const Certificate>;

// One certificate, BER taken. Errors: those of ber::Document, bad_certificate, trailing_octets, too_long.
Result<CertificatePtr> read_certificate(ByteView der);
// All certificates of a PEM file, or one in DER. Errors: the same and those of read_pem, with the offset in the file;
// no_certificate.
Result<std::vector<CertificatePtr>> read_certificates(ByteView file);

// Signatures of certificates and CRLs: what a signatureAlgorithm OID with parameters (complete BER, empty = absent)
// means. nullopt: an algorithm or parameters we do not have; also rsaEncryption, which does not name its digest.
struct SignatureAlgorithm {
  SignatureScheme scheme = SignatureScheme::rsa_pkcs1;
  Digest digest = Digest::sha256;
  std::optional<std::size_t> salt;
};
std::optional<SignatureAlgorithm> signature_algorithm(std::string_view oid, ByteView parameters);

}  // namespace longwire::crypto
