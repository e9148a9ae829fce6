// What a profile refuses, and what a sender of altered messages can learn from that: nothing.
#include "crypto/cms/content_info.hpp"
#include "tests/unit/security/security_nodes.hpp"

#include <gmock/gmock.h>

namespace longwire::security {
namespace {

using namespace test;
using testing::HasSubstr;
using testing::Not;
namespace oid = crypto::oid;
namespace smime = crypto::smime;

Profile signing() {
  Profile p;
  p.sign = true;
  return p;
}
Profile encrypting(bool sign = false, const std::string& cipher = "aes128-cbc") {
  Profile p;
  p.sign = sign;
  p.encrypt = Encrypt::recipient;
  p.compact = true;
  p.cipher = cipher;
  return p;
}
Profile demanding(std::vector<std::string> gateway = {}) {
  Profile p;
  p.require_signature = true;
  p.gateway = std::move(gateway);
  return p;
}
std::string told(const Verdict& verdict) {
  return verdict.refusal ? verdict.refusal->status + " " + verdict.refusal->text : "nothing";
}
const std::string failure = "5.7.5 cryptographic failure";
const std::string against_policy = "5.7.1 message does not meet the security policy";

std::string mail_from(const std::string& name) {
  auto out = mail_text;
  out.replace(out.find("alice@alpha.example"), 19, name);
  return out;
}

struct Demands : testing::Test {
  TestNode alpha{"alpha.example", {"gateway-p256", "alice-p256"}, {"bob-p256", "gateway-p256"}};
  TestNode nameless{"alpha.example", {"nameless-p256"}, {"bob-p256"}};
  TestNode bravo{"bravo.example", {"bob-p256", "bob-rsa"}, {"alice-p256", "gateway-p256"}};
  TestNode relay{"relay.example", {}, {"gateway-p256"}};

  Bytes protect(const Profile& profile, std::string_view message = mail_text, TestNode* by = nullptr) {
    auto out = (by ? *by : alpha).shaper->protect_mail(as_bytes(message), profile, alice_to_bob(), today);
    EXPECT_TRUE(out) << out.error().name << " " << out.error().text;
    return out ? *std::move(out) : Bytes{};
  }
  static Shaper::OpenedMail open_at(TestNode& node, ByteView message, const Profile* profile = nullptr) {
    return node.shaper->open_mail(message, profile, "alice@alpha.example", today);
  }
  Shaper::OpenedMail open(ByteView message, const Profile* profile = nullptr) {
    return open_at(bravo, message, profile);
  }
  // Where the ciphertext begins, so that whatever is changed behind it is no visible structure.
  static std::size_t end_of_visible(const Bytes& wire) { return wire.size() - 300; }
};

// Padding, tag, structure, signature: a sender sees the same whatever comes of an altered ciphertext.
TEST_F(Demands, ChangedCiphertextsAreRefusedAlike) {
  for (const std::string cipher : {"aes128-cbc", "aes128-gcm"}) {
    const auto wire = protect(encrypting(true, cipher));
    const auto asks = demanding();
    ASSERT_EQ(told(open(wire, &asks).verdict), "nothing");
    int failed = 0;
    for (std::size_t at = end_of_visible(wire); at < wire.size(); at += 3) {
      auto changed = wire;
      changed[at] ^= 1;
      const auto refused = open(changed, &asks);
      EXPECT_EQ(told(refused.verdict), failure) << at;
      EXPECT_EQ(refused.message, changed) << at;
      const auto opened = open(changed);
      EXPECT_EQ(told(opened.verdict), "nothing") << at;
      EXPECT_FALSE(contains(opened.message, "Fuel state 82")) << at;
      if (!opened.verdict.failed_behind_encryption) continue;
      EXPECT_EQ(opened.message, changed) << at;
      EXPECT_FALSE(opened.verdict.signed_good) << at;
      EXPECT_FALSE(opened.verdict.words.empty()) << at;
      ++failed;
    }
    EXPECT_GT(failed, 30) << cipher;
  }
}

TEST_F(Demands, AlteredEnvelopesWithoutSignatureAreNoOracle) {
  const auto wire = protect(encrypting());
  auto asks_encryption = Profile{};
  asks_encryption.require_encryption = true;
  const auto asks_signature = demanding();
  EXPECT_TRUE(contains(open(wire).message, "Fuel state 82"));
  EXPECT_EQ(told(open(wire, &asks_signature).verdict), failure);  // nobody's word, like all that follow
  int failed = 0, garbage = 0;
  for (std::size_t at = wire.size() - 112; at < wire.size(); ++at) {
    auto changed = wire;
    changed[at] ^= 0x40;
    const auto opened = open(changed);
    EXPECT_EQ(told(opened.verdict), "nothing") << at;
    EXPECT_EQ(told(open(changed, &asks_encryption).verdict), "nothing") << at;
    EXPECT_EQ(told(open(changed, &asks_signature).verdict), failure) << at;
    (opened.verdict.failed_behind_encryption ? failed : garbage)++;
    if (opened.verdict.failed_behind_encryption) {
      EXPECT_EQ(opened.message, changed) << at;
    }
  }
  EXPECT_GT(failed, 15);  // at least the last block: its padding
  EXPECT_GT(garbage, 15);
}

TEST_F(Demands, EveryOctetOfAnUnsignedEnvelopeMayBeWrong) {
  const auto wire = protect(encrypting());
  for (std::size_t at = smime::split_message(wire).outer_fields.size(); at < wire.size(); ++at) {
    auto changed = wire;
    changed[at] ^= 1;
    EXPECT_EQ(told(open(changed).verdict), "nothing") << at;
  }
}

TEST_F(Demands, WhateverIsWrongBehindAnEncryptionHasOneAnswer) {
  const auto asks = demanding();
  auto closed = signing();
  closed.clear_signed = true;
  auto bad = text_of(protect(closed));
  bad.replace(bad.find("82 percent"), 2, "28");
  auto outer_only = encrypting();
  outer_only.outer_sign = true;
  const std::pair<std::string_view, Bytes> all[] = {
      {"no signature", protect(encrypting())},
      {"outside only", protect(outer_only)},
      {"wrong signer", protect(encrypting(true), mail_text, &nameless)},
      {"bad signature", protect(encrypting(), bad)},
      {"broken structure", protect(encrypting(),
                                   "From: alice@alpha.example\r\nMIME-Version: 1.0\r\nContent-Type: "
                                   "application/pkcs7-mime; smime-type=signed-data\r\n\r\nMAA\r\n")}};
  for (const auto& [what, wire] : all) {
    const auto opened = open(wire, &asks);
    EXPECT_EQ(told(opened.verdict), failure) << what;
    EXPECT_EQ(opened.message, wire) << what;
    EXPECT_EQ(told(open(wire).verdict), "nothing") << what;
  }
  // The same content by a signature behind the encryption is what the profile asks for, and without any is policy.
  EXPECT_EQ(told(open(protect(encrypting(true)), &asks).verdict), "nothing");
  EXPECT_EQ(told(open(as_bytes(bad), &asks).verdict), against_policy);
  EXPECT_EQ(told(open(as_bytes(mail_text), &asks).verdict), against_policy);
  const auto kept = open(protect(encrypting(), bad));
  EXPECT_TRUE(kept.verdict.failed_behind_encryption);
  EXPECT_FALSE(contains(kept.message, "28 percent"));
  EXPECT_THAT(words_of(kept.verdict.words), HasSubstr("bad_digest"));
}

TEST_F(Demands, ABoundaryAnswersForNothingThatWasAltered) {
  Profile resign;
  resign.resign = true;
  auto bad = signing();
  bad.clear_signed = true;
  auto text = text_of(protect(bad));
  text.replace(text.find("82 percent"), 2, "28");
  for (const auto& wire : {protect(encrypting(), text), protect(encrypting())}) {
    const auto out = bravo.shaper->protect_mail(wire, resign, alice_to_bob(), today);
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().name, "signature_refused");
    EXPECT_EQ(refusal_for(out.error()).text, "message does not meet the security policy");
  }
  EXPECT_TRUE(bravo.shaper->protect_mail(protect(encrypting(true)), resign, alice_to_bob(), today));
}

TEST_F(Demands, WhatWeCannotOpenNeedsAGoodOuterSignatureIfItHasOne) {
  auto triple = encrypting(true);
  triple.outer_sign = true;
  const auto wire = protect(triple);  // the outer signature is the gateway's
  const auto nobody = demanding();
  const auto hub = demanding({"gateway@hub.example"});
  EXPECT_EQ(told(open_at(relay, wire, &hub).verdict), "nothing");
  EXPECT_EQ(open_at(relay, wire, &hub).message, wire);
  EXPECT_EQ(told(open_at(relay, wire, &nobody).verdict), failure);
  auto changed = wire;
  changed[wire.size() - 400] ^= 1;  // in the ciphertext: the signature around it is bad
  EXPECT_EQ(told(open_at(relay, changed, &hub).verdict), failure);
  TestNode stranger("x.example", {}, {});
  EXPECT_EQ(told(open_at(stranger, wire, &hub).verdict), failure);  // signed by whom?
  // End to end without one: who it is for judges.
  EXPECT_EQ(told(open_at(relay, protect(encrypting(true)), &nobody).verdict), "nothing");
}

TEST_F(Demands, ACipherThatWeDoNotTakeIsNoWayAround) {
  const auto info = read_vector("cms/openssl/e06-rsa-3des-legacy.der");
  const auto mail = smime::join_message("From: alice@alpha.example\r\nMIME-Version: 1.0\r\n",
                                        smime::pack_opaque(info, "enveloped-data", smime::Transfer::base64));
  const auto asks = demanding();
  const auto opened = open(mail, &asks);
  EXPECT_THAT(words_of(opened.verdict.words), HasSubstr("cipher_not_allowed"));
  EXPECT_EQ(told(opened.verdict), failure);
  EXPECT_EQ(told(open(mail).verdict), "nothing");
}

TEST_F(Demands, ACertificateWithoutAddressIsWhoseTheOperatorSays) {
  const auto wire = protect(signing(), mail_text, &nameless);
  const auto asks = demanding();
  const auto hub = demanding({"gateway@hub.example"});
  const auto unknown = open(wire);
  EXPECT_TRUE(unknown.verdict.signed_good);
  EXPECT_FALSE(unknown.verdict.by_sender);
  EXPECT_TRUE(contains(unknown.message, "smime=policy"));
  EXPECT_EQ(told(open(wire, &asks).verdict), against_policy);
  const auto certificate = *crypto::read_certificate(read_vector("cms/pki/nameless-p256.der"));
  ASSERT_TRUE(bravo.shaper->book().import(certificate, {"carol@alpha.example"}, false, today));
  EXPECT_FALSE(open(wire).verdict.by_sender);
  ASSERT_TRUE(bravo.shaper->book().import(certificate, {"Gateway@hub.example"}, false, today));
  EXPECT_EQ(told(open(wire, &asks).verdict), against_policy);
  EXPECT_EQ(told(open(wire, &hub).verdict), "nothing");
  ASSERT_TRUE(bravo.shaper->book().import(certificate, {"alice@alpha.example"}, false, today));
  EXPECT_TRUE(open(wire).verdict.by_sender);
  EXPECT_EQ(told(open(wire, &asks).verdict), "nothing");
}

// Of two headers the one counts that people see: the inner one only when it takes the place of the outer one.
TEST_F(Demands, TheHeaderThatIsShownIsTheOneThatIsSigned) {
  auto whole = encrypting(true);
  whole.compact = false;
  whole.wrap_message = true;
  const auto wire = text_of(protect(whole));
  auto other_outside = wire;
  other_outside.replace(other_outside.find("alice@alpha.example"), 19, "admiral@alpha.example");
  auto other_inside = text_of(protect(whole, mail_from("admiral@alpha.example")));
  other_inside.replace(other_inside.find("admiral@alpha.example"), 21, "alice@alpha.example");
  for (const auto extract : {Extract::nothing, Extract::encryption, Extract::everything}) {
    auto asks = demanding();
    asks.extract = extract;
    EXPECT_EQ(told(open(as_bytes(wire), &asks).verdict), "nothing");
    EXPECT_EQ(told(open(as_bytes(other_inside), &asks).verdict), failure);
    const bool hidden = extract == Extract::everything;  // the outer From is gone
    const auto opened = open(as_bytes(other_outside), &asks);
    EXPECT_EQ(told(opened.verdict), hidden ? "nothing" : failure);
    EXPECT_EQ(contains(opened.message, "admiral@"), !hidden);
    asks.require_signature = false;
    const auto shown = open(as_bytes(other_outside), &asks);
    EXPECT_EQ(shown.verdict.by_sender, hidden);
    EXPECT_TRUE(contains(shown.message, hidden ? "smime=pass" : "smime=policy"));
  }
}

// With LF alone the message inside is found only once it is in canonical form, as it is shown.
TEST_F(Demands, AMessageInsideIsFoundInTheFormInWhichItIsShown) {
  auto lines = std::string("MIME-Version: 1.0\nContent-Type: message/rfc822\n\n") + mail_from("admiral@alpha.example");
  std::erase(lines, '\r');
  Profile compact = signing();
  compact.compact = true;
  crypto::smime::Protection how;
  how.sign = true;
  how.form = smime::Form::bare;
  crypto::cms::SignerSpec signer;
  const auto& own = alpha.shaper->keys().at(1);  // alice
  signer.certificate = own.certificate;
  signer.key = own.key;
  how.signers = {signer};
  how.now = today;
  const auto entity = smime::protect_entity(as_bytes(lines), how, alpha.random);
  ASSERT_TRUE(entity) << entity.error().text;
  const auto opened = open(smime::join_message("From: alice@alpha.example\r\nMIME-Version: 1.0\r\n", *entity));
  EXPECT_TRUE(opened.verdict.signed_good);
  ASSERT_TRUE(contains(opened.message, "admiral@alpha.example"));
  EXPECT_FALSE(opened.verdict.by_sender);
}

TEST_F(Demands, FailuresBehindAnEncryptionInX400ContentToo) {
  const Shaper::Content content{std::string(oid::p772), read_vector("cms/msg/plain.txt")};
  const auto asks = demanding();
  for (const bool sign : {true, false}) {
    const auto wire = alpha.shaper->protect_content(content, encrypting(sign), alice_to_bob(), today);
    ASSERT_TRUE(wire);
    for (std::size_t back = 1; back < 100; back += 5) {
      auto changed = *wire;
      changed.octets[changed.octets.size() - back] ^= 1;
      const auto opened = bravo.shaper->open_content(changed, nullptr, "alice@alpha.example", today);
      EXPECT_EQ(told(opened.verdict), "nothing") << back;
      if (opened.verdict.failed_behind_encryption) {
        EXPECT_EQ(opened.content.octets, changed.octets) << back;
      }
      EXPECT_EQ(told(bravo.shaper->open_content(changed, &asks, "alice@alpha.example", today).verdict), failure);
    }
  }
}

TEST_F(Demands, OfWhatFailedOnlyTheOuterLabelIsTaken) {
  Profile closed = encrypting(true);
  closed.outer_sign = true;
  auto parties = alice_to_bob();
  parties.label = *decode_label(read_vector("cms/labels/der/L05.der"));
  auto bad_inside = signing();
  bad_inside.clear_signed = true;
  auto signed_mail = text_of(*alpha.shaper->protect_mail(as_bytes(mail_text), bad_inside, parties, today));
  const auto inner = *alpha.shaper->protect_mail(as_bytes(signed_mail), encrypting(), parties, today);
  EXPECT_EQ(open(inner).verdict.label, parties.label);
  signed_mail.replace(signed_mail.find("82 percent"), 2, "28");
  const auto altered = *alpha.shaper->protect_mail(as_bytes(signed_mail), encrypting(), parties, today);
  EXPECT_FALSE(open(altered).verdict.label);
  Profile around = encrypting();
  around.outer_sign = true;
  const auto outer = *alpha.shaper->protect_mail(as_bytes(signed_mail), around, parties, today);
  EXPECT_TRUE(open(outer).verdict.failed_behind_encryption);
  EXPECT_EQ(open(outer).verdict.label, parties.label);
}

}  // namespace
}  // namespace longwire::security
