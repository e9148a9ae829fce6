#include "annexe/gateway/eits.hpp"
#include "annexe/gateway/envelopes.hpp"
#include "annexe/gateway/p1_extensions.hpp"
#include "annexe/gateway/trace.hpp"
#include "base/text.hpp"
#include "mail/address_list.hpp"
#include "mail/clean.hpp"
#include "mail/parameters.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace longwire::gateway {

namespace {

constexpr std::size_t envid_octets = 100;  // RFC 3461 5.4
constexpr std::uint8_t critical_here = x400::critical_for_transfer | x400::critical_for_delivery;

// Per-message extensions that become fields or parameters, or are kept.
bool is_mapped(const x400::ExtensionField& e) {
  if (e.standard < 0) return e.private_oid == x400::ext_priority_level_qualifier;
  constexpr std::array<int, 10> mapped{ext_recipient_reassignment_prohibited,
                                       x400::ext_dl_expansion_prohibited,
                                       x400::ext_conversion_with_loss_prohibited,
                                       x400::ext_latest_delivery_time,
                                       x400::ext_originator_return_address,
                                       x400::ext_content_correlator,
                                       x400::ext_dl_expansion_history,
                                       x400::ext_internal_trace,
                                       ext_blind_copy_recipients,
                                       x400::ext_message_security_label};
  const bool known = std::find(mapped.begin(), mapped.end(), e.standard) != mapped.end();
  const bool label = e.standard == x400::ext_message_security_label;
  return known && (!label || decode_label(e.value).has_value());
}
bool is_mapped_for_recipient(const x400::ExtensionField& e) { return e.standard == x400::ext_redirection_history; }

// --- envelope --------------------------------------------------------------------------------------------

std::string orcpt_of(const x400::Recipient& r, const Settings& settings) {
  const auto* e = find_extension(r.extensions, x400::ext_redirection_history);
  const auto history = e != nullptr ? redirection_value(*e) : std::nullopt;
  if (!history || history->empty()) return {};
  const auto& intended = history->front().intended;
  const auto is_mail = [](const auto& dda) { return iequals(dda.first, "RFC-822"); };
  if (std::any_of(intended.domain_defined.begin(), intended.domain_defined.end(), is_mail))
    return "rfc822;" + mail::xtext_encode(settings.addresses.to_rfc822(intended));
  return "x400;" + mail::xtext_encode(x400::to_text(intended));
}

// --- header ------------------------------------------------------------------------------------------------

void put(std::string& out, std::string_view name, std::string_view value) { out += mail::fold_field(name, value); }

std::string_view priority_word(x400::Priority p) {
  switch (p) {
    case x400::Priority::normal:
      return "normal";
    case x400::Priority::non_urgent:
      return "non-urgent";
    case x400::Priority::urgent:
      return "urgent";
  }
  return "normal";
}

std::string content_type_text(const x400::ContentType& type) {
  if (!type.oid.empty()) return type.oid;
  const std::string_view label = type.number == x400::content_p2    ? "P2-1984 "
                                 : type.number == x400::content_p22 ? "P2-1988 "
                                                                    : "";
  return std::string(label) + '(' + std::to_string(type.number) + ')';
}

std::string with_directory_name(const x400::OrName& name, const Settings& settings) {
  auto out = settings.addresses.to_rfc822(name);
  if (!name.directory_name.empty()) out += " (directory name " + to_hex(name.directory_name) + ')';
  return out;
}

// RFC 2156 4.6.2.2: who else got it, if that may be told. Blind copies never are.
void put_recipients(std::string& out, const x400::MessageEnvelope& envelope, const Settings& settings) {
  const bool told = envelope.indicators.disclosure_of_other_recipients;
  std::set<std::string> blind;
  if (const auto* e = told ? find_extension(envelope.extensions, ext_blind_copy_recipients) : nullptr)
    for (const auto& name : names_value(*e)) blind.insert(settings.addresses.to_rfc822(name));
  const auto served =
      std::count_if(envelope.recipients.begin(), envelope.recipients.end(), [](auto& r) { return r.responsibility; });
  std::string list;
  for (const auto& r : envelope.recipients) {
    const bool only_one = served == 1 && r.responsibility;
    if (!told && !only_one) continue;
    if (!only_one && blind.count(settings.addresses.to_rfc822(r.name)) != 0) continue;
    list += (list.empty() ? "" : ", ") + with_directory_name(r.name, settings);
  }
  if (!list.empty()) put(out, "X400-Recipients", list);
}

void put_extensions(std::string& out, const x400::MessageEnvelope& envelope, const Settings& settings) {
  const auto& list = envelope.extensions;
  if (const auto* e = find_extension(list, x400::ext_conversion_with_loss_prohibited);
      e != nullptr && enumerated_value(*e) == 1)
    put(out, "Conversion-With-Loss", "Prohibited");
  if (const auto* e = find_extension(list, x400::ext_latest_delivery_time))
    if (const auto t = time_value(*e)) put(out, "Latest-Delivery-Time", format_rfc5322(*t));
  if (const auto* e = find_extension(list, x400::ext_originator_return_address))
    if (const auto name = name_value(*e)) put(out, "Originator-Return-Address", settings.addresses.to_rfc822(*name));
  if (const auto* e = find_extension(list, x400::ext_dl_expansion_history))
    if (auto history = history_value(*e)) {
      std::reverse(history->begin(), history->end());
      for (const auto& h : *history)
        put(out, "DL-Expansion-History", settings.addresses.to_rfc822(h.name) + "; " + format_rfc5322(h.time) + ';');
    }
}

void put_kept_and_discarded(std::string& out, const x400::MessageEnvelope& envelope, std::vector<std::string>& notes) {
  std::string discarded;
  const auto discard = [&](const x400::ExtensionField& e) {
    discarded += (discarded.empty() ? "" : ", ") + name_of(e);
    notes.push_back("discarded envelope extension " + name_of(e));
  };
  for (const auto& e : envelope.extensions) {
    if (is_kept_extension(e)) put(out, extension_field, format_kept_extension(e));
    // RFC 2156 5.3.6 wants a private extension among the discarded: mail does nothing about it.
    if (is_kept_extension(e) && e.standard < 0) discarded += (discarded.empty() ? "" : ", ") + name_of(e);
    else if (!is_mapped(e)) discard(e);
  }
  for (const auto& r : envelope.recipients)
    for (const auto& e : r.extensions)
      if (r.responsibility && !is_mapped_for_recipient(e)) discard(e);
  if (!discarded.empty()) put(out, "Discarded-X400-MTS-Extensions", discarded);
  if (!envelope.bilateral.empty()) notes.emplace_back("discarded: per-domain-bilateral-information");
  if (!envelope.unknown.empty()) notes.emplace_back("discarded: envelope elements unknown to X.411");
}

}  // namespace

mail::Notify notify_of(x400::ReportRequest request) {
  mail::Notify out;
  switch (request) {
    case x400::ReportRequest::none:
      out.never = true;
      break;
    case x400::ReportRequest::non_delivery:
      out.failure = true;
      break;
    // Bit 3 asks for every report (X.411): a sender told of success alone would take a failure for silence.
    case x400::ReportRequest::delivery:
    case x400::ReportRequest::both:
      out.success = out.failure = true;
      break;
  }
  return out;
}

int mt_priority_of(const x400::MessageEnvelope& envelope, const Settings& settings) {
  const auto level = row(x400::precedence_of(envelope)).mt_priority;
  const bool six_levels = envelope.content_type.oid == x400::content_p772_oid ||
                          std::any_of(envelope.extensions.begin(), envelope.extensions.end(), [](const auto& e) {
                            return e.standard < 0 && e.private_oid == x400::ext_priority_level_qualifier;
                          });
  // What a civilian calls urgent is not flash (5.1, the trap).
  return six_levels ? level : std::min(level, settings.civil_urgent_cap);
}

const x400::ExtensionField* unmappable_critical(const x400::MessageEnvelope& envelope) {
  for (const auto& e : envelope.extensions)
    if ((e.criticality & critical_here) != 0 && !is_mapped(e)) return &e;
  for (const auto& r : envelope.recipients)
    for (const auto& e : r.extensions)
      if (r.responsibility && (e.criticality & critical_here) != 0 && !is_mapped_for_recipient(e)) return &e;
  return nullptr;
}

mail::Envelope envelope_to_mail(const x400::MessageEnvelope& envelope, const Settings& settings, Time now,
                                std::vector<std::string>& notes) {
  mail::Envelope out;
  out.from = settings.addresses.to_rfc822(envelope.originator);
  for (const auto& r : envelope.recipients) {
    if (!r.responsibility) continue;  // E-12
    mail::Recipient recipient;
    recipient.address = settings.addresses.to_rfc822(r.name);
    recipient.notify = notify_of(r.report);
    recipient.orcpt = orcpt_of(r, settings);
    if (r.conversion) notes.push_back("explicit conversion asked for " + recipient.address + " is not made");
    out.recipients.push_back(std::move(recipient));
  }
  out.ret = envelope.indicators.content_return_request ? mail::Ret::full : mail::Ret::headers;
  out.envid = mail::xtext_encode(std::string(mts_id_prefix) + x400::to_string(envelope.id));
  if (out.envid.size() > envid_octets) out.envid.clear();
  out.mt_priority = mt_priority_of(envelope, settings);
  const auto* latest = find_extension(envelope.extensions, x400::ext_latest_delivery_time);
  if (const auto t = latest != nullptr ? time_value(*latest) : std::nullopt) {
    const auto left = std::chrono::floor<std::chrono::seconds>(*t - now).count();
    out.by = mail::DeliverBy{std::clamp<std::int64_t>(left, 1, 999'999'999), true, false};  // RFC 2852: 1*9DIGIT, > 0
  }
  return out;
}

std::string envelope_header(const x400::MessageEnvelope& envelope, const mail::Envelope& mail, const Settings& settings,
                            Time now, std::vector<std::string>& notes) {
  std::string out;
  put(out, "Received", mixer_received(settings, now));
  for (const auto& line : x400_received(envelope, notes)) put(out, "X400-Received", line);
  put(out, "Date", format_rfc5322(envelope.trace.empty() ? now : envelope.trace.front().arrival));
  put(out, "X400-Originator",
      mail.from.empty() ? settings.addresses.to_rfc822(envelope.originator)
                        : with_directory_name(envelope.originator, settings));
  put_recipients(out, envelope, settings);
  put(out, "X400-MTS-Identifier", mail::clean_text(x400::to_string(envelope.id)));
  put(out, "X400-Content-Type", content_type_text(envelope.content_type));
  if (!envelope.content_id.empty()) put(out, "X400-Content-Identifier", mail::clean_text(envelope.content_id));
  put(out, "Priority", priority_word(envelope.priority));
  if (envelope.eits && !is_empty(*envelope.eits))
    put(out, "Original-Encoded-Information-Types", format_eits(*envelope.eits));
  if (envelope.indicators.implicit_conversion_prohibited) put(out, "Conversion", "Prohibited");
  if (envelope.deferred) put(out, "Deferred-Delivery", format_rfc5322(*envelope.deferred));
  put_extensions(out, envelope, settings);
  put_kept_and_discarded(out, envelope, notes);
  return out;
}

}  // namespace longwire::gateway
