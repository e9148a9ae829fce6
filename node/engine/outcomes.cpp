#include "node/engine/outcomes.hpp"

#include "node/engine/bearer_setup.hpp"
#include "node/engine/content_key.hpp"

#include <algorithm>

namespace longwire::engine {

using store::RecipientState;

void Outcomes::settle(LiveMessage& m, std::uint32_t index, const Verdict& verdict, Time now) {
  auto* row = core_.rows.get(m.id);
  if (row == nullptr) return;
  auto& stored = row->rows.at(index);
  auto& live = m.recipients.at(index);
  live.state = stored.state = verdict.state;
  stored.status = verdict.status;
  stored.text = verdict.text;
  stored.attempts = live.attempts;
  stored.next_attempt = live.next_attempt;
  if (verdict.report == mail::DsnAction::delayed) live.delay_reported = stored.delay_reported = true;
  core_.rows.write(m.id, index);
  track(m, stored.recipient.address, now, verdict.event, verdict.text);
  if (verdict.report) reports_[m.id].push_back({index, verdict, now});
}

void Outcomes::changed(LiveMessage& m, Time now) {
  scheduler_.place(m, now);
  const bool open = std::any_of(m.recipients.begin(), m.recipients.end(),
                                [](const LiveRecipient& r) { return !store::is_final(r.state); });
  if (!open) finished_.insert(m.id);
}

void Outcomes::settle_waiting(LiveMessage& m, const Verdict& verdict, Time now) {
  for (std::uint32_t i = 0; i < m.recipients.size(); ++i)
    if (m.recipients[i].state == RecipientState::queued) settle(m, i, verdict, now);
  changed(m, now);
}

void Outcomes::refuse(LiveMessage& m, std::uint32_t index, const security::Refusal& why, Time now) {
  const auto* row = core_.rows.get(m.id);
  if (row == nullptr) return;
  const auto address = row->rows.at(index).recipient.address;
  settle(m, index, {RecipientState::failed, "failed", why.status, why.text, mail::DsnAction::failed}, now);
  track(m, address, now, "refused", why.detail);
  core_.report(now, level::warning, events::security_refused,
               {{"id", m.id},
                {"tracking_id", m.tracking_id},
                {"recipient", address},
                {"status", why.status},
                {"text", why.text},
                {"reason", why.detail}});
  core_.store.audit(now, "security", "refused " + m.tracking_id + " for " + address + ": " + why.detail);
}

void Outcomes::refuse_waiting(LiveMessage& m, const security::Refusal& why, Time now) {
  for (std::uint32_t i = 0; i < m.recipients.size(); ++i)
    if (m.recipients[i].state == RecipientState::queued) refuse(m, i, why, now);
  changed(m, now);
}

void Outcomes::track(const LiveMessage& m, std::string recipient, Time now, std::string_view event,
                     std::string detail) {
  core_.store.track({m.id, std::move(recipient), now, std::string(event), std::move(detail)});
}

void Outcomes::tell_notes(LiveMessage& m, const std::vector<std::string>& notes, Time now) {
  std::string all;
  boost::json::array list;
  for (const auto& n : notes) {
    const auto key = ContentHash().add(n).key();
    if (!m.noted.insert(std::uint64_t{key.source.value} << 32 | key.message_id).second) continue;
    all += (all.empty() ? "" : "; ") + n;
    list.emplace_back(n);
  }
  if (list.empty()) return;
  track(m, {}, now, "converted", all);
  core_.report(now, level::notice, events::converted,
               {{"id", m.id}, {"tracking_id", m.tracking_id}, {"notes", std::move(list)}});
}

void Outcomes::close_finished(Time now) {
  for (const auto id : std::exchange(finished_, {})) {
    auto* m = core_.ledger.find(id);
    if (m == nullptr) continue;
    scheduler_.remove(*m);
    core_.timers.disarm(m->expiry, TimerKind::expiry, id);
    core_.timers.disarm(m->warning, TimerKind::delay_warning, id);
    core_.timers.disarm(m->deliver_by, TimerKind::deliver_by, id);
    core_.timers.disarm(m->goal, TimerKind::overdue, id);
    if (m->overdue_alert != 0) core_.clear_alert(m->overdue_alert, now);
    core_.store.drop_body(id);
    core_.report(now, level::debug, events::message_closed, {{"id", id}, {"tracking_id", m->tracking_id}});
    core_.ledger.remove(id);
  }
}

}  // namespace longwire::engine
