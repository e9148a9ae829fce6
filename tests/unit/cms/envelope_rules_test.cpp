// The rules of EnvelopedData and AuthEnvelopedData (security.md 4, 12).
#include "crypto/cms/sequence.hpp"
#include "crypto/kdf.hpp"
#include "tests/unit/cms/forge.hpp"

#include <functional>

namespace longwire::crypto::cms::test {

namespace {

class EnvelopeRules : public ::testing::Test {
 protected:
  Bytes made(const RecipientSpec& recipient, Cipher cipher = Cipher::aes128_cbc, std::string_view type = oid::data) {
    EncryptOptions options;
    options.cipher = cipher;
    options.content_type = type;
    auto out = encrypt(plain(), {recipient}, options, random_);
    EXPECT_TRUE(out);
    return *out;
  }
  EnvelopedData read(const Bytes& message, Cipher cipher = Cipher::aes128_cbc) {
    auto out = decode_enveloped_data(message, is_gcm(cipher));
    EXPECT_TRUE(out) << (out ? "" : out.error().text);
    return *out;
  }
  RecipientSpec net() const {
    RecipientSpec out;
    out.kek_id = to_bytes("net");
    out.kek = &kek_;
    return out;
  }
  Result<Opened> open(const EnvelopedData& data) {
    DecryptOptions options;
    for (const auto* person : {&rsa_, &p256_, &dh_}) options.keys.push_back(person->own());
    options.keks.emplace_back(to_bytes("net"), kek_.copy());
    return decrypt(data, options, random_);
  }

  Person rsa_{"bob-rsa"}, p256_{"bob-p256"}, p384_{"bob-p384"}, dh_{"bob-dh"};
  Secret kek_{Bytes(16, 5)};
  SeededRandom random_;
};

struct Fault {
  const char* what;
  std::function<void(EnvelopedData&)> make;
};

// Whatever is wrong with key, padding, tag or length: one error, without a word or an offset of its own.
TEST_F(EnvelopeRules, AllFaultsOfDecryptionAreOneError) {
  std::size_t count = 0;
  const auto check = [&](const EnvelopedData& good, const std::vector<Fault>& faults) {
    ASSERT_TRUE(open(good));
    for (const auto& fault : faults) {
      auto bad = good;
      fault.make(bad);
      const auto opened = open(bad);
      ASSERT_FALSE(opened) << fault.what;
      EXPECT_EQ(opened.error().name, "decryption_failed") << fault.what;
      EXPECT_EQ(opened.error().offset, 0U);
      EXPECT_EQ(opened.error().text, "the message could not be decrypted");
      ++count;
    }
  };
  const auto wrapped = [](std::size_t octets, const Secret& kek) { return wrap_key(kek.view(), Bytes(octets, 1)); };
  const std::vector<Fault> of_keys{
      {"key changed", [](auto& data) { data.recipients[0].encrypted_keys[0][20] ^= 1; }},
      {"first octet of the key", [](auto& data) { data.recipients[0].encrypted_keys[0][0] ^= 1; }},
      {"key cut off", [](auto& data) { data.recipients[0].encrypted_keys[0].pop_back(); }},
      {"key longer", [](auto& data) { data.recipients[0].encrypted_keys[0].push_back(0); }},
      {"no key", [](auto& data) { data.recipients[0].encrypted_keys[0].clear(); }},
  };
  const std::vector<Fault> of_cbc{
      {"content cut off", [](auto& data) { data.encrypted_content->pop_back(); }},
      {"a block less", [](auto& data) { data.encrypted_content->resize(data.encrypted_content->size() - 16); }},
      {"last block changed", [](auto& data) { data.encrypted_content->back() ^= 1; }},
      {"no content octets", [](auto& data) { data.encrypted_content->clear(); }},
      {"no content", [](auto& data) { data.encrypted_content.reset(); }},
      {"short IV", [](auto& data) { data.cipher_parameters = write_octets(Bytes(8)); }},
      {"no IV", [](auto& data) { data.cipher_parameters.clear(); }},
  };
  const auto transport = [&](std::size_t key_octets) {
    return [this, key_octets](EnvelopedData& data) {
      data.recipients[0].encrypted_keys[0] =
          *rsa_.certificate->key->encrypt(KeyTransport::rsa_pkcs1, {}, Bytes(key_octets, 9), random_);
    };
  };
  for (const auto& recipient : {rsa_.recipient(), p256_.recipient(), dh_.recipient(), net()}) {
    const auto good = read(made(recipient));
    check(good, of_keys);
    check(good, of_cbc);
  }
  check(read(made(rsa_.recipient())),
        {{"key of 15 octets", transport(15)}, {"key of 24", transport(24)}, {"another key", transport(16)}});
  auto oaep = rsa_.recipient();
  oaep.oaep = true;
  check(read(made(oaep)), of_keys);
  check(read(made(net())),
        {{"wrapped key of 24 octets", [&](auto& data) { data.recipients[0].encrypted_keys[0] = wrapped(24, kek_); }},
         {"wrapped under another key",
          [&](auto& data) { data.recipients[0].encrypted_keys[0] = wrapped(16, Secret(Bytes(16, 6))); }},
         {"wrap of another length", [](auto& data) { data.recipients[0].algorithm = wrap_oid(32); }}});
  const auto agreed = read(made(p256_.recipient()));
  check(agreed,
        {{"point not on the curve", [](auto& data) { data.recipients[0].originator_key[40] ^= 1; }},
         {"no point", [](auto& data) { data.recipients[0].originator_key.clear(); }},
         {"point of another curve",
          [&](auto& data) { data.recipients[0].originator_key = p384_.key.public_key().agreement_octets(); }},
         {"another kind of key", [](auto& data) { data.recipients[0].originator_algorithm = oid::dh_public_number; }},
         {"another named curve",
          [](auto& data) { data.recipients[0].originator_parameters = write_oid("1.3.132.0.34"); }},
         {"a ukm more", [](auto& data) { data.recipients[0].ukm = Bytes{1}; }},
         {"DH derivation", [](auto& data) { data.recipients[0].algorithm = oid::esdh; }},
         {"originator by unknown certificate", [](auto& data) {
            data.recipients[0].originator = KeyId{{}, {}, {1, 2}};
          }}});
  check(read(made(dh_.recipient())), {{"public value 1",
                                       [](auto& data) {
                                         data.recipients[0].originator_key = {2, 1, 1};
                                       }},
                                      {"public value 0",
                                       [](auto& data) {
                                         data.recipients[0].originator_key = {2, 1, 0};
                                       }},
                                      {"no INTEGER", [](auto& data) {
                                         data.recipients[0].originator_key = {4, 1, 5};
                                       }}});
  const auto sealed = read(made(net(), Cipher::aes128_gcm), Cipher::aes128_gcm);
  check(sealed, of_keys);
  check(sealed, {{"tag", [](auto& data) { data.mac[15] ^= 1; }},
                 {"tag of 12 octets where 16 are told", [](auto& data) { data.mac.resize(12); }},
                 {"no tag", [](auto& data) { data.mac.clear(); }},
                 {"content", [](auto& data) { (*data.encrypted_content)[0] ^= 1; }},
                 {"content cut off", [](auto& data) { data.encrypted_content->pop_back(); }},
                 {"no content", [](auto& data) { data.encrypted_content.reset(); }},
                 {"no parameters", [](auto& data) { data.cipher_parameters.clear(); }},
                 {"an attribute more", [](auto& data) {
                    data.authenticated_attributes = {{{"1.2.3", {write_oid("1.2")}}}, {0x31, 0}};
                  }}});
  EXPECT_GE(count, 70U);
}

// RFC 5084 3.2: 12 to 16 octets, absent means 12 (or as long as the tag is: RFC 8551 3.4).
TEST_F(EnvelopeRules, LengthsOfTags) {
  const auto good = read(made(net(), Cipher::aes128_gcm), Cipher::aes128_gcm);
  const auto doc = ber::Document::read(good.cipher_parameters);
  const auto nonce = *doc->octet_string(1);
  const auto with = [&](std::optional<int> told, std::size_t octets) {
    ber::Writer out;
    out.begin(ber::sequence_tag);
    out.primitive(ber::octet_string_tag, nonce);
    if (told) out.integer(ber::integer_tag, *told);
    out.end();
    auto data = good;
    data.cipher_parameters = out.finish();
    data.mac.resize(octets);
    return open(data).has_value();
  };
  for (int octets = 0; octets <= 16; ++octets) {
    EXPECT_EQ(with(octets, static_cast<std::size_t>(octets)), octets >= 12) << octets;
    EXPECT_EQ(with({}, static_cast<std::size_t>(octets)), octets >= 12) << octets;
  }
  EXPECT_FALSE(with(17, 16));
  EXPECT_FALSE(with(12, 16));
  EXPECT_FALSE(with(-1, 16));
}

TEST_F(EnvelopeRules, CiphersStayInTheirStructure) {
  auto data = read(made(net(), Cipher::aes128_gcm), Cipher::aes128_gcm);
  data.authenticated = false;  // GCM without its tag
  EXPECT_EQ(open(data).error().name, "unsupported_algorithm");
  data = read(made(net()));
  data.authenticated = true;
  EXPECT_EQ(open(data).error().name, "unsupported_algorithm");
}

// RFC 5083 2.1: what is not plain data has its type authenticated.
TEST_F(EnvelopeRules, TypeOfAuthenticatedContent) {
  const auto small = read(made(net(), Cipher::aes128_gcm, oid::signed_data), Cipher::aes128_gcm);
  ASSERT_TRUE(open(small));
  auto bad = small;
  bad.content_type = oid::enveloped_data;
  EXPECT_EQ(open(bad).error().name, "wrong_content_type");
  bad = small;
  bad.authenticated_attributes = {};
  EXPECT_EQ(open(bad).error().name, "missing_attribute");
  bad = small;
  bad.authenticated_attributes.list.push_back(bad.authenticated_attributes.list[0]);
  EXPECT_EQ(open(bad).error().name, "duplicate_attribute");
  bad = small;
  bad.content_type = oid::data;  // told otherwise by the attributes
  EXPECT_EQ(open(bad).error().name, "wrong_content_type");
}

TEST_F(EnvelopeRules, AuthenticatedAttributesInAnyOrder) {
  EncryptOptions options;
  options.cipher = Cipher::aes128_gcm;
  options.authenticated_attributes = {{std::string(oid::security_label), {encode_label({"1.2.3", 2, {}, {}})}},
                                      {std::string(oid::content_hints), {write_content_hints({"x", "1.2.3"})}},
                                      {std::string(oid::content_type), {write_oid(oid::data)}}};
  options.content_type = oid::signed_data;  // written once, and right, whatever is given
  auto data = read(*encrypt(plain(), {net()}, options, random_), Cipher::aes128_gcm);
  ASSERT_TRUE(open(data));
  EXPECT_EQ(data.authenticated_attributes.list.size(), 3U);
  EXPECT_TRUE(data.authenticated_attributes.has(oid::security_label));
  const auto doc = ber::Document::read(data.authenticated_attributes.as_received);
  ber::Writer reversed;
  reversed.begin(ber::set_tag);
  const auto members = doc->children(0);
  for (auto i = members.size(); i-- > 0;) reversed.raw(doc->encoding(members[i]));
  reversed.end();
  data.authenticated_attributes.as_received = reversed.finish();
  EXPECT_TRUE(open(data));  // authenticated sorted, sent in another order
}

TEST_F(EnvelopeRules, WhatIsUnknownSpoilsOneRecipientOnly) {
  const auto element = [](std::uint32_t number, int version) {
    ber::Writer out;
    out.begin(ber::context_tag(number, true));
    out.integer(ber::integer_tag, version);
    out.integer(ber::integer_tag, 77);
    out.end();
    return out.finish();
  };
  const Bytes other_version{0x30, 6, 2, 1, 9, 4, 1, 1};
  const auto message = with_recipients(made(rsa_.recipient()), {element(1, 4), element(2, 5), element(3, 0),
                                                                element(4, 0), element(9, 0), other_version});
  const auto data = read(message);
  ASSERT_EQ(data.recipients.size(), 7U);
  EXPECT_EQ(data.recipients[0].problem, "unsupported_version");
  EXPECT_EQ(data.recipients[1].problem, "unsupported_version");
  EXPECT_EQ(data.recipients[2].problem, "unsupported_recipient");
  EXPECT_EQ(data.recipients[4].problem, "unsupported_recipient");
  EXPECT_EQ(data.recipients[5].problem, "unsupported_version");
  EXPECT_TRUE(open(data));
}

TEST_F(EnvelopeRules, UnknownAlgorithmsOfARecipient) {
  auto data = read(with_recipients(made(rsa_.recipient()), {}));
  auto second = data.recipients[0];
  data.recipients[0].algorithm = "1.2.3.4";
  EXPECT_EQ(open(data).error().name, "unsupported_algorithm");
  data.recipients.push_back(second);
  EXPECT_TRUE(open(data));
}

// RSAES-OAEP-params (RFC 3560 3): every member may be left out.
TEST_F(EnvelopeRules, AllFormsOfOaepParameters) {
  const auto algorithm = [](std::uint32_t number, std::string_view oid, const Bytes& parameters) {
    ber::Writer out;
    out.begin(ber::context_tag(number, true));
    put_algorithm(out, oid, parameters);
    out.end();
    return out.finish();
  };
  const auto mask = [&](Digest digest, const Bytes& null) {
    ber::Writer inner;
    put_algorithm(inner, oid_of(digest), null);
    return algorithm(1, oid::mgf1, inner.finish());
  };
  const auto joined = [](const std::vector<Bytes>& parts) {
    ber::Writer out;
    out.begin(ber::sequence_tag);
    for (const auto& part : parts) out.raw(part);
    out.end();
    return out.finish();
  };
  const Bytes null{5, 0}, none;
  const auto label = to_bytes("label");
  struct Form {
    Bytes parameters;
    OaepParameters meaning;
  };
  const std::vector<Form> forms{
      {none, {}},
      {joined({}), {}},
      {joined({algorithm(0, oid_of(Digest::sha1), null)}), {}},
      {joined({mask(Digest::sha1, none)}), {}},
      {joined({algorithm(0, oid_of(Digest::sha256), null), mask(Digest::sha256, null)}), {Digest::sha256, {}, {}}},
      {joined({algorithm(0, oid_of(Digest::sha256), none), mask(Digest::sha256, none)}), {Digest::sha256, {}, {}}},
      {joined({algorithm(0, oid_of(Digest::sha512), none), mask(Digest::sha512, none)}), {Digest::sha512, {}, {}}},
      {joined({algorithm(0, oid_of(Digest::sha256), none)}), {Digest::sha256, {}, Digest::sha1}},
      {joined({mask(Digest::sha256, none)}), {Digest::sha1, {}, Digest::sha256}},
      {joined({algorithm(2, oid::p_specified, write_octets(label))}), {Digest::sha1, label, {}}},
      {joined({algorithm(0, oid_of(Digest::sha384), none), mask(Digest::sha384, none),
               algorithm(2, oid::p_specified, write_octets(label))}),
       {Digest::sha384, label, {}}},
  };
  const auto good = read(made(net()));
  const auto group_key = unwrap_key(kek_.view(), good.recipients[0].encrypted_keys[0]);
  auto data = read(made(rsa_.recipient()));
  data.encrypted_content = good.encrypted_content;
  data.cipher_parameters = good.cipher_parameters;
  data.recipients[0].algorithm = oid::rsaes_oaep;
  for (const auto& form : forms) {
    auto sent = rsa_.certificate->key->encrypt(KeyTransport::rsa_oaep, form.meaning, group_key->view(), random_);
    ASSERT_TRUE(sent) << to_hex(form.parameters);
    data.recipients[0].algorithm_parameters = form.parameters;
    data.recipients[0].encrypted_keys[0] = *sent;
    EXPECT_TRUE(open(data)) << to_hex(form.parameters);
  }
  data.recipients[0].algorithm_parameters = joined({algorithm(0, "1.2.3", none)});
  EXPECT_EQ(open(data).error().name, "unsupported_algorithm");
  data.recipients[0].algorithm_parameters = joined({algorithm(2, "1.2.3", write_octets(label))});
  EXPECT_EQ(open(data).error().name, "unsupported_algorithm");
}

// RFC 5652 6.2.2: the originator may be a certificate, of the message or known (static-static).
TEST_F(EnvelopeRules, OriginatorNamedByCertificate) {
  const Person gateway("gateway-p256");
  auto data = read(made(p256_.recipient()));
  const auto z = gateway.key.agree(*p256_.certificate->key, random_);
  const Secret key(Bytes(16, 3));
  auto& recipient = data.recipients[0];
  recipient.originator = KeyId{gateway.certificate->issuer, gateway.certificate->serial, {}};
  recipient.ukm = Bytes(8, 1);
  const auto info = ecc_cms_shared_info(recipient.algorithm_parameters, ByteView(*recipient.ukm), 16);
  recipient.encrypted_keys[0] = wrap_key(x963_kdf(Digest::sha256, z->view(), info, 16).view(), key.view());
  const Bytes iv(16, 2);
  data.cipher_parameters = write_octets(iv);
  data.encrypted_content = cbc_encrypt(Cipher::aes128_cbc, key.view(), iv, plain());
  EXPECT_EQ(open(data).error().name, "decryption_failed");
  data.originator_certificates.push_back(gateway.certificate);
  ASSERT_TRUE(open(data));
  data.originator_certificates.clear();
  recipient.originator = KeyId{{}, {}, gateway.certificate->subject_key_id};
  DecryptOptions options;
  options.keys.push_back(p256_.own());
  options.known.push_back(gateway.certificate);
  const auto opened = decrypt(data, options, random_);
  ASSERT_TRUE(opened);
  EXPECT_EQ(octets_of(opened->content), plain());
}

TEST_F(EnvelopeRules, ParametersOfOriginatorKeys) {
  auto data = read(made(p256_.recipient()));
  auto& parameters = data.recipients[0].originator_parameters;
  EXPECT_TRUE(parameters.empty());
  parameters = {5, 0};
  EXPECT_TRUE(open(data));
  parameters = write_oid("1.2.840.10045.3.1.7");
  EXPECT_TRUE(open(data));
}

}  // namespace

}  // namespace longwire::crypto::cms::test
