#include "annexe/x400/p772_json.hpp"
#include "base/utf8.hpp"

#include "annexe/x400/body_parts.hpp"
#include "annexe/x400/file_transfer.hpp"
#include "annexe/x400/ipm_json.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace longwire::x400 {

namespace json = boost::json;

namespace {

constexpr int repertoire_ita2 = 2;

json::object part_json(const body::Ia5& part) {
  return {{"type", "ia5_text"},
          {"repertoire", part.repertoire == repertoire_ita2 ? "ita2" : "ia5"},
          {"data", from_latin1(part.text)}};
}

// Plain text where the character sets are those of ISO 8859-1 (registrations 1, 6, 100); the escape sequences that
// say so (stanag4406.md 6.9) are left out.
std::optional<std::string> plain_text(const body::General& part) {
  using namespace std::string_view_literals;
  if (!std::all_of(part.repertoires.begin(), part.repertoires.end(),
                   [](int number) { return number == 1 || number == 6 || number == 100; }))
    return std::nullopt;
  auto text = as_text(part.text);
  constexpr std::array escapes{"\x1B(B"sv, "\x1B-A"sv, "\x1B!A"sv, "\x1B~"sv};
  for (bool again = true; again;) {
    const auto found = std::find_if(escapes.begin(), escapes.end(), [&](auto e) { return text.starts_with(e); });
    again = found != escapes.end();
    if (again) text.remove_prefix(found->size());
  }
  if (text.find('\x1B') != std::string_view::npos) return std::nullopt;
  return from_latin1(text);
}

json::object part_json(const body::General& part) {
  json::object out{{"type", "general_text"},
                   {"repertoires", json::array(part.repertoires.begin(), part.repertoires.end())}};
  if (const auto text = plain_text(part)) out["text"] = *text;
  out["data"] = to_hex(part.text);
  return out;
}

json::object part_json(const body::Bilateral& part) {
  return {{"type", "bilaterally_defined"}, {"data", to_hex(part.octets)}};
}

json::object part_json(const body::Unknown& part) { return {{"type", "unknown"}, {"element", to_hex(part.element)}}; }

json::object part_json(const body::Forwarded& part) {
  json::object out{{"type", part.military ? "mm_message" : "message"}};
  put_time(out, "delivery_time", part.delivered);
  put_hex(out, "delivery_envelope", part.delivery_fields);
  for (const auto& message : part.message) out["message"] = ipm_json(message);
  return out;
}

json::object adatp3_json(const body::Adatp3& value) {
  json::object out{{"type", "adatp3"}, {"parameters", value.parameters}};
  if (value.set_oriented)
    out["set_oriented"] = list_json(value.sets, [](const std::string& set) { return from_latin1(set); });
  else out["line_oriented"] = from_latin1(value.sets.empty() ? std::string() : value.sets[0]);
  return out;
}

json::object ia5_data_json(const char* type, const body::Ia5Data& value) {
  return {{"type", type}, {"parameters", value.parameters}, {"data", from_latin1(value.text)}};
}

json::object encrypted_json(const body::ForwardedEncrypted& value) {
  json::object out{{"type", "forwarded_encrypted"}};
  put_time(out, "delivery_time", value.delivered);
  put_hex(out, "delivery_envelope", value.delivery_fields);
  out["data"] = to_hex(value.octets);
  return out;
}

json::object file_json(const body::FileTransfer& file) {
  json::object out{{"type", "file_transfer"}};
  put_text(out, "contents_type", file.contents_type);
  put_text(out, "application_reference", file.application_reference);
  put_list(out, "user_visible_string", file.visible, [](const std::string& s) { return json::string(s); });
  put_text(out, "pathname", file.filename);
  put_time(out, "date_and_time_of_creation", file.created);
  put_time(out, "date_and_time_of_last_modification", file.modified);
  put_time(out, "date_and_time_of_last_read_access", file.read);
  put_number(out, "object_size", file.size);
  if (!file.extensions.empty()) out["extensions"] = extensions_json(file.extensions);
  out["data"] = to_hex(file.contents);
  return out;
}

// Nothing: no known one, or its data is not what its OID promises.
std::optional<json::object> known_json(const body::Extended& part) {
  if (const auto adatp3 = body::read_adatp3(part)) return adatp3_json(*adatp3);
  if (const auto corrections = body::read_corrections(part)) return ia5_data_json("corrections", *corrections);
  if (const auto acp127 = body::read_acp127_data(part)) return ia5_data_json("acp127_data", *acp127);
  if (const auto encrypted = body::read_forwarded_encrypted(part)) return encrypted_json(*encrypted);
  if (const auto file = body::read_file_transfer(part)) return file_json(*file);
  return std::nullopt;
}

json::object part_json(const body::Extended& part) {
  if (auto known = known_json(part)) return *std::move(known);
  json::object out{{"type", "extended"}};
  if (!part.parameters_oid.empty())
    out["parameters"] = json::object{{"direct_reference", part.parameters_oid}, {"value", to_hex(part.parameters)}};
  out["data"] = json::object{{"direct_reference", part.data_oid}, {"value", to_hex(part.data)}};
  return out;
}

void put_outcome(json::object& out, const NonReceipt& outcome) {
  json::object fields{{"non_receipt_reason", outcome.reason}};
  put_number(fields, "discard_reason", outcome.discard);
  put_text(fields, "auto_forward_comment", outcome.comment);
  for (const auto& message : outcome.returned) fields["returned_ipm"] = ipm_json(message);
  if (!outcome.extensions.empty()) fields["nrn_extensions"] = extensions_json(outcome.extensions);
  out["non_receipt_fields"] = std::move(fields);
}

void put_outcome(json::object& out, const Receipt& outcome) {
  json::object fields{{"receipt_time", format_utc(outcome.time)},
                      {"acknowledgment_mode", outcome.automatic ? "automatic" : "manual"}};
  put_text(fields, "suppl_receipt_info", outcome.supplementary);
  if (!outcome.extensions.empty()) fields["rn_extensions"] = extensions_json(outcome.extensions);
  out["receipt_fields"] = std::move(fields);
}

void put_outcome(json::object& out, const OtherNotification& outcome) {
  json::object fields;
  if (outcome.acp127) {
    const auto& response = *outcome.acp127;
    json::object one{{"acp127_notification_type", acp127_json(response.type)},
                     {"receipt_time", format_utc(response.time)}};
    put_list(one, "address_list_indicator", response.lists, address_list_json);
    put_text(one, "acp127_recipient", response.recipient);
    put_text(one, "acp127_supp_info", response.supplementary);
    fields["acp127_notification_response"] = std::move(one);
  }
  if (!outcome.extensions.empty()) fields["other_extensions"] = extensions_json(outcome.extensions);
  out["other_notification_type_fields"] = std::move(fields);
}

json::object ipn_json(const Ipn& notification) {
  json::object out{{"subject_ipm", ipm_id_json(notification.subject)}};
  if (notification.originator) out["ipn_originator"] = descriptor_json(*notification.originator);
  if (notification.intended) out["ipm_intended_recipient"] = descriptor_json(*notification.intended);
  if (notification.converted) out["conversion_eits"] = eits_json(*notification.converted);
  if (!notification.extensions.empty()) out["notification_extensions"] = extensions_json(notification.extensions);
  std::visit([&out](const auto& outcome) { put_outcome(out, outcome); }, notification.outcome);
  return out;
}

}  // namespace

json::object eits_json(const Eits& eits) {
  json::array builtin;
  for (int bit = 0; bit < 16; ++bit)
    if ((eits.builtin & (0x8000U >> bit)) != 0) builtin.emplace_back(bit);
  json::object out{{"built_in_encoded_information_types", std::move(builtin)}};
  put_list(out, "extended_encoded_information_types", eits.extended, [](const auto& oid) { return json::string(oid); });
  put_list(out, "unknown", eits.raw, [](const Bytes& element) { return json::string(to_hex(element)); });
  return out;
}

json::array body_json(const std::vector<BodyPart>& body) {
  return list_json(body,
                   [](const BodyPart& part) { return std::visit([](const auto& p) { return part_json(p); }, part); });
}

json::object ipm_json(const Ipm& message) {
  return {{"heading", heading_json(message.heading)}, {"body", body_json(message.body)}};
}

json::object to_json(const IpmsContent& content) {
  if (const auto* message = std::get_if<Ipm>(&content)) return {{"mm", ipm_json(*message)}};
  return {{"mn", ipn_json(std::get<Ipn>(content))}};
}

json::object to_json(const SecurityLabel& label) { return label_json(label); }

}  // namespace longwire::x400
