#include "annexe/gateway/bodies.hpp"
#include "annexe/gateway/eits.hpp"
#include "annexe/gateway/envelopes.hpp"
#include "annexe/gateway/gateway.hpp"
#include "annexe/gateway/heading_text.hpp"
#include "annexe/gateway/labels.hpp"
#include "annexe/gateway/p1_extensions.hpp"
#include "annexe/gateway/reports.hpp"
#include "annexe/gateway/trace.hpp"
#include "base/text.hpp"
#include "base/utc_time.hpp"
#include "mail/clean.hpp"
#include "mail/date.hpp"
#include "mail/mmhs.hpp"

#include <algorithm>

namespace longwire::gateway {

namespace {

struct Content {
  x400::ContentType type;
  Bytes octets;
  x400::Eits eits;
};

x400::ContentType type_of(bool military) {
  return military ? x400::ContentType{0, std::string(x400::content_p772_oid)}
                  : x400::ContentType{x400::content_p22, {}};
}

// Bcc and Resent-Bcc go on only to the one they name (RFC 5322 3.6.3): another recipient would see who else got the
// message.
bool may_see_bcc(const mail::HeaderView& header, const mail::Envelope& envelope) {
  return std::all_of(header.fields().begin(), header.fields().end(), [&envelope](const auto& field) {
    return !is_blind_field(field.name) || is_only_for(mail::unfold(field.raw_value), envelope);
  });
}

// RFC 6477 6 a, b: what P772 wants and the mail does not say.
void complete(x400::Heading& heading, const ToX400& in, const mail::HeaderView& header, const Settings& settings,
              std::vector<std::string>& notes) {
  auto& mmhs = heading.mmhs;
  if (!mmhs.authorisation_time) {
    const auto date = header.value("Date");
    mmhs.authorisation_time = date ? mail::parse_date_field(*date) : std::nullopt;
    if (!mmhs.authorisation_time) mmhs.authorisation_time = in.now;
    notes.emplace_back("extended-authorisation-info taken from the Date (RFC 6477 6 a)");
  }
  if (!mmhs.primary_precedence && !heading.primary.empty()) {
    mmhs.primary_precedence = row(precedence_of(in.envelope, header, settings)).mmhs;
    notes.emplace_back("primary-precedence taken from the priority of the message (RFC 6477 6 b)");
  }
}

// Fields that speak of the envelope but say more than P1 can.
std::vector<std::string> envelope_lines(const ToX400& in, const mail::HeaderView& header, const Settings& settings) {
  std::vector<std::string> out;
  if (auto label = label_field_to_keep(header, settings)) out.push_back(*std::move(label));
  // P-04: what is passed on is the value itself and not the level it counts as.
  const auto mt = in.envelope.mt_priority;
  if (mt && row(from_mt_priority(*mt)).mt_priority != *mt) out.push_back("MT-Priority: " + std::to_string(*mt));
  return out;
}

Result<Content> message_content(const ToX400& in, const mail::HeaderView& header, const x400::MessageEnvelope& envelope,
                                const Settings& settings, std::vector<std::string>& notes) {
  const bool military = settings.military_default || is_military(header);
  HeadingOptions options;
  options.military = military;
  options.mail_from = in.envelope.from;
  options.with_bcc = may_see_bcc(header, in.envelope);
  auto heading = to_heading(header, settings, options, notes);
  if (!heading) return heading.error();
  x400::Ipm ipm;
  ipm.heading = *std::move(heading);
  if (military) complete(ipm.heading, in, header, settings, notes);
  if (ipm.heading.this_id.local.empty()) {
    ipm.heading.this_id.local = in.mts_local_id + ' ' + format_utc_time(in.now);  // "serial time" (3.3)
    ipm.heading.this_id.user = envelope.originator;
  }
  keep_lines(ipm.heading, envelope_lines(in, header, settings));
  if (auto extension = multipart_extension(in.message)) ipm.heading.extensions.push_back(*std::move(extension));
  const HeadingOf forwarded = [&](ByteView message, std::vector<std::string>& inner_notes) {
    HeadingOptions inner;
    inner.scope = Scope::forwarded;
    inner.military = military;
    return to_heading(mail::HeaderView(message), settings, inner, inner_notes);
  };
  auto body = to_body_parts(in.message, military, settings, forwarded, notes);
  if (!body) return body.error();
  ipm.body = *std::move(body);
  auto eits = eits_of(ipm);
  return Content{type_of(military), x400::encode_p772(ipm), std::move(eits)};
}

// RFC 8098 8.3. P772 unless the subject is an identifier of a civil message: those have no ORName.
Result<Content> notification_content(const ToX400& in, const Settings& settings) {
  const auto ipn = mdn_to_ipn(in.message, settings, in.now);
  if (!ipn) return ipn.error();
  return Content{type_of(settings.military_default || ipn->subject.user.has_value()), x400::encode_p772(*ipn), {}};
}

// Only a gateway writes these two, beside what else there is of a message without a heading.
bool made_by_gateway(const mail::HeaderView& header) {
  return header.count("X400-Content-Type") == 1 && header.count("X400-MTS-Identifier") == 1;
}

// Content that is no IPMS has no heading: fields that such mail got on its way have no place.
void name_lost_fields(const mail::HeaderView& header, std::vector<std::string>& notes) {
  for (const auto& field : header.fields()) {
    const std::string value(trim(mail::unfold(field.raw_value)));
    const bool made = iequals(field.name, "From") || (iequals(field.name, "To") && value == "list:;");
    if (!made && !is_mime_field(field.name) && !is_envelope_field(field.name))
      notes.push_back("discarded, the content is no message with a heading: " + mail::clean_text(field.name));
  }
}

Result<Content> content_of(const ToX400& in, const mail::HeaderView& header, const x400::MessageEnvelope& envelope,
                           const Settings& settings, std::vector<std::string>& notes) {
  if (in.envelope.from.empty() && is_mdn(in.message)) {
    auto notification = notification_content(in, settings);
    if (notification) return notification;
    notes.push_back("a disposition notification goes as an ordinary message: " + notification.error().text);
  }
  // What a user types so is a file of his message: it has a heading to keep.
  if (auto opaque = made_by_gateway(header) ? opaque_of(in.message) : std::nullopt) {
    name_lost_fields(header, notes);
    return Content{std::move(opaque->type), std::move(opaque->content), {}};
  }
  return message_content(in, header, envelope, settings, notes);
}

}  // namespace

Result<ApduItem> to_x400(const ToX400& in, const Settings& settings) {
  std::vector<std::string> notes;
  if (in.envelope.from.empty() && is_dsn(in.message)) {
    auto report = dsn_to_report(in, settings, in.number_of);
    if (report || report.error().name != "nothing_to_report") return report;
    notes.emplace_back("a delivery status that reports neither delivery nor failure goes as an ordinary message");
  }
  const mail::HeaderView header(in.message);
  auto envelope = envelope_to_x400(in, header, settings, notes);
  if (!envelope) return envelope.error();
  auto content = content_of(in, header, *envelope, settings, notes);
  if (!content) return content.error();
  x400::Message message;
  message.envelope = *std::move(envelope);
  message.envelope.content_type = std::move(content->type);
  message.envelope.trace = trace_of(header, content->eits, settings, in.now);
  if (converted_too_often(message.envelope.trace))
    return error("mixer_loop", 0, "more than five conversions of this message (RFC 2156 5.1.5)");
  auto eits = parse_eits(header.value("Original-Encoded-Information-Types").value_or(""));
  message.envelope.eits = is_empty(eits) ? std::move(content->eits) : std::move(eits);
  if (is_empty(*message.envelope.eits)) message.envelope.eits.reset();
  message.content = std::move(content->octets);
  return ApduItem{std::move(message), std::move(notes)};
}

}  // namespace longwire::gateway
