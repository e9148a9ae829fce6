// When a receiver answers (7.3), and with what. An answer belongs to the end of the sender's round:
// on half duplex an earlier one would be lost under the sender's own transmission, a later one
// leaves the channel silent.
#include "acp142/receiver.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace longwire::acp142 {

using Stage = Reception::Stage;

namespace {

Duration times(Duration d, double factor) {
  return Duration{static_cast<Duration::rep>(static_cast<double>(d.count()) * factor)};
}

}  // namespace

// ---- timing

// Stations answer one after the other: on half duplex in the order of the destination list, else
// spread over a short random time (7.3: Ack implosion).
Duration Receiver::own_turn(const Reception& reception) {
  const auto& list = reception.destinations;
  if (list.size() <= 1) return Duration{0};
  const auto& bearer = context_.bearer;
  if (bearer.half_duplex() && !context_.parameters.max_ack_delay) {
    const auto place = std::lower_bound(list.begin(), list.end(), context_.self) - list.begin();
    return place * bearer.slot();
  }
  const auto spread = static_cast<Duration::rep>(list.size()) * bearer.ack();
  return times(context_.parameters.max_ack_delay.value_or(spread), context_.rng.uniform());
}

Duration Receiver::spacing(const Reception& reception, const Source& source) const {
  const auto& bearer = context_.bearer;
  const auto own =
      reception.largest_fragment > 0 ? bearer.air(reception.largest_fragment + data_header_octets) : bearer.full_pdu();
  return std::max(own, source.spacing);
}

Duration Receiver::ack_pdu_time(const Reception& reception) const {
  if (context_.parameters.ack_pdu_time) return *context_.parameters.ack_pdu_time;
  // The sender comes back by itself when an Ack was lost; this timer is for what it cannot know.
  const auto& bearer = context_.bearer;
  const auto message = static_cast<Duration::rep>(reception.have.total()) * bearer.full_pdu();
  return 3 * bearer.round_cost(reception.destinations.size()) + message + std::chrono::seconds{1};
}

// ---- progress of the sender's round

// Anything from the source shows that its transmission goes on: Acks that wait for its end wait on.
void Receiver::heard_source(Source& source, std::uint32_t message_id, Time now) {
  const auto id = source.peer->peer.id;
  for (const auto waiting : source.waiting) {
    if (waiting == message_id) continue;
    auto* reception = find({id, waiting});
    const auto quiet = spacing(*reception, source) * 3 / 2;
    if (reception->ack_due == never || reception->ack_due >= now + quiet) continue;
    reception->ack_due = now + quiet;
    schedule(*reception);
  }
}

// How many Data_PDUs of a coded round went by unheard before this one. Where a round began whose Address_PDU was lost
// is not known, so no more counts than what was left of the one before.
unsigned Receiver::jumped(Reception& reception, std::uint16_t sequence) {
  const unsigned last = reception.last_sequence, end = reception.round_last;
  if (!std::exchange(reception.place_known, true)) return 0;
  return (last <= end && sequence > end ? end + 1U : sequence) - last - 1U;
}

void Receiver::observe_progress(Reception& reception, Source& source, std::uint16_t sequence, Time now) {
  auto& last = reception.last_sequence;
  const auto total = reception.have.total();
  if (reception.by_arq) {  // repeats of the bearer come in any order: neither losses nor passes show
    last = sequence;
    reception.last_data = now;
    reception.ack_timer = never;
    return;
  }
  if (reception.coded_round) {  // ascending in every round: jumps are losses
    // But not among repairs for others, who do not decode: of these only the parity behind them comes in a row.
    if (sequence < last && sequence <= total) reception.repairs = true;
    if (sequence > last && (!reception.repairs || last > total)) {
      const auto lost = std::min(jumped(reception, sequence), 64U);
      for (auto n = lost; n > 0; --n) source.peer->received.observe(1, true);
      source.peer->received.observe(1, false);
      if (lost > 0) source.peer->bursts.observe_run(lost, to_seconds(spacing(reception, source)));
    }
  } else if (!reception.ack_sent && !reception.first_pass_over && sequence <= total) {
    // The first pass holds all PDUs; the next one may be of repairs for others, which say nothing of what was lost.
    const auto lost = sequence <= last ? 0U : std::min(sequence - last - 1U, 64U);
    for (auto n = lost; n > 0; --n) source.peer->received.observe(1, true);
    source.peer->received.observe(1, false);
  }
  if (sequence == last + 1U && reception.last_data != Time{}) {
    const auto gap = now - reception.last_data;
    if (gap > Duration{0} && gap < 4 * context_.bearer.full_pdu())
      source.spacing = source.spacing == Duration{0} ? gap : (source.spacing * 7 + gap) / 8;
  }
  if (sequence <= last || sequence == (reception.coded_round ? reception.round_last : total))
    reception.first_pass_over = true;
  last = sequence;
  reception.last_data = now;
  reception.ack_timer = never;
}

void Receiver::listed(Reception& reception, const AddressPdu& pdu, Source& source, Time now) {
  if (reception.stage == Stage::refused) return;
  reception.by_arq = context_.by_arq;
  reception.expiry = from_unix(pdu.expiry);
  reception.drop_at = drop_time(reception.expiry);
  if (reception.stage == Stage::open && name(reception, pdu)) tell_opened(reception);
  reception.destinations.clear();
  for (const auto& entry : pdu.destinations) reception.destinations.push_back(entry.id);
  std::sort(reception.destinations.begin(), reception.destinations.end());
  const auto repeated = reception.repeated_address || reception.last_ack != Time{};
  reception.repeated_address = true;
  reception.ack_timer = never;
  reception.ack_repeats = 0;
  if (reception.stage == Stage::closed) {  // the sender lost our Ack and its own memory of it
    move_to(reception, Stage::delivered);
    context_.tell(notice::AckOwed{reception.key, true});
  }
  schedule(reception);
  new_coded_round(reception, pdu);
  withdraw_empty_ack(reception, source);
  if (pdu.extra) {  // 3.4: the round is over, whatever of it was lost
    reception.first_pass_over = true;
    return acknowledge(reception, source, now + own_turn(reception), false);
  }
  // Where codes are in use the plain Address_PDU beside a coded one stands in the midst of rounds too.
  if (!reception.coded_round && source.peer->peer.coding == Coding::off) reception.last_sequence = 0;
  if (reception.by_arq) {  // the rest is coming; who has everything already is being asked again
    if (reception.stage == Stage::delivered) acknowledge(reception, source, now, false);
    return;
  }
  // On full duplex a round that another's Ack has asked for may make ours superfluous.
  if (context_.bearer.half_duplex() ||
      (reception.coded_round && reception.stage == Stage::open && covered(reception, source)))
    new_over(reception, source);
  if (reception.stage == Stage::completing) return;
  if (reception.stage == Stage::delivered) {
    if (reception.coded_round && reception.round_acked) return;  // one for those who do not know the message yet
    if (!context_.bearer.half_duplex()) return acknowledge(reception, source, now + own_turn(reception), false);
    return acknowledge_when_quiet(reception, source, reception.coded_round ? symbols_to_come(reception) : 1, now);
  }
  if (reception.coded_round) return acknowledge_when_quiet(reception, source, symbols_to_come(reception), now);
  // 7.3 e: a repeated Address_PDU that nothing follows is a question.
  acknowledge_when_quiet(reception, source, repeated ? 2 : reception.have.total(), now);
}

void Receiver::after_data(Reception& reception, Source& source, bool was_new, Time now) {
  if (reception.by_arq) {
    if (reception.stage == Stage::delivered && was_new) acknowledge(reception, source, now, false);
    return;
  }
  const auto half = context_.bearer.half_duplex();
  if (half) new_over(reception, source);
  withdraw_empty_ack(reception, source);
  switch (reception.stage) {
    case Stage::open:
      break;
    case Stage::delivered:
      // 7.2: what we have comes again, so our Ack may be lost; or it is for others, which the
      // Address_PDU without us will tell before the round is over.
      if (half || !was_new) return acknowledge_when_quiet(reception, source, symbols_to_come(reception), now);
      return acknowledge(reception, source, now + own_turn(reception), false);
    case Stage::unidentified:
    case Stage::completing:
    case Stage::closed:
    case Stage::refused:
      return;
  }
  if (reception.coded_round) {  // how much is wanted shows at the end of the round, not before
    if (!half && reception.last_sequence == reception.round_last)
      return acknowledge(reception, source, now + own_turn(reception), false);
    if (!half && time_to_tell(reception, source)) {
      reception.told_early = true;
      return acknowledge(reception, source, now, false);
    }
    return acknowledge_when_quiet(reception, source, symbols_to_come(reception), now);
  }
  const auto to_come = reception.have.missing_above(reception.last_sequence);
  if (half) return acknowledge_when_quiet(reception, source, to_come, now);
  const auto& have = reception.have;
  // 7.3 b and c: the last one that can come in this round is here.
  const auto round_over = was_new && (reception.last_sequence == have.total() ||
                                      (reception.asked_up_to != 0 && reception.last_sequence == reception.asked_up_to));
  if (round_over) return acknowledge(reception, source, now + own_turn(reception), false);
  // 7.3 d on a link that carries both directions: tell of a gap while the round goes on, so that
  // the repair joins it. Not more often than the sender can make use of it.
  const auto gap = reception.highest > have.count() && was_new;
  const auto interval = std::max(context_.bearer.full_pdu(), context_.bearer.latency() / 2);
  if (gap) return acknowledge(reception, source, std::max(now, reception.last_ack + interval), false);
  acknowledge_when_quiet(reception, source, to_come, now);
}

// The gap it was to tell of is closed while copies of it were still to go: an empty list would mean "complete".
void Receiver::withdraw_empty_ack(Reception& reception, Source& source) {
  if (reception.stage == Stage::open && reception.ack_ready && !has_something_to_say(reception))
    drop_ack(reception, source);
}

// The sender talks again: an answer that has not been given yet belongs to the end of this over.
void Receiver::new_over(Reception& reception, Source& source) {
  if (reception.ack_ready || (reception.ack_due != never && !reception.waits_for_quiet)) drop_ack(reception, source);
}

// ---- the pending Ack of one message

void Receiver::acknowledge(Reception& reception, Source& source, Time due, bool waits_for_quiet) {
  if (reception.stage == Stage::completing) reception.asked = true;
  if (context_.silent || reception.stage == Stage::completing) return;
  if (reception.ack_ready) return;
  if (waits_for_quiet && !reception.waits_for_quiet && reception.ack_due != never) return;  // a better reason stands
  reception.ack_due = waits_for_quiet || reception.waits_for_quiet ? due : std::min(due, reception.ack_due);
  reception.waits_for_quiet = waits_for_quiet;
  if (waits_for_quiet) {
    source.waiting.insert(reception.key.message_id);
  } else {
    source.waiting.erase(reception.key.message_id);
  }
  schedule(reception);
}

void Receiver::acknowledge_when_quiet(Reception& reception, Source& source, std::size_t pdus_to_come, Time now) {
  const auto expected = static_cast<Duration::rep>(pdus_to_come) * spacing(reception, source);
  auto quiet = spacing(reception, source) * 3 / 2 + context_.bearer.slack();
  if (context_.queued()) quiet += context_.bearer.latency();  // the modem hands out whole interleaver blocks
  acknowledge(reception, source, now + expected + quiet + own_turn(reception), true);
}

void Receiver::drop_ack(Reception& reception, Source& source) {
  source.waiting.erase(reception.key.message_id);
  ready_.erase({reception.priority, reception.key});
  reception.ack_due = never;
  reception.ack_timer = never;
  reception.ack_ready = false;
  reception.waits_for_quiet = false;
  reception.copies_left = 0;
}

void Receiver::schedule(Reception& reception) {
  const auto wake = std::min({reception.drop_at, reception.ack_due, reception.ack_timer});
  if (wake == reception.timer) return;
  if (reception.timer != never) timers_.erase({reception.timer, reception.key});
  if (wake != never) timers_.insert({wake, reception.key});
  reception.timer = wake;
}

Time Receiver::next_timer() const {
  auto next = timers_.empty() ? never : timers_.begin()->first;
  for (const auto& [id, source] : sources_) next = std::min(next, source.gaps.next());
  return next;
}

void Receiver::run_timers(Time now) {
  forget_oldest();
  while (!timers_.empty() && timers_.begin()->first <= now) run_timer(receptions_.find(timers_.begin()->second), now);
  for (auto& [id, source] : sources_)
    for (const auto& gap : source.gaps.due(now)) context_.tell(notice::SequenceGap{id, gap.first, gap.last});
}

void Receiver::run_timer(Receptions::iterator at, Time now) {
  auto& reception = at->second;
  if (reception.drop_at <= now) {
    // While the owner stores it, the decision is the owner's.
    if (reception.stage != Stage::completing) return erase(at, "expired");
    reception.drop_at = never;
  }
  auto& source = sources_.at(reception.key.source);
  if (reception.ack_timer <= now) {
    reception.ack_timer = never;
    ++reception.ack_repeats;
    acknowledge(reception, source, now, false);
  }
  if (reception.ack_due <= now) {
    reception.ack_due = never;
    reception.waits_for_quiet = false;
    source.waiting.erase(reception.key.message_id);
    if (reception.stage == Stage::open) {
      // Quiet means that all has been sent; but an early answer on full duplex does not. What was decoded counts too,
      // and may be above what was received.
      if (context_.bearer.half_duplex() || reception.coded_round || reception.highest <= reception.have.count())
        reception.first_pass_over = true;
    }
    if (has_something_to_say(reception)) {
      reception.ack_ready = true;
      const auto loss = std::max(source.peer->received.value(), source.peer->sent.value());
      reception.copies_left = reception.by_arq ? 1 : context_.bearer.ack_copies(loss);
      ready_.insert({reception.priority, reception.key});
    }
  }
  schedule(reception);
}

// An empty list would mean "complete".
bool Receiver::has_something_to_say(const Reception& reception) const {
  switch (reception.stage) {
    case Stage::delivered:
      return true;
    case Stage::open:
      if (reception.first_pass_over) return true;
      if (reception.coded_round && reception.fec) return reception.told_early;
      return reception.highest > reception.have.count();
    case Stage::unidentified:
    case Stage::completing:
    case Stage::closed:
    case Stage::refused:
      return false;
  }
  return false;
}

// ---- the Ack_PDU

AckInfoEntry Receiver::entry(const Reception& reception, const PeerState& peer) const {
  AckInfoEntry entry{reception.key.source, reception.key.message_id, {}, false};
  if (reception.stage != Stage::open) return entry;
  const auto up_to = reception.first_pass_over ? reception.have.total() : reception.highest;
  const auto ranges = peer.reads_142a() && peer.peer.ack_ranges;
  entry.missing = reception.coded_round && reception.fec ? wanted_symbols(reception)
                                                         : missing_items(missing_runs(reception, up_to), ranges);
  const auto room = context_.bearer.timing().max_pdu - ack_header_octets - ack_entry_octets;
  if (!ranges) {
    const auto most = std::min<std::size_t>(std::max(context_.parameters.mm, 1U), room / 2);
    if (entry.missing.size() > most) entry.missing.resize(most);
    return entry;
  }
  // Too long for one PDU: the rest becomes one range. Asking for too much is safe, too little is not.
  std::size_t used = 0;
  for (std::size_t i = 0; i < entry.missing.size(); ++i) {
    const auto& item = entry.missing[i];
    used += item.first == item.last ? 2 : 6;
    if (used + 6 <= room || i + 1 == entry.missing.size()) continue;
    entry.missing[i].last = entry.missing.back().last;
    entry.missing.resize(i + 1);
  }
  return entry;
}

std::optional<std::uint8_t> Receiver::ready() const {
  if (ready_.empty() || context_.silent) return {};
  return ready_.begin()->first;
}

Frame Receiver::next_ack(Time now) {
  auto& source = sources_.at(ready_.begin()->second.source);
  auto& peer = *source.peer;
  AckPdu pdu;
  pdu.priority = ready_.begin()->first;
  pdu.sender = context_.self;
  pdu.mark = mark(peer);
  const auto first = ready_.begin()->second;
  std::vector<ReceptionKey> keys;
  std::size_t octets = ack_header_octets;
  for (const auto& [priority, key] : ready_) {
    if (key.source != first.source) continue;
    auto one = entry(receptions_.at(key), peer);
    std::size_t size = ack_entry_octets;
    for (const auto& item : one.missing) size += item.first == item.last ? 2 : 6;
    if (!keys.empty() && octets + size > context_.bearer.timing().max_pdu) continue;
    octets += size;
    keys.push_back(key);
    pdu.entries.push_back(std::move(one));
  }
  bool arq = false;
  last_ack_.clear();
  for (const auto& key : keys) {
    auto& reception = receptions_.at(key);
    arq = arq || reception.by_arq;
    last_ack_.push_back({key, reception.stage == Stage::delivered});
    sent(reception, source, now);
  }
  if (context_.parameters.ack_timestamp && peer.reads_142a() && keys.size() == 1)
    pdu.timestamp = static_cast<std::uint64_t>((now - receptions_.at(first).opened) / std::chrono::milliseconds{100});
  Frame frame{peer.address(), Port::ack, pdu.priority, first.message_id, true, encode(pdu, peer.checksum())};
  frame.arq = arq && context_.queued() && !peer.peer.emcon;
  frame.expiry = receptions_.at(first).drop_at;
  return frame;
}

void Receiver::sent(Reception& reception, Source& source, Time now) {
  if (reception.copies_left > 1) {  // again in this over: a lost Ack costs a whole round
    --reception.copies_left;
  } else {
    drop_ack(reception, source);
  }
  reception.ack_sent = reception.ack_sent || reception.stage == Stage::delivered;
  reception.repeated_address = false;
  reception.round_acked = true;
  reception.last_ack = now;
  const auto missing = missing_runs(reception, reception.stage == Stage::open ? reception.have.total() : 0);
  reception.asked_up_to = missing.empty() ? std::uint16_t{0} : missing.back().last;
  if (!context_.queued()) start_ack_timer(reception, now);
  schedule(reception);
}

void Receiver::start_ack_timer(Reception& reception, Time now) {
  const auto factor =
      std::pow(std::max(1.0, context_.parameters.back_off_factor), std::min(reception.ack_repeats, 40U));
  const auto wait = std::min(times(ack_pdu_time(reception), factor), Duration{std::chrono::hours{24}});
  reception.ack_timer = now + wait;
}

void Receiver::done(std::uint64_t ticket, bool ok, bool arq, Time now) {
  const auto at = under_way_.find(ticket);
  if (at == under_way_.end()) return;
  const auto told = std::move(at->second);
  under_way_.erase(at);
  for (const auto& [key, complete] : told) {
    auto* reception = find(key);
    if (reception == nullptr || !(reception->stage == Stage::open || reception->stage == Stage::delivered)) continue;
    auto& source = sources_.at(key.source);
    if (ok && arq) {
      // A missing list that has arrived is answered by the Data_PDUs; the sender asks when it forgets.
      if (complete && reception->stage == Stage::delivered) confirmed(*reception, source);
    } else if (reception->ack_due == never && !reception->ack_ready) {
      start_ack_timer(*reception, now);
      schedule(*reception);
    }
  }
}

// The sender's node has our complete Ack: that is what an Ack-Ack would say (6 step 6).
void Receiver::confirmed(Reception& reception, Source& source) {
  context_.tell(notice::AckOwed{reception.key, false});
  drop_ack(reception, source);
  move_to(reception, Stage::closed);
  schedule(reception);
}

// ---- EMCON (section 8)

void Receiver::set_silent(Time /*now*/) {
  for (auto& [key, reception] : receptions_) {
    drop_ack(reception, sources_.at(key.source));
    schedule(reception);
  }
}

void Receiver::leave_silence(Time now) {
  for (auto& [key, reception] : receptions_) {
    if (reception.stage != Stage::open && reception.stage != Stage::delivered) continue;
    reception.first_pass_over = true;
    reception.ack_repeats = 0;
    auto delay = context_.parameters.max_ack_delay.value_or(context_.bearer.slack());
    if (reception.destinations.size() <= 1) delay = Duration{0};
    // One delay for all, so that what is owed to one sender shares its Ack_PDUs.
    acknowledge(reception, sources_.at(key.source), now + delay, false);
  }
}

}  // namespace longwire::acp142
