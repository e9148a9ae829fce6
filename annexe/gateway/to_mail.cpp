#include "annexe/gateway/bodies.hpp"
#include "annexe/gateway/envelopes.hpp"
#include "annexe/gateway/gateway.hpp"
#include "annexe/gateway/heading_text.hpp"
#include "annexe/gateway/labels.hpp"
#include "annexe/gateway/p1_extensions.hpp"
#include "annexe/gateway/reports.hpp"
#include "annexe/gateway/trace.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "mail/address_list.hpp"
#include "mail/clean.hpp"
#include "mail/mime.hpp"

#include <algorithm>

namespace longwire::gateway {

namespace {

bool is_p772(const x400::ContentType& type) { return type.oid == x400::content_p772_oid; }
bool is_ipms(const x400::ContentType& type) {
  return is_p772(type) || (type.oid.empty() && (type.number == x400::content_p2 || type.number == x400::content_p22));
}

// X.400 names blind copies only in the copy that one of them gets; here one message may serve several.
void hide_blind_copies(x400::Heading& heading, const mail::Envelope& envelope, const Settings& settings,
                       std::vector<std::string>& notes) {
  const auto resent = take_kept(heading, "Resent-Bcc");
  if (!resent.empty() && is_only_for(resent, envelope)) keep_lines(heading, {"Resent-Bcc: " + resent});
  else if (!resent.empty()) notes.emplace_back("Resent-Bcc not passed on: its addresses are not for these recipients");
  auto& blind = heading.blind_copy;
  const bool nameless = std::none_of(blind.begin(), blind.end(), [](const auto& r) { return r.recipient.formal; });
  const bool only_one = envelope.recipients.size() == 1 && blind.size() == 1 && blind[0].recipient.formal &&
                        settings.addresses.to_rfc822(*blind[0].recipient.formal) == envelope.recipients[0].address;
  if (blind.empty() || nameless || only_one) return;
  notes.emplace_back("blind-copy-recipients not passed on: they are not for these recipients");
  blind.clear();
}

// RFC 2156 appendix B: header fields as the first body part, from systems of 1984.
void merge_1984_fields(x400::Ipm& ipm) {
  constexpr std::string_view mark = "RFC-822-Headers:";
  // RFC 2157 2.2: only in front of other parts; alone it is the text of the message.
  auto* first = ipm.body.size() < 2 ? nullptr : std::get_if<x400::body::Ia5>(&ipm.body.front());
  if (first == nullptr || !std::string_view(first->text).starts_with(mark)) return;
  const auto start = first->text.find('\n');
  const auto text = start == std::string::npos ? std::string() : first->text.substr(start + 1);
  const mail::HeaderView fields(as_bytes(text));
  std::vector<std::string> lines;
  // A label that a text claims is none: it has its place in the envelope.
  for (const auto& field : fields.fields())
    if (!iequals(trim(field.name), "SIO-Label")) lines.push_back(ia5_field(field));
  keep_lines(ipm.heading, lines);
  ipm.body.erase(ipm.body.begin());
}

bool has_field(std::string_view header, std::string_view name) {
  return mail::HeaderView(as_bytes(header)).count(name) > 0;
}

// RFC 2156 5.3.2: what every RFC 822 message has.
void complete(std::string& header, const x400::MessageEnvelope& envelope, const Settings& settings) {
  if (!has_field(header, "From")) header += mail::fold_field("From", settings.addresses.to_rfc822(envelope.originator));
  if (!has_field(header, "To") && !has_field(header, "Cc") && !has_field(header, "Bcc"))
    header += mail::fold_field("To", "list:;");
}

std::optional<SecurityLabel> label_of(const x400::MessageEnvelope& envelope) {
  const auto* e = find_extension(envelope.extensions, x400::ext_message_security_label);
  const auto label = e != nullptr ? decode_label(e->value) : Result<SecurityLabel>(error(""));
  return label ? std::optional(*label) : std::nullopt;
}

// A value between two levels that was kept (P-04), if it is still of the level the message has.
void take_exact_priority(x400::Heading& heading, mail::Envelope& envelope) {
  const auto kept = take_kept(heading, "MT-Priority");
  const bool negative = kept.starts_with('-');
  const auto digits = parse_unsigned(std::string_view(kept).substr(negative ? 1 : 0));
  if (!digits || *digits > 9 || !envelope.mt_priority) return;
  const int value = negative ? -static_cast<int>(*digits) : static_cast<int>(*digits);
  if (row(from_mt_priority(value)).mt_priority == *envelope.mt_priority) envelope.mt_priority = value;
}

Result<MailItem> assemble(MailItem out, std::string header, MimeBody body) {
  header += body.header + "\r\n";
  if (header.size() > limits::header_octets)
    return error("header_too_large", 0, "the heading makes more header fields than mail may have");
  out.message.assign(header.begin(), header.end());
  out.message.insert(out.message.end(), body.body.begin(), body.body.end());
  out.envelope.body = mail::body_needed(out.message);
  return out;
}

Result<MailItem> ipm_to_mail(const x400::MessageEnvelope& envelope, x400::Ipm ipm, const Settings& settings, Time now) {
  MailItem out;
  out.envelope = envelope_to_mail(envelope, settings, now, out.notes);
  merge_1984_fields(ipm);
  hide_blind_copies(ipm.heading, out.envelope, settings, out.notes);
  take_exact_priority(ipm.heading, out.envelope);
  auto kept_label = take_kept(ipm.heading, "SIO-Label");
  if (!kept_label.empty()) kept_label.insert(0, "SIO-Label: ");
  auto header = envelope_header(envelope, out.envelope, settings, now, out.notes);
  header += label_fields(label_of(envelope), kept_label, settings, now);
  header += to_header(ipm.heading, settings, Scope::message, out.notes);
  complete(header, envelope, settings);
  const HeaderOf forwarded = [&settings](const x400::Heading& heading, std::vector<std::string>& notes) {
    return to_header(heading, settings, Scope::forwarded, notes);
  };
  auto body = to_mime(ipm, x400::to_string(envelope.id), forwarded, out.notes);
  if (!body) return body.error();
  return assemble(std::move(out), std::move(header), *std::move(body));
}

Result<MailItem> opaque_to_mail(const x400::Message& message, const Settings& settings, Time now) {
  MailItem out;
  out.envelope = envelope_to_mail(message.envelope, settings, now, out.notes);
  auto header = envelope_header(message.envelope, out.envelope, settings, now, out.notes);
  header += label_fields(label_of(message.envelope), {}, settings, now);
  complete(header, message.envelope, settings);
  out.notes.emplace_back("content of another type than P2, P22, P772 goes as an attachment");
  return assemble(std::move(out), std::move(header), opaque_to_mime(message.envelope.content_type, message.content));
}

Result<MailItem> message_to_mail(const x400::Message& message, const Settings& settings, Time now) {
  const auto& envelope = message.envelope;
  if (const auto* critical = unmappable_critical(envelope))
    return error("critical_extension", 0, "extension " + name_of(*critical) + " is critical and has no form in mail");
  if (converted_too_often(envelope.trace))
    return error("mixer_loop", 0, "more than five conversions of this message (RFC 2156 5.1.5)");
  if (std::none_of(envelope.recipients.begin(), envelope.recipients.end(), [](auto& r) { return r.responsibility; }))
    return error("no_recipient", 0, "no recipient is this MTA's responsibility");
  if (!is_ipms(envelope.content_type)) return opaque_to_mail(message, settings, now);
  auto content = x400::decode_p772(message.content);
  if (!content) return content.error();
  if (const auto* ipn = std::get_if<x400::Ipn>(&*content)) return ipn_to_mdn(envelope, *ipn, settings, now);
  return ipm_to_mail(envelope, std::get<x400::Ipm>(*std::move(content)), settings, now);
}

}  // namespace

Result<MailItem> to_mail(const x400::MtsApdu& apdu, const Settings& settings, const FindSubject& find, Time now) {
  if (const auto* report = std::get_if<x400::Report>(&apdu)) return report_to_dsn(*report, settings, find, now);
  if (std::holds_alternative<x400::Probe>(apdu))
    return error("probe", 0, "a probe is answered and never delivered (RFC 2156 5.3.9)");
  return message_to_mail(std::get<x400::Message>(apdu), settings, now);
}

}  // namespace longwire::gateway
