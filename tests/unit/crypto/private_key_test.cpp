// Reading of private keys in all their forms.
#include "base/limits.hpp"
#include "key_people.hpp"

namespace longwire::crypto::test {
namespace {

std::string read_fault(const Bytes& file) { return fault(PrivateKey::read(file, chance())); }

TEST(PrivateKey, IsTheOneOfItsPublicKey) {
  for (const std::string name : {"rsa", "rsa1024", "pss", "p256", "p384", "p521", "x25519", "dhx"}) {
    const auto key = private_key("keys/" + name + ".key");
    EXPECT_EQ(key.public_key(), public_key("keys/" + name + ".pub")) << name;
    EXPECT_EQ(key.type(), key.public_key().type());
  }
  EXPECT_EQ(private_key("keys/dhx.key").type(), KeyType::dh);
  EXPECT_EQ(private_key("keys/x25519.key").type(), KeyType::x25519);
  EXPECT_FALSE(private_key("keys/p256.key").public_key() == public_key("keys/p256-peer.pub"));
  EXPECT_FALSE(private_key("keys/rsa.key").public_key() == public_key("keys/rsa1024.pub"));
  EXPECT_FALSE(private_key("keys/dhx.key").public_key() == public_key("keys/dhx-peer.pub"));
}

TEST(PrivateKey, WritesItsPublicKeyAsOthersDo) {
  for (const std::string name : {"rsa", "p256", "p384", "p521", "x25519", "dhx"})
    EXPECT_EQ(to_hex(private_key("keys/" + name + ".key").public_key().spki()),
              to_hex(read_vector("keys/" + name + ".pub")))
        << name;
}

TEST(PrivateKey, OldFormsAreRead) {
  for (const std::string name : {"rsa", "p256"})
    for (const std::string ending : {".trad.pem", ".trad.der"})
      EXPECT_EQ(private_key("keys/" + name + ending).public_key(), public_key("keys/" + name + ".pub"));
  EXPECT_EQ(private_key("keys/p256.params.pem").public_key(), public_key("keys/p256.pub"));
}

TEST(PrivateKey, OfTheCertificatesAreRead) {
  for (const std::string who : {"alice", "bob", "gateway"})
    for (const std::string kind : {"rsa", "p256", "p384", "dh"})
      EXPECT_EQ(to_string(private_key("cms/pki/" + who + "-" + kind + ".key").type()), kind);
  // DER without a name in RFC 4134's set: PKCS#8 of RSA-1024
  EXPECT_EQ(private_key("cms/rfc4134/pki/BobPrivRSAEncrypt.pri").public_key().bits(), 1024U);
}

TEST(PrivateKey, WhatIsNotReadHasAName) {
  EXPECT_EQ(read_fault(read_vector("keys/encrypted.key")), "encrypted_key");
  EXPECT_EQ(read_fault(read_vector("keys/encrypted.trad.pem")), "encrypted_key");
  EXPECT_EQ(read_fault(read_vector("keys/dh.key")), "unsupported_key");
  EXPECT_EQ(read_fault(read_vector("keys/ed25519.key")), "unsupported_key");
  EXPECT_EQ(read_fault(read_vector("keys/p256.explicit.key")), "unsupported_key");
  EXPECT_EQ(read_fault(read_vector("keys/p256.pub")), "bad_key");
  EXPECT_EQ(read_fault(read_vector("cms/pki/bob-rsa.der")), "bad_key");
  EXPECT_EQ(read_fault({}), "truncated");
  EXPECT_EQ(read_fault(to_bytes("-----BEGIN PRIVATE KEY-----\n?\n-----END PRIVATE KEY-----\n")), "bad_key");
}

TEST(PrivateKey, FilesHaveALimit) {
  auto file = read_vector("keys/p256.key");
  file.resize(limits::private_key_octets, '\n');
  EXPECT_EQ(read_fault(file), "none");
  file.push_back('\n');
  EXPECT_EQ(read_fault(file), "bad_key");
}

TEST(PrivateKey, CutOffAnywhereIsAnError) {
  for (const std::string name : {"keys/rsa.trad.der", "keys/p256.trad.der"}) {
    const auto whole = read_vector(name);
    for (std::size_t size = 0; size < whole.size(); ++size)
      EXPECT_EQ(read_fault(Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size))), "truncated");
  }
}

TEST(PrivateKey, NumbersThatDoNotBelongTogetherAreNoKey) {
  const auto good = read_vector("keys/rsa.trad.der");
  // 30 82 len, 02 01 00, then n
  for (const std::size_t at : {std::size_t{60}, std::size_t{400}, std::size_t{600}, std::size_t{700}}) {
    auto spoiled = good;  // in n, d, p and q
    spoiled[at] ^= 1;
    EXPECT_EQ(read_fault(spoiled), "bad_key") << at;
  }
}

TEST(PrivateKey, ScalarsOutsideTheCurveAreNoKeys) {
  const auto sec1 = [](const std::string& scalar) {
    return from_hex("30310201010420" + scalar + "a00a06082a8648ce3d030107").value();
  };
  const std::string order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
  const std::string last = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550";
  EXPECT_EQ(read_fault(sec1(std::string(64, '0'))), "bad_key");
  EXPECT_EQ(read_fault(sec1(order)), "bad_key");
  EXPECT_EQ(read_fault(sec1(last)), "none");
  EXPECT_EQ(read_fault(sec1(std::string(63, '0') + "1")), "none");
}

TEST(PrivateKey, EphemeralKeysAreOfThePeersDomain) {
  for (const std::string name : {"p256", "p384", "p521", "x25519", "dhx"}) {
    const auto peer = private_key("keys/" + name + ".key");
    const auto first = PrivateKey::ephemeral(peer.public_key(), chance()).value();
    const auto second = PrivateKey::ephemeral(peer.public_key(), chance()).value();
    EXPECT_EQ(first.type(), peer.type());
    EXPECT_FALSE(first.public_key() == second.public_key());
    const auto here = first.agree(peer.public_key(), chance());
    ASSERT_TRUE(here) << name;
    EXPECT_EQ(hex(here), hex(peer.agree(first.public_key(), chance()))) << name;
    // The other side sees nothing but the octets in the message.
    const auto read = PublicKey::from_agreement(peer.public_key(), first.public_key().agreement_octets());
    ASSERT_TRUE(read) << name;
    EXPECT_EQ(*read, first.public_key());
    EXPECT_EQ(read->spki(), first.public_key().spki());
  }
  EXPECT_EQ(fault(PrivateKey::ephemeral(public_key("keys/rsa.pub"), chance())), "unsupported_key");
}

}  // namespace
}  // namespace longwire::crypto::test
