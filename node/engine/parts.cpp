#include "node/engine/parts.hpp"

#include "node/engine/bearer_setup.hpp"
#include "node/engine/gateway_setup.hpp"

#include <cmath>

namespace longwire::engine {

namespace {

template <class... F>
struct Overload : F... {
  using F::operator()...;
};
template <class... F>
Overload(F...) -> Overload<F...>;

// Loss is a measured guess; writing every small change would cost a disk write an Ack.
constexpr double loss_step = 0.01;
// Of Datagram::ticket: below, the machine's ticket; above, how often the node has recovered.
constexpr unsigned ticket_bits = 48;
// DMP datagrams on a bearer with a queue: apart from the tickets of the P_MUL machine.
constexpr std::uint64_t dmp_ticket_base = std::uint64_t{1} << 47;

}  // namespace

Parts::Parts(Config config, store::Store& store, crypto::Random& random, std::uint64_t seed, std::uint64_t generation,
             Time now)
    : core(std::move(config), store, random, seed, now),
      boundary(core),
      scheduler(core),
      outcomes(core, scheduler),
      intake(core, scheduler, outcomes),
      protection(core, outcomes),
      x400_reports(core, intake, boundary),
      reports(core, intake, outcomes, x400_reports),
      admission(core, intake, now),
      transfers(core, scheduler, outcomes, boundary, protection),
      x400_reception(core, intake, boundary, x400_reports),
      dictionary_exchange(core, transfers),
      reception(core, intake, outcomes, x400_reception, dictionary_exchange),
      delivery(core, scheduler, outcomes, intake, reports, boundary, generation << 32),
      watch(core, scheduler, outcomes, transfers),
      dmp_reception(core, boundary, transfers, reception, x400_reception),
      desk(core, intake),
      circuits(core, scheduler, outcomes, intake, boundary, generation << 32),
      ticket_base_(generation << ticket_bits) {
  recover(now);
}

void Parts::recover(Time now) {
  auto live = core.store.live_messages();
  const auto messages = live.size();
  for (auto& row : live) intake.recover(std::move(row), now);
  transfers.recover(now);
  std::size_t receptions = 0;
  for (std::size_t b = 0; b < core.bearers.size(); ++b)
    for (auto& state : core.store.receptions(core.config.bearers[b].name)) {
      core.bearers[b].entity.restore(std::move(state), now);
      ++receptions;
    }
  desk.recover(now);
  core.clear_alerts(events::coding_ignored, {}, now);  // the configuration may be another one; else it comes again
  if (core.gate.silent()) core.timers.arm(core.gate.until(), TimerKind::emcon_end, 0);
  core.timers.arm(now + std::chrono::minutes{10}, TimerKind::housekeeping, 0);
  if (messages + receptions > 0)
    core.report(now, level::info, events::recovered,
                {{"messages", messages}, {"transfers", transfers.all().size()}, {"receptions", receptions}});
}

void Parts::run_timers(Time now) {
  if (core.gate.expire(now)) leave_emcon(now);
  while (const auto timer = core.timers.pop_due(now)) {
    if (timer->kind == TimerKind::circuit_sections) desk.due(now);
    else watch.due(*timer, now);
  }
}

void Parts::take_notices(std::size_t bearer, Time now) {
  // accept() may give new notices at once (an Ack that is owed under EMCON), hence the loop.
  for (auto notices = core.bearers[bearer].entity.take_notices(); !notices.empty();
       notices = core.bearers[bearer].entity.take_notices())
    for (auto& n : notices) apply(bearer, n, now);
  dmp_reception.take_notices(bearer, now);
}

void Parts::apply(std::size_t bearer, acp142::Notice& notice, Time now) {
  namespace n = acp142::notice;
  auto& store = core.store;
  const auto& config = core.config.bearers[bearer];
  const auto heard = [&](PmulId id) {
    if (const auto peer = core.router.peer_of(id)) transfers.peer_heard(bearer, *peer, now);
  };
  std::visit(
      Overload{
          [&](n::Received& e) { heard(e.key.source), reception.received(bearer, e, now); },
          [&](const n::ReceptionOpened& e) { heard(e.key.source), store.reception_opened(config.name, e); },
          [&](const n::FragmentReceived& e) { store.fragment_received(config.name, e.key, e.sequence, e.octets); },
          [&](const n::ReceptionClosed& e) { store.reception_closed(e.key); },
          [&](const n::AckOwed& e) { store.reception_ack_owed(e.key, e.owed); },
          [&](const n::SequenceGap& e) {
            core.report(now, level::warning, events::sequence_gap,
                        {{"source", to_string(e.source)},
                         {"bearer", config.name},
                         {"first", e.first_missing},
                         {"last", e.last_missing}});
            core.alert(now, events::sequence_gap,
                       "never received from " + to_string(e.source) + " over " + config.name + ": messages " +
                           std::to_string(e.first_missing) + " to " + std::to_string(e.last_missing));
          },
          [&](const n::TransferStarted& e) { transfers.started(e); },
          [&](const n::Progress& e) { transfers.progress(e, now); },
          [&](const n::Acknowledged& e) { transfers.acknowledged(e, now); },
          [&](const n::Failed& e) { transfers.failed(e, now); },
          [&](const n::EmconRepeat& e) { store.transfer_emcon_repeats(e.message_id, e.count); },
          [&](const n::TransferClosed& e) { transfers.closed(e, now); },
          [&](const n::PeerLeftEmcon& e) {
            if (const auto peer = core.router.peer_of(e.peer)) set_peer_emcon(*peer, false, now);
          },
          [&](const n::PeerHeard& e) {
            if (const auto peer = core.router.peer_of(e.peer)) core.bearers[bearer].addresses[*peer] = e.address;
            heard(e.peer);
          },
          [&](const n::LossMeasured& e) {
            const auto peer = core.router.peer_of(e.peer);
            if (!peer) return;
            const auto key = loss_setting(config, core.config.peers[*peer]);
            auto& known = core.bearers[bearer].loss[*peer];
            if (std::abs(known.loss - e.loss) >= loss_step) store.set_setting(key, std::to_string(known.loss = e.loss));
            if (known.burst == e.burst) return;
            known.burst = e.burst;
            store.set_setting(burst_setting(config, core.config.peers[*peer]), std::to_string(e.burst));
          },
          [&](const n::CodingLearned& e) {
            const auto peer = core.router.peer_of(e.peer);
            if (!peer) return;
            const auto& known = core.config.peers[*peer];
            store.set_setting(decodes_setting(config, known), e.decodes ? "yes" : "no");
            core.report(now, level::info, events::coding_learned,
                        {{"peer", known.name}, {"bearer", config.name}, {"decodes", e.decodes}});
          },
          [&](const n::CodingIgnored& e) { coding_ignored(bearer, e, now); },
          [&](const n::Rejected& e) { rejected(bearer, e, now); },
      },
      notice);
}

// The two configurations disagree: mail gets through, but later than it would without coding.
void Parts::coding_ignored(std::size_t bearer, const acp142::notice::CodingIgnored& n, Time now) {
  const auto index = core.router.peer_of(n.peer);
  if (!index) return;
  const auto& peer = core.config.peers[*index];
  const auto& link = core.config.bearers[bearer].name;
  const auto text =
      peer.name + " does not decode over " + link + ", though " +
      (peer.coding.empty() ? "bearer " + link : "peer " + peer.name) +
      " has coding = \"always\": its answers carry no mark, so it is served plainly. Switch coding on for " +
      core.config.name + " there too, or set coding = \"off\" for " + peer.name + " here";
  if (n.ignored) core.alert(now, events::coding_ignored, text);
  else core.clear_alerts(events::coding_ignored, text, now);
}

void Parts::rejected(std::size_t bearer, const acp142::notice::Rejected& n, Time now) {
  auto& count = core.bearers[bearer].traffic.rejected[std::string(n.reason)];
  ++count;
  // Whoever can send to the bearer could fill the log: the 1st, 10th, 100th ... is worth a warning.
  auto rest = count;
  while (rest % 10 == 0) rest /= 10;
  core.report(now, rest == 1 ? level::warning : level::debug, events::pdu_rejected,
              {{"bearer", core.config.bearers[bearer].name},
               {"reason", n.reason},
               {"offset", n.offset},
               {"from", to_string(n.from)},
               {"count", count}});
}

void Parts::pump(std::size_t bearer, Time now) {
  // Polling is what moves the timers of a machine: a frozen one has expiries too, but gives no frame.
  if (frozen(bearer) && core.bearers[bearer].entity.next_wake() <= now)
    if (auto frame = core.bearers[bearer].entity.poll_transmit(now))
      core.gate.pass(datagram_of(bearer, std::move(*frame)));
  auto& link = core.bearers[bearer];
  if (link.dmp) link.dmp->tick(now);
  take_notices(bearer, now);
  transfers.dispatch(bearer, now);
  const auto next = frozen(bearer) ? std::nullopt : link.entity.next_priority(now);
  link.wants = next.has_value();
  link.priority = next.value_or(0);
  if (dmp_next(bearer, now)) {
    link.wants = true;
    link.priority = *link.dmp->next_priority(now);
  }
  // Starting may fail, and timers may end something: both tell so in notices.
  take_notices(bearer, now);
  watch.guard(bearer, now);
}

void Parts::pump_all(Time now) {
  for (std::size_t b = 0; b < core.bearers.size(); ++b) pump(b, now);
  delivery.dispatch(now);
  circuits.dispatch(now);
}

void Parts::settle(Time now) {
  // A report is a message too: it may start at once, fail at once, or be delivered here.
  do pump_all(now);
  while (reports.flush(now));
}

void Parts::commit(Time now) {
  while (reports.flush(now)) continue;
  core.store.commit();
}

bool Parts::frozen(std::size_t bearer) const { return core.gate.silent() || !core.up[bearer]; }

void Parts::datagram(const event::DatagramIn& e, Time now) {
  auto& link = core.bearers.at(e.bearer);
  ++link.traffic.pdus_in;
  link.traffic.octets_in += e.datagram.octets.size();
  link.pacer.heard(now);
  if (dmp_reception.is_dmp(e)) return dmp_reception.datagram(e, now);
  const bool arq = link.queued && e.datagram.arq;
  if (arq)
    if (const auto peer = core.hf_peer(e.datagram.peer)) link.arq_heard[*peer] = now;
  link.entity.on_frame(e.datagram.octets, e.datagram.peer, now, arq);
  take_notices(e.bearer, now);
}

void Parts::datagram_done(const event::DatagramDone& e, Time now) {
  auto& link = core.bearers.at(e.bearer);
  if (e.ticket < ticket_base_) return;  // of before a recovery
  const auto at = link.under_way.find(e.ticket - ticket_base_);
  if (at == link.under_way.end()) return;
  const auto what = at->second;
  link.under_way.erase(at);
  link.entity.done(e.ticket - ticket_base_, e.ok, now);
  if (e.ok && what.arq)
    if (const auto peer = core.hf_peer(what.to)) transfers.confirmed(e.bearer, *peer, what.message_id, now);
  take_notices(e.bearer, now);
}

// The bearer is down: whatever it held is not sent any more, and nothing will be told of it.
void Parts::forget_under_way(std::size_t bearer, Time now) {
  auto& link = core.bearers[bearer];
  for (const auto& [ticket, what] : std::exchange(link.under_way, {})) link.entity.done(ticket, false, now);
  link.arq_heard.clear();
}

void Parts::bearer_state(const event::BearerState& e, Time now) {
  if (core.up.at(e.bearer) == e.up) return;
  core.up[e.bearer] = e.up;
  core.refresh_views();
  core.report(now, e.up ? level::notice : level::warning, e.up ? events::bearer_up : events::bearer_down,
              {{"bearer", core.config.bearers[e.bearer].name}});
  if (!e.up) forget_under_way(e.bearer, now);
  if (!e.up) transfers.bearer_down(e.bearer, now);
  // A link that is down is like silence to the machine: its timers stop, what it owes is kept.
  freeze(e.bearer, now);
  scheduler.place_all(now);
}

void Parts::freeze(std::size_t bearer, Time now) {
  auto& link = core.bearers[bearer];
  link.entity.set_emcon(frozen(bearer), now);
  if (link.dmp) link.dmp->set_emcon(frozen(bearer), now);
}

// Between the two machines of a bearer the more urgent goes first; a single datagram does not make a long message
// wait, so it goes before an equal one.
bool Parts::dmp_next(std::size_t bearer, Time now) const {
  const auto& link = core.bearers[bearer];
  if (!link.dmp || frozen(bearer)) return false;
  const auto mine = link.dmp->next_priority(now);
  if (!mine) return false;
  const auto other = link.entity.next_priority(now);
  return !other || *mine <= *other;
}

std::optional<Datagram> Parts::poll_dmp(std::size_t bearer, Time now) {
  auto& link = core.bearers[bearer];
  auto frame = link.dmp->poll_transmit(now);
  if (!frame) return std::nullopt;
  auto datagram = core.gate.pass(datagram_of(bearer, *std::move(frame)));
  if (!datagram) return std::nullopt;
  const auto size = datagram->octets.size();
  if (!link.queued) (void)link.pacer.sent(size + datagram_overhead, now);
  ++link.dmp_traffic.out;
  ++link.traffic.pdus_out;
  link.traffic.octets_out += size;
  return datagram;
}

std::optional<Datagram> Parts::poll_transmit(std::size_t bearer, Time now) {
  auto& link = core.bearers.at(bearer);
  pump(bearer, now);
  if (!link.wants || link.ready_at() > now) return std::nullopt;
  commit(now);
  if (dmp_next(bearer, now)) return poll_dmp(bearer, now);
  auto frame = link.entity.poll_transmit(now);
  link.wants = frame.has_value();  // perhaps more; the next poll finds out
  if (!frame) return std::nullopt;
  transfers.on_sent(*frame, now);
  const auto ticket = frame->ticket;
  if (link.queued) link.under_way[ticket] = {frame->message_id, frame->arq, frame->to};
  auto datagram = core.gate.pass(datagram_of(bearer, std::move(*frame)));
  if (!datagram) {
    if (link.queued) datagram_done({bearer, ticket_base_ + ticket, false}, now);
    return std::nullopt;
  }
  const auto size = datagram->octets.size();
  if (!link.queued) link.entity.transmitted(link.pacer.sent(size + datagram_overhead, now));
  ++link.traffic.pdus_out;
  link.traffic.octets_out += size;
  return datagram;
}

Datagram Parts::datagram_of(std::size_t bearer, acp142::Frame frame) {
  const auto& config = core.config.bearers[bearer];
  Datagram out{frame.to, port_of(config, frame.port), std::move(frame.octets)};
  if (!core.bearers[bearer].queued) return out;
  out.port = 0;
  out.arq = frame.arq;
  out.priority = frame.priority;
  out.expiry = frame.expiry;
  out.ticket = ticket_base_ + frame.ticket;
  return out;
}

Datagram Parts::datagram_of(std::size_t bearer, dmp::Frame frame) {
  // On HF bearers the port stands for the application identifier.
  Datagram out{frame.to, dmp_port_of(core.config, bearer), std::move(frame.octets)};
  if (!core.bearers[bearer].queued) return out;
  out.priority = frame.priority;
  out.expiry = frame.expiry;
  out.ticket = ticket_base_ + dmp_ticket_base + ++dmp_tickets_;
  return out;
}

Time Parts::next_wake() const {
  auto wake = core.timers.next();
  if (core.gate.silent()) wake = std::min(wake, core.gate.until());
  for (std::size_t b = 0; b < core.bearers.size(); ++b) {
    const auto& link = core.bearers[b];
    auto at = link.entity.next_wake();
    // What is due now already waits for the pacer, like any PDU.
    if (link.dmp && (!link.wants || frozen(b))) at = std::min(at, link.dmp->next_wake());
    if (link.wants) at = std::min(at, link.ready_at());
    wake = std::min(wake, at);
  }
  return wake;
}

}  // namespace longwire::engine
