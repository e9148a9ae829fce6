#include "node/engine/queue.hpp"

#include <bit>

namespace longwire::engine {

void Queue::move(const QueueKey& key, LaneSet from, LaneSet to) {
  for (LaneSet changed = from ^ to; changed != 0; changed &= changed - 1) {
    const auto lane = static_cast<std::size_t>(std::countr_zero(changed));
    auto& count = counts_.at(lane).at(static_cast<std::size_t>(key.level));
    if (to >> lane & 1) {
      lanes_.at(lane).insert(key);
      ++count;
    } else {
      lanes_.at(lane).erase(key);
      --count;
    }
  }
}

void Queue::leave(const QueueKey& key, Lane lane, PeerIndex peer) {
  const auto at = peers_.find({lane, peer});
  if (at == peers_.end()) return;
  at->second.erase(key);
  if (at->second.empty()) peers_.erase(at);
}

const QueueKey* Queue::head(Lane lane, const std::function<bool(PeerIndex, Precedence)>& may) const {
  const QueueKey* best = nullptr;
  for (auto at = peers_.lower_bound({lane, 0}); at != peers_.end() && at->first.first == lane; ++at) {
    const auto& first = *at->second.begin();
    if ((best == nullptr || first < *best) && may(at->first.second, first.level)) best = &first;
  }
  return best;
}

const QueueKey* Queue::head(Lane lane) const {
  const auto& set = lanes_.at(lane);
  return set.empty() ? nullptr : &*set.begin();
}

}  // namespace longwire::engine
