#include "crypto/cms/cms_json.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"
#include "crypto/cms/attribute_json.hpp"
#include "crypto/cms/oid_names.hpp"
#include "crypto/cms/other_data.hpp"
#include "crypto/cms/receipt.hpp"

#include <algorithm>

namespace longwire::crypto::cms {

namespace json = boost::json;

namespace {

using Shown = Result<json::object>;

class View {
 public:
  explicit View(const LabelJson& label) : label_(&label) {}

  Shown info(const ContentInfo& info, std::size_t depth) const {
    json::object out{{"content_type", name_of(info.type)}};
    auto content = structure(info, depth);
    if (!content) return content.error();
    out["content"] = *std::move(content);
    return out;
  }

 private:
  Shown structure(const ContentInfo& info, std::size_t depth) const {
    if (info.type == oid::signed_data) return signed_json(info.content, depth);
    if (info.type == oid::enveloped_data) return enveloped_json(info.content, false);
    if (info.type == oid::auth_enveloped_data) return enveloped_json(info.content, true);
    if (info.type == oid::digested_data) return digested_json(info.content, depth);
    if (info.type == oid::encrypted_data) return encrypted_json(info.content);
    if (info.type == oid::data) {
      const auto octets = decode_data(info.content);
      if (!octets) return octets.error();
      return octets_json(*octets);
    }
    return json::object{{"element", to_hex(info.content)}};
  }

  static json::object octets_json(ByteView octets) {
    json::object out{{"octets", octets.size()}};
    const auto text = as_text(octets);
    const bool shown = is_utf8(text) && std::none_of(text.begin(), text.end(), [](char c) { return c == '\0'; });
    if (shown) out["text"] = text;
    else out["data"] = to_hex(octets);
    return out;
  }

  // Content of a type that is CMS itself is a bare structure or a whole ContentInfo (security.md 6.1).
  json::object content_json(std::string_view type, const Bytes& octets, std::size_t depth) const {
    if (type == oid::receipt)
      if (const auto receipt = decode_receipt(octets))
        return {{"content_type", name_of(receipt->content_type)},
                {"signed_content_identifier", to_hex(receipt->identifier)},
                {"originator_signature_value", to_hex(receipt->signature)}};
    const auto nested = {oid::signed_data,   oid::enveloped_data, oid::auth_enveloped_data,
                         oid::digested_data, oid::encrypted_data, oid::content_info};
    if (std::find(nested.begin(), nested.end(), type) == nested.end() || depth >= limits::cms_json_depth)
      return octets_json(octets);
    const auto layer = decode_layer(type, octets);
    if (!layer) return octets_json(octets);
    auto inner = info(*layer, depth + 1);
    if (!inner) return octets_json(octets);
    json::object out{{"octets", octets.size()}};
    for (auto& member : *inner) out[member.key()] = std::move(member.value());
    return out;
  }

  json::object encapsulated(const std::string& type, const std::optional<Bytes>& content, std::size_t depth) const {
    json::object out{{"e_content_type", name_of(type)}};
    if (content) out["e_content"] = content_json(type, *content, depth);
    return out;
  }

  Shown signed_json(ByteView ber, std::size_t depth) const {
    const auto data = decode_signed_data(ber);
    if (!data) return data.error();
    json::array digests, certificates, signers, crls;
    for (const auto& digest : data->digest_oids) digests.push_back(json::value(name_of(digest)));
    for (const auto& certificate : data->certificates) certificates.push_back(certificate_json(*certificate));
    for (const auto& crl : data->crls) crls.push_back(json::value(to_hex(crl)));
    for (const auto& signer : data->signers) signers.push_back(signer_json(signer, *label_, 0));
    json::object out{{"version", data->version}, {"digest_algorithms", std::move(digests)}};
    out["encap_content_info"] = encapsulated(data->content_type, data->content, depth);
    if (!certificates.empty()) out["certificates"] = std::move(certificates);
    if (!data->unread_certificates.empty())
      out["unread_certificates"] = json::array(data->unread_certificates.begin(), data->unread_certificates.end());
    if (!crls.empty()) out["crls"] = std::move(crls);
    out["signer_infos"] = std::move(signers);
    return out;
  }

  static json::object originator_json(const RecipientInfo& recipient) {
    if (recipient.originator) return key_id_json(*recipient.originator);
    return {{"originator_key", json::object{{"algorithm", algorithm_json(recipient.originator_algorithm,
                                                                         recipient.originator_parameters)},
                                            {"public_key", to_hex(recipient.originator_key)}}}};
  }

  static json::object recipient_json(const RecipientInfo& recipient) {
    json::object out;
    switch (recipient.kind) {
      case RecipientInfo::Kind::unsupported:
        out["problem"] = recipient.problem;
        if (recipient.version >= 0) out["version"] = recipient.version;
        return out;
      case RecipientInfo::Kind::key_transport:
        out["type"] = "key_trans_recipient_info";
        out["rid"] = key_id_json(recipient.ids[0]);
        out["encrypted_key"] = to_hex(recipient.encrypted_keys[0]);
        break;
      case RecipientInfo::Kind::key_agreement: {
        out["type"] = "key_agree_recipient_info";
        out["originator"] = originator_json(recipient);
        if (recipient.ukm) out["ukm"] = to_hex(*recipient.ukm);
        json::array keys;
        for (std::size_t i = 0; i < recipient.ids.size(); ++i)
          keys.push_back(json::object{{"rid", key_id_json(recipient.ids[i])},
                                      {"encrypted_key", to_hex(recipient.encrypted_keys[i])}});
        out["recipient_encrypted_keys"] = std::move(keys);
        break;
      }
      case RecipientInfo::Kind::kek:
        out["type"] = "kek_recipient_info";
        out["kekid"] = json::object{{"key_identifier", to_hex(recipient.kek_id)}};
        out["encrypted_key"] = to_hex(recipient.encrypted_keys[0]);
        break;
    }
    out["version"] = recipient.version;
    out["key_encryption_algorithm"] = algorithm_json(recipient.algorithm, recipient.algorithm_parameters);
    return out;
  }

  static json::object encrypted_content(std::string_view type, std::string_view cipher, ByteView parameters,
                                        const std::optional<Bytes>& octets) {
    json::object out{{"content_type", name_of(type)},
                     {"content_encryption_algorithm", algorithm_json(cipher, parameters)}};
    if (octets) out["encrypted_content"] = json::object{{"octets", octets->size()}, {"data", to_hex(*octets)}};
    return out;
  }

  Shown enveloped_json(ByteView ber, bool authenticated) const {
    const auto data = decode_enveloped_data(ber, authenticated);
    if (!data) return data.error();
    json::object out{{"version", data->version}};
    if (!data->originator_certificates.empty()) {
      json::array certificates;
      for (const auto& certificate : data->originator_certificates)
        certificates.push_back(certificate_json(*certificate));
      out["originator_info"] = json::object{{"certs", std::move(certificates)}};
    }
    json::array recipients;
    for (const auto& recipient : data->recipients) recipients.push_back(recipient_json(recipient));
    out["recipient_infos"] = std::move(recipients);
    out[authenticated ? "auth_encrypted_content_info" : "encrypted_content_info"] =
        encrypted_content(data->content_type, data->cipher_oid, data->cipher_parameters, data->encrypted_content);
    if (!data->authenticated_attributes.list.empty())
      out["auth_attrs"] = attributes_json(data->authenticated_attributes, *label_);
    if (authenticated) out["mac"] = to_hex(data->mac);
    if (!data->unprotected_attributes.list.empty())
      out[authenticated ? "unauth_attrs" : "unprotected_attrs"] =
          attributes_json(data->unprotected_attributes, *label_);
    return out;
  }

  Shown digested_json(ByteView ber, std::size_t depth) const {
    const auto data = decode_digested_data(ber);
    if (!data) return data.error();
    return json::object{{"version", data->version},
                        {"digest_algorithm", name_of(data->digest_oid)},
                        {"encap_content_info", encapsulated(data->content_type, data->content, depth)},
                        {"digest", to_hex(data->digest)}};
  }

  Shown encrypted_json(ByteView ber) const {
    const auto data = decode_encrypted_data(ber);
    if (!data) return data.error();
    json::object out{{"version", data->version}};
    out["encrypted_content_info"] =
        encrypted_content(data->content_type, data->cipher_oid, data->cipher_parameters, data->encrypted_content);
    if (!data->unprotected_attributes.list.empty())
      out["unprotected_attrs"] = attributes_json(data->unprotected_attributes, *label_);
    return out;
  }

  const LabelJson* label_;
};

}  // namespace

json::object label_json(const SecurityLabel& label) {
  json::object out;
  if (!label.policy.empty()) out["security_policy_identifier"] = label.policy;
  if (label.classification) out["security_classification"] = *label.classification;
  if (!label.mark.empty()) out["privacy_mark"] = label.mark;
  json::array categories;
  for (const auto& category : label.categories)
    categories.push_back(json::object{{"type", category.type}, {"value", to_hex(category.value)}});
  if (!categories.empty()) out["security_categories"] = std::move(categories);
  return out;
}

json::object certificate_json(const Certificate& certificate) {
  json::object out{{"subject", certificate.subject_text()},
                   {"issuer", certificate.issuer_text()},
                   {"serial_number", certificate.serial_text()},
                   {"not_before", format_utc(certificate.not_before)},
                   {"not_after", format_utc(certificate.not_after)}};
  if (certificate.key) {
    out["key"] = to_string(certificate.key->type());
    out["key_bits"] = certificate.key->bits();
  } else {
    out["key_problem"] = certificate.key_problem;
  }
  if (!certificate.addresses.empty())
    out["addresses"] = json::array(certificate.addresses.begin(), certificate.addresses.end());
  if (!certificate.subject_key_id.empty()) out["subject_key_identifier"] = to_hex(certificate.subject_key_id);
  out["sha256"] = certificate.fingerprint();
  return out;
}

Result<json::object> content_info_json(ByteView content_info, const LabelJson& label) {
  const auto info = decode_content_info(content_info);
  if (!info) return info.error();
  return View(label).info(*info, 1);
}

}  // namespace longwire::crypto::cms
