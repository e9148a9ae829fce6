// The numbers of a private key file: PKCS#8 (RFC 5958), PKCS#1 (RFC 8017 A.1.2), SEC1 (RFC 5915); DER or PEM.
#pragma once

#include "crypto/big_integer.hpp"
#include "crypto/keys.hpp"

#include <array>

namespace longwire::crypto {

struct PrivateKeyNumbers {
  KeyType type{};
  bool pss_only = false;
  std::array<port::Mpi, 5> rsa;  // n, e, d, p, q
  Secret scalar;                 // of the curves as read; big-endian x of Diffie-Hellman
  Bytes dh_parameters;
};

// Errors: those of ber::Document, unsupported_key, bad_key, encrypted_key.
std::optional<Error> read_private_key(ByteView der_or_pem, PrivateKeyNumbers& into);

}  // namespace longwire::crypto
