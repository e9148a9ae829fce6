// Writing of the values of attributes, in DER.
#include "base/text.hpp"
#include "base/utc_time.hpp"
#include "crypto/cipher.hpp"
#include "crypto/cms/algorithms.hpp"
#include "crypto/cms/attribute_fields.hpp"

#include <algorithm>

namespace longwire::crypto::cms {

namespace {

// Entities of one mail address each.
void put_mail_names(ber::Writer& out, ber::Tag tag, const std::vector<std::string>& addresses) {
  out.begin(tag);
  for (const auto& address : addresses) {
    out.begin(ber::sequence_tag);
    ber::put_text(out, ber::context_tag(1, false), address);
    out.end();
  }
  out.end();
}

std::string digits_of(Time t) {  // YYYYMMDDHHMMSSZ
  auto text = format_utc(t);
  std::erase_if(text, [](char c) { return c == '-' || c == ':' || c == 'T'; });
  return text;
}

void put_capability(ber::Writer& out, std::string_view oid) { put_algorithm(out, oid); }

}  // namespace

void put_generalized_time(ber::Writer& out, Time t) { out.primitive(generalized_time_tag, as_bytes(digits_of(t))); }

Bytes write_oid(std::string_view oid) {
  ber::Writer out;
  ber::put_oid(out, ber::oid_tag, oid);
  return out.finish();
}

Bytes write_octets(ByteView octets) {
  ber::Writer out;
  out.primitive(ber::octet_string_tag, octets);
  return out.finish();
}

Bytes write_signing_time(Time t) {
  ber::Writer out;
  const auto text = digits_of(t);
  const bool utc = text >= "19500101" && text < "20500101";
  if (utc) out.primitive(ber::utc_time_tag, as_bytes(std::string_view(text).substr(2)));
  else put_generalized_time(out, t);
  return out.finish();
}

Bytes write_receipt_request(const ReceiptRequest& request) {
  ber::Writer out;
  out.begin(ber::sequence_tag);
  out.primitive(ber::octet_string_tag, request.identifier);
  if (request.all_or_first) out.integer(ber::context_tag(0, false), *request.all_or_first);
  else put_mail_names(out, ber::context_tag(1, true), request.receipts_from);
  put_mail_names(out, ber::sequence_tag, request.receipts_to);
  out.end();
  return out.finish();
}

Bytes write_content_hints(const ContentHints& hints) {
  ber::Writer out;
  out.begin(ber::sequence_tag);
  if (!hints.description.empty()) out.primitive(utf8_string_tag, as_bytes(hints.description));
  ber::put_oid(out, ber::oid_tag, hints.type);
  out.end();
  return out.finish();
}

Bytes write_expansion_history(const std::vector<ExpansionElement>& history) {
  ber::Writer out;
  out.begin(ber::sequence_tag);
  for (const auto& element : history) {
    out.begin(ber::sequence_tag);
    out.raw(element.list_id);
    put_generalized_time(out, element.time);
    if (element.policy == 0) out.primitive(ber::context_tag(0, false), {});
    else if (element.policy)
      put_mail_names(out, ber::context_tag(static_cast<std::uint32_t>(*element.policy), true), element.receipts_to);
    out.end();
  }
  out.end();
  return out.finish();
}

Bytes write_equivalent_labels(const std::vector<SecurityLabel>& labels) {
  ber::Writer out;
  out.begin(ber::sequence_tag);
  for (const auto& label : labels) out.raw(encode_label(label));
  out.end();
  return out.finish();
}

Bytes write_smime_capabilities() {
  ber::Writer out;
  out.begin(ber::sequence_tag);
  for (const auto cipher :
       {Cipher::aes256_gcm, Cipher::aes128_gcm, Cipher::aes256_cbc, Cipher::aes192_cbc, Cipher::aes128_cbc})
    put_capability(out, oid_of(cipher));
  // Key agreement with its key wrap (RFC 5753 6).
  for (const auto& [digest, kek_octets] : {std::pair(Digest::sha256, std::size_t{16}), {Digest::sha384, 32}}) {
    out.begin(ber::sequence_tag);
    ber::put_oid(out, ber::oid_tag, agreement_oid(KeyType::p256, digest));
    put_algorithm(out, wrap_oid(kek_octets));
    out.end();
  }
  put_capability(out, oid::rsaes_oaep);
  out.end();
  return out.finish();
}

Bytes write_encryption_key_preference(ByteView issuer, ByteView serial) {
  ber::Writer out;
  out.begin(ber::context_tag(0, true));
  out.raw(issuer);
  out.primitive(ber::integer_tag, serial);
  out.end();
  return out.finish();
}

Bytes write_signing_certificate_v2(ByteView certificate_der) {
  ber::Writer out;
  out.begin(ber::sequence_tag);
  out.begin(ber::sequence_tag);
  out.begin(ber::sequence_tag);  // ESSCertIDv2; hashAlgorithm is the default, sha256
  out.primitive(ber::octet_string_tag, hash(Digest::sha256, certificate_der));
  out.end();
  out.end();
  out.end();
  return out.finish();
}

}  // namespace longwire::crypto::cms
