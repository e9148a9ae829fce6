// What a PublicKey and a PrivateKey hold. For public_key.cpp and private_key.cpp only.
#pragma once

#include "crypto/dh_group.hpp"
#include "crypto/ec_curve.hpp"
#include "crypto/keys.hpp"
#include "crypto/mbedtls_port.hpp"

namespace longwire::crypto {

struct PrivateKeyNumbers;

// mbedTLS's contexts are mutable for what they cache: blinding values, Montgomery constants, multiples of the base.
struct PublicKey::Impl {
  KeyType type{};
  Bytes spki;
  bool pss_only = false;  // id-RSASSA-PSS as the key's algorithm (RFC 4055 1.2)
  mutable port::Rsa rsa;
  mutable port::Group group;  // and `point`: of the curves
  port::Point point;
  std::shared_ptr<const DhGroup> dh;  // and `y`
  port::Mpi y;
};

struct PrivateKey::Impl {
  KeyType type{};
  PublicKey public_key;
  bool pss_only = false;
  mutable port::Rsa rsa;
  mutable port::Group group;
  port::Mpi scalar;  // of the curves, and x of Diffie-Hellman
  std::shared_ptr<const DhGroup> dh;

  Result<Bytes> load_rsa_key(const PrivateKeyNumbers& numbers);
  Result<Bytes> load_dh_key(const PrivateKeyNumbers& numbers, Random& random);
  Result<Bytes> load_curve_key(const PrivateKeyNumbers& numbers, Random& random);
};

// AlgorithmIdentifier { algorithm, parameters } and the BIT STRING. parameters: DER, or empty.
Bytes write_spki(std::string_view algorithm, ByteView parameters, ByteView key);

inline bool matches(SignatureScheme scheme, KeyType type, bool pss_only) {
  switch (scheme) {
    case SignatureScheme::rsa_pkcs1:
      return type == KeyType::rsa && !pss_only;
    case SignatureScheme::rsa_pss:
      return type == KeyType::rsa;
    case SignatureScheme::ecdsa:
      return is_ec(type);
  }
  return false;
}

}  // namespace longwire::crypto
