// The examples of RFC 4134 and the samples of RFC 8551 section 3: old algorithms, all structures.
#include "crypto/cms/other_data.hpp"
#include "tests/unit/cms/people.hpp"

#include <gmock/gmock.h>

namespace longwire::crypto::cms::test {

namespace {

using ::testing::ElementsAre;

Bytes file(const std::string& name) { return vector_of("rfc4134/" + name); }
Bytes example() { return file("ExContent.bin"); }
Bytes with_empty_line(Bytes content) {
  content.insert(content.begin(), {'\r', '\n'});
  return content;
}
VerifyOptions no_path() { return {nullptr, {}, today}; }

Person bob() { return {certificate_4134("BobRSASignByCarl"), key_in("rfc4134/pki/BobPrivRSAEncrypt.pri")}; }

Result<Opened> open_by_bob(const EnvelopedData& data, bool legacy) {
  const auto reader = bob();
  SeededRandom random;
  DecryptOptions options;
  options.keys.push_back(reader.own());
  options.legacy = legacy;
  return decrypt(data, options, random);
}

TEST(Rfc4134, Data) {
  for (const auto* name : {"3.1.bin", "3.2.bin"}) {
    const auto info = decode_content_info(file(name));
    ASSERT_TRUE(info) << name;
    EXPECT_EQ(info->type, oid::data);
    EXPECT_EQ(*decode_data(info->content), example());
  }
}

TEST(Rfc4134, DsaIsNotSupportedAndTheContentStaysReadable) {
  for (const auto* name : {"4.1.bin", "4.4.bin", "4.6.bin", "4.7.bin", "4.10.bin"}) {
    const auto data = signed_in(file(name));
    EXPECT_EQ(data.content, example()) << name;
    const auto verdict = verify(data, std::nullopt, no_path());
    EXPECT_FALSE(verdict.any_good);
    EXPECT_FALSE(verdict.label);
    for (const auto& signer : verdict.signers) EXPECT_EQ(signer.result, "unsupported_algorithm") << name;
  }
  const auto detached = signed_in(file("4.3.bin"));
  EXPECT_FALSE(detached.content);
  EXPECT_EQ(verify(detached, example(), no_path()).signers[0].result, "unsupported_algorithm");
  EXPECT_EQ(signed_in(file("rfc8551-3.5.2-signed.der")).content, with_empty_line(example()));
}

TEST(Rfc4134, RsaIsGoodButWeak) {
  for (const auto* name : {"4.2.bin", "4.5.bin"}) {
    const auto data = signed_in(file(name));
    EXPECT_EQ(data.content, example());
    const auto verdict = verify(data, std::nullopt, no_path());
    ASSERT_EQ(verdict.signers.size(), 1U) << name;
    EXPECT_EQ(verdict.signers[0].result, "good") << verdict.signers[0].text;
    EXPECT_TRUE(verdict.signers[0].weak);
    EXPECT_THAT(verdict.signers[0].certificate->subject_text(), ::testing::HasSubstr("AliceRSA"));
    auto strict = no_path();
    strict.accept_weak = false;
    EXPECT_EQ(verify(data, std::nullopt, strict).signers[0].result, "weak_digest");
  }
}

TEST(Rfc4134, Countersignature) {
  const auto data = signed_in(file("4.4.bin"));
  EXPECT_EQ(data.crls.size(), 1U);
  const auto list = countersignatures(data.signers[0]);
  ASSERT_TRUE(list);
  ASSERT_EQ(list->size(), 1U);
  EXPECT_FALSE(list->front().signed_attributes->has(oid::content_type));
  auto options = no_path();
  options.known.push_back(certificate_4134("AliceRSASignByCarl"));
  const auto verdict = verify(data, std::nullopt, options);
  ASSERT_EQ(verdict.signers[0].countersigners.size(), 1U);
  const auto& countersigner = verdict.signers[0].countersigners[0];
  EXPECT_EQ(countersigner.result, "good") << countersigner.text;
  EXPECT_TRUE(countersigner.weak);
  EXPECT_TRUE(countersigner.signing_time);
  EXPECT_THAT(countersigner.certificate->subject_text(), ::testing::HasSubstr("AliceRSA"));
  // Of another signature it is none.
  auto other = data;
  other.signers[0].signature[3] ^= 1;
  EXPECT_EQ(verify(other, std::nullopt, options).signers[0].countersigners[0].result, "bad_digest");
}

TEST(Rfc4134, TwoSignersAndVersions) {
  const auto two = signed_in(file("4.6.bin"));
  ASSERT_EQ(two.signers.size(), 2U);
  EXPECT_EQ(to_hex(two.signers[0].id.serial), "00c8");
  EXPECT_EQ(to_hex(two.signers[1].id.serial), "00d2");
  const auto by_key = signed_in(file("4.7.bin"));
  EXPECT_EQ(by_key.version, 3);
  EXPECT_EQ(by_key.signers[0].version, 3);
  EXPECT_FALSE(by_key.signers[0].id.subject_key_id.empty());
}

TEST(Rfc4134, EveryAttributeOfEss) {
  const auto data = signed_in(file("4.10.bin"));
  const auto& attributes = *data.signers[0].signed_attributes;
  std::vector<std::string> types;
  for (const auto& attribute : attributes.list) types.push_back(attribute.type);
  EXPECT_THAT(types, ElementsAre(oid::content_type, oid::message_digest, "1.2.5555", oid::content_hints,
                                 oid::smime_capabilities, oid::security_label, oid::content_reference,
                                 oid::encryption_key_preference, oid::ml_expansion_history, oid::equivalent_labels));
  const auto value = [&](std::string_view type) { return *attributes.single(type); };
  EXPECT_EQ(value(oid::security_label), file("4.10-securityLabel.der"));
  const auto label = decode_label(value(oid::security_label));
  ASSERT_TRUE(label);
  EXPECT_EQ(label->policy, "1.2.3.4.5.6.7.8");
  EXPECT_EQ(label->classification, 1);
  EXPECT_EQ(label->mark, "THIS IS A PRIVACY MARK TEST");
  ASSERT_EQ(label->categories.size(), 1U);
  EXPECT_EQ(label->categories[0].type, "1.2.3.4.5.6.7.888");
  EXPECT_EQ(value(oid::equivalent_labels), file("4.10-equivalentLabels.der"));
  const auto equivalent = read_equivalent_labels(value(oid::equivalent_labels));
  ASSERT_TRUE(equivalent);
  ASSERT_EQ(equivalent->size(), 2U);
  EXPECT_EQ((*equivalent)[0].policy, "1.2.3.4.5.6.7.9");
  EXPECT_EQ((*equivalent)[1].policy, "1.2.3.4.5.6.7.10");
  EXPECT_EQ(value(oid::ml_expansion_history), file("4.10-mlExpansionHistory.der"));
  const auto history = read_expansion_history(value(oid::ml_expansion_history));
  ASSERT_TRUE(history) << history.error().text;
  ASSERT_EQ(history->size(), 1U);
  EXPECT_EQ(history->front().time, parse_utc("1999-03-11T10:44:33Z"));
  EXPECT_EQ(history->front().policy, 1);
  const auto hints = read_content_hints(value(oid::content_hints));
  ASSERT_TRUE(hints);
  EXPECT_FALSE(hints->description.empty());
}

TEST(Rfc4134, CertificatesOnly) {
  const auto data = signed_in(file("4.11.bin"));
  EXPECT_EQ(data.certificates.size(), 2U);
  EXPECT_EQ(data.crls.size(), 1U);
  EXPECT_TRUE(data.signers.empty());
  EXPECT_FALSE(data.content);
  EXPECT_FALSE(verify(data, std::nullopt, no_path()).all_good);
}

TEST(Rfc4134, Enveloped) {
  for (const auto* name : {"5.1.bin", "rfc8551-3.3-enveloped.der"}) {
    const auto data = enveloped_in(file(name));
    EXPECT_EQ(open_by_bob(data, false).error().name, "cipher_not_allowed");
    const auto opened = open_by_bob(data, true);
    ASSERT_TRUE(opened) << opened.error().name;
    EXPECT_EQ(octets_of(opened->content), example());
  }
  EXPECT_EQ(open_by_bob(enveloped_in(file("5.2.bin")), true).error().name, "unsupported_algorithm");
}

TEST(Rfc4134, Digested) {
  const auto info = decode_content_info(file("6.0.bin"));
  EXPECT_EQ(info->type, oid::digested_data);
  auto data = decode_digested_data(info->content);
  ASSERT_TRUE(data) << data.error().text;
  EXPECT_EQ(data->content, example());
  EXPECT_EQ(check_digest(*data, std::nullopt), "good");
  data->content->back() ^= 1;
  EXPECT_EQ(check_digest(*data, std::nullopt), "bad_digest");
}

TEST(Rfc4134, Encrypted) {
  const Secret key(*from_hex("737c791f25ead0e04629254352f7dc6291e5cb26917ada32"));
  for (const auto* name : {"7.1.bin", "7.2.bin"}) {
    const auto info = decode_content_info(file(name));
    EXPECT_EQ(info->type, oid::encrypted_data);
    const auto data = decode_encrypted_data(info->content);
    ASSERT_TRUE(data) << name << data.error().text;
    const auto opened = decrypt(*data, key, true);
    ASSERT_TRUE(opened) << opened.error().name;
    EXPECT_EQ(octets_of(*opened), example());
    EXPECT_EQ(decrypt(*data, key, false).error().name, "cipher_not_allowed");
    EXPECT_EQ(decrypt(*data, Secret(Bytes(24, 1)), true).error().name, "decryption_failed");
  }
  EXPECT_TRUE(
      decode_encrypted_data(decode_content_info(file("7.2.bin"))->content)->unprotected_attributes.has("1.2.5555"));
}

// ICVlen is absent, which means 12, and the tag has 16 octets: judged as long as it is (base of the decision:
// any tag of 12 to 16 octets is allowed there, and this one is right over all its octets).
TEST(Rfc8551, AuthEnvelopedWithATagLongerThanToldOpens) {
  auto data = enveloped_in(file("rfc8551-3.4-authenveloped.der"));
  EXPECT_TRUE(data.authenticated);
  EXPECT_EQ(data.mac.size(), 16U);
  const auto opened = open_by_bob(data, false);
  ASSERT_TRUE(opened) << opened.error().name;
  EXPECT_EQ(octets_of(opened->content), file("rfc8551-3.4-plain.txt"));
  data.mac[15] ^= 1;
  EXPECT_EQ(open_by_bob(data, false).error().name, "decryption_failed");
}

TEST(Rfc8551, TheFaultySignatureIsRefused) {
  const auto data = signed_in(file("rfc8551-3.5.3-signature.der"));
  auto content = example();
  content.insert(content.end(), {'\r', '\n'});
  const auto verdict = verify(data, content, no_path());
  ASSERT_EQ(verdict.signers.size(), 1U);
  EXPECT_EQ(verdict.signers[0].result, "unsupported_version");
}

}  // namespace

}  // namespace longwire::crypto::cms::test
