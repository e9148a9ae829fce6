// The boundary between two nations (ACP 145): signatures of one side are judged and taken off, labels translated, and
// the gateway signs for the other side.
#include "crypto/cms/content_info.hpp"
#include "tests/unit/security/security_nodes.hpp"

#include <gmock/gmock.h>

namespace longwire::security {
namespace {

using namespace test;
using testing::HasSubstr;
namespace smime = crypto::smime;

constexpr std::string_view test_policy = "1.3.6.1.4.1.99999.4406.1";
constexpr std::string_view ally_policy = "1.3.6.1.4.1.99999.4406.2";

SecurityLabel label(const std::string& name) { return *decode_label(read_vector("cms/labels/der/" + name + ".der")); }

SecurityConfig with_policy() {
  SecurityConfig config;
  config.spifs.push_back({"spif-test.xml", read_vector("cms/labels/spif-test.xml")});
  config.translators = {"gateway@hub.example"};
  return config;
}

struct Boundary : testing::Test {
  LabelRules rules = *LabelRules::make(with_policy());
  TestNode nation{"alpha.example", {"alice-p256"}, {"gateway-p256"}};
  TestNode gateway{"hub.example", {"gateway-p256"}, {"alice-p256", "bob-p256"}, with_policy(), &rules};
  TestNode ally{"bravo.example", {"bob-p256"}, {"gateway-p256"}};

  static Profile resign() {
    Profile p;
    p.name = "ally";
    p.resign = true;
    p.label_as = "ALLY";
    return p;
  }
  Bytes signed_mail(const std::string& name) {
    Profile sign;
    sign.sign = sign.clear_signed = true;
    auto parties = alice_to_bob();
    parties.label = label(name);
    return *nation.shaper->protect_mail(as_bytes(mail_text), sign, parties, today);
  }
  Result<Bytes> out(ByteView message, const std::string& name, Sent* sent = nullptr) {
    auto parties = alice_to_bob();
    parties.label = label(name);
    return gateway.shaper->protect_mail(message, resign(), parties, today, sent);
  }
};

TEST_F(Boundary, SignedAnewWithTheLabelOfTheOtherSide) {
  Sent sent;
  const auto wire = out(signed_mail("L08"), "L08", &sent);
  ASSERT_TRUE(wire) << wire.error().name << " " << wire.error().text;
  EXPECT_EQ(words_of(sent.words),
            "signature of alice@alpha.example good | its signature is taken off; the node signs | "
            "label translated to ALLY | signed by gateway@hub.example");
  ASSERT_TRUE(sent.label);
  EXPECT_EQ(sent.label->policy, ally_policy);
  Profile from_gateway;
  from_gateway.require_signature = true;
  from_gateway.gateway = {"gateway@hub.example"};
  const auto opened = ally.shaper->open_mail(*wire, &from_gateway, "alice@alpha.example", today);
  EXPECT_FALSE(opened.verdict.refusal);
  EXPECT_EQ(words_of(opened.verdict.words), "signature of gateway@hub.example good");
  EXPECT_EQ(opened.verdict.label, sent.label);
  EXPECT_TRUE(text_of(opened.message).ends_with("\r\n\r\n" + body_text));
  // The national label goes along as an equivalent, under the same signature, and in the history of the header.
  smime::OpenOptions options;
  options.verify.now = today;
  const auto found = smime::unwrap_entity(smime::split_message(*wire).entity, options, ally.random);
  EXPECT_EQ(found->layers[0].verdict.signers[0].equivalent_labels, std::vector{label("L08")});
  EXPECT_TRUE(contains(*wire, "SIO-Label: ")) << text_of(*wire);
}

TEST_F(Boundary, HeaderLabelIsReplacedWithItsHistory) {
  const auto labelled = rules.with_label(signed_mail("L05"), label("L05"), "alpha.example", today);
  const auto wire = out(labelled, "L05");
  ASSERT_TRUE(wire) << wire.error().text;
  EXPECT_TRUE(contains(*wire, "SIO-Label-History: ")) << text_of(*wire);
}

TEST_F(Boundary, LabelsWithoutEquivalentStayHere) {
  const auto refused = out(signed_mail("L11"), "L11");
  EXPECT_EQ(refused.error().name, "no_equivalent");
  const auto told = refusal_for(refused.error());
  EXPECT_EQ(told.text, "message does not meet the security policy");
  EXPECT_THAT(told.detail, HasSubstr("no_equivalent"));
}

TEST_F(Boundary, BadOrOtherSignaturesAreNotAnsweredFor) {
  auto changed = text_of(signed_mail("L05"));
  changed.replace(changed.find("82 percent"), 2, "28");
  EXPECT_EQ(out(as_bytes(changed), "L05").error().name, "signature_refused");
  // the message was let through under another label than the one that is signed
  EXPECT_EQ(out(signed_mail("L08"), "L05").error().name, "label_mismatch");
  // encrypted past the gateway
  Profile closed;
  closed.sign = true;
  closed.encrypt = Encrypt::gateway;
  closed.gateway = {"gateway@hub.example"};
  const auto open_to_us = nation.shaper->protect_mail(as_bytes(mail_text), closed, alice_to_bob(), today);
  EXPECT_TRUE(out(*open_to_us, "L05"));
  Profile past = closed;
  past.gateway = {"bob@bravo.example"};
  EXPECT_TRUE(
      nation.shaper->book().import(*crypto::read_certificate(read_vector("cms/pki/bob-p256.der")), {}, false, today));
  const auto sealed = nation.shaper->protect_mail(as_bytes(mail_text), past, alice_to_bob(), today);
  EXPECT_EQ(out(*sealed, "L05").error().name, "still_encrypted");
}

TEST_F(Boundary, LabelsFromThereBecomeOurs) {
  Profile sign;
  sign.sign = true;
  Parties parties{"bob@bravo.example", {"alice@alpha.example"}, label("L12")};
  const auto wire = ally.shaper->protect_mail(as_bytes(mail_text), sign, parties, today);
  Profile from_ally;
  from_ally.label_from = "ALLY";
  const auto opened = gateway.shaper->open_mail(*wire, &from_ally, "bob@bravo.example", today);
  EXPECT_FALSE(opened.verdict.refusal) << opened.verdict.refusal->detail;
  ASSERT_TRUE(opened.verdict.label);
  EXPECT_EQ(opened.verdict.label->policy, test_policy);
  EXPECT_EQ(opened.verdict.label->classification, 4);
  EXPECT_THAT(words_of(opened.verdict.words), HasSubstr("label translated from ALLY"));
  // without the profile it stays what it is, and access is decided by a policy that is not loaded
  EXPECT_EQ(gateway.shaper->open_mail(*wire, nullptr, "bob@bravo.example", today).verdict.label, label("L12"));
}

TEST_F(Boundary, LabelsThatCannotBecomeOursAreRefused) {
  Profile sign;
  sign.sign = true;
  auto strange = label("L12");
  strange.classification = 77;
  Parties parties{"bob@bravo.example", {"alice@alpha.example"}, strange};
  const auto wire = ally.shaper->protect_mail(as_bytes(mail_text), sign, parties, today);
  Profile from_ally;
  from_ally.label_from = "ALLY";
  const auto opened = gateway.shaper->open_mail(*wire, &from_ally, "bob@bravo.example", today);
  ASSERT_TRUE(opened.verdict.refusal);
  EXPECT_EQ(opened.verdict.refusal->status, "5.7.1");
}

TEST_F(Boundary, EquivalentsCountOnlyFromThoseWhoMayTranslate) {
  const auto wire = out(signed_mail("L08"), "L08");  // ALLY, with L08 as its equivalent, signed by the gateway
  const auto taken = gateway.shaper->open_mail(*wire, nullptr, "gateway@hub.example", today);
  EXPECT_EQ(taken.verdict.label, label("L08"));
  EXPECT_THAT(words_of(taken.verdict.words), HasSubstr("label taken as translated by gateway@hub.example"));
  auto config = with_policy();
  config.translators.clear();
  TestNode distrusting("other.example", {}, {"gateway-p256"}, config, &rules);
  EXPECT_EQ(distrusting.shaper->open_mail(*wire, nullptr, "gateway@hub.example", today).verdict.label->policy,
            ally_policy);
}

TEST_F(Boundary, X400ContentCrossesTheSameWay) {
  const Shaper::Content content{std::string(crypto::oid::p772), read_vector("cms/msg/big.bin")};
  Profile sign;
  sign.sign = true;
  auto parties = alice_to_bob();
  parties.label = label("L08");
  const auto national = nation.shaper->protect_content(content, sign, parties, today);
  Sent sent;
  const auto wire = gateway.shaper->protect_content(*national, resign(), parties, today, &sent);
  ASSERT_TRUE(wire) << wire.error().text;
  const auto opened = ally.shaper->open_content(*wire, nullptr, "alice@alpha.example", today);
  EXPECT_EQ(opened.content.octets, content.octets);
  EXPECT_EQ(opened.content.type, content.type);
  EXPECT_EQ(opened.verdict.label->policy, ally_policy);
  EXPECT_EQ(words_of(opened.verdict.words), "signature of gateway@hub.example good | not signed by the sender");
}

}  // namespace
}  // namespace longwire::security
