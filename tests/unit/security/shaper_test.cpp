#include "crypto/cms/content_info.hpp"
#include "mail/message.hpp"
#include "node/security/shaper_impl.hpp"
#include "tests/unit/security/security_nodes.hpp"

#include <gmock/gmock.h>

namespace longwire::security {
namespace {

using namespace test;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
namespace oid = crypto::oid;
namespace smime = crypto::smime;

// alpha signs for alice and, as a gateway, for itself; bravo holds the keys of bob; the relay has none.
struct Fleet : testing::Test {
  TestNode alpha{"alpha.example",
                 {"gateway-p256", "gateway-rsa", "alice-p256", "alice-rsa"},
                 {"bob-p256", "bob-rsa", "alice-p256"}};
  TestNode bravo{"bravo.example", {"bob-p256", "bob-rsa"}, {"alice-p256", "alice-rsa", "gateway-p256", "gateway-rsa"}};
  TestNode relay{"relay.example", {}, {"gateway-p256", "gateway-rsa"}};

  static Profile triple() {
    Profile p;
    p.name = "triple";
    p.sign = p.outer_sign = true;
    p.encrypt = Encrypt::recipient;
    return p;
  }
  Bytes protect(const Profile& profile, std::string_view message = mail_text, Sent* sent = nullptr) {
    auto out = alpha.shaper->protect_mail(as_bytes(message), profile, alice_to_bob(), today, sent);
    EXPECT_TRUE(out) << out.error().name << " " << out.error().text;
    return out ? *std::move(out) : Bytes{};
  }
  Shaper::OpenedMail open(ByteView message, const Profile* profile = nullptr) {
    return bravo.shaper->open_mail(message, profile, "alice@alpha.example", today);
  }
};

TEST_F(Fleet, TripleWrapFromPlainMailToPlainMail) {
  Sent sent;
  const auto wire = protect(triple(), mail_text, &sent);
  EXPECT_FALSE(contains(wire, "Fuel state 82"));
  EXPECT_TRUE(contains(wire, "Subject: Fuel state\r\n"));  // outside, as the documentation says
  EXPECT_EQ(words_of(sent.words),
            "encrypted for bob@bravo.example | signed by alice@alpha.example | outer signature by gateway@hub.example");
  auto profile = triple();
  profile.require_signature = profile.require_encryption = true;
  const auto opened = open(wire, &profile);
  EXPECT_FALSE(opened.verdict.refusal) << opened.verdict.refusal->detail;
  EXPECT_TRUE(opened.verdict.is_protected && opened.verdict.opened && opened.verdict.signed_good &&
              opened.verdict.encrypted);
  EXPECT_THAT(opened.verdict.signers, ElementsAre("alice@alpha.example", "gateway@hub.example"));
  EXPECT_EQ(words_of(opened.verdict.words),
            "outer signature of gateway@hub.example good | encrypted for bob@bravo.example | "
            "signature of alice@alpha.example good");
  EXPECT_EQ(text_of(opened.message),
            "Authentication-Results: bravo.example; smime=pass (outer signature of\r\n"
            " gateway@hub.example good; encrypted for bob@bravo.example; signature of\r\n"
            " alice@alpha.example good) body.smime-identifier=alice@alpha.example\r\n" +
                mail_text.substr(0, mail_text.find("MIME-Version")) + mail_text.substr(mail_text.find("MIME-Version")));
}

TEST_F(Fleet, EveryProfileIsOpenedAgain) {
  int kinds = 0;
  for (const bool sign : {false, true})
    for (const bool outer : {false, true})
      for (const auto encrypt : {Encrypt::off, Encrypt::recipient, Encrypt::gateway})
        for (const bool compact : {false, true})
          for (const std::string cipher : {"aes128-cbc", "aes256-gcm"}) {
            Profile p;
            p.sign = sign;
            p.outer_sign = outer;
            p.encrypt = encrypt;
            p.compact = compact;
            p.cipher = cipher;
            p.clear_signed = !compact;
            p.oaep = p.pss = cipher == "aes256-gcm";
            if (encrypt == Encrypt::gateway) p.gateway = {"bob@bravo.example"};
            const auto wire = protect(p);
            const auto opened = open(wire);
            const bool any = sign || outer || encrypt != Encrypt::off;
            EXPECT_EQ(opened.verdict.is_protected, any);
            EXPECT_EQ(opened.verdict.encrypted, encrypt != Encrypt::off);
            EXPECT_EQ(opened.verdict.signed_good, sign || outer);
            EXPECT_TRUE(text_of(opened.message).ends_with("\r\n\r\n" + body_text)) << text_of(opened.message);
            if (!any) {
              EXPECT_EQ(text_of(wire), mail_text);
              EXPECT_EQ(text_of(opened.message), mail_text);
            }
            ++kinds;
          }
  EXPECT_EQ(kinds, 48);
}

TEST_F(Fleet, RelayWithoutKeysPassesItOnUntouched) {
  for (const bool compact : {false, true}) {
    auto profile = triple();
    profile.compact = compact;
    const auto wire = protect(profile);
    auto asked = triple();
    asked.require_signature = asked.require_encryption = true;
    asked.gateway = {"gateway@hub.example"};
    const auto opened = relay.shaper->open_mail(wire, &asked, "alice@alpha.example", today);
    EXPECT_EQ(opened.message, wire);
    EXPECT_FALSE(opened.verdict.opened);
    EXPECT_TRUE(opened.verdict.encrypted);
    EXPECT_FALSE(opened.verdict.refusal);
    EXPECT_THAT(words_of(opened.verdict.words), HasSubstr("encrypted, not opened: no_recipient"));
    // and it is not encrypted once more on the way, whatever the profile of the next hop
    const auto again = alpha.shaper->protect_mail(wire, triple(), alice_to_bob(), today);
    EXPECT_EQ(*again, wire);
  }
}

TEST_F(Fleet, SignedMailOfAClientIsKeptOctetForOctet) {
  Profile sign;
  sign.sign = sign.clear_signed = true;
  const auto signed_mail = protect(sign);
  const auto inside = smime::find(signed_mail)->detached;
  const auto wire = protect(triple(), as_text(signed_mail));
  Profile keep;
  keep.extract = Extract::encryption;
  const auto opened = open(wire, &keep);
  EXPECT_EQ(smime::find(opened.message)->detached, inside);
  EXPECT_EQ(smime::find(opened.message)->cms, smime::find(signed_mail)->cms);
  EXPECT_EQ(smime::split_message(opened.message).entity, smime::split_message(signed_mail).entity);
}

TEST_F(Fleet, ExtractOnlyAsFarAsTheProfileSays) {
  const auto wire = protect(triple());
  Profile p;
  p.extract = Extract::nothing;
  const auto nothing = open(wire, &p);
  EXPECT_TRUE(nothing.verdict.opened && nothing.verdict.signed_good);
  EXPECT_TRUE(contains(nothing.message, "Authentication-Results: bravo.example; smime=pass"));
  EXPECT_EQ(smime::split_message(nothing.message).entity, smime::split_message(wire).entity);
  p.extract = Extract::encryption;
  const auto kept = open(wire, &p);
  EXPECT_EQ(smime::find(kept.message)->kind, smime::Kind::signed_opaque);
  EXPECT_FALSE(contains(kept.message, "Fuel state 82"));
  // bare layers of the compact profile too
  auto compact = triple();
  compact.compact = true;
  const auto bare = open(protect(compact), &p);
  EXPECT_EQ(smime::find(bare.message)->kind, smime::Kind::signed_opaque);
  EXPECT_TRUE(open(bare.message).verdict.signed_good);
}

TEST_F(Fleet, ClientAndGatewayBothGetTheKey) {  // server to client
  auto profile = triple();
  profile.gateway = {"alice@alpha.example"};
  const auto wire = protect(profile);
  EXPECT_TRUE(open(wire).verdict.opened);
  EXPECT_TRUE(alpha.shaper->open_mail(wire, nullptr, "alice@alpha.example", today).verdict.opened);
  profile.gateway = {};
  profile.originator = true;
  EXPECT_TRUE(alpha.shaper->open_mail(protect(profile), nullptr, "alice@alpha.example", today).verdict.opened);
  profile.originator = false;
  EXPECT_FALSE(alpha.shaper->open_mail(protect(profile), nullptr, "alice@alpha.example", today).verdict.opened);
}

TEST_F(Fleet, WithoutCertificateNothingGoesClearUnlessTheProfileSaysSo) {
  auto profile = triple();
  Parties parties = alice_to_bob();
  parties.to = {"bob@bravo.example", "carol@bravo.example"};
  const auto refused = alpha.shaper->protect_mail(as_bytes(mail_text), profile, parties, today);
  EXPECT_EQ(refused.error().name, "no_certificate");
  EXPECT_THAT(refused.error().text, HasSubstr("carol@bravo.example"));
  EXPECT_THAT(refused.error().text, Not(HasSubstr("bob@")));
  EXPECT_THAT(alpha.shaper->without_certificate(profile, parties.to, today), ElementsAre("carol@bravo.example"));
  profile.no_certificate = NoCertificate::clear;
  // Not with bob in the same message: he could have it encrypted.
  EXPECT_EQ(alpha.shaper->protect_mail(as_bytes(mail_text), profile, parties, today).error().name, "no_certificate");
  parties.to = {"carol@bravo.example"};
  Sent sent;
  const auto clear = alpha.shaper->protect_mail(as_bytes(mail_text), profile, parties, today, &sent);
  ASSERT_TRUE(clear);
  EXPECT_FALSE(open(*clear).verdict.encrypted);
  EXPECT_TRUE(open(*clear).verdict.signed_good);
  EXPECT_THAT(words_of(sent.words), HasSubstr("not encrypted, as the profile allows"));
}

TEST_F(Fleet, OnlyTheKindsTheProfileNames) {
  auto profile = triple();
  profile.only = {"signed"};
  EXPECT_EQ(text_of(protect(profile)), mail_text);
  Profile sign;
  sign.sign = true;
  EXPECT_TRUE(open(protect(profile, as_text(protect(sign)))).verdict.encrypted);
}

TEST_F(Fleet, WhatTheProfileDemandsIsRefusedWithoutDetail) {
  Profile demands;
  demands.require_signature = true;
  const auto plain = open(as_bytes(mail_text), &demands);
  ASSERT_TRUE(plain.verdict.refusal);
  EXPECT_EQ(plain.verdict.refusal->status, "5.7.1");
  EXPECT_EQ(text_of(plain.message), mail_text);
  Profile encrypt;
  encrypt.encrypt = Encrypt::recipient;
  EXPECT_TRUE(open(protect(encrypt), &demands).verdict.refusal);
  Profile sign;
  sign.sign = true;
  EXPECT_FALSE(open(protect(sign), &demands).verdict.refusal);
  demands.require_encryption = true;
  EXPECT_TRUE(open(protect(sign), &demands).verdict.refusal);
}

TEST_F(Fleet, ASignatureOfSomebodyElseIsNotTheSenders) {
  Profile sign;
  sign.sign = true;
  const auto wire = protect(sign);
  Profile demands;
  demands.require_signature = true;
  auto forged = text_of(wire);
  forged.replace(forged.find("Alice <alice@alpha.example>"), 27, "mallory@alpha.example");
  const auto opened = bravo.shaper->open_mail(as_bytes(forged), &demands, "mallory@alpha.example", today);
  ASSERT_TRUE(opened.verdict.refusal);
  EXPECT_THAT(words_of(opened.verdict.words), HasSubstr("not signed by the sender"));
  // A gateway may answer for its users where the profile names it.
  demands.gateway = {"alice@alpha.example"};
  EXPECT_FALSE(bravo.shaper->open_mail(as_bytes(forged), &demands, "mallory@alpha.example", today).verdict.refusal);
  demands.require_signature = false;
  demands.gateway = {};
  EXPECT_TRUE(contains(bravo.shaper->open_mail(as_bytes(forged), &demands, "mallory@alpha.example", today).message,
                       "smime=policy"));
}

TEST_F(Fleet, TheFromThatPeopleSeeIsTheOneThatCounts) {
  Profile sign;
  sign.sign = true;
  auto forged = mail_text;
  forged.replace(forged.find("alice@alpha.example"), 19, "admiral@alpha.example");
  // Signed by alice, sent by alice, and it says it is from the admiral; in the header, and in a message inside.
  for (const bool whole : {false, true}) {
    sign.wrap_message = whole;
    auto wire = text_of(protect(sign, forged));
    if (whole) wire.replace(wire.find("admiral"), 7, "alice");
    const auto opened = open(as_bytes(wire));
    EXPECT_TRUE(opened.verdict.signed_good);
    EXPECT_FALSE(opened.verdict.by_sender);
    EXPECT_TRUE(contains(opened.message, "smime=policy"));
    EXPECT_TRUE(contains(opened.message, "admiral@alpha.example"));
  }
  sign.wrap_message = false;
  const auto two = "From: alice@alpha.example\r\n" + text_of(protect(sign));
  EXPECT_FALSE(open(as_bytes(two)).verdict.by_sender);
}

TEST_F(Fleet, ABadSignatureStaysOnTheMessage) {
  Profile sign;
  sign.sign = sign.clear_signed = true;
  auto text = text_of(protect(sign));
  text.replace(text.find("82 percent"), 2, "28");
  const auto opened = open(as_bytes(text));
  EXPECT_FALSE(opened.verdict.signed_good);
  EXPECT_TRUE(contains(opened.message, "smime=fail"));
  EXPECT_TRUE(contains(opened.message, "multipart/signed"));
  EXPECT_THAT(words_of(opened.verdict.words), HasSubstr("bad_digest"));
}

TEST_F(Fleet, ForgedResultsAreTakenOut) {
  const std::string forged = "Authentication-Results: (really) bravo.example; smime=pass\r\n";
  const std::string foreign = "Authentication-Results: other.example; spf=pass\r\n";
  const auto opened = open(as_bytes(forged + foreign + mail_text));
  EXPECT_EQ(text_of(opened.message), foreign + mail_text);
  EXPECT_THAT(words_of(opened.verdict.words), HasSubstr("forged"));
  // also those inside of a protected message
  auto profile = triple();
  profile.wrap_message = true;
  const auto inner = open(protect(profile, forged + mail_text));
  EXPECT_FALSE(contains(inner.message, "(really)"));
}

TEST_F(Fleet, WholeMessageInsideHidesTheSubject) {
  auto profile = triple();
  profile.wrap_message = true;
  const auto wire = protect(profile);
  EXPECT_FALSE(contains(wire, "Subject: Fuel state"));
  EXPECT_TRUE(contains(wire, "Subject: [...]"));
  const auto opened = open(as_bytes("Received: from x by y\r\n" + text_of(wire)));
  EXPECT_TRUE(contains(opened.message, "Received: from x by y\r\n"));  // the way it took
  EXPECT_TRUE(contains(opened.message, "Subject: Fuel state\r\n"));
  EXPECT_FALSE(contains(opened.message, "[...]"));
  EXPECT_EQ(mail::HeaderView(opened.message).count("Received"), 2U);  // each once
  EXPECT_TRUE(text_of(opened.message).ends_with("\r\n\r\n" + body_text));
}

TEST_F(Fleet, CompactMailIsBinaryAndSmall) {
  auto compact = triple();
  compact.compact = true;
  const auto wire = protect(compact);
  EXPECT_LT(wire.size(), mail_text.size() + 900);
  EXPECT_LT(wire.size(), protect(triple()).size() / 5);
  EXPECT_TRUE(contains(wire, "Content-Transfer-Encoding: binary"));
  // Into a transport without binary: the same object in base64.
  EXPECT_TRUE(open(smime::transfer_as(wire, smime::Transfer::base64)).verdict.signed_good);
}

TEST_F(Fleet, CertificatesAreHarvestedFromGoodMailOnly) {
  TestNode charlie("charlie.example", {"bob-p256"}, {});
  EXPECT_EQ(charlie.shaper->without_certificate(triple(), {"alice@alpha.example"}, today).size(), 1U);
  Profile sign;
  sign.sign = sign.clear_signed = true;
  auto text = text_of(protect(sign));
  auto changed = text;
  changed.replace(changed.find("82 percent"), 2, "28");
  (void)charlie.shaper->open_mail(as_bytes(changed), nullptr, "alice@alpha.example", today);
  EXPECT_EQ(charlie.shaper->without_certificate(triple(), {"alice@alpha.example"}, today).size(), 1U);
  (void)charlie.shaper->open_mail(as_bytes(text), nullptr, "alice@alpha.example", today);
  EXPECT_TRUE(charlie.shaper->without_certificate(triple(), {"alice@alpha.example"}, today).empty());
}

TEST_F(Fleet, X400ContentGoesThroughBare) {
  const Shaper::Content content{std::string(oid::p772), read_vector("cms/msg/big.bin")};
  for (const bool compact : {false, true}) {
    auto profile = triple();
    profile.compact = compact;
    Sent sent;
    const auto wire = alpha.shaper->protect_content(content, profile, alice_to_bob(), today, &sent);
    ASSERT_TRUE(wire) << wire.error().text;
    EXPECT_EQ(wire->type, oid::content_info);
    EXPECT_EQ(alpha.shaper->protect_content(*wire, profile, alice_to_bob(), today)->octets, wire->octets);
    const auto through = relay.shaper->open_content(*wire, nullptr, "alice@alpha.example", today);
    EXPECT_EQ(through.content.octets, wire->octets);
    const auto opened = bravo.shaper->open_content(*wire, nullptr, "alice@alpha.example", today);
    EXPECT_EQ(opened.content.type, content.type);
    EXPECT_EQ(opened.content.octets, content.octets);
    EXPECT_TRUE(opened.verdict.signed_good && opened.verdict.opened && !opened.verdict.refusal);
    Profile keep;
    keep.extract = Extract::encryption;
    const auto kept = bravo.shaper->open_content(*wire, &keep, "alice@alpha.example", today);
    EXPECT_EQ(kept.content.type, oid::content_info);
    EXPECT_TRUE(bravo.shaper->open_content(kept.content, nullptr, "alice@alpha.example", today).verdict.signed_good);
  }
  // The integers of P1 have object identifiers in CMS.
  const auto p22 = alpha.shaper->protect_content({"22", content.octets}, triple(), alice_to_bob(), today);
  EXPECT_EQ(bravo.shaper->open_content(*p22, nullptr, "alice@alpha.example", today).content.type, oid::p22);
  EXPECT_EQ(alpha.shaper->protect_content({"35", content.octets}, triple(), alice_to_bob(), today).error().name,
            "unsupported_content");
  const auto clear = alpha.shaper->protect_content(content, Profile{}, alice_to_bob(), today);
  EXPECT_EQ(clear->octets, content.octets);
  EXPECT_EQ(clear->type, content.type);
}

TEST_F(Fleet, SignedReceiptComesBackAndFits) {
  auto profile = triple();
  profile.request_receipt = true;
  Sent sent;
  const auto wire = protect(profile, mail_text, &sent);
  ASSERT_FALSE(sent.expected_receipt.empty());
  Profile gives;
  EXPECT_FALSE(open(wire, &gives).receipt_asked);  // not by this profile
  gives.receipts = true;
  const auto opened = open(wire, &gives);
  ASSERT_TRUE(opened.receipt_asked);
  const auto receipt = bravo.shaper->answer_receipt(*opened.receipt_asked, "bob@bravo.example", today);
  ASSERT_TRUE(receipt);
  EXPECT_THAT(receipt->to, ElementsAre("alice@alpha.example"));
  EXPECT_TRUE(contains(receipt->message, "smime-type=signed-receipt"));
  const auto back = alpha.shaper->open_mail(receipt->message, nullptr, "bob@bravo.example", today);
  ASSERT_TRUE(back.receipt);
  EXPECT_EQ(alpha.shaper->receipt_result(*back.receipt, sent.expected_receipt), "good");
  // of another message
  Sent other;
  (void)protect(profile, mail_text, &other);
  EXPECT_EQ(alpha.shaper->receipt_result(*back.receipt, other.expected_receipt), "unknown");
  EXPECT_EQ(alpha.shaper->receipt_result(*back.receipt, {}), "unknown");
}

TEST(ShaperMake, NamesTheFileAtFault) {
  store::Store store(":memory:");
  SeededRandom random("x");
  SecurityConfig config;
  config.keys.push_back(key_config("bob-p256"));
  config.keys[0].key = key_config("alice-p256").key;
  const auto mismatch = Shaper::make(config, store, random);
  EXPECT_EQ(mismatch.error().name, "key_mismatch");
  EXPECT_THAT(mismatch.error().text, HasSubstr("bob-p256.crt"));
  config.keys[0].certificate.octets = to_bytes("nothing");
  EXPECT_THAT(Shaper::make(config, store, random).error().text, HasSubstr("bob-p256.crt"));
  config.keys.clear();
  config.crls.push_back({"a.crl", to_bytes("nothing")});
  EXPECT_THAT(Shaper::make(config, store, random).error().text, HasSubstr("a.crl"));
}

TEST(AuthenticationResults, IdsWithCommentsAndCase) {
  const std::string rest = "Subject: x\r\n";
  for (const std::string value : {"node.example; smime=pass", " (a (nested) one) NODE.example ; x=pass",
                                  "\r\n\tnode.example;none", "\"node.example\"; a=b", "node.example"}) {
    EXPECT_EQ(without_our_results("Authentication-Results:" + value + "\r\n" + rest, "node.example"), rest) << value;
  }
  for (const std::string value : {"other.example; smime=pass", "(node.example) other", "node.example.org; x=y", ""})
    EXPECT_FALSE(without_our_results("Authentication-Results:" + value + "\r\n" + rest, "node.example")) << value;
}

}  // namespace
}  // namespace longwire::security
