// Queue: what waits, per lane and for which peer there, by precedence and then by age.
#pragma once

#include "base/precedence.hpp"
#include "base/time.hpp"
#include "node/engine/routing.hpp"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <vector>

namespace longwire::engine {

// A lane is one way out: a bearer by its index, local delivery, or "nowhere yet".
using Lane = std::uint8_t;
using LaneSet = std::uint64_t;
inline constexpr Lane no_lane = 255;
inline constexpr Lane circuit_lane = 61;  // of all circuits; a message waits there for the circuit, as for a peer
inline constexpr Lane local_lane = 62;
inline constexpr Lane waiting_lane = 63;
inline constexpr std::size_t lane_count = 64;
constexpr LaneSet lane_bit(Lane lane) { return LaneSet{1} << lane; }

struct QueueKey {
  Precedence level = Precedence::priority;
  Time accepted;
  std::uint64_t id = 0;  // settles equal ages: ids grow
  friend auto operator<=>(const QueueKey&, const QueueKey&) = default;
};

class Queue {
 public:
  using Counts = std::array<std::size_t, precedence_levels>;

  // Moves a message from the lanes it stands in to others.
  void move(const QueueKey& key, LaneSet from, LaneSet to);
  // In a lane it stands in, a message waits for these peers (bearers only).
  void wait_for(const QueueKey& key, Lane lane, PeerIndex peer) { peers_[{lane, peer}].insert(key); }
  void leave(const QueueKey& key, Lane lane, PeerIndex peer);
  // The head among the peers that may have a message of this level now; nullptr when there is none.
  const QueueKey* head(Lane lane, const std::function<bool(PeerIndex, Precedence)>& may) const;
  // The most urgent, then oldest; nullptr when the lane is empty.
  const QueueKey* head(Lane lane) const;
  std::size_t size(Lane lane) const { return lanes_.at(lane).size(); }
  const Counts& counts(Lane lane) const { return counts_.at(lane); }
  const std::set<QueueKey>& all(Lane lane) const { return lanes_.at(lane); }

 private:
  std::array<std::set<QueueKey>, lane_count> lanes_;
  std::array<Counts, lane_count> counts_{};
  std::map<std::pair<Lane, PeerIndex>, std::set<QueueKey>> peers_;  // none empty
};

}  // namespace longwire::engine
