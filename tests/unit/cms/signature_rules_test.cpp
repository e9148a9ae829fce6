// The rules of signatures and signed attributes (security.md 3), each with a message that breaks it.
#include "tests/unit/cms/forge.hpp"

#include <gmock/gmock.h>

namespace longwire::crypto::cms::test {

namespace {

SecurityLabel label_of(int classification) { return {"1.3.6.1.4.1.99999.4406.1", classification, {}, {}}; }
Attribute label_attribute(int classification) {
  return {std::string(oid::security_label), {encode_label(label_of(classification))}};
}

class SignatureRules : public ::testing::Test {
 protected:
  SignatureRules() { message_.content = plain(); }

  SignatureVerdict with(const std::vector<Attribute>& attributes) {
    message_.signers = {{&alice_, encode_attributes(attributes), {}, 1, std::string(sha256_oid), {}}};
    return verdict_of(forge(message_));
  }
  std::vector<Attribute> usual(std::vector<Attribute> further = {}) const {
    auto out = usual_attributes(message_);
    out.insert(out.end(), further.begin(), further.end());
    return out;
  }
  std::string_view result_of(const std::vector<Attribute>& attributes) { return with(attributes).signers.at(0).result; }

  Person alice_{"alice-p256"};
  Person bob_{"bob-p256"};
  Forged message_;
};

TEST_F(SignatureRules, TheForgeMakesGoodOnes) {
  EXPECT_EQ(result_of(usual()), "good");
  message_.signers[0].attributes.reset();
  EXPECT_TRUE(verdict_of(forge(message_)).all_good);
}

TEST_F(SignatureRules, ContentTypeAndDigestAreThereAndRight) {
  auto list = usual();
  EXPECT_EQ(result_of({list[0]}), "missing_attribute");
  EXPECT_EQ(result_of({list[1]}), "missing_attribute");
  list[0].values = {write_oid(oid::signed_data)};
  EXPECT_EQ(result_of(list), "wrong_content_type");
  list = usual();
  list[1].values = {digest_attribute_value(to_bytes("another"))};
  EXPECT_EQ(result_of(list), "bad_digest");
  list[1].values = {write_oid(oid::data)};
  EXPECT_EQ(result_of(list), "bad_attribute");
  message_.signers = {{&alice_, unsorted({}), {}, 1, std::string(sha256_oid), {}}};
  EXPECT_EQ(verdict_of(forge(message_)).signers[0].result, "missing_attribute");
}

TEST_F(SignatureRules, WhatStandsOnceStandsOnce) {
  for (const auto type : {oid::content_type, oid::message_digest, oid::signing_time, oid::smime_capabilities,
                          oid::receipt_request, oid::security_label, oid::ml_expansion_history, oid::content_hints,
                          oid::content_identifier, oid::equivalent_labels, oid::content_reference,
                          oid::encryption_key_preference, oid::signing_certificate, oid::signing_certificate_v2}) {
    auto list = usual();
    const auto value = type == oid::content_type     ? list[0].values[0]
                       : type == oid::message_digest ? list[1].values[0]
                       : type == oid::security_label ? encode_label(label_of(2))
                                                     : write_signing_time(today);
    std::erase_if(list, [&](const Attribute& attribute) { return attribute.type == type; });
    auto twice = list, two_values = list, none = list;
    twice.insert(twice.end(), 2, Attribute{std::string(type), {value}});
    EXPECT_EQ(result_of(twice), "duplicate_attribute") << type;
    two_values.push_back({std::string(type), {value, value}});
    EXPECT_EQ(result_of(two_values), "duplicate_attribute") << type;
    none.push_back({std::string(type), {}});
    EXPECT_EQ(result_of(none), "bad_attribute") << type;
  }
  EXPECT_EQ(result_of(usual({{"1.2.5555", {write_oid("1.2")}}, {"1.2.5555", {write_oid("1.2")}}})), "good");
}

TEST_F(SignatureRules, OtherContentNeedsAttributes) {
  message_.content_type = oid::enveloped_data;
  EXPECT_EQ(result_of(usual()), "good");
  message_.signers[0].attributes.reset();
  EXPECT_EQ(verdict_of(forge(message_)).signers[0].result, "missing_attribute");
}

TEST_F(SignatureRules, AttributesAsContentAreRefused) {
  const auto attributes = encode_attributes(usual());
  message_.content = attributes;  // the signature over these attributes is right over this content too
  message_.signers = {{&alice_, {}, {}, 1, std::string(sha256_oid), {}}};
  EXPECT_EQ(verdict_of(forge(message_)).signers[0].result, "attributes_as_content");
  message_.content.back() ^= 1;  // whatever they say
  EXPECT_EQ(verdict_of(forge(message_)).signers[0].result, "attributes_as_content");
  message_.content[0] = 0x30;  // another element is content as any other
  EXPECT_EQ(verdict_of(forge(message_)).signers[0].result, "good");
}

TEST_F(SignatureRules, OrderOfAttributes) {
  const auto list = usual({label_attribute(3)});
  const auto sorted = encode_attributes(list);
  auto reversed = list;
  std::reverse(reversed.begin(), reversed.end());
  const auto as_sent = unsorted(sorted == unsorted(list) ? reversed : list);
  ASSERT_NE(as_sent, sorted);
  for (const auto& hashed : {as_sent, sorted}) {
    message_.signers = {{&alice_, as_sent, hashed, 1, std::string(sha256_oid), {}}};
    const auto verdict = verdict_of(forge(message_));
    EXPECT_TRUE(verdict.all_good);
    EXPECT_EQ(verdict.label, label_of(3));
    EXPECT_EQ(verdict.signers[0].signed_attributes_digest, hash(Digest::sha256, hashed));
  }
  message_.signers = {{&alice_, as_sent, to_bytes("something else"), 1, std::string(sha256_oid), {}}};
  EXPECT_EQ(verdict_of(forge(message_)).signers[0].result, "bad_signature");
}

TEST_F(SignatureRules, LabelsThatCannotBeReadSpoilTheSignature) {
  EXPECT_EQ(result_of(usual({{std::string(oid::security_label), {write_oid("1.2")}}})), "bad_attribute");
  const auto without_policy = encode_label({{}, 3, {}, {}});
  EXPECT_EQ(result_of(usual({{std::string(oid::security_label), {without_policy}}})), "bad_attribute");
  EXPECT_EQ(result_of(usual({{std::string(oid::equivalent_labels), {write_oid("1.2")}}})), "bad_attribute");
  EXPECT_FALSE(with(usual({{std::string(oid::security_label), {without_policy}}})).label);
}

TEST_F(SignatureRules, EquivalentLabelsOfOnePolicyAreNone) {
  auto other = label_of(2);
  other.policy = "1.2.3";
  const auto equivalent = [&](const std::vector<SecurityLabel>& list) {
    return with(usual({label_attribute(3), {std::string(oid::equivalent_labels), {write_equivalent_labels(list)}}}));
  };
  EXPECT_THAT(equivalent({other}).signers[0].equivalent_labels, ::testing::ElementsAre(other));
  EXPECT_TRUE(equivalent({other, other}).signers[0].equivalent_labels.empty());
  EXPECT_TRUE(equivalent({label_of(1)}).signers[0].equivalent_labels.empty());
  EXPECT_TRUE(equivalent({other, other}).all_good);
}

TEST_F(SignatureRules, LabelsOfUnsignedAttributesAreNotLookedAt) {
  message_.signers = {
      {&alice_, encode_attributes(usual()), {}, 1, std::string(sha256_oid), encode_attributes({label_attribute(1)})}};
  const auto verdict = verdict_of(forge(message_));
  EXPECT_TRUE(verdict.all_good);
  EXPECT_FALSE(verdict.label);
}

TEST_F(SignatureRules, SignersMustAgreeOnTheLabel) {
  const auto both = [&](std::vector<Attribute> first, std::vector<Attribute> second) {
    message_.signers = {{&alice_, encode_attributes(usual(std::move(first))), {}, 1, std::string(sha256_oid), {}},
                        {&bob_, encode_attributes(usual(std::move(second))), {}, 1, std::string(sha256_oid), {}}};
    return verdict_of(forge(message_));
  };
  EXPECT_EQ(both({label_attribute(3)}, {label_attribute(3)}).label, label_of(3));
  EXPECT_FALSE(both({label_attribute(3)}, {label_attribute(3)}).labels_disagree);
  for (const auto& other : {std::vector<Attribute>{}, {label_attribute(2)}}) {
    const auto verdict = both({label_attribute(3)}, other);
    EXPECT_TRUE(verdict.all_good);
    EXPECT_TRUE(verdict.labels_disagree);
    EXPECT_FALSE(verdict.label);
  }
}

TEST_F(SignatureRules, LabelsOfBadSignersDoNotCount) {
  message_.signers = {
      {&alice_, encode_attributes(usual({label_attribute(1)})), to_bytes("x"), 1, std::string(sha256_oid), {}},
      {&bob_, encode_attributes(usual({label_attribute(3)})), {}, 1, std::string(sha256_oid), {}}};
  const auto verdict = verdict_of(forge(message_));
  EXPECT_FALSE(verdict.all_good);
  EXPECT_TRUE(verdict.any_good);
  EXPECT_EQ(verdict.label, label_of(3));
  EXPECT_FALSE(verdict.signers[0].label);
}

TEST_F(SignatureRules, WhatIsUnknownSpoilsOneSignerOnly) {
  message_.signers = {{&alice_, encode_attributes(usual()), {}, 7, std::string(sha256_oid), {}},
                      {&alice_, encode_attributes(usual()), {}, 1, "1.2.3.4", {}},
                      {&bob_, encode_attributes(usual()), {}, 1, std::string(sha256_oid), {}}};
  const auto verdict = verdict_of(forge(message_));
  ASSERT_EQ(verdict.signers.size(), 3U);
  EXPECT_EQ(verdict.signers[0].result, "unsupported_version");
  EXPECT_EQ(verdict.signers[1].result, "unsupported_algorithm");
  EXPECT_EQ(verdict.signers[2].result, "good");
  EXPECT_FALSE(verdict.all_good);
}

// RFC 5652 5.1: one good signature of a signer with several is enough.
TEST_F(SignatureRules, OneGoodSignatureOfASigner) {
  message_.signers = {{&alice_, encode_attributes(usual()), {}, 1, "1.2.3.4", {}},
                      {&alice_, encode_attributes(usual()), {}, 1, std::string(sha256_oid), {}}};
  EXPECT_TRUE(verdict_of(forge(message_)).all_good);
}

TEST_F(SignatureRules, SigningCertificate) {
  const auto v2 = [](const CertificatePtr& certificate) {
    return Attribute{std::string(oid::signing_certificate_v2), {write_signing_certificate_v2(certificate->der)}};
  };
  EXPECT_EQ(result_of(usual({v2(alice_.certificate)})), "good");
  EXPECT_EQ(result_of(usual({v2(bob_.certificate)})), "signing_certificate_mismatch");
  EXPECT_EQ(result_of(usual({{std::string(oid::signing_certificate_v2), {write_oid("1.2")}}})), "bad_attribute");
  ber::Writer v1;  // SHA-1 of the certificate; both attributes there: each is judged
  v1.begin(ber::sequence_tag);
  v1.begin(ber::sequence_tag);
  v1.begin(ber::sequence_tag);
  v1.primitive(ber::octet_string_tag, hash(Digest::sha1, alice_.certificate->der));
  v1.end();
  v1.end();
  v1.end();
  const Attribute first{std::string(oid::signing_certificate), {v1.finish()}};
  EXPECT_EQ(result_of(usual({first})), "good");
  EXPECT_EQ(result_of(usual({first, v2(alice_.certificate)})), "good");
  EXPECT_EQ(result_of(usual({first, v2(bob_.certificate)})), "signing_certificate_mismatch");
}

// RFC 5035 2: another certificate with the same key may be the one that was meant.
TEST_F(SignatureRules, SigningCertificateOfTheSameKey) {
  auto renewed = std::make_shared<Certificate>(*alice_.certificate);
  renewed->der.push_back(0);
  renewed->serial = {0x77};
  message_.signers = {{&alice_,
                       encode_attributes(usual(
                           {{std::string(oid::signing_certificate_v2), {write_signing_certificate_v2(renewed->der)}}})),
                       {},
                       1,
                       std::string(sha256_oid),
                       {}}};
  EXPECT_EQ(verdict_of(forge(message_)).signers[0].result, "signing_certificate_mismatch");
  const auto verdict = verdict_of(forge(message_), {renewed});
  EXPECT_TRUE(verdict.all_good);
  EXPECT_EQ(verdict.signers[0].certificate, renewed);
}

// RFC 8551 2.6: several certificates may share a key identifier.
TEST_F(SignatureRules, KeyIdentifierOfSeveralCertificates) {
  const auto data = signed_in(vector_of("openssl/s04-signed-rsapss-ski.der"));
  auto other = std::make_shared<Certificate>(*bob_.certificate);
  other->subject_key_id = data.signers[0].id.subject_key_id;
  const auto verdict = verify(data, std::nullopt, {nullptr, {other, certificate("alice-rsa")}, today});
  EXPECT_TRUE(verdict.all_good);
  EXPECT_EQ(verdict.signers[0].certificate->serial_text(), "1001");
  auto bare = data;
  bare.certificates.clear();
  EXPECT_EQ(verify(bare, std::nullopt, {nullptr, {other}, today}).signers[0].result, "unsupported_algorithm");
}

TEST_F(SignatureRules, UsageOfTheCertificate) {
  auto encryption_only = std::make_shared<Certificate>(*alice_.certificate);
  encryption_only->usage = key_usage::key_agreement;
  message_.signers = {{&alice_, encode_attributes(usual()), {}, 1, std::string(sha256_oid), {}}};
  const auto data = decode_signed_data(forge(message_));
  EXPECT_EQ(verify(*data, std::nullopt, {nullptr, {encryption_only}, today}).signers[0].result, "wrong_usage");
  auto server = std::make_shared<Certificate>(*alice_.certificate);
  server->extended_usage = {"1.3.6.1.5.5.7.3.1"};
  EXPECT_EQ(verify(*data, std::nullopt, {nullptr, {server}, today}).signers[0].result, "wrong_usage");
}

TEST_F(SignatureRules, TimeOfTheCheck) {
  const auto data = signed_in(vector_of("openssl/s01-signed-rsa-sha256.der"));
  const auto store = trust();
  EXPECT_EQ(verify(data, std::nullopt, {&store, {}, from_unix(0)}).signers[0].result, "not_yet_valid");
  EXPECT_EQ(verify(data, std::nullopt, {&store, {}, *parse_utc("2100-01-01T00:00:00Z")}).signers[0].result, "expired");
  const TrustStore nobody;
  EXPECT_EQ(verify(data, std::nullopt, {&nobody, {}, today}).signers[0].result, "untrusted_issuer");
}

// Old .NET: the content is no OCTET STRING; its value octets are hashed (RFC 5652 5.2.1).
TEST_F(SignatureRules, ContentOfPkcs7) {
  const auto layer = encode_content_info(oid::data, write_octets(to_bytes("inside")));
  const auto doc = ber::Document::read(layer);
  message_.content_type = oid::content_info;
  const auto value = doc->content(0);
  message_.content.assign(value.begin(), value.end());
  message_.raw_content = layer;
  message_.signers = {{&alice_, encode_attributes(usual()), {}, 1, std::string(sha256_oid), {}}};
  const auto octets = forge(message_);
  EXPECT_TRUE(verdict_of(octets).all_good);
  EXPECT_EQ(decode_signed_data(octets)->content, layer);
  EXPECT_TRUE(decode_layer(oid::content_info, *decode_signed_data(octets)->content));
}

// The tag of data changed from OCTET STRING to SEQUENCE: what is hashed stays, what would come out does not.
TEST_F(SignatureRules, DataOfPkcs7IsNone) {
  message_.content = {2, 1, 5};
  message_.raw_content = Bytes{0x30, 3, 2, 1, 5};
  message_.signers = {{&alice_, encode_attributes(usual()), {}, 1, std::string(sha256_oid), {}}};
  EXPECT_EQ(decode_signed_data(forge(message_)).error().name, "bad_cms");
  message_.content_type = "1.2.3";
  message_.raw_content = Bytes{0x31, 3, 2, 1, 5};
  EXPECT_EQ(decode_signed_data(forge(message_)).error().name, "bad_cms");
}

TEST_F(SignatureRules, DetachedContentIsNeeded) {
  const auto data = signed_in(vector_of("openssl/s06-detached-rsa.der"));
  EXPECT_EQ(verify(data, std::nullopt, {nullptr, {}, today}).signers[0].result, "no_content");
  EXPECT_EQ(verify(data, to_bytes("other"), {nullptr, {}, today}).signers[0].result, "bad_digest");
}

}  // namespace

}  // namespace longwire::crypto::cms::test
