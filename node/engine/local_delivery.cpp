#include "node/engine/local_delivery.hpp"

#include "base/text.hpp"
#include "crypto/smime/entity.hpp"
#include "mail/message.hpp"
#include "mail/mime.hpp"
#include "node/engine/transfers.hpp"

#include <algorithm>

namespace longwire::engine {

using store::RecipientState;
using PerRecipient = event::DeliveryResult::PerRecipient;

namespace {

// RFC 5321 4.5.4.1 wants 30 minutes between tries in the long run; the first ones may be quick, and
// the local server is usually back after its restart.
constexpr Duration first_retry = std::chrono::seconds{30};
constexpr Duration last_retry = std::chrono::minutes{30};

Duration back_off(unsigned attempts) {
  return std::min<Duration>(last_retry, first_retry * (1 << std::min(attempts, 10U)));
}

}  // namespace

Bytes with_return_path(std::string_view from, ByteView message) {
  auto out = to_bytes("Return-Path: <" + std::string(from) + ">\r\n");
  out.reserve(out.size() + message.size());
  const mail::HeaderView header(message);
  const auto& fields = header.fields();
  std::size_t at = 0;
  const auto copy_to = [&](std::size_t end) {
    const auto part = message.subspan(at, end - at);
    out.insert(out.end(), part.begin(), part.end());
  };
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (!iequals(fields[i].name, "Return-Path")) continue;
    copy_to(fields[i].offset);
    // The field ends where its value does, plus the line end.
    at =
        static_cast<std::size_t>(fields[i].raw_value.data() - as_text(message).data()) + fields[i].raw_value.size() + 2;
    at = std::min(at, message.size());
  }
  copy_to(message.size());
  return out;
}

void LocalDelivery::dispatch(Time now) {
  while (pending_.size() < limits::deliveries) {
    const auto* head = core_.queue.head(local_lane);
    if (head == nullptr) return;
    const auto key = *head;
    if (auto* m = core_.ledger.find(key.id)) issue(*m, now);
    if (const auto* next = core_.queue.head(local_lane); next != nullptr && *next == key) return;
  }
}

void LocalDelivery::issue(LiveMessage& m, Time now) {
  const auto* row = core_.rows.get(m.id);
  if (row == nullptr) return;
  action::Deliver d;
  d.delivery = ++last_;
  d.message = m.id;
  d.envelope = row->envelope;
  Pending pending{m.id, cleared(m, now), {}};
  if (pending.recipients.empty()) return outcomes_.changed(m, now);
  row = core_.rows.get(m.id);
  for (const auto i : pending.recipients) d.envelope.recipients.push_back(row->rows.at(i).recipient);
  if (d.envelope.by && row->deliver_by)
    d.envelope.by->seconds = std::chrono::floor<std::chrono::seconds>(*row->deliver_by - now).count();
  // An MTS-APDU kept for another node becomes ours when the configuration changes: nobody reads BER in a mailbox.
  const auto kept = *row;
  auto mail = boundary_.mail_of(kept, pending.recipients, Boundary::View::opened, now);
  if (!mail) {
    const auto why = "cannot be converted: " + std::string(mail.error().name);
    for (const auto i : pending.recipients)
      outcomes_.settle(
          m, i, {RecipientState::failed, "failed", conversion_status(mail.error()), why, mail::DsnAction::failed}, now);
    return outcomes_.changed(m, now);
  }
  outcomes_.tell_notes(m, mail->notes, now);
  pending.receipt_asked = std::move(mail->receipt_asked);
  d.envelope.body = mail->envelope.body;
  // What only its reader opens travelled binary at most; mail servers here may not take that.
  if (mail::body_needed(mail->message) == mail::Body::binary) {
    mail->message = crypto::smime::transfer_as(mail->message, crypto::smime::Transfer::base64);
    d.envelope.body = mail::body_needed(mail->message);
  }
  if (kept.label) mail->message = core_.labelled(mail->message, *kept.label, now);
  d.octets = with_return_path(kept.envelope.from, mail->message);
  for (const auto i : pending.recipients)
    outcomes_.settle(m, i, {RecipientState::delivering, "delivering", "", ""}, now);
  pending_.emplace(d.delivery, std::move(pending));
  core_.outbox.deliver(std::move(d));
  outcomes_.changed(m, now);
}

// Once more before delivery: the label may have come to light, and the clearances may have changed, since acceptance.
std::vector<std::uint32_t> LocalDelivery::cleared(LiveMessage& m, Time now) {
  std::vector<std::uint32_t> out;
  const auto label = core_.rows.get(m.id)->label;
  const bool any = needs_no_label(*core_.rows.get(m.id));
  for (std::uint32_t i = 0; i < m.recipients.size(); ++i) {
    if (m.recipients[i].lane != local_lane) continue;
    const auto address = core_.rows.get(m.id)->rows.at(i).recipient.address;
    if (const auto why = any ? std::nullopt : core_.labels.check_user(label, address))
      outcomes_.refuse(m, i, *why, now);
    else out.push_back(i);
  }
  return out;
}

void LocalDelivery::answer_receipt(const store::MessageRow& row, const security::ReceiptAsked& asked,
                                   std::uint32_t index, Time now) {
  const auto recipient = row.rows.at(index).recipient.address;
  auto receipt = core_.shaper.answer_receipt(asked, recipient, now);
  if (!receipt) return;
  store::MessageRow out;
  out.envelope.mt_priority = row.envelope.mt_priority;
  out.accepted = now;
  out.expiry = now + core_.config.default_expiry;
  out.origin = "receipt";
  out.subject = "signed receipt for " + row.tracking_id;
  out.protection = "signed";
  out.label = row.label;  // it names the message, and goes only where that may go
  for (auto& to : receipt->to)
    out.rows.push_back(store::new_recipient({std::move(to), mail::Notify{.never = true}, {}, {}}));
  const auto& sent = intake_.accept(std::move(out), receipt->message, now);
  core_.store.track({row.id, recipient, now, "receipt_sent", sent.tracking_id});
  core_.store.audit(now, "security", "receipt of " + recipient + " for " + row.tracking_id + " sent");
  core_.report(now, level::info, events::receipt_sent,
               {{"id", sent.id}, {"tracking_id", row.tracking_id}, {"recipient", recipient}});
}

void LocalDelivery::result(const event::DeliveryResult& result, Time now) {
  const auto at = pending_.find(result.delivery);
  if (at == pending_.end()) return;  // issued before a restart; it was asked for again
  const auto pending = std::move(at->second);
  pending_.erase(at);
  auto* m = core_.ledger.find(pending.message);
  if (m == nullptr) return;
  const PerRecipient none{PerRecipient::Outcome::temporary, "4.4.2", "no answer", true};
  for (std::size_t i = 0; i < pending.recipients.size(); ++i)
    settle(*m, pending.recipients[i], i < result.recipients.size() ? result.recipients[i] : none, result.remote, now);
  const auto* row = core_.rows.get(m->id);
  const bool any_delivered = std::any_of(result.recipients.begin(), result.recipients.end(), [](const PerRecipient& r) {
    return r.outcome == PerRecipient::Outcome::delivered;
  });
  // A report for one of our users closes what it speaks of.
  if (any_delivered && row != nullptr && row->envelope.from.empty())
    reports_.correlate(*row, core_.store.body(m->id), now);
  if (pending.receipt_asked && row != nullptr) {
    const auto copy = *row;
    for (const auto i : pending.recipients)
      if (copy.rows.at(i).state == RecipientState::delivered || copy.rows.at(i).state == RecipientState::relayed)
        answer_receipt(copy, *pending.receipt_asked, i, now);
  }
  outcomes_.changed(*m, now);
}

Verdict LocalDelivery::verdict_of(const PerRecipient& r, const std::string& remote) const {
  Verdict v;
  v.status = r.status;
  v.text = r.text;
  v.remote = remote;
  if (!remote.empty()) {
    v.diagnostic_type = "smtp";
    v.diagnostic = r.text;
  }
  switch (r.outcome) {
    case PerRecipient::Outcome::delivered: {
      const bool by_smtp = core_.config.deliver.smtp.has_value();
      v.state = by_smtp ? RecipientState::relayed : RecipientState::delivered;
      v.event = by_smtp ? "relayed" : "delivered";
      // A server with DSN reports by itself; one without cannot, so we say where our knowledge ends.
      if (!by_smtp) v.report = mail::DsnAction::delivered;
      else if (!r.remote_has_dsn) v.report = mail::DsnAction::relayed;
      break;
    }
    case PerRecipient::Outcome::temporary:
      v.state = RecipientState::queued;
      v.event = "delivery_deferred";
      break;
    case PerRecipient::Outcome::permanent:
      v.state = RecipientState::failed;
      v.event = "failed";
      v.report = mail::DsnAction::failed;
      break;
  }
  if (v.status.empty()) v.status = v.state == RecipientState::failed ? "5.0.0" : "2.0.0";
  return v;
}

void LocalDelivery::settle(LiveMessage& m, std::uint32_t index, const PerRecipient& r, const std::string& remote,
                           Time now) {
  auto& live = m.recipients.at(index);
  if (live.state != RecipientState::delivering) return;
  auto v = verdict_of(r, remote);
  if (v.state == RecipientState::queued && m.cancelled) v = Transfers::cancelled_verdict();
  if (v.state == RecipientState::queued) scheduler_.pause(m, live, now + back_off(live.attempts));
  ++live.attempts;
  outcomes_.settle(m, index, v, now);
  if (v.state == RecipientState::cancelled) return;  // said when it was ordered
  const auto name = v.state == RecipientState::queued   ? events::delivery_deferred
                    : v.state == RecipientState::failed ? events::delivery_failed
                                                        : events::delivered;
  const auto* row = core_.rows.get(m.id);
  core_.report(now, v.state == RecipientState::failed ? level::warning : level::info, name,
               {{"id", m.id},
                {"tracking_id", m.tracking_id},
                {"recipient", row->rows.at(index).recipient.address},
                {"message_id", row->message_id},
                {"status", v.status},
                {"text", v.text},
                {"precedence", to_string(m.level)}});
}

}  // namespace longwire::engine
