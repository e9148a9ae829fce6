// What others made: OpenSSL, Bouncy Castle and the examples of RFC 4134.
#include "tests/unit/smime/setting.hpp"

#include <map>

namespace longwire::crypto::smime {
namespace {

using namespace test;

const Person& person(const std::string& name) {
  static std::map<std::string, Person> all;
  return all.try_emplace(name, name).first->second;
}

TEST(SmimeVectors, MultipartSigned) {
  Reader reader;
  const auto found = reader.entity(vector_of("openssl/s07-multipart-signed.eml"));
  ASSERT_TRUE(found) << found.error().text;
  EXPECT_EQ(shape(*found), "S:alice@alpha.example");  // the file has LF ends: judged again with CRLF
  EXPECT_EQ(found->content, plain());
}

TEST(SmimeVectors, Enveloped) {
  Reader reader({&person("bob-rsa")});
  const auto found = reader.entity(vector_of("openssl/m02-enveloped.eml"));
  ASSERT_TRUE(found);
  EXPECT_EQ(shape(*found), "E:bob@bravo.example");
  EXPECT_EQ(found->content, plain());
  EXPECT_EQ(found->decrypted, plain());
}

TEST(SmimeVectors, SignedThenEnveloped) {
  Reader reader({&person("bob-p256")});
  const auto found = reader.entity(vector_of("openssl/m03-signed-then-enveloped.eml"));
  ASSERT_TRUE(found);
  EXPECT_EQ(shape(*found), "E:bob@bravo.example S:alice@alpha.example");
  EXPECT_EQ(found->content, plain());
  EXPECT_EQ(find(found->decrypted)->kind, Kind::signed_opaque);
}

TEST(SmimeVectors, TripleWraps) {
  struct Row {
    const char* file;
    const char* reader;
    const char* shape;
  };
  const Row rows[] = {
      {"bc/t01-triple-rsa-rawcms.der", "bob-rsa", "S:alice@alpha.example E:bob@bravo.example S:alice@alpha.example"},
      {"bc/t02-triple-ecdh-rawcms.der", "bob-p256", "S:gateway@hub.example E:bob@bravo.example S:alice@alpha.example"},
      {"bc/t04-triple-contentinfo.der", "bob-p256", "S:alice@alpha.example E:bob@bravo.example S:alice@alpha.example"},
  };
  for (const auto& row : rows) {
    Reader reader({&person(row.reader)});
    const auto found = reader.content(vector_of(row.file));
    ASSERT_TRUE(found) << row.file << found.error().text;
    EXPECT_EQ(shape(*found), row.shape) << row.file;
    EXPECT_EQ(found->content, plain()) << row.file;
    EXPECT_TRUE(found->layers[0].verdict.label && found->layers[2].verdict.label) << row.file;
    // Without a key: the outer signature is judged, the rest is given as it is.
    Reader stranger;
    const auto closed = stranger.content(vector_of(row.file));
    ASSERT_TRUE(closed);
    EXPECT_TRUE(shape(*closed).ends_with("E!no_recipient ...")) << shape(*closed);
  }
}

TEST(SmimeVectors, TripleWrapInMime) {
  Reader reader({&person("bob-rsa")});
  const auto found = reader.entity(vector_of("bc/t03-triple-mime.eml"));
  ASSERT_TRUE(found);
  EXPECT_EQ(shape(*found), "S:gateway@hub.example E:bob@bravo.example S:alice@alpha.example");
  EXPECT_EQ(found->content, plain());
}

TEST(SmimeVectors, Rfc4134) {
  Reader reader;
  reader.options.verify.trust = nullptr;
  const auto clear = reader.entity(vector_of("rfc4134/4.8.eml"));
  ASSERT_TRUE(clear);
  EXPECT_EQ(clear->layers[0].verdict.signers[0].result, "unsupported_algorithm");  // DSA is not built in
  EXPECT_EQ(as_text(with_crlf(clear->content)), "\r\nThis is some sample content.");
  const auto opaque = reader.entity(vector_of("rfc4134/4.9.eml"));
  ASSERT_TRUE(opaque);
  EXPECT_EQ(opaque->layers[0].verdict.signers[0].result, "unsupported_algorithm");
  EXPECT_EQ(as_text(opaque->content), "\r\nThis is some sample content.");
}

TEST(SmimeVectors, Rfc4134EnvelopedNeedsLegacy) {
  const Person bob(cms::test::certificate_4134("BobRSASignByCarl"),
                   cms::test::key_in("rfc4134/pki/BobPrivRSAEncrypt.pri"));
  Reader reader({&bob});
  const auto message = vector_of("rfc4134/5.3.eml");
  const auto refused = reader.entity(message);
  ASSERT_TRUE(refused);
  EXPECT_EQ(shape(*refused), "E!cipher_not_allowed ...");
  EXPECT_EQ(find(refused->content)->cms, find(message)->cms);
  reader.options.decrypt.legacy = true;
  EXPECT_EQ(as_text(reader.entity(message)->content), "This is some sample content.");
}

TEST(SmimeVectors, BareKinds) {
  Reader reader;
  EXPECT_EQ(as_text(reader.content(vector_of("rfc4134/3.1.bin"))->content), "This is some sample content.");
  EXPECT_EQ(as_text(reader.content(vector_of("rfc4134/3.2.bin"))->content), "This is some sample content.");
  const auto certificates = reader.content(vector_of("rfc4134/4.11.bin"));
  ASSERT_TRUE(certificates);
  EXPECT_TRUE(certificates->complete);
  EXPECT_EQ(certificates->layers[0].certificates.size(), 2U);
  // A detached signature without what it signs.
  const auto detached = reader.content(vector_of("openssl/s06-detached-rsa.der"));
  ASSERT_TRUE(detached);
  EXPECT_FALSE(detached->complete);
  EXPECT_EQ(detached->layers[0].verdict.signers[0].result, "no_content");
}

}  // namespace
}  // namespace longwire::crypto::smime
