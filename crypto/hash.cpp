#include "crypto/hash.hpp"

#include "crypto/mbedtls_port.hpp"

#include <array>

namespace longwire::crypto {

namespace {

struct Row {
  Digest digest;
  std::size_t size;
  std::string_view oid;     // RFC 3370 2, RFC 5754 2
  std::string_view micalg;  // RFC 8551 3.5.3.2
};
constexpr std::array<Row, 6> rows{{
    {Digest::md5, 16, "1.2.840.113549.2.5", "md5"},
    {Digest::sha1, 20, "1.3.14.3.2.26", "sha-1"},
    {Digest::sha224, 28, "2.16.840.1.101.3.4.2.4", "sha-224"},
    {Digest::sha256, 32, "2.16.840.1.101.3.4.2.1", "sha-256"},
    {Digest::sha384, 48, "2.16.840.1.101.3.4.2.2", "sha-384"},
    {Digest::sha512, 64, "2.16.840.1.101.3.4.2.3", "sha-512"},
}};
const Row& row(Digest digest) { return rows[static_cast<std::size_t>(digest)]; }

}  // namespace

std::size_t digest_size(Digest digest) { return row(digest).size; }
bool is_weak(Digest digest) { return digest == Digest::md5 || digest == Digest::sha1; }
std::string_view oid_of(Digest digest) { return row(digest).oid; }
std::string_view micalg(Digest digest) { return row(digest).micalg; }

std::optional<Digest> digest_of_oid(std::string_view oid) {
  for (const auto& r : rows)
    if (r.oid == oid) return r.digest;
  return std::nullopt;
}

Bytes hash(Digest digest, ByteView octets) {
  Bytes out(digest_size(digest));
  port::must(mbedtls_md(port::md_info(digest), octets.data(), octets.size(), out.data()));
  return out;
}

struct Hasher::Impl {
  Digest digest;
  port::Md md;
};

Hasher::Hasher(Digest digest) : impl_(std::make_unique<Impl>()) {
  impl_->digest = digest;
  port::must(mbedtls_md_setup(impl_->md.get(), port::md_info(digest), 0));
  port::must(mbedtls_md_starts(impl_->md.get()));
}
Hasher::~Hasher() = default;
Hasher::Hasher(Hasher&&) noexcept = default;

Hasher& Hasher::add(ByteView octets) {
  port::must(mbedtls_md_update(impl_->md.get(), octets.data(), octets.size()));
  return *this;
}

Bytes Hasher::finish() {
  Bytes out(digest_size(impl_->digest));
  port::must(mbedtls_md_finish(impl_->md.get(), out.data()));
  return out;
}

Bytes hmac(Digest digest, ByteView key, ByteView octets) {
  Bytes out(digest_size(digest));
  port::must(mbedtls_md_hmac(port::md_info(digest), key.data(), key.size(), octets.data(), octets.size(), out.data()));
  return out;
}

Bytes pbkdf2(Digest digest, ByteView password, ByteView salt, std::uint32_t iterations, std::size_t octets) {
  return port::pbkdf2(digest, password, salt, iterations, octets);
}

}  // namespace longwire::crypto
