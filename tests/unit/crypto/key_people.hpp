// Keys of tests/vectors for the tests of this folder.
#pragma once

#include "crypto/keys.hpp"
#include "tests/unit/vectors.hpp"

namespace longwire::crypto::test {

using longwire::test::read_vector;

inline Drbg& chance() {
  static Drbg drbg(Bytes(48, 3));
  return drbg;
}
inline PrivateKey private_key(const std::string& name) {
  auto key = PrivateKey::read(read_vector(name), chance());
  EXPECT_TRUE(key) << name << ": " << (key ? "" : key.error().name);
  return std::move(key).value();
}
inline PublicKey public_key(const std::string& name) { return PublicKey::from_spki(read_vector(name)).value(); }
inline std::string hex(const std::optional<Secret>& secret) { return secret ? to_hex(secret->view()) : "nothing"; }

template <class T>
std::string fault(const Result<T>& result) {
  return result ? "none" : std::string(result.error().name);
}

}  // namespace longwire::crypto::test
