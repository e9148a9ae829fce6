// What comes in, and what becomes of it. When to answer is in receiver_acks.cpp.
#include "acp142/receiver.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <utility>

namespace longwire::acp142 {

using Stage = Reception::Stage;

// 3.2: the list is sorted over all parts, so one part often shows that we are in none of them.
Receiver::Listed Receiver::own_id(const AddressPdu& pdu) const {
  const auto self = context_.self;
  const auto& list = pdu.destinations;
  if (std::any_of(list.begin(), list.end(), [&](const auto& entry) { return entry.id == self; })) return Listed::yes;
  if (pdu.map == Map::only) return Listed::no;
  if (list.empty()) return Listed::undecided;
  const auto first = list.front().id;
  const auto last = list.back().id;
  if (self > first && self < last) return Listed::no;
  if (self < first && pdu.map == Map::first) return Listed::no;
  if (self > last && pdu.map == Map::last) return Listed::no;
  return Listed::undecided;
}

Receiver::Source& Receiver::source_of(PeerState& peer) {
  auto& source = sources_[peer.peer.id];
  source.peer = &peer;
  return source;
}

Reception* Receiver::find(ReceptionKey key) {
  const auto found = receptions_.find(key);
  return found == receptions_.end() ? nullptr : &found->second;
}

void Receiver::count(Source& source, const Reception& reception, int sign) {
  const auto change = [&](std::size_t& number, std::size_t by) { number += sign > 0 ? by : 0 - by; };
  switch (reception.stage) {
    case Stage::unidentified:
      if (sign > 0) source.unidentified.push_back(reception.key.message_id);
      if (sign < 0) std::erase(source.unidentified, reception.key.message_id);
      change(source.unidentified_octets, reception.octets);
      break;
    case Stage::open:
    case Stage::completing:
      change(source.in_progress, 1);
      break;
    case Stage::delivered:
    case Stage::closed:
    case Stage::refused:
      if (sign > 0) source.remembered.emplace(reception.opened, reception.key.message_id);
      if (sign < 0) source.remembered.erase({reception.opened, reception.key.message_id});
  }
}

void Receiver::move_to(Reception& reception, Stage stage) {
  auto& source = sources_.at(reception.key.source);
  count(source, reception, -1);
  reception.stage = stage;
  count(source, reception, +1);
  if (stage == Stage::closed) {
    std::vector<PmulId>().swap(reception.destinations);
    std::vector<PmulId>().swap(reception.everybody);
  }
}

Reception& Receiver::insert(Reception reception, Source& source) {
  count(source, reception, +1);
  const auto key = reception.key;
  return receptions_.insert_or_assign(key, std::move(reception)).first->second;
}

void Receiver::erase(Receptions::iterator at, std::string_view reason) {
  auto& reception = at->second;
  auto& source = sources_.at(reception.key.source);
  drop_ack(reception, source);
  reception.drop_at = never;
  schedule(reception);
  count(source, reception, -1);
  if (reception.stage != Stage::unidentified) context_.tell(notice::ReceptionClosed{reception.key, reason});
  receptions_.erase(at);
}

// Bounds the memory of what is over, whether its Ack-Ack has come or not: the message that opened
// first goes. Only between events, as whoever handles one holds on to its reception.
void Receiver::forget_oldest() {
  for (auto& [id, source] : sources_)
    while (source.remembered.size() > limits::remembered_messages_per_source)
      erase(receptions_.find({id, source.remembered.begin()->second}), "forgotten");
}

// ---- Address_PDU (7.1)

void Receiver::on_address(const AddressPdu& pdu, PeerState& peer, Ipv4 from, Time now) {
  if (pdu.fec) {
    // 3.5: of a code that we do not know or use, reassembly would be a guess.
    if (peer.peer.coding == Coding::off) return context_.reject("unknown_fec", from, 20);
    const auto code = decode(*pdu.fec, pdu.total);
    if (!code && !pdu.is_ack_ack()) return context_.reject(code.error().name, from, code.error().offset);
    if (code) context_.learn_decodes(peer, true);  // who codes decodes
  }
  auto& source = source_of(peer);
  const ReceptionKey key{pdu.source, pdu.message_id};
  heard_source(source, pdu.message_id, now);
  switch (own_id(pdu)) {
    case Listed::undecided:
      // A part of the list of a message that is for us as well.
      if (auto* known = find(key); known != nullptr && known->stage == Stage::open && name(*known, pdu))
        tell_opened(*known);
      return;
    case Listed::no:
      return not_listed(key, now);
    case Listed::yes:
      break;
  }
  if (pdu.total == 0) return context_.reject("bad_total", from, 4);
  if (drop_time(from_unix(pdu.expiry)) <= now) return context_.reject("expired", from, 16);
  auto* reception = find(key);
  if (reception == nullptr) return open_new(key, pdu, source, from, now);
  if (reception->stage == Stage::unidentified) {
    if (!open(*reception, pdu, source, from, now)) return;
  } else if (contradicts(*reception, pdu, source)) {
    return context_.reject("message_id_reused", from, 12);
  }
  if (pdu.fec && !learn_code(*reception, pdu, from)) return;
  listed(*reception, pdu, source, now);
}

void Receiver::open_new(ReceptionKey key, const AddressPdu& pdu, Source& source, Ipv4 from, Time now) {
  Reception reception;
  reception.key = key;
  reception.stage = Stage::refused;  // of no weight until it is open
  auto& inserted = insert(std::move(reception), source);
  if (!open(inserted, pdu, source, from, now)) {
    count(source, inserted, -1);
    receptions_.erase(key);
    return;
  }
  if (pdu.fec && !learn_code(inserted, pdu, from)) return;
  listed(inserted, pdu, source, now);
}

bool Receiver::open(Reception& reception, const AddressPdu& pdu, Source& source, Ipv4 from, Time now) {
  if (source.in_progress >= limits::receptions_per_source && !evict_for(pdu.priority, source, now)) {
    context_.reject("too_many_receptions", from);
    return false;
  }
  auto held = std::move(reception.fragments);
  move_to(reception, Stage::open);
  reception.fragments.clear();
  reception.octets = 0;
  reception.opened = now;
  reception.expiry = from_unix(pdu.expiry);
  reception.drop_at = drop_time(reception.expiry);
  reception.priority = pdu.priority;
  reception.have = SequenceSet(pdu.total);
  for (const auto& entry : pdu.destinations)
    if (entry.id == context_.self) reception.message_sequence_number = entry.message_sequence_number;
  name(reception, pdu);
  tell_opened(reception);
  source.gaps.observe(reception.message_sequence_number, now + std::chrono::minutes{1});
  for (auto& [sequence, octets] : held)
    if (reception.stage == Stage::open) store(reception, sequence, std::move(octets), from);  // not beyond its end
  return true;
}

// Adds the destinations of an Address_PDU to those ever listed; true when there are new ones.
bool Receiver::name(Reception& reception, const AddressPdu& pdu) {
  auto& all = reception.everybody;
  const auto before = all.size();
  for (const auto& entry : pdu.destinations) {
    const auto at = std::lower_bound(all.begin(), all.end(), entry.id);
    if (all.size() < limits::destinations && (at == all.end() || *at != entry.id)) all.insert(at, entry.id);
  }
  return all.size() != before;
}

void Receiver::tell_opened(const Reception& reception) {
  context_.tell(notice::ReceptionOpened{reception.key, reception.expiry, reception.priority, reception.have.total(),
                                        reception.message_sequence_number, reception.everybody});
}

// The clocks of two stations differ: a message is expired here a little later than it says (section 5).
Time Receiver::drop_time(Time expiry) const {
  return expiry + (context_.bearer.half_duplex() ? std::chrono::seconds{60} : std::chrono::seconds{5});
}

bool Receiver::contradicts(const Reception& reception, const AddressPdu& pdu, const Source& source) const {
  if (reception.have.total() != 0 && reception.have.total() != pdu.total) return true;
  // Some senders of 2001 count their repeats as new messages.
  if (!source.peer->reads_142a()) return false;
  return std::any_of(pdu.destinations.begin(), pdu.destinations.end(), [&](const auto& entry) {
    return entry.id == context_.self && entry.message_sequence_number != reception.message_sequence_number;
  });
}

void Receiver::not_listed(ReceptionKey key, Time now) {
  const auto at = receptions_.find(key);
  if (at == receptions_.end()) return;
  auto& reception = at->second;
  switch (reception.stage) {
    case Stage::unidentified:
      return erase(at, "not_addressed");
    case Stage::open:
      return erase(at, "given_up");
    case Stage::delivered:
      context_.tell(notice::AckOwed{key, false});
      drop_ack(reception, sources_.at(key.source));
      move_to(reception, Stage::closed);
      return schedule(reception);
    case Stage::completing:
    case Stage::closed:
    case Stage::refused:
      return;
  }
  (void)now;
}

// ---- Data_PDU (7.2)

void Receiver::on_data(DataPdu pdu, PeerState& peer, Ipv4 from, Time now) {
  auto& source = source_of(peer);
  heard_source(source, pdu.message_id, now);
  auto* reception = find({pdu.source, pdu.message_id});
  if (reception == nullptr || reception->stage == Stage::unidentified)
    return hold_unidentified(std::move(pdu), source, from, now);
  const auto sequence = pdu.sequence;
  if (sequence > reception->have.total()) {
    if (reception->have.total() == 0) return;
    if (source.peer->peer.coding == Coding::off) {  // parity for others: their round goes on, and so do we wait
      context_.reject("bad_sequence", from, 4);
      if (reception->waits_for_quiet) acknowledge_when_quiet(*reception, source, 0, now);
      return;
    }
  }
  reception->by_arq = context_.by_arq;
  observe_progress(*reception, source, sequence, now);
  const auto was_new = reception->stage == Stage::open && store(*reception, sequence, std::move(pdu.octets), from);
  // The reception is gone when it grew too large.
  if (auto* still = find({pdu.source, pdu.message_id})) after_data(*still, source, was_new, now);
}

bool Receiver::store(Reception& reception, std::uint16_t sequence, Bytes octets, Ipv4 from) {
  if (sequence > reception.have.total()) return store_parity(reception, sequence, std::move(octets), from);
  if (reception.fec && octets.size() != reception.fec->octets_of(sequence, reception.have.total())) {
    context_.reject("conflicting_data", from, 16);
    return false;
  }
  if (reception.have.contains(sequence)) {
    // Repeats are identical by definition (3.6): anything else is a reused Message_ID or a forgery.
    const auto known = reception.fragments.find(sequence);
    if (known != reception.fragments.end() && known->second != octets) context_.reject("conflicting_data", from, 16);
    return false;
  }
  // The parameters of a coded message bound it and all its symbols.
  const auto too_much = [&] { return !reception.fec && reception.octets + octets.size() > limits::reception_octets; };
  if (too_much()) drop_all_parity(reception);
  if (too_much()) {
    context_.reject("message_too_large", from);
    give_up(reception);
    return false;
  }
  reception.have.insert(sequence);
  reception.highest = std::max(reception.highest, sequence);
  reception.octets += octets.size();
  reception.largest_fragment = std::max(reception.largest_fragment, octets.size());
  context_.tell(notice::FragmentReceived{reception.key, sequence, octets});
  reception.fragments.emplace(sequence, std::move(octets));
  if (reception.fec) {
    const auto block = BlockMap{reception.have.total(), reception.fec->blocks}.block_of(sequence);
    ++reception.held[block];
    solve(reception, block);
  }
  if (reception.have.full()) complete(reception, from);
  return true;
}

void Receiver::complete(Reception& reception, Ipv4 from) {
  Bytes message;
  message.reserve(reception.octets);
  for (const auto& [sequence, octets] : reception.fragments)
    message.insert(message.end(), octets.begin(), octets.end());
  if (reception.fec && !is_genuine(reception, message)) return start_again(reception, from);
  reception.fragments.clear();
  reception.parity.clear();
  std::vector<std::uint16_t>().swap(reception.held);
  if (reception.ack_ready) {  // its list would be empty now, which means "complete": that is for the owner to say
    drop_ack(reception, sources_.at(reception.key.source));
    reception.asked = true;
  }
  move_to(reception, Stage::completing);
  context_.tell(
      notice::Received{reception.key, reception.priority, reception.expiry, reception.everybody, std::move(message)});
}

void Receiver::hold_unidentified(DataPdu pdu, Source& source, Ipv4 from, Time now) {
  if (pdu.octets.size() > limits::unidentified_octets_per_source) return context_.reject("unidentified_full", from);
  const ReceptionKey key{pdu.source, pdu.message_id};
  if (const auto* known = find(key); known != nullptr && known->fragments.contains(pdu.sequence)) return;
  constexpr std::size_t bookkeeping = 64;  // so that empty Data_PDUs are not free of charge
  const auto charged = pdu.octets.size() + bookkeeping;
  make_room(source, find(key) == nullptr ? 1 : 0, charged);
  auto* reception = find(key);
  if (reception == nullptr) {
    Reception fresh;
    fresh.key = key;
    fresh.opened = now;
    fresh.priority = pdu.priority;
    fresh.drop_at = now + context_.parameters.unidentified_data_validity;
    reception = &insert(std::move(fresh), source);
    schedule(*reception);
  }
  reception->last_data = now;
  reception->last_sequence = pdu.sequence;
  reception->octets += charged;
  source.unidentified_octets += charged;
  reception->largest_fragment = std::max(reception->largest_fragment, pdu.octets.size());
  reception->fragments.emplace(pdu.sequence, std::move(pdu.octets));
}

// Drops the oldest unidentified messages of a source until `messages` and `octets` more fit.
void Receiver::make_room(Source& source, std::size_t messages, std::size_t octets) {
  const auto& order = source.unidentified;
  while (!order.empty() && (order.size() + messages > limits::unidentified_messages_per_source ||
                            source.unidentified_octets + octets > limits::unidentified_octets_per_source))
    erase(receptions_.find({source.peer->peer.id, order.front()}), "unidentified");
}

// Messages that were announced and never came must not keep others out. One gives way when it is less
// urgent than the new one, has nothing yet, or made no progress for some rounds: the least urgent first,
// of these the one without progress for the longest time. What is lost of it is asked for again.
bool Receiver::evict_for(std::uint8_t priority, Source& source, Time now) {
  const auto id = source.peer->peer.id;
  const auto& bearer = context_.bearer;
  const auto progress = [](const Reception& reception) { return std::max(reception.opened, reception.last_data); };
  // While we are silent the sender repeats blindly and far apart.
  auto patience = context_.parameters.unidentified_data_validity;
  if (!context_.silent) patience = std::min<Duration>(patience, std::chrono::minutes{2} + 10 * bearer.round_cost(1));
  auto victim = receptions_.end();
  for (auto at = receptions_.lower_bound({id, 0}); at != receptions_.end() && at->first.source == id; ++at) {
    const auto& reception = at->second;
    if (reception.stage != Stage::open) continue;
    const auto gives_way =
        reception.priority > priority ||
        (reception.priority == priority && reception.fragments.empty() && reception.parity.empty()) ||
        now - progress(reception) > patience;
    if (!gives_way) continue;
    const auto rank = [&](const Reception& r) { return std::pair{-static_cast<int>(r.priority), progress(r)}; };
    if (victim == receptions_.end() || rank(reception) < rank(victim->second)) victim = at;
  }
  if (victim == receptions_.end()) return false;
  erase(victim, "evicted");
  return true;
}

void Receiver::on_discard(const DiscardMessagePdu& pdu, PeerState& peer, Time now) {
  auto& source = source_of(peer);
  heard_source(source, pdu.message_id, now);
  const auto at = receptions_.find({pdu.source, pdu.message_id});
  if (at == receptions_.end()) return;
  switch (at->second.stage) {
    case Stage::unidentified:
    case Stage::open:
      return erase(at, "discarded");
    case Stage::delivered:  // a message already delivered is not touched (7.4), but nobody waits for our Ack
      context_.tell(notice::AckOwed{at->first, false});
      drop_ack(at->second, source);
      move_to(at->second, Stage::closed);
      return schedule(at->second);
    case Stage::completing:
    case Stage::closed:
    case Stage::refused:
      return;
  }
}

// ---- what the owner decides

void Receiver::accept(ReceptionKey key, Time now) {
  auto* reception = find(key);
  if (reception == nullptr || reception->stage != Stage::completing) return;
  move_to(*reception, Stage::delivered);
  context_.tell(notice::AckOwed{key, true});
  auto& source = sources_.at(key.source);
  if (std::exchange(reception->asked, false)) return acknowledge(*reception, source, now + own_turn(*reception), false);
  after_data(*reception, source, true, now);
}

void Receiver::refuse(ReceptionKey key, Time /*now*/) {
  auto* reception = find(key);
  if (reception == nullptr || !reception->in_progress()) return;
  give_up(*reception);
}

void Receiver::give_up(Reception& reception) {
  drop_ack(reception, sources_.at(reception.key.source));
  reception.fragments.clear();
  reception.parity.clear();
  std::vector<std::uint16_t>().swap(reception.held);
  move_to(reception, Stage::refused);
  schedule(reception);
}

void Receiver::restore(ReceptionState state, Time now) {
  auto* peer = context_.peers.find(state.key.source);
  if (peer == nullptr || find(state.key) != nullptr || state.total == 0) return;
  auto& source = source_of(*peer);
  Reception fresh;
  fresh.key = state.key;
  fresh.stage = state.delivered ? (state.ack_owed ? Stage::delivered : Stage::closed) : Stage::open;
  fresh.opened = now;
  fresh.expiry = state.expiry;
  fresh.drop_at = drop_time(state.expiry);
  fresh.priority = state.priority;
  fresh.message_sequence_number = state.message_sequence_number;
  fresh.destinations = std::move(state.destinations);
  std::sort(fresh.destinations.begin(), fresh.destinations.end());
  if (fresh.stage == Stage::open) fresh.everybody = fresh.destinations;
  fresh.have = SequenceSet(state.total);
  fresh.first_pass_over = true;  // how far the sender got is not known: ask for all that is missing
  restore_code(fresh, state);
  for (auto& fragment : state.fragments) {
    if (fresh.stage != Stage::open || !fresh.have.insert(fragment.sequence)) continue;
    fresh.octets += fragment.octets.size();
    fresh.highest = std::max(fresh.highest, fragment.sequence);
    fresh.largest_fragment = std::max(fresh.largest_fragment, fragment.octets.size());
    fresh.fragments.emplace(fragment.sequence, std::move(fragment.octets));
  }
  source.gaps.observe(state.message_sequence_number, now + std::chrono::minutes{1});
  auto& reception = insert(std::move(fresh), source);
  schedule(reception);
  if (reception.stage == Stage::open && reception.fec) count_symbols(reception);
  if (reception.stage == Stage::open && reception.have.full()) return complete(reception, peer->address());
  // Tell the sender that we are back and what we have; unless it is just sending.
  if (reception.stage != Stage::closed) acknowledge_when_quiet(reception, source, 1, now);
}

std::vector<ReceptionView> Receiver::views() const {
  std::vector<ReceptionView> views;
  for (const auto& [key, reception] : receptions_) {
    const auto delivered = reception.stage == Stage::delivered || reception.stage == Stage::closed;
    if (reception.stage == Stage::unidentified || reception.stage == Stage::refused) continue;
    views.push_back({key, reception.have.total(), reception.have.count(), delivered, reception.parity.size()});
    if (reception.fec) view_code(reception, views.back());
  }
  return views;
}

}  // namespace longwire::acp142
