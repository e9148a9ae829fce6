// Reports and notifications: X.411 and X.420 <-> DMP (stanag4406.md 4.7).
#include "annexe/dmp/security.hpp"
#include "annexe/dmp/times.hpp"
#include "annexe/gateway/dmp_parts.hpp"

#include <algorithm>
#include <array>

namespace longwire::gateway {

namespace {

using namespace dmp_parts;

constexpr int reason_most = 60, diagnostic_most = 123;  // 4.7: above, DMP only says "above"
constexpr int unable_to_transfer = 1;                   // X.411 reason, for "unknown"
constexpr std::size_t entry_octets = 128;               // an entry should not exceed that
constexpr std::size_t entry_overhead = 4;               // heads and the NUL
constexpr std::size_t acp127_recipient_most = 63;
constexpr std::size_t supplementary_most = 256;  // X.411 ub-supplementary-info-length

struct Acp127Type {
  std::uint8_t dmp;
  std::uint8_t bit;  // of the BIT STRING
};
constexpr std::array acp127_types{Acp127Type{0, 0x80}, Acp127Type{1, 0x40}, Acp127Type{2, 0x20}};

bool is_text(std::string_view s) {
  return std::all_of(s.begin(), s.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::string printable(std::string text, std::size_t most) {
  for (auto& c : text)
    if (c < ' ' || c > '~') c = '?';
  text.resize(std::min(text.size(), most));
  return text;
}

// How long before the submission something was. A clock that runs ahead makes no future.
Duration age_of(Time t, Time submission) { return std::max(submission - t, Duration::zero()); }

std::size_t octets_of(const dmp::Recipient& r) {
  constexpr std::size_t direct = 6;
  return r.address.direct ? direct : direct + r.address.extended.size();
}

Result<dmp::ReportEntry> to_entry(const x400::ReportRecipient& r, Time submission, const Settings& settings) {
  if (r.intended && !r.intended->matches(r.actual)) return not_for_dmp("a recipient in place of another");
  if (!r.extensions.empty()) return not_for_dmp("extensions of a reported recipient");
  dmp::ReportEntry out;
  out.recipient.number = r.number;
  out.recipient.address = to_dmp_address(r.actual, settings.addresses);
  if (const auto* delivered = std::get_if<x400::Delivered>(&r.outcome)) {
    out.delivery_age = age_of(delivered->time, submission);
    if (!dmp::age_code(out.delivery_age, dmp::Rounding::nearest)) return not_for_dmp("a delivery 76 hours ago");
  } else {
    const auto& failed = std::get<x400::NonDelivered>(r.outcome);
    out.delivered = false;
    out.reason = failed.reason > reason_most ? dmp::reason_beyond : static_cast<std::uint8_t>(failed.reason);
    if (failed.diagnostic)
      out.diagnostic =
          *failed.diagnostic > diagnostic_most ? dmp::diagnostic_beyond : static_cast<std::uint8_t>(*failed.diagnostic);
  }
  const auto taken = octets_of(out.recipient) + entry_overhead;
  const auto room = taken < entry_octets ? entry_octets - taken : 0;
  if (!r.supplementary.empty() && room > 0) out.info = printable(r.supplementary, room);
  return out;
}

x400::ReportRecipient from_entry(const dmp::ReportEntry& entry, x400::OrName actual, Time submission) {
  x400::ReportRecipient out;
  out.actual = std::move(actual);
  out.number = entry.recipient.number;
  out.arrival = submission;
  if (entry.delivered) {
    out.arrival = submission - entry.delivery_age;
    out.outcome = x400::Delivered{out.arrival, 0};
  } else {
    x400::NonDelivered failed;
    failed.reason = entry.reason <= reason_most ? entry.reason : unable_to_transfer;
    if (entry.diagnostic <= diagnostic_most) failed.diagnostic = entry.diagnostic;
    out.outcome = failed;
  }
  if (entry.info) out.supplementary = printable(*entry.info, supplementary_most);
  return out;
}

struct OutcomeWriter {
  dmp::Notification& out;
  Time submission;
  Notes* notes;

  std::optional<Error> operator()(const x400::Receipt& r) const {
    out.type = dmp::NotificationType::receipt;
    if (r.automatic) note(notes, "discarded word that the receipt was automatic");
    if (!r.extensions.empty()) return not_for_dmp("extensions of a receipt");
    return set_time(r.time, r.supplementary);
  }
  std::optional<Error> operator()(const x400::NonReceipt& r) const {
    out.type = dmp::NotificationType::non_receipt;
    if (!r.returned.empty()) note(notes, "discarded returned message");
    if (auto lost = first_loss({{!r.comment.empty(), "a comment on an auto-forwarded message"},
                                {!r.extensions.empty(), "extensions of a non-receipt"},
                                {r.reason < 0 || r.reason > 1, "another reason of non-receipt"},
                                {r.discard && (*r.discard < 0 || *r.discard > 2), "another discard reason"}}))
      return lost;
    out.reason = static_cast<std::uint8_t>(r.reason);
    if (r.discard) out.discard_reason = static_cast<std::uint8_t>(*r.discard);
    return std::nullopt;
  }
  std::optional<Error> operator()(const x400::OtherNotification& o) const {
    out.type = dmp::NotificationType::other;
    if (!o.acp127 || !o.extensions.empty()) return not_for_dmp("another kind of notification");
    const auto* type =
        std::find_if(acp127_types.begin(), acp127_types.end(), [&o](const auto& t) { return t.bit == o.acp127->type; });
    if (auto lost = first_loss({{type == acp127_types.end(), "a combined ACP 127 notification"},
                                {!o.acp127->lists.empty(), "address lists"},
                                {o.acp127->recipient.size() > acp127_recipient_most || !is_text(o.acp127->recipient),
                                 "an ACP 127 recipient of more than 63 characters"}}))
      return lost;
    out.acp127 = type->dmp;
    out.acp127_recipient = o.acp127->recipient;
    return set_time(o.acp127->time, o.acp127->supplementary);
  }

 private:
  std::optional<Error> set_time(Time t, const std::string& text) const {
    out.receipt_age = age_of(t, submission);
    out.text = text;
    return first_loss({{!dmp::age_code(out.receipt_age, dmp::Rounding::nearest), "a receipt 76 hours ago"},
                       {!is_text(text), "supplementary text in other characters"}});
  }
};

}  // namespace

Result<dmp::Notification> dmp_parts::to_notification(const x400::Ipn& ipn, Time submission, Notes* notes) {
  if (!ipn.extensions.empty()) return not_for_dmp("extensions of a notification");
  dmp::Notification out;
  out.subject.id = parse_dmp_subject(ipn.subject.local);
  if (!out.subject.id) out.subject.x400 = ipn.subject.local;
  if (const auto lost = std::visit(OutcomeWriter{out, submission, notes}, ipn.outcome)) return *lost;
  return out;
}

x400::Ipn dmp_parts::from_notification(const dmp::Notification& n, Time submission, Notes& notes) {
  x400::Ipn out;
  const auto time = submission - n.receipt_age;
  const auto text = printable(n.text, supplementary_most);
  switch (n.type) {
    case dmp::NotificationType::receipt:
      out.outcome = x400::Receipt{time, false, text, {}};
      break;
    case dmp::NotificationType::non_receipt: {
      x400::NonReceipt outcome;
      outcome.reason = n.reason == 1 ? 1 : 0;
      if (n.reason > 1) notes.push_back("non-receipt reason " + std::to_string(n.reason) + " read as discarded");
      if (n.discard_reason && *n.discard_reason <= 2) outcome.discard = *n.discard_reason;
      else if (n.discard_reason) notes.push_back("unknown discard reason " + std::to_string(*n.discard_reason));
      out.outcome = outcome;
      break;
    }
    case dmp::NotificationType::other: {
      x400::OtherNotification outcome;
      const auto* type =
          std::find_if(acp127_types.begin(), acp127_types.end(), [&n](const auto& t) { return t.dmp == n.acp127; });
      if (type == acp127_types.end()) {
        notes.push_back("unknown notification type " + std::to_string(n.acp127));
      } else {
        outcome.acp127.emplace();
        outcome.acp127->type = type->bit;
        outcome.acp127->time = time;
        outcome.acp127->recipient = printable(n.acp127_recipient, acp127_recipient_most);
        outcome.acp127->supplementary = text;
      }
      out.outcome = outcome;
      break;
    }
  }
  return out;
}

Result<dmp::Pdu> to_dmp(const x400::Report& report, std::uint16_t subject_id, std::uint16_t id, Time now,
                        const Settings& settings) {
  dmp::Pdu out;
  out.envelope.id = id;
  const auto submission = submission_time({}, now);
  if (!submission) return submission.error();
  out.envelope.submission = *submission;
  const auto passed = hops(report.trace);
  if (!passed) return passed.error();
  out.envelope.hops = *passed;
  dmp::Recipient to;
  to.number = 1;
  to.address = to_dmp_address(report.destination, settings.addresses);
  out.envelope.recipients = {to};
  choose_addressing(out.envelope);
  dmp::Report content;
  const auto security = to_security(report.envelope_extensions, settings);
  if (!security) return security.error();
  content.security = *security;
  content.subject.id = subject_id;
  for (const auto& r : report.recipients) {
    auto entry = to_entry(r, out.envelope.submission, settings);
    if (!entry) return entry.error();
    content.entries.push_back(*std::move(entry));
  }
  std::sort(content.entries.begin(), content.entries.end(),
            [](const auto& a, const auto& b) { return a.recipient.number < b.recipient.number; });
  out.content = std::move(content);
  if (!dmp::encode(out)) return not_for_dmp("recipients without numbers of their own, or a value that is too long");
  return out;
}

Result<x400::Report> dmp_parts::from_report(const dmp::Pdu& pdu, std::string local, const Settings& settings) {
  const auto& in = std::get<dmp::Report>(pdu.content);
  x400::Report out;
  out.id = mts_id(std::move(local), settings);
  out.trace = trace(pdu.envelope, settings);
  auto to = from_dmp_address(pdu.envelope.recipients.front().address, settings.addresses);
  if (!to) return to.error();
  out.destination = *std::move(to);
  out.subject = mts_id(in.subject.id ? dmp_subject(*in.subject.id) : in.subject.x400, settings);
  for (const auto& entry : in.entries) {
    auto actual = from_dmp_address(entry.recipient.address, settings.addresses);
    if (!actual) return actual.error();
    out.recipients.push_back(from_entry(entry, *std::move(actual), pdu.envelope.submission));
  }
  return out;
}

}  // namespace longwire::gateway
