// StationStore: what an owner keeps on disk, built from notices alone. A restart uses nothing else.
#pragma once

#include "acp142/entity.hpp"

#include <algorithm>
#include <map>

namespace longwire::acp142::testing {

class StationStore {
 public:
  void sent(const Outgoing& message) {
    Sending sending{message, {}};
    for (const auto& destination : message.destinations)
      sending.state.destinations.push_back({destination.id, false, false, false, {}});
    sending_[message.message_id] = std::move(sending);
  }

  void apply(const Notice& notice) {
    std::visit([this](const auto& n) { on(n); }, notice);
  }

  void restore(Entity& entity, Time now) const {
    for (const auto& [key, state] : receptions_) entity.restore(state, now);
    for (const auto& [id, sending] : sending_) (void)entity.restore(sending.message, sending.state, now);
  }

  std::size_t receptions() const { return receptions_.size(); }
  std::size_t transfers() const { return sending_.size(); }
  const ReceptionState* reception(ReceptionKey key) const {
    const auto found = receptions_.find(key);
    return found == receptions_.end() ? nullptr : &found->second;
  }

 private:
  struct Sending {
    Outgoing message;
    SendingState state;
  };

  template <class N>
  void on(const N& /*not stored*/) {}
  void on(const notice::ReceptionOpened& n) {
    auto& state = receptions_[n.key];
    state.key = n.key;
    state.expiry = n.expiry;
    state.priority = n.priority;
    state.total = n.total;
    state.message_sequence_number = n.message_sequence_number;
    state.destinations = n.destinations;
  }
  void on(const notice::FragmentReceived& n) { receptions_.at(n.key).fragments.push_back({n.sequence, n.octets}); }
  void on(const notice::Received& n) {
    receptions_.at(n.key).delivered = true;
    receptions_.at(n.key).fragments.clear();
  }
  void on(const notice::AckOwed& n) { receptions_.at(n.key).ack_owed = n.owed; }
  void on(const notice::ReceptionClosed& n) { receptions_.erase(n.key); }
  void on(const notice::TransferStarted& n) {
    sending_.at(n.message_id).state.started = true;
    sending_.at(n.message_id).state.fragment_octets = n.fragment_octets;
  }
  void on(const notice::Progress& n) {
    auto& to = destination(n.message_id, n.destination);
    to.heard = true;
    to.acked = n.acked;
  }
  void on(const notice::Acknowledged& n) { destination(n.message_id, n.destination).done = true; }
  void on(const notice::Failed& n) { destination(n.message_id, n.destination).failed = true; }
  void on(const notice::EmconRepeat& n) { sending_.at(n.message_id).state.emcon_repeats = n.count; }
  void on(const notice::TransferClosed& n) { sending_.erase(n.message_id); }

  SendingState::PerDestination& destination(std::uint32_t message_id, PmulId id) {
    auto& all = sending_.at(message_id).state.destinations;
    return *std::find_if(all.begin(), all.end(), [&](const auto& to) { return to.id == id; });
  }

  std::map<ReceptionKey, ReceptionState> receptions_;
  std::map<std::uint32_t, Sending> sending_;
};

}  // namespace longwire::acp142::testing
