#include "crypto/cms/algorithms.hpp"

#include "crypto/cipher.hpp"
#include "crypto/kdf.hpp"
#include "crypto/oids.hpp"

#include <algorithm>
#include <array>

namespace longwire::crypto::cms {

namespace {

struct Scheme {
  std::string_view oid;
  Derivation derivation;
  Digest digest;
  bool written;  // by us; the rest is read only
};
// Cofactor schemes are the same as the standard ones on the curves we have, whose cofactor is 1. MQV is not here.
constexpr std::array schemes{
    Scheme{"1.3.133.16.840.63.0.2", Derivation::x963, Digest::sha1, true},  // stdDH (RFC 5753 7.1.4)
    Scheme{"1.3.132.1.11.0", Derivation::x963, Digest::sha224, true},
    Scheme{"1.3.132.1.11.1", Derivation::x963, Digest::sha256, true},
    Scheme{"1.3.132.1.11.2", Derivation::x963, Digest::sha384, true},
    Scheme{"1.3.132.1.11.3", Derivation::x963, Digest::sha512, true},
    Scheme{"1.3.133.16.840.63.0.3", Derivation::x963, Digest::sha1, false},  // cofactorDH
    Scheme{"1.3.132.1.14.0", Derivation::x963, Digest::sha224, false},
    Scheme{"1.3.132.1.14.1", Derivation::x963, Digest::sha256, false},
    Scheme{"1.3.132.1.14.2", Derivation::x963, Digest::sha384, false},
    Scheme{"1.3.132.1.14.3", Derivation::x963, Digest::sha512, false},
    Scheme{"1.2.840.113549.1.9.16.3.19", Derivation::hkdf, Digest::sha256, true},  // stdDH-hkdf (RFC 8418 7)
    Scheme{"1.2.840.113549.1.9.16.3.20", Derivation::hkdf, Digest::sha384, true},
    Scheme{"1.2.840.113549.1.9.16.3.21", Derivation::hkdf, Digest::sha512, true},
    Scheme{oid::esdh, Derivation::x942, Digest::sha1, true},                      // id-alg-ESDH (RFC 3370 4.1.1)
    Scheme{"1.2.840.113549.1.9.16.3.10", Derivation::x942, Digest::sha1, false},  // id-alg-SSDH
};

// RSAES-OAEP-params (RFC 3560 3) and RSASSA-PSS-params start alike: [0] hash, [1] mask generation.
struct MaskedParameters {
  Digest digest = Digest::sha1;
  Bytes label;
};

std::optional<Digest> digest_of(const Algorithm& algorithm) {
  if (!algorithm.parameters.empty() && !is_null(algorithm.parameters)) return std::nullopt;
  return digest_of_oid(algorithm.oid);
}

std::optional<Digest> mask_digest(const Algorithm& algorithm) {
  if (algorithm.oid != oid::mgf1) return std::nullopt;
  const auto inner = read_value(algorithm.parameters, ber::sequence_tag, read_algorithm);
  return inner ? digest_of(*inner) : std::nullopt;
}

std::optional<OaepParameters> oaep_parameters(ByteView parameters) {
  if (parameters.empty()) return OaepParameters{};
  const auto doc = read_whole(parameters);
  if (!doc || (*doc)[0].tag != ber::sequence_tag) return std::nullopt;
  constexpr std::string_view sha1 = "1.3.14.3.2.26";
  Algorithm digest{std::string(sha1), {}};
  std::optional<Algorithm> mask, source;
  Sequence in(*doc, 0);
  in.optional(ber::context_tag(0, true), ber::inside(read_algorithm), digest);
  in.optional(ber::context_tag(1, true), ber::inside(read_algorithm), mask);
  in.optional(ber::context_tag(2, true), ber::inside(read_algorithm), source);
  if (!in.finish(true)) return std::nullopt;
  const auto hash = digest_of(digest);
  const auto mask_hash = mask ? mask_digest(*mask) : Digest::sha1;
  if (!hash || !mask_hash) return std::nullopt;
  OaepParameters out{*hash, {}, {}};
  if (mask_hash != hash) out.mgf_digest = mask_hash;
  if (source) {
    if (source->oid != oid::p_specified) return std::nullopt;
    auto label = read_value(source->parameters, ber::octet_string_tag, read_octets);
    if (!label) return std::nullopt;
    out.label = *std::move(label);
  }
  return out;
}

void put_explicit_algorithm(ber::Writer& out, std::uint32_t number, std::string_view oid, ByteView parameters) {
  out.begin(ber::context_tag(number, true));
  put_algorithm(out, oid, parameters);
  out.end();
}

// [0] hash, [1] mgf1 of the same hash. The hashes have NULL there as OpenSSL and RFC 4055 2.1 write them.
void put_masked_digest(ber::Writer& out, Digest digest) {
  ber::Writer hash;
  put_algorithm(hash, oid_of(digest), null_octets);
  put_explicit_algorithm(out, 0, oid_of(digest), null_octets);
  put_explicit_algorithm(out, 1, oid::mgf1, hash.finish());
}

std::string_view ecdsa_oid(Digest digest) {
  switch (digest) {
    case Digest::md5:
    case Digest::sha1:
      return {};  // never written
    case Digest::sha224:
      return "1.2.840.10045.4.3.1";
    case Digest::sha256:
      return "1.2.840.10045.4.3.2";
    case Digest::sha384:
      return "1.2.840.10045.4.3.3";
    case Digest::sha512:
      return "1.2.840.10045.4.3.4";
  }
  return {};
}

}  // namespace

std::optional<SignerAlgorithm> signer_algorithm(std::string_view digest_oid, std::string_view signature_oid,
                                                ByteView signature_parameters) {
  const auto digest = digest_of_oid(digest_oid);
  if (!digest) return std::nullopt;
  if (signature_oid == oid::rsa_encryption) {
    if (!signature_parameters.empty() && !is_null(signature_parameters)) return std::nullopt;
    return SignerAlgorithm{SignatureScheme::rsa_pkcs1, *digest, {}};
  }
  const auto named = signature_algorithm(signature_oid, signature_parameters);
  // RFC 5753 2.1.1, RFC 5754 3.2: the hash of the signature algorithm is that of digestAlgorithm.
  if (!named || named->digest != *digest) return std::nullopt;
  return SignerAlgorithm{named->scheme, named->digest, named->salt};
}

void put_signature_algorithm(ber::Writer& out, const SignerAlgorithm& algorithm) {
  switch (algorithm.scheme) {
    case SignatureScheme::rsa_pkcs1:
      put_algorithm(out, oid::rsa_encryption, null_octets);
      break;
    case SignatureScheme::ecdsa:
      put_algorithm(out, ecdsa_oid(algorithm.digest));
      break;
    case SignatureScheme::rsa_pss:
      out.begin(ber::sequence_tag);
      ber::put_oid(out, ber::oid_tag, oid::rsassa_pss);
      out.begin(ber::sequence_tag);
      put_masked_digest(out, algorithm.digest);
      out.begin(ber::context_tag(2, true));
      out.integer(ber::integer_tag, static_cast<std::int64_t>(digest_size(algorithm.digest)));
      out.end();
      out.end();
      out.end();
      break;
  }
}

std::optional<TransportAlgorithm> transport_algorithm(std::string_view oid, ByteView parameters) {
  if (oid == oid::rsa_encryption) {
    // RFC 3370 4.2.1 demands NULL; the sample of RFC 8551 3.4 leaves it out.
    if (!parameters.empty() && !is_null(parameters)) return std::nullopt;
    return TransportAlgorithm{KeyTransport::rsa_pkcs1, {}};
  }
  if (oid != oid::rsaes_oaep) return std::nullopt;
  auto oaep = oaep_parameters(parameters);
  if (!oaep) return std::nullopt;
  return TransportAlgorithm{KeyTransport::rsa_oaep, *std::move(oaep)};
}

void put_transport_algorithm(ber::Writer& out, const TransportAlgorithm& algorithm) {
  if (algorithm.transport == KeyTransport::rsa_pkcs1) {
    put_algorithm(out, oid::rsa_encryption, null_octets);
    return;
  }
  out.begin(ber::sequence_tag);
  ber::put_oid(out, ber::oid_tag, oid::rsaes_oaep);
  out.begin(ber::sequence_tag);
  if (algorithm.oaep.digest != Digest::sha1) put_masked_digest(out, algorithm.oaep.digest);
  out.end();
  out.end();
}

std::optional<AgreementAlgorithm> agreement_algorithm(std::string_view oid, ByteView parameters) {
  const auto scheme = std::find_if(schemes.begin(), schemes.end(), [&](const Scheme& s) { return s.oid == oid; });
  if (scheme == schemes.end()) return std::nullopt;
  const auto wrap = read_value(parameters, ber::sequence_tag, read_algorithm);
  if (!wrap) return std::nullopt;
  // RFC 3565 2.3.2: no parameters; older peers write NULL. Either is hashed as it stands.
  if (!wrap->parameters.empty() && !is_null(wrap->parameters)) return std::nullopt;
  const auto octets = kek_size_of_oid(wrap->oid);
  if (!octets) return std::nullopt;
  return AgreementAlgorithm{
      scheme->derivation, scheme->digest, *octets, wrap->oid, {parameters.begin(), parameters.end()}};
}

std::string_view agreement_oid(KeyType type, Digest digest) {
  const auto derivation = type == KeyType::dh       ? Derivation::x942
                          : type == KeyType::x25519 ? Derivation::hkdf
                                                    : Derivation::x963;
  const auto fits = [&](const Scheme& s) { return s.written && s.derivation == derivation && s.digest == digest; };
  const auto scheme = std::find_if(schemes.begin(), schemes.end(), fits);
  return scheme == schemes.end() ? std::string_view() : scheme->oid;
}

Secret derive_kek(const AgreementAlgorithm& algorithm, ByteView z, const std::optional<Bytes>& ukm) {
  const auto material = ukm ? std::optional<ByteView>(*ukm) : std::nullopt;
  const auto info = [&] { return ecc_cms_shared_info(algorithm.wrap_algorithm, material, algorithm.kek_octets); };
  switch (algorithm.derivation) {
    case Derivation::x963:
      return x963_kdf(algorithm.digest, z, info(), algorithm.kek_octets);
    case Derivation::x942:
      return x942_kdf(z, algorithm.wrap_oid, material, algorithm.kek_octets);
    case Derivation::hkdf:
      return hkdf(algorithm.digest, material.value_or(ByteView()), z, info(), algorithm.kek_octets);
  }
  return {};
}

}  // namespace longwire::crypto::cms
