// Reading of EnvelopedData (RFC 5652 6) and AuthEnvelopedData (RFC 5083).
#include "crypto/cms/enveloped_data.hpp"

#include "crypto/cms/attribute_fields.hpp"
#include "crypto/cms/structures.hpp"

#include <algorithm>
#include <array>

namespace longwire::crypto::cms {

namespace {

struct Originator {
  Algorithm algorithm;
  Bytes key;
};

Result<KeyId> read_key_id(const ber::Document& doc, std::size_t index) {
  auto octets = doc.octet_string(index);
  if (!octets) return octets.error();
  if (octets->empty()) return error("bad_cms", doc[index].offset, "an empty subjectKeyIdentifier");
  return KeyId{{}, {}, *std::move(octets)};
}

// RecipientKeyIdentifier (RFC 5652 6.2.2) and KEKIdentifier (6.2.3) alike: date and other do not name a key of ours.
Result<Bytes> read_identifier(const ber::Document& doc, std::size_t index) {
  Sequence in(doc, index);
  Bytes identifier, passed;
  in.required(ber::octet_string_tag, "key identifier", read_octets, identifier);
  in.optional(generalized_time_tag, read_raw, passed);
  in.optional(ber::sequence_tag, read_raw, passed);
  return in.finish(std::move(identifier));
}

bool is_context(const ber::Document& doc, std::size_t index, std::uint32_t number) {
  return doc[index].tag.cls == ber::TagClass::context && doc[index].tag.number == number;
}

Result<KeyId> read_transport_id(const ber::Document& doc, std::size_t index) {
  if (is_context(doc, index, 0)) return read_key_id(doc, index);
  return ber::tagged(ber::sequence_tag, read_issuer_and_serial)(doc, index);
}

Result<KeyId> read_agreement_id(const ber::Document& doc, std::size_t index) {
  if (!is_context(doc, index, 0)) return ber::tagged(ber::sequence_tag, read_issuer_and_serial)(doc, index);
  auto identifier = read_identifier(doc, index);
  if (!identifier) return identifier.error();
  if (identifier->empty()) return error("bad_cms", doc[index].offset, "an empty subjectKeyIdentifier");
  return KeyId{{}, {}, *std::move(identifier)};
}

RecipientInfo unsupported(std::string_view problem, int version) {
  RecipientInfo out;
  out.problem = problem;
  out.version = version;
  return out;
}

// An unknown version: what follows could be anything (RFC 5652 6.2). nullopt: one of those known.
std::optional<RecipientInfo> check_version(Sequence& in, std::initializer_list<int> known) {
  int version = -1;
  in.required(ber::integer_tag, "version", read_int, version);
  if (in.failed() || std::find(known.begin(), known.end(), version) != known.end()) return std::nullopt;
  in.pass_over();
  return unsupported("unsupported_version", version);
}

void read_key_encryption(Sequence& in, RecipientInfo& out) {
  Algorithm algorithm;
  in.required(ber::sequence_tag, "keyEncryptionAlgorithm", read_algorithm, algorithm);
  out.algorithm = std::move(algorithm.oid);
  out.algorithm_parameters = std::move(algorithm.parameters);
}

Result<RecipientInfo> read_transport(const ber::Document& doc, std::size_t index) {
  Sequence in(doc, index);
  if (auto other = check_version(in, {0, 2})) return in.finish(*std::move(other));
  RecipientInfo out;
  out.kind = RecipientInfo::Kind::key_transport;
  KeyId id;
  Bytes key;
  in.choice("rid", read_transport_id, id);
  read_key_encryption(in, out);
  in.required(ber::octet_string_tag, "encryptedKey", read_octets, key);
  out.version = id.subject_key_id.empty() ? 0 : 2;
  out.ids.push_back(std::move(id));
  out.encrypted_keys.push_back(std::move(key));
  return in.finish(std::move(out));
}

Result<Originator> read_originator_key(const ber::Document& doc, std::size_t index) {
  Sequence in(doc, index);
  Originator out;
  in.required(ber::sequence_tag, "algorithm", read_algorithm, out.algorithm);
  in.required(ber::bit_string_tag, "publicKey", read_bits, out.key);
  return in.finish(std::move(out));
}

Result<RecipientInfo> read_originator(const ber::Document& doc, std::size_t index) {
  RecipientInfo out;
  if (is_context(doc, index, 1)) {
    auto key = read_originator_key(doc, index);
    if (!key) return key.error();
    out.originator_algorithm = std::move(key->algorithm.oid);
    out.originator_parameters = std::move(key->algorithm.parameters);
    out.originator_key = std::move(key->key);
    return out;
  }
  auto id = read_transport_id(doc, index);
  if (!id) return id.error();
  out.originator = *std::move(id);
  return out;
}

struct EncryptedKey {
  KeyId id;
  Bytes octets;
};

Result<EncryptedKey> read_encrypted_key(const ber::Document& doc, std::size_t index) {
  Sequence in(doc, index);
  EncryptedKey out;
  in.choice("rid", read_agreement_id, out.id);
  in.required(ber::octet_string_tag, "encryptedKey", read_octets, out.octets);
  return in.finish(std::move(out));
}

Result<RecipientInfo> read_agreement(const ber::Document& doc, std::size_t index) {
  Sequence in(doc, index);
  if (auto other = check_version(in, {3})) return in.finish(*std::move(other));
  RecipientInfo out;
  in.required(ber::context_tag(0, true), "originator", ber::inside(read_originator), out);
  out.kind = RecipientInfo::Kind::key_agreement;
  out.version = 3;
  in.optional(ber::context_tag(1, true), ber::inside(ber::tagged(ber::octet_string_tag, read_octets)), out.ukm);
  read_key_encryption(in, out);
  std::vector<EncryptedKey> keys;
  in.required(
      ber::sequence_tag, "recipientEncryptedKeys",
      [](const auto& list, auto at) {
        return ber::read_list(list, at, ber::tagged(ber::sequence_tag, read_encrypted_key));
      },
      keys);
  for (auto& key : keys) {
    out.ids.push_back(std::move(key.id));
    out.encrypted_keys.push_back(std::move(key.octets));
  }
  return in.finish(std::move(out));
}

Result<RecipientInfo> read_kek(const ber::Document& doc, std::size_t index) {
  Sequence in(doc, index);
  if (auto other = check_version(in, {4})) return in.finish(*std::move(other));
  RecipientInfo out;
  out.kind = RecipientInfo::Kind::kek;
  out.version = 4;
  Bytes key;
  in.required(ber::sequence_tag, "kekid", read_identifier, out.kek_id);
  read_key_encryption(in, out);
  in.required(ber::octet_string_tag, "encryptedKey", read_octets, key);
  out.encrypted_keys.push_back(std::move(key));
  return in.finish(std::move(out));
}

Result<RecipientInfo> read_recipient(const ber::Document& doc, std::size_t index) {
  if (doc[index].tag == ber::sequence_tag) return read_transport(doc, index);
  if (is_context(doc, index, 1)) return read_agreement(doc, index);
  if (is_context(doc, index, 2)) return read_kek(doc, index);
  return unsupported("unsupported_recipient", -1);  // passwords [3], others [4], and what may yet come
}

Result<std::vector<RecipientInfo>> read_recipients(const ber::Document& doc, std::size_t index) {
  const auto too_many = [&] { return error("too_many_recipients", doc[index].offset, "more recipients than taken"); };
  const auto children = doc.children(index);
  if (children.empty()) return error("bad_cms", doc[index].offset, "no recipient at all");
  if (children.size() > limits::cms_recipients) return too_many();
  auto list = ber::read_list(doc, index, read_recipient);
  if (!list) return list;
  std::size_t keys = 0;
  for (const auto& recipient : *list) keys += recipient.encrypted_keys.size();
  if (keys > limits::cms_recipients) return too_many();
  return list;
}

Result<CertificateSet> read_originator_info(const ber::Document& doc, std::size_t index) {
  Sequence in(doc, index);
  CertificateSet out;
  Bytes crls;
  in.optional(ber::context_tag(0, true), read_certificate_set, out);
  in.optional(ber::context_tag(1, true), read_raw, crls);
  return in.finish(std::move(out));
}

Result<EnvelopedData> read_enveloped(const ber::Document& doc, std::size_t index, bool authenticated) {
  EnvelopedData out;
  out.authenticated = authenticated;
  Sequence in(doc, index);
  in.required(ber::integer_tag, "version", read_int, out.version);
  constexpr std::array known{0, 2, 3, 4};
  const bool fits =
      authenticated ? out.version == 0 : std::find(known.begin(), known.end(), out.version) != known.end();
  if (!in.failed() && !fits)
    return error("unsupported_version", doc[index].offset, "EnvelopedData of version " + std::to_string(out.version));
  CertificateSet certificates;
  in.optional(ber::context_tag(0, true), read_originator_info, certificates);
  out.originator_certificates = std::move(certificates.certificates);
  in.required(ber::set_tag, "recipientInfos", read_recipients, out.recipients);
  EncryptedContent content;
  in.required(ber::sequence_tag, "encryptedContentInfo", read_encrypted_content, content);
  out.content_type = std::move(content.type);
  out.cipher_oid = std::move(content.cipher.oid);
  out.cipher_parameters = std::move(content.cipher.parameters);
  out.encrypted_content = std::move(content.octets);
  const auto further = ber::context_tag(authenticated ? 2 : 1, true);
  if (authenticated) {
    in.optional(ber::context_tag(1, true), read_attributes, out.authenticated_attributes);
    in.required(ber::octet_string_tag, "mac", read_octets, out.mac);
  }
  in.optional(further, read_attributes, out.unprotected_attributes);
  return in.finish(std::move(out));
}

}  // namespace

Result<EncryptedContent> read_encrypted_content(const ber::Document& doc, std::size_t index) {
  Sequence in(doc, index);
  EncryptedContent out;
  in.required(ber::oid_tag, "contentType", read_oid, out.type);
  in.required(ber::sequence_tag, "contentEncryptionAlgorithm", read_algorithm, out.cipher);
  in.optional(ber::context_tag(0, false), read_octets, out.octets);
  return in.finish(std::move(out));
}

Result<EnvelopedData> decode_enveloped_data(ByteView ber, bool authenticated) {
  if (ber.size() > limits::cms_octets) return error("too_large", 0, "a CMS object beyond the limit");
  return read_value(ber, ber::sequence_tag,
                    [&](const auto& doc, auto index) { return read_enveloped(doc, index, authenticated); });
}

}  // namespace longwire::crypto::cms
