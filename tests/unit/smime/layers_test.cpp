// Layers put on and taken off: the operations of STANAG 4406 gateways in both forms, what stands where, and what must
// not pass.
#include "base/text.hpp"
#include "crypto/cms/content_info.hpp"
#include "tests/unit/smime/triple.hpp"

namespace longwire::crypto::smime {
namespace {

using namespace test;

// --- security.md 6.4 ---------------------------------------------------------------------------------------------

struct Algorithms {
  const char* name;
  const Person& signer;
  const Person& recipient;
  const Person& outer;
  Cipher cipher;
  bool pss = false, oaep = false;
};
std::vector<Algorithms> algorithms() {
  const auto& p = people();
  return {{"rsa", p.alice_rsa, p.bob_rsa, p.gateway_rsa, Cipher::aes128_cbc},
          {"rsa-pss-oaep-gcm", p.alice_rsa, p.bob_rsa, p.gateway_rsa, Cipher::aes256_gcm, true, true},
          {"p256", p.alice_ec, p.bob_ec, p.gateway_ec, Cipher::aes128_cbc},
          {"p256-gcm", p.alice_ec, p.bob_ec, p.gateway_ec, Cipher::aes128_gcm},
          {"p384-dh", p.alice_384, p.bob_dh, p.gateway_ec, Cipher::aes256_cbc},
          {"p384", p.alice_384, p.bob_384, p.gateway_ec, Cipher::aes256_cbc}};
}

struct Operation {
  const char* name;
  bool sign, encrypt, outer_sign;
  bool signed_before;  // the content is a message that its originator signed
  const char* layers;  // as found with the key of the recipient
};
const Operation operations[] = {
    {"add all", true, true, true, false, "S:gateway@hub.example E:bob@bravo.example S:alice@alpha.example"},
    {"encrypt only", false, true, false, false, "E:bob@bravo.example"},
    {"encrypt a signed message", false, true, false, true, "E:bob@bravo.example S:alice@alpha.example"},
    {"encrypt and sign a signed message", false, true, true, true,
     "S:gateway@hub.example E:bob@bravo.example S:alice@alpha.example"},
    {"sign", true, false, false, false, "S:alice@alpha.example"},
    {"sign and encrypt", true, true, false, false, "E:bob@bravo.example S:alice@alpha.example"},
    {"sign as gateway around a signature", false, false, true, true, "S:gateway@hub.example S:alice@alpha.example"},
};

void run_operation(const Operation& operation, const Algorithms& with, Form form, bool compact) {
  SCOPED_TRACE(std::string(operation.name) + ", " + with.name + (form == Form::mime ? ", mime" : ", bare") +
               (compact ? ", compact" : ""));
  SeededRandom random(7);
  auto how = triple(with.signer, with.recipient, with.outer);
  how.form = form;
  how.compact = compact;
  how.compress = compact;
  how.compressor = &zlib();
  how.cipher = with.cipher;
  how.signers[0].pss = how.outer_signers[0].pss = with.pss;
  how.recipients[0].oaep = with.oaep;
  const auto original = form == Form::mime ? mail_entity() : x400_content();
  how.content_type = form == Form::mime ? oid::data : oid::p772;

  auto content = original;
  if (operation.signed_before) {
    auto inner = how;
    inner.encrypt = inner.outer_sign = false;
    inner.multipart = form == Form::mime;  // the harder one: it must go in octet for octet
    auto made = protect(content, inner, random);
    ASSERT_TRUE(made) << made.error().name;
    content = *made;
    if (form == Form::bare) how.content_type = oid::content_info;
  }
  how.sign = operation.sign;
  how.encrypt = operation.encrypt;
  how.outer_sign = operation.outer_sign;
  const auto made = protect(content, how, random);
  ASSERT_TRUE(made) << made.error().name << " " << made.error().text;

  Reader reader({&with.recipient, &with.signer, &with.outer});
  reader.options.decrypt.keys.resize(1);  // the others are known certificates only
  const auto found = form == Form::mime ? reader.entity(*made) : reader.content(*made);
  ASSERT_TRUE(found) << found.error().name << " " << found.error().text;
  const auto layers = std::string(operation.layers);
  // What was signed before is compressed inside of that signature or not at all; the mail is too short to shrink.
  const bool compresses = form == Form::bare && compact;
  EXPECT_EQ(shape(*found), layers + (compresses ? " C" : ""));
  EXPECT_EQ(found->content, original);
  EXPECT_EQ(found->content_type, form == Form::mime ? oid::data : oid::p772);
  if (operation.encrypt && operation.signed_before) {
    const auto kept =
        form == Form::mime ? found->decrypted : cms::encode_content_info(found->decrypted_type, found->decrypted);
    EXPECT_EQ(kept, content) << "the signed message was not kept octet for octet";
  }
  for (const auto& layer : found->layers)
    if (layer.kind == Layer::Kind::encryption) {
      EXPECT_EQ(layer.authenticated, is_gcm(with.cipher));
    }
}

TEST(Operations, AllOfThemInBothFormsAndProfiles) {
  for (const auto& operation : operations)
    for (const auto& with : algorithms())
      for (const auto form : {Form::mime, Form::bare})
        for (const bool compact : {false, true}) run_operation(operation, with, form, compact);
}

TEST(Operations, EveryLabelStandsInItsSignature) {
  SeededRandom random;
  const auto& p = people();
  for (const auto form : {Form::mime, Form::bare}) {
    auto how = triple(p.alice_ec, p.bob_ec, p.gateway_ec);
    how.form = form;
    how.equivalent_labels = {*decode_label(vector_of("labels/der/L12.der"))};
    const auto made = protect_entity(mail_entity(), how, random);
    ASSERT_TRUE(made);
    Reader reader({&p.bob_ec});
    const auto found = reader.entity(*made);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->layers[0].verdict.label, outer_label());
    EXPECT_EQ(found->layers[2].verdict.label, secret_label());
    EXPECT_EQ(found->layers[2].verdict.signers[0].equivalent_labels, how.equivalent_labels);
    EXPECT_TRUE(found->layers[0].verdict.signers[0].equivalent_labels.empty());
  }
}

TEST(Operations, StripTakesTheOuterSignatureOnly) {
  SeededRandom random;
  const auto& p = people();
  const auto how = triple(p.alice_ec, p.bob_ec, p.gateway_ec);
  const auto made = protect(mail_entity(), how, random);
  Reader relay;
  relay.options.take_off = 1;
  const auto stripped = relay.entity(*made);
  ASSERT_TRUE(stripped);
  EXPECT_EQ(shape(*stripped), "S:gateway@hub.example ...");
  EXPECT_EQ(find(stripped->content)->kind, Kind::enveloped);
  // and signed anew by another gateway
  Protection again;
  again.outer_sign = true;
  again.outer_signers = {p.gateway_rsa.signer()};
  again.outer_label = outer_label();
  again.now = today;
  const auto resigned = protect(stripped->content, again, random);
  ASSERT_TRUE(resigned);
  Reader reader({&p.bob_ec});
  EXPECT_EQ(shape(*reader.entity(*resigned)), "S:gateway@hub.example E:bob@bravo.example S:alice@alpha.example");
}

TEST(Operations, X400StripKeepsTheBareLayer) {
  SeededRandom random;
  const auto& p = people();
  auto how = triple(p.alice_ec, p.bob_ec, p.gateway_ec);
  how.form = Form::bare;
  how.content_type = oid::p772;
  const auto made = protect(x400_content(), how, random);
  Reader relay;
  relay.options.take_off = 1;
  const auto stripped = relay.content(*made);
  ASSERT_TRUE(stripped);
  EXPECT_EQ(stripped->content_type, oid::enveloped_data);
  Reader reader({&p.bob_ec});
  const auto found = reader.content(cms::encode_content_info(oid::enveloped_data, stripped->content));
  EXPECT_EQ(shape(*found), "E:bob@bravo.example S:alice@alpha.example");
  EXPECT_EQ(found->content, x400_content());
}

TEST(Operations, SeveralRecipientsAndTheOriginatorOpenIt) {
  SeededRandom random;
  const auto& p = people();
  auto how = triple(p.alice_ec, p.bob_ec, p.gateway_ec);
  how.recipients = {p.bob_rsa.recipient(), p.bob_dh.recipient(), p.gateway_ec.recipient(), p.alice_ec.recipient()};
  const auto made = protect(mail_entity(), how, random);
  ASSERT_TRUE(made);
  for (const auto* who : {&p.bob_rsa, &p.bob_dh, &p.gateway_ec, &p.alice_ec}) {
    Reader reader({who});
    EXPECT_EQ(reader.entity(*made)->content, mail_entity()) << who->certificate->subject_text();
  }
  Reader stranger({&p.bob_384});
  EXPECT_FALSE(stranger.entity(*made)->complete);
}

// --- what stands where (RFC 2634 1.3.4, RFC 3854) ------------------------------------------------------------------

TEST(Placement, ReceiptRequestInTheInnermostSignatureOnly) {
  SeededRandom random;
  const auto& p = people();
  auto how = triple(p.alice_ec, p.bob_ec, p.gateway_ec);
  how.receipt_request = cms::ReceiptRequest{to_bytes("id-1"), 0, {}, {"alice@alpha.example"}};
  Bytes innermost;
  const auto made = protect(mail_entity(), how, random, &innermost);
  ASSERT_TRUE(made);
  Reader reader({&p.bob_ec});
  const auto found = reader.entity(*made);
  EXPECT_FALSE(found->layers[0].verdict.signers[0].receipt_request);
  EXPECT_EQ(found->layers[2].verdict.signers[0].receipt_request, how.receipt_request);
  const auto expected = cms::expect_receipt(innermost);
  ASSERT_TRUE(expected);
  EXPECT_EQ(expected->receipt.identifier, to_bytes("id-1"));
  // No inner signature to put it in; or one that is not the innermost.
  how.sign = false;
  EXPECT_EQ(protect(mail_entity(), how, random).error().name, "misplaced_attribute");
  how.sign = true;
  EXPECT_EQ(protect(*made, how, random).error().name, "misplaced_attribute");
}

TEST(Placement, HistoryInTheOuterSignatureOnly) {
  SeededRandom random;
  const auto& p = people();
  auto how = triple(p.alice_ec, p.bob_ec, p.gateway_ec);
  cms::ExpansionElement element;
  element.list_id = cms::write_octets(p.gateway_ec.certificate->subject_key_id);
  element.time = today;
  how.history = {element};
  Reader reader({&p.bob_ec});
  const auto found = reader.entity(*protect(mail_entity(), how, random));
  ASSERT_EQ(found->layers[0].history.size(), 1U);
  EXPECT_EQ(found->layers[0].history[0].list_id, element.list_id);
  EXPECT_TRUE(found->layers[2].history.empty());
  how.outer_sign = false;
  EXPECT_EQ(protect(mail_entity(), how, random).error().name, "misplaced_attribute");
}

TEST(Placement, ContentHintsNameTheX400Content) {
  SeededRandom random;
  const auto& p = people();
  auto how = triple(p.alice_ec, p.bob_ec, p.gateway_ec);
  const auto hint = [&](Form form, std::string_view type) -> std::string {
    how.form = form;
    how.content_type = type;
    const auto made = protect(mail_entity(), how, random);
    const auto found = form == Form::mime ? find(*made)->cms : *made;
    const auto data = cms::decode_signed_data(cms::decode_content_info(found)->content);
    const auto value = data->signers[0].signed_attributes->single(oid::content_hints);
    return value ? cms::read_content_hints(*value)->type : "";
  };
  EXPECT_EQ(hint(Form::bare, oid::p772), oid::p772);
  EXPECT_EQ(hint(Form::mime, oid::data), "");  // RFC 2634 2.9: not for id-data
}

TEST(Placement, AnEncryptedReceiptIsNamedOutside) {  // RFC 2634 2.9
  SeededRandom random;
  const auto& p = people();
  auto ask = triple(p.alice_ec, p.bob_ec, p.gateway_ec);
  ask.encrypt = ask.outer_sign = false;
  ask.receipt_request = cms::ReceiptRequest{to_bytes("id-1"), 0, {}, {"alice@alpha.example"}};
  Reader reader({&p.alice_ec});
  const auto asked = reader.entity(*protect(mail_entity(), ask, random));
  const auto receipt =
      cms::make_receipt(asked->layers[0].verdict.signers[0], oid::data, p.bob_ec.signer(), today, random);
  ASSERT_TRUE(receipt) << receipt.error().text;
  for (const auto form : {Form::mime, Form::bare}) {
    Protection how;
    how.form = form;
    how.content_type = form == Form::mime ? oid::data : oid::content_info;
    how.encrypt = how.outer_sign = true;
    how.compact = true;
    how.recipients = {p.alice_ec.recipient()};
    how.outer_signers = {p.bob_ec.signer()};
    how.now = today;
    const auto content = form == Form::mime ? pack_opaque(*receipt, "signed-receipt", Transfer::base64) : *receipt;
    const auto made = protect(content, how, random);
    ASSERT_TRUE(made);
    reader.options.verify.known = {p.bob_ec.certificate};
    const auto found = form == Form::mime ? reader.entity(*made) : reader.content(*made);
    ASSERT_TRUE(found);
    EXPECT_EQ(shape(*found), "S:bob@bravo.example E:alice@alpha.example S:bob@bravo.example");
    EXPECT_EQ(found->content_type, oid::receipt);
    EXPECT_EQ(cms::decode_receipt(found->content)->identifier, to_bytes("id-1"));
    EXPECT_FALSE(found->receipt_signature.empty());
    const auto outer = form == Form::mime ? find(*made)->cms : *made;
    const auto data = cms::decode_signed_data(cms::decode_content_info(outer)->content);
    const auto hint = data->signers[0].signed_attributes->single(oid::content_hints);
    ASSERT_TRUE(hint);
    EXPECT_EQ(cms::read_content_hints(*hint)->type, oid::receipt);
  }
}

TEST(Placement, X400LayersAreBareAndTyped) {  // RFC 3854 3.4.1
  SeededRandom random;
  const auto& p = people();
  auto how = triple(p.alice_ec, p.bob_ec, p.gateway_ec);
  how.form = Form::bare;
  how.content_type = oid::p772;
  const auto made = protect(x400_content(), how, random);
  const auto outer = cms::decode_signed_data(cms::decode_content_info(*made)->content);
  EXPECT_EQ(outer->content_type, oid::enveloped_data);
  EXPECT_EQ(outer->version, 3);  // RFC 5652 5.1: not id-data
  const auto envelope = cms::decode_enveloped_data(*outer->content, false);
  ASSERT_TRUE(envelope) << "the inner layer is not bare";
  EXPECT_EQ(envelope->content_type, oid::signed_data);
  SeededRandom chance;
  cms::DecryptOptions keys;
  keys.keys = {p.bob_ec.own()};
  const auto opened = cms::decrypt(*envelope, keys, chance);
  const auto inner = cms::decode_signed_data(opened->content.view());
  ASSERT_TRUE(inner);
  EXPECT_EQ(inner->content_type, oid::p772);
  // The wrapper for mail names the innermost protection (3.4.1).
  how.compact = false;
  EXPECT_EQ(find(*protect_entity(x400_content(), how, random))->smime_type, "signed-x400");
  how.sign = how.outer_sign = false;
  const auto enveloped = find(*protect_entity(x400_content(), how, random));
  EXPECT_EQ(enveloped->smime_type, "enveloped-x400");
  EXPECT_TRUE(enveloped->x400);
}

TEST(Placement, MimeLayersNameThemselves) {
  SeededRandom random;
  const auto& p = people();
  auto how = triple(p.alice_ec, p.bob_ec, p.gateway_ec);
  EXPECT_EQ(find(*protect(mail_entity(), how, random))->smime_type, "signed-data");
  how.outer_sign = false;
  EXPECT_EQ(find(*protect(mail_entity(), how, random))->smime_type, "enveloped-data");
  how.cipher = Cipher::aes128_gcm;
  EXPECT_EQ(find(*protect(mail_entity(), how, random))->smime_type, "authEnveloped-data");
  how.encrypt = false;
  how.multipart = true;
  const auto clear = protect(mail_entity(), how, random);
  EXPECT_EQ(find(*clear)->kind, Kind::signed_multipart);
  EXPECT_NE(as_text(*clear).find("micalg=sha-256"), std::string_view::npos);
  how.sign = false;
  EXPECT_EQ(protect(mail_entity(), how, random).error().name, "no_layer");
}

TEST(Placement, ParallelSignersNameAllTheirDigests) {
  SeededRandom random;
  const auto& p = people();
  Protection how;
  how.sign = how.multipart = true;
  how.signers = {p.alice_ec.signer(), p.bob_384.signer()};
  how.now = today;
  const auto made = protect(mail_entity(), how, random);
  EXPECT_NE(as_text(*made).find("micalg=sha-256,sha-384"), std::string_view::npos) << as_text(*made);
  Reader reader;
  EXPECT_TRUE(reader.entity(*made)->layers[0].verdict.all_good);
}

// --- what must not pass ------------------------------------------------------------------------------------------

TEST(Tampering, NoChangedOctetGoesUnseen) {
  SeededRandom random;
  const auto& p = people();
  for (const auto form : {Form::mime, Form::bare}) {
    auto how = triple(p.alice_ec, p.bob_ec, p.gateway_ec);
    how.form = form;
    how.compact = true;
    const auto made = *protect_entity(mail_entity(), how, random);
    Reader reader({&p.bob_ec, &p.alice_ec, &p.gateway_ec});
    reader.options.decrypt.keys.resize(1);
    ASSERT_EQ(reader.entity(made)->content, mail_entity());
    const auto header = made.size() - find(made)->cms.size();
    for (std::size_t at = header; at < made.size(); at += form == Form::bare ? 3 : 11) {
      auto changed = made;
      changed[at] ^= 0x10;
      const auto found = reader.entity(changed);
      if (!found) continue;
      const bool all_good =
          found->complete && std::all_of(found->layers.begin(), found->layers.end(), [](const auto& l) {
            return l.kind != Layer::Kind::signature || l.verdict.all_good;
          });
      // What is not signed may change: the version of a structure, not what comes out.
      if (all_good) {
        EXPECT_EQ(found->content, mail_entity()) << at;
        EXPECT_EQ(found->layers.size(), 3U) << at;
      }
    }
  }
}

TEST(Tampering, BrokenInsideLooksLikeAFailedDecryption) {
  const auto& p = people();
  SeededRandom random;
  cms::EncryptOptions options;
  options.content_type = oid::signed_data;
  const auto envelope = cms::encrypt(to_bytes("no SignedData"), {p.bob_ec.recipient()}, options, random);
  Reader reader({&p.bob_ec});
  const auto found = reader.content(cms::encode_content_info(oid::enveloped_data, *envelope));
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->complete);
  EXPECT_EQ(found->layers[0].problem, "decryption_failed");
  EXPECT_TRUE(found->content.empty());
  EXPECT_TRUE(found->decrypted.empty());
}

// Content under another tag would have the same digest input, its value octets, and come out with the tag.
TEST(Tampering, ContentUnderAnotherTagIsRefused) {
  SeededRandom random;
  const auto& p = people();
  cms::SignOptions options;
  options.now = today;
  auto data = *cms::sign(mail_entity(), {p.alice_ec.signer()}, options, random);
  const auto entity = mail_entity();
  const auto at = std::search(data.begin(), data.end(), entity.begin(), entity.end());
  ASSERT_NE(at, data.end());
  ASSERT_EQ(*(at - 3), 0x04);  // OCTET STRING, 81 84
  *(at - 3) = 0x14;
  Reader reader;
  EXPECT_EQ(reader.content(cms::encode_content_info(oid::signed_data, data)).error().name, "bad_cms");
}

TEST(Tampering, LineEndsAloneAreForgiven) {
  SeededRandom random;
  const auto& p = people();
  Protection how;
  how.sign = how.multipart = true;
  how.signers = {p.alice_rsa.signer()};
  how.now = today;
  auto text = std::string(as_text(*protect(mail_entity(), how, random)));
  std::erase(text, '\r');
  Reader reader;
  auto found = reader.entity(as_bytes(text));
  EXPECT_EQ(shape(*found), "S:alice@alpha.example");
  EXPECT_EQ(found->content, mail_entity());
  text.replace(text.find("heading"), 7, "HEADING");
  EXPECT_EQ(shape(*reader.entity(as_bytes(text))), "S:alice@alpha.example!bad_digest");
}

}  // namespace
}  // namespace longwire::crypto::smime
