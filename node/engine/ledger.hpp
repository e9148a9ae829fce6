// Ledger: the small in-memory image of every message that is not finished. Bodies, addresses and
// texts stay in the store; 100 000 queued messages must fit into a small machine.
#pragma once

#include "base/precedence.hpp"
#include "base/time.hpp"
#include "node/engine/queue.hpp"
#include "node/engine/routing.hpp"
#include "node/store/store.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace longwire::engine {

struct LiveRecipient {
  store::RecipientState state = store::RecipientState::queued;
  Route route;
  Time next_attempt{};  // not before
  std::uint16_t attempts = 0;
  bool delay_reported = false;
  bool awaits_certificate = false;
  bool goes_clear = false;  // no certificate, and the profile lets it go without encryption
  Lane lane = no_lane;      // where it waits; no_lane = it does not wait
};

struct LiveMessage {
  std::uint64_t id = 0;
  std::string tracking_id;
  Precedence level = Precedence::priority;
  std::uint64_t octets = 0;
  Time accepted;
  Time expiry;              // the earlier of retention and BY=..;R
  Time deliver_by = never;  // only BY=..;N: a report, not an end
  Time warning = never;
  Time goal = never;
  bool held = false;              // by the operator
  bool cancelled = false;         // while it was in delivery: not tried again
  std::set<std::uint64_t> noted;  // hashes of what its conversions could not map and somebody was told
  PmulId from_peer;
  std::string label;                      // marking, for operators
  std::uint64_t barred = 0;               // bearers (bit = index) that may not carry its label
  std::vector<LiveRecipient> recipients;  // same order as MessageRow::rows
  LaneSet lanes = 0;                      // the queues it stands in
  std::uint64_t overdue_alert = 0;

  QueueKey key() const { return {level, accepted, id}; }
};

class Ledger {
 public:
  LiveMessage& add(LiveMessage m) {
    const auto id = m.id;
    return messages_.insert_or_assign(id, std::move(m)).first->second;
  }
  LiveMessage* find(std::uint64_t id) {
    const auto at = messages_.find(id);
    return at == messages_.end() ? nullptr : &at->second;
  }
  void remove(std::uint64_t id) { messages_.erase(id); }
  std::size_t size() const { return messages_.size(); }
  // Oldest first.
  std::map<std::uint64_t, LiveMessage>& all() { return messages_; }

 private:
  std::map<std::uint64_t, LiveMessage> messages_;
};

}  // namespace longwire::engine
