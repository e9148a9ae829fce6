// SignedData as sign() would never write it: every rule of the reader needs a message that breaks it.
#pragma once

#include "crypto/cms/sequence.hpp"
#include "tests/unit/cms/people.hpp"

namespace longwire::crypto::cms::test {

inline constexpr std::string_view sha256_oid = "2.16.840.1.101.3.4.2.1";

struct ForgedSigner {
  const Person* person = nullptr;
  std::optional<Bytes> attributes;  // SET OF, as sent
  std::optional<Bytes> hashed;      // what is signed, if not the attributes or the content
  int version = 1;
  std::string digest_oid{sha256_oid};
  Bytes unsigned_attributes;  // SET OF
};
struct Forged {
  std::string content_type{oid::data};
  Bytes content;
  std::optional<Bytes> raw_content;  // in place of the OCTET STRING
  std::vector<ForgedSigner> signers;
  std::vector<Bytes> certificates;
};

inline Bytes digest_attribute_value(ByteView content) { return write_octets(hash(Digest::sha256, content)); }
inline std::vector<Attribute> usual_attributes(const Forged& message) {
  return {{std::string(oid::content_type), {write_oid(message.content_type)}},
          {std::string(oid::message_digest), {digest_attribute_value(message.content)}}};
}

inline Bytes forge_signer(const Forged& message, const ForgedSigner& signer) {
  SeededRandom random;
  const auto hashed = signer.hashed.value_or(signer.attributes.value_or(message.content));
  const bool rsa = signer.person->key.type() == KeyType::rsa;
  const auto scheme = rsa ? SignatureScheme::rsa_pkcs1 : SignatureScheme::ecdsa;
  const auto signature = signer.person->key.sign(scheme, Digest::sha256, hash(Digest::sha256, hashed), random);
  ber::Writer out;
  out.begin(ber::sequence_tag);
  out.integer(ber::integer_tag, signer.version);
  out.begin(ber::sequence_tag);
  out.raw(signer.person->certificate->issuer);
  out.primitive(ber::integer_tag, signer.person->certificate->serial);
  out.end();
  put_algorithm(out, signer.digest_oid);
  if (signer.attributes) {
    auto attributes = *signer.attributes;
    attributes[0] = 0xA0;
    out.raw(attributes);
  }
  if (rsa) put_algorithm(out, oid::rsa_encryption, null_octets);
  else put_algorithm(out, "1.2.840.10045.4.3.2");
  out.primitive(ber::octet_string_tag, *signature);
  if (!signer.unsigned_attributes.empty()) {
    auto attributes = signer.unsigned_attributes;
    attributes[0] = 0xA1;
    out.raw(attributes);
  }
  out.end();
  return out.finish();
}

inline Bytes forge(const Forged& message) {
  ber::Writer out;
  out.begin(ber::sequence_tag);
  out.integer(ber::integer_tag, 1);
  out.begin(ber::set_tag);
  put_algorithm(out, sha256_oid);
  out.end();
  out.begin(ber::sequence_tag);
  (void)out.oid(ber::oid_tag, message.content_type);
  out.begin(ber::context_tag(0, true));
  if (message.raw_content) out.raw(*message.raw_content);
  else out.primitive(ber::octet_string_tag, message.content);
  out.end();
  out.end();
  if (!message.certificates.empty()) {
    out.begin(ber::context_tag(0, true));
    for (const auto& certificate : message.certificates) out.raw(certificate);
    out.end();
  }
  out.begin(ber::set_tag);
  for (const auto& signer : message.signers) out.raw(forge_signer(message, signer));
  out.end();
  out.end();
  return out.finish();
}

// The SET OF of these attributes in the order given.
inline Bytes unsorted(const std::vector<Attribute>& list) {
  ber::Writer out;
  out.begin(ber::set_tag);
  for (const auto& attribute : list) {
    const auto alone = encode_attributes({attribute});
    const auto doc = ber::Document::read(alone);
    out.raw(doc->content(0));
  }
  out.end();
  return out.finish();
}

// The same message with these RecipientInfos before its own.
inline Bytes with_recipients(const Bytes& message, const std::vector<Bytes>& further) {
  const auto doc = ber::Document::read(message);
  const auto members = doc->children(0);
  ber::Writer out;
  out.begin(ber::sequence_tag);
  out.raw(doc->encoding(members[0]));
  out.begin(ber::set_tag);
  for (const auto& one : further) out.raw(one);
  out.raw(doc->content(members[1]));
  out.end();
  for (std::size_t i = 2; i < members.size(); ++i) out.raw(doc->encoding(members[i]));
  out.end();
  return out.finish();
}

inline SignatureVerdict verdict_of(const Bytes& signed_data, std::vector<CertificatePtr> known = {}) {
  const auto data = decode_signed_data(signed_data);
  EXPECT_TRUE(data) << (data ? "" : data.error().text);
  for (const auto* name : {"alice-rsa", "alice-p256", "bob-p256"}) known.push_back(certificate(name));
  return data ? verify(*data, std::nullopt, {nullptr, known, today}) : SignatureVerdict();
}

}  // namespace longwire::crypto::cms::test
