// What the signatureAlgorithm of a certificate, a CRL or a SignerInfo means (RFC 3279, RFC 4056, RFC 5754, RFC 5758).
#include "crypto/oids.hpp"
#include "crypto/x509/certificate.hpp"
#include "crypto/x509/value_reader.hpp"

#include <algorithm>
#include <array>

namespace longwire::crypto {

namespace {

struct Known {
  std::string_view oid;
  SignatureScheme scheme;
  Digest digest;
};
constexpr std::array<Known, 12> known_algorithms{{
    {"1.2.840.113549.1.1.4", SignatureScheme::rsa_pkcs1, Digest::md5},
    {"1.2.840.113549.1.1.5", SignatureScheme::rsa_pkcs1, Digest::sha1},
    {"1.3.14.3.2.29", SignatureScheme::rsa_pkcs1, Digest::sha1},  // of OIW; old certificates have it
    {"1.2.840.113549.1.1.14", SignatureScheme::rsa_pkcs1, Digest::sha224},
    {"1.2.840.113549.1.1.11", SignatureScheme::rsa_pkcs1, Digest::sha256},
    {"1.2.840.113549.1.1.12", SignatureScheme::rsa_pkcs1, Digest::sha384},
    {"1.2.840.113549.1.1.13", SignatureScheme::rsa_pkcs1, Digest::sha512},
    {"1.2.840.10045.4.1", SignatureScheme::ecdsa, Digest::sha1},
    {"1.2.840.10045.4.3.1", SignatureScheme::ecdsa, Digest::sha224},
    {"1.2.840.10045.4.3.2", SignatureScheme::ecdsa, Digest::sha256},
    {"1.2.840.10045.4.3.3", SignatureScheme::ecdsa, Digest::sha384},
    {"1.2.840.10045.4.3.4", SignatureScheme::ecdsa, Digest::sha512},
}};

bool is_null_or_absent(ByteView parameters) {
  constexpr std::array<std::uint8_t, 2> null{0x05, 0x00};
  return parameters.empty() || std::equal(parameters.begin(), parameters.end(), null.begin(), null.end());
}

// HashAlgorithm of RFC 4056: parameters NULL or absent.
Result<Digest> read_digest(const ber::Document& doc, std::size_t index) {
  const auto algorithm = read_algorithm(doc, index);
  if (!algorithm) return algorithm.error();
  const auto digest = digest_of_oid(algorithm->oid);
  if (!digest || !is_null_or_absent(algorithm->parameters))
    return error("bad_value", doc[index].offset, "a digest we do not have");
  return *digest;
}

// MaskGenAlgorithm: id-mgf1 with a HashAlgorithm, whose DEFAULT is that of SHA-1.
Result<Digest> read_mask_digest(const ber::Document& doc, std::size_t index) {
  const auto algorithm = read_algorithm(doc, index);
  if (!algorithm) return algorithm.error();
  if (algorithm->oid != oid::mgf1) return error("bad_value", doc[index].offset, "a mask generation we do not have");
  return read_value(algorithm->parameters, read_digest);
}

// RSASSA-PSS-params (RFC 4056 3): each member has a default.
Result<SignatureAlgorithm> read_pss(const ber::Document& doc, std::size_t index) {
  auto digest = Digest::sha1;
  auto mask = Digest::sha1;
  int salt = 20;
  int trailer = 1;
  ber::Fields in(doc, index);
  in.optional(ber::context_tag(0, true), ber::inside(read_digest), digest);
  in.optional(ber::context_tag(1, true), ber::inside(read_mask_digest), mask);
  in.optional(ber::context_tag(2, true), ber::inside(ber::small_integer), salt);
  in.optional(ber::context_tag(3, true), ber::inside(ber::small_integer), trailer);
  // mbedTLS takes one digest for both; RFC 4056 3 RECOMMENDS the same, and nobody is known to write two.
  if (mask != digest || salt < 0 || trailer != 1) in.fail(error("bad_value", 0, "PSS parameters we do not have"));
  return in.finish(SignatureAlgorithm{SignatureScheme::rsa_pss, digest, static_cast<std::size_t>(std::max(salt, 0))});
}

}  // namespace

std::optional<SignatureAlgorithm> signature_algorithm(std::string_view oid, ByteView parameters) {
  if (oid == oid::rsassa_pss) {
    const auto pss = read_value(parameters, ber::tagged(ber::sequence_tag, read_pss));
    return pss ? std::optional(*pss) : std::nullopt;
  }
  const auto found = std::find_if(known_algorithms.begin(), known_algorithms.end(),
                                  [oid](const Known& known) { return known.oid == oid; });
  if (found == known_algorithms.end() || !is_null_or_absent(parameters)) return std::nullopt;
  return SignatureAlgorithm{found->scheme, found->digest, {}};
}

}  // namespace longwire::crypto
