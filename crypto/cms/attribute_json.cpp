#include "crypto/cms/attribute_json.hpp"

#include "base/text.hpp"
#include "crypto/cms/oid_names.hpp"
#include "crypto/cms/sequence.hpp"
#include "crypto/x509/name.hpp"

#include <algorithm>
#include <array>

namespace longwire::crypto::cms {

namespace json = boost::json;

namespace {

json::array texts(const std::vector<std::string>& list) { return json::array(list.begin(), list.end()); }

json::object request_json(const ReceiptRequest& request) {
  json::object out{{"signed_content_identifier", to_hex(request.identifier)}};
  if (request.all_or_first)
    out["receipts_from"] = *request.all_or_first == 0 ? "all_receipts" : "first_tier_recipients";
  else out["receipts_from"] = texts(request.receipts_from);
  out["receipts_to"] = texts(request.receipts_to);
  return out;
}

json::object expansion_json(const ExpansionElement& element) {
  static constexpr std::array policies{"none", "instead_of", "in_addition_to"};
  json::object out{{"mail_list_identifier", to_hex(element.list_id)}, {"expansion_time", format_utc(element.time)}};
  if (!element.policy) return out;
  out["ml_receipt_policy"] = policies.at(static_cast<std::size_t>(*element.policy));
  if (*element.policy != 0) out["receipts_to"] = texts(element.receipts_to);
  return out;
}

json::array capabilities_json(ByteView value) {
  json::array out;
  const auto list = read_value(value, ber::sequence_tag, [](const auto& doc, auto index) {
    return ber::read_list(doc, index, ber::tagged(ber::sequence_tag, read_algorithm));
  });
  if (list)
    for (const auto& capability : *list) out.push_back(algorithm_json(capability.oid, capability.parameters));
  return out;
}

json::array certificate_ids_json(const std::vector<SigningCertificate>& list) {
  json::array out;
  for (const auto& id : list) {
    json::object one{{"hash_algorithm", name_of(oid_of(id.digest))}, {"cert_hash", to_hex(id.hash)}};
    if (!id.serial.empty()) one["serial_number"] = to_hex(id.serial);
    out.push_back(std::move(one));
  }
  return out;
}

json::array labels_json(const std::vector<SecurityLabel>& list, const LabelJson& label) {
  json::array out;
  for (const auto& one : list) out.push_back(label(one));
  return out;
}

struct ContentReference {
  std::string type;
  Bytes identifier, signature;
};

Result<ContentReference> read_reference(const ber::Document& doc, std::size_t index) {
  Sequence in(doc, index);
  ContentReference out;
  in.required(ber::oid_tag, "contentType", read_oid, out.type);
  in.required(ber::octet_string_tag, "signedContentIdentifier", read_octets, out.identifier);
  in.required(ber::octet_string_tag, "originatorSignatureValue", read_octets, out.signature);
  return in.finish(std::move(out));
}

// One value of a list, where `read` understands it.
template <class Read, class Show>
bool put_if(json::value& out, const Read& read, const Show& show) {
  auto value = read();
  if (!value) return false;
  out = show(*value);
  return true;
}

json::value hint_json(const ContentHints& hints) {
  json::object out;
  if (!hints.description.empty()) out["content_description"] = hints.description;
  out["content_type"] = name_of(hints.type);
  return out;
}

json::value reference_json(const ContentReference& reference) {
  return json::object{{"content_type", name_of(reference.type)},
                      {"signed_content_identifier", to_hex(reference.identifier)},
                      {"originator_signature_value", to_hex(reference.signature)}};
}

// Of the attributes of RFC 5652 and of receipts.
bool put_plain_value(json::value& out, std::string_view type, ByteView value) {
  const auto hex = [](const Bytes& octets) { return json::value(to_hex(octets)); };
  if (type == oid::content_type)
    return put_if(
        out, [&] { return read_content_type(value); }, [](const auto& oid) { return json::value(name_of(oid)); });
  if (type == oid::message_digest || type == oid::content_identifier || type == oid::msg_sig_digest)
    return put_if(
        out, [&] { return read_message_digest(value); }, hex);
  if (type == oid::signing_time)
    return put_if(
        out, [&] { return read_signing_time(value); }, [](Time t) { return json::value(format_utc(t)); });
  if (type == oid::receipt_request)
    return put_if(
        out, [&] { return read_receipt_request(value); }, request_json);
  if (type == oid::content_hints)
    return put_if(
        out, [&] { return read_content_hints(value); }, hint_json);
  if (type == oid::content_reference)
    return put_if(
        out, [&] { return read_value(value, ber::sequence_tag, read_reference); }, reference_json);
  if (type == oid::smime_capabilities) out = capabilities_json(value);
  return type == oid::smime_capabilities;
}

bool put_policy_value(json::value& out, std::string_view type, ByteView value, const LabelJson& label) {
  if (type == oid::security_label)
    return put_if(
        out, [&] { return decode_label(value); }, label);
  if (type == oid::equivalent_labels)
    return put_if(
        out, [&] { return read_equivalent_labels(value); }, [&](const auto& list) { return labels_json(list, label); });
  if (type == oid::ml_expansion_history)
    return put_if(
        out, [&] { return read_expansion_history(value); },
        [](const auto& list) {
          json::array all;
          for (const auto& element : list) all.push_back(expansion_json(element));
          return all;
        });
  if (type == oid::signing_certificate || type == oid::signing_certificate_v2)
    return put_if(
        out, [&] { return read_signing_certificates(type, value); }, certificate_ids_json);
  return false;
}

json::array countersigners_json(const SignerInfo& signer, const LabelJson& label, std::size_t depth) {
  json::array out;
  if (const auto list = countersignatures(signer))
    for (const auto& countersigner : *list) out.push_back(signer_json(countersigner, label, depth + 1));
  return out;
}

}  // namespace

json::array attributes_json(const Attributes& attributes, const LabelJson& label) {
  json::array out;
  for (const auto& attribute : attributes.list) {
    json::array values;
    for (const auto& value : attribute.values) {
      json::value shown;
      if (!put_plain_value(shown, attribute.type, value) && !put_policy_value(shown, attribute.type, value, label))
        shown = to_hex(value);
      values.push_back(std::move(shown));
    }
    out.push_back(json::object{{"attr_type", name_of(attribute.type)}, {"attr_values", std::move(values)}});
  }
  return out;
}

json::value algorithm_json(std::string_view oid, ByteView parameters) {
  if (parameters.empty() || is_null(parameters)) return json::value(name_of(oid));
  return json::object{{"algorithm", name_of(oid)}, {"parameters", to_hex(parameters)}};
}

json::object key_id_json(const KeyId& id) {
  if (!id.subject_key_id.empty()) return {{"subject_key_identifier", to_hex(id.subject_key_id)}};
  return {{"issuer_and_serial_number",
           json::object{{"issuer", name_text(id.issuer)}, {"serial_number", to_hex(id.serial)}}}};
}

json::object signer_json(const SignerInfo& signer, const LabelJson& label, std::size_t depth) {
  json::object out{{"version", signer.version}};
  if (!signer.problem.empty()) {
    out["problem"] = signer.problem;
    return out;
  }
  out["sid"] = key_id_json(signer.id);
  out["digest_algorithm"] = algorithm_json(signer.digest_oid, signer.digest_parameters);
  if (signer.signed_attributes) out["signed_attrs"] = attributes_json(*signer.signed_attributes, label);
  out["signature_algorithm"] = algorithm_json(signer.signature_oid, signer.signature_parameters);
  out["signature"] = to_hex(signer.signature);
  if (signer.unsigned_attributes.list.empty()) return out;
  out["unsigned_attrs"] = attributes_json(signer.unsigned_attributes, label);
  if (signer.unsigned_attributes.has(oid::countersignature) && depth < limits::cms_countersignature_depth)
    out["countersignatures"] = countersigners_json(signer, label, depth);
  return out;
}

}  // namespace longwire::crypto::cms
