// P-521 and X25519 (RFC 8418), which the test PKI has no certificates of: theirs are made of another's.
#include "crypto/cms/sequence.hpp"
#include "crypto/kdf.hpp"
#include "tests/unit/cms/people.hpp"

namespace longwire::crypto::cms::test {

namespace {

constexpr std::string_view p521_key = R"(-----BEGIN PRIVATE KEY-----
MIHuAgEAMBAGByqGSM49AgEGBSuBBAAjBIHWMIHTAgEBBEIA+sDtiwp9OHUd8hx+
Vf/444rZZ7g/hRsL7VEeyVhxqOfdqPouRA4yTzrrY+U3ahuKduhkRBT5yP7TR5hA
yShtrLKhgYkDgYYABAB8G3BscvjO387ECELizBQNFU1fiP7DdIIvi7iWmsbLUHhf
IATR6JQPnHRvNT9FglqWLQCgOMD7MnjZuYiPZfXmhwFiQiUfyAkYGvcSPGMdy9lS
oO4gsvKIrZYNm0Pb3Ew/IOSYoNiF0pOfteTlr1V2DMGuQJq+FOdM34CKBO8RlDNK
/A==
-----END PRIVATE KEY-----
)";
constexpr std::string_view x25519_key = R"(-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VuBCIEIKjIC+bikNtqWWNVpJnLzhD0PBksvYI0+sp0JZqnlZdO
-----END PRIVATE KEY-----
)";

Person person_of(std::string_view pem) {
  SeededRandom random;
  auto key = PrivateKey::read(as_bytes(pem), random);
  EXPECT_TRUE(key);
  auto made = std::make_shared<Certificate>(*certificate("bob-p256"));
  made->key = key->public_key();
  made->spki = key->public_key().spki();
  made->serial = {0x55};
  made->subject_key_id = Bytes(20, 0x55);
  made->usage.reset();
  return {made, *std::move(key)};
}

EnvelopedData made_for(const Person& person, Cipher cipher, std::optional<Digest> kdf, std::optional<Bytes> ukm) {
  SeededRandom random;
  auto to = person.recipient();
  to.kdf = kdf;
  to.ukm = std::move(ukm);
  EncryptOptions options;
  options.cipher = cipher;
  const auto made = encrypt(plain(), {to}, options, random);
  EXPECT_TRUE(made) << (made ? "" : made.error().text);
  return *decode_enveloped_data(*made, is_gcm(cipher));
}

Result<Opened> open(const EnvelopedData& data, const Person& person) {
  SeededRandom random(2);  // another than the writer's, whose first octets are the content key
  DecryptOptions options;
  options.keys.push_back(person.own());
  return decrypt(data, options, random);
}

TEST(FurtherKeys, P521) {
  const auto person = person_of(p521_key);
  SeededRandom random;
  SignOptions options;
  options.now = today;
  const auto data = decode_signed_data(*sign(plain(), {person.signer()}, options, random));
  EXPECT_EQ(data->signers[0].digest_oid, oid_of(Digest::sha512));  // RFC 5753 8
  EXPECT_TRUE(verify(*data, std::nullopt, {nullptr, {person.certificate}, today}).all_good);
  for (const auto cipher : {Cipher::aes128_cbc, Cipher::aes256_gcm}) {
    const auto enveloped = made_for(person, cipher, {}, Bytes{1, 2, 3});
    EXPECT_EQ(enveloped.recipients[0].algorithm, "1.3.132.1.11.3");
    const auto opened = open(enveloped, person);
    ASSERT_TRUE(opened);
    EXPECT_EQ(octets_of(opened->content), plain());
  }
}

TEST(FurtherKeys, X25519WithHkdf) {
  const auto person = person_of(x25519_key);
  for (const auto kdf : {Digest::sha256, Digest::sha384, Digest::sha512})
    for (const auto& ukm : {std::optional<Bytes>(), std::optional(Bytes{9, 9})}) {
      const auto data = made_for(person, Cipher::aes256_cbc, kdf, ukm);
      const auto& recipient = data.recipients[0];
      EXPECT_EQ(recipient.originator_algorithm, oid::x25519);
      EXPECT_TRUE(recipient.originator_parameters.empty());
      EXPECT_EQ(recipient.originator_key.size(), 32U);
      const auto opened = open(data, person);
      ASSERT_TRUE(opened) << opened.error().name;
      EXPECT_EQ(octets_of(opened->content), plain());
    }
  EXPECT_EQ(made_for(person, Cipher::aes128_cbc, {}, {}).recipients[0].algorithm, "1.2.840.113549.1.9.16.3.19");
}

// RFC 8418 3.2: an all-zero shared secret ends it, with the one error.
TEST(FurtherKeys, X25519OfSmallOrder) {
  const auto person = person_of(x25519_key);
  auto data = made_for(person, Cipher::aes128_cbc, {}, {});
  data.recipients[0].originator_key = Bytes(32, 0);
  EXPECT_EQ(open(data, person).error().name, "decryption_failed");
}

// RFC 8418 7: the X9.63 schemes may be used with X25519 too.
TEST(FurtherKeys, X25519WithX963) {
  const auto person = person_of(x25519_key);
  SeededRandom random;
  auto data = made_for(person, Cipher::aes128_cbc, {}, {});
  auto& recipient = data.recipients[0];
  const auto ephemeral = PrivateKey::ephemeral(*person.certificate->key, random);
  const auto z = ephemeral->agree(*person.certificate->key, random);
  const Secret key(Bytes(16, 4));
  recipient.originator_key = ephemeral->public_key().agreement_octets();
  recipient.algorithm = "1.3.132.1.11.1";
  const auto info = ecc_cms_shared_info(recipient.algorithm_parameters, std::nullopt, 16);
  recipient.encrypted_keys[0] = wrap_key(x963_kdf(Digest::sha256, z->view(), info, 16).view(), key.view());
  const Bytes iv(16, 1);
  data.cipher_parameters = write_octets(iv);
  data.encrypted_content = cbc_encrypt(Cipher::aes128_cbc, key.view(), iv, plain());
  const auto opened = open(data, person);
  ASSERT_TRUE(opened);
  EXPECT_EQ(octets_of(opened->content), plain());
}

}  // namespace

}  // namespace longwire::crypto::cms::test
