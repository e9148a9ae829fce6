// Certification path: signature, validity, CA and path length, usage, revocation (RFC 5280 6, RFC 8550 4).
#pragma once

#include "crypto/x509/certificate.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace longwire::crypto {

struct Crl {
  Bytes issuer;  // Name
  Time this_update;
  std::optional<Time> next_update;
  std::vector<Bytes> revoked;  // serials, sorted
  Bytes tbs, signature, signature_parameters;
  std::string signature_oid;
  Bytes authority_key_id;
  // False for one that lists only a part of what its issuer revoked: a delta, one of several partitions, or one with
  // critical extensions we do not know. What it lists is revoked; that something is not listed says nothing.
  bool complete = true;
  bool lists(ByteView serial) const;
  std::string issuer_text() const;
};
// Errors: those of ber::Document and read_pem, bad_crl (also for a PEM file with more than one), trailing_octets,
// too_long.
Result<Crl> read_crl(ByteView der_or_pem);
// All of a PEM file, or one in DER. Errors: the same, with the offset in the file.
Result<std::vector<Crl>> read_crls(ByteView file);

struct TrustStore {
  std::vector<CertificatePtr> anchors;
  std::vector<CertificatePtr> intermediates;
  std::vector<Crl> crls;
  bool require_crl = false;  // a certificate whose issuer has no valid CRL here is not trusted
  bool accept_weak = false;  // SHA-1 and RSA keys below 2048 bits may stand in a path, which is then `weak`
};

enum class Purpose : std::uint8_t { signing, encryption, tls_server, tls_client };

struct PathResult {
  bool ok = false;
  // "expired", "not_yet_valid", "untrusted_issuer", "bad_signature", "revoked", "crl_missing", "crl_expired",
  // "wrong_usage", "not_a_ca", "path_too_long", "weak_key", "weak_digest", "unknown_critical_extension",
  // "unsupported_algorithm", "name_not_permitted"
  std::string_view reason;
  std::string text;                   // for the operator
  std::vector<CertificatePtr> chain;  // leaf first, up to the anchor; when not ok: as far as it was followed
  bool weak = false;                  // SHA-1 or an RSA key below 2048 bits in it
};
// Which certificates issued the leaf is looked for among the anchors, the intermediates and `further`, those that came
// with the message and are never trusted by themselves; every path is tried until one holds, within
// limits::path_signatures. A leaf that is an anchor itself is trusted as long as it is valid and fits the purpose.
PathResult verify_path(const Certificate& leaf, const std::vector<CertificatePtr>& further, const TrustStore& trust,
                       Purpose purpose, Time now);

}  // namespace longwire::crypto
