// A SubjectPublicKeyInfo, as certificates of strangers hold it, and an originator's key of the same domain.
#include "crypto/keys.hpp"

#include <algorithm>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using longwire::crypto::PublicKey;
  const longwire::ByteView in{data, size};
  const auto key = PublicKey::from_spki(in);
  if (!key) return 0;
  const auto octets = key->agreement_octets();
  if (key->bits() == 0 || key->spki().size() != size) std::abort();
  if (octets.empty()) return 0;  // RSA
  const auto same = PublicKey::from_agreement(*key, octets);
  if (!same || !(*same == *key)) std::abort();
  (void)PublicKey::from_agreement(*key, in.last(std::min(size, octets.size())));
  return 0;
}
