// Whether a certificate is revoked, by the CRLs at hand (RFC 5280 6.3).
#pragma once

#include "crypto/x509/path.hpp"

#include <string_view>

namespace longwire::crypto {

// issuer: of the certificate, its own path checked or being checked. Gives "" or the reason of PathResult: revoked,
// and with TrustStore::require_crl crl_missing and crl_expired. Without it what an expired CRL lists stays revoked: a
// node at sea goes on with the last list it got.
std::string_view check_revocation(const Certificate& certificate, const Certificate& issuer, const TrustStore& trust,
                                  Time now);

}  // namespace longwire::crypto
