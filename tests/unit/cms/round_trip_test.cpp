// What we write we read again, of all kinds and sizes.
#include "base/rng.hpp"
#include "crypto/cms/receipt.hpp"
#include "tests/unit/cms/people.hpp"

#include <gmock/gmock.h>

namespace longwire::crypto::cms::test {

namespace {

Bytes some_octets(Rng& rng, std::size_t most) {
  Bytes out(rng.below(most + 1));
  for (auto& octet : out) octet = static_cast<std::uint8_t>(rng.next());
  return out;
}

struct People {
  People() {
    for (const auto* name : {"alice-rsa", "alice-p256", "alice-p384"}) signers.emplace_back(name);
    for (const auto* name :
         {"bob-rsa", "bob-p256", "bob-p384", "bob-dh", "gateway-rsa", "gateway-p256", "gateway-p384", "gateway-dh"})
      readers.emplace_back(name);
  }
  std::vector<Person> signers, readers;
};

TEST(RoundTrip, Signatures) {
  const People people;
  SeededRandom random;
  Rng rng(7);
  const auto store = trust();
  for (int i = 0; i < 150; ++i) {
    const auto content = some_octets(rng, 3000);
    SignOptions options;
    options.content_type = rng.chance(0.5) ? oid::data : oid::enveloped_data;
    options.detached = rng.chance(0.3);
    options.with_certificates = rng.chance(0.6);
    options.now = today;
    std::vector<SignerSpec> signers;
    for (const auto& person : people.signers) {
      if (!rng.chance(0.5) && !(signers.empty() && &person == &people.signers.back())) continue;
      auto spec = person.signer();
      spec.by_key_id = rng.chance(0.5);
      spec.minimal = rng.chance(0.5);
      spec.pss = rng.chance(0.5);
      if (rng.chance(0.3)) spec.digest = Digest::sha512;
      spec.attributes = {{std::string(oid::security_label), {encode_label({"1.2.3", 2, "MARK", {}})}}};
      signers.push_back(spec);
    }
    const auto made = sign(content, signers, options, random);
    ASSERT_TRUE(made) << made.error().text;
    const auto data = decode_signed_data(*made);
    ASSERT_TRUE(data);
    EXPECT_EQ(data->content.has_value(), !options.detached);
    EXPECT_EQ(data->certificates.empty(), !options.with_certificates);
    VerifyOptions how{&store, {}, today};
    if (!options.with_certificates)
      for (const auto& person : people.signers) how.known.push_back(person.certificate);
    const auto verdict = verify(*data, content, how);
    ASSERT_EQ(verdict.signers.size(), signers.size());
    EXPECT_TRUE(verdict.all_good) << verdict.signers[0].result << verdict.signers[0].text;
    EXPECT_EQ(verdict.label->classification, 2);
    const bool third = options.content_type != oid::data ||
                       std::any_of(signers.begin(), signers.end(), [](const auto& spec) { return spec.by_key_id; });
    EXPECT_EQ(data->version, third ? 3 : 1);
  }
}

TEST(RoundTrip, AttributesOfAFullSignature) {
  const Person alice("alice-rsa"), other("alice-p256");
  SeededRandom random;
  auto spec = alice.signer();
  spec.encryption_certificate = other.certificate;
  SignOptions options;
  options.now = today;
  const auto data = decode_signed_data(*sign(plain(), {spec}, options, random));
  const auto& attributes = *data->signers[0].signed_attributes;
  EXPECT_EQ(*read_signing_time(*attributes.single(oid::signing_time)), today);
  EXPECT_EQ(
      read_signing_certificate(oid::signing_certificate_v2, *attributes.single(oid::signing_certificate_v2))->hash,
      hash(Digest::sha256, alice.certificate->der));
  EXPECT_TRUE(attributes.has(oid::smime_capabilities));
  EXPECT_TRUE(attributes.has(oid::encryption_key_preference));
  EXPECT_EQ(encode_attributes(attributes.list), attributes.as_received);  // DER: sorted
  spec.minimal = true;
  const auto small = decode_signed_data(*sign(plain(), {spec}, options, random));
  EXPECT_EQ(small->signers[0].signed_attributes->list.size(), 2U);
}

TEST(RoundTrip, Envelopes) {
  const People people;
  SeededRandom random;
  Rng rng(11);
  const Secret group_key(Bytes(32, 7));
  constexpr Cipher ciphers[] = {Cipher::aes128_cbc, Cipher::aes192_cbc, Cipher::aes256_cbc,
                                Cipher::aes128_gcm, Cipher::aes192_gcm, Cipher::aes256_gcm};
  for (int i = 0; i < 120; ++i) {
    const auto content = some_octets(rng, 3000);
    EncryptOptions how;
    how.cipher = ciphers[rng.below(6)];
    how.content_type = rng.chance(0.5) ? oid::data : oid::signed_data;
    how.shared_ephemeral = rng.chance(0.5);
    std::vector<RecipientSpec> recipients;
    std::vector<const Person*> chosen;
    for (const auto& person : people.readers) {
      if (!rng.chance(0.4)) continue;
      auto spec = person.recipient();
      spec.by_key_id = rng.chance(0.5);
      spec.oaep = rng.chance(0.5);
      if (rng.chance(0.3)) spec.ukm = Bytes(64, 3);
      if (is_ec(person.key.type()) && rng.chance(0.3)) spec.kdf = rng.chance(0.5) ? Digest::sha512 : Digest::sha1;
      recipients.push_back(spec);
      chosen.push_back(&person);
    }
    if (recipients.empty() || rng.chance(0.2)) {
      RecipientSpec group;
      group.kek_id = to_bytes("net 5");
      group.kek = &group_key;
      recipients.push_back(group);
    }
    const auto made = encrypt(content, recipients, how, random);
    ASSERT_TRUE(made) << made.error().text;
    const auto data = decode_enveloped_data(*made, is_gcm(how.cipher));
    ASSERT_TRUE(data) << data.error().text;
    std::vector<DecryptOptions> each;
    for (const auto* person : chosen) each.emplace_back().keys.push_back(person->own());
    if (recipients.size() > chosen.size()) each.emplace_back().keks.emplace_back(to_bytes("net 5"), group_key.copy());
    for (const auto& options : each) {
      const auto opened = decrypt(*data, options, random);
      ASSERT_TRUE(opened) << opened.error().name;
      EXPECT_EQ(octets_of(opened->content), content);
      EXPECT_EQ(opened->content_type, how.content_type);
      EXPECT_EQ(opened->authenticated, is_gcm(how.cipher));
    }
  }
}

TEST(RoundTrip, VersionsOfEnvelopes) {
  const Person rsa("bob-rsa"), ec("bob-p256");
  SeededRandom random;
  const auto version = [&](std::vector<RecipientSpec> recipients, Cipher cipher) {
    const auto made = encrypt(plain(), recipients, {cipher, std::string(oid::data), true, {}}, random);
    return decode_enveloped_data(*made, is_gcm(cipher))->version;
  };
  auto by_key = rsa.recipient();
  by_key.by_key_id = true;
  EXPECT_EQ(version({rsa.recipient()}, Cipher::aes128_cbc), 0);
  EXPECT_EQ(version({by_key}, Cipher::aes128_cbc), 2);
  EXPECT_EQ(version({ec.recipient()}, Cipher::aes128_cbc), 2);
  EXPECT_EQ(version({ec.recipient()}, Cipher::aes128_gcm), 0);
}

TEST(RoundTrip, OneEphemeralKeyForADomain) {
  const Person bob("bob-p256"), gateway("gateway-p256"), other("bob-p384");
  SeededRandom random;
  const std::vector<RecipientSpec> all{bob.recipient(), gateway.recipient(), other.recipient()};
  EncryptOptions how;
  const auto shared = *encrypt(plain(), all, how, random);
  how.shared_ephemeral = false;
  const auto single = *encrypt(plain(), all, how, random);
  EXPECT_EQ(decode_enveloped_data(shared, false)->recipients.size(), 2U);
  EXPECT_EQ(decode_enveloped_data(single, false)->recipients.size(), 3U);
  EXPECT_LT(shared.size() + 70, single.size());
}

TEST(RoundTrip, CertificatesOnly) {
  const std::vector<CertificatePtr> list{certificate("alice-rsa"), certificate("bob-p256"), certificate("alice-rsa")};
  const auto data = decode_signed_data(encode_certs_only(list));
  ASSERT_TRUE(data);
  EXPECT_EQ(data->version, 1);
  EXPECT_EQ(data->certificates.size(), 2U);
  EXPECT_TRUE(data->signers.empty());
  EXPECT_FALSE(data->content);
}

TEST(RoundTrip, WhatIsNotWritten) {
  const Person alice("alice-rsa"), bob("bob-p256"), dh("bob-dh");
  SeededRandom random;
  const auto signing = [&](std::vector<SignerSpec> signers) {
    SignOptions options;
    const auto made = sign(plain(), signers, options, random);
    return made ? std::string_view("made") : made.error().name;
  };
  EXPECT_EQ(signing({}), "no_signer");
  EXPECT_EQ(signing({dh.signer()}), "unsupported_key");
  auto spec = alice.signer();
  spec.digest = Digest::sha1;
  EXPECT_EQ(signing({spec}), "weak_digest");
  spec = alice.signer();
  spec.key = &bob.key;
  EXPECT_EQ(signing({spec}), "unsupported_key");
  spec = alice.signer();
  spec.attributes = {{std::string(oid::security_label), {encode_label({"1.2.3", 2, {}, {}})}}};
  EXPECT_EQ(signing({spec, bob.signer()}), "labels_differ");
  spec.attributes.push_back(spec.attributes[0]);
  EXPECT_EQ(signing({spec}), "duplicate_attribute");
  auto usage = std::make_shared<Certificate>(*alice.certificate);
  usage->usage = key_usage::key_encipherment;
  spec = alice.signer();
  spec.certificate = usage;
  EXPECT_EQ(signing({spec}), "wrong_usage");

  const auto encrypting = [&](std::vector<RecipientSpec> recipients, Cipher cipher = Cipher::aes256_cbc) {
    const auto made = encrypt(plain(), recipients, {cipher, std::string(oid::data), true, {}}, random);
    return made ? std::string_view("made") : made.error().name;
  };
  EXPECT_EQ(encrypting({}), "no_recipient");
  EXPECT_EQ(encrypting({alice.recipient()}, Cipher::des_ede3_cbc), "cipher_not_allowed");
  auto to = alice.recipient();
  usage = std::make_shared<Certificate>(*alice.certificate);
  usage->usage = key_usage::digital_signature;
  to.certificate = usage;
  EXPECT_EQ(encrypting({to}), "wrong_usage");
  to = dh.recipient();
  to.ukm = Bytes(63);
  EXPECT_EQ(encrypting({to}), "bad_ukm");
  to = bob.recipient();
  to.kdf = Digest::md5;
  EXPECT_EQ(encrypting({to}), "unsupported_key");
  const Secret small(Bytes(16, 1));
  RecipientSpec group;
  group.kek_id = {1};
  group.kek = &small;
  EXPECT_EQ(encrypting({group}), "unsupported_key");  // weaker than the content key
  EXPECT_EQ(encrypting({group}, Cipher::aes128_cbc), "made");
}

TEST(RoundTrip, ValuesOfAttributes) {
  ReceiptRequest request{{1, 2, 3}, 1, {}, {"a@b.example", "c@d.example"}};
  EXPECT_EQ(*read_receipt_request(write_receipt_request(request)), request);
  request.all_or_first.reset();
  request.receipts_from = {"x@y.example"};
  EXPECT_EQ(*read_receipt_request(write_receipt_request(request)), request);
  const auto hints = read_content_hints(write_content_hints({"a note", std::string(oid::receipt)}));
  EXPECT_EQ(hints->description, "a note");
  EXPECT_EQ(hints->type, oid::receipt);
  for (const auto* text :
       {"1949-12-31T23:59:59Z", "1950-01-01T00:00:00Z", "2049-12-31T23:59:59Z", "2050-01-01T00:00:00Z"}) {
    const auto value = write_signing_time(*parse_utc(text));
    EXPECT_EQ(*read_signing_time(value), parse_utc(text)) << text;
    const bool utc = std::string_view(text) > "1950" && std::string_view(text) < "2050";
    EXPECT_EQ(value[0], utc ? 23 : 24) << text;  // RFC 5652 11.3
  }
  std::vector<ExpansionElement> history(2);
  history[0].list_id = write_octets({{9, 9}});
  history[0].time = today;
  history[0].policy = 2;
  history[0].receipts_to = {"l@m.example"};
  history[1] = history[0];
  history[1].policy = 0;
  const auto again = read_expansion_history(write_expansion_history(history));
  ASSERT_TRUE(again) << again.error().text;
  EXPECT_EQ((*again)[0].receipts_to, history[0].receipts_to);
  EXPECT_EQ((*again)[1].policy, 0);
  EXPECT_EQ(write_expansion_history(*again), write_expansion_history({history[0], (*again)[1]}));
}

}  // namespace

}  // namespace longwire::crypto::cms::test
