// Wires sender and receiver of one node to one bearer: who is let in, what goes out first.
#include "acp142/entity.hpp"

#include "acp142/context.hpp"
#include "acp142/fec_info.hpp"
#include "acp142/group_keeper.hpp"
#include "acp142/receiver.hpp"
#include "acp142/transfer.hpp"
#include "base/limits.hpp"

#include <algorithm>
#include <deque>

namespace longwire::acp142 {

struct Entity::Impl {
  // A transfer that is over: who acknowledges once more gets the Ack-Ack once more (6 step 6).
  struct Closed {
    AddressPdu ack_ack;
    Time forget_at;
    Time answered_at{};
  };

  Impl(PmulId self, const BearerTiming& timing, const Parameters& parameters, const std::vector<Peer>& peers,
       std::uint64_t seed)
      : context{self,       BearerModel(timing),
                parameters, PeerTable(peers, parameters.initial_loss),
                Rng(seed),  false,
                Time{},     Time{},
                false,      0,
                {}},
        receiver(context),
        groups(context) {}

  // ---- transfers

  std::string_view refusal(const Outgoing& message, std::size_t fragment_octets) {
    if (message.destinations.empty()) return "no_destination";
    if (message.destinations.size() > limits::destinations) return "too_many_destinations";
    if (message.octets.empty()) return "empty_message";
    if (fragment_octets == 0) return "fragment_size";
    if (message.octets.size() > limits::data_pdus * fragment_octets) return "too_large";
    if (!message.group && message.destinations.size() > 1 && !context.parameters.dynamic_groups) return "no_group";
    std::set<PmulId> ids;
    for (const auto& destination : message.destinations) {
      if (context.peers.find(destination.id) == nullptr) return "unknown_peer";
      if (!ids.insert(destination.id).second) return "duplicate_destination";
    }
    if (find(message.message_id) != nullptr || closed.contains(message.message_id)) return "duplicate_message_id";
    return {};
  }

  std::string_view send(Outgoing message, const SendingState* state, Time now) {
    const auto room = context.bearer.timing().max_pdu - data_header_octets;
    const auto fragment_octets = state != nullptr ? state->fragment_octets : 0;  // 0: not chosen yet
    if (const auto refused = refusal(message, fragment_octets != 0 ? fragment_octets : room); !refused.empty())
      return refused;
    const auto needs_group = !message.group && message.destinations.size() > 1;
    if (needs_group) groups.request(message, now);
    auto transfer = std::make_unique<Transfer>(context, std::move(message), fragment_octets, now);
    if (state != nullptr) transfer->restore(*state, now);
    if (needs_group) transfer->wait_for_group();
    const auto at = std::upper_bound(transfers.begin(), transfers.end(), transfer->priority(),
                                     [](std::uint8_t priority, const auto& t) { return priority < t->priority(); });
    transfers.insert(at, std::move(transfer));
    run_timers(now);
    return {};
  }

  Transfer* find(std::uint32_t message_id) {
    for (auto& transfer : transfers)
      if (transfer->message_id() == message_id) return transfer.get();
    return nullptr;
  }

  void discard(Transfer& transfer, std::string_view reason) {
    transfer.fail(reason);
    const auto ack_ack = transfer.ack_ack();
    if (transfer.started() && !context.silent)
      control.push_back(transfer.frame(DiscardMessagePdu{transfer.priority(), ack_ack.source, ack_ack.message_id}));
  }

  // What the queue of the bearer still holds.
  struct UnderWay {
    std::uint32_t message_id;
    bool is_ack, arq;
  };

  // Takes out what is over.
  void settle(Time now) {
    for (std::size_t i = 0; i < transfers.size();) {
      auto& transfer = *transfers[i];
      if (transfer.end() == Transfer::End::live) {
        ++i;
        continue;
      }
      if (transfer.end() == Transfer::End::acknowledged) {
        // Who sent its Ack by ARQ knows by the confirmation that it has arrived.
        if (!transfer.acknowledged_by_arq()) control.push_back(transfer.frame(transfer.ack_ack()));
        remember(transfer, now);
      }
      const auto figures = transfer.view();
      context.tell(notice::TransferClosed{figures.message_id, figures.total, figures.blocks, figures.data_sent,
                                          figures.parity_sent});
      groups.release(transfer.message_id());
      if (polled == &transfer) polled = nullptr;
      transfers.erase(transfers.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  void remember(const Transfer& transfer, Time now) {
    if (closed.size() >= limits::remembered_messages_per_source) {
      closed.erase(closed_order.front());
      closed_order.pop_front();
    }
    closed.emplace(transfer.message_id(), Closed{transfer.ack_ack(), transfer.expiry(), now});
    closed_order.push_back(transfer.message_id());
  }

  // ---- frames in

  void on_frame(ByteView octets, Ipv4 from, Time now, bool arq) {
    context.by_arq = arq;
    auto decoded = decode(octets);
    if (!decoded) return context.reject(decoded.error().name, from, decoded.error().offset);
    context.heard = now;
    const auto id = acp142::source_of(decoded->pdu);
    if (id == context.self) return;  // own echo (3.12 step 8)
    auto* peer = context.peers.find(id);
    if (peer == nullptr) return context.reject("unknown_source", from, 8);
    if (peer->peer.address && *peer->peer.address != from) return context.reject("source_mismatch", from, 8);
    if (!peer->heard || (!peer->peer.address && peer->learned != from)) {
      peer->heard = true;
      peer->learned = from;
      context.tell(notice::PeerHeard{id, from});
    }
    std::visit([&](auto& pdu) { on_pdu(pdu, *peer, from, now); }, decoded->pdu);
    for (auto& transfer : transfers) transfer->peer_heard(id, now);
    run_timers(now);
  }

  void on_pdu(AddressPdu& pdu, PeerState& peer, Ipv4 from, Time now) {
    if (pdu.is_ack_ack()) groups.leave({pdu.source, pdu.message_id});
    receiver.on_address(pdu, peer, from, now);
  }
  void on_pdu(DataPdu& pdu, PeerState& peer, Ipv4 from, Time now) { receiver.on_data(std::move(pdu), peer, from, now); }
  void on_pdu(DiscardMessagePdu& pdu, PeerState& peer, Ipv4 /*from*/, Time now) {
    groups.leave({pdu.source, pdu.message_id});
    receiver.on_discard(pdu, peer, now);
  }
  void on_pdu(AckPdu& pdu, PeerState& peer, Ipv4 from, Time now) {
    note_mark(peer, pdu.mark);
    for (const auto& entry : pdu.entries) {
      if (entry.source != context.self) continue;
      if (auto* transfer = find(entry.message_id)) {
        if (!transfer->on_ack(peer, entry, now)) {
          context.reject("early_ack", from, 14);
          continue;
        }
      } else if (entry.missing.empty() && !entry.end_of_list) {
        acknowledge_again(pdu, entry, peer, now);
      } else {
        context.reject("unknown_message", from, 14);
        continue;
      }
      // 6 step 2: it would not answer us if it were silent.
      if (!peer.peer.emcon) continue;
      set_peer_emcon(peer, false, now);
      context.tell(notice::PeerLeftEmcon{peer.peer.id});
    }
    settle(now);
  }
  // Octets 4-5 of an Ack_PDU: the peer decodes, and how it hears us.
  void note_mark(PeerState& peer, std::uint16_t mark) {
    const auto said = decode_mark(mark);
    peer.marked_ack = said.has_value();
    if (!peer.marked_ack || peer.peer.coding == Coding::off) return;
    context.learn_decodes(peer, true);
    context.note_ignored(peer, false);
    if (said->loss < 0) return;
    peer.loss_there = said->loss;
    peer.burst_there = said->burst;
  }

  void on_pdu(AnnouncePdu& pdu, PeerState& /*peer*/, Ipv4 /*from*/, Time now) { groups.on_announce(pdu, now); }
  void on_pdu(GroupPdu& pdu, PeerState& peer, Ipv4 /*from*/, Time now) { groups.on_group_pdu(pdu, peer, now); }

  // The receiver has everything and goes on asking for our Ack-Ack. After a restart we may not
  // remember the message: it is over all the same.
  void acknowledge_again(const AckPdu& ack, const AckInfoEntry& entry, const PeerState& peer, Time now) {
    AddressPdu pdu;
    pdu.priority = ack.priority;
    pdu.total = 1;
    pdu.source = context.self;
    pdu.message_id = entry.message_id;
    pdu.expiry = to_unix32(now);
    if (const auto known = closed.find(entry.message_id); known != closed.end()) {
      const auto pause = context.bearer.round_trip() + context.bearer.turnaround();
      if (now < known->second.answered_at + pause) return;  // a copy of an Ack that has been answered
      known->second.answered_at = now;
      pdu = known->second.ack_ack;
    }
    for (const auto& frame : control)
      if (frame.message_id == entry.message_id) return;
    if (control.size() >= most_control) return;
    control.push_back({peer.address(), Port::data, pdu.priority, pdu.message_id, false, encode(pdu, peer.checksum())});
    control.back().arq = context.by_arq && !peer.peer.emcon;
  }

  // ---- EMCON

  void set_emcon(bool silent, Time now) {
    if (silent == context.silent) return;
    context.silent = silent;
    if (silent) return receiver.set_silent(now);
    receiver.leave_silence(now);
    groups.leave_silence(now);
    for (auto& transfer : transfers) transfer->leave_silence(now);
    run_timers(now);
  }

  void set_peer_emcon(PeerState& peer, bool silent, Time now) {
    peer.peer.emcon = silent;
    for (auto& transfer : transfers) transfer->peer_emcon_changed(peer.peer.id, silent, now);
  }

  // ---- frames out

  void run_timers(Time now) {
    latest = now;
    receiver.run_timers(now);
    for (auto& transfer : transfers) {
      if (transfer->end() == Transfer::End::live && transfer->expiry() <= now) discard(*transfer, "expired");
      transfer->run_timers(now);
      if (transfer->take_repeated()) groups.announce_again(transfer->message_id(), now);
    }
    settle(now);
    run_groups(now);
    while (!closed_order.empty() && closed.at(closed_order.front()).forget_at <= now) {
      closed.erase(closed_order.front());
      closed_order.pop_front();
    }
  }

  void run_groups(Time now) {
    if (!context.parameters.dynamic_groups) return;
    groups.run_timers(now);
    for (auto& transfer : transfers)
      if (transfer->waits_for_group())
        if (const auto group = groups.ready(transfer->message_id(), now)) transfer->set_group(*group);
    for (auto& frame : groups.take_frames())
      if (control.size() < most_control) control.push_back(std::move(frame));
  }

  // The longest over is reached: others get a chance to speak.
  bool over_is_full(Time now) const {
    const auto& timing = context.bearer.timing();
    if (!timing.half_duplex || timing.max_over == Duration{0} || timing.queued) return false;
    if (context.own_air_end - over_start < timing.max_over) return false;
    return context.heard <= context.own_air_end && now < over_pause_end();
  }
  Time over_pause_end() const { return context.own_air_end + context.bearer.slot() + context.bearer.slack(); }

  // The transfer whose turn it is.
  Transfer* next_transfer(Time now) {
    for (auto& transfer : transfers) {
      if (transfer->ready(now)) return transfer.get();
      // Half duplex: nobody can answer a more urgent message while less urgent ones fill the air.
      if (context.bearer.half_duplex() && transfer->listens()) {
        const auto urgent = transfer->priority();
        for (auto& other : transfers)
          if (other->priority() == urgent && other->ready(now)) return other.get();
        return nullptr;
      }
    }
    return nullptr;
  }

  bool wants_to_send(Time now) {
    run_timers(now);
    if (context.silent || over_is_full(now)) return false;
    return receiver.ready() || !control.empty() || next_transfer(now) != nullptr;
  }

  static constexpr unsigned none = 256;  // no priority: nothing is there
  std::deque<Frame>::iterator first_control() {
    return std::min_element(control.begin(), control.end(),
                            [](const auto& a, const auto& b) { return a.priority < b.priority; });
  }

  std::optional<std::uint8_t> next_priority(Time now) {
    if (!wants_to_send(now)) return {};
    const auto* transfer = next_transfer(now);
    const auto first = first_control();
    const auto most = std::min({transfer != nullptr ? transfer->priority() : none,
                                receiver.ready() ? unsigned{*receiver.ready()} : none,
                                first != control.end() ? unsigned{first->priority} : none});
    return static_cast<std::uint8_t>(most);
  }

  std::optional<Frame> poll(Time now) {
    if (!wants_to_send(now)) return {};
    auto* transfer = next_transfer(now);
    const unsigned data = transfer != nullptr ? transfer->priority() : none;
    const unsigned ack = receiver.ready() ? *receiver.ready() : none;
    const auto first = first_control();
    const unsigned other = first != control.end() ? first->priority : none;
    if (now > context.own_air_end) over_start = now;
    polled = nullptr;
    Frame frame;
    if (ack <= other && ack <= data) {
      frame = receiver.next_ack(now);
    } else if (other <= data) {
      frame = std::move(*first);
      control.erase(first);
    } else {
      polled = transfer;
      frame = transfer->next_pdu(now);
    }
    if (context.queued()) hand_over(frame, now);
    else transmitted(std::max(now, context.own_air_end) + context.bearer.air(frame.octets.size()));
    return frame;
  }

  void hand_over(Frame& frame, Time now) {
    frame.ticket = ++last_ticket;
    under_way.emplace(frame.ticket, UnderWay{frame.message_id, frame.is_ack, frame.arq});
    if (!frame.arq) ++context.under_way;
    if (polled != nullptr) polled->handed_over(frame.ticket, now);
    if (frame.is_ack) receiver.handed_over(frame.ticket);
  }

  void done(std::uint64_t ticket, bool ok, Time now) {
    const auto at = under_way.find(ticket);
    if (at == under_way.end()) return;
    const auto what = at->second;
    under_way.erase(at);
    if (!what.arq) {
      --context.under_way;
      if (ok) context.own_air_end = now;
    }
    if (what.is_ack) receiver.done(ticket, ok, what.arq, now);
    if (auto* transfer = find(what.message_id)) transfer->done(ticket, ok, now);
    run_timers(now);
  }

  void transmitted(Time air_end) {
    context.own_air_end = air_end;
    if (polled != nullptr) polled->transmitted(air_end);
  }

  Time next_wake() const {
    auto next = receiver.next_timer();
    for (const auto& transfer : transfers) next = std::min(next, transfer->next_timer());
    next = std::min(next, groups.next_timer());
    if (over_is_full(latest)) next = std::min(next, over_pause_end());
    return next;
  }

  static constexpr std::size_t most_control = 256;  // Ack-Acks waiting: one a peer and message

  Context context;
  Receiver receiver;
  GroupKeeper groups;
  std::vector<std::unique_ptr<Transfer>> transfers;  // by priority, then age
  std::map<std::uint32_t, Closed> closed;
  std::deque<std::uint32_t> closed_order;
  std::deque<Frame> control;  // Ack-Acks and Discards
  Transfer* polled = nullptr;
  std::map<std::uint64_t, UnderWay> under_way;
  std::uint64_t last_ticket = 0;
  Time over_start{};
  Time latest{};  // when the timers were run last
};

Entity::Entity(PmulId self, const BearerTiming& timing, const Parameters& parameters, const std::vector<Peer>& peers,
               std::uint64_t seed)
    : impl_(std::make_unique<Impl>(self, timing, parameters, peers, seed)) {}
Entity::~Entity() = default;
Entity::Entity(Entity&&) noexcept = default;
Entity& Entity::operator=(Entity&&) noexcept = default;

std::string_view Entity::send(Outgoing message, Time now) { return impl_->send(std::move(message), nullptr, now); }

std::string_view Entity::restore(Outgoing message, const SendingState& state, Time now) {
  return impl_->send(std::move(message), &state, now);
}

void Entity::restore(ReceptionState state, Time now) {
  impl_->receiver.restore(std::move(state), now);
  impl_->run_timers(now);
}

void Entity::cancel(std::uint32_t message_id, Time now) {
  if (auto* transfer = impl_->find(message_id)) impl_->discard(*transfer, "cancelled");
  impl_->run_timers(now);
}

void Entity::hold(std::uint32_t message_id, bool held, Time now) {
  if (auto* transfer = impl_->find(message_id)) transfer->hold(held, now);
  impl_->run_timers(now);
}

void Entity::set_emcon(bool silent, Time now) { impl_->set_emcon(silent, now); }

void Entity::set_peer_emcon(PmulId peer, bool silent, Time now) {
  if (auto* known = impl_->context.peers.find(peer)) impl_->set_peer_emcon(*known, silent, now);
  impl_->run_timers(now);
}

void Entity::on_frame(ByteView octets, Ipv4 from, Time now, bool arq) { impl_->on_frame(octets, from, now, arq); }
std::optional<Frame> Entity::poll_transmit(Time now) { return impl_->poll(now); }
void Entity::transmitted(Time air_end) { impl_->transmitted(air_end); }
void Entity::done(std::uint64_t ticket, bool ok, Time now) { impl_->done(ticket, ok, now); }
Time Entity::next_wake() const { return impl_->next_wake(); }
bool Entity::wants_to_send(Time now) const { return impl_->wants_to_send(now); }
std::optional<std::uint8_t> Entity::next_priority(Time now) const { return impl_->next_priority(now); }
std::vector<Notice> Entity::take_notices() { return std::exchange(impl_->context.notices, {}); }

void Entity::accept(ReceptionKey key, Time now) {
  impl_->receiver.accept(key, now);
  impl_->run_timers(now);
}
void Entity::refuse(ReceptionKey key, Time now) {
  impl_->receiver.refuse(key, now);
  impl_->run_timers(now);
}

std::vector<Ipv4> Entity::joined_groups() const { return impl_->groups.joined(); }

std::vector<TransferView> Entity::transfers() const {
  std::vector<TransferView> views;
  for (const auto& transfer : impl_->transfers) views.push_back(transfer->view());
  return views;
}
std::vector<ReceptionView> Entity::receptions() const { return impl_->receiver.views(); }

}  // namespace longwire::acp142
