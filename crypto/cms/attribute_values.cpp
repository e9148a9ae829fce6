// Reading of the values of attributes.
#include "base/text.hpp"
#include "base/utc_time.hpp"
#include "base/utf8.hpp"
#include "crypto/cms/attribute_fields.hpp"

#include <algorithm>

namespace longwire::crypto::cms {

namespace {

constexpr ber::Tag mail_name_tag = ber::context_tag(1, false);  // rfc822Name of a GeneralName (RFC 5280 4.2.1.6)

Error bad_attribute(const ber::Document& doc, std::size_t index, std::string text) {
  return error("bad_attribute", doc[index].offset, std::move(text));
}

// The mail addresses of a SEQUENCE OF GeneralNames; names of other kinds are none that a receipt can go to by mail.
Result<std::vector<std::string>> read_mail_names(const ber::Document& doc, std::size_t index) {
  std::vector<std::string> out;
  const auto entities = doc.children(index);
  if (entities.size() > limits::cms_general_names) return bad_attribute(doc, index, "more names than taken");
  for (const auto entity : entities) {
    if (doc[entity].tag != ber::sequence_tag) return bad_attribute(doc, entity, "GeneralNames is a SEQUENCE");
    for (const auto name : doc.children(entity)) {
      const auto& tag = doc[name].tag;
      if (tag.cls != mail_name_tag.cls || tag.number != mail_name_tag.number) continue;
      auto address = ber::text(doc, name);
      if (!address) return address.error();
      out.push_back(*std::move(address));
    }
  }
  return out;
}

Result<ReceiptRequest> read_request(const ber::Document& doc, std::size_t index) {
  Sequence in(doc, index);
  ReceiptRequest out;
  in.required(ber::octet_string_tag, "signedContentIdentifier", read_octets, out.identifier);
  if (!in.optional(ber::context_tag(0, false), read_int, out.all_or_first))
    in.required(ber::context_tag(1, true), "receiptsFrom", read_mail_names, out.receipts_from);
  in.required(ber::sequence_tag, "receiptsTo", read_mail_names, out.receipts_to);
  if (out.all_or_first && (*out.all_or_first < 0 || *out.all_or_first > 1))
    in.fail(bad_attribute(doc, index, "receiptsFrom is neither all nor first tier"));
  return in.finish(std::move(out));
}

Result<std::string> read_utf8(const ber::Document& doc, std::size_t index) {
  const auto octets = doc.octet_string(index);
  if (!octets) return octets.error();
  if (!is_utf8(as_text(*octets))) return bad_attribute(doc, index, "a description that is not UTF-8");
  return std::string(as_text(*octets));
}

Result<ContentHints> read_hints(const ber::Document& doc, std::size_t index) {
  Sequence in(doc, index);
  ContentHints out;
  in.optional(utf8_string_tag, read_utf8, out.description);
  in.required(ber::oid_tag, "contentType", read_oid, out.type);
  return in.finish(std::move(out));
}

struct ReceiptPolicy {
  int policy = 0;
  std::vector<std::string> to;
};

Result<ReceiptPolicy> read_policy(const ber::Document& doc, std::size_t index) {
  const auto& tag = doc[index].tag;
  if (tag.cls != ber::TagClass::context || tag.number > 2) return bad_attribute(doc, index, "no MLReceiptPolicy");
  ReceiptPolicy out;
  out.policy = static_cast<int>(tag.number);
  if (out.policy == 0) return out;
  auto names = read_mail_names(doc, index);
  if (!names) return names.error();
  out.to = *std::move(names);
  return out;
}

Result<ExpansionElement> read_expansion(const ber::Document& doc, std::size_t index) {
  Sequence in(doc, index);
  ExpansionElement out;
  in.choice("mailListIdentifier", read_raw, out.list_id);
  in.required(generalized_time_tag, "expansionTime", read_time, out.time);
  ReceiptPolicy policy;
  if (!in.failed() && doc.children(index).size() > 2) {
    in.choice("mlReceiptPolicy", read_policy, policy);
    out.policy = policy.policy;
    out.receipts_to = std::move(policy.to);
  }
  return in.finish(std::move(out));
}

// IssuerSerial (RFC 5035 5): the serial is enough beside the hash of the whole certificate.
Result<Bytes> read_serial(const ber::Document& doc, std::size_t index) {
  Bytes names, serial;
  Sequence in(doc, index);
  in.required(ber::sequence_tag, "issuer", read_raw, names);
  in.required(ber::integer_tag, "serialNumber", read_octets, serial);
  return in.finish(std::move(serial));
}

Result<SigningCertificate> read_cert_id(const ber::Document& doc, std::size_t index, Digest digest) {
  Sequence in(doc, index);
  SigningCertificate out;
  out.digest = digest;
  Algorithm algorithm;
  // ESSCertIDv2 alone has a hashAlgorithm; issuerSerial stands behind the hash.
  if (digest == Digest::sha256 && in.optional(ber::sequence_tag, read_algorithm, algorithm)) {
    const auto named = digest_of_oid(algorithm.oid);
    if (!named) return bad_attribute(doc, index, "hash algorithm " + algorithm.oid + " is none of ours");
    out.digest = *named;
  }
  in.required(ber::octet_string_tag, "certHash", read_octets, out.hash);
  in.optional(ber::sequence_tag, read_serial, out.serial);
  return in.finish(std::move(out));
}

Result<std::vector<SigningCertificate>> read_cert_ids(std::string_view type, const ber::Document& doc) {
  const auto digest = type == oid::signing_certificate ? Digest::sha1 : Digest::sha256;
  std::vector<SigningCertificate> list;
  Bytes policies;
  Sequence in(doc, 0);
  in.required(
      ber::sequence_tag, "certs",
      [&](const auto& certs, auto at) {
        return ber::read_list(certs, at, ber::tagged(ber::sequence_tag, [&](const auto& id, auto i) {
                                return read_cert_id(id, i, digest);
                              }));
      },
      list);
  in.optional(ber::sequence_tag, read_raw, policies);
  if (!in.failed() && list.empty()) in.fail(bad_attribute(doc, 0, "no certificate is named"));
  return in.finish(std::move(list));
}

}  // namespace

Result<Time> read_time(const ber::Document& doc, std::size_t index) {
  const auto octets = doc.octet_string(index);
  if (!octets) return octets.error();
  const auto text = as_text(*octets);
  std::optional<Time> out;
  if (doc[index].tag == ber::utc_time_tag) out = parse_utc_time(text, cms_first_year);
  if (doc[index].tag == generalized_time_tag && text.size() == 15) {
    std::string iso(text);  // YYYYMMDDHHMMSSZ
    for (const auto& [at, mark] : {std::pair(12, ':'), {10, ':'}, {8, 'T'}, {6, '-'}, {4, '-'}})
      iso.insert(iso.begin() + at, mark);
    out = parse_utc(iso);
  }
  if (!out) return error("bad_time", doc[index].offset, "no time as RFC 5652 11.3 wants it");
  return *out;
}

Result<Time> read_signing_time(ByteView value) {
  const auto doc = read_whole(value);
  if (!doc) return doc.error();
  return read_time(*doc, 0);
}
Result<ReceiptRequest> read_receipt_request(ByteView value) {
  return read_value(value, ber::sequence_tag, read_request);
}
Result<ContentHints> read_content_hints(ByteView value) { return read_value(value, ber::sequence_tag, read_hints); }

Result<std::vector<ExpansionElement>> read_expansion_history(ByteView value) {
  return read_value(value, ber::sequence_tag, [](const auto& doc, auto index) -> Result<std::vector<ExpansionElement>> {
    auto list = ber::read_list(doc, index, ber::tagged(ber::sequence_tag, read_expansion));
    // RFC 2634 4.4: SIZE (1..64).
    if (list && (list->empty() || list->size() > limits::cms_expansions))
      return bad_attribute(doc, index, "an expansion history of none or too many lists");
    return list;
  });
}

Result<std::vector<SecurityLabel>> read_equivalent_labels(ByteView value) {
  return read_value(value, ber::sequence_tag, [](const auto& doc, auto index) -> Result<std::vector<SecurityLabel>> {
    if (doc.children(index).size() > limits::cms_equivalent_labels)
      return bad_attribute(doc, index, "more equivalent labels than taken");
    return ber::read_list(doc, index, ber::tagged(ber::set_tag, read_label));
  });
}

Result<std::vector<SigningCertificate>> read_signing_certificates(std::string_view type, ByteView value) {
  const auto doc = read_whole(value);
  if (!doc) return doc.error();
  if ((*doc)[0].tag != ber::sequence_tag) return bad_attribute(*doc, 0, "SigningCertificate is a SEQUENCE");
  return read_cert_ids(type, *doc);
}

Result<Bytes> read_message_digest(ByteView value) { return read_value(value, ber::octet_string_tag, read_octets); }
Result<std::string> read_content_type(ByteView value) { return read_value(value, ber::oid_tag, read_oid); }

Result<SigningCertificate> read_signing_certificate(std::string_view type, ByteView value) {
  const auto list = read_signing_certificates(type, value);
  if (!list) return list.error();
  return list->front();
}

}  // namespace longwire::crypto::cms
