// Certificates made here, to stand at each limit and one beyond it.
#include "base/limits.hpp"

#include "base/ber_reader.hpp"
#include "crypto/random.hpp"
#include "tests/unit/x509/fixtures.hpp"

namespace longwire::crypto {
namespace {

constexpr std::string_view ecdsa_sha256 = "1.2.840.10045.4.3.2";

struct Plan {
  std::string issuer = "0", subject = "0";
  bool is_ca = true;
  std::size_t names = 0;     // in subjectAltName
  std::size_t elements = 0;  // BER elements of an extension nobody knows
};

void put_name(ber::Writer& out, const std::string& name) {
  out.begin(ber::sequence_tag);
  out.begin(ber::set_tag);
  out.begin(ber::sequence_tag);
  ber::put_oid(out, ber::oid_tag, "2.5.4.3");
  ber::put_text(out, ber::printable_string_tag, name);
  for (int i = 0; i < 3; ++i) out.end();
}

void put_extension(ber::Writer& out, std::string_view oid, ByteView value) {
  out.begin(ber::sequence_tag);
  ber::put_oid(out, ber::oid_tag, oid);
  out.primitive(ber::octet_string_tag, value);
  out.end();
}

void put_algorithm(ber::Writer& out) {
  out.begin(ber::sequence_tag);
  ber::put_oid(out, ber::oid_tag, ecdsa_sha256);
  out.end();
}

Bytes names_value(std::size_t count) {
  ber::Writer out;
  out.begin(ber::sequence_tag);
  for (std::size_t i = 0; i < count; ++i) ber::put_text(out, ber::context_tag(1, false), "a@b.example");
  out.end();
  return out.finish();
}

Bytes tbs_of(const Plan& plan, const PublicKey& key) {
  ber::Writer out;
  out.begin(ber::sequence_tag);
  out.begin(ber::context_tag(0, true));
  out.integer(ber::integer_tag, 2);
  out.end();
  out.integer(ber::integer_tag, 1);
  put_algorithm(out);
  put_name(out, plan.issuer);
  out.begin(ber::sequence_tag);
  ber::put_text(out, ber::utc_time_tag, "200101000000Z");
  ber::put_text(out, ber::utc_time_tag, "490101000000Z");
  out.end();
  put_name(out, plan.subject);
  out.raw(key.spki());
  out.begin(ber::context_tag(3, true));
  out.begin(ber::sequence_tag);
  if (plan.is_ca) put_extension(out, "2.5.29.19", *from_hex("30030101ff"));
  if (plan.names != 0) put_extension(out, "2.5.29.17", names_value(plan.names));
  for (std::size_t i = 0; i < plan.elements; ++i) put_extension(out, "1.2.3." + std::to_string(i), {});
  for (int i = 0; i < 3; ++i) out.end();
  return out.finish();
}

class Issuer {
 public:
  PrivateKey key() { return *PrivateKey::ephemeral(*test::certificate("good")->key, random_); }
  Bytes issue(const Plan& plan, const PublicKey& key, const PrivateKey& by) {
    const auto tbs = tbs_of(plan, key);
    auto signature = *by.sign(SignatureScheme::ecdsa, Digest::sha256, hash(Digest::sha256, tbs), random_);
    ber::Writer out;
    out.begin(ber::sequence_tag);
    out.raw(tbs);
    put_algorithm(out);
    out.bit_string(ber::bit_string_tag, signature, signature.size() * 8);
    out.end();
    return out.finish();
  }

 private:
  Drbg random_{Bytes(48, 7)};
};

std::string_view error_of(const Plan& plan) {
  Issuer issuer;
  const auto key = issuer.key();
  const auto read = read_certificate(issuer.issue(plan, key.public_key(), key));
  return read ? std::string_view() : read.error().name;
}

TEST(Limits, OfNames) {
  EXPECT_EQ(error_of({.names = limits::certificate_names}), "");
  EXPECT_EQ(error_of({.names = limits::certificate_names + 1}), "bad_certificate");
}

TEST(Limits, OfElements) {
  Issuer issuer;
  const auto key = issuer.key();
  const auto empty = issuer.issue({}, key.public_key(), key);
  const auto used = ber::Document::read(empty)->count();
  // An extension is three elements: SEQUENCE, OBJECT IDENTIFIER, OCTET STRING.
  const auto most = (limits::certificate_elements - used) / 3;
  EXPECT_EQ(error_of({.elements = most}), "");
  EXPECT_EQ(error_of({.elements = most + 1}), "too_many_elements");
}

// A chain of `count` certificates, the leaf first; "0" is the anchor.
std::string_view reason_of_chain(std::size_t count) {
  Issuer issuer;
  auto key = issuer.key();
  TrustStore trust;
  trust.anchors = {*read_certificate(issuer.issue({}, key.public_key(), key))};
  std::vector<CertificatePtr> chain = trust.anchors;
  while (chain.size() < count) {
    auto next = issuer.key();
    const auto number = chain.size();
    const Plan plan{
        .issuer = std::to_string(number - 1), .subject = std::to_string(number), .is_ca = number + 1 < count};
    chain.push_back(*read_certificate(issuer.issue(plan, next.public_key(), key)));
    key = std::move(next);
  }
  const auto result = verify_path(*chain.back(), chain, trust, Purpose::signing, test::now);
  EXPECT_EQ(result.ok, result.reason.empty());
  EXPECT_TRUE(!result.ok || result.chain.size() == count);
  return result.reason;
}

TEST(Limits, OfThePath) {
  EXPECT_EQ(reason_of_chain(2), "");
  EXPECT_EQ(reason_of_chain(limits::certificate_path), "");
  EXPECT_EQ(reason_of_chain(limits::certificate_path + 1), "path_too_long");
}

// Certificates with the name of the issuer and another key are tried one after the other.
std::string_view reason_behind(std::size_t wrong_ones) {
  Issuer issuer;
  const auto key = issuer.key();
  const auto leaf_key = issuer.key();
  TrustStore trust;
  for (std::size_t i = 0; i < wrong_ones; ++i) {
    const auto other = issuer.key();
    trust.anchors.push_back(*read_certificate(issuer.issue({}, other.public_key(), other)));
  }
  trust.anchors.push_back(*read_certificate(issuer.issue({}, key.public_key(), key)));
  const auto leaf = *read_certificate(issuer.issue({.subject = "leaf", .is_ca = false}, leaf_key.public_key(), key));
  const auto result = verify_path(*leaf, {}, trust, Purpose::signing, test::now);
  EXPECT_EQ(result.ok, result.reason.empty() && result.text.empty());
  return result.reason;
}

TEST(Limits, OfSignaturesTried) {
  EXPECT_EQ(reason_behind(limits::path_signatures - 1), "");
  EXPECT_EQ(reason_behind(limits::path_signatures), "bad_signature");
}

}  // namespace
}  // namespace longwire::crypto
