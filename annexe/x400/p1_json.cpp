#include "annexe/x400/p1_json.hpp"

#include "annexe/x400/ipm_json.hpp"
#include "annexe/x400/p1_names.hpp"
#include "annexe/x400/p772_json.hpp"
#include "base/text.hpp"

namespace longwire::x400 {

namespace json = boost::json;

namespace {

json::object domain_json(const GlobalDomainId& domain) {
  json::object out{{"country_name", domain.country}, {"administration_domain_name", domain.admd}};
  put_text(out, "private_domain_identifier", domain.prmd);
  return out;
}

template <class Table>
json::array names_of(unsigned bits, const Table& table) {
  json::array out;
  for (const auto& [bit, name] : table)
    if ((bits & bit) != 0) out.emplace_back(name);
  return out;
}

json::object extension_json(const ExtensionField& field) {
  json::object out;
  std::string_view name;
  if (field.standard >= 0) {
    out["type"] = field.standard;
    name = extension_name(field.standard);
  } else {
    out["type"] = field.private_oid;
    if (field.private_oid == ext_priority_level_qualifier) name = "priority-level-qualifier";
  }
  if (!name.empty()) out["name"] = name;
  if (field.criticality != 0) out["criticality"] = names_of(field.criticality, criticality_names);
  put_hex(out, "value", field.value);
  if (field.standard != ext_message_security_label) return out;
  if (const auto label = decode_label(field.value)) out["security_label"] = label_json(*label);
  return out;
}

void put_extensions(json::object& out, std::string_view name, const std::vector<ExtensionField>& list) {
  put_list(out, name, list, extension_json);
}

json::object trace_json(const TraceElement& element) {
  json::object supplied{{"arrival_time", format_utc(element.arrival)},
                        {"routing_action", element.action == TraceAction::relayed ? "relayed" : "rerouted"}};
  if (element.attempted) supplied["attempted_domain"] = domain_json(*element.attempted);
  put_time(supplied, "deferred_time", element.deferred);
  if (element.converted) supplied["converted_encoded_information_types"] = eits_json(*element.converted);
  if (element.other_actions != 0) supplied["other_actions"] = names_of(element.other_actions, other_action_names);
  return {{"global_domain_identifier", domain_json(element.domain)},
          {"domain_supplied_information", std::move(supplied)}};
}

json::value content_type_json(const ContentType& type) {
  if (type.oid.empty()) return type.number;
  return json::string(type.oid);
}

json::array indicators_json(const Indicators& indicators) {
  json::array out;
  if (indicators.disclosure_of_other_recipients) out.emplace_back("disclosure-of-other-recipients");
  if (indicators.implicit_conversion_prohibited) out.emplace_back("implicit-conversion-prohibited");
  if (indicators.alternate_recipient_allowed) out.emplace_back("alternate-recipient-allowed");
  if (indicators.content_return_request) out.emplace_back("content-return-request");
  if (indicators.service_message) out.emplace_back("service-message");
  return out;
}

json::object recipient_json(const Recipient& recipient) {
  const unsigned bits = (recipient.responsibility ? 0x80U : 0U) | static_cast<unsigned>(recipient.mta_report) << 5 |
                        static_cast<unsigned>(recipient.report) << 3;
  json::object out{{"recipient_name", or_name_json(recipient.name)},
                   {"originally_specified_recipient_number", recipient.number},
                   {"per_recipient_indicators", names_of(bits, recipient_indicator_names)}};
  put_number(out, "explicit_conversion", recipient.conversion);
  put_extensions(out, "extensions", recipient.extensions);
  return out;
}

const char* name(Priority priority) {
  switch (priority) {
    case Priority::normal:
      return "normal";
    case Priority::non_urgent:
      return "non-urgent";
    case Priority::urgent:
      return "urgent";
  }
  return "";
}

void put_octets(json::object& out, std::string_view member, const std::vector<Bytes>& list) {
  put_list(out, member, list, [](const Bytes& element) { return json::string(to_hex(element)); });
}

json::object envelope_json(const MessageEnvelope& envelope) {
  json::object out{{"message_identifier", to_json(envelope.id)},
                   {"originator_name", or_name_json(envelope.originator)}};
  if (envelope.eits) out["original_encoded_information_types"] = eits_json(*envelope.eits);
  out["content_type"] = content_type_json(envelope.content_type);
  put_text(out, "content_identifier", envelope.content_id);
  out["priority"] = name(envelope.priority);
  out["precedence"] = to_string(precedence_of(envelope));
  if (auto list = indicators_json(envelope.indicators); !list.empty()) out["per_message_indicators"] = std::move(list);
  put_time(out, "deferred_delivery_time", envelope.deferred);
  put_octets(out, "per_domain_bilateral_information", envelope.bilateral);
  out["trace_information"] = list_json(envelope.trace, trace_json);
  put_extensions(out, "extensions", envelope.extensions);
  out["per_recipient_fields"] = list_json(envelope.recipients, recipient_json);
  put_octets(out, "unknown", envelope.unknown);
  return out;
}

bool is_ipms(const ContentType& type) {
  if (type.oid.empty()) return type.number == content_p2 || type.number == content_p22;
  return type.oid == content_p772_oid;
}

json::object ipms_json(ByteView content) {
  const auto decoded = decode_p772(content);
  if (decoded) return to_json(*decoded);
  const auto& e = decoded.error();
  return {{"error", e.name}, {"offset", e.offset}, {"text", e.text}};
}

json::object outcome_json(const Delivered& delivered) {
  json::object fields{{"message_delivery_time", format_utc(delivered.time)}};
  if (delivered.user_type) fields["type_of_mts_user"] = *delivered.user_type;
  return {{"delivery", std::move(fields)}};
}

json::object outcome_json(const NonDelivered& failed) {
  json::object fields{{"non_delivery_reason_code", failed.reason}};
  put_text(fields, "non_delivery_reason", std::string(reason_name(failed.reason)));
  if (failed.diagnostic) {
    fields["non_delivery_diagnostic_code"] = *failed.diagnostic;
    put_text(fields, "non_delivery_diagnostic", std::string(diagnostic_name(*failed.diagnostic)));
  }
  return {{"non_delivery", std::move(fields)}};
}

json::object report_recipient_json(const ReportRecipient& recipient) {
  json::object last{{"arrival_time", format_utc(recipient.arrival)}};
  if (recipient.converted) last["converted_encoded_information_types"] = eits_json(*recipient.converted);
  last["report_type"] = std::visit([](const auto& outcome) { return outcome_json(outcome); }, recipient.outcome);
  json::object out{{"actual_recipient_name", or_name_json(recipient.actual)},
                   {"originally_specified_recipient_number", recipient.number},
                   {"per_recipient_indicators", names_of(recipient.indicators, recipient_indicator_names)},
                   {"last_trace_information", std::move(last)}};
  if (recipient.intended) out["originally_intended_recipient_name"] = or_name_json(*recipient.intended);
  put_text(out, "supplementary_information", recipient.supplementary);
  put_extensions(out, "extensions", recipient.extensions);
  return out;
}

json::object apdu_json(const Message& message) {
  auto out = envelope_json(message.envelope);
  out["content"] = to_hex(message.content);
  if (is_ipms(message.envelope.content_type)) out["ipms"] = ipms_json(message.content);
  return {{"message", std::move(out)}};
}

json::object apdu_json(const Report& report) {
  json::object out{{"report_identifier", to_json(report.id)},
                   {"report_destination_name", or_name_json(report.destination)},
                   {"trace_information", list_json(report.trace, trace_json)}};
  put_extensions(out, "envelope_extensions", report.envelope_extensions);
  put_octets(out, "envelope_unknown", report.envelope_unknown);
  out["subject_identifier"] = to_json(report.subject);
  put_list(out, "subject_intermediate_trace_information", report.subject_trace, trace_json);
  if (report.eits) out["original_encoded_information_types"] = eits_json(*report.eits);
  if (report.content_type) out["content_type"] = content_type_json(*report.content_type);
  put_text(out, "content_identifier", report.content_id);
  if (report.returned) out["returned_content"] = to_hex(*report.returned);
  put_hex(out, "additional_information", report.additional);
  put_extensions(out, "extensions", report.extensions);
  out["per_recipient_fields"] = list_json(report.recipients, report_recipient_json);
  put_octets(out, "unknown", report.unknown);
  return {{"report", std::move(out)}};
}

json::object apdu_json(const Probe& probe) {
  auto out = envelope_json(probe.envelope);
  put_number(out, "content_length", probe.length);
  return {{"probe", std::move(out)}};
}

}  // namespace

json::object to_json(const MtsId& id) {
  return {
      {"text", to_string(id)}, {"global_domain_identifier", domain_json(id.domain)}, {"local_identifier", id.local}};
}

json::object to_json(const MtsApdu& apdu) {
  return std::visit([](const auto& one) { return apdu_json(one); }, apdu);
}

}  // namespace longwire::x400
