#include "crypto/x509/signature_check.hpp"

namespace longwire::crypto {

namespace {

constexpr unsigned least_bits = 2048;

template <class Signed>
SignatureCheck check(const Signed& what, const PublicKey& issuer) {
  const auto algorithm = signature_algorithm(what.signature_oid, what.signature_parameters);
  if (!algorithm) return {};
  const bool good = issuer.verify(algorithm->scheme, algorithm->digest, hash(algorithm->digest, what.tbs),
                                  what.signature, algorithm->salt);
  return {good ? SignatureCheck::Outcome::good : SignatureCheck::Outcome::bad, algorithm->digest};
}

}  // namespace

SignatureCheck check_signature(const Certificate& certificate, const PublicKey& issuer) {
  return check(certificate, issuer);
}

SignatureCheck check_signature(const Crl& crl, const PublicKey& issuer) { return check(crl, issuer); }

bool is_weak(const PublicKey& key) {
  switch (key.type()) {
    case KeyType::rsa:
    case KeyType::dh:
      return key.bits() < least_bits;
    case KeyType::p256:
    case KeyType::p384:
    case KeyType::p521:
    case KeyType::x25519:
      return false;
  }
  return true;
}

}  // namespace longwire::crypto
