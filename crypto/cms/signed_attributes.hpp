// The rules of signed attributes (RFC 5652 11, RFC 2634, RFC 5035), as the check of a signature needs them.
#pragma once

#include "crypto/cms/signed_data.hpp"

namespace longwire::crypto::cms {

// What may stand once stands once. Errors: duplicate_attribute, bad_attribute.
std::optional<Error> check_single_attributes(const Attributes& attributes);
// contentType (forbidden where type is unset: a countersignature) and messageDigest are there and right, and what may
// stand once stands once. Errors: missing_attribute, duplicate_attribute, bad_attribute, wrong_content_type,
// bad_digest.
std::optional<Error> check_signed_attributes(const Attributes& attributes, std::optional<std::string_view> type,
                                             ByteView digest);
// What the signer says. Errors: bad_attribute, for a label that cannot be read: it may say more than we would allow.
// Advisory attributes that cannot be read count as not there.
std::optional<Error> fill_from_attributes(const Attributes& attributes, SignerVerdict& out);

struct NamedCertificate {
  CertificatePtr certificate;
  std::vector<SigningCertificate> path;  // that limit the path, empty: no limit
};
// What signingCertificate and signingCertificateV2 say to `found`: it, or another of `all` with the same key that fits
// better (RFC 5035 2). Errors: signing_certificate_mismatch, bad_attribute.
Result<NamedCertificate> named_certificate(const Attributes& attributes, const CertificatePtr& found,
                                           const std::vector<CertificatePtr>& all);
// Whether every certificate between the leaf and the trusted end is one of those named.
bool within(const std::vector<CertificatePtr>& chain, const std::vector<SigningCertificate>& named);

}  // namespace longwire::crypto::cms
