#include "annexe/x400/ipm_json.hpp"

#include "annexe/x400/information_labels.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

namespace longwire::x400 {

namespace json = boost::json;

namespace {

json::string as_json(const std::string& s) { return json::string(s); }
json::string hex_json(const Bytes& b) { return json::string(to_hex(b)); }

json::object personal_name_json(const PersonalName& person) {
  json::object out;
  put_text(out, "surname", person.surname);
  put_text(out, "given_name", person.given);
  put_text(out, "initials", person.initials);
  put_text(out, "generation_qualifier", person.generation);
  return out;
}

json::object recipient_json(const RecipientSpecifier& r) {
  json::object out{{"recipient", descriptor_json(r.recipient)}};
  json::array requests;
  if (r.receipt_wanted) requests.emplace_back("rn");
  if (r.non_receipt_wanted) requests.emplace_back("nrn");
  if (r.return_wanted) requests.emplace_back("ipm_return");
  if ((r.other_requests & 0x10U) != 0) requests.emplace_back("an_supported");
  if ((r.other_requests & 0x08U) != 0) requests.emplace_back("suppress_an");
  if (!requests.empty()) out["notification_requests"] = std::move(requests);
  out["reply_requested"] = r.reply_requested;
  if (r.acp127_request != 0) out["acp127_notification_request"] = acp127_json(r.acp127_request);
  if (!r.extensions.empty()) out["recipient_extensions"] = extensions_json(r.extensions);
  return out;
}

json::object pilot_json(const PilotInformation& pilot) {
  json::object out;
  put_number(out, "pilot_precedence", pilot.precedence);
  put_list(out, "pilot_recipient", pilot.recipients, descriptor_json);
  if (pilot.security) out["pilot_security"] = label_json(*pilot.security);
  put_list(out, "pilot_handling", pilot.handling, as_json);
  return out;
}

json::value information_labels_json(const Bytes& value) {
  const auto labels = decode_information_labels(value);
  if (!labels) return hex_json(value);  // kept as it came, shown as it came
  json::object out{{"content_security_label", label_json(labels->content)}};
  if (labels->heading) out["heading_security_label"] = label_json(*labels->heading);
  put_list(out, "body_part_security_labels", labels->body_parts, [](const BodyPartLabel& part) {
    json::object one{{"body_part_security_label", label_json(part.label)}};
    put_number(one, "body_part_sequence_number", part.number);
    return one;
  });
  return out;
}

json::object distribution_codes_json(const MmhsExtensions& mmhs) {
  json::object out;
  put_list(out, "sics", mmhs.sics, as_json);
  if (!mmhs.distribution_extensions.empty()) out["dist_extensions"] = extensions_json(mmhs.distribution_extensions);
  return out;
}

}  // namespace

void put_text(json::object& out, std::string_view name, const std::string& text) {
  if (!text.empty()) out[name] = text;
}
void put_hex(json::object& out, std::string_view name, ByteView octets) {
  if (!octets.empty()) out[name] = to_hex(octets);
}
void put_number(json::object& out, std::string_view name, std::optional<std::int64_t> number) {
  if (number) out[name] = *number;
}
void put_time(json::object& out, std::string_view name, const std::optional<Time>& time) {
  if (time) out[name] = format_utc(*time);
}

json::object or_name_json(const OrName& name) {
  json::object out{{"text", to_text(name)}};
  put_text(out, "country_name", name.country);
  put_text(out, "administration_domain_name", name.admd);
  put_text(out, "private_domain_name", name.prmd);
  put_text(out, "organization_name", name.organization);
  put_list(out, "organizational_unit_names", name.units, as_json);
  if (name.person != PersonalName{}) out["personal_name"] = personal_name_json(name.person);
  put_text(out, "common_name", name.common_name);
  put_text(out, "network_address", name.x121);
  put_text(out, "terminal_identifier", name.terminal_id);
  put_text(out, "numeric_user_identifier", name.numeric_user_id);
  put_list(out, "domain_defined_attributes", name.domain_defined, [](const auto& attribute) {
    return json::object{{"type", attribute.first}, {"value", attribute.second}};
  });
  put_list(out, "extension_attributes", name.extensions, [](const RawAttribute& attribute) {
    return json::object{{"type", attribute.type}, {"value", to_hex(attribute.value)}};
  });
  put_hex(out, "directory_name", name.directory_name);
  return out;
}

json::object ipm_id_json(const IpmId& id) {
  json::object out;
  if (id.user) out["user"] = or_name_json(*id.user);
  out["user_relative_identifier"] = id.local;
  return out;
}

json::object descriptor_json(const OrDescriptor& descriptor) {
  json::object out;
  if (descriptor.formal) out["formal_name"] = or_name_json(*descriptor.formal);
  put_text(out, "free_form_name", descriptor.free_form);
  put_text(out, "telephone_number", descriptor.telephone);
  return out;
}

json::object address_list_json(const AddressList& list) {
  json::object out{{"type", list.type}, {"list_name", descriptor_json(list.name)}};
  put_number(out, "notification_request", list.notification);
  put_number(out, "reply_request", list.reply);
  return out;
}

json::array acp127_json(std::uint8_t bits) {
  json::array out;
  if ((bits & 0x80U) != 0) out.emplace_back("nn");
  if ((bits & 0x40U) != 0) out.emplace_back("pn");
  if ((bits & 0x20U) != 0) out.emplace_back("tn");
  return out;
}

json::object label_json(const SecurityLabel& label) {
  json::object out;
  put_text(out, "security_policy_identifier", label.policy);
  put_number(out, "security_classification", label.classification);
  put_text(out, "privacy_mark", label.mark);
  put_list(out, "security_categories", label.categories, [](const SecurityCategory& category) {
    return json::object{{"type", category.type}, {"value", to_hex(category.value)}};
  });
  return out;
}

json::array extensions_json(const std::vector<HeadingExtension>& list) {
  return list_json(list, [](const HeadingExtension& extension) {
    json::object out{{"type", extension.oid}};
    put_hex(out, "value", extension.value);
    return out;
  });
}

json::object mmhs_json(const MmhsExtensions& mmhs) {
  json::object out;
  put_number(out, "primary_precedence", mmhs.primary_precedence);
  put_number(out, "copy_precedence", mmhs.copy_precedence);
  if (mmhs.message_type) {
    json::object type{{"type", mmhs.message_type->type}};
    put_text(type, "identifier", mmhs.message_type->identifier);
    out["message_type"] = std::move(type);
  }
  put_list(out, "address_list_indicator", mmhs.address_lists, address_list_json);
  put_list(out, "exempted_address", mmhs.exempted, descriptor_json);
  put_time(out, "extended_authorisation_info", mmhs.authorisation_time);
  if (auto codes = distribution_codes_json(mmhs); !codes.empty()) out["distribution_codes"] = std::move(codes);
  put_list(out, "handling_instructions", mmhs.handling, as_json);
  put_list(out, "message_instructions", mmhs.instructions, as_json);
  put_number(out, "codress_message", mmhs.codress);
  put_text(out, "originator_reference", mmhs.originator_reference);
  put_list(out, "other_recipients_indicator", mmhs.other_recipients, [](const OtherRecipient& other) {
    return json::object{{"type", other.type}, {"designator", other.designator}};
  });
  put_list(out, "pilot_forwarding_info", mmhs.pilot, pilot_json);
  put_text(out, "acp127_message_identifier", mmhs.acp127_id);
  put_text(out, "originator_plad", mmhs.originator_plad);
  if (!mmhs.information_labels.empty()) out["information_labels"] = information_labels_json(mmhs.information_labels);
  return out;
}

json::object heading_json(const Heading& h) {
  json::object out{{"this_ipm", ipm_id_json(h.this_id)}};
  if (h.originator) out["originator"] = descriptor_json(*h.originator);
  put_list(out, "authorizing_users", h.authorizing, descriptor_json);
  put_list(out, "primary_recipients", h.primary, recipient_json);
  put_list(out, "copy_recipients", h.copy, recipient_json);
  put_list(out, "blind_copy_recipients", h.blind_copy, recipient_json);
  if (h.replied_to) out["replied_to_ipm"] = ipm_id_json(*h.replied_to);
  put_list(out, "obsoleted_ipms", h.obsoleted, ipm_id_json);
  put_list(out, "related_ipms", h.related, ipm_id_json);
  put_text(out, "subject", h.subject);
  put_time(out, "expiry_time", h.expiry);
  put_time(out, "reply_time", h.reply_by);
  put_list(out, "reply_recipients", h.reply_to, descriptor_json);
  put_number(out, "importance", h.importance);
  put_number(out, "sensitivity", h.sensitivity);
  out["auto_forwarded"] = h.auto_forwarded;
  if (h.mmhs.any()) out["extensions"] = mmhs_json(h.mmhs);
  if (!h.extensions.empty()) out["other_extensions"] = extensions_json(h.extensions);
  put_list(out, "unknown", h.unknown, hex_json);
  return out;
}

}  // namespace longwire::x400
