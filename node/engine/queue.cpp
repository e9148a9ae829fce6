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

const QueueKey* Queue::head(Lane lane) const {
  const auto& set = lanes_.at(lane);
  return set.empty() ? nullptr : &*set.begin();
}

}  // namespace longwire::engine
