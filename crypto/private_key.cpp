#include "base/ber_reader.hpp"
#include "base/limits.hpp"
#include "crypto/big_integer.hpp"
#include "crypto/key_impl.hpp"
#include "crypto/oids.hpp"
#include "crypto/private_key_file.hpp"
#include "crypto/rsa_padding.hpp"

#include <mbedtls/ecdsa.h>

#include <algorithm>

namespace longwire::crypto {

namespace {

Error bad_key(const char* why) { return error("bad_key", 0, why); }

// n, e, d, p, q into the context. False: they do not belong together.
bool load_rsa(port::Rsa& rsa, const std::array<port::Mpi, 5>& numbers) {
  const auto bits = mbedtls_mpi_bitlen(numbers[0].get());
  if (bits < limits::rsa_least_bits || bits > limits::rsa_bits) return false;
  if (mbedtls_mpi_bitlen(numbers[1].get()) > limits::rsa_exponent_bits) return false;
  for (const auto i : {std::size_t{2}, std::size_t{3}, std::size_t{4}}) {
    if (mbedtls_mpi_cmp_int(numbers[i].get(), 1) <= 0) return false;
    if (mbedtls_mpi_cmp_mpi(numbers[i].get(), numbers[0].get()) >= 0) return false;
  }
  return mbedtls_rsa_import(rsa.get(), numbers[0].get(), numbers[3].get(), numbers[4].get(), numbers[2].get(),
                            numbers[1].get()) == 0 &&
         mbedtls_rsa_complete(rsa.get()) == 0 && mbedtls_rsa_check_privkey(rsa.get()) == 0;
}

Bytes rsa_spki(const std::array<port::Mpi, 5>& numbers, bool pss_only) {
  ber::Writer key;
  key.begin(ber::sequence_tag);
  put_integer(key, numbers[0]);
  put_integer(key, numbers[1]);
  key.end();
  const Bytes null{5, 0};  // RFC 3279 2.3.1; absent for PSS without restrictions (RFC 4055 1.2)
  return write_spki(pss_only ? oid::rsassa_pss : oid::rsa_encryption, pss_only ? Bytes{} : null, key.finish());
}

Bytes curve_spki(KeyType curve, ByteView point) {
  if (curve == KeyType::x25519) return write_spki(oid::x25519, {}, point);
  ber::Writer parameters;
  ber::put_oid(parameters, ber::oid_tag, ec::oid_of(curve));
  return write_spki(oid::ec_public_key, parameters.finish(), point);
}

// d * G
Bytes public_point(port::Group& group, const port::Mpi& d, Random& random) {
  port::Point point;
  port::must(mbedtls_ecp_mul(group.get(), point.get(), d.get(), &group->G, port::fill_random, &random));
  return ec::write_point(group, point);
}

// SPKI of the key whose exponent is x
Bytes dh_spki(const DhGroup& group, const port::Mpi& x, Random& random) {
  port::Mpi y;
  group.secret_power(y, group.g, x, random);
  return write_spki(oid::dh_public_number, group.parameters, integer_der(y));
}

Bytes sign_ecdsa(port::Group& group, const port::Mpi& scalar, Digest digest, ByteView octets, Random& random) {
  port::Mpi r, s;
  // RFC 6979: the nonce hangs on key and digest, so that poor chance gives no key away; chance blinds only.
  port::must(mbedtls_ecdsa_sign_det_ext(group.get(), r.get(), s.get(), scalar.get(), octets.data(), octets.size(),
                                        port::md_type(digest), port::fill_random, &random));
  ber::Writer out;
  out.begin(ber::sequence_tag);
  put_integer(out, r);
  put_integer(out, s);
  out.end();
  return out.finish();
}

}  // namespace

// The three below load what `numbers` hold and give the SubjectPublicKeyInfo of the key.
Result<Bytes> PrivateKey::Impl::load_rsa_key(const PrivateKeyNumbers& numbers) {
  pss_only = numbers.pss_only;
  if (!load_rsa(rsa, numbers.rsa)) return bad_key("an RSA private key whose numbers cannot be");
  return rsa_spki(numbers.rsa, pss_only);
}

Result<Bytes> PrivateKey::Impl::load_dh_key(const PrivateKeyNumbers& numbers, Random& random) {
  auto own = std::make_shared<DhGroup>();
  if (auto fault = own->read(numbers.dh_parameters)) return *std::move(fault);
  if (numbers.scalar.size() > own->octets()) return bad_key("a Diffie-Hellman exponent beyond its group");
  load(scalar, numbers.scalar.view());
  if (mbedtls_mpi_cmp_int(scalar.get(), 1) <= 0) return bad_key("a Diffie-Hellman exponent below 2");
  dh = std::move(own);
  return dh_spki(*dh, scalar, random);
}

Result<Bytes> PrivateKey::Impl::load_curve_key(const PrivateKeyNumbers& numbers, Random& random) {
  ec::load_group(group, type);
  if (!ec::read_scalar(group, type, numbers.scalar.view(), scalar))
    return bad_key("a private scalar outside its curve");
  return curve_spki(type, public_point(group, scalar, random));
}

Result<PrivateKey> PrivateKey::with_public_key(std::shared_ptr<Impl> impl, const Result<Bytes>& spki) {
  if (!spki) return spki.error();
  auto key = PublicKey::from_spki(*spki);
  if (!key) return key.error();
  impl->public_key = *std::move(key);
  PrivateKey out;
  out.impl_ = std::move(impl);
  return out;
}

Result<PrivateKey> PrivateKey::read(ByteView der_or_pem, Random& random) {
  PrivateKeyNumbers numbers;
  if (auto fault = read_private_key(der_or_pem, numbers)) return *std::move(fault);
  auto impl = std::make_shared<Impl>();
  impl->type = numbers.type;
  switch (numbers.type) {
    case KeyType::rsa:
      return with_public_key(impl, impl->load_rsa_key(numbers));
    case KeyType::dh:
      return with_public_key(impl, impl->load_dh_key(numbers, random));
    case KeyType::p256:
    case KeyType::p384:
    case KeyType::p521:
    case KeyType::x25519:
      return with_public_key(impl, impl->load_curve_key(numbers, random));
  }
  return bad_key("no private key");
}

Result<PrivateKey> PrivateKey::ephemeral(const PublicKey& peer, Random& random) {
  auto impl = std::make_shared<Impl>();
  impl->type = peer.type();
  switch (impl->type) {
    case KeyType::rsa:
      break;
    case KeyType::dh:
      impl->dh = peer.impl_->dh;
      impl->dh->fresh_exponent(impl->scalar, random);
      return with_public_key(impl, dh_spki(*impl->dh, impl->scalar, random));
    case KeyType::p256:
    case KeyType::p384:
    case KeyType::p521:
    case KeyType::x25519: {
      ec::load_group(impl->group, impl->type);
      port::Point point;
      port::must(
          mbedtls_ecp_gen_keypair(impl->group.get(), impl->scalar.get(), point.get(), port::fill_random, &random));
      return with_public_key(impl, curve_spki(impl->type, ec::write_point(impl->group, point)));
    }
  }
  return error("unsupported_key", 0, "RSA keys agree on nothing");
}

KeyType PrivateKey::type() const { return impl_->type; }
PublicKey PrivateKey::public_key() const { return impl_->public_key; }

Result<Bytes> PrivateKey::sign(SignatureScheme scheme, Digest digest, ByteView digest_octets, Random& random) const {
  if (is_weak(digest)) return error("weak_digest", 0, "MD5 and SHA-1 are not signed with");
  if (!matches(scheme, impl_->type, impl_->pss_only) || digest_octets.size() != digest_size(digest))
    return error("unsupported_key", 0, "a signature of another kind than the key's");
  if (scheme == SignatureScheme::ecdsa) return sign_ecdsa(impl_->group, impl_->scalar, digest, digest_octets, random);
  Bytes out(mbedtls_rsa_get_len(impl_->rsa.get()));
  const bool done = scheme == SignatureScheme::rsa_pss
                        ? port::rsa_sign_pss(impl_->rsa.get(), digest, digest_octets, out.data(), random)
                        : port::rsa_sign_pkcs1(impl_->rsa.get(), digest, digest_octets, out.data(), random);
  if (!done) return error("unsupported_key", 0, "an RSA key too short for the digest");
  return out;
}

std::optional<Secret> PrivateKey::decrypt_or(KeyTransport transport, const OaepParameters& oaep, ByteView octets,
                                             const Secret& fallback, Random& random) const {
  if (impl_->type != KeyType::rsa || impl_->pss_only) return std::nullopt;
  const auto length = mbedtls_rsa_get_len(impl_->rsa.get());
  const auto key_octets = fallback.size();
  // A text that is no number below the modulus is seen by everyone; all the same it takes the way of the others.
  Bytes cipher_text(octets.begin(), octets.end());
  cipher_text.resize(length);
  Secret block(length);
  ct::Mask good = ct::is_equal(static_cast<std::uint32_t>(octets.size()), static_cast<std::uint32_t>(length));
  const int code =
      mbedtls_rsa_private(impl_->rsa.get(), port::fill_random, &random, cipher_text.data(), block.writable().data());
  good &= ct::is_zero(static_cast<std::uint32_t>(code));
  good &= transport == KeyTransport::rsa_pkcs1 ? rsa_padding::check_pkcs1(block.view(), key_octets)
                                               : rsa_padding::check_oaep(block.writable(), oaep, key_octets);
  Secret out(key_octets);
  for (std::size_t i = 0; i < key_octets; ++i) {
    // Key octets of a block too short for them are out of reach, and the mask is no.
    const auto candidate = key_octets <= length ? block.view()[length - key_octets + i] : std::uint8_t{0};
    out.writable()[i] = ct::choose(good, candidate, fallback.view()[i]);
  }
  return out;
}

std::optional<Secret> PrivateKey::agree(const PublicKey& peer, Random& random) const {
  if (peer.type() != impl_->type) return std::nullopt;
  switch (impl_->type) {
    case KeyType::rsa:
      return std::nullopt;
    case KeyType::dh: {
      const auto& other = *peer.impl_->dh;
      if (mbedtls_mpi_cmp_mpi(other.p.get(), impl_->dh->p.get()) != 0 ||
          mbedtls_mpi_cmp_mpi(other.g.get(), impl_->dh->g.get()) != 0 ||
          mbedtls_mpi_cmp_mpi(other.q.get(), impl_->dh->q.get()) != 0)
        return std::nullopt;
      port::Mpi z;
      impl_->dh->secret_power(z, peer.impl_->y, impl_->scalar, random);
      return fixed_width(z, impl_->dh->octets());
    }
    case KeyType::p256:
    case KeyType::p384:
    case KeyType::p521:
    case KeyType::x25519:
      return ec::shared_x(impl_->group, impl_->type, impl_->scalar, peer.impl_->point, random);
  }
  return std::nullopt;
}

}  // namespace longwire::crypto
