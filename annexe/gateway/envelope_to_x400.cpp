#include "annexe/gateway/descriptors.hpp"
#include "annexe/gateway/eits.hpp"
#include "annexe/gateway/envelopes.hpp"
#include "annexe/gateway/labels.hpp"
#include "annexe/gateway/p1_extensions.hpp"
#include "base/base64.hpp"
#include "base/text.hpp"
#include "mail/address_list.hpp"
#include "mail/base64.hpp"
#include "mail/clean.hpp"
#include "mail/date.hpp"
#include "mail/encoded_words.hpp"
#include "mail/mmhs.hpp"
#include "mail/parameters.hpp"

#include <algorithm>
#include <set>

namespace longwire::gateway {

namespace {

constexpr std::size_t content_id_octets = 16;   // X.411 ub-content-id-length
constexpr std::size_t correlator_octets = 512;  // ub-content-correlator-length
constexpr int mixer_urgent = 4;                 // RFC 6710 appendix B

Error named(Error e, std::string_view address) {
  e.text = mail::clean_text(address) + ": " + e.text;
  return e;
}

// --- recipients ---------------------------------------------------------------------------------------

// RFC 2156 appendix A 3.1; SUCCESS and FAILURE together set both bits (stanag4406.md 6.7).
x400::ReportRequest report_request(const mail::Recipient& r, bool null_sender) {
  if (null_sender || (r.notify && r.notify->never)) return x400::ReportRequest::none;
  if (!r.notify || !r.notify->success) return x400::ReportRequest::non_delivery;
  return r.notify->failure ? x400::ReportRequest::both : x400::ReportRequest::delivery;
}

std::optional<x400::OrName> original_name(const mail::Recipient& r, const Settings& settings) {
  const auto semicolon = r.orcpt.find(';');
  if (semicolon == std::string::npos) return std::nullopt;
  const auto type = std::string_view(r.orcpt).substr(0, semicolon);
  const auto decoded = mail::xtext_decode(std::string_view(r.orcpt).substr(semicolon + 1));
  if (!decoded) return std::nullopt;
  if (iequals(type, "rfc822")) {
    if (iequals(*decoded, r.address)) return std::nullopt;  // nothing was redirected
    const auto name = settings.addresses.to_or(*decoded);
    return name ? std::optional(*name) : std::nullopt;
  }
  if (!iequals(type, "x400")) return std::nullopt;
  const auto name = x400::parse_or_name(*decoded);
  return name ? std::optional(*name) : std::nullopt;
}

Result<std::vector<x400::Recipient>> recipients_of(const ToX400& in, const Settings& settings,
                                                   std::vector<std::string>& notes) {
  std::vector<x400::Recipient> out;
  for (std::size_t i = 0; i < in.envelope.recipients.size(); ++i) {
    const auto& r = in.envelope.recipients[i];
    auto name = settings.addresses.to_or(r.address);
    if (!name) return named(name.error(), r.address);
    x400::Recipient recipient;
    recipient.name = *std::move(name);
    recipient.number = i < in.numbers.size() ? in.numbers[i] : static_cast<int>(i + 1);
    recipient.report = recipient.mta_report = report_request(r, in.envelope.from.empty());
    if (auto original = original_name(r, settings))
      recipient.extensions.push_back(redirection_extension({{*std::move(original), in.now, redirected_by_alias}}));
    for (const auto& other : r.other)
      notes.push_back("RCPT parameter without an X.400 form: " + mail::clean_text(other));
    out.push_back(std::move(recipient));
  }
  return out;
}

// --- texts ---------------------------------------------------------------------------------------------

std::string content_id(const mail::HeaderView& header) {
  if (const auto kept = header.value("X400-Content-Identifier"))
    return std::string(trim(printable_text(*kept, content_id_octets)));
  const auto subject = printable_text(mail::decode_words(header.value("Subject").value_or("")), std::string::npos);
  constexpr std::string_view dots = "...";
  if (subject.size() <= content_id_octets) return subject;
  return subject.substr(0, content_id_octets - dots.size()) + std::string(dots);
}

// RFC 2156 5.1.5; with an ENVID appendix A 3.1.
std::string correlator(const ToX400& in, const mail::HeaderView& header, bool kept, const Settings& settings) {
  const auto decoded = mail::xtext_decode(in.envelope.envid);
  const auto envid = mail::clean_text(decoded ? *decoded : in.envelope.envid);
  std::string out;
  if (!envid.empty() && !(kept && envid.starts_with(mts_id_prefix)))
    return (std::string(envid_prefix) + envid).substr(0, correlator_octets);
  if (kept || !settings.text_correlator) return out;
  for (const auto name : {"Subject", "Message-ID", "Date", "To"})
    if (const auto value = header.value(name)) out += std::string(name) + ": " + mail::clean_text(*value) + "\r\n";
  return out.substr(0, correlator_octets);
}

// --- extensions ------------------------------------------------------------------------------------------

std::optional<Time> date_field(const mail::HeaderView& header, std::string_view name) {
  const auto value = header.value(name);
  return value ? mail::parse_date_field(*value) : std::nullopt;
}

bool prohibited(const mail::HeaderView& header, std::string_view name) {
  const auto value = header.value(name);
  return value && iequals(*value, "Prohibited");
}

// "mailbox; date-time;", the newest first.
std::vector<NameAndTime> dl_history(const mail::HeaderView& header, const Settings& settings,
                                    std::vector<std::string>& notes) {
  std::vector<NameAndTime> out;
  for (const auto& field : header.fields()) {
    if (!iequals(field.name, "DL-Expansion-History")) continue;
    const auto value = mail::unfold(field.raw_value);
    const auto semicolon = value.find(';');
    const auto list = mail::parse_address_list(value.substr(0, semicolon));
    auto rest = semicolon == std::string::npos ? std::string_view{} : std::string_view(value).substr(semicolon + 1);
    rest = rest.substr(0, rest.find(';'));
    const auto time = mail::parse_date_field(trim(rest));
    const auto name = list && list->size() == 1 ? settings.addresses.to_or(list->front().address)
                                                : Result<x400::OrName>(error("bad_address"));
    if (name && time) out.insert(out.begin(), {*name, *time});
    else notes.emplace_back("discarded: a DL-Expansion-History that cannot be read");
  }
  return out;
}

std::optional<x400::OrName> return_address(const mail::HeaderView& header, const Settings& settings) {
  const auto value = header.value("Originator-Return-Address");
  const auto list = value ? mail::parse_address_list(*value) : Result<std::vector<mail::HeaderAddress>>(error(""));
  if (!list || list->empty()) return std::nullopt;
  const auto name = settings.addresses.to_or(list->front().address);
  return name ? std::optional(*name) : std::nullopt;
}

void add_kept(const mail::HeaderView& header, x400::MessageEnvelope& out, std::vector<std::string>& notes) {
  for (const auto& field : header.fields()) {
    if (!iequals(field.name, extension_field)) continue;
    if (auto e = parse_kept_extension(mail::unfold(field.raw_value))) out.extensions.push_back(*std::move(e));
    else notes.push_back("discarded: " + std::string(extension_field) + " that cannot be read");
  }
}

// SIO-Label, else what the mail has; a label that cannot be read is refused: it may be what protects the message.
Result<void> add_label(const mail::HeaderView& header, x400::MessageEnvelope& out) {
  const auto field = mail::read_sio_label(header);
  if (!field) return field.error();
  const auto label = *field ? label_of(**field) : std::nullopt;
  if (!label) return {};
  x400::ExtensionField e;
  e.standard = x400::ext_message_security_label;
  e.value = encode_label(*label);
  out.extensions.push_back(std::move(e));
  return {};
}

void note_parameters(const mail::Envelope& envelope, std::vector<std::string>& notes) {
  if (envelope.by && !envelope.by->return_if_late) notes.emplace_back("BY with mode N has no X.400 form");
  if (!envelope.auth.empty()) notes.emplace_back("AUTH has no X.400 form");
  for (const auto& other : envelope.other)
    notes.push_back("MAIL parameter without an X.400 form: " + mail::clean_text(other));
}

}  // namespace

namespace {

// Those served now have the copy precedence: they are in Cc or Bcc, and not in To (RFC 6477 3.9).
bool only_copies(const mail::Envelope& envelope, const mail::HeaderView& header) {
  std::set<std::string> action;
  for (const auto& field : header.fields()) {
    if (!iequals(field.name, "To")) continue;
    const auto list = mail::parse_address_list(mail::unfold(field.raw_value));
    if (!list) return false;
    for (const auto& a : *list) action.insert(to_lower(a.address));
  }
  return std::none_of(envelope.recipients.begin(), envelope.recipients.end(),
                      [&](const auto& r) { return action.count(to_lower(r.address)) != 0; });
}

}  // namespace

Precedence precedence_of(const mail::Envelope& envelope, const mail::HeaderView& header, const Settings& settings) {
  if (envelope.mt_priority) return from_mt_priority(*envelope.mt_priority);
  if (const auto mmhs = mail::read_mmhs(header)) {
    const bool copies = mmhs->copy_precedence && (!mmhs->primary_precedence || only_copies(envelope, header));
    if (copies) return *mmhs->copy_precedence;
    if (mmhs->primary_precedence) return *mmhs->primary_precedence;
    if (mmhs->mt_priority) return from_mt_priority(*mmhs->mt_priority);
  }
  const auto priority = header.value("Priority");
  if (priority && iequals(*priority, "urgent"))
    return from_mt_priority(std::min(mixer_urgent, settings.civil_urgent_cap));
  if (priority && iequals(*priority, "non-urgent")) return Precedence::deferred;
  return from_mt_priority(0);
}

Result<x400::MessageEnvelope> envelope_to_x400(const ToX400& in, const mail::HeaderView& header,
                                               const Settings& settings, std::vector<std::string>& notes) {
  x400::MessageEnvelope out;
  out.id = {settings.domain, in.mts_local_id};
  // The null reverse-path: nobody is told (E-11), the gateway is named as the originator that P1 wants.
  auto originator = in.envelope.from.empty() ? Result<x400::OrName>(settings.addresses.config().or_address)
                                             : settings.addresses.to_or(in.envelope.from);
  if (!originator) return named(originator.error(), in.envelope.from);
  out.originator = *std::move(originator);
  auto recipients = recipients_of(in, settings, notes);
  if (!recipients) return recipients.error();
  out.recipients = *std::move(recipients);
  out.content_id = content_id(header);
  out.indicators.alternate_recipient_allowed = true;
  out.indicators.implicit_conversion_prohibited = prohibited(header, "Conversion");
  out.indicators.content_return_request = in.envelope.ret == mail::Ret::full;  // air time is dear: only when asked
  out.deferred = date_field(header, "Deferred-Delivery");
  if (prohibited(header, "Conversion-With-Loss"))
    out.extensions.push_back(enumerated_extension(x400::ext_conversion_with_loss_prohibited, 1));
  if (const auto latest = in.latest_delivery ? in.latest_delivery : date_field(header, "Latest-Delivery-Time"))
    out.extensions.push_back(time_extension(x400::ext_latest_delivery_time, *latest));
  if (const auto back = return_address(header, settings))
    out.extensions.push_back(name_extension(x400::ext_originator_return_address, *back));
  if (const auto history = dl_history(header, settings, notes); !history.empty())
    out.extensions.push_back(history_extension(history));
  if (const auto label = add_label(header, out); !label) return label.error();
  add_kept(header, out, notes);
  const bool kept = find_extension(out.extensions, x400::ext_content_correlator) != nullptr;
  if (const auto text = correlator(in, header, kept, settings); !text.empty()) {
    std::erase_if(out.extensions, [](const auto& e) { return e.standard == x400::ext_content_correlator; });
    out.extensions.push_back(text_extension(x400::ext_content_correlator, text));
  }
  x400::set_precedence(out, precedence_of(in.envelope, header, settings));
  note_parameters(in.envelope, notes);
  return out;
}

// --- extensions kept ---------------------------------------------------------------------------------------

bool is_kept_extension(const x400::ExtensionField& e) {
  if (e.standard < 0) return e.private_oid != x400::ext_priority_level_qualifier;
  if (e.standard == x400::ext_content_correlator) {
    // One that a gateway made can be made again.
    const auto text = text_value(e).value_or("");
    return !text.starts_with(envid_prefix) && !text.starts_with("Subject: ") && !text.starts_with("Message-ID: ");
  }
  return e.standard == ext_recipient_reassignment_prohibited || e.standard == x400::ext_dl_expansion_prohibited;
}

// "3; critical=60; base64"
std::string format_kept_extension(const x400::ExtensionField& e) {
  std::string out = name_of(e);
  if (e.criticality != 0) out += "; critical=" + to_hex(ByteView(&e.criticality, 1));
  constexpr std::size_t word = 60;  // lines fold at the spaces
  const auto octets = base64_encode(e.value);
  out += ';';
  for (std::size_t at = 0; at < octets.size(); at += word) (out += ' ') += octets.substr(at, word);
  return out;
}

std::optional<x400::ExtensionField> parse_kept_extension(std::string_view value) {
  const auto take = [&value] {
    const auto part = value.substr(0, value.find(';'));
    value.remove_prefix(std::min(value.size(), part.size() + 1));
    return trim(part);
  };
  constexpr std::string_view critical = "critical=";
  x400::ExtensionField out;
  const auto name = take();
  auto next = take();
  if (next.starts_with(critical)) {
    const auto bits = from_hex(next.substr(critical.size()));
    if (!bits || bits->size() != 1) return std::nullopt;
    out.criticality = bits->front();
    next = take();
  }
  auto octets = mail::base64_decode(next);
  const bool one_value = octets.octets.empty() || [&octets] {
    const auto doc = ber::Document::read(octets.octets);
    return doc && doc->octets() == octets.octets.size();
  }();
  if (!octets.clean || !one_value || !value.empty()) return std::nullopt;
  out.value = std::move(octets.octets);
  ber::Writer probe;
  if (const auto number = parse_unsigned(name); number && *number < 1000) out.standard = static_cast<int>(*number);
  else if (probe.oid(ber::oid_tag, name)) out.private_oid = name;
  else return std::nullopt;
  return is_kept_extension(out) ? std::optional(std::move(out)) : std::nullopt;
}

}  // namespace longwire::gateway
