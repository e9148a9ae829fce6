#include "node/engine/watch.hpp"

#include "base/text.hpp"
#include "node/engine/bearer_setup.hpp"
#include "node/engine/goals.hpp"

#include <algorithm>

namespace longwire::engine {

using store::RecipientState;

namespace {

constexpr Duration housekeeping_period = std::chrono::hours{1};
constexpr Duration tracking_kept = std::chrono::hours{24 * 30};

bool open(const LiveRecipient& r) { return !store::is_final(r.state); }

}  // namespace

void Watch::due(const Timer& timer, Time now) {
  switch (timer.kind) {
    case TimerKind::peer_retry:
      return transfers_.peer_retry(timer.id >> 32, static_cast<PeerIndex>(timer.id & 0xFFFFFFFF), now);
    case TimerKind::dmp_patience:
      return transfers_.dmp_patience(static_cast<std::uint32_t>(timer.id), now);
    case TimerKind::watchdog:
      return watchdog(timer.id, now);
    case TimerKind::housekeeping:
      return housekeeping(now);
    case TimerKind::emcon_end:
    case TimerKind::circuit_sections:
      return;
    case TimerKind::expiry:
    case TimerKind::delay_warning:
    case TimerKind::deliver_by:
    case TimerKind::overdue:
    case TimerKind::retry:
      break;
  }
  auto* m = core_.ledger.find(timer.id);
  if (m == nullptr) return;
  if (timer.kind == TimerKind::expiry) expire(*m, now);
  if (timer.kind == TimerKind::delay_warning) warn_of_delay(*m, "4.4.0", now);
  if (timer.kind == TimerKind::deliver_by) warn_of_delay(*m, "4.4.7", now);
  if (timer.kind == TimerKind::overdue) overdue(*m, now);
  if (timer.kind == TimerKind::retry) scheduler_.place(*m, now);
}

void Watch::expire(LiveMessage& m, Time now) {
  const auto* row = core_.rows.get(m.id);
  if (row == nullptr) return;
  const bool late = row->deliver_by && row->envelope.by && row->envelope.by->return_if_late && now >= *row->deliver_by;
  for (std::uint32_t i = 0; i < m.recipients.size(); ++i) {
    // What is on the air expires in the sender machine, which tells the others to discard it.
    if (m.recipients[i].state != RecipientState::queued) continue;
    const auto& stored = row->rows.at(i);
    // The last real cause when there is one (smtp-edge.md 3), else "time expired".
    const bool cause = !late && m.recipients[i].attempts > 0 && !stored.status.empty() && stored.status.front() != '2';
    Verdict v{RecipientState::expired, "expired",
              late    ? "5.4.7"
              : cause ? stored.status
                      : "4.4.7",
              cause ? stored.text : "not delivered before it expired", mail::DsnAction::failed};
    outcomes_.settle(m, i, v, now);
    core_.report(now, level::warning, events::message_expired,
                 {{"id", m.id}, {"tracking_id", m.tracking_id}, {"recipient", i}});
  }
  outcomes_.changed(m, now);
  // A delivery or transfer still under way is looked at again when its answer comes.
  if (std::any_of(m.recipients.begin(), m.recipients.end(), open)) {
    m.expiry = now + std::chrono::minutes{1};
    core_.timers.arm(m.expiry, TimerKind::expiry, m.id);
  }
}

void Watch::warn_of_delay(LiveMessage& m, std::string status, Time now) {
  const auto* row = core_.rows.get(m.id);
  if (row == nullptr) return;
  for (std::uint32_t i = 0; i < m.recipients.size(); ++i) {
    const auto& r = m.recipients[i];
    if (!open(r) || r.delay_reported) continue;
    // The state stays; the words do not tell whether a station is silent (smtp-edge.md 3).
    Verdict v{r.state, "delayed", core_.minimize.holds(m.level) ? "4.7.15" : status, "not delivered yet",
              mail::DsnAction::delayed};
    outcomes_.settle(m, i, v, now);
  }
}

void Watch::overdue(LiveMessage& m, Time now) {
  std::string waiting;
  const auto* row = core_.rows.get(m.id);
  if (row == nullptr) return;
  for (std::uint32_t i = 0; i < m.recipients.size(); ++i)
    if (open(m.recipients[i])) waiting += (waiting.empty() ? "" : ", ") + row->rows.at(i).recipient.address;
  if (waiting.empty()) return;
  outcomes_.track(m, {}, now, "overdue", waiting);
  m.overdue_alert = core_.alert(
      now, "overdue",
      std::string(to_string(m.level)) + " message " + m.tracking_id + " is past its delivery goal for " + waiting);
}

bool Watch::should_progress(std::size_t bearer) const {
  if (core_.gate.silent() || !core_.up[bearer]) return false;
  const auto& live = core_.bearers[bearer].load.live;
  const bool gave_up = std::any_of(core_.peers.begin(), core_.peers.end(),
                                   [bearer](const PeerState& p) { return (p.unreachable >> bearer & 1) != 0; });
  if (gave_up && core_.queue.size(waiting_lane) != 0) return true;
  return core_.queue.size(static_cast<Lane>(bearer)) != 0 ||
         std::any_of(live.begin(), live.end(), [](std::size_t n) { return n != 0; });
}

Duration Watch::patience(std::size_t bearer) const {
  // The largest message on the air three times over, and never less than ten minutes.
  const auto& load = core_.bearers[bearer].load;
  std::uint64_t octets = 0;
  for (const auto n : load.octets) octets += n;
  const auto& config = core_.config.bearers[bearer];
  return std::max<Duration>(std::chrono::minutes{10},
                            3 * air_time(std::min<std::uint64_t>(octets, limits::message_octets), config.rate_bps) +
                                8 * (config.latency + config.turnaround));
}

void Watch::guard(std::size_t bearer, Time now) {
  auto& link = core_.bearers[bearer];
  if (link.watched) {
    // An answer came: what was stalled moves again.
    if (link.stalled && link.last_progress == now) {
      link.stalled = false;
      core_.clear_alert(link.stall_alert, now);
    }
    return;
  }
  if (!should_progress(bearer)) return;
  link.watched = true;
  link.last_progress = now;
  core_.timers.arm(now + patience(bearer), TimerKind::watchdog, bearer);
}

void Watch::watchdog(std::size_t bearer, Time now) {
  auto& link = core_.bearers[bearer];
  link.watched = false;
  if (!should_progress(bearer)) {
    if (std::exchange(link.stalled, false)) core_.clear_alert(link.stall_alert, now);
    return;
  }
  link.watched = true;
  const auto limit = link.last_progress + patience(bearer);
  if (now >= limit && !link.stalled) {
    link.stalled = true;
    link.stall_alert =
        core_.alert(now, "no_progress",
                    "bearer " + core_.config.bearers[bearer].name + " is up and has mail, but nothing gets through");
  }
  core_.timers.arm(std::max(limit, now + std::chrono::minutes{1}), TimerKind::watchdog, bearer);
}

void Watch::certificates(Time now) {
  const auto within = core_.config.security.expiry_warning;
  for (const auto& text : core_.shaper.book().expiring(now, within))
    core_.alert(now, events::certificate_expires, text);
  for (const auto& own : core_.shaper.keys())
    if (own.certificate->not_after <= now + within)
      core_.alert(now, events::certificate_expires,
                  "our certificate " + own.certificate->subject_text() + ", serial " + own.certificate->serial_text() +
                      ", ends at " + format_utc(own.certificate->not_after));
}

void Watch::housekeeping(Time now) {
  // A bounded number a call; what is left comes soon, so that no turn of the loop gets long.
  bool more = core_.store.forget_seen_before(now);
  more = core_.store.forget_before(now - tracking_kept) || more;
  certificates(now);
  core_.timers.arm(now + (more ? Duration{std::chrono::seconds{1}} : housekeeping_period), TimerKind::housekeeping, 0);
}

}  // namespace longwire::engine
