#include "base/ber_reader.hpp"
#include "base/limits.hpp"
#include "crypto/big_integer.hpp"
#include "crypto/key_impl.hpp"
#include "crypto/oids.hpp"
#include "crypto/rsa_padding.hpp"

#include <mbedtls/ecdsa.h>

namespace longwire::crypto {

namespace {

Error bad_key(const char* why) { return error("bad_key", 0, why); }

// The two members of a SubjectPublicKeyInfo, and of its AlgorithmIdentifier.
struct Spki {
  std::string algorithm;
  ByteView parameters;  // DER, or empty
  Bytes key;
};

Result<Spki> read_spki(const ber::Document& doc, ByteView whole) {
  const auto children = doc.children(0);
  if (doc[0].tag != ber::sequence_tag || children.size() != 2 || doc.octets() != whole.size())
    return bad_key("no SubjectPublicKeyInfo");
  const auto algorithm = doc.children(children[0]);
  if (doc[children[0]].tag != ber::sequence_tag || algorithm.empty() || algorithm.size() > 2)
    return bad_key("no AlgorithmIdentifier");
  auto oid = doc.oid(algorithm[0]);
  if (!oid || doc[algorithm[0]].tag != ber::oid_tag) return bad_key("no object identifier of an algorithm");
  if (doc[children[1]].tag != ber::bit_string_tag) return bad_key("a public key that is no BIT STRING");
  auto key = doc.bit_string(children[1]);
  if (!key) return key.error();
  return Spki{*std::move(oid), algorithm.size() == 2 ? doc.encoding(algorithm[1]) : ByteView{}, *std::move(key)};
}

std::optional<Error> load_rsa(port::Rsa& rsa, ByteView der) {
  const auto doc = ber::Document::read(der);
  if (!doc) return doc.error();
  const auto children = doc->children(0);
  port::Mpi n, e;
  if ((*doc)[0].tag != ber::sequence_tag || children.size() != 2 || doc->octets() != der.size() ||
      !load_integer(*doc, children[0], n) || !load_integer(*doc, children[1], e))
    return bad_key("an RSA key is two numbers");
  const auto bits = mbedtls_mpi_bitlen(n.get());
  if (bits < limits::rsa_least_bits || bits > limits::rsa_bits ||
      mbedtls_mpi_bitlen(e.get()) > limits::rsa_exponent_bits)
    return bad_key("an RSA key that is too short or too long");
  if (mbedtls_rsa_import(rsa.get(), n.get(), nullptr, nullptr, nullptr, e.get()) != 0 ||
      mbedtls_rsa_complete(rsa.get()) != 0 || mbedtls_rsa_check_pubkey(rsa.get()) != 0)
    return bad_key("an RSA key whose numbers cannot be");
  return std::nullopt;
}

// RFC 5480 2.1.1: namedCurve only.
std::optional<KeyType> named_curve(ByteView parameters) {
  const auto doc = ber::Document::read(parameters);
  if (!doc || (*doc)[0].tag != ber::oid_tag) return std::nullopt;
  const auto oid = doc->oid(0);
  return oid ? ec::curve_of_oid(*oid) : std::nullopt;
}

Bytes oid_der(std::string_view oid) {
  ber::Writer out;
  ber::put_oid(out, ber::oid_tag, oid);
  return out.finish();
}

bool load_dh_value(const DhGroup& group, ByteView octets, port::Mpi& y) {
  const auto doc = ber::Document::read(octets);
  return doc && doc->octets() == octets.size() && load_integer(*doc, 0, y) && group.contains(y);
}

Bytes rsa_modulus(const port::Rsa& rsa) {
  port::Mpi n, e;
  port::must(mbedtls_rsa_export(rsa.get(), n.get(), nullptr, nullptr, nullptr, e.get()));
  auto out = integer_der(n);
  const auto exponent = integer_der(e);
  out.insert(out.end(), exponent.begin(), exponent.end());
  return out;
}

bool verify_ecdsa(port::Group& group, const port::Point& point, ByteView hash, ByteView signature) {
  const auto doc = ber::Document::read(signature);
  if (!doc || (*doc)[0].tag != ber::sequence_tag || doc->octets() != signature.size()) return false;
  const auto children = doc->children(0);
  port::Mpi r, s;
  if (children.size() != 2 || !load_integer(*doc, children[0], r) || !load_integer(*doc, children[1], s)) return false;
  return mbedtls_ecdsa_verify(group.get(), hash.data(), hash.size(), point.get(), r.get(), s.get()) == 0;
}

}  // namespace

std::string_view to_string(KeyType type) {
  switch (type) {
    case KeyType::rsa:
      return "rsa";
    case KeyType::p256:
      return "p256";
    case KeyType::p384:
      return "p384";
    case KeyType::p521:
      return "p521";
    case KeyType::x25519:
      return "x25519";
    case KeyType::dh:
      return "dh";
  }
  return {};
}

Bytes write_spki(std::string_view algorithm, ByteView parameters, ByteView key) {
  ber::Writer out;
  out.begin(ber::sequence_tag);
  out.begin(ber::sequence_tag);
  ber::put_oid(out, ber::oid_tag, algorithm);
  out.raw(parameters);
  out.end();
  out.bit_string(ber::bit_string_tag, key, key.size() * 8);
  out.end();
  return out.finish();
}

Result<PublicKey> PublicKey::from_spki(ByteView der) {
  const auto doc = ber::Document::read(der);
  if (!doc) return doc.error();
  const auto parts = read_spki(*doc, der);
  if (!parts) return parts.error();
  auto impl = std::make_shared<Impl>();
  impl->spki.assign(der.begin(), der.end());
  if (parts->algorithm == oid::rsa_encryption || parts->algorithm == oid::rsassa_pss) {
    impl->type = KeyType::rsa;
    impl->pss_only = parts->algorithm == oid::rsassa_pss;
    if (auto fault = load_rsa(impl->rsa, parts->key)) return *std::move(fault);
  } else if (parts->algorithm == oid::dh_public_number) {
    impl->type = KeyType::dh;
    auto group = std::make_shared<DhGroup>();
    if (auto fault = group->read(parts->parameters)) return *std::move(fault);
    if (!load_dh_value(*group, parts->key, impl->y)) return bad_key("a public value outside its Diffie-Hellman group");
    impl->dh = std::move(group);
  } else {
    const auto curve = parts->algorithm == oid::ec_public_key ? named_curve(parts->parameters)
                       : parts->algorithm == oid::x25519      ? std::optional(KeyType::x25519)
                                                              : std::nullopt;
    if (!curve) return error("unsupported_key", 0, "algorithm " + parts->algorithm + ", or its curve");
    impl->type = *curve;
    ec::load_group(impl->group, *curve);
    if (!ec::read_point(impl->group, *curve, parts->key, impl->point))
      return bad_key("a point that is not on the curve");
  }
  PublicKey out;
  out.impl_ = std::move(impl);
  return out;
}

Result<PublicKey> PublicKey::from_agreement(const PublicKey& domain, ByteView octets) {
  auto impl = std::make_shared<Impl>();
  impl->type = domain.type();
  switch (domain.type()) {
    case KeyType::rsa:
      return error("unsupported_key", 0, "RSA keys agree on nothing");
    case KeyType::dh:
      impl->dh = domain.impl_->dh;
      if (!load_dh_value(*impl->dh, octets, impl->y)) return bad_key("a public value outside its Diffie-Hellman group");
      impl->spki = write_spki(oid::dh_public_number, impl->dh->parameters, octets);
      break;
    case KeyType::p256:
    case KeyType::p384:
    case KeyType::p521:
    case KeyType::x25519: {
      ec::load_group(impl->group, impl->type);
      if (!ec::read_point(impl->group, impl->type, octets, impl->point))
        return bad_key("a point that is not on the curve");
      const bool montgomery = impl->type == KeyType::x25519;
      impl->spki = write_spki(montgomery ? oid::x25519 : oid::ec_public_key,
                              montgomery ? Bytes{} : oid_der(ec::oid_of(impl->type)), octets);
      break;
    }
  }
  PublicKey out;
  out.impl_ = std::move(impl);
  return out;
}

KeyType PublicKey::type() const { return impl_->type; }
Bytes PublicKey::spki() const { return impl_->spki; }

unsigned PublicKey::bits() const {
  switch (impl_->type) {
    case KeyType::rsa: {
      port::Mpi n;
      port::must(mbedtls_rsa_export(impl_->rsa.get(), n.get(), nullptr, nullptr, nullptr, nullptr));
      return static_cast<unsigned>(mbedtls_mpi_bitlen(n.get()));
    }
    case KeyType::dh:
      return static_cast<unsigned>(mbedtls_mpi_bitlen(impl_->dh->p.get()));
    case KeyType::p256:
    case KeyType::p384:
    case KeyType::p521:
    case KeyType::x25519:
      return static_cast<unsigned>(impl_->group->pbits);
  }
  return 0;
}

Bytes PublicKey::agreement_octets() const {
  switch (impl_->type) {
    case KeyType::rsa:
      return {};
    case KeyType::dh:
      return integer_der(impl_->y);
    case KeyType::p256:
    case KeyType::p384:
    case KeyType::p521:
    case KeyType::x25519:
      return ec::write_point(impl_->group, impl_->point);
  }
  return {};
}

bool PublicKey::same_key(const PublicKey& other) const {
  if (impl_ == other.impl_) return true;
  if (!impl_ || !other.impl_ || impl_->type != other.impl_->type) return false;
  switch (impl_->type) {
    case KeyType::rsa:
      return rsa_modulus(impl_->rsa) == rsa_modulus(other.impl_->rsa);
    case KeyType::dh:
      return mbedtls_mpi_cmp_mpi(impl_->dh->p.get(), other.impl_->dh->p.get()) == 0 &&
             mbedtls_mpi_cmp_mpi(impl_->dh->g.get(), other.impl_->dh->g.get()) == 0 &&
             mbedtls_mpi_cmp_mpi(impl_->y.get(), other.impl_->y.get()) == 0;
    case KeyType::p256:
    case KeyType::p384:
    case KeyType::p521:
    case KeyType::x25519:
      return mbedtls_ecp_point_cmp(impl_->point.get(), other.impl_->point.get()) == 0;
  }
  return false;
}

bool PublicKey::verify(SignatureScheme scheme, Digest digest, ByteView digest_octets, ByteView signature,
                       std::optional<std::size_t> salt) const {
  if (!matches(scheme, impl_->type, impl_->pss_only) || digest_octets.size() != digest_size(digest)) return false;
  if (scheme == SignatureScheme::ecdsa) return verify_ecdsa(impl_->group, impl_->point, digest_octets, signature);
  auto* rsa = impl_->rsa.get();
  const auto length = mbedtls_rsa_get_len(rsa);
  if (signature.size() != length) return false;
  if (scheme == SignatureScheme::rsa_pkcs1) return port::rsa_verify_pkcs1(rsa, digest, digest_octets, signature.data());
  if (salt && *salt > length) return false;
  return port::rsa_verify_pss(rsa, digest, digest_octets, signature.data(),
                              salt ? static_cast<int>(*salt) : MBEDTLS_RSA_SALT_LEN_ANY);
}

Result<Bytes> PublicKey::encrypt(KeyTransport transport, const OaepParameters& oaep, ByteView key,
                                 Random& random) const {
  if (impl_->type != KeyType::rsa || impl_->pss_only) return error("unsupported_key", 0, "no RSA key for encryption");
  const auto length = mbedtls_rsa_get_len(impl_->rsa.get());
  const auto block = transport == KeyTransport::rsa_pkcs1 ? rsa_padding::write_pkcs1(length, key, random)
                                                          : rsa_padding::write_oaep(length, oaep, key, random);
  if (!block) return block.error();
  Bytes out(length);
  port::must(mbedtls_rsa_public(impl_->rsa.get(), block->view().data(), out.data()));
  return out;
}

}  // namespace longwire::crypto
