// DMP datagram -> the MTS-APDU it stands for.
#include "annexe/gateway/dmp_parts.hpp"
#include "annexe/gateway/eits.hpp"
#include "annexe/gateway/headings.hpp"
#include "annexe/gateway/message_ids.hpp"
#include "annexe/gateway/p1_extensions.hpp"
#include "base/text.hpp"
#include "base/utc_time.hpp"

namespace longwire::gateway {

namespace {

using namespace dmp_parts;

constexpr std::uint8_t double_priority = 6, double_immediate = 7;  // 4.4
constexpr int operation = 1;                                       // MMHS

x400::ReportRequest request_of(dmp::Wanted wanted) {
  switch (wanted) {
    case dmp::Wanted::none:
      return x400::ReportRequest::none;
    case dmp::Wanted::negative:
      return x400::ReportRequest::non_delivery;
    case dmp::Wanted::positive:
      return x400::ReportRequest::delivery;
  }
  return x400::ReportRequest::none;
}

struct Parties {
  std::vector<x400::Recipient> envelope;
  std::vector<x400::RecipientSpecifier> primary, copy;
};

Result<Parties> parties_of(const dmp::Envelope& e, const AddressMap& map) {
  Parties out;
  for (const auto& r : e.recipients) {
    x400::RecipientSpecifier spec;
    auto heading = from_dmp_address(r.p2_address.value_or(r.address), map);
    if (!heading) return heading.error();
    spec.recipient.formal = *std::move(heading);
    spec.receipt_wanted = r.notification == dmp::Wanted::positive;
    spec.non_receipt_wanted = r.notification != dmp::Wanted::none;
    (r.action ? out.primary : out.copy).push_back(std::move(spec));
    if (r.address.empty()) continue;  // in the heading alone
    auto name = from_dmp_address(r.address, map);
    if (!name) return name.error();
    x400::Recipient one;
    one.name = *std::move(name);
    one.number = r.number;
    one.report = one.mta_report = request_of(r.report);
    out.envelope.push_back(std::move(one));
  }
  return out;
}

Result<x400::MessageEnvelope> envelope_of(const dmp::Pdu& pdu, std::string local, const Settings& settings) {
  const auto& e = pdu.envelope;
  x400::MessageEnvelope out;
  auto originator = from_dmp_address(e.originator.value_or(dmp::Address{}), settings.addresses);
  if (!originator) return originator.error();
  out.id = mts_id(std::move(local), settings);
  out.originator = *std::move(originator);
  out.trace = trace(e, settings);
  out.indicators.alternate_recipient_allowed = true;
  if (e.reassignment_prohibited)
    out.extensions.push_back(enumerated_extension(ext_recipient_reassignment_prohibited, 1));
  if (e.dl_expansion_prohibited) out.extensions.push_back(enumerated_extension(x400::ext_dl_expansion_prohibited, 1));
  return out;
}

void add_label(x400::MessageEnvelope& out, const dmp::Security& security) {
  const auto label = from_security(security);
  if (!label) return;
  x400::ExtensionField field;
  field.standard = x400::ext_message_security_label;
  field.value = encode_label(*label);
  out.extensions.push_back(std::move(field));
}

void set_precedence(const dmp::Message& m, x400::MessageEnvelope& envelope, x400::Heading& heading) {
  if (!m.military) {
    // Importance 0, 2, 4; what is between is reserved.
    if (m.precedence < 2) envelope.priority = x400::Priority::non_urgent;
    if (m.precedence > 3) envelope.priority = x400::Priority::urgent;
    if (envelope.priority != x400::Priority::normal) heading.importance = m.precedence < 2 ? 0 : 2;
    return;
  }
  auto primary = m.precedence;
  auto copy = m.precedence;
  if (m.precedence >= double_priority) {
    primary = m.precedence == double_immediate ? row(Precedence::immediate).mmhs : row(Precedence::priority).mmhs;
    copy = row(Precedence::routine).mmhs;
  }
  if (!heading.primary.empty() || heading.copy.empty() || copy != primary) heading.mmhs.primary_precedence = primary;
  if (!heading.copy.empty() || copy != primary) heading.mmhs.copy_precedence = copy;
  const auto urgent = heading.primary.empty() && !heading.copy.empty() ? copy : primary;
  x400::set_precedence(envelope, from_mmhs(urgent));
}

void note_losses(const dmp::Pdu& pdu, Notes& notes) {
  const auto& e = pdu.envelope;
  if (e.content_id_discarded) notes.emplace_back("the content identifier was discarded by the sender");
  if (e.time_difference) notes.push_back("discarded DMP time difference " + format_duration(*e.time_difference));
  for (const auto& extension : e.extensions) notes.push_back("discarded DMP extension " + to_hex(extension));
  const auto* m = std::get_if<dmp::Message>(&pdu.content);
  if (m == nullptr) return;
  if (m->authorizing_discarded) notes.emplace_back("the authorizing users were discarded by the sender");
  if (m->subject_discarded) notes.emplace_back("the subject was discarded by the sender");
}

Result<ApduItem> from_message(const dmp::Pdu& pdu, const std::string& local, const Settings& settings) {
  const auto& m = std::get<dmp::Message>(pdu.content);
  const auto& e = pdu.envelope;
  ApduItem out;
  note_losses(pdu, out.notes);
  auto envelope = envelope_of(pdu, local, settings);
  if (!envelope) return envelope.error();
  auto parties = parties_of(e, settings.addresses);
  if (!parties) return parties.error();
  if (parties->envelope.empty()) return error("bad_recipient", 0, "no recipient to be served");
  x400::Ipm ipm;
  auto& heading = ipm.heading;
  heading.originator.emplace();
  heading.originator->formal = envelope->originator;
  if (e.second_originator) {
    auto writer = from_dmp_address(*e.second_originator, settings.addresses);
    if (!writer) return writer.error();
    heading.originator->formal = *std::move(writer);
  }
  heading.this_id = e.ipm_id && e.id_type == dmp::IdType::x400 && e.ipm_id_modifier == 0
                        ? read_ipm_id(*e.ipm_id, envelope->originator, settings, m.military)
                        : made_ipm_id(e, local, envelope->originator);
  heading.primary = std::move(parties->primary);
  heading.copy = std::move(parties->copy);
  heading.subject = m.body.subject;
  if (m.expiry) heading.expiry = e.submission + *m.expiry;
  set_precedence(m, *envelope, heading);
  if (m.military) {
    // "Operation" is also what a message without a type says: nothing is made up.
    if (const int type = from_message_type(m.message_type); type != operation)
      heading.mmhs.message_type = x400::MessageType{type, {}};
    heading.mmhs.sics = m.sics;
    if (m.dtg) heading.mmhs.authorisation_time = from_dtg(*m.dtg, e.submission);
  }
  ipm.body = from_body(m.body, out.notes);
  add_label(*envelope, m.security);
  envelope->recipients = std::move(parties->envelope);
  if (m.military) envelope->content_type.oid = x400::content_p772_oid;
  else envelope->content_type.number = x400::content_p22;
  envelope->eits = eits_of(ipm);
  x400::Message message;
  message.content = x400::encode_p772(ipm);
  message.envelope = *std::move(envelope);
  out.apdu = std::move(message);
  return out;
}

Result<ApduItem> from_notification_pdu(const dmp::Pdu& pdu, std::string local, const Settings& settings) {
  const auto& n = std::get<dmp::Notification>(pdu.content);
  const auto& e = pdu.envelope;
  ApduItem out;
  note_losses(pdu, out.notes);
  auto envelope = envelope_of(pdu, std::move(local), settings);
  if (!envelope) return envelope.error();
  auto parties = parties_of(e, settings.addresses);
  if (!parties) return parties.error();
  if (parties->envelope.empty()) return error("bad_recipient", 0, "no recipient to be served");
  auto ipn = from_notification(n, e.submission, out.notes);
  // The subject is a message of the one who gets this.
  const auto& writer = parties->envelope.front().name;
  ipn.subject = n.subject.id ? x400::IpmId{writer, dmp_subject(*n.subject.id)}
                             : read_ipm_id(n.subject.x400, writer, settings, true);
  ipn.originator.emplace();
  ipn.originator->formal = envelope->originator;
  if (e.second_originator) {
    auto intended = from_dmp_address(*e.second_originator, settings.addresses);
    if (!intended) return intended.error();
    ipn.intended.emplace();
    ipn.intended->formal = *std::move(intended);
  }
  add_label(*envelope, n.security);
  envelope->recipients = std::move(parties->envelope);
  envelope->content_type.oid = x400::content_p772_oid;
  x400::Message message;
  message.content = x400::encode_p772(ipn);
  message.envelope = *std::move(envelope);
  out.apdu = std::move(message);
  return out;
}

}  // namespace

// "DMP-4242-" first, so that a notification about it can name it in DMP again; serial number, space, filing time as
// MMHS wants it (stanag4406.md 3.3).
x400::IpmId dmp_parts::made_ipm_id(const dmp::Envelope& envelope, std::string_view mts_local_id,
                                   const x400::OrName& user) {
  return {user,
          dmp_subject(envelope.id) + '-' + std::string(mts_local_id) + ' ' + format_utc_time(envelope.submission)};
}

// Only the local part travels. An Internet identifier gets the mark that tells it is one.
x400::IpmId dmp_parts::read_ipm_id(const std::string& local, const x400::OrName& user, const Settings& settings,
                                   bool military) {
  const auto text = printable_decode(trim(local));
  if (text && is_message_id(*text)) {
    // P772 pads short ones with spaces; not everything on the way keeps those.
    auto id = to_ipm_id('<' + *text + '>', settings, military);
    if (trim(id.local) == trim(local)) return id;
  }
  return {user, local};
}

Result<ApduItem> from_dmp(const dmp::Pdu& pdu, std::string mts_local_id, Time, const Settings& settings) {
  if (std::holds_alternative<dmp::Message>(pdu.content)) return from_message(pdu, mts_local_id, settings);
  if (std::holds_alternative<dmp::Notification>(pdu.content))
    return from_notification_pdu(pdu, std::move(mts_local_id), settings);
  ApduItem out;
  note_losses(pdu, out.notes);
  auto report = from_report(pdu, std::move(mts_local_id), settings);
  if (!report) return report.error();
  out.apdu = *std::move(report);
  return out;
}

}  // namespace longwire::gateway
