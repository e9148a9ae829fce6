#include "node/engine/scheduler.hpp"

#include <algorithm>

namespace longwire::engine {

using store::RecipientState;

link_policy::Choice Scheduler::choose(const LiveMessage& m, const LiveRecipient& r) const {
  const auto peer = r.route.peer;
  return link_policy::choose({m.level, m.octets, 0, core_.peers[peer].unreachable, m.barred},
                             core_.router.bearers_of(peer), core_.views);
}

Lane Scheduler::lane_for(const LiveMessage& m, const LiveRecipient& r, Time now) const {
  if (r.state != RecipientState::queued) return no_lane;
  if (m.held || r.next_attempt > now || r.route.kind == Route::Kind::none) return waiting_lane;
  if (r.route.kind == Route::Kind::local) return local_lane;
  if (r.route.kind == Route::Kind::circuit) return circuit_lane;
  const auto choice = choose(m, r);
  return choice.bearer ? static_cast<Lane>(*choice.bearer) : waiting_lane;
}

// For which peers the message waits in the lanes of its recipients.
void Scheduler::stand(const LiveMessage& m, bool there) {
  for (const auto& r : m.recipients) {
    if (r.lane >= local_lane) continue;
    if (there) core_.queue.wait_for(m.key(), r.lane, r.route.peer);
    else core_.queue.leave(m.key(), r.lane, r.route.peer);
  }
}

void Scheduler::place(LiveMessage& m, Time now) {
  const auto moved = std::any_of(m.recipients.begin(), m.recipients.end(),
                                 [&](const LiveRecipient& r) { return r.lane != lane_for(m, r, now); });
  if (!moved) return;
  stand(m, false);
  LaneSet lanes = 0;
  for (auto& r : m.recipients) {
    r.lane = lane_for(m, r, now);
    if (r.lane != no_lane) lanes |= lane_bit(r.lane);
  }
  stand(m, true);
  core_.queue.move(m.key(), m.lanes, lanes);
  m.lanes = lanes;
}

void Scheduler::place_all(Time now) {
  for (auto& [id, m] : core_.ledger.all()) place(m, now);
}

void Scheduler::remove(LiveMessage& m) {
  stand(m, false);
  for (auto& r : m.recipients) r.lane = no_lane;
  core_.queue.move(m.key(), m.lanes, 0);
  m.lanes = 0;
}

std::string_view Scheduler::reason(const LiveMessage& m, const LiveRecipient& r, Time now) const {
  if (r.state != RecipientState::queued) return {};
  if (m.held) return "held";
  if (r.next_attempt > now) return "retry_later";
  if (r.route.kind != Route::Kind::peer) return {};
  const auto choice = choose(m, r);
  if (!choice.bearer) return choice.reason;
  return core_.gate.silent() ? "emcon" : std::string_view{};
}

void Scheduler::pause(LiveMessage& m, LiveRecipient& r, Time at) {
  // Several recipients may share a moment, so an older timer is left to run out for nothing.
  r.next_attempt = at;
  core_.timers.arm(at, TimerKind::retry, m.id);
}

}  // namespace longwire::engine
