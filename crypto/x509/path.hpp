// Certification path: signature, validity, CA and path length, usage, revocation (RFC 5280 6, RFC 8550 4).
#pragma once

#include "crypto/x509/certificate.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace longwire::crypto {

struct Crl {
  Bytes issuer;
  Time this_update;
  std::optional<Time> next_update;
  std::vector<Bytes> revoked;  // serials, sorted
  Bytes tbs, signature, signature_parameters;
  std::string signature_oid;
  Bytes authority_key_id;
};
Result<Crl> read_crl(ByteView der_or_pem);

struct TrustStore {
  std::vector<CertificatePtr> anchors;
  std::vector<CertificatePtr> intermediates;
  std::vector<Crl> crls;
  bool require_crl = false;  // a certificate whose issuer has no CRL here is not trusted
};

enum class Purpose : std::uint8_t { signing, encryption, tls_server, tls_client };

struct PathResult {
  bool ok = false;
  // "expired", "not_yet_valid", "untrusted_issuer", "bad_signature", "revoked", "crl_missing", "crl_expired",
  // "wrong_usage", "not_a_ca", "path_too_long", "weak_key", "weak_digest", "unknown_critical_extension"
  std::string_view reason;
  std::string text;                   // for the operator
  std::vector<CertificatePtr> chain;  // leaf first
};
// further: certificates that came with the message; never trusted by themselves.
PathResult verify_path(const Certificate& leaf, const std::vector<CertificatePtr>& further, const TrustStore& trust,
                       Purpose purpose, Time now);

}  // namespace longwire::crypto
