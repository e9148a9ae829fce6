// Every limit of CMS: taken at the limit, refused one beyond.
#include "tests/unit/cms/forge.hpp"

namespace longwire::crypto::cms::test {

namespace {

template <class T>
std::string_view outcome(const Result<T>& result) {
  return result ? std::string_view("taken") : result.error().name;
}

TEST(CmsLimits, Octets) {
  const auto content_info = [](std::size_t octets) {
    return encode_content_info(oid::data, write_octets(Bytes(octets)));
  };
  auto message = content_info(limits::cms_octets);
  const auto excess = message.size() - limits::cms_octets;
  message = content_info(limits::cms_octets - excess);
  ASSERT_EQ(message.size(), limits::cms_octets);
  EXPECT_EQ(outcome(decode_content_info(message)), "taken");
  message.push_back(0);
  EXPECT_EQ(outcome(decode_content_info(message)), "too_large");
  EXPECT_EQ(outcome(decode_signed_data(message)), "too_large");
  EXPECT_EQ(outcome(decode_enveloped_data(message, false)), "too_large");
}

class Recipients : public ::testing::Test {
 protected:
  RecipientSpec net(std::uint8_t id) const {
    RecipientSpec out;
    out.kek_id = {id};
    out.kek = id == 0 ? &wrong_ : &kek_;
    return out;
  }
  Bytes message(const std::vector<RecipientSpec>& to) { return *encrypt(plain(), to, {}, random_); }
  Secret kek_{Bytes(16, 5)}, wrong_{Bytes(16, 6)};
  SeededRandom random_;
};

TEST_F(Recipients, Number) {
  std::vector<RecipientSpec> to(limits::cms_recipients, net(1));
  const auto full = encrypt(plain(), to, {}, random_);
  ASSERT_EQ(outcome(full), "taken");
  EXPECT_EQ(decode_enveloped_data(*full, false)->recipients.size(), limits::cms_recipients);
  to.push_back(net(1));
  EXPECT_EQ(outcome(encrypt(plain(), to, {}, random_)), "too_many_recipients");
  const Bytes unknown{0xA9, 0};
  EXPECT_EQ(outcome(decode_enveloped_data(with_recipients(*full, {unknown}), false)), "too_many_recipients");
}

TEST_F(Recipients, KeysOfOneAgreement) {
  const Person bob("bob-p256");
  EncryptOptions how;
  const auto one = *encrypt(plain(), {bob.recipient()}, how, random_);
  const auto doc = ber::Document::read(one);
  const auto with_keys = [&](std::size_t count) {
    const auto members = doc->children(doc->children(0)[1] + 1);
    ber::Writer out;
    out.begin(ber::context_tag(1, true));
    for (std::size_t i = 0; i + 1 < members.size(); ++i) out.raw(doc->encoding(members[i]));
    out.begin(ber::sequence_tag);
    for (std::size_t i = 0; i < count; ++i) out.raw(doc->content(members.back()));
    out.end();
    out.end();
    return with_recipients(one, {out.finish()});  // and the one it has
  };
  EXPECT_EQ(outcome(decode_enveloped_data(with_keys(limits::cms_recipients - 1), false)), "taken");
  EXPECT_EQ(outcome(decode_enveloped_data(with_keys(limits::cms_recipients), false)), "too_many_recipients");
}

// A SET sorts: the entries that cannot be opened are placed before the good one by hand.
TEST_F(Recipients, Attempts) {
  DecryptOptions options;
  options.keks.emplace_back(Bytes{1}, kek_.copy());
  const auto bogus = [&] {
    ber::Writer out;
    out.begin(ber::context_tag(2, true));
    out.integer(ber::integer_tag, 4);
    out.begin(ber::sequence_tag);
    out.primitive(ber::octet_string_tag, {{1}});
    out.end();
    put_algorithm(out, wrap_oid(16));
    out.primitive(ber::octet_string_tag, Bytes(24, 9));
    out.end();
    return out.finish();
  }();
  const auto good = message({net(1)});
  const auto with = [&](std::size_t count) {
    const auto data = decode_enveloped_data(with_recipients(good, std::vector<Bytes>(count, bogus)), false);
    return outcome(decrypt(*data, options, random_));
  };
  EXPECT_EQ(with(limits::cms_key_attempts - 1), "taken");
  EXPECT_EQ(with(limits::cms_key_attempts), "decryption_failed");
}

TEST(CmsLimits, Certificates) {
  Forged message;
  message.certificates.assign(limits::cms_certificates, certificate("alice-rsa")->der);
  EXPECT_EQ(outcome(decode_signed_data(forge(message))), "taken");
  message.certificates.push_back(message.certificates[0]);
  EXPECT_EQ(outcome(decode_signed_data(forge(message))), "too_many_certificates");
  const Person alice("alice-p256");
  SeededRandom random;
  SignOptions options;
  options.further.assign(limits::cms_certificates - 1, alice.certificate);
  EXPECT_EQ(outcome(sign(plain(), {alice.signer()}, options, random)), "taken");
  options.further.push_back(alice.certificate);
  EXPECT_EQ(outcome(sign(plain(), {alice.signer()}, options, random)), "too_many_certificates");
}

TEST(CmsLimits, Signers) {
  const Person alice("alice-p256");
  Forged message;
  message.content = plain();
  message.signers.assign(limits::cms_signers, {&alice, {}, {}, 1, std::string(sha256_oid), {}});
  const auto full = forge(message);
  EXPECT_TRUE(verdict_of(full).all_good);
  message.signers.push_back(message.signers[0]);
  EXPECT_EQ(outcome(decode_signed_data(forge(message))), "too_many_signers");
  SeededRandom random;
  const std::vector<SignerSpec> signers(limits::cms_signers + 1, alice.signer());
  EXPECT_EQ(outcome(sign(plain(), signers, {}, random)), "too_many_signers");
}

TEST(CmsLimits, Crls) {
  const auto with = [](std::size_t count) {
    const auto doc_of = encode_certs_only({});
    const auto doc = ber::Document::read(doc_of);
    const auto members = doc->children(0);
    ber::Writer out;
    out.begin(ber::sequence_tag);
    for (std::size_t i = 0; i < 3; ++i) out.raw(doc->encoding(members[i]));
    out.begin(ber::context_tag(1, true));
    for (std::size_t i = 0; i < count; ++i) out.primitive(ber::octet_string_tag, {{1}});
    out.end();
    out.raw(doc->encoding(members[3]));
    out.end();
    return outcome(decode_signed_data(out.finish()));
  };
  EXPECT_EQ(with(limits::cms_crls), "taken");
  EXPECT_EQ(with(limits::cms_crls + 1), "too_many_crls");
}

TEST(CmsLimits, Attributes) {
  const Person alice("alice-p256");
  const auto with = [&](std::size_t count) {
    Forged message;
    message.content = plain();
    auto list = usual_attributes(message);
    while (list.size() < count) list.push_back({"1.2." + std::to_string(list.size()), {write_oid("1.2.3")}});
    message.signers = {{&alice, encode_attributes(list), {}, 1, std::string(sha256_oid), {}}};
    return outcome(decode_signed_data(forge(message)));
  };
  EXPECT_EQ(with(limits::cms_attributes), "taken");
  EXPECT_EQ(with(limits::cms_attributes + 1), "too_many_attributes");
}

TEST(CmsLimits, ValuesOfAttributes) {
  const auto request = [](std::size_t count) {
    return outcome(
        read_receipt_request(write_receipt_request({{1}, 0, {}, std::vector<std::string>(count, "a@b.example")})));
  };
  EXPECT_EQ(request(limits::cms_general_names), "taken");
  EXPECT_EQ(request(limits::cms_general_names + 1), "bad_attribute");
  const auto history = [](std::size_t count) {
    ExpansionElement one;
    one.list_id = write_octets({{1}});
    return outcome(read_expansion_history(write_expansion_history(std::vector<ExpansionElement>(count, one))));
  };
  EXPECT_EQ(history(0), "bad_attribute");
  EXPECT_EQ(history(limits::cms_expansions), "taken");
  EXPECT_EQ(history(limits::cms_expansions + 1), "bad_attribute");
  const auto labels = [](std::size_t count) {
    return outcome(
        read_equivalent_labels(write_equivalent_labels(std::vector<SecurityLabel>(count, {"1.2.3", 1, {}, {}}))));
  };
  EXPECT_EQ(labels(limits::cms_equivalent_labels), "taken");
  EXPECT_EQ(labels(limits::cms_equivalent_labels + 1), "bad_attribute");
}

Attribute countersignature_of(const Bytes& signer_info) { return {std::string(oid::countersignature), {signer_info}}; }

TEST(CmsLimits, CountersignaturesAreCheckedToADepth) {
  const Person alice("alice-p256");
  Forged message;
  message.content = plain();
  const ForgedSigner innermost{&alice, {}, {}, 1, std::string(sha256_oid), {}};
  // From the inside out; what each is over does not matter here, only how many are looked at.
  auto signer = innermost;
  for (std::size_t i = 0; i < limits::cms_countersignature_depth + 2; ++i) {
    auto outer = innermost;
    outer.unsigned_attributes = encode_attributes({countersignature_of(forge_signer(message, signer))});
    signer = outer;
  }
  message.signers = {signer};
  const auto verdict = verdict_of(forge(message));
  std::size_t depth = 0;
  const auto* at = &verdict.signers.at(0);
  for (; !at->countersigners.empty(); at = &at->countersigners[0]) ++depth;
  EXPECT_EQ(depth, limits::cms_countersignature_depth);
}

TEST(CmsLimits, CountersignaturesOfAMessage) {
  const Person alice("alice-p256");
  Forged message;
  message.content = plain();
  ForgedSigner signer{&alice, {}, {}, 1, std::string(sha256_oid), {}};
  const auto one = forge_signer(message, signer);
  const auto with = [&](std::size_t count) {
    signer.unsigned_attributes =
        encode_attributes({{std::string(oid::countersignature), std::vector<Bytes>(count, one)}});
    message.signers = {signer, signer};
    return verdict_of(forge(message));
  };
  const auto half = with(limits::cms_signers / 2);
  EXPECT_EQ(half.signers[1].countersigners.size(), limits::cms_signers / 2);
  EXPECT_EQ(half.signers[1].countersigners.back().result, "bad_signature");
  const auto beyond = with(limits::cms_signers / 2 + 1);
  EXPECT_EQ(beyond.signers[1].countersigners.back().result, "too_many_signers");
  EXPECT_EQ(with(limits::cms_signers + 1).signers[0].countersigners.back().result, "bad_attribute");
}

}  // namespace

}  // namespace longwire::crypto::cms::test
