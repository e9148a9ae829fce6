// Transfers by the Direct Message Profile: one datagram, acknowledged by itself (stanag4406.md 4). What does not fit
// it goes as Annex E over P_MUL. Nothing of it is stored but its identifier: after a restart its recipients are
// queued, and the same datagram is made again.
#include "node/engine/transfers.hpp"

#include "node/engine/arrival.hpp"
#include "node/engine/bearer_setup.hpp"
#include "node/engine/dmp_names.hpp"

#include <algorithm>

namespace longwire::engine {

using store::RecipientState;

namespace {

// 12-bit identifiers would come round too soon; 16-bit ones are from here on (4.1).
constexpr std::uint16_t first_dmp_id = 4096;
constexpr std::uint64_t dmp_ids = 65'536 - first_dmp_id;
constexpr std::size_t most_shrinking = 50;
constexpr unsigned most_hops = 7;  // three bits
// Repetitions without an answer before another bearer is tried.
constexpr int patient_repetitions = 5;

// What a report says, without the fields of the DSN it was made of: those only explain (RFC 2156 5.1.8), and DMP has
// room for the outcome alone.
x400::Report bare(x400::Report report) {
  const auto drop = [](std::vector<x400::ExtensionField>& fields) {
    std::erase_if(fields, [](const x400::ExtensionField& f) { return f.criticality == 0; });
  };
  drop(report.envelope_extensions);
  drop(report.extensions);
  for (auto& r : report.recipients) drop(r.extensions);
  report.returned.reset();
  report.additional.clear();
  return report;
}

}  // namespace

struct Transfers::DmpDatagram {
  std::uint16_t id = 0;
  Bytes octets;
  std::vector<std::string> notes;
};

std::uint16_t Transfers::dmp_id(std::uint64_t message, PeerIndex peer, const std::vector<std::uint32_t>& recipients) {
  const auto& name = core_.config.peers[peer].name;
  if (const auto known = core_.store.dmp_id(name, message, recipients)) return *known;
  // Towards each peer its own row, so that they come round as late as may be.
  const auto n = core_.store.next_counter("dmp/" + name) - 1;
  const auto id = static_cast<std::uint16_t>(first_dmp_id + n % dmp_ids);
  core_.store.dmp_sent(name, id, message, recipients);
  return id;
}

Result<Transfers::DmpDatagram> Transfers::dmp_datagram(const LiveMessage& m, std::size_t bearer, PeerIndex peer,
                                                       const std::vector<std::uint32_t>& recipients) {
  const auto row = *core_.rows.get(m.id);
  const auto timing = dmp_timing_of(core_.config.bearers[bearer]);
  // No text shrinks to that: not worth a conversion that is thrown away.
  if (m.octets > most_shrinking * timing.max_datagram) return error("not_for_dmp", 0, "larger than a datagram");
  // Of the time it was accepted: a repetition after a restart is the same datagram.
  auto apdu = boundary_.apdu_of(row, recipients, Boundary::View::as_came, m.accepted);
  if (!apdu) return apdu.error();
  const auto decoded = x400::decode_p1(apdu->octets);
  if (!decoded) return decoded.error();
  const auto version = core_.config.peers[peer].dmp_version;
  DmpDatagram out;
  out.id = dmp_id(m.id, peer, recipients);
  out.notes = std::move(apdu->notes);
  Result<dmp::Pdu> pdu = error("not_for_dmp", 0, "a probe");
  if (const auto* message = std::get_if<x400::Message>(&*decoded)) {
    pdu = gateway::to_dmp({*message, out.id, timing.max_datagram, version, m.accepted, &out.notes}, core_.gateway);
  } else if (const auto* report = std::get_if<x400::Report>(&*decoded)) {
    const auto subject = dmp_id_in(report->subject.local, core_.config.peers[peer].pmul_id);
    if (!subject) return error("not_for_dmp", 0, "a report on a message that did not come by DMP");
    pdu = gateway::to_dmp(bare(*report), *subject, out.id, m.accepted, core_.gateway);
  }
  if (!pdu) return pdu.error();
  // What came by DMP was counted on arrival; what came otherwise has its hops in its trace.
  const auto hops = std::max(hops_of(row.origin), unsigned{pdu->envelope.hops});
  if (hops >= most_hops) return error("not_for_dmp", 0, "more hops than it can count");
  pdu->envelope.hops = static_cast<std::uint8_t>(hops);
  auto octets = dmp::encode(*pdu);
  if (!octets) return error("not_for_dmp", 0, "it does not fit the profile");
  if (octets->size() > timing.max_datagram) return error("not_for_dmp", 0, "larger than a datagram");
  out.octets = *std::move(octets);
  return out;
}

// False: it goes as Annex E over P_MUL.
bool Transfers::launch_dmp(LiveMessage& m, std::size_t bearer, PeerIndex peer,
                           const std::vector<std::uint32_t>& recipients, Time now) {
  auto& link = core_.bearers[bearer];
  const auto& config = core_.config.peers[peer];
  const auto otherwise = [&](std::string_view why) {
    ++link.dmp_traffic.fallbacks;
    core_.report(now, level::info, events::dmp_not_possible,
                 {{"id", m.id}, {"tracking_id", m.tracking_id}, {"peer", config.name}, {"reason", why}});
    return false;
  };
  if (!link.dmp) return otherwise("no DMP on this bearer");
  if (Protection::protects(core_.profile_of(peer))) return otherwise("its profile protects messages");
  // Nobody would acknowledge it; P_MUL repeats for silent receivers by its own rules.
  if (core_.peers[peer].silent) return otherwise("the peer is silent");
  if (not_by_dmp_.contains({m.id, peer})) return otherwise("refused by the peer");
  // What began by P_MUL may still arrive that way, and DMP has no room for the MTS identifier that would tell that the
  // two are one.
  const bool tried = std::any_of(recipients.begin(), recipients.end(),
                                 [&m](std::uint32_t i) { return m.recipients.at(i).attempts > 0; });
  if (tried && !core_.store.dmp_id(config.name, m.id, recipients)) return otherwise("begun by P_MUL");
  auto datagram = dmp_datagram(m, bearer, peer, recipients);
  if (!datagram)
    return otherwise(datagram.error().text.empty() ? std::string(datagram.error().name) : datagram.error().text);
  const auto ticket = new_message_id(now);
  const auto row = core_.rows.get(m.id);
  const auto octets = datagram->octets.size();
  dmp::Outgoing out{
      ticket,       core_.address_of(bearer, peer), pmul_priority(row->envelope.mt_priority.value_or(0)), m.expiry,
      datagram->id, std::move(datagram->octets)};
  if (!link.dmp->send(std::move(out), now)) return otherwise("the DMP endpoint does not take it");
  outcomes_.tell_notes(m, datagram->notes, now);
  Transfer t;
  t.id = ticket;
  t.bearer = bearer;
  t.message = m.id;
  t.level = m.level;
  t.octets = octets;
  t.frames_in_round = 1;
  t.phase = Transfer::Phase::live;
  t.dmp = true;
  t.carried.push_back({config.pmul_id, peer, true, recipients});
  ++link.dmp_traffic.sent;
  const auto& bearer_name = core_.config.bearers[bearer].name;
  for (const auto i : recipients)
    outcomes_.settle(
        m, i, {RecipientState::in_transfer, "in_transfer", "", bearer_name + " dmp " + std::to_string(datagram->id)},
        now);
  core_.report(now, level::info, events::transfer_started,
               {{"id", m.id},
                {"tracking_id", m.tracking_id},
                {"dmp_id", datagram->id},
                {"bearer", bearer_name},
                {"precedence", to_string(m.level)},
                {"octets", t.octets},
                {"peers", boost::json::array{boost::json::value(config.name)}}});
  const auto patience = patient_repetitions * dmp_timing_of(core_.config.bearers[bearer]).retry;
  core_.timers.arm(now + patience, TimerKind::dmp_patience, ticket);
  add_load(t);
  transfers_.emplace(ticket, std::move(t));
  return true;
}

void Transfers::dmp_acknowledged(std::uint32_t ticket, Time now) {
  auto* t = find(ticket);
  if (t == nullptr) return;
  auto& link = core_.bearers[t->bearer];
  ++link.dmp_traffic.acknowledged;
  link.last_progress = now;
  const auto& c = t->carried.front();
  const auto& peer = core_.config.peers[c.peer].name;
  if (auto* m = core_.ledger.find(t->message)) {
    const Verdict v{RecipientState::transferred, "transferred", "2.0.0", "acknowledged by " + peer};
    for (const auto i : c.recipients) outcomes_.settle(*m, i, v, now);
    core_.report(now, level::info, events::transfer_acknowledged,
                 {{"id", m->id},
                  {"tracking_id", m->tracking_id},
                  {"dmp_ticket", t->id},
                  {"peer", peer},
                  {"bearer", core_.config.bearers[t->bearer].name},
                  {"precedence", to_string(m->level)}});
    outcomes_.changed(*m, now);
  }
  const auto heard = c.peer;
  const auto bearer = t->bearer;
  drop_load(*t);
  transfers_.erase(ticket);
  peer_heard(bearer, heard, now);
}

// reason: refused, expired, stale (of the endpoint); cancelled, held, failover, silent (ours).
void Transfers::dmp_failed(std::uint32_t ticket, std::string_view reason, Time now) {
  auto* t = find(ticket);
  if (t == nullptr) return;
  auto& c = t->carried.front();
  core_.report(now, t->fate == Fate::run ? level::warning : level::info, events::transfer_failed,
               {{"id", t->message},
                {"dmp_ticket", t->id},
                {"peer", core_.config.peers[c.peer].name},
                {"reason", reason},
                {"bearer", core_.config.bearers[t->bearer].name}});
  ++core_.bearers[t->bearer].dmp_traffic.failed;
  if (reason == "refused" || reason == "stale") {
    std::erase_if(not_by_dmp_, [this](const auto& entry) { return core_.ledger.find(entry.first) == nullptr; });
    not_by_dmp_.insert({t->message, c.peer});
  }
  auto* m = core_.ledger.find(t->message);
  if (m != nullptr && reason == "expired") expire(*m, c, now);
  else if (m != nullptr && t->fate == Fate::cancelled)
    for (const auto i : c.recipients) outcomes_.settle(*m, i, cancelled_verdict(), now);
  else requeue(*t, c, reason, now);
  end_probe(t->bearer, c.peer, now);
  if (m != nullptr) outcomes_.changed(*m, now);
  drop_load(*t);
  transfers_.erase(ticket);
}

void Transfers::dmp_patience(std::uint32_t ticket, Time now) {
  auto* t = find(ticket);
  if (t == nullptr || !t->dmp || t->fate != Fate::run) return;
  const auto peer = t->carried.front().peer;
  if (!has_alternative(*t)) {
    const auto again = patient_repetitions * dmp_timing_of(core_.config.bearers[t->bearer]).retry;
    core_.timers.arm(now + again, TimerKind::dmp_patience, ticket);
    return;
  }
  peer_lost(t->bearer, peer, now);
  fail_over(*t, now);
  end_dmp(now);
}

}  // namespace longwire::engine
