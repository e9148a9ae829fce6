// PublicKey and PrivateKey: RSA, ECDSA/ECDH on P-256, P-384, P-521, X25519, and X9.42 Diffie-Hellman.
// Copies share what they hold, which caches: one thread at a time.
#pragma once

#include "base/result.hpp"
#include "crypto/hash.hpp"
#include "crypto/random.hpp"
#include "crypto/secret.hpp"

#include <memory>
#include <optional>
#include <string_view>

namespace longwire::crypto {

enum class KeyType : std::uint8_t { rsa, p256, p384, p521, x25519, dh };
std::string_view to_string(KeyType type);  // "rsa", "p256", ...
constexpr bool is_ec(KeyType type) { return type == KeyType::p256 || type == KeyType::p384 || type == KeyType::p521; }

enum class SignatureScheme : std::uint8_t { rsa_pkcs1, rsa_pss, ecdsa };
enum class KeyTransport : std::uint8_t { rsa_pkcs1, rsa_oaep };

struct OaepParameters {
  Digest digest = Digest::sha1;
  Bytes label{};                       // pSource
  std::optional<Digest> mgf_digest{};  // of MGF1, where it is another (Java's default is SHA-256 with SHA-1)
};

class PublicKey {
 public:
  // A SubjectPublicKeyInfo. Errors: those of ber::Document, unsupported_key (unknown algorithm or curve), bad_key
  // (point not on the curve, DH value outside 2..p-2 or not of the group, a size beyond base/limits.hpp).
  static Result<PublicKey> from_spki(ByteView der);
  // An originator's ephemeral key: the octets of the BIT STRING and the recipient key that gives the domain.
  static Result<PublicKey> from_agreement(const PublicKey& domain, ByteView octets);

  KeyType type() const;
  unsigned bits() const;
  Bytes spki() const;  // as read
  // What an originatorKey BIT STRING holds: 04 X Y, or DER INTEGER y, or the 32 octets of X25519. RSA: empty.
  Bytes agreement_octets() const;
  // The same key, however it was written.
  friend bool operator==(const PublicKey& a, const PublicKey& b) { return a.same_key(b); }

  // digest_octets: the digest of what was signed. salt: PSS salt length, any if absent. ECDSA signatures are DER.
  bool verify(SignatureScheme scheme, Digest digest, ByteView digest_octets, ByteView signature,
              std::optional<std::size_t> salt = {}) const;
  // RSA only. Errors: unsupported_key, too_long.
  Result<Bytes> encrypt(KeyTransport transport, const OaepParameters& oaep, ByteView key, Random& random) const;

 private:
  friend class PrivateKey;
  struct Impl;
  bool same_key(const PublicKey& other) const;
  std::shared_ptr<const Impl> impl_;
};

class PrivateKey {
 public:
  // PKCS#8, PKCS#1 or SEC1 in DER or PEM, not encrypted. Errors: those of ber::Document, unsupported_key, bad_key,
  // encrypted_key.
  static Result<PrivateKey> read(ByteView der_or_pem, Random& random);
  // A fresh key of the same domain as `peer`, for one key agreement.
  static Result<PrivateKey> ephemeral(const PublicKey& peer, Random& random);

  KeyType type() const;
  PublicKey public_key() const;

  // ecdsa: DER, the nonce of RFC 6979. PSS: salt as long as the digest. Errors: unsupported_key (another scheme than
  // the key's, or too short for the digest), weak_digest.
  Result<Bytes> sign(SignatureScheme scheme, Digest digest, ByteView digest_octets, Random& random) const;
  // RSA transport. Whatever is wrong with padding or length, `key_octets` of `fallback` come back in a time that does
  // not tell (RFC 3218 2.3); nullopt only for a key that is no RSA key.
  std::optional<Secret> decrypt_or(KeyTransport transport, const OaepParameters& oaep, ByteView octets,
                                   const Secret& fallback, Random& random) const;
  // The shared secret: X coordinate in the width of the field, or ZZ padded to the length of p. nullopt: other domain,
  // or a public value that fails its checks.
  std::optional<Secret> agree(const PublicKey& peer, Random& random) const;

 private:
  struct Impl;
  static Result<PrivateKey> with_public_key(std::shared_ptr<Impl> impl, const Result<Bytes>& spki);
  std::shared_ptr<const Impl> impl_;
};

}  // namespace longwire::crypto
