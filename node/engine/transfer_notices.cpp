// What the sender machine tells of a transfer, and what the operator and the links do to it.
#include "node/engine/transfers.hpp"

#include "node/engine/bearer_setup.hpp"
#include "node/engine/coding_views.hpp"

#include <algorithm>

namespace longwire::engine {

using store::RecipientState;

namespace {

// A peer that does not answer is left alone for a while, longer each time: air time is dear.
constexpr Duration first_pause = std::chrono::minutes{2};
constexpr Duration longest_pause = std::chrono::hours{1};
// Rounds without any answer before a peer that has another bearer is tried there.
constexpr std::size_t rounds_before_fail_over = 4;

std::uint64_t bit(std::size_t bearer) { return std::uint64_t{1} << bearer; }
std::uint64_t retry_id(std::size_t bearer, PeerIndex peer) { return std::uint64_t{bearer} << 32 | peer; }

}  // namespace

void Transfers::on_sent(const acp142::Frame& frame, Time now) {
  if (frame.is_ack || frame.port != acp142::Port::data) return;
  auto* t = find(frame.message_id);
  if (t == nullptr) return;
  ++t->frames_sent;
  ++t->frames_unanswered;
  if (t->phase == Transfer::Phase::sending && t->frames_sent >= t->frames_in_round)
    set_phase(*t, only_silent_left(*t) ? Transfer::Phase::silent : Transfer::Phase::live);
  const auto patience = (rounds_before_fail_over * (t->frames_in_round + 1));
  if (t->fate == Fate::run && t->frames_unanswered > patience && !only_silent_left(*t) && has_alternative(*t)) {
    for (const auto& c : t->carried)
      if (c.open && !core_.peers[c.peer].silent) peer_lost(t->bearer, c.peer, now);
    fail_over(*t, now);
  }
}

bool Transfers::only_silent_left(const Transfer& t) const {
  return std::all_of(t.carried.begin(), t.carried.end(),
                     [this](const Transfer::Carried& c) { return !c.open || core_.peers[c.peer].silent; });
}

bool Transfers::has_alternative(const Transfer& t) const {
  const auto* m = core_.ledger.find(t.message);
  if (m == nullptr) return false;
  return std::any_of(t.carried.begin(), t.carried.end(), [&](const Transfer::Carried& c) {
    if (!c.open) return false;
    const auto choice =
        link_policy::choose({t.level, t.octets, bit(t.bearer), core_.peers[c.peer].unreachable, m->barred},
                            core_.router.bearers_of(c.peer), core_.views);
    return choice.bearer.has_value();
  });
}

void Transfers::started(const acp142::notice::TransferStarted& n) {
  core_.store.transfer_started(n.message_id, n.fragment_octets);
  // The machine may cut smaller than a PDU could be (coded messages).
  if (auto* t = find(n.message_id); t != nullptr && n.fragment_octets != 0)
    t->frames_in_round = (t->octets + n.fragment_octets - 1) / n.fragment_octets + 1;
}

void Transfers::progress(const acp142::notice::Progress& n, Time now) {
  auto* t = find(n.message_id);
  if (t == nullptr) return;
  core_.store.transfer_progress(n.message_id, n.destination, n.acked);
  t->frames_unanswered = 0;
  core_.bearers[t->bearer].last_progress = now;
  if (const auto peer = core_.router.peer_of(n.destination)) peer_heard(t->bearer, *peer, now);
}

void Transfers::confirmed(std::size_t bearer, PeerIndex peer, std::uint32_t message_id, Time now) {
  auto& link = core_.bearers[bearer];
  link.arq_heard[peer] = now;
  link.last_progress = now;
  if (auto* t = find(message_id); t != nullptr && t->bearer == bearer) t->frames_unanswered = 0;
  peer_heard(bearer, peer, now);
}

void Transfers::end_carried(Transfer& t, Transfer::Carried& c, bool done) {
  close_carried(t, c);
  core_.store.transfer_destination_closed(t.id, c.destination, done);
}

void Transfers::acknowledged(const acp142::notice::Acknowledged& n, Time now) {
  auto* t = find(n.message_id);
  if (t == nullptr) return;
  auto* m = core_.ledger.find(t->message);
  core_.bearers[t->bearer].last_progress = now;
  t->frames_unanswered = 0;
  for (auto& c : t->carried) {
    if (c.destination != n.destination || !c.open) continue;
    end_carried(*t, c, true);
    if (t->dictionary) core_.dictionaries.proven(c.peer, *t->dictionary);
    const auto& peer = core_.config.peers[c.peer].name;
    if (m == nullptr) continue;
    const auto* row = core_.rows.get(m->id);
    for (const auto i : c.recipients) {
      Verdict v{RecipientState::transferred, "transferred", "2.0.0", "acknowledged by " + peer};
      // Every MULE node reports by itself (RFC 8494 6.2); only the trace of RFC 2852 wants a word.
      if (row != nullptr && row->envelope.by && row->envelope.by->trace) v.report = mail::DsnAction::relayed;
      outcomes_.settle(*m, i, v, now);
    }
    core_.report(now, level::info, events::transfer_acknowledged,
                 {{"id", m->id},
                  {"tracking_id", m->tracking_id},
                  {"pmul_id", t->id},
                  {"peer", peer},
                  {"bearer", core_.config.bearers[t->bearer].name},
                  {"precedence", to_string(m->level)}});
  }
  if (m != nullptr) outcomes_.changed(*m, now);
  if (const auto peer = core_.router.peer_of(n.destination)) peer_heard(t->bearer, *peer, now);
}

void Transfers::failed(const acp142::notice::Failed& n, Time now) {
  auto* t = find(n.message_id);
  if (t == nullptr) return;
  auto* m = core_.ledger.find(t->message);
  for (auto& c : t->carried) {
    if (c.destination != n.destination || !c.open) continue;
    end_carried(*t, c, false);
    const auto& peer = core_.config.peers[c.peer].name;
    core_.report(now, t->fate == Fate::run ? level::warning : level::info, events::transfer_failed,
                 {{"id", t->message},
                  {"pmul_id", t->id},
                  {"peer", peer},
                  {"reason", n.reason},
                  {"bearer", core_.config.bearers[t->bearer].name}});
    end_probe(t->bearer, c.peer, now);
    if (m == nullptr) continue;
    if (n.reason == "expired") expire(*m, c, now);
    else if (t->fate == Fate::cancelled) {
      for (const auto i : c.recipients) outcomes_.settle(*m, i, cancelled_verdict(), now);
    } else {
      if (n.reason == "gave_up") peer_lost(t->bearer, c.peer, now);
      requeue(*t, c, n.reason, now);
    }
  }
  if (m != nullptr) outcomes_.changed(*m, now);
}

Verdict Transfers::cancelled_verdict() {
  return {RecipientState::cancelled, "cancelled", "5.0.0", "cancelled by the operator", mail::DsnAction::failed};
}

void Transfers::expire(LiveMessage& m, const Transfer::Carried& c, Time now) {
  const auto* row = core_.rows.get(m.id);
  const bool late = row != nullptr && row->envelope.by && row->envelope.by->return_if_late && row->deliver_by;
  Verdict v{RecipientState::expired, "expired", late ? "5.4.7" : "4.4.7",
            "no acknowledgement from " + core_.config.peers[c.peer].name + " before it expired",
            mail::DsnAction::failed};
  v.diagnostic_type = "X-PMUL";
  v.diagnostic = "3 (no acknowledgement)";
  for (const auto i : c.recipients) {
    if (store::is_final(m.recipients.at(i).state)) continue;
    ++m.recipients.at(i).attempts;
    outcomes_.settle(m, i, v, now);
  }
  core_.report(now, level::warning, events::message_expired,
               {{"id", m.id}, {"tracking_id", m.tracking_id}, {"peer", core_.config.peers[c.peer].name}});
}

void Transfers::requeue(Transfer& t, Transfer::Carried& c, std::string_view reason, Time now) {
  auto* m = core_.ledger.find(t.message);
  if (m == nullptr) return;
  const Verdict v{RecipientState::queued, "requeued", "4.4.1",
                  core_.config.bearers[t.bearer].name + ": " + std::string(reason)};
  for (const auto i : c.recipients) {
    auto& r = m->recipients.at(i);
    if (store::is_final(r.state)) continue;
    ++r.attempts;
    outcomes_.settle(*m, i, v, now);
  }
}

void Transfers::closed(const acp142::notice::TransferClosed& n, Time now) {
  auto* t = find(n.message_id);
  if (t == nullptr) return;
  for (auto& c : t->carried)
    if (c.open) {
      close_carried(*t, c);
      requeue(*t, c, "closed", now);
    }
  if (auto* m = core_.ledger.find(t->message)) outcomes_.changed(*m, now);
  core_.store.remove_transfer(t->id);
  tell_closed(*t, n, now);
  drop_load(*t);
  transfers_.erase(n.message_id);
}

void Transfers::tell_closed(const Transfer& t, const acp142::notice::TransferClosed& n, Time now) {
  auto& traffic = core_.bearers[t.bearer].traffic;
  (n.blocks != 0 ? traffic.coded : traffic.plain).add(totals_of(t, n.total, n.data_sent, n.parity_sent));
  boost::json::object fields{{"id", t.message},
                             {"pmul_id", t.id},
                             {"bearer", core_.config.bearers[t.bearer].name},
                             {"total", n.total},
                             {"resumed", t.resumed}};
  for (auto& [key, value] : transfer_figures(n.total, n.blocks, n.data_sent, n.parity_sent))
    fields[key] = std::move(value);
  core_.report(now, level::debug, events::transfer_closed, std::move(fields));
}

void Transfers::fail_over(Transfer& t, Time now) {
  core_.report(now, level::notice, events::failover,
               {{"id", t.message}, {"pmul_id", t.id}, {"from", core_.config.bearers[t.bearer].name}});
  t.fate = Fate::fail_over;
  stop(t, now);
}

// What a P_MUL machine has given up it tells in notices; a DMP datagram is simply not repeated any more.
void Transfers::stop(Transfer& t, Time now) {
  auto& link = core_.bearers[t.bearer];
  if (!t.dmp) return link.entity.cancel(t.id, now);
  if (link.dmp) link.dmp->cancel(t.id);
  dmp_ended_.emplace_back(t.id, t.fate == Fate::cancelled ? "cancelled" : "failover");
}

void Transfers::hold(Transfer& t, bool held, Time now) {
  auto& link = core_.bearers[t.bearer];
  if (!t.dmp) return link.entity.hold(t.id, held, now);
  if (!held) return;
  if (link.dmp) link.dmp->cancel(t.id);
  dmp_ended_.emplace_back(t.id, "held");  // its recipients are queued again, and wait there
}

void Transfers::end_dmp(Time now) {
  for (const auto& [ticket, reason] : std::exchange(dmp_ended_, {})) dmp_failed(ticket, reason, now);
}

void Transfers::send_anew(std::uint32_t id, PeerIndex peer, Time now) {
  auto* t = find(id);
  if (t == nullptr || t->dmp || t->fate != Fate::run) return;
  if (std::any_of(t->carried.begin(), t->carried.end(), [peer](const auto& c) { return c.open && c.peer == peer; }))
    fail_over(*t, now);
}

void Transfers::bearer_down(std::size_t bearer, Time now) {
  for (auto& [id, t] : transfers_)
    if (t.bearer == bearer && t.fate == Fate::run && has_alternative(t)) fail_over(t, now);
  end_dmp(now);
}

void Transfers::hold(std::uint64_t message, bool held, Time now) {
  for (auto& [id, t] : transfers_)
    if (t.message == message) hold(t, held || t.minimized, now);
  end_dmp(now);
}

void Transfers::cancel(std::uint64_t message, Time now) {
  for (auto& [id, t] : transfers_) {
    if (t.message != message) continue;
    t.fate = Fate::cancelled;
    stop(t, now);
  }
  end_dmp(now);
}

void Transfers::apply_minimize(Time now) {
  for (auto& [id, t] : transfers_) {
    const bool minimized = core_.minimize.holds(t.level, t.bearer);
    if (minimized == t.minimized) continue;
    t.minimized = minimized;
    const auto* m = core_.ledger.find(t.message);
    hold(t, minimized || (m != nullptr && m->held), now);
  }
  end_dmp(now);
}

void Transfers::peer_silence_changed(PeerIndex peer, Time now) {
  for (auto& [id, t] : transfers_) {
    const bool concerned =
        std::any_of(t.carried.begin(), t.carried.end(), [peer](const auto& c) { return c.open && c.peer == peer; });
    if (concerned && t.dmp && core_.peers[peer].silent) {
      t.fate = Fate::fail_over;
      stop(t, now);  // nobody will acknowledge it; P_MUL has rules for silent receivers
    } else if (concerned && t.phase != Transfer::Phase::sending) {
      set_phase(t, only_silent_left(t) ? Transfer::Phase::silent : Transfer::Phase::live);
    }
  }
  end_dmp(now);
}

void Transfers::peer_lost(std::size_t bearer, PeerIndex peer, Time now) {
  auto& state = core_.peers[peer];
  if ((state.unreachable & bit(bearer)) != 0) return;
  state.unreachable |= bit(bearer);
  auto& pause = state.pause[bearer];
  pause = pause == Duration{0} ? first_pause : std::min(pause * 2, longest_pause);
  core_.timers.arm(now + pause, TimerKind::peer_retry, retry_id(bearer, peer));
  core_.report(now, level::warning, events::peer_unreachable,
               {{"peer", core_.config.peers[peer].name},
                {"bearer", core_.config.bearers[bearer].name},
                {"retry_in", to_seconds(pause)}});
  scheduler_.place_all(now);
}

void Transfers::peer_heard(std::size_t bearer, PeerIndex peer, Time now) {
  auto& state = core_.peers[peer];
  state.pause[bearer] = Duration{0};
  state.probing &= ~bit(bearer);
  if ((state.unreachable & bit(bearer)) == 0) return;
  state.unreachable &= ~bit(bearer);
  core_.report(now, level::notice, events::peer_heard,
               {{"peer", core_.config.peers[peer].name}, {"bearer", core_.config.bearers[bearer].name}});
  scheduler_.place_all(now);
}

void Transfers::peer_retry(std::size_t bearer, PeerIndex peer, Time now) {
  auto& state = core_.peers[peer];
  if ((state.unreachable & bit(bearer)) == 0 || (state.probing & bit(bearer)) != 0) return;
  state.unreachable &= ~bit(bearer);
  state.probing |= bit(bearer);  // one message finds out; the others wait for its answer
  scheduler_.place_all(now);
}

bool Transfers::begin_probe(std::size_t bearer, PeerIndex peer) {
  auto& state = core_.peers[peer];
  if ((state.probing & bit(bearer)) == 0) return false;
  state.unreachable |= bit(bearer);
  return true;
}

void Transfers::end_probe(std::size_t bearer, PeerIndex peer, Time now) {
  auto& state = core_.peers[peer];
  if ((state.probing & bit(bearer)) == 0) return;
  state.probing &= ~bit(bearer);
  state.unreachable &= ~bit(bearer);
  peer_lost(bearer, peer, now);
}

}  // namespace longwire::engine
