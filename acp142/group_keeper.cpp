#include "acp142/group_keeper.hpp"

#include <algorithm>

namespace longwire::acp142 {

bool GroupKeeper::owned(Ipv4 group) const {
  return std::any_of(own_.begin(), own_.end(), [&](const auto& entry) { return entry.second.group == group; });
}

// Any free group of the range, from a random one on, so that requesters seldom meet.
std::optional<Ipv4> GroupKeeper::pick() {
  const auto& groups = *context_.parameters.dynamic_groups;
  const std::uint64_t size = std::uint64_t{groups.last.value} - groups.first.value + 1;
  const auto offset = context_.rng.below(size);
  for (std::uint64_t i = 0; i < std::min<std::uint64_t>(size, 4096); ++i) {
    const Ipv4 group{groups.first.value + static_cast<std::uint32_t>((offset + i) % size)};
    if (!owned(group) && !foreign_.contains(group)) return group;
  }
  return {};
}

void GroupKeeper::request(const Outgoing& message, Time now) {
  Own own;
  own.message_id = message.message_id;
  own.priority = message.priority;
  own.expiry = message.expiry;
  for (const auto& destination : message.destinations) own.destinations.push_back(destination.id);
  std::sort(own.destinations.begin(), own.destinations.end());
  start(own_.insert_or_assign(message.message_id, std::move(own)).first->second, now);
}

void GroupKeeper::start(Own& own, Time now) {
  const auto& groups = *context_.parameters.dynamic_groups;
  own.phase = Phase::requesting;
  own.next = now + groups.wait_for_reject_time;
  own.group = Ipv4{};
  const auto group = pick();
  if (!group) return;  // all in use: look again after the same time
  own.group = *group;
  send(GroupPdu::Kind::request, own);
}

void GroupKeeper::send(GroupPdu::Kind kind, const Own& own) {
  const auto& groups = *context_.parameters.dynamic_groups;
  const GroupPdu pdu{kind, context_.self, own.message_id, own.group};
  frames_.push_back({groups.control_group, Port::transmitter, own.priority, own.message_id, false, encode(pdu)});
}

void GroupKeeper::send_announce(Own& own, Time now) {
  const auto& groups = *context_.parameters.dynamic_groups;
  const auto room = context_.bearer.timing().max_pdu;
  const auto most = std::max<std::size_t>(1, (room - announce_header_octets) / 4);
  const auto parts = (own.destinations.size() + most - 1) / most;
  for (std::size_t part = 0; part < parts; ++part) {
    AnnouncePdu pdu;
    if (parts > 1) pdu.map = part == 0 ? Map::first : part + 1 == parts ? Map::last : Map::middle;
    pdu.source = context_.self;
    pdu.message_id = own.message_id;
    pdu.expiry = to_unix32(own.expiry);
    pdu.group = own.group;
    for (std::size_t i = part * most; i < std::min(own.destinations.size(), (part + 1) * most); ++i)
      pdu.destinations.push_back(own.destinations[i]);
    frames_.push_back({groups.control_group, Port::receiver, own.priority, own.message_id, false, encode(pdu)});
  }
  ++own.announced;
  own.next = own.announced < groups.announce_ct ? now + groups.announce_delay / groups.announce_ct : never;
}

std::optional<Ipv4> GroupKeeper::ready(std::uint32_t message_id, Time now) const {
  const auto own = own_.find(message_id);
  if (own == own_.end() || own->second.phase == Phase::requesting || own->second.ready_at > now) return {};
  return own->second.group;
}

void GroupKeeper::announce_again(std::uint32_t message_id, Time now) {
  const auto own = own_.find(message_id);
  if (own != own_.end() && own->second.phase == Phase::owned) send_announce(own->second, now);
}

void GroupKeeper::release(std::uint32_t message_id) {
  const auto own = own_.find(message_id);
  if (own == own_.end()) return;
  if (own->second.group != Ipv4{}) send(GroupPdu::Kind::release, own->second);
  own_.erase(own);
}

// What was asked before the silence may have been answered while we could not hear about it.
void GroupKeeper::leave_silence(Time now) {
  frames_.clear();
  for (auto& [id, own] : own_)
    if (own.phase != Phase::owned) start(own, now);
}

void GroupKeeper::on_announce(const AnnouncePdu& pdu, Time now) {
  if (!context_.parameters.dynamic_groups) return;
  if (foreign_.size() < most_foreign) foreign_.insert_or_assign(pdu.group, pdu.source);
  const auto until = from_unix(pdu.expiry);
  if (until <= now || !pdu.group.is_multicast()) return;
  if (std::find(pdu.destinations.begin(), pdu.destinations.end(), context_.self) == pdu.destinations.end()) return;
  const ReceptionKey key{pdu.source, pdu.message_id};
  if (joined_.size() < most_joined || joined_.contains(key)) joined_.insert_or_assign(key, Joined{pdu.group, until});
}

void GroupKeeper::on_group_pdu(const GroupPdu& pdu, const PeerState& peer, Time now) {
  if (!context_.parameters.dynamic_groups) return;
  const auto mine = std::find_if(own_.begin(), own_.end(), [&](const auto& o) { return o.second.group == pdu.group; });
  switch (pdu.kind) {
    case GroupPdu::Kind::request:
      if (mine == own_.end()) return;
      // Two that ask at the same time: the lower Source_ID has it.
      if (mine->second.phase == Phase::requesting && peer.peer.id < context_.self) return start(mine->second, now);
      if (!context_.silent)
        frames_.push_back(
            {peer.address(), Port::transmitter, mine->second.priority, pdu.message_id, false,
             encode(GroupPdu{GroupPdu::Kind::reject, context_.self, pdu.message_id, pdu.group}, peer.checksum())});
      return;
    case GroupPdu::Kind::reject:
      // Once announced the group is ours; a late Reject changes nothing.
      if (mine == own_.end() || mine->second.phase != Phase::requesting) return;
      if (foreign_.size() < most_foreign) foreign_.insert_or_assign(pdu.group, peer.peer.id);
      send(GroupPdu::Kind::release, mine->second);
      return start(mine->second, now);
    case GroupPdu::Kind::release:
      if (const auto used = foreign_.find(pdu.group); used != foreign_.end() && used->second == peer.peer.id)
        foreign_.erase(used);
      // Message_ID 0: everybody leaves this group of the source now.
      std::erase_if(joined_, [&](const auto& entry) {
        return entry.first.source == pdu.source && entry.second.group == pdu.group &&
               (pdu.message_id == 0 || pdu.message_id == entry.first.message_id);
      });
      return;
  }
}

void GroupKeeper::run_timers(Time now) {
  std::erase_if(joined_, [&](const auto& entry) { return entry.second.until <= now; });
  if (context_.silent) return;
  for (auto& [id, own] : own_) {
    if (own.phase == Phase::announcing && own.ready_at <= now) own.phase = Phase::owned;
    if (own.next > now) continue;
    if (own.phase == Phase::requesting) {
      if (own.group == Ipv4{}) {
        start(own, now);
        continue;
      }
      own.phase = Phase::announcing;
      own.ready_at = now + context_.parameters.dynamic_groups->announce_delay;
    }
    send_announce(own, now);
  }
}

Time GroupKeeper::next_timer() const {
  auto next = never;
  for (const auto& [key, joined] : joined_) next = std::min(next, joined.until);
  if (context_.silent) return next;
  for (const auto& [id, own] : own_) {
    next = std::min(next, own.next);
    if (own.phase == Phase::announcing) next = std::min(next, own.ready_at);
  }
  return next;
}

std::vector<Ipv4> GroupKeeper::joined() const {
  std::set<Ipv4> groups;
  for (const auto& [key, joined] : joined_) groups.insert(joined.group);
  return {groups.begin(), groups.end()};
}

}  // namespace longwire::acp142
