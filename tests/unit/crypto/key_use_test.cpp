// Signatures, key transport and key agreement, against OpenSSL's and the RFCs' answers.
#include "crypto/constant_time.hpp"
#include "key_people.hpp"

#include <algorithm>

namespace longwire::crypto::test {
namespace {

struct Named {
  Digest digest;
  const char* name;
};
constexpr Named digests[] = {{Digest::sha1, "sha1"},
                             {Digest::sha224, "sha224"},
                             {Digest::sha256, "sha256"},
                             {Digest::sha384, "sha384"},
                             {Digest::sha512, "sha512"}};

void expect_verified(const PublicKey& key, SignatureScheme scheme, Digest digest, const Bytes& signature,
                     std::optional<std::size_t> salt = {}) {
  const auto octets = hash(digest, read_vector("keys/message"));
  EXPECT_TRUE(key.verify(scheme, digest, octets, signature, salt));
  for (const std::size_t at : {std::size_t{0}, signature.size() / 2, signature.size() - 1}) {
    auto spoiled = signature;
    spoiled[at] ^= 1;
    EXPECT_FALSE(key.verify(scheme, digest, octets, spoiled, salt));
  }
  auto other = octets;
  other[0] ^= 0x80;
  EXPECT_FALSE(key.verify(scheme, digest, other, signature, salt));
  auto longer = signature;
  longer.push_back(0);
  EXPECT_FALSE(key.verify(scheme, digest, octets, longer, salt));
  EXPECT_FALSE(key.verify(scheme, digest, octets, {}, salt));
  EXPECT_FALSE(key.verify(scheme, digest, ByteView(octets).first(octets.size() - 1), signature, salt));
}

TEST(Signature, OfOpensslAreVerified) {
  const auto rsa = public_key("keys/rsa.pub");
  for (const auto& [digest, name] : digests) {
    expect_verified(rsa, SignatureScheme::rsa_pkcs1, digest, read_vector("keys/rsa." + std::string(name) + ".sig"));
    const auto pss = read_vector("keys/rsa." + std::string(name) + ".pss");
    expect_verified(rsa, SignatureScheme::rsa_pss, digest, pss);
    expect_verified(rsa, SignatureScheme::rsa_pss, digest, pss, digest_size(digest));
    const auto octets = hash(digest, read_vector("keys/message"));
    EXPECT_FALSE(rsa.verify(SignatureScheme::rsa_pss, digest, octets, pss, digest_size(digest) - 1));
    EXPECT_FALSE(rsa.verify(SignatureScheme::rsa_pss, digest, octets, pss, 1000));
    EXPECT_FALSE(rsa.verify(SignatureScheme::rsa_pkcs1, digest, octets, pss));
    for (const std::string curve : {"p256", "p384", "p521"})
      expect_verified(public_key("keys/" + curve + ".pub"), SignatureScheme::ecdsa, digest,
                      read_vector("keys/" + curve + "." + name + ".sig"));
  }
}

TEST(Signature, OwnAreVerified) {
  for (const auto& [digest, name] : digests) {
    const auto octets = hash(digest, read_vector("keys/message"));
    for (const std::string key_name : {"rsa", "p256", "p384", "p521"}) {
      const auto key = private_key("keys/" + key_name + ".key");
      const auto scheme = key.type() == KeyType::rsa ? SignatureScheme::rsa_pkcs1 : SignatureScheme::ecdsa;
      const auto signature = key.sign(scheme, digest, octets, chance());
      if (digest == Digest::sha1) {
        EXPECT_EQ(fault(signature), "weak_digest");
        continue;
      }
      ASSERT_TRUE(signature);
      expect_verified(key.public_key(), scheme, digest, *signature);
      if (key.type() != KeyType::rsa) continue;
      const auto pss = key.sign(SignatureScheme::rsa_pss, digest, octets, chance());
      ASSERT_TRUE(pss);
      expect_verified(key.public_key(), SignatureScheme::rsa_pss, digest, *pss, digest_size(digest));
    }
  }
}

TEST(Signature, Pkcs1IsTheOneOfOpenssl) {  // there is no chance in it
  const auto octets = hash(Digest::sha256, read_vector("keys/message"));
  const auto key = private_key("keys/rsa.key");
  EXPECT_EQ(key.sign(SignatureScheme::rsa_pkcs1, Digest::sha256, octets, chance()).value(),
            read_vector("keys/rsa.sha256.sig"));
}

TEST(Signature, OneRsaKeySignsInBothWaysByTurns) {
  const auto octets = hash(Digest::sha256, read_vector("keys/message"));
  const auto key = private_key("keys/rsa.key");
  for (int turn = 0; turn < 2; ++turn) {
    ASSERT_TRUE(key.sign(SignatureScheme::rsa_pss, Digest::sha256, octets, chance()));
    EXPECT_EQ(key.sign(SignatureScheme::rsa_pkcs1, Digest::sha256, octets, chance()).value(),
              read_vector("keys/rsa.sha256.sig"));
  }
}

TEST(Signature, EcdsaNonceOfRfc6979) {  // A.2.5, SHA-256, "sample"
  const auto file = from_hex(
      "30310201010420c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721a00a06082a8648ce3d030107");
  const auto key = PrivateKey::read(*file, chance()).value();
  const auto signature =
      key.sign(SignatureScheme::ecdsa, Digest::sha256, hash(Digest::sha256, as_bytes("sample")), chance());
  EXPECT_EQ(to_hex(signature.value()),
            "3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
            "022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8");
}

TEST(Signature, EcdsaEncodingsAreStrict) {
  const auto key = public_key("keys/p256.pub");
  const auto octets = hash(Digest::sha256, read_vector("keys/message"));
  const auto verdict = [&](const char* hex_text) {
    return key.verify(SignatureScheme::ecdsa, Digest::sha256, octets, from_hex(hex_text).value());
  };
  EXPECT_FALSE(verdict("3006020100020100"));  // r = s = 0
  EXPECT_FALSE(verdict("3006020101020101"));
  EXPECT_FALSE(verdict("30060201ff0201ff"));
  EXPECT_FALSE(verdict("3003020101"));
  EXPECT_FALSE(verdict("0403020101"));
  EXPECT_FALSE(verdict("3000"));
}

TEST(Signature, KeysSignWithTheirOwnSchemeOnly) {
  const auto octets = hash(Digest::sha256, as_bytes("x"));
  const auto sign = [&](const char* name, SignatureScheme scheme) {
    return fault(private_key(name).sign(scheme, Digest::sha256, octets, chance()));
  };
  EXPECT_EQ(sign("keys/rsa.key", SignatureScheme::ecdsa), "unsupported_key");
  EXPECT_EQ(sign("keys/p256.key", SignatureScheme::rsa_pss), "unsupported_key");
  EXPECT_EQ(sign("keys/dhx.key", SignatureScheme::ecdsa), "unsupported_key");
  EXPECT_EQ(sign("keys/x25519.key", SignatureScheme::ecdsa), "unsupported_key");
  EXPECT_EQ(sign("keys/pss.key", SignatureScheme::rsa_pss), "none");
  EXPECT_EQ(sign("keys/pss.key", SignatureScheme::rsa_pkcs1), "unsupported_key");
  // 1024 bits hold no PSS of SHA-512 with its salt (RFC 8017 9.1.1 step 3).
  EXPECT_EQ(fault(private_key("keys/rsa1024.key")
                      .sign(SignatureScheme::rsa_pss, Digest::sha512, hash(Digest::sha512, {}), chance())),
            "unsupported_key");
}

struct Transport {
  KeyTransport kind;
  OaepParameters oaep;
  const char* file;
};
const Transport transports[] = {
    {KeyTransport::rsa_pkcs1, {}, "keys/rsa.pkcs1.enc"},
    {KeyTransport::rsa_oaep, {}, "keys/rsa.oaep.enc"},
    {KeyTransport::rsa_oaep, {Digest::sha256, {}, {}}, "keys/rsa.oaep256.enc"},
    {KeyTransport::rsa_oaep, {Digest::sha256, to_bytes("label"), Digest::sha1}, "keys/rsa.oaep256sha1.enc"},
};
const Bytes fallback_octets(16, 0xFB);

std::string opened(const PrivateKey& key, const Transport& t, ByteView octets,
                   const Bytes& fallback = fallback_octets) {
  return hex(key.decrypt_or(t.kind, t.oaep, octets, Secret(fallback), chance()));
}

TEST(KeyTransport, OfOpensslIsOpened) {
  const auto key = private_key("keys/rsa.key");
  for (const auto& t : transports) EXPECT_EQ(opened(key, t, read_vector(t.file)), to_hex(read_vector("keys/key16")));
}

TEST(KeyTransport, OwnIsOpenedInEveryLength) {
  const auto key = private_key("keys/rsa.key");
  for (const auto& t : transports) {
    for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{16}, std::size_t{24}, std::size_t{32}}) {
      const auto cek = random_octets(chance(), size);
      const auto sealed = key.public_key().encrypt(t.kind, t.oaep, cek, chance());
      ASSERT_TRUE(sealed);
      EXPECT_EQ(sealed->size(), 256U);
      EXPECT_EQ(opened(key, t, *sealed, Bytes(size, 0xFB)), to_hex(cek));
    }
  }
}

TEST(KeyTransport, LengthsAtTheLimit) {  // RFC 8017 7.2.1: k - 11; 7.1.1: k - 2 hLen - 2
  const auto key = private_key("keys/rsa.key");
  const std::size_t most[] = {245, 214, 190, 190};
  for (std::size_t i = 0; i < 4; ++i) {
    const auto& t = transports[i];
    const auto cek = random_octets(chance(), most[i]);
    const auto sealed = key.public_key().encrypt(t.kind, t.oaep, cek, chance());
    ASSERT_TRUE(sealed);
    EXPECT_EQ(opened(key, t, *sealed, Bytes(most[i], 1)), to_hex(cek));
    EXPECT_EQ(fault(key.public_key().encrypt(t.kind, t.oaep, Bytes(most[i] + 1, 1), chance())), "too_long");
    EXPECT_EQ(opened(key, t, *sealed, Bytes(most[i] + 1, 0xFB)), to_hex(Bytes(most[i] + 1, 0xFB)));
    EXPECT_EQ(opened(key, t, *sealed, Bytes(300, 0xFB)), to_hex(Bytes(300, 0xFB)));
  }
}

TEST(KeyTransport, WhateverIsWrongGivesTheFallback) {
  const auto key = private_key("keys/rsa.key");
  const auto fallback = to_hex(fallback_octets);
  for (const auto& t : transports) {
    const auto good = read_vector(t.file);
    for (std::size_t at = 0; at < good.size(); at += 17) {
      auto spoiled = good;
      spoiled[at] ^= 4;
      EXPECT_EQ(opened(key, t, spoiled), fallback);
    }
    EXPECT_EQ(opened(key, t, {}), fallback);
    EXPECT_EQ(opened(key, t, ByteView(good).first(255)), fallback);
    auto longer = good;
    longer.push_back(0);
    EXPECT_EQ(opened(key, t, longer), fallback);
    EXPECT_EQ(opened(key, t, Bytes(256, 0xFF)), fallback);  // above the modulus
    EXPECT_EQ(opened(key, t, Bytes(256, 0)), fallback);
    EXPECT_EQ(opened(key, t, good, Bytes(17, 0xFB)), to_hex(Bytes(17, 0xFB)));  // another length than the key's
    EXPECT_EQ(opened(key, t, good, Bytes(15, 0xFB)), to_hex(Bytes(15, 0xFB)));
    for (const auto& other : transports) {
      if (&other != &t) {
        EXPECT_EQ(opened(key, other, good), fallback);
      }
    }
  }
}

TEST(KeyTransport, IsForRsaKeys) {
  const auto key = private_key("keys/p256.key");
  EXPECT_EQ(opened(key, transports[0], Bytes(256, 1)), "nothing");
  EXPECT_EQ(fault(key.public_key().encrypt(KeyTransport::rsa_pkcs1, {}, Bytes(16), chance())), "unsupported_key");
  const auto pss = private_key("keys/pss.key");
  EXPECT_EQ(opened(pss, transports[0], Bytes(256, 1)), "nothing");
  EXPECT_EQ(fault(pss.public_key().encrypt(KeyTransport::rsa_pkcs1, {}, Bytes(16), chance())), "unsupported_key");
}

TEST(Agreement, SecretsOfOpenssl) {
  for (const std::string name : {"p256", "p384", "p521", "x25519", "dhx"}) {
    const auto here = private_key("keys/" + name + ".key");
    const auto there = private_key("keys/" + name + "-peer.key");
    const auto expected = to_hex(read_vector("keys/" + name + ".secret"));
    EXPECT_EQ(hex(here.agree(there.public_key(), chance())), expected) << name;
    EXPECT_EQ(hex(there.agree(here.public_key(), chance())), expected) << name;
    EXPECT_EQ(hex(here.agree(public_key("keys/" + name + "-peer.pub"), chance())), expected) << name;
  }
}

TEST(Agreement, X25519OfRfc7748) {  // 6.1
  const auto file = [](const char* scalar) {
    return PrivateKey::read(from_hex("302e020100300506032b656e04220420" + std::string(scalar)).value(), chance())
        .value();
  };
  const auto alice = file("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
  const auto bob = file("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
  EXPECT_EQ(to_hex(alice.public_key().agreement_octets()),
            "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
  EXPECT_EQ(to_hex(bob.public_key().agreement_octets()),
            "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
  const auto* const shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742";
  EXPECT_EQ(hex(alice.agree(bob.public_key(), chance())), shared);
  EXPECT_EQ(hex(bob.agree(alice.public_key(), chance())), shared);
}

TEST(ConstantTime, MasksAreRight) {
  for (std::uint32_t a = 0; a < 300; ++a) {
    EXPECT_EQ(ct::is_zero(a), a == 0 ? ~0U : 0U);
    for (std::uint32_t b = 0; b < 300; b += 7) {
      EXPECT_EQ(ct::is_equal(a, b), a == b ? ~0U : 0U);
      EXPECT_EQ(ct::is_below(a, b), a < b ? ~0U : 0U);
    }
  }
  EXPECT_EQ(ct::is_zero(0x80000000U), 0U);
  EXPECT_EQ(ct::choose(~0U, 1, 2), 1);
  EXPECT_EQ(ct::choose(0, 1, 2), 2);
}

}  // namespace
}  // namespace longwire::crypto::test
