// Digests, HMAC and PBKDF2.
#pragma once

#include "base/bytes.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace longwire::crypto {

enum class Digest : std::uint8_t { md5, sha1, sha224, sha256, sha384, sha512 };

std::size_t digest_size(Digest digest);
// md5 and sha1: read and reported as weak, never written into a signature (security.md 12, duty 9).
bool is_weak(Digest digest);
std::string_view oid_of(Digest digest);  // dotted
std::optional<Digest> digest_of_oid(std::string_view oid);
std::string_view micalg(Digest digest);  // "sha-256" (RFC 8551 3.5.3.2)

Bytes hash(Digest digest, ByteView octets);
class Hasher {
 public:
  explicit Hasher(Digest digest);
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& add(ByteView octets);
  Bytes finish();  // once

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};
Bytes hmac(Digest digest, ByteView key, ByteView octets);
Bytes pbkdf2(Digest digest, ByteView password, ByteView salt, std::uint32_t iterations, std::size_t octets);

}  // namespace longwire::crypto
