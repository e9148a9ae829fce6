// X.400 message -> DMP datagram (stanag4406.md 4). What cannot be said is refused, never dropped silently.
#include "annexe/dmp/times.hpp"
#include "annexe/gateway/dmp_parts.hpp"
#include "annexe/gateway/message_ids.hpp"
#include "annexe/gateway/p1_extensions.hpp"

#include <algorithm>

namespace longwire::gateway {

namespace {

using namespace dmp_parts;

bool is_ipms(const x400::ContentType& type) {
  if (!type.oid.empty()) return type.oid == x400::content_p772_oid;
  return type.number == x400::content_p22 || type.number == x400::content_p2;
}

bool prohibited(const std::vector<x400::ExtensionField>& list, int standard) {
  const auto* field = find_extension(list, standard);
  return field != nullptr && enumerated_value(*field).value_or(1) != 0;
}

// Extensions with a field of DMP, or made again from what it carries.
std::optional<Error> check_extensions(const std::vector<x400::ExtensionField>& list, Notes* notes) {
  for (const auto& e : list) {
    if (e.private_oid == x400::ext_priority_level_qualifier) continue;
    switch (e.private_oid.empty() ? e.standard : -1) {
      case ext_recipient_reassignment_prohibited:
      case x400::ext_dl_expansion_prohibited:
      case x400::ext_message_security_label:
        continue;
      case x400::ext_content_correlator:
      case x400::ext_internal_trace:
        note(notes, "discarded MTS extension " + name_of(e));
        continue;
      case x400::ext_conversion_with_loss_prohibited:
        if (!prohibited(list, e.standard)) continue;
        break;
      default:
        break;
    }
    return not_for_dmp("MTS extension " + name_of(e));
  }
  return std::nullopt;
}

std::optional<Error> check_envelope(const x400::MessageEnvelope& e, Time now, Notes* notes) {
  if (auto lost = first_loss({{e.indicators.implicit_conversion_prohibited, "a prohibition of conversion"},
                              {e.indicators.service_message, "the service message mark"},
                              {e.deferred && *e.deferred > now, "a deferred delivery"},
                              {!e.bilateral.empty(), "bilateral information"},
                              {!e.unknown.empty(), "unknown envelope fields"}}))
    return lost;
  if (e.indicators.content_return_request) note(notes, "discarded request for return of content");
  return check_extensions(e.extensions, notes);
}

Result<dmp::Envelope> envelope_of(const ToDmp& in, const Settings& settings) {
  const auto& e = in.message.envelope;
  if (const auto lost = check_envelope(e, in.now, in.notes)) return *lost;
  const auto submission = submission_time(e.trace, in.now);
  if (!submission) return submission.error();
  dmp::Envelope out;
  out.version = in.version;
  out.id = in.id;
  out.submission = *submission;
  const auto passed = hops(e.trace);
  if (!passed) return passed.error();
  out.hops = *passed;
  out.content_id_discarded = !e.content_id.empty();
  out.reassignment_prohibited = prohibited(e.extensions, ext_recipient_reassignment_prohibited);
  out.dl_expansion_prohibited = prohibited(e.extensions, x400::ext_dl_expansion_prohibited);
  out.originator = to_dmp_address(e.originator, settings.addresses);
  return out;
}

// What the user part of an identifier says beyond "it is an Internet one" or "it is the originator's".
bool user_says_more(const x400::IpmId& id, const x400::OrName& originator) {
  if (!id.user || id.user->matches(originator)) return false;
  const auto& defined = id.user->domain_defined;
  return defined.size() != 1 || defined[0].first != id_marker || defined[0].second != "-";
}

// A notification can come back: it will name the message by its IPM identifier.
std::optional<Error> name_message(dmp::Envelope& out, const x400::Message& message, const x400::Heading& heading,
                                  Notes* notes) {
  if (std::none_of(out.recipients.begin(), out.recipients.end(),
                   [](const auto& r) { return r.notification != dmp::Wanted::none; })) {
    note(notes, "discarded IPM identifier " + heading.this_id.local);
    return std::nullopt;
  }
  if (auto lost = first_loss(
          {{out.version < 2, "a notification request, which version 1 cannot tell to what it belongs"},
           {user_says_more(heading.this_id, message.envelope.originator), "the name in the IPM identifier"}}))
    return lost;
  out.id_type = dmp::IdType::x400;
  out.mts_id = message.envelope.id.local;
  out.ipm_id = heading.this_id.local;
  return std::nullopt;
}

// IPM 88: importance stands for the priority too.
Result<std::uint8_t> to_importance(const x400::Heading& heading, x400::Priority priority, Notes* notes) {
  const int level = priority == x400::Priority::normal ? 1 : priority == x400::Priority::urgent ? 2 : 0;
  if (heading.importance && *heading.importance != level)
    return not_for_dmp("an importance that is not that of the priority");
  if (!heading.importance && level != 1) note(notes, "importance told in place of the priority");
  return static_cast<std::uint8_t>(2 * level);
}

std::optional<Error> set_military(dmp::Message& out, const x400::Heading& heading, const ToDmp& in, Time submission) {
  const auto precedence = to_precedence(heading.mmhs, x400::precedence_of(in.message.envelope));
  if (!precedence) return precedence.error();
  // One number for both: without copy recipients nothing tells that there were two.
  if (*precedence < 6 && heading.copy.empty() && heading.mmhs.copy_precedence)
    return not_for_dmp("a copy precedence without copy recipients");
  const auto type = to_message_type(heading.mmhs.message_type);
  if (!type) return type.error();
  if (heading.importance.value_or(1) != 1) return not_for_dmp("an importance beside the precedence");
  if (heading.mmhs.message_type && heading.mmhs.message_type->type == 1)
    note(in.notes, "the message type operation is that of messages without one");
  out.precedence = *precedence;
  out.message_type = *type;
  out.sics = heading.mmhs.sics;
  if (!heading.mmhs.authorisation_time) return std::nullopt;
  const auto dtg = to_dtg(*heading.mmhs.authorisation_time, submission);
  if (!dtg) return dtg.error();
  out.dtg = *dtg;
  return std::nullopt;
}

Result<dmp::Message> message_of(const ToDmp& in, const x400::Ipm& ipm, Time submission, const Settings& settings) {
  const auto& heading = ipm.heading;
  dmp::Message out;
  out.military = !in.message.envelope.content_type.oid.empty();
  if (const auto lost = check_heading(heading, settings, in.notes)) return *lost;
  if (out.military) {
    if (const auto lost = set_military(out, heading, in, submission)) return *lost;
  } else {
    if (heading.mmhs.any()) return not_for_dmp("military extensions in civil content");
    const auto importance = to_importance(heading, in.message.envelope.priority, in.notes);
    if (!importance) return importance.error();
    out.precedence = *importance;
  }
  const auto security = to_security(in.message.envelope.extensions, settings);
  if (!security) return security.error();
  out.security = *security;
  if (heading.expiry) {
    out.expiry = *heading.expiry - submission;
    if (*heading.expiry <= in.now) return not_for_dmp("an expiry time that has passed");
    if (!dmp::age_code(*out.expiry, dmp::Rounding::up, 1)) return not_for_dmp("an expiry time beyond 76 hours");
  }
  auto body = to_body(ipm.body, heading.subject);
  if (!body) return body.error();
  out.body = *std::move(body);
  return out;
}

Result<dmp::Pdu> ipm_to_dmp(const ToDmp& in, const x400::Ipm& ipm, const Settings& settings) {
  auto envelope = envelope_of(in, settings);
  if (!envelope) return envelope.error();
  auto recipients = to_recipients(in.message.envelope, ipm.heading, settings.addresses, in.notes);
  if (!recipients) return recipients.error();
  dmp::Pdu out;
  out.envelope = *std::move(envelope);
  out.envelope.recipients = *std::move(recipients);
  const auto& writer = ipm.heading.originator;
  if (writer && writer->formal && !writer->formal->matches(in.message.envelope.originator)) {
    if (in.version < 2) return not_for_dmp("an originator beside the sender");
    out.envelope.second_originator = to_dmp_address(*writer->formal, settings.addresses);
  }
  choose_addressing(out.envelope);
  if (const auto lost = name_message(out.envelope, in.message, ipm.heading, in.notes)) return *lost;
  auto message = message_of(in, ipm, out.envelope.submission, settings);
  if (!message) return message.error();
  out.content = *std::move(message);
  if (const auto lost = check_size(out, in.max_datagram)) return *lost;
  return out;
}

}  // namespace

Result<dmp::Pdu> dmp_parts::notification_to_dmp(const ToDmp& in, const x400::Ipn& ipn, const Settings& settings) {
  auto envelope = envelope_of(in, settings);
  if (!envelope) return envelope.error();
  dmp::Pdu out;
  out.envelope = *std::move(envelope);
  for (const auto& r : in.message.envelope.recipients) {
    if (!r.responsibility) continue;
    if (r.conversion || !r.extensions.empty()) return not_for_dmp("extensions of a recipient");
    dmp::Recipient one;
    one.number = r.number;
    one.address = to_dmp_address(r.name, settings.addresses);
    out.envelope.recipients.push_back(std::move(one));
  }
  std::sort(out.envelope.recipients.begin(), out.envelope.recipients.end(),
            [](const auto& a, const auto& b) { return a.number < b.number; });
  const auto& originator = in.message.envelope.originator;
  if (ipn.originator && ipn.originator->formal && !ipn.originator->formal->matches(originator))
    return not_for_dmp("a notification in the name of another");
  if (ipn.intended && ipn.intended->formal) {
    if (in.version < 2) return not_for_dmp("an intended recipient");
    out.envelope.second_originator = to_dmp_address(*ipn.intended->formal, settings.addresses);
  }
  choose_addressing(out.envelope);
  auto notification = to_notification(ipn, out.envelope.submission, in.notes);
  if (!notification) return notification.error();
  if (!notification->subject.id) {
    if (in.version < 2) return not_for_dmp("a subject that version 1 cannot name");
    if (user_says_more(ipn.subject, in.message.envelope.recipients.front().name))
      return not_for_dmp("the name in the IPM identifier");
    out.envelope.id_type = dmp::IdType::x400;
    out.envelope.mts_id = in.message.envelope.id.local;
  }
  const auto security = to_security(in.message.envelope.extensions, settings);
  if (!security) return security.error();
  notification->security = *security;
  out.content = *std::move(notification);
  if (const auto lost = check_size(out, in.max_datagram)) return *lost;
  return out;
}

Result<dmp::Pdu> to_dmp(const ToDmp& in, const Settings& settings) {
  if (!is_ipms(in.message.envelope.content_type)) return not_for_dmp("content that is no IPM or MM");
  const auto content = x400::decode_p772(in.message.content);
  if (!content) return not_for_dmp("content that cannot be read: " + std::string(content.error().name));
  if (std::none_of(in.message.envelope.recipients.begin(), in.message.envelope.recipients.end(),
                   [](const auto& r) { return r.responsibility; }))
    return not_for_dmp("no recipient to serve");
  if (const auto* ipn = std::get_if<x400::Ipn>(&*content)) return notification_to_dmp(in, *ipn, settings);
  return ipm_to_dmp(in, std::get<x400::Ipm>(*content), settings);
}

}  // namespace longwire::gateway
