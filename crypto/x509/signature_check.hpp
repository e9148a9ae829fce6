// Signatures of certificates and CRLs.
#pragma once

#include "crypto/x509/path.hpp"

namespace longwire::crypto {

struct SignatureCheck {
  enum class Outcome : std::uint8_t { good, bad, unsupported };
  Outcome outcome = Outcome::unsupported;
  Digest digest = Digest::sha256;
};
SignatureCheck check_signature(const Certificate& certificate, const PublicKey& issuer);
SignatureCheck check_signature(const Crl& crl, const PublicKey& issuer);

// RSA and Diffie-Hellman below 2048 bits (RFC 8551 4, security.md 4.2).
bool is_weak(const PublicKey& key);

}  // namespace longwire::crypto
