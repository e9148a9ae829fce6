// A private key file in any of its forms. What is read has a public key that can be read too.
#include "crypto/keys.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace longwire::crypto;
  Drbg random(longwire::Bytes(48, 1));
  const auto key = PrivateKey::read({data, size}, random);
  if (!key) return 0;
  const auto same = PublicKey::from_spki(key->public_key().spki());
  if (!same || !(*same == key->public_key())) std::abort();
  return 0;
}
