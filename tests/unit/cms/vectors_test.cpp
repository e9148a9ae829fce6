// Every file that OpenSSL, Bouncy Castle, NSS and gpgsm made gives what the README of the vectors says.
#include "tests/unit/cms/people.hpp"

#include <gmock/gmock.h>

namespace longwire::crypto::cms::test {

namespace {

using ::testing::UnorderedElementsAre;

struct Signed {
  std::string file;
  std::vector<std::string> signers;
  std::string content = "msg/plain.txt";
};
void PrintTo(const Signed& s, std::ostream* out) { *out << s.file; }

class SignedVectors : public ::testing::TestWithParam<Signed> {};

TEST_P(SignedVectors, AreGood) {
  const auto data = signed_in(vector_of(GetParam().file));
  const auto store = trust();
  VerifyOptions options{&store, {certificate("alice-rsa")}, today};
  const auto content = vector_of(GetParam().content);
  const auto verdict = verify(data, data.content ? std::nullopt : std::optional<ByteView>(content), options);
  EXPECT_EQ(data.content.value_or(content), content);
  std::vector<std::string> signers;
  for (const auto& signer : verdict.signers) {
    EXPECT_EQ(signer.result, "good") << signer.text;
    EXPECT_FALSE(signer.weak);
    if (signer.certificate) signers.push_back(signer.certificate->serial_text());
  }
  EXPECT_TRUE(verdict.all_good);
  EXPECT_THAT(signers, ::testing::UnorderedElementsAreArray(GetParam().signers));
}

INSTANTIATE_TEST_SUITE_P(Peers, SignedVectors,
                         ::testing::Values(Signed{"openssl/s01-signed-rsa-sha256.der", {"1001"}},
                                           Signed{"openssl/s02-signed-ecdsa-p256-sha256.der", {"1002"}},
                                           Signed{"openssl/s03-signed-ecdsa-p384-sha384.der", {"1003"}},
                                           Signed{"openssl/s04-signed-rsapss-ski.der", {"1001"}},
                                           Signed{"openssl/s05-signed-rsa-noattr.der", {"1001"}},
                                           Signed{"openssl/s06-detached-rsa.der", {"1001"}},
                                           Signed{"openssl/s08-signed-rsa-ber-indefinite.der", {"1001"}, "msg/big.bin"},
                                           Signed{"openssl/s09-signed-rsa-nocerts.der", {"1001"}},
                                           Signed{"openssl/s10-two-signers.der", {"1001", "2002"}},
                                           Signed{"openssl/s11-signed-receiptrequest.der", {"1001"}},
                                           Signed{"bc/b01-signed-label-rsa.der", {"1001"}},
                                           Signed{"bc/b02-signed-label-ecdsa.der", {"1002"}},
                                           Signed{"nss/n01-signed-rsa.der", {"1001"}},
                                           Signed{"nss/n02-signed-ecdsa.der", {"1002"}},
                                           Signed{"gpgsm/g01-signed-rsa.der", {"1001"}}));

TEST(SignedVectors, WithoutCertificatesTheSignerIsNotFound) {
  const auto data = signed_in(vector_of("openssl/s09-signed-rsa-nocerts.der"));
  const auto store = trust();
  const auto verdict = verify(data, std::nullopt, {&store, {}, today});
  ASSERT_EQ(verdict.signers.size(), 1U);
  EXPECT_EQ(verdict.signers[0].result, "no_certificate");
  EXPECT_FALSE(verdict.any_good);
}

TEST(SignedVectors, ReceiptRequest) {
  const auto verdict =
      verify(signed_in(vector_of("openssl/s11-signed-receiptrequest.der")), std::nullopt, {nullptr, {}, today});
  ASSERT_TRUE(verdict.all_good);
  ASSERT_TRUE(verdict.signers[0].receipt_request);
  EXPECT_EQ(verdict.signers[0].receipt_request->all_or_first, 0);
  EXPECT_THAT(verdict.signers[0].receipt_request->receipts_to, UnorderedElementsAre("alice@alpha.example"));
}

TEST(SignedVectors, Labels) {
  for (const auto* file : {"bc/b01-signed-label-rsa.der", "bc/b02-signed-label-ecdsa.der"}) {
    const auto verdict = verify(signed_in(vector_of(file)), std::nullopt, {nullptr, {}, today});
    ASSERT_TRUE(verdict.label) << file;
    EXPECT_EQ(verdict.label->policy, "1.3.6.1.4.1.99999.4406.1");
    EXPECT_EQ(verdict.label->classification, 4);
    EXPECT_EQ(verdict.label->mark, "TEST SECRET");
    EXPECT_EQ(verdict.label->categories.size(), 2U);
    EXPECT_FALSE(verdict.labels_disagree);
    EXPECT_EQ(verdict.signers[0].signing_time, parse_utc("2026-01-01T12:00:00Z"));
  }
}

struct Enveloped {
  std::string file;
  std::string reader = "bob-rsa";
  std::string content = "msg/plain.txt";
  bool authenticated = false;
};
void PrintTo(const Enveloped& e, std::ostream* out) { *out << e.file << " by " << e.reader; }

class EnvelopedVectors : public ::testing::TestWithParam<Enveloped> {};

TEST_P(EnvelopedVectors, Open) {
  const auto data = enveloped_in(vector_of(GetParam().file));
  const Person reader(GetParam().reader);
  SeededRandom random;
  DecryptOptions options;
  options.keys.push_back(reader.own());
  options.legacy = true;
  const auto opened = decrypt(data, options, random);
  ASSERT_TRUE(opened) << opened.error().name;
  EXPECT_EQ(octets_of(opened->content), vector_of(GetParam().content));
  EXPECT_EQ(opened->authenticated, GetParam().authenticated);
  EXPECT_EQ(opened->content_type, oid::data);
  EXPECT_EQ(opened->by, reader.certificate);
}

TEST_P(EnvelopedVectors, AreClosedToOthers) {
  const auto data = enveloped_in(vector_of(GetParam().file));
  const Person stranger("alice-rsa"), other("alice-p256");
  SeededRandom random;
  DecryptOptions options;
  options.keys = {stranger.own(), other.own()};
  options.legacy = true;
  EXPECT_EQ(decrypt(data, options, random).error().name, "no_recipient");
}

INSTANTIATE_TEST_SUITE_P(
    Peers, EnvelopedVectors,
    ::testing::Values(
        Enveloped{"openssl/e01-rsa-aes128cbc.der"}, Enveloped{"openssl/e02-rsa-oaep-sha1-aes128cbc.der"},
        Enveloped{"openssl/e03-rsa-oaep-sha256-aes256cbc.der"}, Enveloped{"openssl/e04-rsa-ski-aes128cbc.der"},
        Enveloped{"openssl/e05-rsa-aes128cbc-ber-indefinite.der", "bob-rsa", "msg/big.bin"},
        Enveloped{"openssl/e06-rsa-3des-legacy.der"},
        Enveloped{"openssl/e07-rsa-aes128cbc-empty.der", "bob-rsa", "msg/empty.bin"},
        Enveloped{"openssl/k01-ecdh-p256-default.der", "bob-p256"},
        Enveloped{"openssl/k02-ecdh-p256-sha256kdf-aes128wrap.der", "bob-p256"},
        Enveloped{"openssl/k03-ecdh-p384-sha384kdf-aes256wrap.der", "bob-p384"},
        Enveloped{"openssl/k04-ecdh-p256-cofactor-sha256kdf.der", "bob-p256"},
        Enveloped{"openssl/k05-dhx2048-esdh-aes128wrap.der", "bob-dh"},
        Enveloped{"openssl/k06-dhx2048-esdh-aes256wrap.der", "bob-dh"},
        Enveloped{"openssl/k07-ecdh-p256-rkeyid.der", "bob-p256"},
        Enveloped{"openssl/a01-rsa-aes128gcm.der", "bob-rsa", "msg/plain.txt", true},
        Enveloped{"openssl/a02-rsa-oaep-aes256gcm.der", "bob-rsa", "msg/plain.txt", true},
        Enveloped{"openssl/a03-ecdh-p256-aes256gcm.der", "bob-p256", "msg/plain.txt", true},
        Enveloped{"openssl/m01-rsa+ecdh+dhx.der", "bob-rsa"}, Enveloped{"openssl/m01-rsa+ecdh+dhx.der", "gateway-p256"},
        Enveloped{"openssl/m01-rsa+ecdh+dhx.der", "gateway-dh"},
        Enveloped{"bc/b03-env-ecdh-p256-sha256kdf.der", "bob-p256"},
        Enveloped{"bc/b04-env-ecdh-p384-sha384kdf-ukm.der", "bob-p384"},
        Enveloped{"bc/b05-env-ecdh-p256-sha1kdf.der", "bob-p256"}, Enveloped{"bc/b06-env-rsa-aes128cbc-ber.der"},
        Enveloped{"bc/b07-env-esdh-dhx2048-ukm.der", "bob-dh"},
        Enveloped{"bc/b08-authenv-rsa-aes256gcm.der", "bob-rsa", "msg/plain.txt", true},
        Enveloped{"nss/n03-enveloped-rsa.der"}, Enveloped{"gpgsm/g02-env-rsa-aes128.der"}));

TEST(EnvelopedVectors, TripleDesNeedsTheSwitch) {
  const Person bob("bob-rsa");
  SeededRandom random;
  DecryptOptions options;
  options.keys.push_back(bob.own());
  const auto data = enveloped_in(vector_of("openssl/e06-rsa-3des-legacy.der"));
  EXPECT_EQ(decrypt(data, options, random).error().name, "cipher_not_allowed");
}

// One layer after another; the types of the layers as they were met.
struct Walk {
  std::vector<std::string> layers;
  std::vector<int> classes;
  Bytes content;
};
Walk walk(ByteView top, const Person& reader) {
  Walk out;
  SeededRandom random;
  auto info = *decode_content_info(top);
  while (true) {
    std::string type;
    Bytes content;
    if (info.type == oid::signed_data) {
      const auto data = decode_signed_data(info.content);
      const auto store = trust();
      const auto verdict = verify(*data, std::nullopt, {&store, {}, today});
      EXPECT_TRUE(verdict.all_good);
      out.layers.push_back("signed by " + verdict.signers[0].certificate->serial_text());
      if (verdict.label) out.classes.push_back(*verdict.label->classification);
      type = data->content_type;
      content = *data->content;
    } else {
      const auto data = decode_enveloped_data(info.content, false);
      DecryptOptions options;
      options.keys.push_back(reader.own());
      const auto opened = decrypt(*data, options, random);
      EXPECT_TRUE(opened);
      out.layers.emplace_back("enveloped");
      type = opened->content_type;
      content = octets_of(opened->content);
    }
    if (type == oid::data) {
      out.content = content;
      return out;
    }
    const auto next = decode_layer(type, content);
    EXPECT_TRUE(next);
    info = *next;
  }
}

TEST(TripleWrap, BareLayers) {
  const auto rsa = walk(vector_of("bc/t01-triple-rsa-rawcms.der"), Person("bob-rsa"));
  EXPECT_THAT(rsa.layers, ::testing::ElementsAre("signed by 1001", "enveloped", "signed by 1001"));
  EXPECT_THAT(rsa.classes, ::testing::ElementsAre(4, 4));
  EXPECT_EQ(rsa.content, plain());
  const auto ecdh = walk(vector_of("bc/t02-triple-ecdh-rawcms.der"), Person("bob-p256"));
  EXPECT_THAT(ecdh.layers, ::testing::ElementsAre("signed by 3002", "enveloped", "signed by 1002"));
  EXPECT_EQ(ecdh.content, plain());
}

TEST(TripleWrap, WholeContentInfos) {
  const auto found = walk(vector_of("bc/t04-triple-contentinfo.der"), Person("bob-p256"));
  EXPECT_EQ(found.layers.size(), 3U);
  EXPECT_EQ(found.content, plain());
}

}  // namespace

}  // namespace longwire::crypto::cms::test
