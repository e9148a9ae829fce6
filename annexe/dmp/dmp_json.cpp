#include "annexe/dmp/dmp_json.hpp"

#include "annexe/dmp/security.hpp"
#include "annexe/dmp/times.hpp"
#include "base/text.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>

namespace longwire::dmp {

namespace json = boost::json;

namespace {

using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 4> content_names{"message", "ipm", "report", "notification"};
constexpr std::array<std::string_view, 3> id_types{"dmp", "x400", "national"};
constexpr std::array<std::string_view, 3> requests{"none", "negative", "positive"};
constexpr std::array<std::string_view, 4> message_types{"operation", "project", "exercise", "drill"};
constexpr std::array<std::string_view, 8> precedences{"deferred", "routine",  "priority",         "immediate",
                                                      "flash",    "override", "priority/routine", "immediate/routine"};
constexpr std::array<std::string_view, 5> importances{"low", "", "normal", "", "high"};
constexpr std::array<std::string_view, 8> classifications{"unmarked", "unclassified", "",       "restricted",
                                                          "",         "confidential", "secret", "top secret"};
constexpr std::array<std::string_view, 8> policies{"network 0", "network 1", "network 2",         "network 3",
                                                   "nato",      "national",  "extended national", "extended mission"};
constexpr std::array<std::string_view, 3> formats{"free text", "free text with subject", "structured"};
constexpr std::array<std::string_view, 5> eits{"empty", "ia5-text", "general-text", "bilateral", "adatp3"};
constexpr std::array<std::string_view, 3> notification_types{"receipt", "non-receipt", "other"};
constexpr std::array<std::string_view, 3> acp127_types{"nn", "pn", "tn"};
constexpr std::array<std::string_view, 3> ack_reasons{"ok", "unspecified", "checksum incorrect"};

template <class E>
std::size_t index(E value) {
  return static_cast<std::size_t>(value);
}
std::string_view name_of(Names names, std::size_t value) {
  return value < names.size() ? names[value] : std::string_view{};
}
void put_code(json::object& out, std::string_view name, Names names, std::size_t value) {
  out[name] = value;
  if (const auto word = name_of(names, value); !word.empty()) out[std::string(name) + "_name"] = word;
}

std::int64_t whole_seconds(Duration d) { return std::chrono::duration_cast<std::chrono::seconds>(d).count(); }

// Text is shown as text only if every reader of JSON sees the same: printable ASCII and line ends.
void put_text(json::object& out, std::string_view name, std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(),
                                 [](char c) { return (c >= ' ' && c <= '~') || c == '\r' || c == '\n' || c == '\t'; });
  if (plain) out[name] = text;
  else out[std::string(name) + "_hex"] = to_hex(as_bytes(text));
}

json::object address_json(const Address& a) {
  if (a.direct) return {{"direct", *a.direct}};
  json::object out{{a.form == 0 ? "or_name_ber" : "or_name_per", to_hex(a.extended)}};
  const auto doc = ber::Document::read(a.extended);
  if (a.form != 0 || !doc) return out;
  if (const auto name = x400::read_or_name(*doc, 0)) put_text(out, "or_name", x400::to_text(*name));
  return out;
}

json::object recipient_json(const Recipient& r) {
  json::object out{{"number", r.number},
                   {"action", r.action},
                   {"report", name_of(requests, index(r.report))},
                   {"notification", name_of(requests, index(r.notification))}};
  if (!r.address.empty()) out["address"] = address_json(r.address);
  if (r.p2_address) out["p2_address"] = address_json(*r.p2_address);
  return out;
}

template <class T, class ToJson>
json::array list_json(const std::vector<T>& list, ToJson to) {
  json::array out;
  for (const auto& item : list) out.emplace_back(to(item));
  return out;
}
json::array extensions_json(const std::vector<Bytes>& list) {
  return list_json(list, [](const Bytes& e) { return json::string(to_hex(e)); });
}

// Times of one datagram: as they stand, and resolved where the reader gave a reference.
struct Times {
  Time submission;
  bool resolved;

  void put(json::object& out, const std::string& name, Duration from_submission, Duration shown) const {
    out[name + "_s"] = whole_seconds(shown);
    if (resolved) out[name + "_time"] = format_utc(submission + from_submission);
  }
};

void put_envelope(json::object& out, const Envelope& e, const Times& times) {
  out["version"] = e.version;
  out["hop_count"] = e.hops;
  out["extended_addressing"] = e.extended_addressing;
  out["checksum"] = e.checksum;
  out["id_type"] = name_of(id_types, index(e.id_type));
  out["id"] = e.id;
  if (!e.mts_id.empty()) put_text(out, "mts_id", e.mts_id);
  out["submission"] = submission_code(e.submission);
  if (times.resolved) out["submission_time"] = format_utc(e.submission);
  if (e.time_difference) out["time_difference_s"] = whole_seconds(*e.time_difference);
  out["content_id_discarded"] = e.content_id_discarded;
  out["reassignment_prohibited"] = e.reassignment_prohibited;
  out["dl_expansion_prohibited"] = e.dl_expansion_prohibited;
  if (e.originator) out["originator"] = address_json(*e.originator);
  if (e.second_originator) out["second_originator"] = address_json(*e.second_originator);
  out["recipients"] = list_json(e.recipients, recipient_json);
  if (e.ipm_id) put_text(out, "ipm_id", *e.ipm_id);
  if (e.ipm_id_modifier != 0) out["ipm_id_modifier"] = e.ipm_id_modifier;
  if (!e.extensions.empty()) out["extensions"] = extensions_json(e.extensions);
}

json::object continuation_json(const Categories::Continuation& c) {
  json::object out{{c.restrictive ? "restrictive" : "permissive", c.value}};
  if (c.country) out["country"] = *c.country;
  else if (!c.restrictive && !nation_name(c.value).empty()) out["nation"] = nation_name(c.value);
  return out;
}

void put_security(json::object& out, const Security& s) {
  put_code(out, "classification", classifications, s.classification);
  put_code(out, "policy", policies, s.policy);
  if (s.nation_or_mission && s.policy == policy_extended_mission) out["mission"] = *s.nation_or_mission;
  else if (s.nation_or_mission) {
    out["nation"] = *s.nation_or_mission;
    if (!nation_name(*s.nation_or_mission).empty()) out["nation_name"] = nation_name(*s.nation_or_mission);
  }
  if (!s.categories) return;
  out["categories"] = s.categories->first;
  if (!s.categories->more.empty()) out["categories_more"] = list_json(s.categories->more, continuation_json);
}

json::object body_json(const Body& body) {
  json::object out;
  put_code(out, "format", formats, index(body.format));
  if (body.format == BodyFormat::subject_and_text) put_text(out, "subject", body.subject);
  if (body.format != BodyFormat::structured) {
    put_code(out, "eit", eits, body.eit);
    out["compressed"] = body.compressed;
  }
  out["octets"] = body.data.size();
  put_text(out, "data", as_text(body.data));
  return out;
}

void put_content(json::object& out, const Message& m, const Times& times) {
  if (m.military) {
    put_code(out, "message_type", message_types, m.message_type);
    put_code(out, "precedence", precedences, m.precedence);
  } else {
    put_code(out, "importance", importances, m.precedence);
  }
  put_security(out, m.security);
  out["authorizing_discarded"] = m.authorizing_discarded;
  out["subject_discarded"] = m.subject_discarded;
  if (m.expiry) times.put(out, "expiry", *m.expiry, *m.expiry);
  if (m.dtg) times.put(out, "dtg", *m.dtg, *m.dtg);
  if (m.military) out["sics"] = list_json(m.sics, [](const std::string& s) { return json::string(s); });
  out["body"] = body_json(m.body);
}

void put_subject(json::object& out, const Subject& subject) {
  if (subject.id) out["subject_id"] = *subject.id;
  else put_text(out, "subject_x400_id", subject.x400);
}

void put_content(json::object& out, const Report& r, const Times& times) {
  put_security(out, r.security);
  put_subject(out, r.subject);
  out["entries"] = list_json(r.entries, [&times](const ReportEntry& e) {
    json::object one{{"delivered", e.delivered}};
    if (e.delivered) {
      times.put(one, "delivery", -e.delivery_age, e.delivery_age);
    } else {
      one["reason"] = e.reason;
      if (e.diagnostic != diagnostic_absent) one["diagnostic"] = e.diagnostic;
    }
    one["recipient"] = recipient_json(e.recipient);
    if (e.info) put_text(one, "info", *e.info);
    return one;
  });
}

void put_content(json::object& out, const Notification& n, const Times& times) {
  put_code(out, "type", notification_types, index(n.type));
  put_security(out, n.security);
  put_subject(out, n.subject);
  if (n.type == NotificationType::non_receipt) {
    out["reason"] = n.reason;
    if (n.discard_reason) out["discard_reason"] = *n.discard_reason;
    return;
  }
  times.put(out, "receipt", -n.receipt_age, n.receipt_age);
  put_text(out, "text", n.text);
  if (n.type != NotificationType::other) return;
  put_code(out, "acp127_type", acp127_types, n.acp127);
  put_text(out, "acp127_recipient", n.acp127_recipient);
}

json::object ack_json(const Ack& ack) {
  json::object out{{"content", "acknowledgement"}, {"version", ack.version}, {"checksum", ack.checksum}};
  put_code(out, "reason", ack_reasons, ack.reason);
  out["diagnostic"] = ack.diagnostic;
  out["subject_id"] = ack.id;
  if (!ack.recipients.empty()) out["recipients"] = list_json(ack.recipients, recipient_json);
  if (!ack.extensions.empty()) out["extensions"] = extensions_json(ack.extensions);
  return out;
}

std::size_t content_index(const Pdu& pdu) {
  const auto* message = std::get_if<Message>(&pdu.content);
  return message != nullptr ? (message->military ? 0 : 1) : pdu.content.index() + 1;
}

}  // namespace

json::object to_json(const Datagram& datagram, std::optional<Time> now) {
  if (const auto* ack = std::get_if<Ack>(&datagram)) return ack_json(*ack);
  const auto& pdu = std::get<Pdu>(datagram);
  const Times times{pdu.envelope.submission, now.has_value()};
  json::object out{{"content", name_of(content_names, content_index(pdu))}};
  put_envelope(out, pdu.envelope, times);
  std::visit([&out, &times](const auto& content) { put_content(out, content, times); }, pdu.content);
  return out;
}

}  // namespace longwire::dmp
